"""Words of short items (headline and summary) in a form that ignores style.

Style is what outlets change without changing the text: quotes and dashes, capitals, accents, British or
American spelling, "&" for "and", a number in words or digits. A unit is a word, or a character in scripts
without spaces between words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise, repeat

from xxhash import xxh3_64_intdigest

from worker.agencies.lazy_pattern import LazyPattern
from worker.text.function_words import FUNCTION_WORDS
from worker.text.letters import foreign_letters
from worker.text.numerals import number_value, numeral_words, strip_accents
from worker.text.weekday_names import WEEKDAYS

MAX_WORDS, MAX_CHARACTERS = 80, 200  # of a text; a longer one is not a short item
ENOUGH_CHARS = 8  # to a word: most texts have more words within MAX_WORDS of these, and need not be read on
MAX_TITLE_UNITS = 60
MAX_CHARS = 1_500
MAX_KNOWN_CHARS = 32  # longer words are rare, and would take much memory
SMALL_LETTERS = 3  # a shorter or equal word says little about the subject
WORD, NUMBER, NAME, SMALL = 0, 1, 2, 3  # the two lowest bits of a unit
KIND_BITS = 3

_UNSPACED = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3130-\u318f"
    r"\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f"
)
_LETTER = rf"[^\W\d_{_UNSPACED}]"
_VOWEL = r"(?![\d\u0964\u0965])[\u0900-\u0dff]"  # signs of Indic scripts, which Python counts as no letters
_UNIT = re.compile(
    rf"\d+(?:[.,:/\u066b\u066c]\d+)*|[{_UNSPACED}]|{_LETTER}(?:{_LETTER}|'(?={_LETTER})|{_VOWEL})*|[&%.!?:;\n]"
)
# the same where no letter is of a script without spaces or of India
_SPACED_UNIT = re.compile(r"\d+(?:[.,:/\u066b\u066c]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)*|[&%.!?:;\n]")
_ALL_SPACED = re.compile(r"[^\u0900-\u1fff\u2e80-\uffff]*")
_ASCII_UNIT = re.compile(r"\d+(?:[.,:/]\d+)*|[A-Za-z]+(?:'[A-Za-z]+)*|[&%.!?:;\n]")
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")
MIN_POINTS = 2  # of an abbreviation
_ABBREVIATION = re.compile(rf"\b(?:[^\W\d_]\.){{{MIN_POINTS},}}")
_QUOTES = (("\u2019", "'"), ("\u2018", "'"), ("\u02bc", "'"), ("\u00ad", ""), ("\u200b", ""))
# an outlet's name, or a part of the paper, after the headline: "... - Daily Echo", "... | World"
APPENDED = re.compile(r"\s(?:[-\u2013\u2014|/»·•]|\\\|)\s+([^|\u2013\u2014|»·•]{2,40})$")
MIN_HEAD, MAX_APPENDED = 4, 5  # units
DATELINE_CHARS = 160
_INLINE_DATELINE = re.compile(
    rf"\A[^.!?\n]{{0,{DATELINE_CHARS}}}?\([A-Z][A-Za-z ]{{1,20}}\)\s*[-\u2013\u2014]{{1,2}}\s+"
)
# agencies' rolling reports; with full texts they are compared like others
_ROLLING = LazyPattern(r"\bthe latest(?:\s*[:|\u2013\u2014-]|$)", re.IGNORECASE, needs="latest")
_SENTENCE_END = re.compile(r"\s*[.!?:|\n\u2026\u2013\u2014-]+\s+")
_FIRST_ITEM = re.compile(r"\W{0,2}1\s?[.)\]:\uff0e\u3001]\s+\S")
_BREAKS = frozenset(".!?:;\n")
_SIGNS = {"&": "and", "%": "percent", "pct": "percent", "mln": "million", "bln": "billion"}
# British endings and their American forms, with what may follow; applied to every word, so that only equality
# matters
_ENDINGS = (
    ("is", "iz", "e|ed|es|er|ers|ing|ation|ations"),
    ("ys", "yz", "e|ed|es|ing"),
    ("our", "or", "|s|ed|ing|ite|ites|able|ful|hood|ly|er|ers"),
    ("bre", "ber", "|s|d"),
    ("dre", "der", "|s|d"),
    ("tre", "ter", "|s|d"),
    ("ll", "l", "ed|ing|er|ers"),
    ("ence", "ense", "|s"),
    ("ogue", "og", "|s"),
    ("mme", "m", "|s"),
)
_SPELLING = tuple((re.compile(rf"{old}({more})$"), rf"{new}\1") for old, new, more in _ENDINGS)
_SPELLED = tuple(f"{old}{end}" for old, _, more in _ENDINGS for end in more.split("|"))
_MIN_SPELLED = 5  # letters; shorter words have no variants


@dataclass(frozen=True, slots=True)
class ShortText:
    """The units of an item; `words` is empty if the text is long."""

    words: tuple[int, ...] = ()
    title: tuple[int, ...] = ()
    title_head: int = 0  # units of the title without an outlet's name at its end
    is_short: bool = False  # the text is short enough for `words` to hold all of it
    is_composite: bool = False  # a live blog, digest, briefing or newsletter


def short_text(title: str, text: str, lang: str | None, *, is_composite: bool = False) -> ShortText:
    """Return the units of an item; `text` is without furniture. `is_composite` if its form is known."""
    whole = short_words(title, lang, MAX_TITLE_UNITS)
    headline = APPENDED.sub("", title)
    head = len(whole if headline == title else short_words(headline, lang, MAX_TITLE_UNITS))
    if head < MIN_HEAD or len(whole) - head > MAX_APPENDED:
        headline, head = title, len(whole)
    text = _without_headline(text, headline.strip().rstrip(".!?:"))
    is_composite = is_composite or bool(_ROLLING.search(headline) or _FIRST_ITEM.match(text))
    if len(text) > MAX_CHARS:
        return ShortText((), whole, head, is_composite=is_composite)
    most = MAX_CHARACTERS if is_unspaced(text) else MAX_WORDS
    text = _without_dateline(text)
    opening = text[: most * ENOUGH_CHARS]
    if len(opening) < len(text) and _count_words(_tokens(opening)) > most + 1:  # one may be cut
        return ShortText((), whole, head, is_composite=is_composite)
    tokens = _tokens(text)
    is_short = _count_words(tokens) <= most
    words = _units(tokens, lang, most) if is_short else ()
    return ShortText(words, whole, head, is_short, is_composite)


def _count_words(tokens: Sequence[str]) -> int:
    return len(tokens) - sum(map(_BREAKS.__contains__, tokens))


def _without_dateline(text: str) -> str:
    if "(" not in text[: DATELINE_CHARS + 1]:
        return text
    dateline = _INLINE_DATELINE.match(text)
    return text[dateline.end() :] if dateline else text


def _without_headline(text: str, headline: str) -> str:
    """Return a text without its own headline, where that is repeated as its first sentence."""
    size = len(headline)
    if text[:size].lower() != headline.lower() or len(headline.split()) < MIN_HEAD:
        return text
    end = _SENTENCE_END.match(text, size)
    return text[end.end() :] if end and end.end() < len(text) else text


def short_words(text: str, lang: str | None = None, most: int = MAX_WORDS) -> tuple[int, ...]:
    """Return the units of a text in order, at most `most` of them."""
    return _units(_tokens(text), lang, most)


def _tokens(text: str) -> list[str]:
    """Return the words, characters, numbers and breaks of a text."""
    plain = _plain(text[:MAX_CHARS])
    if plain.isascii():
        return _ASCII_UNIT.findall(plain)
    is_spaced = _ALL_SPACED.fullmatch(foreign_letters(plain))
    return (_SPACED_UNIT if is_spaced else _UNIT).findall(plain)


def _units(tokens: Sequence[str], lang: str | None, most: int) -> tuple[int, ...]:
    """Return the units of tokens; the one after a break has no mark of a name."""
    read = [None, *map(_read_token, tokens, repeat(lang))]
    units = [(found[1] if before else found[0]) for before, found in pairwise(read) if found]
    return tuple(units[:most])


def is_unspaced(text: str) -> bool:
    """Whether most letters of a text are of scripts without spaces between words."""
    found = _IS_UNSPACED.findall(foreign_letters(text))
    return bool(found) and len(found) * 2 > sum(map(str.isalpha, text))


def is_weekday(unit: int) -> bool:
    """Whether a unit is the name of a day of the week."""
    return unit & ~KIND_BITS in _weekday_units()


@lru_cache(maxsize=1)
def _weekday_units() -> frozenset[int]:
    return frozenset(_hash(_word(name)) for name in WEEKDAYS)


def _plain(text: str) -> str:
    if not text.isascii():
        for typed, meant in _QUOTES:
            text = text.replace(typed, meant)
        text = strip_accents(text)
    if text.count(".") < MIN_POINTS:
        return text
    return _ABBREVIATION.sub(lambda found: found.group().replace(".", ""), text)


@cache
def small_words(lang: str | None) -> frozenset[str]:
    """Return the function words of a language, without accents; English ones if it is not known."""
    words = FUNCTION_WORDS.get((lang or "en").lower()[:2], FUNCTION_WORDS["en"])
    return frozenset(strip_accents(words).split())


def _read_token(token: str, lang: str | None) -> tuple[int, int] | None:
    return _known_units(token, lang) if len(token) <= MAX_KNOWN_CHARS else _units_of(token, lang)


@lru_cache(maxsize=1 << 15)
def _known_units(token: str, lang: str | None) -> tuple[int, int] | None:
    return _units_of(token, lang)


def _units_of(token: str, lang: str | None) -> tuple[int, int] | None:
    """Return the unit of a word at the start of a sentence, and within one, where a capital makes a name.

    None for a break.
    """
    if token in _BREAKS:
        return None
    lower = token.lower()
    unit = _unit(lower, lang)
    is_name = token != lower and unit & KIND_BITS == WORD
    return unit, unit | NAME if is_name else unit


def _unit(lower: str, lang: str | None) -> int:
    """Return the unit of a word in lower case, not as a name."""
    value = numeral_words(lang).get(lower)
    if value is not None or lower[0].isdigit():
        return _hash(number_value(lower) if value is None else str(value)) | NUMBER
    word = _word(lower)
    is_small = lower in small_words(lang) or (len(word) <= SMALL_LETTERS and not _IS_UNSPACED.match(word))
    return _hash(word) | (SMALL if is_small else WORD)


def _word(lower: str) -> str:
    lower = _SIGNS.get(lower, lower).replace("'", "")
    if len(lower) >= _MIN_SPELLED and lower.endswith(_SPELLED) and lower.isascii():
        for pattern, form in _SPELLING:
            lower = pattern.sub(form, lower)
    return lower


def _hash(word: str) -> int:
    return xxh3_64_intdigest(word.encode("utf-8", "replace")) & 0xFFFFFFFC
