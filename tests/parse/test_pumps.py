"""The search for slow patterns finds exactly those with quadratic or worse running time."""

import re

import pytest

from tests.fuzz.pattern_sources import Source
from tests.fuzz.patterns import slow_of
from tests.fuzz.pumps import parse, texts_for

SQUARE = r"[a-z.+-]+@[a-z]+"
EXPONENTIAL = r"(?:b|b)+!"
BLANKS = r"\s*(?:by|von)\s"


def source_of(pattern: str) -> Source:
    return Source("one", pattern, re.compile(pattern).flags, frozenset())


@pytest.mark.parametrize("pattern", [SQUARE, EXPONENTIAL, BLANKS])
def test_a_slow_pattern_is_found_with_its_input(pattern: str) -> None:
    found = next(slow_of(source_of(pattern)))
    assert found.name == "one"
    assert found.long_s >= found.short_s


@pytest.mark.parametrize(
    "pattern", [r"(?<![a-z])[a-z]{1,64}@[a-z]+", r"<[^<>]{0,200}>", r"\d+", r"[^\W\d_]+"]
)
def test_a_linear_pattern_is_not(pattern: str) -> None:
    assert list(slow_of(source_of(pattern))) == []


def test_inputs_reach_and_repeat_each_repeat() -> None:
    made = texts_for(parse(r"<a\s+(?:href=)?x*!", 0), 1)
    assert ("<a", " ") in made
    assert ("<a href=", "x") in made or ("<a ", "x") in made
