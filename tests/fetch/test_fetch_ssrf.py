"""No connection is opened to a blocked address, however it is written (OWASP SSRF Prevention)."""

import pytest

from worker.errors import BlockedAddress, FetchError, PermanentFetchError
from worker.fetch.url import parse_target

# Notations of 127.0.0.1, where the blocked origin listens.
FORBIDDEN = [
    "127.0.0.1", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "2130706433", "127.1",
    "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "127.0.0.1.", "0.0.0.0", "0", "localhost",
    "LOCALHOST", "１２７.0.0.1", "①②⑦.0.0.1", "user@127.0.0.1", "news.example@127.0.0.1",
]  # fmt: skip


@pytest.fixture
def forbidden(origin, make_reply):
    """An origin on 127.0.0.1 that must never see a connection."""
    for path in (b"/x", b"/feed.xml"):
        origin.answer(make_reply(200, b"internal"), path)
    return origin


@pytest.mark.parametrize("host", FORBIDDEN)
def test_no_notation_of_a_blocked_address_connects(forbidden, get, host):
    with pytest.raises(BlockedAddress) as caught:
        get(f"http://{host}:{forbidden.port}/x", allow_private=("127.0.0.2",))
    assert "http.allow_private" in str(caught.value)
    assert forbidden.connections == 0


@pytest.mark.parametrize("host", FORBIDDEN)
def test_no_redirect_connects_to_a_blocked_address(forbidden, new_origin, get, make_reply, host):
    home = new_origin(ip="127.0.0.2", port=forbidden.port)
    url = home.answer(make_reply(302, b"", f"Location: http://{host}:{home.port}/x".encode()))
    with pytest.raises(BlockedAddress) as caught:
        get(url, allow_private=("127.0.0.2",))
    assert len(home.asked) == 1
    assert forbidden.connections == 0
    assert caught.value.redirects[0][0] == 302
    assert str(caught.value).startswith(f"a redirect from {url} led there: address ")
    assert "allow_private" not in str(caught.value)


def test_ipv6_loopback_is_blocked_too(new_origin, get, make_reply):
    try:
        six = new_origin(ip="::1")
    except OSError:
        pytest.skip("no IPv6 here")
    url = six.answer(make_reply(200, b"x"))
    with pytest.raises(BlockedAddress, match="address ::1 is loopback"):
        get(url, allow_private=())
    assert six.connections == 0
    assert get(url, allow_private=(f"[::1]:{six.port}",)).body == b"x"


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "https://192.168.0.1/"]
)
def test_private_literals_are_blocked_without_a_connection(get, url):
    with pytest.raises(BlockedAddress):
        get(url, timeout_s=0.5)


@pytest.mark.parametrize(
    "entry", ["127.0.0.0/8", "127.0.0.1", "127.0.0.1:{port}", "localhost", "localhost:{port}"]
)
def test_allow_private_allows_an_address(forbidden, get, entry):
    host = "localhost" if "localhost" in entry else "127.0.0.1"
    allow = (entry.format(port=forbidden.port), "::1")
    assert get(f"http://{host}:{forbidden.port}/x", allow_private=allow).body == b"internal"


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "gopher://127.0.0.1/",
        "unix:/tmp/s",
        "dict://127.0.0.1:6379/",
    ],
)
def test_only_http_and_https_are_allowed(get, url):
    with pytest.raises(BlockedAddress, match="only http and https"):
        get(url)


@pytest.mark.parametrize(
    "url",
    [
        "", "feed.xml", "//example.org/", "http:", "http://", "http:///x", "http://:80/", "http://a b/",
        "http://[::1/", "http://[fe80::1%25eth0]/", "http://x:0/", "http://x:65536/", "http://x:+80/",
        "http://x:8 0/", "http://127%2e0.0.1/", "http://256.1.1.1/", "http://1.2.3.4.5/", "http://-/",
        "http://a\\@b/", "http://a\nb/", "http://a\0b/", "http://\ud800/",
    ],
)  # fmt: skip
def test_an_invalid_url_fails_before_any_connection(get, url):
    with pytest.raises(PermanentFetchError):
        get(url)


@pytest.mark.parametrize(
    "host", ["a" * 64 + ".example", "a..example", "xn--a.example", "no-such-host.invalid"]
)
def test_a_host_that_cannot_be_resolved_is_a_fetch_error(get, host):
    with pytest.raises(FetchError) as caught:
        get(f"http://{host}/x?key=s3cret")
    assert "\n" not in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_the_host_is_canonical_and_the_default_port_is_omitted():
    target = parse_target("HTTP://User:Pa%3Ass@Example.ORG:80/Path?Q#f")
    assert (target.host, target.netloc, target.path) == ("example.org", "example.org", b"/Path?Q")
    assert target.url == "http://example.org/Path?Q"
    assert target.userinfo == "User:Pa:ss"
    assert "Pa:ss" not in repr(target)
    assert parse_target("http://bücher.example/").netloc == "xn--bcher-kva.example"
    assert parse_target("https://[2001:DB8::1]:8443/").netloc == "[2001:db8::1]:8443"
