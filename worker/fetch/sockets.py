"""Sockets with a single deadline, from name resolution to the last byte."""

import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from worker.errors import FetchError, TransientFetchError
from worker.fetch.guard import check_address
from worker.records import NetworkFault

READ_BYTES = 64 * 1024
# An unreachable address must not use up the time for the reachable one after it.
CONNECT_ATTEMPT_S = 10.0
MAX_ADDRESSES = 8  # per name; a name may resolve to thousands
Address = tuple[socket.AddressFamily, tuple[str, int]]


class Deadline:
    """The time by which a whole fetch must end, redirects included, except while it is suspended."""

    __slots__ = ("_end", "budget_s")

    def __init__(self, budget_s: float) -> None:
        self.budget_s = budget_s
        self._end = time.monotonic() + budget_s

    def remaining_s(self) -> float:
        """Return the seconds left, above 0; raises TimeoutError if the deadline has passed."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("deadline passed")
        return left

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Let time pass during the block that is not the server's, such as a wait for the host's turn."""
        began = time.monotonic()
        yield
        self._end += time.monotonic() - began


class DeadlineSocket:
    """A connected socket whose operations all end by the deadline; they raise TimeoutError and OSError."""

    __slots__ = ("_deadline", "_socket", "received_bytes")

    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self._socket = connected
        self._deadline = deadline
        self.received_bytes = 0

    def send(self, data: bytes) -> None:
        """Send all of `data`."""
        self._socket.settimeout(self._deadline.remaining_s())
        self._socket.sendall(data)

    def receive(self) -> bytes:
        """Return the next bytes; empty at the end of the stream."""
        self._socket.settimeout(self._deadline.remaining_s())
        data = self._socket.recv(READ_BYTES)
        self.received_bytes += len(data)
        return data

    def receive_pending(self) -> bytes:
        """Return bytes that have already arrived, without waiting; empty if there are none."""
        try:
            self._socket.settimeout(0.0)
            return self._socket.recv(READ_BYTES)
        except OSError:
            return b""

    def shorten_deadline(self, limit_s: float) -> None:
        """Leave at most `limit_s` seconds; raises TimeoutError if the deadline has passed."""
        self._deadline = Deadline(min(limit_s, self._deadline.remaining_s()))

    def close(self) -> None:
        """Close the connection at once."""
        self._socket.close()


def open_socket(host: str, port: int, deadline: Deadline, allow_private: Sequence[str]) -> socket.socket:
    """Return a socket connected to an allowed address of `host`.

    The name is resolved once, so DNS rebinding cannot bypass the check. Raises BlockedAddress if no address
    of the host is allowed, TransientFetchError if the name cannot be resolved, OSError if no address
    accepts the connection.
    """
    allowed: list[Address] = []
    refusal: FetchError | None = None
    for family, address in resolve_host(host, port, deadline):
        try:
            check_address(address[0], host, port, allow_private)
            allowed.append((family, address))
        except FetchError as exc:
            refusal = refusal or exc
    if not allowed and refusal is not None:
        raise refusal
    return _connect_first(allowed[:MAX_ADDRESSES], deadline)


def start_tls(plain: socket.socket, host: str, context: ssl.SSLContext, deadline: Deadline) -> ssl.SSLSocket:
    """Wrap the socket in TLS and verify the certificate for `host`; closes `plain` on failure."""
    try:
        plain.settimeout(deadline.remaining_s())
        return context.wrap_socket(plain, server_hostname=host.rstrip("."))
    except BaseException:
        plain.close()
        raise


def resolve_host(host: str, port: int, deadline: Deadline) -> list[Address]:
    """Return the addresses of a host in the system's order; raises TransientFetchError if there are none."""
    try:
        return _lookup(host, port, socket.AI_NUMERICHOST)
    except (socket.gaierror, UnicodeError):
        pass  # not a numeric address: resolve it as a name
    # The system resolver cannot be interrupted. If it hangs, its daemon thread is abandoned; it ends at the
    # resolver's own timeout and delays neither this fetch nor the exit of the process.
    result: queue.SimpleQueue[list[Address] | OSError | UnicodeError] = queue.SimpleQueue()
    threading.Thread(target=_put_lookup, args=(host, port, result), name="resolve", daemon=True).start()
    try:
        found = result.get(timeout=deadline.remaining_s())
    except queue.Empty as exc:
        message = f"no response from the name server for {host}"
        raise TransientFetchError(message, fault=NetworkFault.NAME) from exc
    if isinstance(found, Exception):
        reason = found.strerror if isinstance(found, OSError) else str(found)
        message = f"host name {host} cannot be resolved: {reason}"
        fault = NetworkFault.NAME if isinstance(found, OSError) else ""
        raise TransientFetchError(message, fault=fault) from found
    return found


def _put_lookup(
    host: str, port: int, result: "queue.SimpleQueue[list[Address] | OSError | UnicodeError]"
) -> None:
    try:
        result.put(_lookup(host, port, 0))
    except (OSError, UnicodeError) as exc:
        result.put(exc)


def _lookup(host: str, port: int, flags: int) -> list[Address]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP, flags=flags)
    return [(family, (str(address[0]), port)) for family, _, _, _, address in found]


def _connect_first(addresses: Sequence[Address], deadline: Deadline) -> socket.socket:
    failure: OSError = OSError("no address")
    for left, (family, address) in zip(range(len(addresses), 0, -1), addresses, strict=True):
        remaining_s = deadline.remaining_s()
        connecting = socket.socket(family, socket.SOCK_STREAM)
        try:
            connecting.settimeout(remaining_s if left == 1 else min(CONNECT_ATTEMPT_S, remaining_s / left))
            connecting.connect(address)
            return connecting
        except OSError as exc:
            connecting.close()
            failure = exc
    raise failure
