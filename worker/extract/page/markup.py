"""Decodes a response body to markup, rejects what is not a page, and enforces limits before parsing."""

import re
from dataclasses import dataclass

from worker.errors import ExtractError
from worker.text.charset import HEAD_BYTES, decode

MAX_BYTES = 10 * 1024 * 1024
# A longer tag with many attributes loses them: libxml2 compares each attribute with all previous ones
# (200,000 attributes of one tag took two minutes).
MAX_TAG_CHARS = 16_384
MAX_TAG_GAPS = 1_000
# Real news pages have at most 10,000 tags; 3,500,000 in 10 MB took minutes and 1.7 GB.
# Their tags have at most 100,000 gaps (attributes or not); 2,000,000 attributes took 12 s and 1.2 GB.
MAX_TAGS, MAX_GAPS = 50_000, 500_000
CONTROL_SHARE = 0.05  # a body with a larger share of control characters is not text

# First bytes of bodies that are not pages (WHATWG MIME Sniffing, section 6).
_MAGIC = (
    (b"%PDF-", "PDF"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"RIFF", "media"),
    (b"PK\x03\x04", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x7fELF", "program"),
    (b"MZ\x90", "program"),
    (b"ID3", "audio"),
    (b"OggS", "media"),
    (b"\x1aE\xdf\xa3", "video"),
)
_FILM = slice(4, 8), b"ftyp"  # MP4 files begin with the length of their first box (ISO/IEC 14496-12)
# Text formats other than pages, by their beginning.
_DOCUMENTS = (
    (re.compile(r"\s{0,999}(?:<\?xml[^>]{0,300}>)?\s{0,999}<(?:rss|feed|rdf:RDF)[\s>]"), "a feed"),
    (re.compile(r"""\s{0,999}(?:\{\s{0,99}"[^"\n]{0,200}"\s{0,9}:|\[\s{0,99}[\[{"])"""), "JSON"),
)
_TEXT_TYPES = ("text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml")
_MARKUP = re.compile(
    r"<(?:!doctype|html|head|body|title|meta|article|div|section|table|p|br|h[1-6])[\s/>]", re.IGNORECASE
)
# A start tag as the HTML standard defines it (section 13.2.5); possessive, so matching never backtracks.
_TAG = re.compile(
    r"<([a-zA-Z][^\s/>]*+)"
    r"""(?:[\s/]++|=?+[^\s/>=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|(?!["'])[^\s>]++)?+)?+|=)*+"""
)
_GAP = re.compile(r"[\s/=]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Markup:
    """A decoded body without NUL and control characters, whether it is HTML, and its charset."""

    text: str
    is_html: bool
    charset: str


def read_markup(body: bytes, content_type: str = "") -> Markup:
    """Returns the decoded body. Raises ExtractError with the reason if the body is not a page."""
    if len(body) > MAX_BYTES:
        raise ExtractError(f"larger than {MAX_BYTES} bytes")
    kind = content_type.partition(";")[0].strip().lower()
    if kind and kind not in _TEXT_TYPES:
        raise ExtractError(f"content type {kind[:80]} is not an article page")
    head = body[:HEAD_BYTES].lstrip()
    for magic, what in _MAGIC:
        if head.startswith(magic):
            raise ExtractError(f"the body is not text ({what})")
    if body[_FILM[0]] == _FILM[1]:
        raise ExtractError("the body is not text (video)")
    decoded = decode(body, content_type)
    text = decoded.text
    for begins, what in _DOCUMENTS:
        if begins.match(text):
            raise ExtractError(f"the body is {what}, not an article page")
    is_html = kind in _TEXT_TYPES[:2] or bool(_MARKUP.search(text[:HEAD_BYTES]))
    controls = len(_CONTROL.findall(text))
    if controls > CONTROL_SHARE * len(text) and not _MARKUP.search(text[:HEAD_BYTES]):
        raise ExtractError("the body is not text (binary)")
    if controls:
        text = _CONTROL.sub("", text)
    return Markup(shorten_tags(text) if is_html else text, is_html, decoded.encoding)


def shorten_tags(text: str) -> str:
    """Returns the markup without the attributes of overlong tags, in linear time.

    Raises ExtractError if the page has more than MAX_TAGS tags or MAX_GAPS attributes.
    """
    tags = gaps = 0

    def shorten(tag: re.Match[str]) -> str:
        nonlocal tags, gaps
        whole = tag[0]
        own = len(_GAP.findall(whole))
        if len(whole) > MAX_TAG_CHARS and own > MAX_TAG_GAPS:
            whole, own = f"<{tag[1][:40]} ", 1
        tags, gaps = tags + 1, gaps + own
        if tags > MAX_TAGS or gaps > MAX_GAPS:
            raise ExtractError(f"the page is too complex (over {MAX_TAGS} tags or {MAX_GAPS} attributes)")
        return whole

    return _TAG.sub(shorten, text)
