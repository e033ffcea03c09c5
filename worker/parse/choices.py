"""The source of each field of an article, and what was not used, noted where it is decided."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from worker.parse.raw import Dropped

MAX_SOURCE_CHARACTERS = 100  # of the name of an element
DETECTED = "(detected)"  # the language, from the words of title and text
CONFIG = "(config)"


@dataclass(slots=True)
class Choices:
    """The choices made for an entry: the source and the value as published by field, and what was dropped."""

    taken: dict[str, tuple[str, str]] = field(default_factory=dict)
    dropped: list[Dropped] = field(default_factory=list)

    def take(self, name: str, source: str, value: str) -> None:
        """Note the source of a field, with the value as published."""
        self.taken[name] = (source, value)

    def drop(self, name: str, source: str, value: str, reason: str) -> None:
        """Note a value that was read for a field and is not used."""
        self.dropped.append(Dropped(name, source, value, reason))


def write_sources(taken: Mapping[str, tuple[str, str]]) -> str:
    """Return the sources of an article's fields as they are stored: `title=title url=link@href`."""
    return " ".join(f"{name}={source[:MAX_SOURCE_CHARACTERS]}" for name, (source, _) in taken.items())


def read_sources(stored: str | None) -> dict[str, str]:
    """Return the sources by field that `write_sources` wrote; empty if none are stored."""
    pairs = (part.partition("=") for part in (stored or "").split())
    return {name: source for name, _, source in pairs if source}


def merge_sources(old: str | None, new: str, kept: Collection[str]) -> str:
    """Return the stored sources of a new version that keeps the values of some fields."""
    before = {name: source for name, source in read_sources(old).items() if name in kept}
    after = {name: source for name, source in read_sources(new).items() if name not in kept}
    return " ".join(f"{name}={source}" for name, source in (before | after).items())


def join_sources(sources: Mapping[str, None]) -> str:
    """Return several sources of one field as one name."""
    return ",".join(sources)
