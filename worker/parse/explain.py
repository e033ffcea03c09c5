"""Explain how a document was read, from the notes that its readers made."""

from collections.abc import Iterator

from worker.parse.choices import Choices
from worker.parse.documents import OpenedDocument
from worker.parse.normalize import Normalized
from worker.parse.raw import Dropped, RawEntry, RawFeed
from worker.parse.text import clean_line
from worker.parse.tracing import Traced, foreign_values, unread_names
from worker.records import DroppedValue, ExplainedEntry, Explanation, ValueSource

MAX_SHOWN = 200  # characters of a value
MAX_NAMESPACES = 50
# in the order in which they are shown
FIELDS = (
    "entry_key", "guid", "url", "title", "summary", "text", "author", "lang", "tags", "published_at",
    "updated_at", "source_name",
)  # fmt: skip
MAX_DROPPED = 100  # values of an entry
FORMATS = {
    "rss": "RSS", "rss090": "RSS 0.90", "rss091u": "RSS 0.91", "rss092": "RSS 0.92", "rss093": "RSS 0.93",
    "rss094": "RSS 0.94", "rss10": "RSS 1.0", "rss20": "RSS 2.0", "atom": "Atom", "atom01": "Atom 0.1",
    "atom02": "Atom 0.2", "atom03": "Atom 0.3", "atom10": "Atom 1.0", "cdf": "CDF",
}  # fmt: skip


def explain_document(document: OpenedDocument, feed: RawFeed, found: Normalized) -> Explanation:
    """Return where the fields of each article came from, and what was not used and why."""
    entries = (feed.entries[number - 1] for number in found.numbers)
    namespaces = sorted(feed.namespaces.items())[:MAX_NAMESPACES]
    lost = f"{feed.lost} entry not read: the document ends inside it, before its guid or title"
    return Explanation(
        format=FORMATS.get(feed.format, feed.format),
        encoding=document.encoding,
        namespaces=tuple(namespaces),
        notes=(lost,) if feed.lost else (),
        entries=tuple(
            _explain_entry(number, entry, choices)
            for number, entry, choices in zip(found.numbers, entries, found.choices, strict=True)
        ),
    )


def _explain_entry(number: int, entry: RawEntry, choices: Choices) -> ExplainedEntry:
    fields = tuple(
        ValueSource(name, *_shown_source(*choices.taken[name])) for name in FIELDS if name in choices.taken
    )
    elements: list[Traced] = entry.elements or []
    noted = {name for source in _sources(choices) for name in _element_names(source)}
    dropped: list[Dropped] = [*choices.dropped, *foreign_values(elements)]
    foreign = {value.source for value in foreign_values(elements)}
    unread = tuple(name for name in unread_names(elements, noted) if name not in foreign)
    more = [f"{len(dropped) - MAX_DROPPED} more values were not used"] if len(dropped) > MAX_DROPPED else []
    return ExplainedEntry(
        number=number,
        fields=fields,
        dropped=tuple(
            DroppedValue(value.field, value.source, _shown(value.value), value.reason)
            for value in dropped[:MAX_DROPPED]
        ),
        unread=(*unread, *entry.unread),
        notes=(*_notes(entry), *more),
    )


def _notes(entry: RawEntry) -> Iterator[str]:
    if entry.is_partial:
        yield "cut off inside an element: it is stored if it is new, but is not an edit of a stored article"
    if entry.is_flat:
        yield "too many or too deeply nested elements: some were read as plain text"


def _sources(choices: Choices) -> Iterator[str]:
    yield from (source for source, _ in choices.taken.values())
    yield from (value.source for value in choices.dropped)


def _element_names(source: str) -> list[str]:
    """Return the names of the elements in a source such as `author/name,dc:creator` or `link@href`."""
    return [name.partition("@")[0] for part in source.split(",") for name in part.split("/")]


def _shown_source(source: str, value: str) -> tuple[str, str, int]:
    return source, _shown(value), len(value)


def _shown(value: str) -> str:
    line = clean_line(value[: 4 * MAX_SHOWN], MAX_SHOWN + 1)
    return line if len(line) <= MAX_SHOWN and len(value) <= 4 * MAX_SHOWN else line[:MAX_SHOWN] + "…"
