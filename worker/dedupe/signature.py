"""Signatures: compact representations of texts by which copies are found and verified."""

import math
import re
import struct
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import accumulate, pairwise

import numpy as np
from xxhash import xxh3_64_intdigest

from worker.agencies.marks import Take, find_take, without_takes
from worker.agencies.naming import agency_id_of
from worker.dedupe.feed_footer import drop_feed_footer
from worker.dedupe.forms import find_form, form_code, form_of
from worker.dedupe.furniture import strip_furniture
from worker.dedupe.short_text import ShortText, short_text
from worker.dedupe.text import (
    CHAR_SHINGLE,
    NUMBER,
    U64,
    Pairs,
    Slots,
    char_slots,
    count_letters,
    distinct_hashes,
    fold,
    hash_chars,
    is_char_script,
    low32,
    lower_tokens,
    shingle_hashes,
    split_paragraphs,
    tokens_of,
    word_shingles,
    word_slots,
    words_of,
)
from worker.records import Document
from worker.text.letters import write_alike

SKETCH_KEYS = 18  # 8, 16, 24 or 32 hardly differ
LEAD_KEYS = 6  # of the first LEAD_KEY_SPAN shingles: an excerpt has these
LEAD_KEY_SPAN = 14
MAX_SHINGLES = 1024  # larger texts are sampled by hash, which keeps containment unbiased
LEAD_SHINGLES = 30
MAX_SLOTS = 40
MAX_TITLE_TOKENS = 40
MAX_TITLE_CHARS = 300
HEADING_KEYS = 4  # of the title's shingles, since another outlet's title may be this text's opening
_WORD_SALT, _CHAR_SALT, _TITLE_SALT = 0x77, 0xC4A2, 0x717E
_LOW = np.uint64(0xFFFFFFFF)
_FULL = 1 << 32
_VERSION = 6
MIN_CUT_CHARS = 80  # feeds do not truncate shorter texts; a caption may end without a full stop
ELLIPSIS = re.compile(r"(?:\.\.\.|…)[\])]?\s*\Z")
_CLOSED = re.compile(r"[.!?。！？؟।][\"'”’»)\]」』）]*\s*\Z")
_HEAD = struct.Struct("<BBBBBIQdHHHHHHHHHHHH")


@dataclass(frozen=True, slots=True)
class Signature:
    """The stored representation of a text: lookup keys, and what the match model compares.

    Hashes are 32-bit; `shingles` holds those below `limit`, all of them if the text is not sampled.
    """

    keys: tuple[int, ...]
    length: int  # letters of the text without furniture
    shingles: frozenset[int]
    limit: int
    lead: tuple[int, ...]
    numbers: Pairs
    names: Pairs
    title: frozenset[int]
    title_numbers: frozenset[int] = frozenset()
    heading: tuple[int, ...] = ()  # the title's shingles, hashed like those of the text
    source: str = ""
    agency: str = ""  # id: of the source, the dateline or the credit line
    place: str = ""  # first word of the dateline, lower case
    take: str = ""  # kind of take, "" for the first version
    take_number: int = 0
    published_at: datetime | None = None
    is_worn: bool = False  # the text consists of furniture only
    is_char: bool = False  # compared by characters instead of words
    is_cut: bool = False  # the text is truncated
    named: tuple[int, ...] = ()  # the first words of names, each once
    form: str = ""  # how the text is put together, as in `find_form`
    short: ShortText = field(default_factory=ShortText)  # what short items are compared by

    def __hash__(self) -> int:
        """Hash the texts' sets only, which keep their hashes."""
        return hash((self.shingles, self.title))

    def count_below(self, limit: int) -> int:
        """Return the number of shingles below a limit: of those that a text sampled at it may have, too."""
        return len(self.shingles) if self.limit <= limit else sum(map(limit.__gt__, self.shingles))

    def to_bytes(self) -> bytes:
        """Serialize for the database; `from_bytes` restores the signature without its keys."""
        texts = [
            part.encode("utf-8", "replace")[:255]
            for part in (self.source, self.agency, self.take, self.place)
        ]
        stamp = self.published_at.timestamp() if self.published_at else float("nan")
        words = [
            *sorted(self.shingles),
            *self.lead,
            *(value for pair in self.numbers for value in pair),
            *(value for pair in self.names for value in pair),
            *sorted(self.title),
            *self.heading,
            *sorted(self.title_numbers),
            *self.named,
            *self.short.words,
            *self.short.title,
        ]
        head = _HEAD.pack(
            _VERSION, *map(len, texts), self.length, self.limit, stamp, len(self.shingles),
            len(self.lead), len(self.numbers), len(self.names),
            len(self.title), len(self.heading), len(self.title_numbers), len(self.named),
            len(self.short.words), len(self.short.title), self.short.title_head,
            _pack_flags(self),
        )  # fmt: skip
        return b"".join((head, *texts, struct.pack(f"<{len(words)}I", *words)))

    @staticmethod
    def from_bytes(data: bytes) -> "Signature":
        """Deserialize what `to_bytes` returned; raises ValueError on anything else."""
        try:
            return _deserialize(data)
        except (struct.error, UnicodeDecodeError, OverflowError, IndexError) as exc:
            raise ValueError("not a signature") from exc


