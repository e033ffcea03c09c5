"""Patterns with the names of all agencies are compiled at their first use, and all of them are valid."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.fuzz.pattern_sources import modules_of, sources_of
from worker.agencies import lazy_pattern
from worker.agencies.lazy_pattern import LazyPattern
from worker.agencies.names import NAMES

LONG = 2_000  # characters: a pattern with the names of all agencies has more


def compiled_at_import(value: Any) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from compiled_at_import(item)


def test_a_pattern_is_compiled_at_its_first_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lazy_pattern, "_PATTERNS", [])
    broken = LazyPattern("(")
    with pytest.raises(re.error):
        broken.search("text")
    found = LazyPattern(r"(?P<agency>afp)", re.IGNORECASE)
    assert found.compiled is found.compiled
    assert [found.sub("-", "by AFP"), found.match("by AFP"), found.fullmatch("AFP")["agency"]] == [
        "by -",
        None,
        "AFP",
    ]
    assert found.match("by AFP", 3)["agency"] == found.search("by AFP")["agency"] == "AFP"
    assert [one.start() for one in found.finditer("AFP, afp")] == [0, 5]


def test_no_pattern_with_all_agencies_is_compiled_at_import() -> None:
    """Each takes 10 ms or more, and there are about a hundred."""
    modules = list(modules_of("worker.agencies"))
    eager = [
        p.pattern for module in modules for value in vars(module).values() for p in compiled_at_import(value)
    ]
    assert len(eager) > 3
    assert not [pattern[:80] for pattern in eager if len(pattern) > LONG]


def test_every_form_of_an_agency_compiles() -> None:
    found = sources_of("worker.agencies")
    assert sum(NAMES["reuters"][0] in str(source.pattern) for source in found) > 30


def test_a_process_that_others_are_forked_from_compiles_all_patterns() -> None:
    lazy_pattern.compile_patterns()
    found = [value for module in modules_of("worker.agencies") for value in vars(module).values()]
    patterns = [value for value in found if isinstance(value, LazyPattern)]
    assert patterns
    assert all(pattern._compiled is not None for pattern in patterns)
