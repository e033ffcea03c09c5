"""Explain TOML errors: where, what is wrong, what to write; a file is read on after an error."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

ERRORS_SHOWN = 20  # of one file
_AT_LINE = re.compile(r"(?<!\s)\s*\(at (?:line (\d+), column \d+|end of document)\)")
_NAMES = re.compile(r"\((?:'[^']*',? ?)+\)")  # of a table, as Python writes them
_PAIR = re.compile(r"\s*(?P<key>[\w.\"'-]+)\s*=\s*(?P<value>.*)")
_WORD = re.compile(r"[\w-]+")
_WORDS = {"true": "true", "yes": "true", "on": "true", "false": "false", "no": "false", "off": "false"}
BRACE_LINES = 30  # of a table in braces
UNREADABLE = "unreadable-line-"
_LISTED = re.compile(r"\s*\[+\s*(feed|push)\s*+(?:\]+\s*+)?(?:#.*)?$")
_ONE_BRACKET = re.compile(r"\s*\[\s*(feed|push)\s*+\]\s*+(?:#.*)?$")
_CURLY = re.compile("[“”„‟‘’«»]")
_OPEN_END = ("Unclosed", "Unterminated", "Expected \"'''\"", 'Expected \'"""\'')  # the rest cannot be read


@dataclass(frozen=True, slots=True)
class SyntaxFault:
    """A line that is not valid TOML, in words, and its first word."""

    line: int
    message: str
    word: str = ""


def lines_of(text: str) -> list[str]:
    """The lines of a TOML text: only LF and CR LF end one, other separators of Unicode may be in a value."""
    return text.replace("\r\n", "\n").removesuffix("\n").split("\n")


def read_toml(text: str) -> tuple[dict[str, Any], list[SyntaxFault], str]:
    """The data of a TOML text without its broken lines, what is wrong with each of these, and a text.

    In that one the headers of lists are as they were read, so that the places of keys are those of the data.
    Raises RecursionError for tables that are nested too deeply.
    """
    lines, faults = lines_of(text), list[SyntaxFault]()
    located = list(lines)
    while True:
        try:
            data = tomllib.loads("\n".join(lines))
            read = {name: value for name, value in data.items() if not name.startswith(UNREADABLE)}
            return read, faults, "\n".join(located)
        except tomllib.TOMLDecodeError as exc:
            at = _AT_LINE.search(str(exc))
            number = int(at[1]) if at and at[1] else len(lines)
            reason = _NAMES.sub(_bracket, _AT_LINE.sub("", str(exc)))
            number = _find_first(lines, number, reason)
            broken = lines[number - 1]
            faults.append(
                SyntaxFault(number, f"not valid TOML: {reason}{_remedy(broken, reason)}", _first_word(broken))
            )
            if len(faults) == ERRORS_SHOWN or reason.startswith(_OPEN_END) or not broken.strip():
                return {}, faults, "\n".join(located)
            lines[number - 1] = _stand_in(broken, number)
            if lines[number - 1].startswith("[["):
                located[number - 1] = lines[number - 1]
            for inner in range(number, _end_of_braces(lines, number) if _opens_braces(broken) else number):
                lines[inner] = ""  # of one mistake


def _find_first(lines: list[str], number: int, reason: str) -> int:
    """The number of the line at fault: of `[feed]` before `[[feed]]` the first, which TOML finds later."""
    later = _LISTED.match(lines[number - 1])
    if later is None or "overwrite" not in reason:
        return number
    marked = ((place, _ONE_BRACKET.match(line)) for place, line in enumerate(lines[: number - 1], 1))
    return next((place for place, found in marked if found and found[1] == later[1]), number)


def _bracket(names: re.Match[str]) -> str:
    """The names of a table as they are written: `[host.example]` for `('host', 'example')`."""
    return "[" + ".".join(re.findall("'([^']*)'", names[0])) + "]"


def _opens_braces(line: str) -> bool:
    """Whether a line ends within an inline table, which TOML 1.0 does not allow."""
    return _code(line).endswith(("{", ",")) and line.count("{") > line.count("}")


def _end_of_braces(lines: list[str], start: int) -> int:
    """The number of the line that closes the inline table; `start` if none of the next lines does."""
    for number in range(start, min(start + BRACE_LINES, len(lines))):
        if _code(lines[number]).endswith("}"):
            return number + 1
    return start


def _code(line: str) -> str:
    return line.split(" #", maxsplit=1)[0].rstrip()


def _stand_in(line: str, number: int) -> str:
    """What is read instead of a broken line: a header still begins a table, which nothing else reads."""
    listed = _LISTED.match(line)
    if listed and line != (table := f"[[{listed[1]}]]"):
        return table
    return f"[{UNREADABLE}{number}]" if line.lstrip().startswith("[") else ""


def _remedy(line: str, reason: str) -> str:
    """What to write instead; empty if that is not known."""
    if one := _ONE_BRACKET.match(line):
        return f"; write [[{one[1]}]] with two brackets"
    return next((f"; {words}" for words in _remedies(line, reason)), "")


def _first_word(line: str) -> str:
    found = _WORD.match(line)
    return found[0] if found else ""


def _remedies(line: str, reason: str) -> Iterator[str]:
    pair, code = _PAIR.match(line), _code(line)
    if pair and _opens_braces(line):
        yield f"write {{ … }} on one line, or a table of its own, such as [feed.{pair['key']}]"
    elif code.startswith(("{", "}")):
        yield "the file is TOML, not JSON: a feed begins with [[feed]], followed by lines of key = value"
    elif _CURLY.search(line):
        yield 'write straight quotes: "…"'
    elif "twice" in reason or "overwrite" in reason:
        yield "remove one of the two; a further feed begins with [[feed]]"
    elif line.lstrip().startswith("["):
        yield "write [name] for a table, [[feed]] for a feed, on a line of its own"
    elif "escape" in reason.lower():
        yield r"write the text in single quotes, in which \ is an ordinary mark"
    elif reason.startswith("Unclosed array"):
        yield "a list ends with ]"
    elif pair and code.endswith(","):
        yield "a line does not end with a comma"
    elif pair:
        yield from _remedies_of_value(pair["key"], pair["value"].split("#")[0].strip())
    else:
        comment = ", or begin a comment with #" if len(line.split()) > 1 and not pair else ""
        yield f'write key = value, for example {_first_word(line) or "interval"} = "…"{comment}'


def _remedies_of_value(key: str, value: str) -> Iterator[str]:
    word = value.lower()
    if word in _WORDS:
        yield f"write {key} = {_WORDS[word]}"
    elif value.count('"') % 2 or value.count("'") % 2:
        yield "a text ends with the quote that it begins with, on the same line"
    elif value.startswith("[") and value.count("[") > value.count("]"):
        yield "a list ends with ]"
    elif not value:
        yield f'write a value: {key} = "…"'
    elif not value.startswith(('"', "'", "[", "{")):
        yield f'write text in quotes: {key} = "…"'
