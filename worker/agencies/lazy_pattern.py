"""Regular expressions that are compiled at their first use.

A form that names agencies is compiled for the few names that a text has. Which of more than a thousand names
these are is known much sooner than any form is searched, and a form of all names would take up to 50 ms to
compile.
"""

import re
from collections.abc import Iterator
from functools import cached_property

from worker.agencies.name_slots import names_of, with_any_words, with_names
from worker.agencies.phrases import lower_alike
from worker.agencies.spellings import spellings_in

_PATTERNS: list["LazyPattern"] = []
_SYNTAX = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]])*\]|[(|)]", re.DOTALL
)  # escapes and sets, of which nothing counts
_NO_NAMES: frozenset[str] = frozenset()
_MOST_COMPILED = 64  # sets of names for which a form is kept compiled


class LazyPattern:
    """A regular expression with the methods of `re.Pattern` that the readers of the tables use.

    `text` has marks for agencies' names (`name_slots`). `needs` are parts in lower case, separated by bars,
    one of which is in every match: a text without any is not searched. The first call of a method raises
    re.error if the expression is not valid.
    """

    def __init__(self, text: str, flags: int = 0, needs: str = "") -> None:
        self.text, self.flags = text, flags
        self.needs = tuple(needs.split("|")) if needs else ()
        self._names = names_of(text)
        self._is_opening = is_opening(text)
        self._compiled: dict[frozenset[str], re.Pattern[str]] = {}
        _PATTERNS.append(self)

    @property
    def full_text(self) -> str:
        """The expression with all names."""
        return with_names(self.text)

    @cached_property
    def loose(self) -> re.Pattern[str] | None:
        """What matches wherever the pattern does with whichever names, and elsewhere.

        None if words needed rule out most texts, or if no such pattern is known.
        """
        text = with_any_words(self.text) if max(map(len, self.needs), default=1) == 1 else None
        return re.compile(text, self.flags) if text is not None else None

    def for_names(self, names: frozenset[str]) -> re.Pattern[str]:
        """Returns the compiled pattern that finds these names of agencies only."""
        found = self._compiled.get(names)
        if found is None:
            if len(self._compiled) >= _MOST_COMPILED:
                self._compiled.clear()
            found = re.compile(with_names(self.text, names), self.flags)
            self._compiled[names] = found
        return found

    def may_match(self, text: str) -> bool:
        """Whether a text has one of the parts that a match needs."""
        return not self.needs or any(map(lower_alike(text).__contains__, self.needs))

    def may_match_at(self, text: str, start: int) -> bool:
        """Whether the pattern may match at an offset, whichever names the text has."""
        return self.loose is None or self.loose.match(text, start) is not None

    def match(self, text: str, start: int = 0) -> re.Match[str] | None:
        """As of `re.Pattern`."""
        names = self._names_in(text)
        pattern = self._compiled.get(names)
        if pattern is None:
            if names and not self.may_match_at(text, start):
                return None
            pattern = self.for_names(names)
        return pattern.match(text, start)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """As of `re.Pattern`."""
        names = self._names_in(text)
        pattern = self._compiled.get(names)
        if pattern is None:
            if names and self.loose and not self.loose.fullmatch(text):
                return None
            pattern = self.for_names(names)
        return pattern.fullmatch(text)

    def search(self, text: str) -> re.Match[str] | None:
        """As of `re.Pattern`."""
        if self.needs and not self.may_match(text):
            return None
        if self._is_opening:
            return self.match(text)
        names = self._names_in(text)
        pattern = self._compiled.get(names)
        if pattern is None:
            if names and self.loose and not self.loose.search(text):
                return None
            pattern = self.for_names(names)
        return pattern.search(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """As of `re.Pattern`."""
        return self.for_names(self._names_in(text)).finditer(text)

    def sub(self, replacement: str, text: str) -> str:
        """As of `re.Pattern`."""
        return self.for_names(self._names_in(text)).sub(replacement, text)

    def _names_in(self, text: str) -> frozenset[str]:
        return self._names & spellings_in(text) if self._names else _NO_NAMES


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


def compile_patterns() -> None:
    """Compile all patterns of the modules imported so far, for processes that are forked from this one."""
    for pattern in _PATTERNS:
        pattern.for_names(_NO_NAMES)
        _ = pattern.loose
