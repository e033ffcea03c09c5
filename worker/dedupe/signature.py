"""The compact picture of a text by which copies are found and verified."""

import struct
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from xxhash import xxh3_64_intdigest

from worker.agencies import find_take
from worker.dedupe.furniture import strip_furniture
from worker.dedupe.text import (
    CHAR_SHINGLE,
    U64,
    WORD_SHINGLE,
    char_slots,
    count_letters,
    fold,
    hash_chars,
    hash_tokens,
    is_char_script,
    low32,
    shingle_hashes,
    tokens_of,
    word_slots,
)
from worker.records import Document

SKETCH_KEYS = 24  # 8, 16, 24 or 32 hardly differ
MAX_SHINGLES = 1024  # larger texts are sampled by hash, so that containment stays unbiased
LEAD_SHINGLES = 30
MAX_SLOTS = 40
MAX_TITLE_TOKENS = 40
_WORD_SALT, _CHAR_SALT, _TITLE_SALT = 0x77, 0xC4A2, 0x717E
_FULL = 1 << 32
_VERSION = 1
_HEAD = struct.Struct("<BBBBIQdHHHHHHHH")

Pairs = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """What is kept of a text: keys to find it by, and what the verifier compares.

    Hashes are 32-bit; `shingles` holds those below `limit`, all of them when the text is not sampled.
    """

    keys: tuple[int, ...]
    length: int  # letters of text without furniture
    shingles: frozenset[int]
    limit: int
    lead: tuple[int, ...]
    numbers: Pairs
    names: Pairs
    title: frozenset[int]
    source: str = ""
    agency: str = ""
    take: str = ""  # kind of take, "" for the first
    take_number: int = 0
    published_at: datetime | None = None

    def to_bytes(self) -> bytes:
        """A compact form for the database; `from_bytes` gives the signature back."""
        texts = [part.encode("utf-8", "replace")[:255] for part in (self.source, self.agency, self.take)]
        stamp = self.published_at.timestamp() if self.published_at else float("nan")
        words = [
            *sorted(self.shingles),
            *self.lead,
            *(value for pair in self.numbers for value in pair),
            *(value for pair in self.names for value in pair),
            *sorted(self.title),
        ]
        head = _HEAD.pack(
            _VERSION, *map(len, texts), self.length, self.limit, stamp, len(self.keys), len(self.shingles),
            len(self.lead), len(self.numbers), len(self.names), len(self.title), self.take_number, 0,
        )  # fmt: skip
        return b"".join((head, *texts, struct.pack(f"<{len(self.keys)}q{len(words)}I", *self.keys, *words)))

    @staticmethod
    def from_bytes(data: bytes) -> "Signature":
        """The signature that `to_bytes` wrote; ValueError on anything else."""
        try:
            return _read(data)
        except (struct.error, UnicodeDecodeError, OverflowError, IndexError) as exc:
            raise ValueError("not a signature") from exc


def make_signature(document: Document, furniture: Collection[int]) -> Signature:
    """The signature of a document, without the paragraphs whose keys are in `furniture`."""
    take = find_take(document.title, document.text)
    title = fold(document.title)
    if take and take.end:
        title = f"{title[: take.start]} {title[take.end :]}"
    body = fold("\n".join(strip_furniture(document.text, furniture)))
    if is_char_script(body or title):
        ordered = shingle_hashes(hash_chars(body), CHAR_SHINGLE, _CHAR_SALT)
        numbers: Pairs = char_slots(body, MAX_SLOTS).pairs
        names: Pairs = ()
    else:
        tokens = tokens_of(body)
        words = [token.lower() for token in tokens if token[0].isalnum()]
        ordered = shingle_hashes(hash_tokens(words), WORD_SHINGLE, _WORD_SALT)
        found = word_slots(tokens, MAX_SLOTS)
        numbers, names = found[0].pairs, found[1].pairs
    distinct = np.unique(ordered)
    shingles, limit = _sample(distinct)
    title_tokens = _title_tokens(title)
    return Signature(
        keys=_sketch_keys(distinct, title_tokens),
        length=count_letters(body),
        shingles=shingles,
        limit=limit,
        lead=tuple((ordered[:LEAD_SHINGLES] & np.uint64(0xFFFFFFFF)).tolist()),
        numbers=numbers,
        names=names,
        title=frozenset(map(low32, title_tokens[:MAX_TITLE_TOKENS])),
        source=document.source[:60],
        agency=(document.agency or "")[:40],
        take=take.kind if take else "",
        take_number=min(take.number, 999) if take else 0,
        published_at=document.published_at,
    )


def _sample(distinct: U64) -> tuple[frozenset[int], int]:
    small = np.unique(distinct & np.uint64(0xFFFFFFFF))
    if len(small) <= MAX_SHINGLES:
        return frozenset(small.tolist()), _FULL
    return frozenset(small[:MAX_SHINGLES].tolist()), int(small[MAX_SHINGLES])


def _title_tokens(title: str) -> list[str]:
    lowered = title.lower()
    if is_char_script(title):
        letters = "".join(token for token in tokens_of(lowered) if token[0].isalnum())
        return [letters[i : i + 2] for i in range(min(len(letters), MAX_TITLE_TOKENS + 1) - 1)]
    return [token for token in tokens_of(lowered) if token[0].isalnum()]


def _sketch_keys(distinct: U64, title: list[str]) -> tuple[int, ...]:
    keys: list[int] = distinct[:SKETCH_KEYS].view(np.int64).tolist()
    if len(title) > 2:
        value = xxh3_64_intdigest(" ".join(title).encode(), _TITLE_SALT)
        keys.append(value - (1 << 64) if value >> 63 else value)
    return tuple(dict.fromkeys(keys))


def _read(data: bytes) -> Signature:
    head = _HEAD.unpack_from(data)
    version, sizes, (length, limit, stamp), counts = head[0], head[1:4], head[4:7], head[7:]
    if version != _VERSION:
        raise ValueError("not a signature of this version")
    at, texts = _HEAD.size, []
    for size in sizes:
        texts.append(data[at : at + size].decode("utf-8", "ignore"))
        at += size
    keys_n, shingles_n, lead_n, numbers_n, names_n, title_n, take_number, _ = counts
    total = shingles_n + lead_n + 2 * numbers_n + 2 * names_n + title_n
    values = struct.unpack(f"<{keys_n}q{total}I", data[at:])
    cuts = [keys_n]
    for count in (shingles_n, lead_n, 2 * numbers_n, 2 * names_n, title_n):
        cuts.append(cuts[-1] + count)
    shingles, lead, numbers, names, title = (values[cuts[i] : cuts[i + 1]] for i in range(5))
    return Signature(
        values[:keys_n], length, frozenset(shingles), limit, lead,
        tuple(zip(numbers[::2], numbers[1::2], strict=True)), tuple(zip(names[::2], names[1::2], strict=True)),
        frozenset(title), *texts, take_number=take_number,
        published_at=None if stamp != stamp else datetime.fromtimestamp(stamp, UTC),
    )  # fmt: skip
