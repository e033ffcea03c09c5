"""Tables for people: one row is one line, cut to the terminal, and never cut in a pipe."""

import os
import re
import shutil
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

import click
from rich.cells import cell_len, set_cell_size

from worker.redaction import redact_values

GAP = "  "
WHOLE = 1_000_000  # columns of a page in a pipe
LEAST = 14  # columns that a long cell keeps
_IS_WIDE = "wireroom.table.wide"
_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")  # would break the line or the alignment

Command = TypeVar("Command", bound=Callable[..., Any])


def wide_option(command: Command) -> Command:
    """Add the option `--wide` to a command; `table_width` uses it while the command runs."""
    return click.option(
        "--wide",
        is_flag=True,
        expose_value=False,
        callback=_choose,
        help="Show all columns, and no cell cut.",
    )(command)


def _choose(context: click.Context, _option: click.Parameter, is_wide: bool) -> None:
    context.meta[_IS_WIDE] = is_wide


def is_terminal() -> bool:
    """Whether a person reads the output; `COLUMNS` may be set for a pipe as well."""
    return sys.stdout.isatty()


def page_width() -> int:
    """The width of a page of text in columns: the terminal's, or one at which no line is cut or broken."""
    return table_width() or WHOLE


def table_width() -> int | None:
    """The columns of the terminal; None with `--wide` and where output is not a terminal."""
    context = click.get_current_context(silent=True)
    if context is not None and context.meta.get(_IS_WIDE):
        return None
    if is_terminal():
        return max(1, shutil.get_terminal_size().columns)
    return None


def styled(text: str, **style: Any) -> str:
    """The text in a style, unless `NO_COLOR` is set; `click.echo` removes it where there is no terminal."""
    return text if os.environ.get("NO_COLOR") else click.style(text, **style)


def one_line(text: str) -> str:
    """The text with every line break and control character as a space."""
    return _BREAKS.sub(" ", text).strip()


def cut(text: str, width: int | None) -> str:
    """The text in at most `width` columns, with an ellipsis if it is longer."""
    if width is None or cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…" if width > 1 else "…"[:width]


def wrapped(text: str, indent: int) -> str:
    """A sentence that begins at the column `indent`, broken at words into lines that fit the terminal."""
    width = table_width()
    if width is None or indent + cell_len(text) <= width:
        return text
    from rich.console import Console
    from rich.text import Text

    lines = Text(text).wrap(Console(), max(LEAST, width - indent))
    return ("\n" + " " * indent).join(line.plain.rstrip() for line in lines)


def print_heading(text: str) -> None:
    """Print the line above a table."""
    click.echo(styled(cut(one_line(redact_values(text)), table_width()), bold=True))


def print_table(
    rows: Sequence[Mapping[str, str]],
    columns: Sequence[str],
    *,
    dropped: Sequence[str] = (),
    whole: Collection[str] = (),
    right: Collection[str] = (),
) -> None:
    """Print cells by column, without secrets and in one line for each row.

    On a terminal that is too narrow, columns are omitted in the order of `dropped`, long cells are cut except
    those of `whole` and headings, and then whole lines. Columns of `right` are aligned to the right.
    """
    if not rows:
        click.echo("nothing to show")
        return
    cells = {name: [one_line(redact_values(row[name])) for row in rows] for name in columns}
    natural = {name: max(map(cell_len, (_title(name), *cells[name]))) for name in columns}
    width = table_width()
    widths = natural if width is None else _fit(natural, width, dropped, whole)
    click.echo(styled(_line(map(_title, widths), widths, right, width), bold=True))
    for row in zip(*(cells[name] for name in widths), strict=True):
        click.echo(_line(row, widths, right, width))


def _title(name: str) -> str:
    return name.replace("_", " ")


def _fit(
    natural: Mapping[str, int], width: int, dropped: Sequence[str], whole: Collection[str]
) -> dict[str, int]:
    """The columns to show with their widths; long ones share what short ones leave."""
    widths = dict(natural)
    least = {
        name: wide if name in whole else min(wide, max(LEAST, cell_len(_title(name))))
        for name, wide in natural.items()
    }
    for name in dropped:
        if sum(least[kept] + len(GAP) for kept in widths) - len(GAP) <= width:
            break
        widths.pop(name, None)
    left = width - len(GAP) * (len(widths) - 1) - sum(widths[name] for name in widths if name in whole)
    long = sorted((name for name in widths if name not in whole), key=lambda name: natural[name])
    for n, name in enumerate(long):
        widths[name] = max(least[name], min(natural[name], left // (len(long) - n)))
        left -= widths[name]
    return widths


def _line(cells: Any, widths: Mapping[str, int], right: Collection[str], width: int | None) -> str:
    parts = []
    for (name, wide), cell in zip(widths.items(), cells, strict=True):
        text = cut(cell, wide)
        pad = " " * (wide - cell_len(text))
        parts.append(pad + text if name in right else text + pad)
    return cut(GAP.join(parts).rstrip(), width)
