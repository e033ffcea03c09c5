"""Decode content codings in bounded pieces and check that the stream is complete."""

import importlib
import zlib
from collections.abc import Iterator
from typing import Any, Protocol

from worker.redaction import redact
from worker.text.charset import find_codec

PIECE_BYTES = 64 * 1024
GZIP_MAGIC = b"\x1f\x8b"
# Each member costs a new decoder; logs written by the line have thousands, feeds a few.
MAX_GZIP_MEMBERS = 4096
# RFC 9659: a receiver need not support a window above 8 MiB.
ZSTD_WINDOW_BYTES = 8 * 1024 * 1024
# zstandard cannot bound its output; 4 bytes may encode a block of 128 KiB (RFC 8878 section 3.1.1.2),
# so this many bytes decode to at most 4 MiB.
ZSTD_SLICE_BYTES = 128
# Values that servers and storage services send for a body that is not compressed, besides charsets and media
# types.
NOT_COMPRESSED = frozenset({
    "", "identity", "none", "null", "no", "off", "false", "default", "binary", "plain", "text", "raw", "html",
    "xml", "json", "7bit", "8bit", "chunked", "aws-chunked", "amz-1.0", "uncompressed",
})  # fmt: skip


def _optional(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


_brotli = _optional("brotli") or _optional("brotlicffi")
_zstandard = _optional("zstandard")
ACCEPT_ENCODING = ", ".join(
    ["gzip", "deflate"] + (["br"] if _brotli else []) + (["zstd"] if _zstandard else [])
)


class CodingError(ValueError):
    """The bytes are not valid in the declared coding."""


class RefusedCodingError(CodingError):
    """The coding was not offered, or its use breaks a limit."""


class Decoder(Protocol):
    """Decodes the bytes of a response body."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield the decoded data in bounded pieces; raises CodingError on invalid data."""

    def is_complete(self) -> bool:
        """Whether the end of the encoded stream was reached."""


def new_decoder(content_encoding: str) -> Decoder:
    """Return a decoder for a Content-Encoding.

    Values that name no compression are ignored. Raises RefusedCodingError if the coding was not offered or
    more than one is declared.
    """
    names = [name.partition(";")[0].strip(" \t\"'").lower() for name in content_encoding.split(",")]
    codings = [name for name in names if _is_compression(name)]
    if len(codings) > 1:
        raise RefusedCodingError(f"encoded twice ({redact(', '.join(codings))[:80]}), which is not accepted")
    if not codings:
        return IdentityDecoder()
    if codings[0] in ("gzip", "x-gzip"):  # RFC 9110 section 8.4.1.3
        return GzipDecoder()
    if codings[0] == "deflate":
        return DeflateDecoder()
    if codings[0] == "br" and _brotli:
        return BrotliDecoder()
    if codings[0] == "zstd" and _zstandard:
        return ZstdDecoder()
    raise RefusedCodingError(f"content coding {redact(codings[0])[:40]!r} was not offered")


def _is_compression(name: str) -> bool:
    return not (name in NOT_COMPRESSED or "/" in name or find_codec(name))


class IdentityDecoder:
    """No coding: only the message framing determines the end."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield the bytes unchanged."""
        yield data

    def is_complete(self) -> bool:
        """Always true."""
        return True


class GzipDecoder:
    """RFC 1952, with multiple members; data after the last member is ignored, as browsers do."""

    def __init__(self) -> None:
        self._inflate: Any = None  # None between members
        self._members = 0
        self._pending = b""  # a single byte after a member, too few to identify it
        self._is_junk = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield the decoded data in bounded pieces."""
        data, self._pending = self._pending + data, b""
        while data and not self._is_junk:
            if self._inflate is None and not self._begin_member(data):
                return
            yield from _inflate_all(self._inflate, data, "gzip")
            if not self._inflate.eof:
                return
            data, self._inflate = self._inflate.unused_data, None

    def is_complete(self) -> bool:
        """Whether the last member ended; an empty body counts as complete."""
        return self._inflate is None

    def _begin_member(self, data: bytes) -> bool:
        if self._members and not data.startswith(GZIP_MAGIC):
            self._is_junk = not GZIP_MAGIC.startswith(data)
            self._pending = data if not self._is_junk else b""
            return False
        self._members += 1
        if self._members > MAX_GZIP_MEMBERS:
            raise RefusedCodingError(f"more than {MAX_GZIP_MEMBERS:,} gzip members")
        self._inflate = zlib.decompressobj(31)
        return True


class DeflateDecoder:
    """RFC 9110 section 8.4.1.2: zlib format, and raw deflate, which some servers send by mistake."""

    def __init__(self) -> None:
        self._inflate: Any = None
        self._head = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield the decoded data in bounded pieces."""
        if self._inflate is None:
            data = self._head + data
            if len(data) < 2:
                self._head = data
                return
            # RFC 1950 section 2.2: method 8, and the first two bytes are a multiple of 31.
            is_zlib = data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
            self._inflate = zlib.decompressobj(15 if is_zlib else -15)
        if not self._inflate.eof:
            yield from _inflate_all(self._inflate, data, "deflate")

    def is_complete(self) -> bool:
        """Whether the stream ended; an empty body counts as complete."""
        return bool(self._inflate.eof) if self._inflate else not self._head


class BrotliDecoder:
    """RFC 7932."""

    def __init__(self) -> None:
        self._brotli = _brotli.Decompressor()
        self._is_started = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield the decoded data in bounded pieces."""
        self._is_started = self._is_started or bool(data)
        try:
            while not self._brotli.is_finished():
                piece = self._brotli.process(data, output_buffer_limit=PIECE_BYTES)
                if piece:
                    yield piece
                data = b""
                if not piece and self._brotli.can_accept_more_data():
                    return
        except _brotli.error as exc:
            raise CodingError("broken br body") from exc

    def is_complete(self) -> bool:
        """Whether the stream ended; an empty body counts as complete."""
        return not self._is_started or bool(self._brotli.is_finished())


class ZstdDecoder:
    """RFC 8878, with multiple frames."""

    def __init__(self) -> None:
        self._factory = _zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW_BYTES)
        self._frame = self._factory.decompressobj()
        self._is_between = True

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield the decoded data in pieces of at most 4 MiB."""
        for start in range(0, len(data), ZSTD_SLICE_BYTES):
            part = data[start : start + ZSTD_SLICE_BYTES]
            while part:
                try:
                    piece = self._frame.decompress(part)
                except _zstandard.ZstdError as exc:
                    raise CodingError("broken zstd body") from exc
                part = self._frame.unused_data if self._frame.eof else b""
                self._is_between = self._frame.eof
                if self._frame.eof:
                    self._frame = self._factory.decompressobj()
                if piece:
                    yield piece

    def is_complete(self) -> bool:
        """Whether the last frame ended; an empty body counts as complete."""
        return self._is_between


def _inflate_all(inflate: Any, data: bytes, name: str) -> Iterator[bytes]:
    """Yield pieces of at most PIECE_BYTES until the input is consumed or the stream ends."""
    while True:
        try:
            piece = inflate.decompress(data, PIECE_BYTES)
        except zlib.error as exc:
            raise CodingError(f"broken {name} body") from exc
        if piece:
            yield piece
        data = inflate.unconsumed_tail
        if inflate.eof or not (data or len(piece) == PIECE_BYTES):
            return
