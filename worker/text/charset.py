"""Decodes documents: detects the encoding that the bytes are in, even if another one is declared."""

import codecs
import encodings.aliases
import functools
import re
from dataclasses import dataclass

# Codec -> the superset that is used in practice (WHATWG Encoding Standard, section 4.2; Korean, Japanese and
# Chinese sites send UHC as "euc-kr" and NEC/IBM rows as "shift_jis").
SUPERSETS = {
    "euc_kr": "cp949", "johab": "johab", "shift_jis": "cp932", "iso2022_jp": "iso2022_jp_ext",
    "gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "iso8859-1": "cp1252", "ascii": "cp1252",
    "iso8859-9": "cp1254", "tis-620": "cp874", "iso8859-11": "cp874", "utf-8-sig": "utf-8",
}  # fmt: skip
# Labels without hyphens and the like -> codec, where Python has no alias: the other labels of the WHATWG
# table, numbers of Windows code pages, and what templates write ("unicode" was found on pages of UTF-8).
LABELS = {
    "unicode": "utf-8", "unicode11utf8": "utf-8", "unicode20utf8": "utf-8", "xunicode20utf8": "utf-8",
    "65001": "utf-8", "ksc56011987": "cp949", "ksc56011989": "cp949", "ksc5601": "cp949",
    "csksc56011987": "cp949", "isoir149": "cp949", "korean": "cp949", "51949": "cp949",
    "xwansung": "cp949", "uhc": "cp949", "csshiftjis": "cp932", "mskanji": "cp932", "xsjis": "cp932",
    "31j": "cp932", "xmscp932": "cp932", "943c": "cp932", "cseucpkdfmtjapanese": "euc_jp",
    "xeucjp": "euc_jp", "51932": "euc_jp", "csiso2022jp": "iso2022_jp_ext", "50220": "iso2022_jp_ext",
    "50221": "iso2022_jp_ext", "50222": "iso2022_jp_ext", "gb231280": "gb18030", "xgbk": "gb18030",
    "csgb2312": "gb18030", "csiso58gb231280": "gb18030", "chinese": "gb18030", "isoir58": "gb18030",
    "54936": "gb18030", "52936": "hz", "xeuccn": "gb18030", "cnbig5": "big5hkscs", "xxbig5": "big5hkscs",
    "csbig5": "big5hkscs", "xbig5": "big5hkscs", "big5eten": "big5hkscs", "xmacroman": "mac_roman",
    "xmaccyrillic": "mac_cyrillic", "xmacukrainian": "mac_cyrillic", "koi": "koi8_r", "koi8": "koi8_r",
    "koi8ru": "koi8_u", "cskoi8r": "koi8_r", "20866": "koi8_r", "21866": "koi8_u", "logical": "iso8859_8",
    "visual": "iso8859_8", "dos874": "cp874", "suneugreek": "iso8859_7", "isoceltic": "iso8859_14",
    "csisolatin9": "iso8859_15", "koi8u": "koi8_u", "csmacintosh": "mac_roman", "mac": "mac_roman",
    "windows31j": "cp932", "cseuckr": "cp949", "utf8sig": "utf-8", "l10": "iso8859_16", "ansi": "cp1252",
    "xansi": "cp1252", "xuserdefined": "cp1252", "xutf8": "utf-8", "utf8mb4": "utf-8", "utf8mb3": "utf-8",
    "20127": "cp1252",
}  # fmt: skip
NOT_ALNUM = re.compile(r"[^a-z0-9]+")
CODE_PAGE = re.compile(r"(?:x|cs)?(?:windows|win|ms|cp|ibm|dos|oem|codepage|microsoftcp)?(\d{2,5})")
LATIN = re.compile(
    r"(?:x|cs)?(?:iso)?(?:8859|2859)(\d{1,2}?)[ei]?(?:19\d\d)?"
)  # 28591 is ISO 8859-1 on Windows
MAX_LABEL = 60
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
DECLARED = re.compile(rb"""<\?xml\s[^>]{0,200}?encoding\s*=\s*["']\s*([^"'<>]{1,60})["']""")
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
CHUNK = re.compile(rb"[^<>\n]+")  # a text between tags
WIDE = re.compile(rb"[\x80-\xff]")
MIXED_LETTERS, MIXED_WIDE = (
    2,
    6,
)  # letters beyond ASCII from which a text is UTF-8, beside one and two bytes a letter
MIXED_DETECT = 12  # bytes from which the encoding of foreign texts is detected
MAX_BROKEN = 0.1  # share of broken bytes up to which a text is damaged UTF-8
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
    mixed = _decode_mixed(body, named)
    if mixed is not None:
        return mixed
    for encoding in named:
        try:
            return Decoded(body.decode(encoding), encoding)
        except UnicodeDecodeError:
            continue
    return _decode_damaged(body, named)


