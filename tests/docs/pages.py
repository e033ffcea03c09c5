"""The documents as tests read them: headings, sections, code blocks, links, and the commands shown."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from worker.cli.main import wireroom

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
RUNNABLE = "run"  # the word after `console` that marks a block whose output is compared
_FENCE = re.compile(r"^(`{3,})([^\n`]*)\n(.*?)^\1\s*$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#{1,6}) +(.+?) *$", re.MULTILINE)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_INLINE_COMMAND = re.compile(r"`(wireroom [^`]+)`")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced code block: its page, what follows the fence (`console run`), and its text."""

    page: str
    info: str
    text: str


@dataclass(frozen=True, slots=True)
class Example:
    """A command of a console block with the output lines that are shown below it."""

    page: str
    command: str
    output: tuple[str, ...]


def read(name: str) -> str:
    """The text of a page, by its path from the root of the repository."""
    return (ROOT / name).read_text(encoding="utf-8")


def without_code(text: str) -> str:
    """A page's text without its fenced blocks."""
    return _FENCE.sub("", text)


def blocks(language: str) -> list[Block]:
    """The fenced blocks of all pages in a language."""
    return [
        Block(str(page.relative_to(ROOT)), match[2].strip(), match[3])
        for page in PAGES
        for match in _FENCE.finditer(page.read_text(encoding="utf-8"))
        if match[2].split()[:1] == [language]
    ]


def headings(text: str) -> list[str]:
    """The headings of a page, as they are written."""
    return [match[2] for match in _HEADING.finditer(without_code(text))]


def section(name: str, heading: str) -> str:
    """What is below a heading of a page, up to the next heading of any level. Raises KeyError."""
    text = without_code(read(name))
    found = [match for match in _HEADING.finditer(text) if match[2] == heading]
    if len(found) != 1:
        raise KeyError(f"{name} has {len(found)} headings {heading!r}")
    after = _HEADING.search(text, found[0].end())
    return text[found[0].end() : after.start() if after else len(text)]


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    found: set[str] = set()
    for heading in headings(text):
        plain = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        numbered = (f"{plain}-{n}" if n else plain for n in range(100))
        found.add(next(anchor for anchor in numbered if anchor not in found))
    return found


def links(text: str) -> list[str]:
    """The targets of a page's links and images that are not web addresses."""
    targets = (match[1] for match in _LINK.finditer(without_code(text)))
    return [target for target in targets if "://" not in target]


def first_cells(text: str) -> list[str]:
    """The names in backticks in the first column of all tables of a text."""
    rows = re.findall(r"^\| ([^|]+) \|", text, re.MULTILINE)
    return [name for cell in rows for name in re.findall(r"`([^`]+)`", cell)]


def examples(*, runnable: bool = False) -> Iterator[Example]:
    """The commands in console blocks, all or only those marked as runnable."""
    for block in blocks("console"):
        if not runnable or RUNNABLE in block.info.split():
            yield from _commands(block)


def _commands(block: Block) -> Iterator[Example]:
    command, output = "", list[str]()
    for line in block.text.splitlines():
        if line.startswith(("$ ", "# ")):
            if command:
                yield Example(block.page, command, tuple(output))
            command, output = line[2:], []
        else:
            output.append(line)
    if command:
        yield Example(block.page, command, tuple(output))


def words_of(command: str) -> list[str]:
    """The words of a shell command without its comment."""
    return shlex.split(command, comments=True)


def inline_commands() -> list[tuple[str, str]]:
    """Every `wireroom …` between backticks in the running text, with its page."""
    return [
        (str(page.relative_to(ROOT)), found)
        for page in PAGES
        for found in _INLINE_COMMAND.findall(without_code(page.read_text(encoding="utf-8")))
    ]


def all_commands() -> dict[str, click.Command]:
    """Every command of the click tree by its full name: `wireroom`, `wireroom jobs retry`."""
    return dict(_walk("wireroom", wireroom))


def _walk(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            assert found is not None
            yield from _walk(f"{name} {child}", found)


def options_of(command: click.Command) -> set[str]:
    """The options of a command in all their spellings, `--help` aside."""
    options = (param for param in command.params if isinstance(param, click.Option))
    return {name for option in options for name in (*option.opts, *option.secondary_opts)}


def find_command(words: list[str]) -> tuple[str, list[str]]:
    """The full name of the command that these words call, and the words left: its arguments and options."""
    known = all_commands()
    for size in range(len(words), 0, -1):
        if " ".join(words[:size]) in known:
            return " ".join(words[:size]), words[size:]
    raise KeyError(words[0])
