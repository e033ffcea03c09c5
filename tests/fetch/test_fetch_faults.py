"""A failed fetch reports whether no server responded at all, and why."""

import errno
import socket

import pytest

from tests.fetch.conftest import reply
from worker.errors import FetchError
from worker.fetch import sockets
from worker.records import NetworkFault

CONNECTING = [
    (OSError(errno.ENETUNREACH, "Network is unreachable"), NetworkFault.ROUTE),
    (OSError(errno.EHOSTUNREACH, "No route to host"), NetworkFault.ROUTE),
    (PermissionError(errno.EPERM, "Operation not permitted"), NetworkFault.ROUTE),
    (OSError(errno.EMFILE, "Too many open files"), NetworkFault.ROUTE),
    (TimeoutError("timed out"), NetworkFault.TIMEOUT),
    (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), NetworkFault.REFUSED),
    (ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"), NetworkFault.RESET),
    (OSError(errno.EINVAL, "Invalid argument"), ""),
]


def fault_of(get, url: str) -> str:
    with pytest.raises(FetchError) as caught:
        get(url)
    return caught.value.fault


@pytest.mark.parametrize(("error", "fault"), CONNECTING, ids=str)
def test_each_connection_error_has_its_fault(get, origin, monkeypatch, error, fault) -> None:
    def fail(*_: object) -> socket.socket:
        raise error

    monkeypatch.setattr(sockets, "_connect_first", fail)
    assert fault_of(get, origin.url()) == fault


@pytest.mark.parametrize("code", [socket.EAI_AGAIN, socket.EAI_NONAME, socket.EAI_FAIL])
def test_a_name_that_cannot_be_resolved_is_a_fault(get, monkeypatch, code) -> None:
    def fail(*_: object) -> list[sockets.Address]:
        raise socket.gaierror(code, "no name")

    monkeypatch.setattr(sockets, "_lookup", fail)
    assert fault_of(get, "http://h.example/") == NetworkFault.NAME


def test_a_connection_closed_before_any_response_is_a_fault(get, origin) -> None:
    assert fault_of(get, origin.answer(b"")) == NetworkFault.RESET


@pytest.mark.parametrize("status", [404, 500, 503])
def test_a_response_of_any_status_is_not_a_network_fault(get, origin, status) -> None:
    assert fault_of(get, origin.answer(reply(status))) == ""


def test_there_is_no_network_fault_after_a_redirect(get, origin) -> None:
    """The first server responded: the network is there."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    url = origin.answer(reply(302, b"", f"Location: http://127.0.0.1:{port}/"))
    assert fault_of(get, url) == ""
