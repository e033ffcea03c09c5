"""URLs are displayed on one line, without secrets, and without errors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.errors import FetchError
from worker.fetch import display_url
from worker.fetch.url import parse_target


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://example.org/feed?a=1&b=2", "https://example.org/feed?a=1&b=2"),
        ("https://desk:pw@example.org/feed", "https://example.org/feed"),
        ("https://de@sk:p@w@example.org/feed", "https://example.org/feed"),
        ("https://example.org/@user/feed?m=a@b", "https://example.org/@user/feed?m=a@b"),
        ("https://example.org/f?key=abc&x=1", "https://example.org/f?key=***&x=1"),
        ("https://example.org/f?x=1&TOKEN=abc", "https://example.org/f?x=1&TOKEN=***"),
        ("https://example.org/f?api%5Fkey=abc", "https://example.org/f?api%5Fkey=***"),
        ("https://example.org/f?password=a=b", "https://example.org/f?password=***"),
        ("https://example.org/f?token=&key", "https://example.org/f?token=&key"),
        ("https://example.org/f?keyword=news", "https://example.org/f?keyword=news"),
        ("https://example.org/f#token=abc", "https://example.org/f"),
        ("https://example.org/f\r\nX-Evil: 1\x1b[31m", "https://example.org/fX-Evil:1[31m"),
        ("http://desk:pw@", "http://"),
        ("", ""),
    ],
)
def test_a_shown_url_has_no_secret(url, shown):
    assert display_url(url) == shown


@pytest.mark.parametrize(
    "key", ["key", "token", "auth", "password", "secret", "sig", "apikey", "access_token"]
)
def test_values_of_secret_keys_are_hidden(key):
    assert "hunter2" not in display_url(f"https://example.org/?a=1&{key}=hunter2&b=2")


@given(st.text())
def test_any_text_can_be_shown_on_one_line(text):
    shown = display_url(text)
    assert len(shown.splitlines()) <= 1
    shown.encode("utf-8")


@given(st.text(), st.sampled_from(["", "http://", "https://h/", "http://h:", "http://u@", "http://[", "//"]))
def test_any_text_is_a_target_that_can_be_sent_or_a_fetch_error(text, start):
    try:
        target = parse_target(start + text)
    except FetchError as exc:
        shown = str(exc)
        assert len(shown.splitlines()) == 1
        return
    assert target.path.startswith(b"/")
    assert all(0x21 <= byte <= 0x7E for byte in target.path)
    assert parse_target(target.url).url == target.url
