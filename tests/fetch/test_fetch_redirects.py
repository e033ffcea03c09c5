"""Redirects: which are followed, where to, and which fields are not sent (RFC 9110 section 15.4)."""

from contextlib import closing, contextmanager

import pytest

from worker.errors import BlockedAddress, PermanentFetchError
from worker.fetch import Fetcher
from worker.records import FetchRequest, NotModified, Redirect

SECRETS = {"headers": (("X-Client", "k3y"),), "authorization": "Basic c2VjcmV0"}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_each_kind_is_followed_with_a_get_and_reported(origin, get, make_reply, status):
    url = origin.answer(make_reply(status, b"", "Location: /new.xml"))
    origin.answer(make_reply(200, b"new"), b"/new.xml")
    answer = get(url)
    assert answer.body == b"new"
    assert answer.url == origin.url("/new.xml")
    assert answer.redirects == (Redirect(status, origin.url("/new.xml")),)
    assert [a.method for a in origin.asked] == ["GET", "GET"]


@pytest.mark.parametrize("status", [300, 304, 305, 306])
def test_other_3xx_are_not_followed(origin, get, make_reply, status):
    url = origin.answer(make_reply(status, b"", "Location: /new.xml"))
    with pytest.raises(Exception, match=str(status)):
        get(url)
    assert len(origin.asked) == 1


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("new.xml", b"/dir/new.xml"),
        ("../new.xml", b"/new.xml"),
        ("?page=2", b"/dir/feed.xml?page=2"),
        ("//127.0.0.1:{port}/x%2fy//z", b"/x%2fy//z"),
        ("/new.xml#fragment", b"/new.xml"),
        ("/뉴스".encode(), b"/%EB%89%B4%EC%8A%A4"),
        ("/caf\xe9".encode("latin-1"), b"/caf%C3%A9"),
        ("  /spaced  ", b"/spaced"),
        ("HTTP://127.0.0.1:{port}/up", b"/up"),
    ],
)
def test_location_is_resolved_against_the_current_url(origin, get, make_reply, location, target):
    raw = location if isinstance(location, bytes) else location.replace("{port}", str(origin.port)).encode()
    url = origin.answer(make_reply(302, b"", b"Location: " + raw), b"/dir/feed.xml")
    origin.answer(make_reply(200, b"there"), target)
    assert get(url).body == b"there"
    assert origin.asked[-1].target == target


def test_a_port_that_is_not_allowed_is_refused_before_anything_is_asked_of_its_host(origin, make_reply):
    url = origin.answer(make_reply(302, b"", "Location: http://127.0.0.1:9/new.xml"))
    fetcher, asked = Fetcher(), []
    request = FetchRequest(url, allow_private=("127.0.0.0/8",))
    with closing(fetcher), pytest.raises(BlockedAddress, match="port 9 of "):
        fetcher.fetch(request, enter=asked.append, follow=asked.append)
    assert asked == []


def chain(origin, make_reply, hops):
    for n in range(hops):
        origin.answer(make_reply(302, b"", f"Location: /{n + 1}"), f"/{n}".encode())
    origin.answer(make_reply(200, b"end"), f"/{hops}".encode())
    return origin.url("/0")


def test_ten_hops_are_followed(origin, get, make_reply):
    assert get(chain(origin, make_reply, 10)).body == b"end"


def test_the_eleventh_hop_is_one_failure(origin, get, make_reply):
    with pytest.raises(PermanentFetchError, match="more than 10 redirects"):
        get(chain(origin, make_reply, 30))
    assert len(origin.asked) == 11


def test_a_redirect_loop_is_detected_at_once(origin, get, make_reply):
    url = origin.answer(make_reply(301, b"", "Location: /b"), b"/a")
    origin.answer(make_reply(301, b"", "Location: /a"), b"/b")
    with pytest.raises(PermanentFetchError, match="redirect loop") as caught:
        get(url)
    assert len(origin.asked) == 2
    assert caught.value.status == 301
    assert caught.value.redirects == ((301, origin.url("/b")), (301, origin.url("/a")))


@pytest.mark.parametrize(
    "location", ["", " ", "http://", "http:///x", "http://[::1/x", "http://a b/", "http://x:99999/"]
)
def test_an_unusable_location_is_a_failure(origin, get, make_reply, location):
    url = origin.answer(make_reply(302, b"", f"Location: {location}"))
    with pytest.raises(PermanentFetchError):
        get(url)
    assert len(origin.asked) == 1


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "gopher://127.0.0.1:6379/_INFO",
        "data:text/xml,<rss/>",
        "javascript:1",
    ],
)
def test_other_schemes_are_blocked(origin, get, make_reply, location):
    url = origin.answer(make_reply(302, b"", f"Location: {location}"))
    with pytest.raises(BlockedAddress, match="only http and https") as caught:
        get(url)
    assert str(caught.value).startswith(f"a redirect from {url} led there")


def test_a_redirect_cannot_choose_a_port_not_in_the_feed_url(origin, new_origin, get, make_reply):
    other = new_origin()
    other.answer(make_reply(200, b"internal"))
    url = origin.answer(make_reply(302, b"", f"Location: {other.url()}"))
    with pytest.raises(BlockedAddress, match=f"port {other.port}"):
        get(url)
    assert other.connections == 0
    assert get(url, allow_private=("127.0.0.1", f"127.0.0.1:{other.port}")).body == b"internal"


