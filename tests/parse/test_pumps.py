"""The search for slow patterns finds exactly those with quadratic or worse running time."""

import re

import pytest

from tests.fuzz.patterns import find_slow, texts_for

SQUARE = r"[a-z.+-]+@[a-z]+"
EXPONENTIAL = r"(?:b|b)+!"
BLANKS = r"\s*(?:by|von)\s"


@pytest.mark.parametrize("pattern", [SQUARE, EXPONENTIAL, BLANKS])
def test_a_slow_pattern_is_found_with_its_input(pattern: str) -> None:
    found = list(find_slow({"one": re.compile(pattern)}))
    assert [one.name for one in found] == ["one"]
    assert found[0].long_s >= found[0].short_s


@pytest.mark.parametrize(
    "pattern", [r"(?<![a-z])[a-z]{1,64}@[a-z]+", r"<[^<>]{0,200}>", r"\d+", r"[^\W\d_]+"]
)
def test_a_linear_pattern_is_not(pattern: str) -> None:
    assert list(find_slow({"one": re.compile(pattern)})) == []


def test_inputs_reach_and_repeat_each_repeat() -> None:
    made = texts_for(re.compile(r"<a\s+(?:href=)?x*!"))
    assert ("<a", " ") in made
    assert ("<a href=", "x") in made or ("<a ", "x") in made
