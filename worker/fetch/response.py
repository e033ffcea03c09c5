"""Read a response: header fields, the bounded body, and errors."""

import errno
import socket
import ssl
from collections.abc import Iterable, Mapping
from contextlib import suppress
from io import BytesIO

import httpx

from worker.errors import FetchError, PermanentFetchError, TransientFetchError
from worker.fetch.content_coding import CodingError, Decoder, RefusedCodingError, new_decoder
from worker.fetch.transport import SOCKET
from worker.records import NetworkFault

START_BYTES = 16 * 1024  # enough of an error page to recognize bot protection
START_LIMIT_S = 3.0
# Reported by the kernel before anything is sent, or by a nearby router without a route.
ROUTE_ERRORS = frozenset({
    errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.EADDRNOTAVAIL,
    errno.ENETRESET, errno.EPERM, errno.EACCES, errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENODEV,
})  # fmt: skip


def join_headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return fields by lower-case name, repeated ones joined with ", " (RFC 9110 section 5.3), as Latin-1.

    Set-Cookie is omitted: it must not be stored, and its values cannot be joined.
    """
    joined: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        if key == "set-cookie":
            continue
        joined[key] = f"{joined[key]}, {text}" if key in joined else text
    return joined


def read_body(response: httpx.Response, headers: Mapping[str, str], max_bytes: int, where: str) -> bytes:
    """Return the decoded body.

    Raises TransientFetchError if it is truncated or corrupt, PermanentFetchError if it is larger than
    `max_bytes` or in a coding that was not offered.
    """
    length = headers.get("content-length", "")
    body = BytesIO()  # getvalue does not copy; joining a list of pieces would hold the body twice
    try:
        decoder = new_decoder(headers.get("content-encoding", ""))
        is_too_large = length.isdecimal() and int(length) > max_bytes
        is_too_large = is_too_large or not _copy(response.iter_raw(), decoder, body, max_bytes)
    except RefusedCodingError as exc:
        raise PermanentFetchError(f"response from {where}: {exc}") from exc
    except CodingError as exc:
        raise TransientFetchError(f"response from {where}: {exc}") from exc
    if is_too_large:
        raise PermanentFetchError(f"larger than {format_bytes(max_bytes)}: response from {where}")
    if not decoder.is_complete():
        raise TransientFetchError(f"incomplete response from {where}: its compressed body is truncated")
    return body.getvalue()


def read_start(response: httpx.Response, headers: Mapping[str, str]) -> bytes:
    """Return the decoded beginning of a body; on any error, whatever was read until then."""
    start = BytesIO()
    with suppress(FetchError, OSError, CodingError):
        response.extensions[SOCKET].shorten_deadline(START_LIMIT_S)
        _copy(response.iter_raw(), new_decoder(headers.get("content-encoding", "")), start, START_BYTES)
    return start.getvalue()


def describe_os_error(exc: Exception, where: str) -> FetchError:
    """Translate a refused, reset or untrusted connection into a one-line FetchError."""
    if isinstance(exc, ssl.SSLCertVerificationError):
        return PermanentFetchError(f"certificate of {where} is not valid: {_certificate_words(exc)}")
    if isinstance(exc, ssl.SSLError):
        if exc.reason == "WRONG_VERSION_NUMBER":
            return TransientFetchError(f"TLS with {where} failed: the server speaks http, not https")
        return TransientFetchError(f"TLS with {where} failed: {exc.reason or exc}")
    if isinstance(exc, ConnectionRefusedError):
        return TransientFetchError(f"connection refused by {where}", fault=NetworkFault.REFUSED)
    if isinstance(exc, ConnectionResetError | BrokenPipeError):
        return TransientFetchError(f"connection reset by {where}", fault=NetworkFault.RESET)
    reason = exc.strerror if isinstance(exc, OSError | socket.gaierror) and exc.strerror else str(exc)
    fault = NetworkFault.ROUTE if isinstance(exc, OSError) and exc.errno in ROUTE_ERRORS else ""
    return TransientFetchError(f"cannot reach {where}: {reason}", fault=fault)


def _certificate_words(exc: ssl.SSLCertVerificationError) -> str:
    """Why a certificate is not valid, without naming the certificate again."""
    said = exc.verify_message
    if said.startswith(("Hostname mismatch", "IP address mismatch")):
        return "it is for another host name"
    return f"it {said.removeprefix('certificate ')}" if said.startswith("certificate ") else said


def format_bytes(size: int) -> str:
    """Format a size as in the config file: 10 MiB, 1.5 MiB, 512 KiB."""
    for unit, name in ((1 << 20, "MiB"), (1 << 10, "KiB")):
        if size >= unit:
            return f"{size / unit:.3g} {name}"
    return f"{size} bytes"


def _copy(pieces: Iterable[bytes], decoder: Decoder, into: BytesIO, max_bytes: int) -> bool:
    """Decode into a buffer, up to `max_bytes`; returns whether everything fitted."""
    for data in pieces:
        for piece in decoder.feed(data):
            room = max_bytes - into.tell()
            into.write(piece[:room])
            if len(piece) > room:
                return False
    return True