def test_ports_of_a_page_are_those_given_not_its_own(origin, get, make_reply):
    url = origin.answer(make_reply(200, b"page"))
    with pytest.raises(BlockedAddress, match="port"):
        get(url, ports=(8080,))
    assert origin.connections == 0
    assert get(url, ports=(origin.port,)).body == b"page"


def test_credentials_are_sent_only_to_the_configured_origin(origin, new_origin, get, make_reply):
    away = new_origin(ip="127.0.0.2", port=origin.port)
    url = origin.answer(make_reply(302, b"", f"Location: {away.url('/x')}"))
    away.answer(make_reply(302, b"", f"Location: {origin.url('/home')}"), b"/x")
    origin.answer(make_reply(200, b"x"), b"/home")
    get(url, etag='"e"', **SECRETS)
    assert origin.asked[0].field("Authorization") == b"Basic c2VjcmV0"
    for asked in (away.asked[0], origin.asked[1]):  # nor after coming back: another origin chose the target
        assert asked.field("Authorization") is None
        assert asked.field("X-Client") is None


VALIDATORS = {"etag": '"e"', "last_modified": "Mon, 23 Nov 2026 08:00:00 GMT"}


def conditions(asked):
    return asked.field("If-None-Match"), asked.field("If-Modified-Since")


def test_validators_are_sent_to_the_requested_url_only(origin, new_origin, get, make_reply):
    """A redirect leads to another document, of which they say nothing, and maybe to another publisher."""
    away = new_origin(ip="127.0.0.2", port=origin.port)
    url = origin.answer(make_reply(302, b"", "Location: /near"))
    origin.answer(make_reply(302, b"", f"Location: {away.url('/far')}"), b"/near")
    away.answer(make_reply(200, b"x"), b"/far")
    get(url, **VALIDATORS)
    sent = tuple(value.encode() for value in VALIDATORS.values())
    assert [conditions(one) for one in (*origin.asked, *away.asked)] == [sent, (None, None), (None, None)]


def test_validators_of_a_redirects_target_are_sent_there_only(origin, new_origin, get, make_reply):
    away = new_origin(ip="127.0.0.2", port=origin.port)
    url = origin.answer(make_reply(302, b"", f"Location: {away.url('/far')}"))
    away.answer(make_reply(304, b""), b"/far")
    assert isinstance(get(url, validated_url=away.url("/far"), **VALIDATORS), NotModified)
    sent = tuple(value.encode() for value in VALIDATORS.values())
    assert [conditions(one) for one in (*origin.asked, *away.asked)] == [(None, None), sent]


def test_credentials_are_sent_after_a_redirect_within_the_origin(origin, get, make_reply):
    url = origin.answer(make_reply(301, b"", "Location: /feed.xml/"))
    origin.answer(make_reply(200, b"x"), b"/feed.xml/")
    get(url, **SECRETS)
    assert [a.field("X-Client") for a in origin.asked] == [b"k3y", b"k3y"]


def test_userinfo_in_a_location_is_not_used(origin, get, make_reply):
    url = origin.answer(make_reply(302, b"", f"Location: http://u:p@127.0.0.1:{origin.port}/x"))
    origin.answer(make_reply(200, b"x"), b"/x")
    answer = get(url)
    assert origin.asked[1].field("Authorization") is None
    assert answer.url == origin.url("/x")


def test_a_304_behind_a_redirect_is_a_success(origin, get, make_reply):
    url = origin.answer(make_reply(307, b"", "Location: /x"))
    origin.answer(make_reply(304, b"", 'ETag: "2"'), b"/x")
    answer = get(url, etag='"1"', validated_url=origin.url("/x"))
    assert isinstance(answer, NotModified)
    assert answer.headers["etag"] == '"2"'
    assert answer.redirects == (Redirect(307, origin.url("/x")),)


def test_an_adopted_address_gets_no_secrets_of_the_configured_one(origin, new_origin, get, make_reply):
    away = new_origin(ip="127.0.0.2", port=origin.port)
    adopted = away.answer(make_reply(200, b"x"))
    configured = f"http://u:p@127.0.0.1:{origin.port}/old.xml"
    get(adopted, configured_url=configured, **SECRETS)
    get(adopted, configured_url=configured)
    assert all(a.field("Authorization") is None and a.field("X-Client") is None for a in away.asked)
    get(origin.answer(make_reply(200, b"x")), configured_url=configured)
    assert origin.asked[0].field("Authorization") == b"Basic dTpw"


def test_each_request_is_sent_inside_the_callers_block_once_its_connection_is_open(origin, make_reply):
    """So that the caller can hold it back until the host's delay has passed, and count the next from it."""
    url = origin.answer(make_reply(302, b"", "Location: /new.xml"))
    origin.answer(make_reply(200, b"there"), b"/new.xml")
    seen = []

    @contextmanager
    def sending(host):
        seen.append((host, len(origin.asked)))
        yield

    with closing(Fetcher()) as fetcher:
        fetcher.fetch(FetchRequest(url, allow_private=("127.0.0.0/8",)), sending=sending)
    assert seen == [("127.0.0.1", 0), ("127.0.0.1", 1)]


def test_a_request_that_its_caller_holds_back_is_not_sent(origin, make_reply):
    url = origin.answer(make_reply(200, b"never"))

    @contextmanager
    def sending(_host):
        raise PermanentFetchError("held back")
        yield

    with closing(Fetcher()) as fetcher, pytest.raises(PermanentFetchError, match="held back"):
        fetcher.fetch(FetchRequest(url, allow_private=("127.0.0.0/8",)), sending=sending)
    assert origin.asked == []
