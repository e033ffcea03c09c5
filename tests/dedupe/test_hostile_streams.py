"""Streams that could join everything: one template, one repeated sentence, digests of digests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.generated import make_text
from worker.dedupe import make_signature
from worker.dedupe.compilation import Company
from worker.dedupe.signature import Signature
from worker.flows.cluster import run
from worker.records import Document

MOMENT = datetime(2031, 5, 6, 9, tzinfo=UTC)
ITEMS = 400  # of a stream; ten thousand take as long for each item, a millisecond at most
OUTLETS = 25
TOPICS = (
    "ferries",
    "orchards",
    "schools",
    "bridges",
    "choirs",
    "quarries",
    "trams",
    "wells",
    "markets",
    "dikes",
)


def stories(items: list[tuple[str, str, str]]) -> list[int | str]:
    """The story of each (title, text, source), a minute apart."""
    rows = [Document(n, *item, published_at=MOMENT + timedelta(minutes=n)) for n, item in enumerate(items)]
    return [place.story for place in run((row, row.published_at or MOMENT) for row in rows)]


def place_name(n: int) -> str:
    """An invented name for each number."""
    parts = ("vel", "kor", "ast", "tar", "osk", "min", "dra", "lun", "pel", "sor")
    return "".join(parts[int(digit)] for digit in f"{n:04d}").capitalize()


@pytest.mark.parametrize(
    "template",
    [
        "Council of {place} approves budget for {topic} after a long debate",
        "Weather in {place}: sunny spells and a high of {n} degrees expected",
        "House for sale in {place} street: see the offer",
        "{place} beats {other} in the second round of the cup on penalties",
    ],
)
def test_headlines_of_one_template_without_text_join_nothing(template: str) -> None:
    titles = [
        template.format(place=place_name(n), other=place_name(n + 5_000), topic=TOPICS[n % 10], n=n)
        for n in range(ITEMS)
    ]
    found = stories([(title, "", f"outlet {n % OUTLETS}") for n, title in enumerate(titles)])
    assert len(set(found)) == ITEMS


@pytest.mark.parametrize("sources", [1, OUTLETS])
def test_a_sentence_repeated_in_every_item_joins_nothing(sources: int) -> None:
    """Of one outlet it is furniture from the third item on; of many it is no evidence."""
    sentence = (
        "The editors of this service wish all of their readers in every country a pleasant and calm day."
    )
    items = [
        (" ".join(place_name(n + more) for more in (0, 3_000, 6_000)), sentence, f"outlet {n % sources}")
        for n in range(ITEMS)
    ]
    assert len(set(stories(items))) == ITEMS


def test_digests_and_digests_of_digests_join_neither_their_texts_nor_each_other() -> None:
    """Unmarked ones, of four texts and of three digests each."""
    texts = [make_text(f"wire {n}", 5) for n in range(24)]
    digests = [
        "\n\n".join(paragraph for text in texts[start : start + 4] for paragraph in text.paragraphs[:3])
        for start in range(0, 24, 4)
    ]
    items = [(text.title, "\n\n".join(text.paragraphs), f"wire {n % 3}") for n, text in enumerate(texts)]
    items += [(make_text(f"digest {n}", 1).title, body, f"paper {n}") for n, body in enumerate(digests)]
    items += [
        (make_text(f"volume {n}", 1).title, "\n\n".join(digests[3 * n : 3 * n + 3]), f"portal {n}")
        for n in range(2)
    ]
    assert stories(items) == list(range(len(items)))


def sign(name: str, *parts: str) -> Signature:
    return make_signature(Document(name, name, "\n\n".join(parts), name), ())


def test_a_very_long_candidate_does_not_hide_that_a_text_is_compiled() -> None:
    """It is sampled so thinly that it can be compared with nothing; the other candidates can."""
    texts = ["\n\n".join(make_text(f"long {n}", 12).paragraphs) for n in range(3)]
    first, second = sign("a ferry", texts[0]), sign("an orchard", texts[1])
    digest = sign("digest", texts[0][: len(texts[0]) // 2], texts[1][: len(texts[1]) // 2])
    giant = replace(sign("giant", texts[2]), limit=1 << 20, shingles=frozenset({1, 2, 3}))
    assert Company(digest, [first, second]).is_compiled_with(first)
    assert Company(digest, [first, second, giant]).is_compiled_with(first)
    assert not Company(digest, [first, giant]).is_compiled_with(first)
