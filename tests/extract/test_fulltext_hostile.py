"""The fulltext extractor on arbitrary bytes: it returns a status and never raises."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.extract import extract_fulltext
from worker.records import Page

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
URL = "https://www.coast-courier.example/news/2026/tide.html"


@pytest.mark.parametrize(
    "markup",
    [
        "",
        "   ",
        "<html></html>",
        "<html><body>" + "<div>" * 30_000 + "x",
        "<html><body>" + "<div><p></p></div>" * 30_000,
        "<html><body><p " + " ".join(f"a{n}=1" for n in range(200_000)) + "></p></body></html>",
        "<html><head><script type='application/ld+json'>"
        + "[" * 20_000
        + "</script></head><body></body></html>",
    ],
)
def test_bombs_and_empty_pages_give_no_text(markup):
    """Deep nesting, many attributes and empty bodies yield a status."""
    found = extract_fulltext(Page(markup.encode(), URL), now=NOW)
    assert found.status in {"empty", "refused"}
    assert not found.payload.get("text")


STATUSES = {"ok", "empty", "refused", "thin"}
PIECES = st.sampled_from(
    b"<p>|</p>|<html lang=|\"|'|<script type='application/ld+json'>|</script>|{|[|<table><tr><td>|<!--|-->|"
    b"<![CDATA[|<meta charset=|utf-7|\xff\xfe|\x00|<time datetime=|9999-99-99|>|text of a page. |"
    b"\xb0\xa5\xb8\xc5|&#55555555;|<h1>|<svg><math>".split(b"|")
)


@settings(deadline=None, max_examples=150)
@given(
    st.one_of(st.binary(max_size=2_000), st.lists(PIECES, max_size=60).map(b"".join)),
    st.sampled_from(["", "text/html", "text/plain"]),
)
def test_no_bytes_make_the_extractor_raise(body, content_type):
    """Any bytes yield a known status, a JSON-serializable payload and dates within bounds."""
    found = extract_fulltext(Page(body, URL, content_type), now=NOW)
    assert found.status in STATUSES
    json.dumps(dict(found.payload))
    at = found.payload.get("published_at")
    assert at is None or datetime.fromisoformat(at) <= NOW + timedelta(days=2)