def _named_encodings(body: bytes, content_type: str | None) -> list[str]:
    """Header, then declaration (RFC 7303, section 3.2), but a declaration outranks a server's default."""
    declared = DECLARED.search(body[:HEAD_BYTES]) or META_CHARSET.search(body[:HEAD_BYTES])
    header = HEADER_CHARSET.search((content_type or "")[:500])
    names = [header[1] if header else None, declared[1].decode("latin-1") if declared else None]
    known = [encoding for name in names if name and (encoding := find_codec(name))]
    if len(known) == 2 and known[0] in SERVER_DEFAULTS:
        known.reverse()
    return list(dict.fromkeys(known))


def find_codec(name: str) -> str | None:
    """Returns Python's name of a text encoding, or of the superset used in practice; None if unknown.

    Labels are compared without case, hyphens and other marks, as in UTS 22.
    """
    plain = NOT_ALNUM.sub("", name[:MAX_LABEL].lower())
    latin, page = LATIN.fullmatch(plain), CODE_PAGE.fullmatch(plain)
    choices = [LABELS.get(plain), _aliases().get(plain)]
    choices += [f"iso8859_{latin[1]}"] if latin else []
    choices += [LABELS.get(page[1]), f"cp{page[1]}"] if page else []
    for choice in choices:
        if choice and (codec := _text_codec(choice)):
            return codec
    return None


@functools.cache
def _aliases() -> dict[str, str]:
    """Python's codecs by their aliases (those of IANA among them), without hyphens and the like."""
    names = {alias.replace("_", ""): codec for alias, codec in encodings.aliases.aliases.items()}
    return {codec.replace("_", ""): codec for codec in encodings.aliases.aliases.values()} | names


def _text_codec(name: str) -> str | None:
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


def _decode_mixed(body: bytes, named: list[str]) -> Decoded | None:
    """Decodes a document whose texts are in UTF-8 and in another encoding; None if none or all are in UTF-8.

    Aggregators copy texts of other feeds without converting them.
    """
    if named and named[0] in STATEFUL:
        return None
    least = MIXED_WIDE if named and named[0] in MULTIBYTE else MIXED_LETTERS
    chunks = [chunk for chunk in CHUNK.findall(body) if not chunk.isascii()]
    foreign = [chunk for chunk in chunks if not _is_utf8(chunk, least)]
    if not foreign or len(foreign) == len(chunks):
        return None
    other = next((encoding for encoding in named if encoding != "utf-8"), None)
    other = other or _detect_foreign(b"\n".join(foreign))

    def decode_chunk(match: re.Match[bytes]) -> bytes:
        chunk = match[0]
        if chunk.isascii() or _is_utf8(chunk, least):
            return chunk
        text = chunk.decode("utf-8", "replace")
        if other is None or text.count("\ufffd") <= MAX_BROKEN * len(
            WIDE.findall(chunk)
        ):  # a letter cut in two
            return _mixed_utf8(chunk).encode()
        return chunk.decode(other, "replace").encode()

    text = CHUNK.sub(decode_chunk, body).decode("utf-8", "replace")
    return Decoded(text, "utf-8", "bytes in several encodings")


def _is_utf8(chunk: bytes, least: int) -> bool:
    """Whether a text is in UTF-8, with at least `least` letters beyond ASCII: few may be valid by chance."""
    try:
        text = chunk.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return sum(not character.isascii() for character in text) >= least


def _detect_foreign(texts: bytes) -> str | None:
    """Returns the detected encoding of texts that are not in UTF-8, if they are long enough for detection."""
    return _detect(texts) if len(WIDE.findall(texts)) >= MIXED_DETECT else None


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

    suggested = find_codec(str(chardet.detect(sample)["encoding"] or "none"))
    for encoding in dict.fromkeys([suggested, *GUESSES]):
        if encoding and encoding != "utf-8" and _decodes(body, encoding):
            return encoding
    return None


def _decodes(body: bytes, encoding: str) -> bool:
    text = body.decode(encoding, "replace")
    return text.count("\ufffd") <= 1
