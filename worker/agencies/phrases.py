"""Find which of many phrases a text may have, sooner than any regular expression does."""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

_LETTERS = re.compile(r"[A-Za-z]+")
# Letters that re.IGNORECASE does not distinguish: dotless i, long s, the dot of a capital I in lower case,
# the sigma at the end of a word
_ALIKE = {0x131: "i", 0x17F: "s", 0x307: None, 0x3C2: "\u03c3"}
_VARIED = re.compile("[\u0131\u017f\u0307\u03c2]")
# letters that are ASCII in that form, or between ASCII letters in it: with the Kelvin sign and the dotted I
_LIKE_ASCII = re.compile("[\u0130\u0131\u017f\u0307\u212a]")


@lru_cache(maxsize=8)
def lower_alike(text: str) -> str:
    """Returns a text in lower case, with one form of letters that `re.IGNORECASE` does not distinguish."""
    lowered = text.lower()
    return lowered.translate(_ALIKE) if not lowered.isascii() and _VARIED.search(lowered) else lowered


class Phrases:
    """Phrases by their words.

    A word ends where its ASCII letters end. A phrase with another letter at one end may be inside a word.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        self._by_longest: dict[str, list[tuple[frozenset[str], str]]] = defaultdict(list)
        self._by_foreign_letter: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for phrase in sorted(set(phrases)):
            lowered = lower_alike(phrase)
            if lowered[0].isascii() and lowered[-1].isascii():
                words = frozenset(_LETTERS.findall(lowered))
                self._by_longest[max(words, key=len)].append((words, phrase))
            else:
                letter = next(letter for letter in lowered if not letter.isascii())
                self._by_foreign_letter[letter].append((lowered, phrase))

    def within(self, text: str) -> frozenset[str]:
        """Returns the phrases whose words a text has, in any order and in any case."""
        lowered = lower_alike(text)
        words = frozenset(_LETTERS.findall(lowered))
        if not text.isascii() and _LIKE_ASCII.search(
            text
        ):  # such a letter may be the border of a word as well
            words |= {word.lower() for word in _LETTERS.findall(text)}
        found = [
            phrase
            for word in words & self._by_longest.keys()
            for needed, phrase in self._by_longest[word]
            if needed <= words
        ]
        if not lowered.isascii():
            letters = self._by_foreign_letter.keys() & set(lowered)
            found += [
                phrase
                for letter in letters
                for part, phrase in self._by_foreign_letter[letter]
                if part in lowered
            ]
        return frozenset(found)
