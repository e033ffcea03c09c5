"""Read only the items of a feed document that its last one did not have; any doubt means that all are read.

A document is cut into its items and the text around them. Items with the text of an item of the last document
are skipped, and the rest is read as a document of its own. It gives what the whole one would:

- It is well-formed, as those skipped were: the text around the items is the same but for dates and comments,
  and nothing but blanks is between two items.
- No item changes how another is read. Each leaves the parser as it found it (`Leftovers`), none takes its
  language from the texts of all, none declares a namespace, and no limit of a whole document is near.
- No entry that is read has a key, URL or content of one skipped, nor have two of those skipped. So the key of
  each, and the stored article that it is, depend on no other entry.
- Each item skipped was one entry, stored under its own key with its content (`intake.prepare` sees to that).

What an item skipped still needs:

- The number of entries, from which an overflow is noticed, includes it.
- The poll's other results (title, language, hints, completeness) are read from the text around the items.
- No time is stored of the last poll that showed an article, nor its place; the schedule learns from new ones.
- Had its article been purged meanwhile, the entry would not be stored again either.
- An entry that becomes another one, or becomes again what it was, has not the text of the last document.
"""

import hashlib
import re
from itertools import pairwise
from typing import NamedTuple

from worker.parse.documents import NO_TAGS, OpenedDocument
from worker.parse.newest import MAX_ENTRIES, count_starts
from worker.parse.normalize import Normalized
from worker.parse.raw import RawFeed
from worker.parse.recorder import MAX_ELEMENTS
from worker.records import Article, ReadItems

MAX_ITEMS = 1_000  # of a document
HASH_BYTES = 8  # of an item
MARK_BYTES = 4  # if two are equal by chance, all is read
MARKS = 6  # of an item: up to four keys, URL, content
RECORD_BYTES = HASH_BYTES + MARKS * MARK_BYTES
NO_MARK = bytes(MARK_BYTES)
BLANKS = " \t\r\n"
# a tag of an item with the text after it, or what contains no tags
TOKEN = re.compile(rf"{NO_TAGS}|<\?[^?]*+(?:\?(?!>)[^?]*+)*+(?:\?>|\Z)|<(/?)(item|entry)(?=[\s/>])[^<]*")
# both are looked for in the first part of a document, even inside of sections
DOCTYPE = re.compile("<!DOCTYPE", re.IGNORECASE)
DECLARATION = "<?xml"
# what changes around the items from poll to poll, and concerns none of them
PASSING = re.compile(r"<(lastBuildDate|pubDate|updated|dc:date)>[^<>&]*</\1>|<!--[^<>&]*-->")


class Pieces(NamedTuple):
    """A document in pieces: the text before its first item, the items, the text after the last one."""

    head: str
    items: tuple[str, ...]
    tail: str


class Selection(NamedTuple):
    """The items of a document that are to be read, a text with only these, and the records of the others."""

    text: str
    around: bytes
    items: tuple[str, ...]
    skipped: dict[bytes, bytes]


def cut(document: OpenedDocument) -> Pieces | None:
    """Return the pieces of a document, or None if it is in doubt what they are."""
    text = document.text
    if document.kind != "xml" or document.warnings or text.count("<") >= MAX_ELEMENTS:
        return None
    if text.count("<") > MAX_ENTRIES and count_starts(text) > MAX_ENTRIES:
        return None
    bounds = _find_bounds(text)
    if not bounds or DOCTYPE.search(text) or text.find(DECLARATION, bounds[0][0]) >= 0:
        return None
    if any(text[end:start].strip(BLANKS) for (_, end), (start, _) in pairwise(bounds)):
        return None
    items = tuple(text[start:end] for start, end in bounds)
    return Pieces(text[: bounds[0][0]], items, text[bounds[-1][1] :])


def _find_bounds(text: str) -> list[tuple[int, int]]:
    """Return where each item begins and ends; nothing if one has no end or declares a namespace."""
    bounds: list[tuple[int, int]] = []
    names: set[str] = set()
    begun: int | None = None
    for token in TOKEN.finditer(text):
        if token[2] is None:
            continue
        names.add(token[2])
        is_end, length = token[1] == "/", token[0].find(">") + 1
        is_odd = not length or is_end != (begun is not None) or "xmlns" in token[0] or len(names) > 1
        if is_odd or len(bounds) == MAX_ITEMS:
            return []
        if begun is not None:
            bounds.append((begun, token.start() + length))
        begun = None if is_end else token.start()
    return bounds if begun is None else []


def select_all(text: str, pieces: Pieces) -> Selection:
    """Return the whole document."""
    return Selection(text, _hash_around(pieces), pieces.items, {})


def select_unknown(pieces: Pieces, known: ReadItems) -> Selection | None:
    """Return the items of a document that are not known; None if these are all, or in doubt.

    The first item is read if no other one is to be, as the parser takes none without any for a feed.
    """
    around, records = _hash_around(pieces), _unpack(known.records)
    hashes = [_hash(item) for item in pieces.items]
    unknown = set(hashes) - set(records) or {hashes[0]}
    skipped = {own: records[own] for own in hashes if own not in unknown}
    if around != known.around or not skipped or len(unknown) + len(skipped) < len(hashes):
        return None
    items = tuple(item for own, item in zip(hashes, pieces.items, strict=True) if own in unknown)
    return Selection("\n".join((pieces.head, *items, pieces.tail)), around, items, skipped)


def record(selection: Selection, feed: RawFeed, found: Normalized) -> ReadItems | None:
    """Return the items of a document of which these were read; None if any may depend on others.

    With items skipped, what was found is in doubt then.
    """
    is_plain = feed.is_even and feed.is_complete and not feed.warnings and not found.warnings
    counts = {len(selection.items), len(feed.entries), len(found.articles)}
    if not is_plain or found.is_lang_shared or len(counts) > 1:
        return None
    read = {_hash(item): _marks(one) for item, one in zip(selection.items, found.articles, strict=True)}
    records = {**selection.skipped, **read}
    marks = [mark for own in records.values() for mark in _split(own)]
    if len(records) < len(selection.items) + len(selection.skipped) or len(set(marks)) < len(marks):
        return None
    return ReadItems(selection.around, b"".join(own + marks for own, marks in records.items()))


def _marks(article: Article) -> bytes:
    """Return short hashes of what may make an entry one with another: keys, URL and content."""
    url = _hash(article.canonical_url).hex() if article.canonical_url else ""
    digests = (*article.possible_keys, article.content_hash, url)
    marks = bytes.fromhex("".join(digest[: 2 * MARK_BYTES] for digest in digests))
    return marks.ljust(MARKS * MARK_BYTES, b"\0")


def _split(marks: bytes) -> set[bytes]:
    return {marks[at : at + MARK_BYTES] for at in range(0, len(marks), MARK_BYTES)} - {NO_MARK}


def _unpack(records: bytes) -> dict[bytes, bytes]:
    starts = range(0, len(records), RECORD_BYTES)
    return {records[at : at + HASH_BYTES]: records[at + HASH_BYTES : at + RECORD_BYTES] for at in starts}


def _hash(text: str, size: int = HASH_BYTES) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).digest()


def _hash_around(pieces: Pieces) -> bytes:
    head, tail = pieces.head, pieces.tail
    if "<![CDATA[" not in head + tail:  # in which they are text
        head, tail = (PASSING.sub(r"<\1>", text) for text in (head, tail))
    return _hash(f"{len(head)} {head}{tail}", 2 * HASH_BYTES)
