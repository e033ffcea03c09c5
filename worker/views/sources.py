"""Where the fields of a stored article came from, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

FEED_FIELDS = ("guid", "url", "title", "summary", "author", "lang", "published_at", "updated_at")
NOT_KEPT = "the feed; the article was stored before its elements were kept"
AGENCY = "the feed's `agency` in the config"
DERIVED = {
    "(text)": "the first words of the text",
    "(detected)": "the words of title and text",
    "(config)": "the feed's `lang` in the config",
}
# fields that no document has
OWN = {
    "id": "the database",
    "feed": "the config",
    "canonical_url": "url",
    "fetched_at": "the time of storing",
    "dateline": "the beginning of the text",
    "story": "comparison with other articles",
    "story_mark": "what its publisher declared of the text",
    "role": "comparison with other articles",
    "similarity": "comparison with other articles",
    "state": "the title and text",
    "versions": "the edits in the feed",
}


def source_words(
    row: Mapping[str, Any],
    stored: Mapping[str, str],
    results: Sequence[Mapping[str, Any]],
    *,
    is_agency: bool,
) -> dict[str, str]:
    """Return the source of each field of an article that has a value.

    `stored` are the elements of the feed by field, `results` the newest extractions; `is_agency` says that
    the agency is that of the feed.
    """
    words = {name: OWN[name] for name in OWN}
    words |= {name: _in_feed(stored, name) for name in FEED_FIELDS}
    words["text"] = _of_page(results) if row["text_from"] == "page" else _in_feed(stored, "text")
    words["agency"] = "the feed's `agency` in the config" if is_agency else _of_credit(row["agency"], results)
    return {name: words[name] for name in row if name in words and row[name] is not None}


def _in_feed(stored: Mapping[str, str], name: str) -> str:
    source = stored.get(name)
    return DERIVED.get(source, f"{source} in the feed") if source else NOT_KEPT


def _of_page(results: Sequence[Mapping[str, Any]]) -> str:
    page = next((result for result in results if result["kind"] == "fulltext"), None)
    return f"the page, by {page['extractor']} {page['extractor_version']}" if page else "the page"


def _of_credit(agency: str | None, results: Sequence[Mapping[str, Any]]) -> str:
    for result in results:
        payload = result["payload"] or {}
        if result["kind"] == "credit" and agency and payload.get("agency") == agency:
            return f'the credit, by {payload.get("field")}: "{payload.get("evidence")}"'
    return "the dateline or a credit line of the text"
