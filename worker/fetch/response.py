"""Reading an answer: header fields, the body within its bounds, and what went wrong with it."""

import errno
import socket
import ssl
from collections.abc import Iterable, Mapping
from contextlib import suppress
from io import BytesIO

import httpx

from worker.errors import FetchError, PermanentFetchError, TransientFetchError
from worker.fetch.content_coding import CodingError, Decoder, RefusedCodingError, new_decoder
from worker.fetch.transport import WIRE
from worker.records import NetworkFault

START_BYTES = 16 * 1024  # enough of a refusal to know bot protection by
START_LIMIT_S = 3.0
# What the kernel says before anything has left this machine, or when a router near it knows no way.
ROUTE_ERRORS = frozenset({
    errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.EADDRNOTAVAIL,
    errno.ENETRESET, errno.EPERM, errno.EACCES, errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENODEV,
})  # fmt: skip


def join_headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Fields by lower-case name, repeated ones joined with ", " (RFC 9110 section 5.3), read as Latin-1.

    Set-Cookie is left out: nothing may keep it, and it does not join.
    """
    joined: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        if key == "set-cookie":
            continue
        joined[key] = f"{joined[key]}, {text}" if key in joined else text
    return joined


def read_body(response: httpx.Response, headers: Mapping[str, str], max_bytes: int, where: str) -> bytes:
    """The whole decoded body.

    Raises TransientFetchError when it is cut or broken, PermanentFetchError when it is larger than
    `max_bytes` or in a coding that was not offered.
    """
    length = headers.get("content-length", "")
    body = BytesIO()  # gives its buffer away without a copy; a list of pieces would be held twice when joined
    try:
        decoder = new_decoder(headers.get("content-encoding", ""))
        is_too_large = length.isdecimal() and int(length) > max_bytes
        is_too_large = is_too_large or not _copy(response.iter_raw(), decoder, body, max_bytes)
    except RefusedCodingError as exc:
        raise PermanentFetchError(f"answer from {where}: {exc}") from exc
    except CodingError as exc:
        raise TransientFetchError(f"answer from {where}: {exc}") from exc
    if is_too_large:
        raise PermanentFetchError(f"larger than {format_bytes(max_bytes)}: answer from {where}")
    if not decoder.is_complete():
        raise TransientFetchError(f"incomplete answer from {where}: its compressed body is cut short")
    return body.getvalue()


def read_start(response: httpx.Response, headers: Mapping[str, str]) -> bytes:
    """The beginning of a body, decoded; whatever goes wrong, what was read by then."""
    start = BytesIO()
    with suppress(FetchError, OSError, CodingError):
        response.extensions[WIRE].hasten(START_LIMIT_S)
        _copy(response.iter_raw(), new_decoder(headers.get("content-encoding", "")), start, START_BYTES)
    return start.getvalue()


def describe_os_error(exc: Exception, where: str) -> FetchError:
    """A refused, reset or untrusted connection in one line."""
    if isinstance(exc, ssl.SSLCertVerificationError):
        return PermanentFetchError(f"certificate of {where} is not valid: {exc.verify_message}")
    if isinstance(exc, ssl.SSLError):
        return TransientFetchError(f"TLS with {where} failed: {exc.reason or exc}")
    if isinstance(exc, ConnectionRefusedError):
        return TransientFetchError(f"connection refused by {where}", fault=NetworkFault.REFUSED)
    if isinstance(exc, ConnectionResetError | BrokenPipeError):
        return TransientFetchError(f"connection reset by {where}", fault=NetworkFault.RESET)
    reason = exc.strerror if isinstance(exc, OSError | socket.gaierror) and exc.strerror else str(exc)
    fault = NetworkFault.ROUTE if isinstance(exc, OSError) and exc.errno in ROUTE_ERRORS else ""
    return TransientFetchError(f"cannot reach {where}: {reason}", fault=fault)


def format_bytes(size: int) -> str:
    """A size as the config file has it: 10 MiB, 1.5 MiB, 512 KiB."""
    for unit, name in ((1 << 20, "MiB"), (1 << 10, "KiB")):
        if size >= unit:
            return f"{size / unit:.3g} {name}"
    return f"{size} bytes"


def _copy(pieces: Iterable[bytes], decoder: Decoder, into: BytesIO, max_bytes: int) -> bool:
    """Decode into a buffer, up to `max_bytes`; whether all of it fitted."""
    for data in pieces:
        for piece in decoder.feed(data):
            room = max_bytes - into.tell()
            into.write(piece[:room])
            if len(piece) > room:
                return False
    return True
