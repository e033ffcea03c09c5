"""Regular expressions that are compiled at their first use.

Each form of the tables here contains the names of all agencies, so compiling all of them takes more than a
second. A process that reads no text, or none that may credit an agency, does not need them.
"""

import re
from collections.abc import Iterator

_PATTERNS: list["LazyPattern"] = []


class LazyPattern:
    """A regular expression with the methods of `re.Pattern` that the readers of the tables use.

    The first call of a method raises re.error if the expression is not valid.
    """

    __slots__ = ("_compiled", "_flags", "_text")

    def __init__(self, text: str, flags: int = 0) -> None:
        self._text, self._flags = text, flags
        self._compiled: re.Pattern[str] | None = None
        _PATTERNS.append(self)

    @property
    def compiled(self) -> re.Pattern[str]:
        """The compiled pattern."""
        if self._compiled is None:
            self._compiled = re.compile(self._text, self._flags)
        return self._compiled

    def match(self, text: str, start: int = 0) -> re.Match[str] | None:
        """As of `re.Pattern`."""
        return self.compiled.match(text, start)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """As of `re.Pattern`."""
        return self.compiled.fullmatch(text)

    def search(self, text: str) -> re.Match[str] | None:
        """As of `re.Pattern`."""
        return self.compiled.search(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """As of `re.Pattern`."""
        return self.compiled.finditer(text)

    def sub(self, replacement: str, text: str) -> str:
        """As of `re.Pattern`."""
        return self.compiled.sub(replacement, text)


def compile_patterns() -> None:
    """Compile all patterns of the modules imported so far, for processes that are forked from this one."""
    for pattern in _PATTERNS:
        _ = pattern.compiled
