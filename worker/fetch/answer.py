"""Reading an answer: header fields, the body within its bounds, and what went wrong with it."""

import socket
import ssl
from collections.abc import Iterable, Mapping
from io import BytesIO

import httpx

from worker.errors import FetchError, PermanentFetchError, TransientFetchError
from worker.fetch.coding import Decoder, new_decoder
from worker.fetch.transport import WIRE

START_BYTES = 16 * 1024  # enough of a refusal to know bot protection by
START_LIMIT_S = 3.0


def join_headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Fields by lower-case name, repeated ones joined with ", " (RFC 9110 section 5.3), read as Latin-1."""
    joined: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        joined[key] = f"{joined[key]}, {text}" if key in joined else text
    return joined


def read_body(response: httpx.Response, headers: Mapping[str, str], max_bytes: int, where: str) -> bytes:
    """The whole decoded body; raises TransientFetchError when it is cut or broken, PermanentFetchError when
    it is larger than `max_bytes` or in a coding that was not offered.
    """
    try:
        decoder = new_decoder(headers.get("content-encoding", ""))
        _check_announced(headers, max_bytes)
        body = _decode(response.iter_raw(), decoder, max_bytes)
    except FetchError as exc:
        exc.args = (f"{exc} from {where}",)
        raise
    if not decoder.is_complete():
        raise TransientFetchError(f"incomplete answer: the compressed body is cut short from {where}")
    return body


def read_start(response: httpx.Response, headers: Mapping[str, str]) -> bytes:
    """The beginning of a body, decoded; whatever goes wrong, what was read by then."""
    start = BytesIO()
    try:
        response.extensions[WIRE].hasten(START_LIMIT_S)
        decoder = new_decoder(headers.get("content-encoding", ""))
        for data in response.iter_raw():
            for piece in decoder.feed(data):
                start.write(piece[: START_BYTES - start.tell()])
                if start.tell() >= START_BYTES:
                    return start.getvalue()
    except (FetchError, OSError):
        pass
    return start.getvalue()


def describe_os_error(exc: Exception, where: str) -> FetchError:
    """A refused, reset or untrusted connection in one line."""
    if isinstance(exc, ssl.SSLCertVerificationError):
        return PermanentFetchError(f"certificate of {where} is not valid: {exc.verify_message}")
    if isinstance(exc, ssl.SSLError):
        return TransientFetchError(f"TLS with {where} failed: {exc.reason or exc}")
    if isinstance(exc, ConnectionRefusedError):
        return TransientFetchError(f"connection refused by {where}")
    if isinstance(exc, ConnectionResetError | BrokenPipeError):
        return TransientFetchError(f"connection reset by {where}")
    reason = exc.strerror if isinstance(exc, OSError | socket.gaierror) and exc.strerror else str(exc)
    return TransientFetchError(f"cannot reach {where}: {reason}")


def format_bytes(size: int) -> str:
    """A size as the config file has it: 10 MiB, 1.5 MiB, 512 KiB."""
    for unit, name in ((1 << 20, "MiB"), (1 << 10, "KiB")):
        if size >= unit:
            return f"{size / unit:.3g} {name}"
    return f"{size} bytes"


def _check_announced(headers: Mapping[str, str], max_bytes: int) -> None:
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > max_bytes:
        raise _too_large(max_bytes)


def _decode(pieces: Iterable[bytes], decoder: Decoder, max_bytes: int) -> bytes:
    # BytesIO gives its buffer away without a copy; a list of pieces would be held twice when joined.
    body = BytesIO()
    for data in pieces:
        for piece in decoder.feed(data):
            if body.tell() + len(piece) > max_bytes:
                raise _too_large(max_bytes)
            body.write(piece)
    return body.getvalue()


def _too_large(max_bytes: int) -> PermanentFetchError:
    return PermanentFetchError(f"larger than {format_bytes(max_bytes)}")
