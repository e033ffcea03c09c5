"""Each failure has its class, a one-line message, and the details that the scheduler needs."""

import pickle
import socket
import struct
import threading

import pytest

from worker.errors import BlockedAddress, FetchError, PermanentFetchError, TransientFetchError
from worker.fetch import Fetcher
from worker.records import FetchRequest

TRANSIENT = [408, 425, 429, 500, 502, 503, 504, 520, 599]
PERMANENT = [201, 202, 204, 205, 206, 300, 305, 400, 401, 402, 403, 404, 405, 406, 410, 418, 451, 499]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(s, TransientFetchError) for s in TRANSIENT] + [(s, PermanentFetchError) for s in PERMANENT],
)
def test_each_status_has_its_class_and_keeps_its_fields(origin, get, make_reply, status, kind):
    url = origin.answer(make_reply(status, b"", "Retry-After: 120", "Date: Mon, 01 Jan 2024 00:00:00 GMT"))
    with pytest.raises(FetchError) as caught:
        get(url)
    error = caught.value
    assert type(error) is kind
    assert str(error) == f"{status} from 127.0.0.1:{origin.port}"
    assert (error.status, error.url, error.redirects) == (status, url, ())
    assert error.headers["retry-after"] == "120"
    assert error.headers["date"] == "Mon, 01 Jan 2024 00:00:00 GMT"
    assert len(origin.asked) == 1


def test_a_failure_behind_a_redirect_has_the_redirects(origin, get, make_reply):
    url = origin.answer(make_reply(301, b"", "Location: /gone", "Retry-After: 9"))
    origin.answer(make_reply(410), b"/gone")
    with pytest.raises(PermanentFetchError) as caught:
        get(url)
    assert caught.value.url == origin.url("/gone")
    assert caught.value.redirects == ((301, origin.url("/gone")),)
    assert "retry-after" not in caught.value.headers


def test_a_304_to_an_unconditional_request_is_a_failure(origin, get, make_reply):
    with pytest.raises(TransientFetchError, match=r"304 from .* to an unconditional request") as caught:
        get(origin.answer(make_reply(304)))
    assert caught.value.status == 304


PAGES = [
    (403, (), b"<html>Checking your browser before accessing.</html>", True),
    (503, ("Server: cloudflare",), b"<title>Just a moment...</title>", True),
    (403, ("CF-Mitigated: challenge",), b"", True),
    (202, ("x-amzn-waf-action: challenge",), b"", True),
    (405, ("x-amzn-waf-action: captcha",), b"", True),
    (403, (), b"<script src='/_Incapsula_Resource?x'></script>", True),
    (403, ("Server: cloudflare",), b"<h1>Subscribers only</h1>", False),
    (404, (), b"<title>Just a moment...</title>", False),
    (503, (), b"<h1>Down for maintenance</h1>", False),
]


@pytest.mark.parametrize("page", PAGES)
def test_bot_protection_is_named(origin, get, make_reply, page):
    status, fields, body, is_protection = page
    with pytest.raises(FetchError) as caught:
        get(origin.answer(make_reply(status, body, *fields)))
    assert ("blocked by bot protection" in str(caught.value)) is is_protection
    assert caught.value.status == status
    assert len(origin.asked) == 1  # no second try in disguise


def test_a_refused_connection(get):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(TransientFetchError, match=f"connection refused by 127.0.0.1:{port}"):
        get(f"http://127.0.0.1:{port}/")


def test_a_closed_connection(origin, get):
    with pytest.raises(TransientFetchError, match="closed the connection without a response"):
        get(origin.answer(b""))


def test_a_reset_connection(get):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def reset(_=None):
            connection, _ = server.accept()
            connection.recv(65536)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()

        threading.Thread(target=reset, daemon=True).start()
        with pytest.raises(TransientFetchError, match=f"connection reset by 127.0.0.1:{port}"):
            get(f"http://127.0.0.1:{port}/")


NO_HTTP = [
    b"\x00\xff\xfe garbage \r\n\r\n",
    b"SSH-2.0-OpenSSH_9.6\r\n",
    b"HTTP/1.1 999999 X\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\nx",
    b"HTTP/1.1 200 OK\r\nX-Pad: " + b"h" * 300_000 + b"\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n" + b"X-Pad: hhhhhhhhhhhhhhhhh\r\n" * 20_000 + b"\r\n",
    b"HTTP/1.1 103 Early Hints\r\n\r\n" * 30,
    b"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\n",
]


@pytest.mark.parametrize("raw", NO_HTTP)
def test_a_response_that_is_not_http_is_a_transient_failure_on_one_line(origin, get, raw):
    with pytest.raises(TransientFetchError) as caught:
        get(origin.answer(raw))
    text = str(caught.value)
    assert f"127.0.0.1:{origin.port}" in text
    assert text.isprintable()
    assert len(text) < 250


def test_errors_can_be_pickled(origin, get, make_reply):
    with pytest.raises(TransientFetchError) as caught:
        get(origin.answer(make_reply(503, b"", "Retry-After: 1")))
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (str(copy), copy.status, copy.headers) == (str(caught.value), 503, caught.value.headers)


def test_messages_contain_no_secret_of_the_url(get):
    with pytest.raises(BlockedAddress) as caught:
        get("http://desk:pa55@10.0.0.1/x?token=s3cret")
    assert "pa55" not in str(caught.value)
    assert "s3cret" not in str(caught.value)
    with pytest.raises(PermanentFetchError) as wrong:
        get("http://desk:pa55@bad host/x?token=s3cret")
    assert "pa55" not in str(wrong.value)
    assert "s3cret" not in str(wrong.value)


def test_a_closed_fetcher_raises(origin, make_reply):
    fetcher = Fetcher()
    fetcher.close()
    with pytest.raises(RuntimeError):
        fetcher.fetch(FetchRequest(origin.answer(make_reply(200)), allow_private=("127.0.0.1",)))
    assert origin.connections == 0
