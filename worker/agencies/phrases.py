"""Find which of many phrases a text may have, sooner than any regular expression does."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

# Letters that re.IGNORECASE does not distinguish: dotless i, long s, the dot of a capital I in lower case,
# the sigma at the end of a word
_ALIKE = {0x131: "i", 0x17F: "s", 0x307: None, 0x3C2: "\u03c3"}
_VARIED = re.compile("[\u0131\u017f\u0307\u03c2]")
# letters that are ASCII in that form, or between ASCII letters in it: with the Kelvin sign and the dotted I
_LIKE_ASCII = re.compile("[\u0130\u0131\u017f\u0307\u212a]")
_LETTERS = b"abcdefghijklmnopqrstuvwxyz"
_WORD_BYTES = bytes(byte if byte in _LETTERS else ord(" ") for byte in bytes(range(256)).lower())
_ASCII = bytes(range(128))
_OTHER_PARTS = re.compile(r"[a-z]*\d[a-z\d]*|[^\x00-\x7f]+")


@lru_cache(maxsize=8)
def lower_alike(text: str) -> str:
    """Returns a text in lower case, with one form of letters that `re.IGNORECASE` does not distinguish."""
    lowered = text.lower()
    return lowered.translate(_ALIKE) if not lowered.isascii() and _VARIED.search(lowered) else lowered


def words_of(text: str) -> list[bytes]:
    """Returns the runs of ASCII letters in lower case, in UTF-8; splitting bytes is faster than a pattern."""
    return text.encode("utf-8", "replace").translate(_WORD_BYTES).split()


def _foreign_letters(text: str) -> str:
    return text.encode("utf-8", "replace").translate(None, _ASCII).decode()


# in few names, but in most texts
_FREQUENT = frozenset(
    words_of("a an and at d da de del der des di do e el en for in l la le of on the to van y")
)
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Phrase:
    """What a text with a phrase has: words, and as parts of it what has digits or other letters."""

    words: frozenset[bytes]
    parts: tuple[str, ...]
    phrases: tuple[str, ...]  # the same but for capitals and punctuation


def _read_phrases(phrases: Iterable[str]) -> list[_Phrase]:
    alike: dict[tuple[frozenset[bytes], tuple[str, ...]], list[str]] = defaultdict(list)
    for text in sorted(set(phrases)):
        lowered = lower_alike(text)
        if lowered[0].isascii() and lowered[-1].isascii():
            alike[frozenset(words_of(lowered)), tuple(_OTHER_PARTS.findall(lowered))].append(text)
        else:
            alike[frozenset(), (lowered,)].append(text)
    return [_Phrase(*needed, tuple(texts)) for needed, texts in alike.items()]


class Phrases:
    """Phrases by their words.

    A word ends where its ASCII letters end. A phrase with another letter at one end may be inside a word.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        self._by_word: dict[bytes, list[_Phrase]] = defaultdict(list)
        self._by_foreign_letter: dict[str, list[_Phrase]] = defaultdict(list)
        found = _read_phrases(phrases)
        counts = Counter(word for phrase in found for word in phrase.words)
        for phrase in found:
            foreign = next((letter for part in phrase.parts for letter in part if not letter.isascii()), None)
            if foreign:
                self._by_foreign_letter[foreign].append(phrase)
            else:
                rarest = min(sorted(phrase.words), key=lambda word: (word in _FREQUENT, counts[word]))
                self._by_word[rarest].append(phrase)

    def within(self, text: str) -> frozenset[str]:
        """Returns the phrases whose words a text has, in any order and in any case."""
        foreign = "" if text.isascii() else _foreign_letters(text)
        lowered = lower_alike(text) if foreign else text
        words = words_of(lowered)
        if foreign and _LIKE_ASCII.search(foreign):  # such a letter may be the border of a word as well
            words += words_of(text)
        possible = [phrase for word in self._by_word.keys() & words for phrase in self._by_word[word]]
        for letter in self._by_foreign_letter.keys() & lower_alike(foreign):
            possible += self._by_foreign_letter[letter]
        if not possible:
            return _NONE
        known, lowered = frozenset(words), lower_alike(text)
        found = list[str]()
        for phrase in possible:
            if phrase.words <= known and all(map(lowered.__contains__, phrase.parts)):
                found += phrase.phrases
        return frozenset(found)
