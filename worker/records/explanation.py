"""Records that explain how a feed document was read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ValueSource:
    """A field with the element, attribute or key it was read from, and the start of the value as published.

    A source in parentheses is not a value of the document: `(text)`, `(detected)`, `(config)`.
    `characters` is the length of the whole value.
    """

    field: str
    source: str
    value: str
    characters: int


@dataclass(frozen=True, slots=True)
class DroppedValue:
    """A value that was read for a field and not used, with the reason."""

    field: str
    source: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class ExplainedEntry:
    """How one entry was read; `number` is its place in the document, from 1."""

    number: int
    fields: tuple[ValueSource, ...]
    dropped: tuple[DroppedValue, ...] = ()
    unread: tuple[str, ...] = ()  # elements and keys with a value that no field is read from
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a document was read: its format, encoding and namespaces, and its entries beside its articles."""

    format: str
    encoding: str
    namespaces: tuple[tuple[str, str], ...]  # (prefix, URI)
    entries: tuple[ExplainedEntry, ...]
    notes: tuple[str, ...] = ()
