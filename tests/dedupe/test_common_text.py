"""What strangers have in common joins none of them, whoever prints it and though nobody has learned it."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.generated import make_text
from worker.flows.cluster import run
from worker.records import Document

MOMENT = datetime(2031, 5, 6, 9, tzinfo=UTC)
HEADLINES = (
    "Harbor of Velm reopens after tanker is towed away",
    "Choir buys a lighthouse for one crown",
    "Bread prices rise again in the capital",
    "National team draws its friendly in Tarn",
    "Quarry owners must pay for forty houses",
    "Bear chased off by firemen in the suburbs",
)
# standing sentences that no list of notices has; the long one is longer than nearly all notices
LONG_NOTICE = (
    "Reports on this channel are compiled by volunteers from many countries, who check them as well as they "
    "can and ask everybody to write to them at once where something was put down wrongly or was left out."
)
NOTICES = (
    "Full service for registered readers at home and abroad, day and night, on every device.",
    LONG_NOTICE,
)


def stories(items: list[tuple[str, str, str]]) -> list[int | str]:
    """The story of each (title, text, source), an hour apart."""
    rows = [Document(n, *item, published_at=MOMENT + timedelta(hours=n)) for n, item in enumerate(items)]
    return [place.story for place in run((row, row.published_at or MOMENT) for row in rows)]


@pytest.mark.parametrize("notice", NOTICES)
def test_a_notice_under_unrelated_headlines_of_many_outlets_joins_nothing(notice: str) -> None:
    items = [(title, notice, f"outlet {n}") for n, title in enumerate(HEADLINES)]
    assert stories(items) == list(range(len(items)))


def test_a_notice_with_a_word_of_a_headline_joins_nothing_once_strangers_have_it() -> None:
    notice = "Everything at a glance for subscribers in the harbor, in town and in the suburbs, day by day."
    titles = (*HEADLINES[1:5], HEADLINES[0], HEADLINES[5])  # the last two have a word of the notice
    found = stories([(title, notice, f"outlet {n}") for n, title in enumerate(titles)])
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("notice", NOTICES)
def test_copies_with_a_common_notice_are_still_found(notice: str) -> None:
    texts = [make_text(f"text {n}", 2) for n in range(4)]
    items = [
        (f"{text.title} {outlet}", f"{text.paragraphs[0][:160]}\n{notice}", f"outlet {outlet} {n}")
        for outlet in "ab"
        for n, text in enumerate(texts)
    ]
    assert stories(items) == [0, 1, 2, 3] * 2


def test_a_long_passage_that_strangers_share_joins_no_full_texts() -> None:
    """Releases of several companies that end with the same explanations, in several outlets."""
    passage = make_text("standing passage", 3).paragraphs
    bodies = [make_text(f"release {n}", 3) for n in range(5)]
    items = [
        (body.title, "\n\n".join((*body.paragraphs[:2], *passage)), f"outlet {n}")
        for n, body in enumerate(bodies)
    ]
    found = stories(items)
    assert len(set(found[2:])) == len(found) - 2
    again = [(title, text, f"{source} too") for title, text, source in items]
    assert stories([*items, *again])[-3:] == found[-3:]
