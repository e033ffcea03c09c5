"""Compare two texts by words: which paragraphs are equal, what was cut, added or replaced."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from worker.dedupe.alignment import Box, Run, align, gaps, merge_runs
from worker.dedupe.text import fold, split_paragraphs

CHANCE = 2  # a run between two gaps is a coincidence if both gaps are this many times as long
LEFT_SHARE = 0.25  # a paragraph that shares at most this was cut or is new
MAX_ROUNDS = 8  # of dropping the runs that unrelated paragraphs share
LONG_GAP = 4  # units: more than one replaced word
BREAK = "\n\n"

# Scripts without spaces between words: each character with its combining marks is a unit (Unicode blocks:
# kana, Han, Thai, Lao, Myanmar, Khmer). Korean has spaces.
_BARE = (
    r"\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
)
_MARKS = (
    r"[\u3099\u309a\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece"
    r"\u102b-\u103e\u17b4-\u17d3]"
)
_STOPS = r""".,;:!?…()\[\]{}"'“”‘’«»„—–|/،؛؟、。「」『』（）【】・，．！？：；"""
_UNIT = re.compile(
    rf"\s*(?:[{_BARE}]{_MARKS}*|(?:[^\s{_BARE}{_STOPS}]|(?<=\w)[.,:'’/](?=\w))+|\S)"  # "1,000", "don't"
)
_BARE_CHAR = re.compile(f"[{_BARE}]")


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a text with the space before it; `kind` is same, cut or added."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Whole paragraphs, equal in both texts or changed; spans of changed ones include paragraph breaks."""

    is_same: bool
    paragraphs: int
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """Number of words kept; in whole paragraphs cut, added or moved; and changed within kept paragraphs."""

    kept: int = 0
    cut: int = 0
    added: int = 0
    changed: int = 0
    moved: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a text differs from another, passage by passage."""

    passages: tuple[Passage, ...]
    tally: Tally

    @property
    def is_same(self) -> bool:
        """Whether no word differs."""
        return all(passage.is_same for passage in self.passages)


@dataclass(frozen=True, slots=True)
class Units:
    """The words of paragraphs; each paragraph begins with a unit for the break."""

    keys: list[str]
    texts: list[str]
    homes: list[int]  # the paragraph of each

    def count(self, start: int = 0, stop: int | None = None, without: Collection[int] = ()) -> int:
        """Return the number of words from `start` to `stop`, except in the paragraphs `without`."""
        if not without:
            return sum(map(_is_word, self.keys[start:stop]))
        pairs = zip(self.keys[start:stop], self.homes[start:stop], strict=True)
        return sum(_is_word(key) for key, home in pairs if home not in without)

    def text(self, start: int, stop: int) -> str:
        """Return the original text from `start` to `stop`."""
        return "".join(self.texts[start:stop])


@dataclass(frozen=True, slots=True)
class ParagraphChanges:
    """Positions of paragraphs cut from the old text and added in the new; texts of those moved."""

    cut: list[int]
    added: list[int]
    moved: Counter[str]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive paragraphs of two texts that are equal, or differ and share `runs` of units.

    Paragraphs that share almost nothing are `gone` from the old text or `fresh` in the new.
    """

    is_same: bool
    box: Box  # paragraphs
    a: Units
    b: Units
    runs: tuple[Run, ...]
    gone: frozenset[int] = frozenset()  # paragraphs, relative to the box
    fresh: frozenset[int] = frozenset()

    @property
    def kept(self) -> int:
        """Number of words in both."""
        return sum(self.b.count(j, j + size) for _, j, size in self.runs)

    @property
    def changed(self) -> int:
        """Number of words cut, inserted or replaced within kept paragraphs."""
        return sum(
            max(self.a.count(a0, a1, self.gone), self.b.count(b0, b1, self.fresh))
            for a0, a1, b0, b1 in self.gaps()
        )

    def gaps(self) -> Iterator[Box]:
        """Yield the boxes of units that differ."""
        whole = (0, len(self.a.keys), 0, len(self.b.keys))
        return (box for box in gaps(self.runs, whole) if _size(box))


def count_words(text: str) -> int:
    """Return the number of words, or of characters in scripts without spaces."""
    return sum(_is_word(unit.strip()) for unit in _UNIT.findall(text))


def counts_characters(text: str) -> bool:
    """Whether `count_words` mostly counts characters."""
    return not text.isascii() and len(_BARE_CHAR.findall(text)) * 2 > count_words(text)


def compare_texts(old: str, new: str) -> Comparison:
    """Compare two texts by paragraphs and words; quote style and spacing are ignored."""
    return compare_paragraphs(split_paragraphs(old), split_paragraphs(new))


def compare_paragraphs(before: Sequence[str], after: Sequence[str]) -> Comparison:
    """As `compare_texts`, for texts already split into paragraphs."""
    stretches = list(find_stretches(before, after))
    passages = [
        Passage(part.is_same, max(a1 - a0, b1 - b0), tuple(_spans(part)))
        for part in stretches
        for a0, a1, b0, b1 in (part.box,)
    ]
    changes = classify_paragraphs(before, after, stretches)
    tally = Tally(
        kept=sum(part.kept for part in stretches),
        cut=sum(count_words(before[n]) for n in changes.cut),
        added=sum(count_words(after[n]) for n in changes.added),
        changed=sum(part.changed for part in stretches),
        moved=sum(count_words(text) * n for text, n in changes.moved.items()),
    )
    return Comparison(tuple(passages), tally)


