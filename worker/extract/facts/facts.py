"""The `facts` extractor: finds acronyms, quotes, dates, numbers and people in a text, with offsets."""

from dataclasses import asdict
from typing import Any

from worker.extract.facts.acronyms import find_acronyms
from worker.extract.facts.dates import find_dates
from worker.extract.facts.numbers import find_numbers
from worker.extract.facts.people import find_people
from worker.extract.facts.quotes import find_quotes
from worker.records import Extraction, ExtractorInput

SCHEMA = "facts/1"
MAX_CHARS = 60_000  # a longer text is not an article; only its beginning is read
MAX_ITEMS = 300


def extract_facts(given: ExtractorInput) -> Extraction:
    """Returns the facts found by rules in the text; dates only if the day of publication is known."""
    text = given.text[:MAX_CHARS]
    day, offset = (
        (given.published_at.date(), given.published_at.utcoffset()) if given.published_at else (None, None)
    )
    lang = given.lang or ""
    payload: dict[str, Any] = {"schema": SCHEMA}
    payload["acronyms"] = _plain(find_acronyms(text))
    payload["quotes"] = _plain(find_quotes(text, lang))
    payload["dates"] = _plain(find_dates(text, day, lang, offset)) if day else []
    payload["numbers"] = _plain(find_numbers(text))
    payload["people"] = _plain(find_people(text))
    payload["local_day"] = day.isoformat() if day else None
    return Extraction("ok", None if day else "unknown day of publication: dates are not resolved", payload)


def _plain(items: list[Any]) -> list[dict[str, Any]]:
    return [asdict(item) for item in items[:MAX_ITEMS]]
