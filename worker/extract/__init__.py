"""Article pages to text, metadata, credits and facts; pure functions."""

from datetime import datetime

from worker.extract.fulltext import extract_fulltext
from worker.extract.material import make_material
from worker.extract.plugins import load_plugins
from worker.extract.registry import EXTRACTORS, Extractor, derive, extractor_of
from worker.records import Extraction, FeedWord, Page

__all__ = [
    "EXTRACTORS",
    "REFUSED_PLUGINS",
    "Extractor",
    "derive",
    "extract_all",
    "extract_fulltext",
    "extractor_of",
    "make_material",
]

REFUSED_PLUGINS = load_plugins(EXTRACTORS)


def extract_all(page: Page, *, now: datetime) -> dict[str, Extraction]:
    """What every extractor makes of one page, by kind; `fulltext` comes first."""
    found = {"fulltext": extract_fulltext(page, now=now)}
    payload = found["fulltext"].payload
    if not payload:
        return found
    said = FeedWord(
        title=page.feed_title, text=page.feed_text, lang=page.lang, published_at=page.published_at,
        timezone=page.timezone,
    )  # fmt: skip
    material = make_material(page.url, payload, said)
    for kind, extractor in EXTRACTORS.items():
        if extractor.derive:
            found[kind] = derive(extractor, material)
    return found
