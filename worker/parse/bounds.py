"""feedparser's handlers with a bound on every value, to avoid quadratic running time.

feedparser searches authors for e-mail addresses at each of their elements with a quadratic pattern, joins the
base URL again for each element, compares each tag with all others, and copies the language for each text.
Only the first few thousand characters of these values are needed.
"""

import base64
import re
from typing import Any
from urllib.parse import urljoin, urlsplit

from worker.text.charset import decode

MAX_NAME_CHARACTERS = 1_000  # of an author, a tag, a date: twice what is stored
MAX_VALUE_CHARACTERS = 8_192  # of a URL or another short value; 2,048 are stored of a URL
MAX_BASE_CHARACTERS = 2_048  # an xml:base beyond this is ignored
MAX_LANG_CHARACTERS = 100
MAX_ATTRIBUTES = 256  # of an element; the first ones count
MAX_TAGS = 200  # of an entry; 50 are stored
MAX_ELEMENT_CHARACTERS = 1_000_000  # longer text is cut: twice what is stored of an entry's markup
MAX_REFERENCE_CHARACTERS = 8  # of a character reference; the highest is &#1114111;
MAX_NOTED = 64  # dates, and creators, of one entry; hours and days to skip
# elements whose text is displayed or is markup; all others hold names, dates, numbers or URLs
LONG_ELEMENTS = {
    "content", "description", "summary", "title", "subtitle", "media_title", "media_description",
}  # fmt: skip
NAMES = {"author", "name", "email", "category", "language", "publisher"}
BINARY = ("image/", "audio/", "video/", "font/")
NOT_TEXT = (*BINARY, "application/")
BASE_SCHEMES = {"", "http", "https", "file"}
# an e-mail address within an author: each run is tried once, each part has a maximum length (RFC 5321
# section 4.5.3.1, RFC 1035 section 2.3.4)
EMAIL = re.compile(
    r"(?:mailto:)?(?<![\w.+-])[\w.+-]{1,64}@(?:\[[\d.]{7,15}\]|(?:[\w-]{1,63}\.){1,8}\w[\w-]{0,62})"
    r"(?:\?subject=[^\s<>()]{1,200})?",
    re.IGNORECASE,
)
# between authors: a comma, a word, or a line break; a run of blanks is tried once
SEPARATOR = re.compile(r"[;,]\s*|(?<!\s)(?:\s++(?:[;,]\s*|(?:and|&)\s+)|[^\S\n]*+\n\s*)")
EMPTY = ("()", "<>", "[]", "&lt;&gt;")  # what remains around an address


class BoundedHandlers:
    """Mixed in before a feedparser class; `prepare_bounds` is called once after construction."""

    def prepare_bounds(self, url: str) -> None:
        """Set the initial base URL to the document's URL."""
        self.bases = [url]
        self.room = MAX_ELEMENT_CHARACTERS

    # ---- elements and their attributes
    def unknown_starttag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        """As in feedparser, with bounded attributes and without base URLs."""
        kept, bases = [], {}
        for name, value in attrs[:MAX_ATTRIBUTES]:
            lower = name.lower()
            if lower in {"xml:base", "base"}:
                bases[lower] = value
            else:
                limit = MAX_LANG_CHARACTERS if lower in {"xml:lang", "lang"} else MAX_VALUE_CHARACTERS
                kept.append((name, value[:limit]))
        base = bases.get("xml:base", bases.get("base"))
        self.bases.append(join_base(self.bases[-1], base) if base else self.bases[-1])
        super().unknown_starttag(tag, kept)  # type: ignore[misc]

    def unknown_endtag(self, tag: str) -> None:
        """As in feedparser."""
        super().unknown_endtag(tag)  # type: ignore[misc]
        if len(self.bases) > 1:
            self.bases.pop()

    # ---- texts
    def push(self, element: str, expecting_text: int) -> None:
        """As in feedparser; resets the text limit for the new element."""
        self.room = MAX_ELEMENT_CHARACTERS
        super().push(element, expecting_text)  # type: ignore[misc]

    def handle_data(self, text: str, escape: int = 1) -> None:
        """As in feedparser, up to the limit of one element."""
        self.room -= len(text)
        if self.room >= 0:
            super().handle_data(text, escape)  # type: ignore[misc]

    def handle_charref(self, ref: str) -> None:
        """As in feedparser, without references to invalid code points."""
        self.room -= 1
        if self.room >= 0 and len(ref) <= MAX_REFERENCE_CHARACTERS:
            try:
                super().handle_charref(ref)  # type: ignore[misc]
            except (ValueError, OverflowError):
                return

    def handle_entityref(self, ref: str) -> None:
        """As in feedparser, up to the limit of one element."""
        self.room -= len(ref)
        if self.room >= 0:
            super().handle_entityref(ref)  # type: ignore[misc]

    def pop(self, element: str, strip_whitespace: int = 1) -> Any:
        """As in feedparser, with the text cut to the limit of its element."""
        host: Any = self
        if host.elementstack and host.elementstack[-1][0] == element:
            pieces = host.elementstack[-1][2]
            if dict.get(host.contentparams, "base64"):
                host.contentparams["base64"] = 0
                kind = dict.get(host.contentparams, "type") or ""
                text = join_pieces(pieces)
                # only content may have a media type: that of a title is a mistake
                pieces = [_decode_base64(text, kind) or ("" if element == "content" else text)]
            host.elementstack[-1][2] = _bounded(element, pieces)
            if self.room < 0:
                host.note_dropped("text", "", f"longer than {MAX_ELEMENT_CHARACTERS:,} characters; cut")
        return super().pop(element, strip_whitespace)  # type: ignore[misc]

    # ---- authors, tags and languages
    def _sync_author_detail(self, key: str = "author") -> None:
        """Set an author's name and e-mail from their own elements or one text; publishers are ignored."""
        host: Any = self
        context = host._get_context()  # noqa: SLF001 - feedparser's own name
        details = context.get("authors")
        if key != "author" or not details:
            return
        name, email = details[-1].get("name"), details[-1].get("email")
        text = context.get("author")
        if name or email:
            context["author"] = f"{name} ({email})" if name and email else name or email
        elif isinstance(text, str) and text:
            name, email = split_author(text[:MAX_NAME_CHARACTERS])
            details[-1].update({k: v for k, v in (("name", name), ("email", email)) if v})

    def _add_tag(self, term: str | None, scheme: str | None, label: str | None) -> None:
        """As in feedparser, with a limited number of tags, since it compares each with all before it."""
        host: Any = self
        context = host._get_context()  # noqa: SLF001 - feedparser's own name
        if len(dict.get(context, "tags") or ()) < MAX_TAGS:
            super()._add_tag(*(value and value[:MAX_NAME_CHARACTERS] for value in (term, scheme, label)))  # type: ignore[misc]

    def _end_language(self) -> None:
        host: Any = self
        host.lang = (host.pop("language") or "")[:MAX_LANG_CHARACTERS]


