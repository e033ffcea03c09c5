"""The extractors of this installation: those built in, and the plug-ins that were found beside them."""

import threading
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from worker.errors import ExtractError
from worker.extract.fulltext import extract_fulltext
from worker.extract.material import make_extractor_input
from worker.extract.plugins import load_plugins
from worker.extract.registry import BUILT_IN, Extractor, derive
from worker.records import Extraction, FeedMetadata, Page


@dataclass(frozen=True, slots=True)
class Installed:
    """The extractors of this installation by kind, and why plug-ins were refused, one line each."""

    extractors: dict[str, Extractor]
    refused: tuple[str, ...]


_found: list[Installed] = []
_lock = threading.Lock()


def installed() -> Installed:
    """The built-in extractors and the plug-ins, looked for once a process."""
    with _lock:
        if not _found:
            table = dict(BUILT_IN)
            refused = load_plugins(table)
            _found.append(Installed(table, refused))
        return _found[0]


def known_kinds() -> Collection[str] | None:
    """The kinds that a config may name; None when a plug-in was refused and any name may be its kind."""
    found = installed()
    return None if found.refused else found.extractors


def extractor_of(kind: str) -> Extractor:
    """The extractor of a job kind. Raises ExtractError for a kind that nothing makes."""
    table = installed().extractors
    if kind not in table:
        raise ExtractError(f'no extractor makes "{kind}"; there are: {", ".join(sorted(table))}')
    return table[kind]


def extract_all(page: Page, *, now: datetime) -> dict[str, Extraction]:
    """What every extractor makes of one page, by kind; `fulltext` comes first."""
    found = {"fulltext": extract_fulltext(page, now=now)}
    payload = found["fulltext"].payload
    if not payload:
        return found
    said = FeedMetadata(
        title=page.feed_title, text=page.feed_text, lang=page.lang, published_at=page.published_at,
        timezone=page.timezone,
    )  # fmt: skip
    material = make_extractor_input(page.url, payload, said)
    for kind, extractor in installed().extractors.items():
        if extractor.derive:
            found[kind] = derive(extractor, material)
    return found
