"""Copies and independent reports in scripts other than Latin, Cyrillic and East Asian ones.

Invented news, written for these tests: three events for each script, each with a text of five sentences and
three independent reports. Outlets differ in headline, length, wording, and in how they write the script.
"""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from worker.dedupe import Candidate, Signature, decide_matches, make_signature
from worker.records import Document

TEXTS = Path(__file__).parent / "scripts"
MOMENT = datetime(2031, 5, 6, 9, tzinfo=UTC)
SUMMARY = 200  # characters
ZERO_WIDTH = "\u200b"
Style = Callable[[str], str]
Item = tuple[str, str]  # title, text


def digits_of(zero: str) -> Style:
    """Write digits with those of a script, given its zero."""
    return lambda text: re.sub("[0-9]", lambda found: chr(ord(zero) + int(found[0])), text)


def arabic(text: str) -> str:
    """Alef without hamza, a stretched word, vowel points on every second word, Arabic-Indic digits."""
    words = text.translate(str.maketrans("أإآ", "ااا")).split(" ")
    pointed = [word.replace("ي", "يْ").replace("ل", "لّ", 1) if n % 2 else word for n, word in enumerate(words)]
    return digits_of("٠")(" ".join(pointed).replace("مدي", "مـــدي").replace("العا", "العـا"))


def hebrew(text: str) -> str:
    """Points, ASCII quotes for geresh and gershayim, a hyphen for the maqaf."""
    return text.replace("ש", "שׁ").replace("ב", "בּ").replace("״", '"').replace("־", "-")


def hindi(text: str) -> str:
    """Nukta as a letter of its own or left out, chandrabindu as anusvara, Devanagari digits."""
    apart = unicodedata.normalize("NFD", text).replace("ज\u093c", "ज")
    return digits_of("०")(apart.replace("ँ", "ं"))


def thai(text: str) -> str:
    """Invisible spaces between syllables, Thai digits, "am" typed as two signs."""
    spaced = re.sub("(?<=[ะาำ])(?=[ก-ฮ])", ZERO_WIDTH, text)
    return digits_of("๐")(spaced.replace("ำ", "ํา"))


def vietnamese(text: str) -> str:
    """Decomposed letters, the tone on the other vowel."""
    moved = text
    for old, new in (("òa", "oà"), ("óa", "oá"), ("ùy", "uỳ"), ("úy", "uý"), ("ủy", "uỷ"), ("ụy", "uỵ")):
        moved = re.sub(rf"(?<!q){old}(?!\w)", new, moved, flags=re.IGNORECASE)
    return unicodedata.normalize("NFD", moved)


def turkish(text: str) -> str:
    """A headline in Turkish capitals, a text with decomposed letters and typographic apostrophes."""
    if "\n" not in text:
        return text.replace("i", "İ").replace("ı", "I").upper()
    return unicodedata.normalize("NFD", text).replace("'", "’")


STYLES = {"ar": arabic, "he": hebrew, "hi": hindi, "th": thai, "vi": vietnamese, "tr": turkish}
VIEWS = ("full", "short")
EVENTS = (0, 1, 2)


@cache
def texts(lang: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads((TEXTS / f"{lang}.toml").read_text("utf-8"))["text"]
    return found


def sign(item: Item, lang: str, view: str, source: str, hours: float = 0) -> Signature:
    title, text = item
    if view == "short":
        text = " ".join(text.split())[:SUMMARY]
    at = MOMENT + timedelta(hours=hours)
    return make_signature(Document(source, title, text, source, lang, at), ())


def is_copy(old: Signature, new: Signature) -> bool:
    return bool(decide_matches(new, [Candidate("old", old)]))


def versions(lang: str, event: int) -> Iterator[tuple[str, Item]]:
    """The text as other outlets print it."""
    found = texts(lang)[event]
    title, headline, paragraphs = found["title"], found["headline"], found["paragraphs"]
    edited = "\n".join(paragraphs)
    for old, new in found["edits"]:
        assert old in edited
        edited = edited.replace(old, new, 1)
    yield "headline", (headline, "\n".join(paragraphs))
    yield "cut", (title, "\n".join(paragraphs[:3]))
    yield "edited", (headline, edited)
    yield "style", (STYLES[lang](title), STYLES[lang]("\n".join(paragraphs)))
    yield "style and cut", (STYLES[lang](headline), STYLES[lang]("\n".join(paragraphs[:4])))


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("lang", STYLES)
def test_a_text_with_another_headline_length_wording_or_spelling_is_a_copy(
    lang: str, event: int, view: str
) -> None:
    found = texts(lang)[event]
    first = sign((found["title"], "\n".join(found["paragraphs"])), lang, view, "one")
    missed = [
        kind for kind, item in versions(lang, event) if not is_copy(first, sign(item, lang, view, "two", 1))
    ]
    assert missed == []


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("lang", STYLES)
def test_independent_reports_of_an_event_are_no_copies(lang: str, event: int, view: str) -> None:
    found = texts(lang)[event]
    reports = [(found["title"], "\n".join(found["paragraphs"]))]
    reports += [(title, text) for title, text in found["independent"]]
    signed = [sign(item, lang, view, f"outlet {n}", n) for n, item in enumerate(reports)]
    signed.append(sign((STYLES[lang](reports[0][0]), STYLES[lang](reports[0][1])), lang, view, "styled", 9))
    joined = [
        (a.source, b.source)
        for a, b in combinations(signed, 2)
        if (a.source, b.source) != ("outlet 0", "styled") and is_copy(a, b)
    ]
    assert joined == []
