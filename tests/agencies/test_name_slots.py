"""A form compiled for the names that a text has finds what the form with all names finds."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.agencies import (
    agency_lines,
    credit_lines,
    datelines_by_agency,
    lines_by_language,
    regional_lines,
    sign_offs_by_agency,
)
from tests.fuzz.pattern_sources import modules_of
from worker.agencies import lazy_pattern
from worker.agencies.head_datelines import AGENCY_DATELINES, OPENINGS
from worker.agencies.lazy_pattern import LazyPattern
from worker.agencies.name_slots import any_name, whole_name, with_any_words, with_names
from worker.agencies.spellings import SPELLINGS, spellings_in

TABLES = (
    agency_lines, credit_lines, datelines_by_agency, lines_by_language, regional_lines, sign_offs_by_agency,
)  # fmt: skip
METHODS = ("match", "search", "fullmatch")
AT_START = ("match", "fullmatch")  # datelines are never searched
DATED = (*AGENCY_DATELINES, *OPENINGS)
EACH = 9  # of the lines of the tables, one in so many
NAMES = sorted(SPELLINGS)
PARTS = (
    "\n", " ", ", ", " - ", "/", " (", ") ", ".", ": ", "©", "=", "【", "】", "10 Feb ", "SEOUL", "Paris",
    "mkl", "By ", "With ", "Source: ",
    "출처=", "記者", "and",
    "Reporting by ", "; editing by Jo Doe", "Photo", "12일",
    "電", "İ", "ſ",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PARTS) | st.sampled_from(NAMES), max_size=8).map("".join)


def named_forms() -> list[LazyPattern]:
    assert list(modules_of("worker.agencies"))
    return [form for form in lazy_pattern._PATTERNS if form._names]


@cache
def full(form: LazyPattern) -> re.Pattern[str]:
    return re.compile(form.full_text, form.flags)


def strings_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from strings_of(item)


def lines() -> list[str]:
    found = {line for table in TABLES for value in vars(table).values() for line in strings_of(value)}
    return sorted(line for line in found if spellings_in(line))[::EACH]


def found_by(search: Callable[[str], re.Match[str] | None], text: str) -> tuple[Any, ...] | None:
    found = search(text)
    return (found.regs, found.groupdict()) if found else None


def differences(text: str) -> list[str]:
    """The forms and methods by which the form with all names finds something else than the product."""
    return [
        f"{method} of {form.text[:60]!r}"
        for form in named_forms()
        for method in (AT_START if form in DATED else METHODS)
        if form.may_match(text)
        and found_by(getattr(form, method), text) != found_by(getattr(full(form), method), text)
    ]


def test_lines_of_all_agencies_are_read_as_with_all_names() -> None:
    tried = lines()
    assert len(tried) > 100
    assert {line: found for line in tried if (found := differences(line))} == {}


@settings(max_examples=150)
@given(TEXTS)
def test_any_text_is_read_as_with_all_names(text: str) -> None:
    assert differences(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("by afp", "AFP"),
        ("(iha)", "İHA"),
        ("ΡΌΙΤΕΡΣ", "Ρόιτερς"),
        ("İAA", "AA"),
        ("AFP통신이", "AFP통신"),
        ("\u212aAA", "AA"),
    ],
)
def test_a_name_is_among_those_of_a_text_in_any_case(text: str, name: str) -> None:
    assert name in spellings_in(text)
    assert spellings_in("GNAT 12 FebGNA, tapestry") == frozenset()


def test_few_forms_are_compiled_for_names_that_no_form_finds() -> None:
    """Running text with names is no credit: words in place of the names rule most forms out."""
    forms = [form for form in named_forms() if form.loose]
    text = (
        "The mayor told AAP and Ritzau on Monday that the bridge, he said, will be closed until the spring."
    )
    for form in forms:
        form.fullmatch(text)
    assert sum(bool(form._compiled.keys() & {form._names & spellings_in(text)}) for form in forms) * 5 < len(
        forms
    )


def test_a_mark_stands_for_spellings_only() -> None:
    with pytest.raises(ValueError, match="no spellings of an agency: Nobody"):
        any_name({"AFP", "Nobody"})
    assert whole_name({"AFP"}) == whole_name({"AFP"}) != any_name({"AFP"})


def test_names_that_a_text_lacks_are_not_in_the_expression() -> None:
    mark = any_name({"AFP", "AP"})
    assert with_names(f"({mark})", frozenset({"AP", "EFE"})) == "(AP)"
    assert with_names(f"({mark})", frozenset()) == "((?!))"
    assert with_names(any_name({"GNA"}, may_touch=True), frozenset()) == "GNA"


def test_words_in_place_of_names_exclude_nothing() -> None:
    mark = any_name({"AFP"})
    loose = with_any_words(rf"(?:{mark}|x)-(?!a{mark})(?!\s(?!{mark}))[(]\({mark}")
    assert loose is not None
    assert [bool(re.search(loose, text)) for text in ("A B C-((EFE", "x-((aAFP", "!-((EFE", "x-((")] == [
        True, True, False, False,
    ]  # fmt: skip


def test_words_in_place_of_names_are_not_repeated() -> None:
    mark = any_name({"AFP"})
    for repeat in ("{1,4}", "+", "*"):
        loose = with_any_words(rf"\({mark}(?:,{mark}){repeat}x")
        assert loose is not None
        assert [bool(re.fullmatch(loose, text)) for text in ("(A,B\nx", "(A", "A,Bx")] == [True, True, False]
        assert with_any_words(rf"(?:{mark}(?:,{mark}){repeat}x)") is None
        assert with_any_words(rf"a|{mark}(?:,{mark}){repeat}") is None
        assert with_any_words(rf"{mark}(?:,{mark}){repeat}|a") is None


def test_sets_of_names_for_which_a_form_is_kept_are_bounded() -> None:
    form = LazyPattern(rf"by {any_name(SPELLINGS)}")
    for name in NAMES[:200]:
        assert form.search(f"by {name}")
    assert len(form._compiled) <= lazy_pattern._MOST_COMPILED
