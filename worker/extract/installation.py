"""The extractors available in this installation: built-in ones and plug-ins."""

import threading
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from worker.errors import ExtractError
from worker.extract.extractor_input import make_extractor_input
from worker.extract.plugins import load_plugins
from worker.extract.registry import BUILT_IN, Extractor, derive
from worker.records import Extraction, FeedMetadata, Page


@dataclass(frozen=True, slots=True)
class Installed:
    """The available extractors by kind, and one line for each plug-in that was refused."""

    extractors: dict[str, Extractor]
    refused: tuple[str, ...]


_found: list[Installed] = []
_lock = threading.Lock()


def installed() -> Installed:
    """Returns the built-in extractors and the plug-ins; plug-ins are discovered once per process."""
    with _lock:
        if not _found:
            table = dict(BUILT_IN)
            refused = load_plugins(table)
            _found.append(Installed(table, refused))
        return _found[0]


def known_kinds() -> Collection[str] | None:
    """Returns the kinds that a config may name; None if a plug-in was refused, as its kind is unknown."""
    found = installed()
    return None if found.refused else found.extractors


def extractor_of(kind: str) -> Extractor:
    """Returns the extractor of a job kind. Raises ExtractError for an unknown kind."""
    table = installed().extractors
    if kind not in table:
        close = get_close_matches(kind, table, n=1)
        near = f', did you mean "{close[0]}"?' if close else f"; there are: {', '.join(sorted(table))}"
        raise ExtractError(f'no extractor makes "{kind}"{near}')
    return table[kind]


def extract_all(page: Page, *, now: datetime) -> dict[str, Extraction]:
    """Runs every extractor on one page; returns the results by kind, `fulltext` first."""
    from worker.extract.fulltext import extract_fulltext  # noqa: PLC0415 - imports trafilatura and lxml

    found = {"fulltext": extract_fulltext(page, now=now)}
    payload = found["fulltext"].payload
    if not payload:
        return found
    feed = FeedMetadata(
        title=page.feed_title, text=page.feed_text, lang=page.lang, published_at=page.published_at,
        timezone=page.timezone,
    )  # fmt: skip
    given = make_extractor_input(page.url, payload, feed)
    for kind, extractor in installed().extractors.items():
        if extractor.derive:
            found[kind] = derive(extractor, given)
    return found
