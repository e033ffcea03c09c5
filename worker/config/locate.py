"""Line numbers of the tables and keys of a TOML text; the standard parser does not keep them."""

import json
import re
from collections.abc import Iterable, Mapping

from worker.config.syntax import lines_of

Place = tuple[str | int, ...]  # ("feed", 2, "url"): the key `url` of the third [[feed]]

_NAME = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_NAMES = re.compile(_NAME)
_DOTTED = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_DOTTED})\s*\]")
_KEY = re.compile(rf"\s*({_DOTTED})\s*=")
_TOKEN = re.compile(r"""\"{3}|'{3}|"(?:[^"\\]|\\.)*"|'[^']*'|\#.*|[\[\]{}]""")
_CLOSING = {'"""': re.compile(r'(?:[^"\\]|\\.|"(?!""))*"{3}'), "'''": re.compile(r"(?:[^']|'(?!''))*'{3}")}


def locate_keys(text: str) -> dict[Place, int]:
    """The line number, from 1, of each table header and key of a valid TOML text."""
    scan = _Scan()
    for number, line in enumerate(lines_of(text), start=1):
        scan.read_line(number, line)
    return scan.lines


def find_line(lines: Mapping[Place, int], place: Iterable[str | int]) -> int | None:
    """The line of a place, or of the nearest enclosing table."""
    path = tuple(place)
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path)


class _Scan:
    """Tracks tables, multi-line strings and open brackets, line by line."""

    def __init__(self) -> None:
        self.lines: dict[Place, int] = {}
        self._counts: dict[Place, int] = {}
        self._table: Place = ()
        self._depth = 0
        self._string = ""  # the delimiter of an open multi-line string

    def read_line(self, number: int, line: str) -> None:
        start = 0
        if not self._string and not self._depth:
            if header := _HEADER.match(line):
                self._open_table(number, _split(header[2]), is_array=header[1] == "[[")
                return
            if key := _KEY.match(line):
                names = _split(key[1])
                for last in range(1, len(names) + 1):  # a.b = 1 also has the line of a
                    self.lines.setdefault((*self._table, *names[:last]), number)
                start = key.end()
        self._follow(line, start)

    def _open_table(self, number: int, names: list[str], *, is_array: bool) -> None:
        place: Place = ()
        for name in names[:-1]:
            place = self._enter((*place, name))
            self.lines.setdefault(place, number)
        place = (*place, names[-1])
        if is_array:
            self._counts[place] = self._counts.get(place, -1) + 1
            self.lines.setdefault(place, number)
        self._table = self._enter(place)
        self.lines.setdefault(self._table, number)

    def _enter(self, place: Place) -> Place:
        return (*place, self._counts[place]) if place in self._counts else place

    def _follow(self, line: str, start: int) -> None:
        while start < len(line):
            if self._string:
                closing = _CLOSING[self._string].match(line, start)
                if closing is None:
                    return
                self._string, start = "", closing.end()
                continue
            token = _TOKEN.search(line, start)
            if token is None or token[0].startswith("#"):
                return
            start = token.end()
            if token[0] in _CLOSING:
                self._string = token[0]
            elif token[0] in "[{":
                self._depth += 1
            elif token[0] in "]}":
                self._depth -= 1


def _split(dotted: str) -> list[str]:
    return [_unquote(name) for name in _NAMES.findall(dotted)]


def _unquote(name: str) -> str:
    if name.startswith('"'):
        try:
            return str(json.loads(name))
        except ValueError:
            return name[1:-1]
    return name[1:-1] if name.startswith("'") else name
