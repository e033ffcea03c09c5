"""Decoding to markup: encodings, types and limits before parsing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.errors import ExtractError
from worker.extract.page.markup import (
    MAX_BYTES,
    MAX_GAPS,
    MAX_TAGS,
    read_markup,
    shorten_tags,
)

KOREAN = "갈매기가 항구로 돌아왔다. 어민들은 그물을 걷었다."


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"%PDF-1.7 ...", "", "PDF"),
        (b"%PDF-1.7 ...", "text/html", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "", "image"),
        (b"PK\x03\x04....", "application/octet-stream", "octet-stream"),
        (b"\0\0\0\x20ftypisom" + bytes(99), "text/html", "video"),
        (b'<?xml version="1.0"?>\n<feed xmlns="http://www.w3.org/2005/Atom">', "text/html", "a feed"),
        (b'{"headline": "Ferry runs aground"}', "text/plain", "JSON"),
        (b"hello", "image/jpeg", "image/jpeg"),
        (bytes(range(256)) * 20, "", "binary"),
        (bytes(range(256)) * 20, "text/html", "binary"),
        (b"x" * (MAX_BYTES + 1), "text/html", "larger"),
        (b"<p>" * (MAX_TAGS + 1), "text/html", "too complex"),
        ((b"<p" + b" a" * 500 + b">") * (MAX_GAPS // 500 + 1), "text/html", "too complex"),
    ],
)
def test_what_is_no_page_is_refused_with_the_reason(body, content_type, reason):
    """Size and first bytes are checked, whatever the content type says."""
    with pytest.raises(ExtractError, match=reason):
        read_markup(body, content_type)


def test_nul_bytes_do_not_hide_a_page():
    """Control characters are removed from HTML and plain text."""
    assert read_markup(b"<html><body>\x00\x00<p>x\x07y</p>").text == "<html><body><p>xy</p>"


def test_a_tag_with_very_many_attributes_loses_them():
    """The parser never receives 200,000 attributes of one tag."""
    tag = "<p " + " ".join(f"a{n}=b" for n in range(200_000)) + ">text</p>"
    assert shorten_tags(f"<div>{tag}</div>") == "<div><p >text</p></div>"


@pytest.mark.parametrize(
    "tag",
    [
        '<a href="x > y" title=\'"\'>text</a>',
        f'<img src="data:image/png;base64,{"A" * 50_000}">',
        "<p class=a b c = d>text",
        '<p "odd" =x>text',
    ],
)
def test_an_ordinary_tag_is_left_alone(tag):
    """Long values and unbalanced quotes do not count as many attributes."""
    assert shorten_tags(tag) == tag


@given(st.text(alphabet="<p a=b\"'/>\n", max_size=300))
def test_shortening_never_changes_small_markup(text):
    """Markup below the limit is returned unchanged, whatever its quotes and brackets."""
    assert shorten_tags(text) == text
