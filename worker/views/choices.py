"""Names that an operator gives: an unknown one is refused with the nearest known one."""

from collections.abc import Collection
from difflib import get_close_matches
from typing import Any

import click

from worker.redaction import redact

SHOWN = 12  # known names in a message
CLOSE = 0.6


def nearest_of(name: str, known: Collection[str]) -> str | None:
    """The known name that is most alike, whatever its case; None if none is."""
    by_fold = {one.casefold(): one for one in known}
    close = get_close_matches(name.casefold(), by_fold, n=1, cutoff=CLOSE)
    return by_fold[close[0]] if close else None


def unknown(what: str, name: str, known: Collection[str]) -> str:
    """`no feed state "activ", did you mean "active"?`, else with the known names."""
    said = redact(f'no {what} "{name}"')
    if close := nearest_of(name, known):
        return f'{said}, did you mean "{close}"?'
    names = sorted(known)
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{said}; known: {', '.join(names[:SHOWN])}{more}" if names else f"{said}: there is none yet"


def require(what: str, name: str, known: Collection[str]) -> None:
    """Raise ClickException unless the name is a known one, whatever its case."""
    if name.casefold() not in map(str.casefold, known):
        raise click.ClickException(unknown(what, name, known))


class OneOf(click.ParamType[str]):
    """One of a few words; another one is a usage error that names the nearest."""

    name = "word"

    def __init__(self, what: str, words: Collection[str]) -> None:
        self.what, self.words = what, tuple(words)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """The words, for the help text."""
        return f"[{'|'.join(self.words)}]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word as it is known, whatever its case."""
        by_fold = {word.casefold(): word for word in self.words}
        if str(value).casefold() not in by_fold:
            self.fail(unknown(self.what, str(value), self.words), param, ctx)
        return by_fold[str(value).casefold()]

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        """The words that begin so."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(word) for word in self.words if word.startswith(incomplete)]