def join_base(outer: str, base: str) -> str:
    """Return the base URL for links under an xml:base, or the outer one if it is unusable."""
    if len(base) > MAX_BASE_CHARACTERS:
        return outer
    try:
        joined = urljoin(outer, base.strip())
        is_usable = len(joined) <= MAX_BASE_CHARACTERS and urlsplit(joined).scheme in BASE_SCHEMES
    except ValueError:
        return outer
    return joined if is_usable else outer


def _bounded(element: str, pieces: list[Any]) -> list[Any]:
    """Strip blank pieces at either end of an element's text, and cut it unless it may hold markup."""
    pieces = [pieces] if isinstance(pieces, str) else pieces  # feedparser's CDF handler
    first, last = 0, len(pieces)
    while first < last and not pieces[first].strip():
        first += 1
    while last > first and not pieces[last - 1].strip():
        last -= 1
    pieces = pieces[first:last]
    limit = MAX_NAME_CHARACTERS if element in NAMES else MAX_VALUE_CHARACTERS
    if element in LONG_ELEMENTS or sum(map(len, pieces)) <= limit:
        return pieces
    return [join_pieces(pieces).strip()[:limit]]


def _decode_base64(value: str, kind: str) -> str:
    """Return the text of base64 content (Atom 0.3 `mode`; RFC 4287 section 4.1.3.3); empty if it is not text.

    What is not base64 was declared so by mistake, or has an unknown type, and is returned unchanged.
    """
    try:
        body = base64.b64decode("".join(value.split()), validate=True)
    except ValueError:
        return "" if kind.startswith(BINARY) else value
    try:
        return body.decode()
    except UnicodeDecodeError:
        if kind.startswith("text/"):
            return decode(body).text
        return "" if kind.startswith(NOT_TEXT) else value


def join_pieces(pieces: list[Any]) -> str:
    """Join the text of an element as feedparser collects it."""
    return "".join(
        piece.decode("utf-8", "replace") if isinstance(piece, bytes) else piece for piece in pieces
    )


def split_author(text: str) -> tuple[str, str | None]:
    """Return name and e-mail address of a text such as "ann@example.org (Ann)" or "Ann <ann@example.org>"."""
    found = EMAIL.findall(text)
    if not found:
        return text, None
    parts = SEPARATOR.split(text) if len(found) > 1 else [text]
    names = [name for name in map(_without_address, parts) if name]
    return ", ".join(names), found[0] if len(found) == 1 else ", ".join(found)


def _without_address(text: str) -> str:
    """Return the name in a text such as "ann@example.org (Ann)"; empty if it is only an address."""
    name = EMAIL.sub("", text)
    for empty in EMPTY:
        name = name.replace(empty, "")
    name = name.strip().strip('"').strip()
    return name[1:-1].strip() if name.startswith("(") and name.endswith(")") else name