def _pack_flags(signature: Signature) -> int:
    short = signature.short
    flags = (short.is_composite, short.is_short, signature.is_cut, signature.is_char, signature.is_worn)
    packed = signature.take_number * 4 + form_code(signature.form)
    for flag in flags:
        packed = packed * 2 + flag
    return packed


def make_signature(document: Document, furniture: Collection[int]) -> Signature:
    """Return the signature of a document, without the paragraphs whose keys are in `furniture`."""
    take = find_take(document.title, document.text)
    title = _title_without(take, document.title)
    text = drop_feed_footer(document.text, document.title)
    stripped = strip_furniture(text, furniture)
    body = write_alike(fold(stripped.text))
    title_tokens = _title_tokens(title)
    sketch = _sketch(body, title, title_tokens)
    low = (sketch.ordered & _LOW).tolist()
    shingles, limit = _sample(frozenset(low))
    return Signature(
        keys=_sketch_keys(sketch, title_tokens),
        length=sketch.length,
        shingles=shingles,
        limit=limit,
        lead=tuple(low[:LEAD_SHINGLES]),
        numbers=sketch.slots.numbers,
        names=sketch.slots.names,
        title=frozenset(map(low32, title_tokens[:MAX_TITLE_TOKENS])),
        title_numbers=frozenset(map(low32, NUMBER.findall(title)[:MAX_TITLE_TOKENS])),
        heading=tuple((sketch.heading & _LOW).tolist()),
        source=document.source[:60],
        agency=(agency_id_of(document.agency or "") or document.agency or stripped.agency)[:40],
        place=_first_word(stripped.place),
        take=take.kind if take else "",
        take_number=min(take.number, 999) if take else 0,
        published_at=document.published_at,
        is_worn=stripped.is_worn,
        is_char=sketch.is_char,
        is_cut=_is_cut(stripped.text),
        named=sketch.slots.named,
        form=(form := find_form(document.title, split_paragraphs(text))),
        short=short_text(title, body, document.lang, is_composite=bool(form)),
    )


def _first_word(place: str) -> str:
    """Return the first word of a dateline's place, lower case, without lines before it."""
    lines = fold(place).lower().splitlines()
    return lines[-1].partition(" ")[0].strip(",.")[:40] if lines else ""


def _title_without(take: Take | None, title: str) -> str:
    """Return a title for comparison, without its take marks."""
    title = fold(title)[:MAX_TITLE_CHARS]
    if take and take.end:
        title = without_takes(f"{title[: take.start]} {title[take.end :]}".strip())
    return write_alike(title)


@dataclass(frozen=True, slots=True)
class _Sketch:
    ordered: U64
    heading: U64
    slots: Slots
    length: int
    is_char: bool = False


def _sketch(body: str, title: str, title_tokens: list[str]) -> _Sketch:
    if is_char_script(body or title):
        ordered = shingle_hashes(hash_chars(body), CHAR_SHINGLE, _CHAR_SALT)
        heading = shingle_hashes(hash_chars(title), CHAR_SHINGLE, _CHAR_SALT)[:MAX_TITLE_TOKENS]
        return _Sketch(ordered, heading, char_slots(body, MAX_SLOTS), count_letters(body), True)
    tokens = tokens_of(body)
    lowered = lower_tokens(tokens)
    words = words_of(lowered)
    ordered, heading = word_shingles(words, title_tokens[:MAX_TITLE_TOKENS], _WORD_SALT)
    return _Sketch(ordered, heading, word_slots(tokens, lowered, MAX_SLOTS), sum(map(len, words)))


