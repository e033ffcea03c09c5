"""Progress bars on long work, for a person who waits at a terminal."""

import sys
from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def tracked(items: Sequence[T], label: str) -> Iterator[T]:
    """The items, with a bar on stderr if that is a terminal and the results do not go to it as well."""
    if len(items) < 2 or sys.stdout.isatty() or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, label, console=Console(stderr=True), transient=True)
