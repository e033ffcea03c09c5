"""Acronyms with their long forms: "General Security of Military Information Agreement (GSOMIA)"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

SCOPE_CHARS = 160  # a long form stands within so many characters before the bracket
MAX_WORDS = 14
SMALL = frozenset({
    "a", "an", "and", "as", "at", "by", "de", "del", "der", "des", "di", "du", "en", "et", "for", "from",
    "in", "la", "le", "of", "on", "or", "the", "to", "und", "van", "von", "with", "y", "&",
})  # fmt: skip
ARTICLES = frozenset({"a", "an", "the"})
# Words for digits: Group of Seven (G7).
_DIGITS = {
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
    "twenty": "20",
}
_COMPOUND = re.compile(r"(north|south)(east|west)")  # counts as two words: ASEAN
_BRACKET = re.compile(r"[(（]\s?([A-Z][A-Za-z0-9&./-]{1,9})\s?[)）]")
_REVERSED = re.compile(r"\b([A-Z][A-Z0-9&]{1,7})\s[(（]([A-Za-z][^()（）\n]{6,100})[)）]")
_WORD = re.compile(r"[^\W_][\w'’.&]*|&")
_BREAK = re.compile(r"[.!?;:()\[\]\"“”«»\n](?:\s|$)|\n|[()\"“”]")


@dataclass(frozen=True, slots=True)
class Acronym:
    """A short form and what it stands for; `offset` is where the long form begins."""

    short: str
    long: str
    offset: int


def find_acronyms(text: str) -> list[Acronym]:
    """The acronyms that a text spells out, in its order, each short form once."""
    found: dict[str, Acronym] = {}
    for acronym in sorted([*_bracketed(text), *_reversed(text)], key=lambda item: item.offset):
        found.setdefault(acronym.short, acronym)
    return list(found.values())


def _bracketed(text: str) -> Iterator[Acronym]:
    for bracket in _BRACKET.finditer(text):
        short = bracket[1]
        if not _is_short(short):
            continue
        start = max(0, bracket.start() - SCOPE_CHARS)
        scope = text[start : bracket.start()].rstrip()
        stops = [stop.end() for stop in _BREAK.finditer(scope) if not _is_abbreviation(scope, stop.start())]
        begin = stops[-1] if stops else 0
        at = _match(short, scope, begin)
        if at is not None:
            yield Acronym(short, scope[at:].strip(" ,'\"“”’"), start + at)


def _reversed(text: str) -> Iterator[Acronym]:
    for found in _REVERSED.finditer(text):
        words = found[2]
        begin = next((w.start() for w in _WORD.finditer(words) if w[0].lower() not in ARTICLES), 0)
        if _is_short(found[1]) and _match(found[1], words, begin) == begin:
            yield Acronym(found[1], words[begin:].strip(), found.start(2) + begin)


def _is_short(short: str) -> bool:
    capitals = sum(map(str.isupper, short))
    return capitals >= 2 or (capitals == 1 and any(map(str.isdigit, short)))


def _is_abbreviation(scope: str, at: int) -> bool:
    """Whether a full stop belongs to an abbreviation such as U.S. or Inc."""
    word = re.search(r"\S{0,12}$", scope[:at])
    return (
        scope[at] == "."
        and bool(word)
        and bool(re.fullmatch(r"(?:[A-Z]\.?)+|[A-Z][a-z]{1,3}", word[0] if word else ""))
    )


def _match(short: str, scope: str, begin: int) -> int | None:
    """Where the long form begins in the scope, or None: initials backwards, word by word."""
    words = list(_WORD.finditer(scope, begin))[-MAX_WORDS:]
    parts = [(word.start(), word[0].lower()) for word in words]
    letters = re.sub(r"[^A-Za-z0-9]", "", short).lower()
    if letters.endswith("s") and short.endswith("s"):
        letters = letters[:-1]
    for skips in (0, 1):
        at = _walk(letters, parts, len(letters), len(parts), skips)
        if at is not None:
            return at
    return None


def _walk(letters: str, parts: list[tuple[int, str]], letter: int, part: int, skips: int) -> int | None:
    """Match letters[:letter] against the initials of parts[:part], from their ends."""
    if part == 0:
        return None
    at, word = parts[part - 1]
    compound = _COMPOUND.match(word)
    key = _DIGITS.get(word) or (compound[1][0] + compound[2] if compound else word)
    for length in (1, 2, 3):
        piece = letters[max(0, letter - length) : letter]
        if len(piece) < length or not key.startswith(piece):
            continue
        if letter == length:
            if word not in SMALL:
                return at
        else:
            begin = _walk(letters, parts, letter - length, part - 1, skips)
            if begin is not None:
                return begin
    if word in SMALL:
        return _walk(letters, parts, letter, part - 1, skips) if letter < len(letters) else None
    return _walk(letters, parts, letter, part - 1, skips - 1) if skips and letter < len(letters) else None
