"""Reads files of environment variables as Docker Compose does, `${…}` included.

python-dotenv reads lines, quotes and escapes; the forms of interpolation are those that Compose documents.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO

from dotenv.parser import Binding, parse_stream

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_EXPORT = re.compile(r"export\s+")
_DOLLAR = re.compile(rf"\\\$|\$\$|\$(?P<name>{_NAME.pattern})|\$(?P<brace>\{{)")
_BRACE = re.compile(r"\$\{|\}")
_BRACED = re.compile(rf"(?P<name>{_NAME.pattern})(?:(?P<sign>:?[-?+])(?P<other>.*))?", re.DOTALL)
MAX_CHARS = 100_000  # of a value; Linux passes no string above 128 KiB to a process
MAX_DEPTH = 20  # of ${…} within ${…}
_NO_NAME = "${ is not followed by a name and }; write $$ for a plain $"


@dataclass(frozen=True, slots=True)
class LineFault:
    """What is wrong with a line, by its number. Nothing of its value is shown, as it may be a secret."""

    number: int
    fault: str


def read_lines(text: str, environ: Mapping[str, str]) -> tuple[dict[str, str], list[LineFault]]:
    """The variables of a file, and the faults of its lines; of two lines with one name the last counts.

    `${NAME}` is replaced by the value in `environ`, or else in an earlier line.
    """
    values: dict[str, str] = {}
    faults: list[LineFault] = []
    for binding, line, number in _bindings(text):
        expander = _Expander({**values, **environ})
        try:
            values[_name(binding, line)] = _value(binding, line, expander)
        except ValueError as exc:
            faults.append(LineFault(number, f"is ignored: {exc}"))
        if expander.lacks:
            what = "refers to a variable that is not set; write $$ for a plain $"
            faults.append(LineFault(number, what))
    return values, faults


def find_lines(text: str) -> dict[str, int]:
    """The numbers of the lines that set the variables of a file."""
    return {binding.key: number for binding, _, number in _bindings(text) if binding.key}


def _bindings(text: str) -> Iterator[tuple[Binding, str, int]]:
    """What is neither blank nor a comment, with its text and the number of its first line."""
    for binding in parse_stream(StringIO(text, newline="")):
        line = binding.original.string.strip()
        if not line or (binding.key is None and not binding.error):
            continue
        blank = binding.original.string[: -len(binding.original.string.lstrip())]
        yield binding, line, binding.original.line + len(blank.splitlines())


def _name(binding: Binding, line: str) -> str:
    """The variable that a line sets. Raises ValueError for a line that sets none."""
    name, sign, value = line.partition("=")
    if not sign:
        raise ValueError('no "=" after the name; write NAME=value')
    name = binding.key or _EXPORT.sub("", name.strip())
    if not _NAME.fullmatch(name):
        raise ValueError("the name is not one of letters, digits and _ ; write NAME=value")
    if binding.error:
        quote = value.lstrip()[:1]
        raise ValueError(f"the quote {quote} is not closed, or text follows it; quote the whole value")
    return name


def _value(binding: Binding, line: str, expander: "_Expander") -> str:
    """The value of a line: single-quoted ones are literal. Raises ValueError."""
    value = binding.value or ""
    is_literal = line.partition("=")[2].lstrip().startswith("'")
    value = value if is_literal else expander.expand(value)
    if "\0" in value:
        raise ValueError("it contains a NUL character, which no variable can have")
    if len(value) > MAX_CHARS:
        raise ValueError(f"its value is longer than {MAX_CHARS:,} characters")
    return value


class _Expander:
    """Replaces `$NAME`, `${NAME}` and its other forms; `lacks` is whether one was not set."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self._known = known
        self.lacks = False

    def expand(self, text: str, depth: int = 0) -> str:
        """A text with the values of its variables.

        Raises ValueError if a required one is not set, or if ${…} are nested too deeply.
        """
        if depth > MAX_DEPTH:
            raise ValueError(f"more than {MAX_DEPTH} ${{…}} are within each other")
        return "".join(self._parts(text, depth))

    def _parts(self, text: str, depth: int) -> Iterator[str]:
        place = 0
        while found := _DOLLAR.search(text, place):
            yield text[place : found.start()]
            place = found.end()
            if found["brace"]:
                end = _closing(text, place)
                yield self._braced(text[place:end], depth)
                place = end + 1
            else:
                yield self._get(found["name"]) if found["name"] else "$"
        yield text[place:]

    def _braced(self, inner: str, depth: int) -> str:
        """The value of what is between braces: a name, and perhaps what to do if it is set or not."""
        match = _BRACED.fullmatch(inner)
        if match is None:
            raise ValueError(_NO_NAME)
        sign, other = match["sign"] or "", match["other"] or ""
        value = self._known.get(match["name"])
        is_set = bool(value) if sign.startswith(":") else value is not None
        if sign.endswith("+"):
            return self.expand(other, depth + 1) if is_set else ""
        if not sign or is_set:
            return self._get(match["name"])
        if sign.endswith("?"):
            raise ValueError("a variable that it requires with ${…?…} is not set")
        return self.expand(other, depth + 1)

    def _get(self, name: str) -> str:
        value = self._known.get(name)
        self.lacks = self.lacks or value is None
        return value or ""


def _closing(text: str, place: int) -> int:
    """Where the brace that was opened before `place` is closed. Raises ValueError if it is not."""
    depth = 1
    for found in _BRACE.finditer(text, place):
        depth += -1 if found[0] == "}" else 1
        if not depth:
            return found.start()
    raise ValueError(_NO_NAME)
