"""Sockets that keep one deadline from the look-up of the name to the last byte."""

import queue
import socket
import ssl
import threading
import time
from collections.abc import Sequence

from worker.errors import FetchError, TransientFetchError
from worker.fetch.guard import check_address
from worker.records import NetworkFault

READ_BYTES = 64 * 1024
# A dead address must not eat the time of the live one that follows it in the list.
CONNECT_ATTEMPT_S = 10.0
MAX_ADDRESSES = 8  # of one name; a name may list thousands
Address = tuple[socket.AddressFamily, tuple[str, int]]


class Deadline:
    """The moment at which a whole fetch must have ended, redirects included."""

    __slots__ = ("_end", "budget_s")

    def __init__(self, budget_s: float) -> None:
        self.budget_s = budget_s
        self._end = time.monotonic() + budget_s

    def remaining_s(self) -> float:
        """Seconds left, above 0; raises TimeoutError when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("deadline passed")
        return left


class Wire:
    """A connected socket whose every operation ends by the deadline; raises TimeoutError, OSError."""

    __slots__ = ("_deadline", "_socket", "received_bytes")

    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self._socket = connected
        self._deadline = deadline
        self.received_bytes = 0

    def send(self, data: bytes) -> None:
        """Send all of it."""
        self._socket.settimeout(self._deadline.remaining_s())
        self._socket.sendall(data)

    def receive(self) -> bytes:
        """The next bytes, empty at the end."""
        self._socket.settimeout(self._deadline.remaining_s())
        data = self._socket.recv(READ_BYTES)
        self.received_bytes += len(data)
        return data

    def receive_waiting(self) -> bytes:
        """Bytes that have arrived already, without waiting; empty when there are none."""
        try:
            self._socket.settimeout(0.0)
            return self._socket.recv(READ_BYTES)
        except OSError:
            return b""

    def hasten(self, limit_s: float) -> None:
        """End by then, if the deadline is not nearer; raises TimeoutError when it has passed."""
        self._deadline = Deadline(min(limit_s, self._deadline.remaining_s()))

    def close(self) -> None:
        """Close the connection at once."""
        self._socket.close()


def open_socket(host: str, port: int, deadline: Deadline, allow_private: Sequence[str]) -> socket.socket:
    """A socket connected to an address of `host` that passed the guard: looked up once, so no rebinding gap.

    Raises BlockedAddress when no address of the host is allowed, TransientFetchError when none answers.
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
    """The socket with TLS on it, the certificate verified for `host`; closes `plain` when that fails."""
    try:
        plain.settimeout(deadline.remaining_s())
        return context.wrap_socket(plain, server_hostname=host.rstrip("."))
    except BaseException:
        plain.close()
        raise


def resolve_host(host: str, port: int, deadline: Deadline) -> list[Address]:
    """The addresses of a host in the system's order; raises TransientFetchError when it has none."""
    try:
        return _lookup(host, port, socket.AI_NUMERICHOST)
    except (socket.gaierror, UnicodeError):
        pass  # a name, or what is none: the look-up says which
    # The system's resolver cannot be interrupted. A daemon thread is left behind when it hangs; it ends by
    # the resolver's own limit and holds up neither this fetch nor the end of the process.
    answer: queue.SimpleQueue[list[Address] | OSError | UnicodeError] = queue.SimpleQueue()
    threading.Thread(target=_answer_lookup, args=(host, port, answer), name="resolve", daemon=True).start()
    try:
        found = answer.get(timeout=deadline.remaining_s())
    except queue.Empty as exc:
        message = f"no answer from the name server for {host}"
        raise TransientFetchError(message, fault=NetworkFault.NAME) from exc
    if isinstance(found, Exception):
        reason = found.strerror if isinstance(found, OSError) else str(found)
        message = f"host name {host} cannot be resolved: {reason}"
        fault = NetworkFault.NAME if isinstance(found, OSError) else ""
        raise TransientFetchError(message, fault=fault) from found
    return found


def _answer_lookup(
    host: str, port: int, answer: "queue.SimpleQueue[list[Address] | OSError | UnicodeError]"
) -> None:
    try:
        answer.put(_lookup(host, port, 0))
    except (OSError, UnicodeError) as exc:
        answer.put(exc)


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
