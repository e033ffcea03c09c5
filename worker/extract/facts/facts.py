"""The `facts` extractor: acronyms, quotes, dates, numbers and people of a text, each with its offset."""

from dataclasses import asdict
from typing import Any

from worker.extract.facts.acronyms import find_acronyms
from worker.extract.facts.dates import find_days
from worker.extract.facts.numbers import find_numbers
from worker.extract.facts.people import find_people
from worker.extract.facts.quotes import find_quotes
from worker.records import Extraction, ExtractorInput

VERSION, SCHEMA = "2", "facts/1"
MAX_CHARS = 60_000  # a longer text is no article; its beginning is read
MAX_ITEMS = 300


def extract_facts(material: ExtractorInput) -> Extraction:
    """What is found by rule in the text; dates only where the day of publication is known."""
    text = material.text[:MAX_CHARS]
    day = material.published_at.date() if material.published_at else None
    lang = material.lang or ""
    payload: dict[str, Any] = {"schema": SCHEMA}
    payload["acronyms"] = _plain(find_acronyms(text))
    payload["quotes"] = _plain(find_quotes(text, lang))
    payload["dates"] = _plain(find_days(text, day, lang)) if day else []
    payload["numbers"] = _plain(find_numbers(text))
    payload["people"] = _plain(find_people(text))
    payload["local_day"] = day.isoformat() if day else None
    return Extraction("ok", None if day else "no day of publication: dates are not resolved", payload)


def _plain(items: list[Any]) -> list[dict[str, Any]]:
    return [asdict(item) for item in items[:MAX_ITEMS]]