def classify_paragraphs(
    before: Sequence[str], after: Sequence[str], stretches: Iterable[Stretch]
) -> ParagraphChanges:
    """Return which paragraphs were cut, added or moved, given the stretches of the two texts."""
    gone: list[int] = []
    fresh: list[int] = []
    for part in stretches:
        gone += (part.box[0] + n for n in sorted(part.gone))
        fresh += (part.box[2] + n for n in sorted(part.fresh))
    moved = Counter(key_of(before[n]) for n in gone) & Counter(key_of(after[n]) for n in fresh)
    cut = [n for n in gone if key_of(before[n]) not in moved]
    return ParagraphChanges(cut, [n for n in fresh if key_of(after[n]) not in moved], moved)


def find_stretches(before: Sequence[str], after: Sequence[str]) -> Iterator[Stretch]:
    """Yield the stretches of two texts in order: equal paragraphs, and others compared by words."""
    runs = align([key_of(p) for p in before], [key_of(p) for p in after])
    for n, (a0, a1, b0, b1) in enumerate(gaps(runs, (0, len(before), 0, len(after)))):
        if a0 < a1 or b0 < b1:
            a, b = _units_of(before[a0:a1]), _units_of(after[b0:b1])
            yield Stretch(False, (a0, a1, b0, b1), a, b, *_split_unrelated(a, b, _significant_runs(a, b)))
        if n < len(runs):
            i, j, size = runs[n]
            a, b = _units_of(before[i : i + size]), _units_of(after[j : j + size])
            yield Stretch(True, (i, i + size, j, j + size), a, b, ((0, 0, len(b.keys)),))


def key_of(text: str) -> str:
    """Return a text with normalized quotes and spaces."""
    return " ".join(fold(text).split())


def _is_word(key: str) -> bool:
    return key.isalnum() or any(map(str.isalnum, key))


def _units_of(paragraphs: Sequence[str]) -> Units:
    units = Units([], [], [])
    for home, paragraph in enumerate(paragraphs):
        found = _UNIT.findall(" ".join(paragraph.split()))
        folded = found if paragraph.isascii() else map(fold, found)
        units.keys.extend(("\n", *map(str.strip, folded)))
        units.texts.extend((BREAK, *found))
        units.homes.extend([home] * (len(found) + 1))
    return units


def _significant_runs(a: Units, b: Units) -> list[Run]:
    """Return shared runs without coincidences: a few words between passages that differ."""
    runs = align(a.keys, b.keys)
    boxes = list(gaps(runs, (0, len(a.keys), 0, len(b.keys))))
    kept: list[Run] = []
    before = _size(boxes[0])
    for (i, j, size), box in zip(runs, boxes[1:], strict=True):
        # the full stop that ends two different sentences belongs to each of them
        stop = _paragraph_rest(a, i, size) if before >= LONG_GAP else 0
        stop = 0 if a.count(i, i + stop) else stop
        run, after = (i + stop, j + stop, size - stop), _size(box)
        before += stop
        if _is_coincidence(a, run, before, after):
            before += run[2] + after
            continue
        kept.append(run)
        before = after
    return kept


def _split_unrelated(
    a: Units, b: Units, runs: list[Run]
) -> tuple[tuple[Run, ...], frozenset[int], frozenset[int]]:
    """Drop runs shared by unrelated paragraphs; returns the rest and those paragraphs of each side."""
    for _ in range(MAX_ROUNDS):
        gone = _unshared(a, [(i, i + size) for i, _, size in runs])
        fresh = _unshared(b, [(j, j + size) for _, j, size in runs])
        firm = [
            (i + n, j + n, 1)
            for i, j, size in runs
            for n in range(size)
            if a.keys[i + n] == "\n" or (a.homes[i + n] not in gone and b.homes[j + n] not in fresh)
        ]
        if len(firm) == sum(size for _, _, size in runs):
            break
        runs = merge_runs(firm)
    return tuple(runs), gone, fresh


def _unshared(units: Units, shared: Iterable[tuple[int, int]]) -> frozenset[int]:
    """Return the paragraphs of which at most LEFT_SHARE is shared."""
    words, kept = Counter[int](), Counter[int]()
    for counts, spans in ((words, [(0, len(units.keys))]), (kept, shared)):
        for start, stop in spans:
            for at in range(start, stop):
                counts[units.homes[at]] += _is_word(units.keys[at])
    return frozenset(home for home, count in words.items() if kept[home] <= count * LEFT_SHARE)


def _is_coincidence(units: Units, run: Run, before: int, after: int) -> bool:
    """Whether a run within a paragraph is a coincidence, given the sizes of the gaps around it."""
    start, _, size = run
    if not size:
        return True
    if not (before and after) or "\n" in units.keys[start : start + size]:
        return False
    return size * CHANCE <= min(before, after) or not units.count(start, start + size)


def _paragraph_rest(units: Units, start: int, size: int) -> int:
    """Return how many of `size` units precede the next paragraph break."""
    run = units.keys[start : start + size]
    return run.index("\n") if "\n" in run else size


def _size(box: Box) -> int:
    return max(box[1] - box[0], box[3] - box[2])


def _spans(stretch: Stretch) -> Iterator[Span]:
    a, b = stretch.a, stretch.b
    boxes = gaps(stretch.runs, (0, len(a.keys), 0, len(b.keys)))
    for n, (a0, a1, b0, b1) in enumerate(boxes):
        if a0 < a1:
            yield Span("cut", a.text(a0, a1))
        if b0 < b1:
            yield Span("added", b.text(b0, b1))
        if n < len(stretch.runs):
            _, j, size = stretch.runs[n]
            yield Span("same", b.text(j, j + size))
