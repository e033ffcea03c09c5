"""The labeled sets, by kind of stream: who wrote or edited the texts, and in which view they are scored."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from zlib import crc32

from tests.quality.rows import SHARED, Row, read_rows, read_unsure
from tests.quality.streams import make_stream

BOTH = ("full", "short")
SEED = 21  # of the simulator's streams that are fitted on
OTHER_LANGUAGES = "other languages"


@dataclass(frozen=True, slots=True)
class LabeledSet:
    """A labeled set: its file in the shared directory, or the half of the simulator if it has none."""

    name: str
    kind: str
    views: Sequence[str] = BOTH
    file: str = ""
    is_foreign: bool = False  # all in other languages than English
    every: int = 1  # every Nth story is fitted on: large sets repeat their phenomena

    @property
    def is_present(self) -> bool:
        """Whether the set can be read here."""
        return not self.file or (SHARED / self.file).exists()

    def rows(self) -> list[Row]:
        """Return the rows in order of time."""
        return read_rows(SHARED / self.file) if self.file else make_stream(SEED, half=self.name[-1])

    def unsure(self) -> frozenset[tuple[str, str]]:
        """Return the pairs of ids that are not scored."""
        return read_unsure((SHARED / self.file).parent) if self.file else frozenset()


SETS = (
    LabeledSet("real_full", "real full", ("full",), "real/real_full.jsonl.gz"),
    LabeledSet("real_short", "real short", ("short",), "real/real_short.jsonl.gz"),
    LabeledSet("real_reuters_dev", "Reuters 1987", BOTH, "real_reuters_dev.jsonl.gz"),
    LabeledSet("wiresim_dev", "wiresim", BOTH, "wiresim_dev.jsonl.gz", every=3),
    LabeledSet("wiresim_ko", "wiresim", BOTH, "wiresim_ko.jsonl.gz", is_foreign=True),
    LabeledSet("wiresim_ja", "wiresim", BOTH, "wiresim_ja.jsonl.gz", is_foreign=True),
    LabeledSet("wiresim_zh", "wiresim", BOTH, "wiresim_zh.jsonl.gz", is_foreign=True),
    LabeledSet("full_en", "second author", ("full",), "second/full_en.jsonl.gz", every=4),
    LabeledSet(
        "full_multi", "second author", ("full",), "second/full_multi.jsonl.gz", is_foreign=True, every=2
    ),
    LabeledSet("short", "second author", ("short",), "second/short.jsonl.gz", every=4),
    LabeledSet("simulator a", "own simulator"),
    LabeledSet("simulator b", "own simulator"),
)
# wiresim edits the Reuters texts: neither is unseen if the other was fitted on
RELATED = {"Reuters 1987": frozenset({"wiresim"}), "wiresim": frozenset({"Reuters 1987"})}


@cache
def kinds() -> tuple[str, ...]:
    """Return the kinds of streams that can be left out here, "other languages" last."""
    present = [entry for entry in SETS if entry.is_present]
    found = tuple(dict.fromkeys(entry.kind for entry in present))
    return (*found, OTHER_LANGUAGES)


def is_of_kind(entry: LabeledSet, kind: str) -> bool:
    """Whether a set is scored as a stream of that kind."""
    return entry.is_foreign if kind == OTHER_LANGUAGES else entry.kind == kind


def is_unseen(entry: LabeledSet, row: Row, kind: str) -> bool:
    """Whether a row must not be fitted on if a kind is left out."""
    if kind == OTHER_LANGUAGES:
        return (row.lang or "en") != "en"
    return entry.kind == kind or entry.kind in RELATED.get(kind, ())


def is_sampled(row: Row, every: int) -> bool:
    """Whether a row is in the sample that has every Nth story."""
    return crc32(row.story.encode()) % every == 0
