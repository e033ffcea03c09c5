"""Decodes documents: detects the encoding that the bytes are in, even if another one is declared."""

import codecs
import re
from dataclasses import dataclass

# Declared label -> the superset that is used in practice (WHATWG Encoding Standard, section 4.2; Korean,
# Japanese and Chinese sites send UHC as "euc-kr" and NEC/IBM rows as "shift_jis").
SUPERSETS = {
    "euc-kr": "cp949",
    "euc_kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "ksc5601": "cp949",
    "korean": "cp949",
    "windows-949": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "cn-big5": "big5hkscs",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso-8859-9": "cp1254",
    "tis-620": "cp874",
    "iso-8859-11": "cp874",
    "windows-874": "cp874",
    "iso-8859-8-i": "iso8859_8",
    "unicode": "utf-8",  # found on pages that are UTF-8
    "utf8": "utf-8",
    "utf-8": "utf-8",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
}
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# XML 1.0, appendix F: the first bytes of "<?" or "<r" without a byte order mark
BARE_PATTERNS = (
    (re.compile(rb"<\x00\x00\x00"), "utf-32-le"),
    (re.compile(rb"\x00\x00\x00<"), "utf-32-be"),
    (re.compile(rb"<\x00[^\x00]\x00"), "utf-16-le"),
    (re.compile(rb"\x00<\x00[^\x00]"), "utf-16-be"),
    (re.compile(rb"\x4c\x6f\xa7\x94"), "cp037"),
)
DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
# HTML Living Standard, section 4.2.5.4, requires it in the first 1,024 bytes; real pages have it later
META_CHARSET = re.compile(
    rb"""<meta[^>]{0,300}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE
)
HEAD_BYTES = 4_096
HEADER_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
SERVER_DEFAULTS = {"cp1252"}  # a charset that servers add by default
MULTIBYTE = {"cp949", "cp932", "gb18030", "big5hkscs", "euc_jp", "iso2022_jp_ext"}
STATEFUL = {"iso2022_jp_ext", "utf-7", "hz"}  # seven-bit encodings, which are always valid UTF-8
GUESSES = ("cp949", "cp932", "euc_jp", "gb18030", "big5hkscs")
DETECT_BYTES = 16_384  # sample size for statistical detection
MAX_DAMAGE = 0.02  # share of replaced characters up to which a declared encoding is accepted
FEW_CHARACTERS = 4  # up to this many non-ASCII characters may be valid UTF-8 by chance ("联通" in GBK)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded body, Python's name of the encoding that was used, and a warning if bytes were invalid."""

    text: str
    encoding: str
    warning: str | None = None


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """Returns the text of a feed or a page; never raises: undecodable bytes are replaced."""
    for mark, encoding in BOMS:
        if body.startswith(mark):
            return Decoded(body[len(mark) :].decode(encoding, "replace"), encoding)
    for pattern, encoding in BARE_PATTERNS:
        if pattern.match(body):
            return Decoded(body.decode(encoding, "replace"), encoding)
    named = _named_encodings(body, content_type)
    text = _as_utf8(body, named)
    if text is not None:
        return Decoded(text, "utf-8")
    for encoding in named:
        try:
            return Decoded(body.decode(encoding), encoding)
        except UnicodeDecodeError:
            continue
    return _decode_damaged(body, named)


def _named_encodings(body: bytes, content_type: str | None) -> list[str]:
    """Header, then declaration (RFC 7303, section 3.2), but a declaration outranks a server's default."""
    declared = DECLARED.match(body) or META_CHARSET.search(body[:HEAD_BYTES])
    header = HEADER_CHARSET.search((content_type or "")[:500])
    names = [header[1] if header else None, declared[1].decode("ascii") if declared else None]
    known = [encoding for name in names if name and (encoding := _codec(name))]
    if len(known) == 2 and known[0] in SERVER_DEFAULTS:
        known.reverse()
    return list(dict.fromkeys(known))


def _codec(name: str) -> str | None:
    """Returns Python's name of a text encoding, or of the superset used in practice; None if unknown."""
    name = name.lower()
    name = SUPERSETS.get(name, name)
    try:
        info = codecs.lookup(name)
        b"a".decode(info.name)  # empty bytes would not call the codec
    except (LookupError, TypeError, ValueError):
        return None
    # UTF-16 and UTF-32 without a byte order mark were recognized by their first bytes already
    return None if info.name.startswith(("utf-16", "utf-32")) else SUPERSETS.get(info.name, info.name)


def _as_utf8(body: bytes, named: list[str]) -> str | None:
    """Returns the text if the bytes are UTF-8, else None; long valid sequences never occur by chance."""
    if named and named[0] in STATEFUL:
        return None
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if named and named[0] in MULTIBYTE:
        wide = sum(1 for byte in body if byte >= 0xC2)
        if 0 < wide <= FEW_CHARACTERS:
            return None
    return text


def _decode_damaged(body: bytes, named: list[str]) -> Decoded:
    """Decodes with the encoding that damages the text least, if none is valid for the whole body."""
    encodings = list(dict.fromkeys([*named, "utf-8"]))
    for encoding in encodings:
        text = body.decode(encoding, "replace")
        wide = sum(1 for byte in body if byte >= 0x80)
        if text.count("\ufffd") <= max(1, MAX_DAMAGE * wide):
            text = _mixed_utf8(body) if encoding == "utf-8" else text
            return Decoded(text, encoding, f"bytes that are not {encoding}")
    found = _detect(body)
    if found:
        return Decoded(body.decode(found, "replace"), found, f"encoding detected as {found}")
    return Decoded(_mixed_utf8(body), "utf-8", "bytes in several encodings")


def _mixed_utf8(body: bytes) -> str:
    """Decodes UTF-8, with invalid bytes read as Windows-1252 (text pasted into a UTF-8 template)."""
    return body.decode("utf-8", "wireroom-cp1252")


def _stray_byte(error: UnicodeError) -> tuple[str, int]:
    """Codec error handler: decode bytes that are not UTF-8 as Windows-1252."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("wireroom-cp1252", _stray_byte)


def _detect(body: bytes) -> str | None:
    """Returns a statistically detected encoding that decodes the whole document, or None."""
    lines = [line for line in body.split(b"\n") if not line.isascii()]
    sample = b"\n".join(lines)[:DETECT_BYTES]
    import chardet  # noqa: PLC0415 - imported only for the few documents that need it

    suggested = _codec(str(chardet.detect(sample)["encoding"] or "none"))
    for encoding in dict.fromkeys([suggested, *GUESSES]):
        if encoding and encoding != "utf-8" and _decodes(body, encoding):
            return encoding
    return None


def _decodes(body: bytes, encoding: str) -> bool:
    text = body.decode(encoding, "replace")
    return text.count("\ufffd") <= 1
