"""Autodiscovery: link elements, their base URL, and links that are not feeds."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.errors import ParseError
from worker.parse import read_feed
from worker.parse.autodiscovery import find_feed_links, find_page_feeds
from worker.records import FeedLink

PAGE = "https://example.org/news/index.html"
RSS = 'rel="alternate" type="application/rss+xml"'


def urls(markup, url=PAGE):
    return [link.url for link in find_feed_links(markup, url)]


CASES = [
    ("relative to the page", f'<link {RSS} href="feed.xml">', ["https://example.org/news/feed.xml"]),
    ("relative to the root", f'<link {RSS} href="/feed.xml">', ["https://example.org/feed.xml"]),
    ("another host", f'<link {RSS} href="//cdn.example.net/f">', ["https://cdn.example.net/f"]),
    ("relative to the base", f'<base href="/en/"><link {RSS} href="f">', ["https://example.org/en/f"]),
    ("the first base counts", f'<base href="/a/"><base href="/b/"><link {RSS} href="f">', ["https://example.org/a/f"]),
    ("a base after the link", f'<link {RSS} href="f"><base href="/en/">', ["https://example.org/en/f"]),
    ("single quotes, entities", "<link rel='alternate' type='application/atom+xml' href='/f?a=1&amp;b=2'>",
     ["https://example.org/f?a=1&b=2"]),
    ("no quotes, upper case", "<LINK REL=alternate TYPE=application/rss+xml HREF=/f>", ["https://example.org/f"]),
    ("a type with a parameter", '<link rel=alternate type="application/rss+xml; charset=utf-8" href=/f>',
     ["https://example.org/f"]),
    ("JSON Feed", '<link rel=alternate type="application/feed+json" href=/j>', ["https://example.org/j"]),
    ("RDF", '<link rel=alternate type="application/rdf+xml" href=/r>', ["https://example.org/r"]),
    ("rel=feed needs no type", '<link rel="feed" href="/f">', ["https://example.org/f"]),
    ("several relations", '<link rel="home alternate" type="application/atom+xml" href="/f">', ["https://example.org/f"]),
    ("twice the same", f'<link {RSS} href="/f"><link {RSS} href="https://example.org/f#top">', ["https://example.org/f"]),
    ("a > in an attribute", f'<link title="a > b" {RSS} href="/f">', ["https://example.org/f"]),
    ("another language's page", '<link rel="alternate" hreflang="ko" href="/ko/">', []),
    ("the site's API", '<link rel="alternate" type="application/json" href="/wp-json/1">', []),
    ("a stylesheet", '<link rel="alternate stylesheet" type="application/rss+xml" href="/f">', []),
    ("in a comment", f'<!-- <link {RSS} href="/f"> -->', []),
    ("in a script", f"<script>'<link {RSS} href=\"/f\">'</script>", []),
    ("no address", f"<link {RSS}>", []),
    ("not the web", f'<link {RSS} href="javascript:alert(1)"><link {RSS} href="file:///etc/passwd">', []),
    ("no URL at all", f'<link {RSS} href="http://[x/">', []),
]  # fmt: skip


@pytest.mark.parametrize(("markup", "found"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_the_feeds_of_a_page(markup, found):
    assert urls(markup) == found


def test_title_and_format_are_kept():
    markup = f'<link {RSS} title="News &amp;\n Politics" href="/f">'
    assert find_feed_links(markup, PAGE) == (FeedLink("https://example.org/f", "News & Politics", "RSS"),)


def test_a_body_is_decoded_first():
    body = f'<html><head><link {RSS} title="뉴스" href="/f">'.encode("euc-kr")
    assert find_page_feeds(body, PAGE, "text/html; charset=euc-kr")[0].title == "뉴스"


@pytest.mark.parametrize(
    "part", ["<link ", "<link '", '<link a="', "<!--", "<script", "<link a=b ", "<base "]
)
def test_a_hostile_page_is_read_quickly(part):
    """The work is bounded by tags, attributes and characters."""
    assert urls(part * 200_000) == []


@given(st.text(max_size=300), st.text(alphabet="<>link rel=alternate\"'/ href base", max_size=300))
def test_any_text_is_accepted(text, markup):
    assert all(link.url.startswith(("http://", "https://")) for link in find_feed_links(text + markup, PAGE))


def test_a_page_configured_as_a_feed_is_rejected_with_the_url_of_its_feed():
    atom = '<link rel="alternate" type="application/atom+xml" href="comments.xml">'
    page = f'<html><head><base href="https://example.org/en/"><link {RSS} href="feed.xml">{atom}'
    with pytest.raises(ParseError, match=r"points to the feed https://example.org/en/feed.xml \(and 1 more"):
        read_feed(page.encode(), url=PAGE, now=datetime(2026, 11, 24, tzinfo=UTC))
