"""URLs of a page: canonical ones on its own site only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.extract.page.page_facts import PageFacts
from worker.extract.page.urls import absolute_url, bare_host, find_canonical, host_label, same_site

URL = "https://www.courier.example/news/ferry?x=1"


@pytest.mark.parametrize(
    ("canonical", "url", "found"),
    [
        ("https://courier.example/news/ferry", URL, "https://courier.example/news/ferry"),
        ("/news/ferry", URL, "https://www.courier.example/news/ferry"),
        ("https://news.courier.example/ferry", URL, "https://news.courier.example/ferry"),
        ("https://www.courier.example/f", "https://amp.courier.example/f", "https://www.courier.example/f"),
        ("https://courier.example.other.example/ferry", URL, None),
        ("https://other.example/ferry", URL, None),
        ("https://courier.example@other.example/ferry", URL, None),
        ("https://example/ferry", URL, None),
        ("https://co.kr/ferry", "https://www.courier.co.kr/ferry", None),
        ("https://www.courier.example/", URL, None),
        ("https://www.courier.example/?p=3", URL, "https://www.courier.example/?p=3"),
        ("https://courier.example:99999/ferry", URL, None),
        ("javascript:alert(1)", URL, None),
        ("https://courier.example/news/ferry", "", "https://courier.example/news/ferry"),
        ("https://[broken/ferry", URL, None),
    ],
)
def test_a_canonical_url_is_taken_from_the_same_site_only(canonical, url, found):
    """A public suffix is not a site, and a site's front page is not an article."""
    assert find_canonical(PageFacts(links={"canonical": canonical}), url) == found


def test_og_url_stands_in_for_a_canonical_url_of_another_site():
    facts = PageFacts(
        links={"canonical": "https://other.example/x"}, meta={"og:url": "https://courier.example/f"}
    )
    assert find_canonical(facts, URL) == "https://courier.example/f"


@pytest.mark.parametrize(
    ("host", "label"),
    [("courier.example", "courier"), ("news.courier.co.kr", "courier"), ("co.kr", ""), ("localhost", "")],
)
def test_the_label_is_the_name_below_the_suffix(host, label):
    assert host_label(host) == label


@given(st.text(alphabet="htps:/.[]@%abc1 \n#?", max_size=60))
def test_no_address_makes_it_raise(value):
    """Any text yields an http(s) URL with a host, or None."""
    found = absolute_url(value, URL)
    assert found is None or bare_host(found)
    assert same_site(value, value) in {True, False}
