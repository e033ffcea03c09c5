"""URLs: which links are articles, and which URLs are equivalent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.parse.urls import canonicalize_url, resolve_url


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("http://www.example.com/a/", "https://example.com/a"),
        ("https://m.example.com/a", "https://example.com/a"),
        ("https://mobile.example.co.kr/a", "https://example.co.kr/a"),
        ("https://amp.example.com/a", "https://example.com/a"),
        ("https://example.com/a/amp/", "https://example.com/a"),
        ("https://example.com/a.amp.html", "https://example.com/a"),
        ("https://example.com/a?amp=1", "https://example.com/a"),
        ("https://example.com/a?outputType=amp", "https://example.com/a"),
        ("https://example.com/a?utm_source=rss&utm_medium=feed", "https://example.com/a"),
        ("https://example.com/a?fbclid=x&id=7", "https://example.com/a?id=7"),
        ("https://example.com/a?id=7&no=3&p=1", "https://example.com/a?id=7&no=3&p=1"),
        ("https://example.com/a?source=rss", "https://example.com/a"),
        ("https://example.com/a?source=desk", "https://example.com/a?source=desk"),
        ("https://example.com/a#comments", "https://example.com/a"),
        ("https://example.com/#!/story/5", "https://example.com/#!/story/5"),
        ("https://EXAMPLE.com:443/a", "https://example.com/a"),
        ("http://example.com:80/a", "https://example.com/a"),
        ("http://example.com:8080/a", "https://example.com:8080/a"),
        ("https://example.com", "https://example.com/"),
        ("https://example.com/index.html", "https://example.com/"),
        ("https://example.com//a///b", "https://example.com/a/b"),
        ("https://example.com/%7euser/%e4%bd%a0", "https://example.com/~user/%E4%BD%A0"),
        ("https://example.com/你", "https://example.com/%E4%BD%A0"),
        ("https://example.com/a%2Fb", "https://example.com/a%2Fb"),
        ("https://user:pw@example.com/a", "https://example.com/a"),
        ("https://뉴스.kr/a", "https://xn--vg1b002a.kr/a"),
        ("http://[2001:db8::1]/a", "https://[2001:db8::1]/a"),
        ("https://www.google.com/url?rct=j&url=https://example.com/a&ct=ga", "https://example.com/a"),
        ("http://www.gov.uk/a", "https://gov.uk/a"),
        ("https://m.de/a", "https://m.de/a"),
        ("https://news.example\u3002/a", "https://news.example/a"),  # the ideographic full stop ends it
    ],
)
def test_equivalent_urls_have_one_canonical_form(url: str, canonical: str) -> None:
    assert canonicalize_url(url) == canonical


ODD_HOST = "http://[::1]ttp:_)omple\x0f\x00@\x001]"  # found by fuzzing: it became `https://\x001]/`
SPACED_HOST = "http://news\u2000desk.example/a"  # found by fuzzing: IDNA makes a space of it


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "mailto:a@example.com",
        "javascript:alert(1)",
        "http://",
        "http://[::1/a",
        ODD_HOST,
        SPACED_HOST,
    ],
)
def test_other_than_web_urls_have_no_canonical_form(url: str | None) -> None:
    assert canonicalize_url(url) is None


@pytest.mark.parametrize(
    ("link", "resolved"),
    [
        ("/news/1.html", "https://example.org/news/1.html"),
        ("1.html", "https://example.org/rss/1.html"),
        ("//cdn.example.org/1", "https://cdn.example.org/1"),
        (" https://example.org/a\n", "https://example.org/a"),
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("HTTPS://example.org/a", "https://example.org/a"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("ftp://example.org/a", None),
        ("urn:uuid:1", None),
        ("http://", None),
        ("http://[::1", None),
        ("http://example.org:port/", None),
        ("https://example.org/" + "a" * 3000, None),
        ("", None),
        (None, None),
    ],
)
def test_a_link_is_resolved_to_absolute_http_or_none(link: str | None, resolved: str | None) -> None:
    got = resolve_url(link, "https://example.org/rss/feed.xml")
    assert (got.lower() if got else got) == resolved


@given(st.text(max_size=80))
def test_the_canonical_form_of_a_canonical_form_is_itself(tail: str) -> None:
    once = canonicalize_url("https://example.org/" + tail)
    assert once is None or canonicalize_url(once) == once


@given(st.text(max_size=60))
def test_no_link_breaks_resolving(link: str) -> None:
    url = resolve_url(link, "https://example.org/")
    assert url is None or url.lower().startswith(("http://", "https://"))
