"""Patterns with the names of all agencies are compiled at their first use, and all of them are valid."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.fuzz.pattern_sources import modules_of, sources_of
from worker.agencies import lazy_pattern
from worker.agencies.lazy_pattern import LazyPattern, is_opening
from worker.agencies.names import NAMES
from worker.agencies.phrases import lower_alike

import re._constants as codes  # type: ignore[import-not-found]  # isort: skip
import re._parser as parser  # type: ignore[import-not-found]  # isort: skip

LONG = 2_000  # characters: a pattern with the names of all agencies has more
UNKNOWN, LONGEST = "\0", 40  # stands for text that is not known; characters of the longest part needed


def endings(parts: Any, before: set[str], needs: tuple[str, ...]) -> set[str]:
    """The last characters of all beginnings of a match that have none of the parts needed."""
    for code, value in parts:
        if code is codes.LITERAL:
            after = {text + lower_alike(chr(value)) for text in before}
        elif code is codes.IN and all(kind is codes.LITERAL for kind, _ in value):
            after = {text + lower_alike(chr(letter)) for text in before for _, letter in value}
        elif code is codes.SUBPATTERN:
            after = endings(value[3], before, needs)
        elif code is codes.BRANCH:
            after = set().union(*(endings(branch, before, needs) for branch in value[1]))
        elif code in (codes.MAX_REPEAT, codes.MIN_REPEAT):
            least, most, inner = value
            after = endings(inner, before, needs) | (set() if least else before)
            after |= {UNKNOWN} if most > 1 and after else set()
        elif code is codes.ASSERT and value[0] == 1:
            after = before if endings(value[1], {""}, needs) else set()
        elif code in (codes.ASSERT, codes.ASSERT_NOT, codes.AT):
            after = before
        else:
            after = {UNKNOWN} if before else set()
        before = {text[-LONGEST:] for text in after if not any(part in text for part in needs)}
    return before


def lazy_patterns() -> list[LazyPattern]:
    """All patterns that are compiled at their first use."""
    assert list(modules_of("worker.agencies", "worker.dedupe"))
    return list(lazy_pattern._PATTERNS)


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
    assert found.for_names(frozenset()) is found.for_names(frozenset())
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
    assert all(pattern._compiled for pattern in patterns)


def test_every_match_of_a_form_has_one_of_the_parts_that_it_needs() -> None:
    """A text without any of them is not searched, so that a part too many would hide matches."""
    found = [form for form in lazy_patterns() if form.needs]
    assert len(found) > 10
    assert [form.text[:80] for form in found if endings(parser.parse(form.full_text), {""}, form.needs)] == []


def test_parts_that_a_form_does_not_need_are_found_out() -> None:
    assert endings(parser.parse("(?:with|con) agenc(?:y|ies)"), {""}, ("agenc",)) == set()
    for text, needs in (("a(?:b|c)", "ab"), ("(?:ab)?c", "ab"), ("a.b", "ab"), ("a[bc]+", "ab")):
        assert endings(parser.parse(text), {""}, (needs,)), text


def test_parts_needed_are_found_in_letters_that_a_pattern_does_not_distinguish() -> None:
    form = LazyPattern(r"contributed|six", re.IGNORECASE, needs="contributed|six")
    for text in ("by AFP, CONTR\u0130BUTED", "contr\u0131buted", "\u017fix"):
        assert re.search(form.full_text, text, form.flags), text
        assert form.search(text), text
    assert form.search("by AFP") is None


def test_a_form_that_matches_at_the_start_only_is_not_searched_elsewhere() -> None:
    forms = (r"^a(?:b|c)", r"^a|^b", r"^\(a|^[|)]b", r"^[]|]a")
    assert all(map(is_opening, forms))
    assert not any(map(is_opening, (r"a", r"^a|b", r"(?:^|b)a", r"^\(a|b\)")))
    assert not any(form.flags & re.MULTILINE for form in lazy_patterns())
    assert [bool(LazyPattern(r"^a|^b").search(text)) for text in ("ac", "bc", "cb")] == [True, True, False]
