"""Payloads match their schemas; no other payload is stored."""

from datetime import UTC, datetime

import msgspec
import pytest

from worker.extract import BUILT_IN, registry
from worker.extract.schemas import SCHEMAS, check_payload
from worker.records import Extraction, ExtractorInput, FeedMetadata, Page

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HTML = b"""<html lang="en"><head><title>Ferry sails | The Quay</title>
<meta property="article:published_time" content="2026-11-23T09:00:00Z"></head><body><h1>Ferry sails</h1>
<p>PORT (AP) - The Harbor Safety Board (HSB) said on Monday that 40 boats would sail again.</p>
<p>"We are glad that it is over," Captain Ada Ling said, and the crowd on the pier agreed with her.</p>
<p>The ferry had been tied up since the storm, and nobody knew how long it would last this time.</p>
</body></html>"""
PAGES = {
    "html": Page(HTML, "https://quay.example/1", "text/html"),
    "plain": Page(b"Ferry sails\n\nThe ferry sailed on Monday.\n\nIt was full.\n", "", "text/plain"),
    "empty": Page(b"<html><body></body></html>", "https://quay.example/2", "text/html"),
    "no page": Page(b"%PDF-1.7", "https://quay.example/3", "application/pdf"),
}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_what_a_page_gives_is_what_the_schemas_say(page):
    text = registry.run_built_in("fulltext", page, NOW)
    material = ExtractorInput(
        text=text.payload.get("text") or "", lang="en", published_at=NOW, page=text.payload
    )
    for kind in ("metadata", "credit", "facts"):
        found = registry.run_built_in(kind, material, NOW)
        assert not found.payload or found.payload["schema"] == f"{kind}/1"


def test_what_a_feed_alone_gives_is_what_the_schemas_say():
    said = FeedMetadata(title="A", text="SEOUL (Yonhap) -- It rained on Monday.", author="B", updated_at=NOW)
    material = ExtractorInput(text=said.text or "", text_from="feed", published_at=NOW, feed=said)
    for kind in ("metadata", "credit", "facts"):
        assert registry.run_built_in(kind, material, NOW).payload["schema"] in SCHEMAS


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"agency": 7}, "agency"),
        ({"kind": "maybe"}, "kind"),
        ({"offset": "3"}, "offset"),
        ({"mood": "good"}, "does not define mood"),
        ({"schema": "credit/9"}, "not a known schema"),
    ],
)
def test_a_payload_that_is_not_as_its_schema_says_is_an_error_of_ours(monkeypatch, change, why):
    """An invalid payload is not stored: the job fails, and the traceback is logged."""
    good = registry.run_built_in("credit", ExtractorInput(text="(AP) It rained."), NOW)
    check_payload(good.payload)
    bad = Extraction("ok", None, {**good.payload, **change})
    broken = registry.Extractor("credit", "x", "1", BUILT_IN["credit"].needs, derive=lambda _: bad)
    monkeypatch.setitem(BUILT_IN, "credit", broken)
    with pytest.raises(msgspec.ValidationError, match=why):
        registry.run_built_in("credit", ExtractorInput(text="x"), NOW)


def test_a_missing_field_is_an_error():
    good = dict(registry.run_built_in("facts", ExtractorInput(text="x"), NOW).payload)
    del good["people"]
    with pytest.raises(msgspec.ValidationError, match="people"):
        check_payload(good)
