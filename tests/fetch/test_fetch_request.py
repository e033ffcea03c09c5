"""The request: one plain conditional GET (RFC 9110)."""

import re
from importlib.metadata import version

import pytest

from worker.errors import PermanentFetchError
from worker.fetch import FEED_ACCEPT
from worker.records import NotModified

PATHS = [
    b"/",
    b"/%7Eann%2fdesk//feed.xml?b=2&a=%20x+y&&q=;k:v,w&empty=",
    b"/a/../b/./c",
    b"/feed?",
    b"/feed?x=%e9&y=%E9",
    b"/feed;v=1/'quoted'/\"double\"/<a>|^`{}\\",
    b"/?q=a?b/c",
    b"/%",
    b"/%zz",
]
ODD_VALIDATORS = [
    'W/"abc:1"',
    "unquoted-5f,x",
    "\"a--gzip;x='1'\"",
    '"caf\xe9\xff"',
    '"a\tb  c"',
    '""',
    "*",
]


@pytest.mark.parametrize("path", PATHS)
def test_path_and_query_are_sent_unchanged(origin, get, make_reply, path):
    origin.answer(make_reply(200, b"<rss/>"), path)
    assert get(origin.url(path.decode())).body == b"<rss/>"
    assert [(a.method, a.target) for a in origin.asked] == [("GET", path)]
    assert origin.connections == 1


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("/뉴스?q=é b", b"/%EB%89%B4%EC%8A%A4?q=%C3%A9%20b"),
        ("", b"/"),
        ("?a=1", b"/?a=1"),
        ("/a#part", b"/a"),
        ("/a?b#part?c", b"/a?b"),
    ],
)
def test_only_what_cannot_be_sent_is_escaped(origin, get, make_reply, written, sent):
    origin.answer(make_reply(200, b"x"), sent)
    get(origin.url(written))
    assert origin.asked[0].target == sent


def test_user_agent_names_product_version_and_contact(origin, get, make_reply):
    url = origin.answer(make_reply(200, b"x"))
    get(url, contact="https://desk.example/bot")
    with pytest.raises(PermanentFetchError):
        get(origin.answer(make_reply(403), b"/no"), contact="https://desk.example/bot")
    agents = {a.field("User-Agent") for a in origin.asked}
    assert agents == {f"wireroom/{version('wireroom')} (+https://desk.example/bot)".encode()}
    get(url, contact="a\r\nX-Evil: 1")
    assert re.fullmatch(rb"wireroom/[\d.]+ \(\+aX-Evil: 1\)", origin.asked[-1].field("User-Agent"))


def test_only_codings_that_are_decoded_are_offered(origin, get, make_reply):
    get(origin.answer(make_reply(200, b"x")), accept=FEED_ACCEPT)
    asked = origin.asked[0]
    assert asked.field("Accept-Encoding") == b"gzip, deflate, br, zstd"
    for kind in (b"application/rss+xml", b"application/atom+xml", b"application/feed+json", b"*/*"):
        assert kind in asked.field("Accept")
    assert asked.field("A-IM") is None


@pytest.mark.parametrize("validator", ODD_VALIDATORS)
def test_validators_are_sent_back_unchanged(origin, get, make_reply, validator):
    raw = validator.encode("latin-1")
    url = origin.answer(make_reply(200, b"x", b"ETag: " + raw, b"Last-Modified: " + raw))
    came = get(url).headers
    origin.answer(make_reply(304))
    answer = get(url, etag=came["etag"], last_modified=came["last-modified"])
    assert isinstance(answer, NotModified)
    assert origin.asked[-1].field("If-None-Match") == raw
    assert origin.asked[-1].field("If-Modified-Since") == raw


def test_a_request_without_validators_is_unconditional(origin, get, make_reply):
    get(origin.answer(make_reply(200, b"x")))
    assert {n for n, _ in origin.asked[0].fields} == {
        "host", "user-agent", "accept", "accept-encoding", "connection",
    }  # fmt: skip


def test_no_cookie_and_no_referer_ever(origin, get, make_reply):
    url = origin.answer(make_reply(302, b"", "Location: /next", "Set-Cookie: sid=1; Path=/"))
    origin.answer(make_reply(200, b"x", "Set-Cookie: a=1", "Set-Cookie: b=2"), b"/next")
    first, _ = get(url), get(url)
    assert len(origin.asked) == 4
    assert all(a.field("Cookie") is None and a.field("Referer") is None for a in origin.asked)
    assert "set-cookie" not in first.headers


def test_configured_fields_and_authorization_are_sent_as_configured(origin, get, make_reply):
    url = origin.answer(make_reply(200, b"x"))
    get(url, headers=(("X-Client", "newsdesk"), ("accept", "text/xml")), authorization="Bearer t0k")
    asked = origin.asked[0]
    assert asked.field("X-Client") == b"newsdesk"
    assert asked.field("Accept") == b"text/xml"
    assert asked.field("Authorization") == b"Bearer t0k"


def test_configured_fields_cannot_change_the_exchange_itself(origin, get, make_reply):
    url = origin.answer(make_reply(200, b"x"))
    evil = (("Host", "evil.example"), ("Cookie", "a=1"), ("User-Agent", "Mozilla"), ("Range", "bytes=0-1"))
    get(url, headers=evil)
    asked = origin.asked[0]
    assert asked.field("Host") == f"127.0.0.1:{origin.port}".encode()
    assert asked.field("Cookie") is None
    assert asked.field("Range") is None
    assert asked.field("User-Agent").startswith(b"wireroom/")


@pytest.mark.parametrize("bad", [("X-A", "1\r\nX-Evil: 1"), ("X-A", "a\0b"), ("X A", "1"), ("X-A:", "1")])
def test_a_field_that_would_forge_another_is_never_sent(origin, get, make_reply, bad):
    url = origin.answer(make_reply(200, b"x"))
    with pytest.raises(PermanentFetchError, match="cannot be sent"):
        get(url, headers=(bad,))
    assert origin.asked == []


def test_userinfo_of_the_url_becomes_basic_authorization(origin, get, make_reply):
    origin.answer(make_reply(200, b"x"))
    answer = get(f"http://de%40sk:s3cret@127.0.0.1:{origin.port}/feed.xml")
    assert origin.asked[0].field("Authorization") == b"Basic ZGVAc2s6czNjcmV0"
    assert answer.url == origin.url()
