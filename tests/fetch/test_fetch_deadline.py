"""One deadline covers the whole fetch, also with a server that sends slowly.

Each server here would need minutes; that it could not send everything shows that the client disconnected.
"""

import socket
import threading
import time

import pytest

from tests.fetch.conftest import Origin
from worker.errors import TransientFetchError
from worker.fetch import Fetcher
from worker.fetch.sockets import Deadline, resolve_host
from worker.records import FetchRequest

PIECES = 600
PAUSE_S = 0.05


def drip(origin, head, piece, path=b"/feed.xml"):
    """Send `head`, then `piece` repeatedly; the list returned counts how often."""
    sent = []

    def script(_):
        yield head
        for _ in range(PIECES):
            time.sleep(PAUSE_S)
            sent.append(piece)
            yield piece

    return origin.answer(script, path), sent


@pytest.mark.parametrize(
    ("head", "piece", "text"),
    [
        (b"HTTP/1.1 200 OK\r\nX-Padding: ", b"y", "no response within 0.6 s from 127.0.0.1"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n", "no response within 0.6 s"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n", b"z", "incomplete response within 0.6 s"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nz\r\n", "incomplete response"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"z", "incomplete response"),
    ],
)
def test_a_slow_response_ends_at_the_deadline(origin, get, head, piece, text):
    url, sent = drip(origin, head, piece)
    with pytest.raises(TransientFetchError, match=text):
        get(url, timeout_s=0.6)
    assert len(sent) < PIECES / 2


def test_a_silent_server_ends_at_the_deadline(origin, get):
    url, sent = drip(origin, b"", b"")
    with pytest.raises(TransientFetchError, match=r"no response within 0.6 s"):
        get(url, timeout_s=0.6)
    assert len(sent) < PIECES / 2


def test_redirects_share_one_deadline(origin, get, make_reply):
    def slow(asked):
        time.sleep(0.4)
        yield make_reply(302, b"", f"Location: /{int(asked.target[1:]) + 1}")

    for n in range(11):
        origin.answer(slow, f"/{n}".encode())
    with pytest.raises(TransientFetchError, match=r"no response within 1.5 s") as caught:
        get(origin.url("/0"), timeout_s=1.5)
    assert 1 <= len(caught.value.redirects) < 10


def test_a_wait_of_the_caller_before_a_redirect_is_not_the_servers(origin, fetcher, make_reply):
    """The deadline goes on where it was, and holds for the rest."""
    other = Origin(ip="127.0.0.2", port=origin.port)
    url = origin.answer(make_reply(302, b"", f"Location: {other.url('/there')}"))
    other.answer(make_reply(200, b"there"), b"/there")
    request = FetchRequest(url, allow_private=("127.0.0.0/8",), timeout_s=1.0)
    answer = fetcher.fetch(request, enter=lambda _: time.sleep(1.2))
    assert answer.body == b"there"
    assert answer.elapsed_s > 1.2
    _, sent = drip(other, b"", b"", b"/there")
    with pytest.raises(TransientFetchError, match="no response within 1 s"):
        fetcher.fetch(request, enter=lambda _: time.sleep(1.2))
    assert len(sent) < PIECES / 2
    other.close()


def test_a_slow_error_page_does_not_hide_its_status(origin, get):
    url, _ = drip(origin, b"HTTP/1.1 503 X\r\nRetry-After: 7\r\nContent-Length: 900\r\n\r\n", b"z")
    with pytest.raises(TransientFetchError, match="503 from") as caught:
        get(url, timeout_s=0.6)
    assert caught.value.headers["retry-after"] == "7"


def test_a_passed_deadline_raises_timeout_error():
    with pytest.raises(TimeoutError):
        Deadline(0.0).remaining_s()


def test_a_hanging_name_server_is_abandoned(monkeypatch):
    """The lookup itself cannot be interrupted, but the fetch can."""
    free = threading.Event()

    def hang(*_args, flags, **_options):
        if flags:
            raise socket.gaierror(-2, "no number")
        free.wait(30)
        return []

    monkeypatch.setattr("worker.fetch.sockets.socket.getaddrinfo", hang)
    with pytest.raises(TransientFetchError, match=r"name server for slow.example"):
        resolve_host("slow.example", 80, Deadline(0.1))
    free.set()


def test_waiting_for_a_free_connection_counts_toward_the_deadline(origin):
    fetcher = Fetcher(max_connections=1)
    held, release = threading.Event(), threading.Event()

    def hold(_):
        held.set()
        release.wait(30)
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"

    request = FetchRequest(origin.answer(hold), allow_private=("127.0.0.1",), timeout_s=30.0)
    results = []
    first = threading.Thread(target=lambda: results.append(fetcher.fetch(request)))
    first.start()
    held.wait(30)
    with pytest.raises(TransientFetchError, match="busy"):
        fetcher.fetch(FetchRequest(request.url, allow_private=("127.0.0.1",), timeout_s=0.1))
    release.set()
    first.join(30)
    fetcher.close()
    assert results[0].body == b"x"
    assert origin.connections == 1


def test_many_threads_share_one_fetcher_and_every_slot_is_released(origin, make_reply):
    fetcher = Fetcher(max_connections=4)
    origin.answer(make_reply(200, b"x"), b"/good")
    origin.answer(b"garbage", b"/bad")
    seen = []

    def work(n):
        path = "/good" if n % 2 else "/bad"
        try:
            seen.append(fetcher.fetch(FetchRequest(origin.url(path), allow_private=("127.0.0.1",))).body)
        except TransientFetchError as exc:
            seen.append(type(exc).__name__)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    fetcher.close()
    assert sorted(map(str, seen)) == sorted(["b'x'"] * 12 + ["TransientFetchError"] * 12)
