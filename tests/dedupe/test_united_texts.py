"""A text that holds two unrelated texts whole does not make their stories one."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from tests.dedupe.two_texts import ENGLISH, PAIRS, Pair
from tests.support.generated import make_text
from worker.flows import cluster
from worker.records import Document

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def place(*texts: tuple[str, str, str]) -> dict[str, str]:
    """The story of each (id, headline, text) by id, in order of arrival, each of an outlet of its own."""
    documents = []
    for number, (name, title, text) in enumerate(texts):
        at = NOON + timedelta(minutes=10 * number)
        document = Document(id=name, title=title, text=text, published_at=at, source=f"outlet {name}")
        documents.append((document, at))
    return {str(placed.id): str(placed.story) for placed in cluster.run(documents)}


def texts_of(pair: Pair) -> dict[str, tuple[str, str, str]]:
    return {
        "a": ("a", *pair.first),
        "b": ("b", *pair.second),
        "both": ("both", pair.headline, pair.both),
    }


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
@pytest.mark.parametrize("order", list(permutations(("a", "b", "both"))), ids=" ".join)
def test_two_texts_in_one_stay_two_stories(pair: Pair, order: tuple[str, ...]) -> None:
    texts = texts_of(pair)
    found = place(*(texts[name] for name in order))
    assert found["a"] != found["b"]
    if order[-1] == "both":
        assert len(set(found.values())) == 3


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_so_do_the_copies_of_both(pair: Pair) -> None:
    texts = texts_of(pair)
    copies = [(f"{name} {n}", *texts[name][1:]) for n in range(2) for name in ("a", "b")]
    found = place(*copies[:2], texts["both"], *copies[2:])
    assert (found["a 0"], found["b 0"]) == (found["a 1"], found["b 1"])
    assert len({found["a 0"], found["b 0"], found["both"]}) == 3


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
@pytest.mark.parametrize("is_swapped", [False, True])
def test_under_the_headline_of_the_one_it_is_a_copy_of_that_one(pair: Pair, is_swapped: bool) -> None:
    texts = texts_of(pair)
    one, other = ("b", "a") if is_swapped else ("a", "b")
    both = ("both", texts[one][1], pair.both)
    found = place(texts["a"], texts["b"], both)
    assert found["both"] == found[one] != found[other]


def test_a_text_with_a_short_other_one_is_a_copy_of_the_long_one() -> None:
    long = ("long", "Ferry plans", "\n\n".join(make_text("ferry", 9).paragraphs))
    short = ("short", *ENGLISH.second)
    both = ("both", ENGLISH.headline, f"{long[2]}\n\n{short[2]}")
    assert place(long, short, both) == {"long": "long", "short": "short", "both": "long"}


def test_a_text_still_unites_its_own_excerpts() -> None:
    """They have no sentence in common, but are about the same people."""
    whole = make_text("canal", 8)
    parts = {"first": whole.part(0, 4), "second": whole.part(4, 8), "whole": whole}
    found = place(*((name, text.title, "\n\n".join(text.paragraphs)) for name, text in parts.items()))
    assert set(found.values()) == {"first"}
