"""Regular expressions that are compiled at their first use.

Each form of the tables here contains the names of all agencies, so compiling all of them takes more than a
second. A process that reads no text, or none that may credit an agency, does not need them.

A search for such a form takes up to a millisecond. Most texts lack a word that the form needs, which is known
much sooner.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

_PATTERNS: list["LazyPattern"] = []
_SYNTAX = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]])*\]|[(|)]", re.DOTALL
)  # escapes and sets, of which nothing counts
_ALIKE = {0x131: "i", 0x17F: "s", 0x307: None}  # dotless i, long s; the dot of a capital I in lower case


class LazyPattern:
    """A regular expression with the methods of `re.Pattern` that the readers of the tables use.

    `needs` are parts in lower case, separated by bars, one of which is in every match: a text without any is
    not searched. The first call of a method raises re.error if the expression is not valid.
    """

    __slots__ = ("_compiled", "_flags", "_is_opening", "needs", "text")

    def __init__(self, text: str, flags: int = 0, needs: str = "") -> None:
        self.text, self._flags = text, flags
        self.needs = tuple(needs.split("|")) if needs else ()
        self._is_opening = is_opening(text)
        self._compiled: re.Pattern[str] | None = None
        _PATTERNS.append(self)

    @property
    def compiled(self) -> re.Pattern[str]:
        """The compiled pattern."""
        if self._compiled is None:
            self._compiled = re.compile(self.text, self._flags)
        return self._compiled

    def may_match(self, text: str) -> bool:
        """Whether a text has one of the parts that a match needs."""
        if not self.needs:
            return True
        lowered = lower_alike(text)
        return any(part in lowered for part in self.needs)

    def match(self, text: str, start: int = 0) -> re.Match[str] | None:
        """As of `re.Pattern`."""
        return self.compiled.match(text, start)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """As of `re.Pattern`."""
        return self.compiled.fullmatch(text)

    def search(self, text: str) -> re.Match[str] | None:
        """As of `re.Pattern`."""
        if not self.may_match(text):
            return None
        return self.compiled.match(text) if self._is_opening else self.compiled.search(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """As of `re.Pattern`."""
        return self.compiled.finditer(text)

    def sub(self, replacement: str, text: str) -> str:
        """As of `re.Pattern`."""
        return self.compiled.sub(replacement, text)


def is_opening(text: str) -> bool:
    """Whether an expression matches at the start only: all its alternatives begin with `^`.

    `re` searches for it at every position all the same.
    """
    depth, is_anchored = 0, text.startswith("^")
    for found in _SYNTAX.finditer(text):
        depth += (found[0] == "(") - (found[0] == ")")
        if found[0] == "|" and not depth:
            is_anchored = is_anchored and text.startswith("^", found.end())
    return is_anchored


@lru_cache(maxsize=8)
def lower_alike(text: str) -> str:
    """Return a text in lower case, with one form of the letters that `re.IGNORECASE` does not distinguish."""
    lowered = text.lower()
    return lowered if lowered.isascii() else lowered.translate(_ALIKE)


def compile_patterns() -> None:
    """Compile all patterns of the modules imported so far, for processes that are forked from this one."""
    for pattern in _PATTERNS:
        _ = pattern.compiled
