"""Finds acronyms with their long forms: "General Security of Military Information Agreement (GSOMIA)"."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from worker.text.numerals import cardinals

SCOPE_CHARS = 160  # maximum distance of a long form before the bracket
MAX_WORDS = 14
SMALL = frozenset({
    "a", "an", "and", "as", "at", "by", "de", "del", "der", "des", "di", "du", "en", "et", "for", "from",
    "in", "la", "le", "of", "on", "or", "the", "to", "und", "van", "von", "with", "y", "&",
})  # fmt: skip
ARTICLES = frozenset({"a", "an", "the"})
# Number words for digits: Group of Seven (G7).
_DIGITS = {word: str(value) for word, value in cardinals("en", (*range(2, 11), 20)).items()}
# Words that may count as two: Southeast in ASEAN, intercontinental in ICBM, papillomavirus in HPV.
_COMPOUND = re.compile(
    r"(north(?=east|west)|south(?=east|west)|inter|intra|trans|multi|non|anti|electro|tele|counter|micro|hydro"
    r"|radio|cardio|extra|ultra|\w{3,}?(?=virus))(\w{4,})"
)
_BRACKET = re.compile(r"[(（]\s?([A-Z][A-Za-z0-9&./-]{1,9})\s?[)）]")
_REVERSED = re.compile(r"([A-Z](?<!\w.)[A-Z0-9&]{1,7})\s[(（]([A-Za-z][^()（）\n]{6,100})[)）]")
_WORD = re.compile(r"[^\W_][\w'’.&]*|&")
_BREAK = re.compile(r"[.!?;:()\[\]\"“”«»\n](?:\s|$)|\n|[()\"“”]")


@dataclass(frozen=True, slots=True)
class Acronym:
    """A short form and its long form; `offset` is where the long form begins."""

    short: str
    long: str
    offset: int


def find_acronyms(text: str) -> list[Acronym]:
    """Returns the acronyms that a text spells out, in order of appearance, each short form once."""
    found: dict[str, Acronym] = {}
    for acronym in sorted([*_bracketed(text), *_reversed(text)], key=lambda item: item.offset):
        found.setdefault(acronym.short, acronym)
    return list(found.values())


def _bracketed(text: str) -> Iterator[Acronym]:
    end = 0
    for bracket in _BRACKET.finditer(text):
        short, start = bracket[1], max(end, bracket.start() - SCOPE_CHARS)
        end = bracket.end()
        if not _is_short(short):
            continue
        scope = text[start : bracket.start()].rstrip()
        stops = [stop.end() for stop in _BREAK.finditer(scope) if not _is_abbreviation(scope, stop.start())]
        begin = stops[-1] if stops else 0
        at = _match(short, scope, begin)
        if at is not None:
            yield Acronym(short, re.sub(r"['’]s\Z", "", scope[at:].strip(" ,'\"“”’")), start + at)


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
    word = scope[max(0, at - 12) : at].rsplit(" ", maxsplit=1)[-1]
    return scope[at] == "." and bool(re.fullmatch(r"(?:[A-Z]\.?)+|[A-Z][a-z]{1,3}", word))


def _match(short: str, scope: str, begin: int) -> int | None:
    """Returns the start of the long form in the scope, or None; matches initials backwards by word."""
    words = list(_WORD.finditer(scope, begin))[-MAX_WORDS:]
    parts = [(word.start(), _fold(word[0])) for word in words]
    letters = re.sub(r"[^A-Za-z0-9]", "", short).lower()
    if letters.endswith("s") and short.endswith("s"):
        letters = letters[:-1]
    for skips in (0, 1):
        at = _walk(letters, parts, len(letters), len(parts), skips)
        if at is not None:
            return (
                at if _is_long(letters, scope[at:], [word for start, word in parts if start >= at]) else None
            )
    return None


def _fold(word: str) -> str:
    """Returns a word in lower case without accents and dots."""
    plain = unicodedata.normalize("NFKD", word.lower())
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).replace(".", "")


def _is_long(letters: str, text: str, words: list[str]) -> bool:
    """Whether words can be a long form: not one shortened word (Brazil), not a lower-case sentence."""
    if len(words) == 1:
        return any(key.startswith(letters) for key in _keys(words[0])[1:])
    return any(map(str.isupper, text)) or not ARTICLES.intersection(words)


def _keys(word: str) -> list[str]:
    """Returns the strings that the acronym's letters for this word may be a prefix of, the word first."""
    compound = _COMPOUND.match(word)
    return [_DIGITS.get(word) or word, *([compound[1][0] + compound[2]] if compound else [])]


def _walk(letters: str, parts: list[tuple[int, str]], letter: int, part: int, skips: int) -> int | None:
    """Match letters[:letter] against the initials of parts[:part], from their ends."""
    if part <= 0:
        return None
    at, word = parts[part - 1]
    for length in (1, 2, 3):
        piece = letters[max(0, letter - length) : letter]
        if len(piece) < length or not any(key.startswith(piece) for key in _keys(word)):
            continue
        if letter == length:
            if word not in SMALL:
                return at
        else:
            begin = _walk(letters, parts, letter - length, part - 1, skips)
            if begin is not None:
                return begin
    if letter == len(
        letters
    ):  # the last word must match, except after "and": "Control and Prevention" in CDC
        ends_in_pair = skips and part > 2 and parts[part - 2][1] == "and"
        return _walk(letters, parts, letter, part - 2, skips - 1) if ends_in_pair else None
    if word in SMALL:
        return _walk(letters, parts, letter, part - 1, skips)
    return _walk(letters, parts, letter, part - 1, skips - 1) if skips else None