def _is_cut(text: str) -> bool:
    """Whether a text is truncated, as summaries in feeds are."""
    tail = text[-16:]
    return bool(ELLIPSIS.search(tail)) or (len(text) >= MIN_CUT_CHARS and not _CLOSED.search(tail))


def _sample(low: frozenset[int]) -> tuple[frozenset[int], int]:
    if len(low) <= MAX_SHINGLES:
        return low, _FULL
    ordered = sorted(low)
    return frozenset(ordered[:MAX_SHINGLES]), ordered[MAX_SHINGLES]


def _title_tokens(title: str) -> list[str]:
    lowered = title.lower()
    if is_char_script(title):
        letters = "".join(token for token in tokens_of(lowered) if token[0].isalnum())
        return [letters[i : i + 2] for i in range(min(len(letters), MAX_TITLE_TOKENS + 1) - 1)]
    return words_of(tokens_of(lowered))


def _sketch_keys(sketch: _Sketch, title: list[str]) -> tuple[int, ...]:
    """Return the smallest hashes of the text, of its opening (shared with excerpts) and of the title."""
    keys = _smallest(distinct_hashes(sketch.ordered), SKETCH_KEYS)
    keys += _smallest(np.sort(sketch.ordered[:LEAD_KEY_SPAN]), LEAD_KEYS)
    if len(title) > 2:
        value = xxh3_64_intdigest(" ".join(title).encode(), _TITLE_SALT)
        keys.append(value - (1 << 64) if value >> 63 else value)
        keys += _smallest(np.sort(sketch.heading), HEADING_KEYS)
    return tuple(dict.fromkeys(keys))


def _smallest(ordered: U64, most: int) -> list[int]:
    """Return the first of ascending hashes as signed integers."""
    hashes: list[int] = ordered[:most].view(np.int64).tolist()
    return hashes


def _texts_of(data: bytes, sizes: Iterable[int]) -> tuple[list[str], int]:
    """Return the texts after the head, and where they end."""
    at, texts = _HEAD.size, list[str]()
    for size in sizes:
        texts.append(data[at : at + size].decode("utf-8", "ignore"))
        at += size
    return texts, at


def _flags_of(flags: int) -> dict[str, bool]:
    return {"is_worn": bool(flags & 1), "is_char": bool(flags & 2), "is_cut": bool(flags & 4)}


def _pairs_of(values: Sequence[int]) -> Pairs:
    return tuple(zip(values[::2], values[1::2], strict=True))


def _deserialize(data: bytes) -> Signature:
    head = _HEAD.unpack_from(data)
    version, sizes, (length, limit, stamp), counts = head[0], head[1:5], head[5:8], head[8:]
    if version != _VERSION:
        raise ValueError("not a signature of this version")
    texts, at = _texts_of(data, sizes)
    shingles_n, lead_n, numbers_n, names_n, *rest_n, title_head, flags = counts
    sizes_n = (shingles_n, lead_n, 2 * numbers_n, 2 * names_n, *rest_n)
    values = struct.unpack(f"<{sum(sizes_n)}I", data[at:])
    cuts = accumulate(sizes_n, initial=0)
    shingles, lead, numbers, names, title, heading, figures, named, *short = (
        values[a:b] for a, b in pairwise(cuts)
    )
    return Signature(
        keys=(),
        length=length,
        shingles=frozenset(shingles),
        limit=limit,
        lead=lead,
        numbers=_pairs_of(numbers),
        names=_pairs_of(names),
        title=frozenset(title),
        title_numbers=frozenset(figures),
        heading=heading,
        source=texts[0],
        agency=texts[1],
        take=texts[2],
        place=texts[3],
        take_number=flags >> 7,
        published_at=None if math.isnan(stamp) else datetime.fromtimestamp(stamp, UTC),
        named=named,
        form=form_of(flags >> 5 & 3),
        short=ShortText(short[0], short[1], title_head, bool(flags & 8), bool(flags & 16)),
        **_flags_of(flags),
    )
