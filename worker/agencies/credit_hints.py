"""Rule out the lines that cannot credit an agency, so that few are searched for the many forms."""

import re
from collections import defaultdict
from collections.abc import Sequence

from worker.agencies.closing_forms import MAIL_HOSTS
from worker.agencies.forms import SPELLINGS

_LETTERS = re.compile(r"[a-z]+")
# of the forms that name no agency: words that a line has in any order, and parts of words in other letters
_PHRASES = (
    "reporting by", "writing by", "compiled by", "editing by", "reporte de", "reportagem de", "bericht von",
    "reportage", "with agency", "from agency", "with agencies", "from agencies", "agencies", "from services",
    "from reports", "input from", "inputs from", "www kcna kp", "juche", "standards", "ant",
)  # fmt: skip
_PARTS = (
    "édité par",
    "編輯",
    "譯者",
    "核稿",
    "공감언론",
    "con información de",
    "新華社",
    "新华社",
    "中新社",
    "中央社",
    "연합",
    "共同",
    "時事",
    "时事",
)


def _by_longest(phrases: set[str]) -> dict[str, tuple[frozenset[str], ...]]:
    """Returns the words of each phrase, by the longest of them."""
    found: dict[str, set[frozenset[str]]] = defaultdict(set)
    for phrase in phrases:
        words = frozenset(_LETTERS.findall(phrase.lower()))
        found[max(words, key=len)].add(words)
    return {word: tuple(sets) for word, sets in found.items()}


def _by_foreign_letter(parts: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Returns the parts of words by their first letter that is not ASCII, which all of them have."""
    found: dict[str, list[str]] = defaultdict(list)
    for part in parts:
        found[next(letter for letter in part if not letter.isascii())].append(part)
    return {letter: tuple(some) for letter, some in found.items()}


_LATIN = frozenset(name for name in SPELLINGS if name[0].isascii() and name[-1].isascii())
_WORDS = _by_longest({*_LATIN, *MAIL_HOSTS, *_PHRASES})
_ELSEWHERE = tuple(sorted({name.lower() for name in SPELLINGS - _LATIN}.union(_PARTS)))
_ELSEWHERE_BY_LETTER = _by_foreign_letter(_ELSEWHERE)


def may_credit(line: str) -> bool:
    """Whether a line has the words of an agency's name, in any order, or of a form that names none.

    A word ends where its ASCII letters end. Names with another letter at one end may be inside a word.
    """
    lowered = line.lower()
    words = frozenset(_LETTERS.findall(lowered))
    if any(needed <= words for word in words & _WORDS.keys() for needed in _WORDS[word]):
        return True
    if line.isascii():
        return False
    letters = _ELSEWHERE_BY_LETTER.keys() & set(lowered)
    return any(part in lowered for letter in letters for part in _ELSEWHERE_BY_LETTER[letter])
