"""What roles that serve HTTP have in common: their URL, a free port, whether they respond."""

import contextlib
import errno
import socket

from worker.errors import ServiceError

WILDCARDS = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound


def url_of(address: str, port: int) -> str:
    """The URL of a server."""
    return f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"


def responds(address: str, port: int, path: str, timeout_s: float) -> bool:
    """Whether a server responds to a request; the kernel accepts connections even for a hung process."""
    try:
        with socket.create_connection((WILDCARDS.get(address, address), port), timeout=timeout_s) as link:
            link.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
            return link.recv(64).startswith(b"HTTP/")
    except OSError:
        return False


def check_free(address: str, port: int, what: str, remedy: str) -> None:
    """Raise ServiceError if the address cannot be listened on; `what` is not running then."""
    if fault := find_port_fault(address, port):
        raise ServiceError(f"{fault}, so {what} is not running; everything else is. {remedy}")


def find_port_fault(address: str, port: int) -> str | None:
    """Why the address cannot be listened on, beginning with it; None if it can."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with contextlib.closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address, port))
    except OSError as exc:
        reason = "is in use by another program" if exc.errno == errno.EADDRINUSE else exc.strerror
        return f"{address}:{port} {reason}"
    return None
