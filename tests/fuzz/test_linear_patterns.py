"""Every regular expression of the product, and of feedparser, takes linear time or gets a small text only.

The expressions are found when the test runs. HYPOTHESIS_PROFILE=thorough tries more texts.
"""

import os
from dataclasses import replace

import pytest

from tests.fuzz.bounded_patterns import BOUNDED, MATCHED
from tests.fuzz.pattern_sources import AT_START, Source, sources_of
from tests.fuzz.patterns import slow_of, slowest_s
from tests.fuzz.pumps import ENDS

FEEDPARSER = (
    "datetimes",
    "html",
    "mixin",
    "namespaces",
    "parsers",
    "sgml",
    "urls",
)  # that feeds pass through
PACKAGES = ("worker", "feedparser_sgmllib", *(f"feedparser.{name}" for name in FEEDPARSER))
IS_THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
ROUNDS, TRIED_ENDS, MOST = (6, ENDS, None) if IS_THOROUGH else (2, ENDS[:1], 12)
AT_BOUND_S = 0.05


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    found = sources_of(*PACKAGES)
    return [replace(one, methods=AT_START) if one.name in MATCHED else one for one in found]


def table_of(source: Source) -> str:
    return source.name.partition("[")[0]


def test_patterns_of_values_and_of_functions_are_found(sources: list[Source]) -> None:
    names = {source.name for source in sources}
    assert {"worker.text.dates.ZONE_IN_TEXT", "worker.extract.page.titles.squeeze"} <= names
    assert any(name.startswith("worker.extract.facts.speakers._AFTER[") for name in names)
    assert any(name.startswith("feedparser.mixin.") for name in names)
    assert len(sources) > 700


def test_every_pattern_without_a_bound_is_linear(sources: list[Source]) -> None:
    free = [source for source in sources if table_of(source) not in BOUNDED]
    slow = [next(slow_of(source, ROUNDS, TRIED_ENDS, MOST), None) for source in free]
    assert [str(one) for one in slow if one] == []


def test_every_other_pattern_is_quick_on_the_largest_text_it_gets(sources: list[Source]) -> None:
    bounded = [source for source in sources if table_of(source) in BOUNDED]
    assert {table_of(source) for source in bounded} == set(BOUNDED)
    took = {one.name: slowest_s(one, BOUNDED[table_of(one)], ROUNDS, MOST) for one in bounded}
    assert {name: s for name, s in took.items() if s > AT_BOUND_S} == {}
