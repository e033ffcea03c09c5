"""Reads files of environment variables as Docker Compose does, without its `${…}`: values are literal."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LINE = re.compile(r"(?:export\s+)?(?P<name>[^\s=:#]+)\s*(?P<sign>[=:]?)[ \t]*(?P<value>.*)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_COMMENT = re.compile(r"(?:^|\s)#.*")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_MAX_LINES = 200  # of a quoted value; a quote that is never closed must not take the rest of the file


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A line that sets nothing, by its number, and why; its value is not told, as it may be a secret."""

    number: int
    fault: str


def read_lines(text: str) -> tuple[dict[str, str], list[BrokenLine]]:
    """The variables of a file and its broken lines; of two lines with one name the last counts."""
    values: dict[str, str] = {}
    broken: list[BrokenLine] = []
    lines = enumerate(text.removeprefix("\ufeff").splitlines(), 1)
    left = list(lines)
    while left:
        number, line = left.pop(0)
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            name, rest = _split(line.strip())
            value, used = _value(rest, [more for _, more in left[:_MAX_LINES]])
        except ValueError as exc:
            broken.append(BrokenLine(number, str(exc)))
            continue
        del left[:used]
        values[name] = value
    return values, broken


def _split(line: str) -> tuple[str, str]:
    """The name of a line and what is after its sign. Raises ValueError."""
    match = _LINE.fullmatch(line)
    if match is None or not match["sign"]:
        raise ValueError('no "=" after the name; write NAME=value')
    if not _NAME.fullmatch(match["name"]):
        raise ValueError("the name is not one of letters, digits and _ ; write NAME=value")
    return match["name"], match["value"]


def _value(text: str, more: list[str]) -> tuple[str, int]:
    """The value at the start of a text, and how many of the next lines belong to it. Raises ValueError."""
    if not text.startswith(("'", '"')):
        return _COMMENT.sub("", text).strip(), 0
    quote = text[0]
    for used in range(len(more) + 1):
        body = "\n".join([text[1:], *more[:used]])
        end = _end(body, quote)
        if end is None:
            continue
        after = body[end + 1 :].strip()
        if after and not after.startswith("#"):
            raise ValueError(f"text after the closing {quote}; quote the whole value")
        inner = body[:end]
        return (inner if quote == "'" else "".join(_unescaped(inner))), used
    raise ValueError(f"the quote {quote} is not closed")


def _end(body: str, quote: str) -> int | None:
    """Where the closing quote is; a backslash before it escapes it in double quotes."""
    place = 0
    while place < len(body):
        if body[place] == "\\" and quote == '"':
            place += 1
        elif body[place] == quote:
            return place
        place += 1
    return None


def _unescaped(text: str) -> Iterator[str]:
    marks = iter(text)
    for mark in marks:
        if mark != "\\":
            yield mark
            continue
        escaped = next(marks, "")
        yield _ESCAPES.get(escaped, escaped if escaped in {'"', "\\", "$"} else f"\\{escaped}")
