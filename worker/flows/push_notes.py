"""What changes of articles, stories and extractions are noted, to be reported by push."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from worker.dedupe import Arrangement
from worker.flows.notices import Told
from worker.records import ArticleState, Notice, PushKind
from worker.store import push_notes as note_store
from worker.store import stories as story_store
from worker.store.push_notes import UNLESS, Note
from worker.store.stories import StoryFacts


@dataclass(frozen=True, slots=True)
class StoryChange:
    """A story that was arranged anew: copies before and now, what is reported, whence its articles came."""

    story: int
    copies_before: int
    copies: int
    told: tuple[Told, ...] = ()  # of corrections and withdrawals
    waiting: tuple[Notice, ...] = ()  # of its publisher, which are reported later
    joined: tuple[int, ...] = ()  # articles
    split_from: int | None = None
    mark: str = ""
    is_led_anew: bool = False
    is_marked_anew: bool = False

    @classmethod
    def of(
        cls,
        was: StoryFacts,
        order: Arrangement,
        copies: int,
        told: tuple[Told, ...],
        *,
        later: Iterable[Notice],
        split_from: int | None,
    ) -> "StoryChange":
        """How a story differs from its row."""
        waiting = tuple(notice for notice in later if notice.article in order.publishers)
        return cls(
            was.id, was.copies, copies, told, waiting, split_from=split_from, mark=order.mark,
            is_led_anew=was.lead != order.lead, is_marked_anew=was.mark != order.mark,
        )  # fmt: skip

    @property
    def is_altered(self) -> bool:
        """Whether it has another lead or another mark."""
        return self.is_led_anew or self.is_marked_anew

    @property
    def has_only_another_lead(self) -> bool:
        """Whether nothing else is to be reported of it."""
        return not (self.is_larger or self.told or self.is_marked_anew)

    @property
    def is_larger(self) -> bool:
        """Whether it has articles that it did not have before, or is one that left another story."""
        return self.copies > self.copies_before or self.split_from is not None

    @property
    def is_withdrawn_part(self) -> bool:
        """Whether it left another story with nothing but a withdrawal, which is reported of that story."""
        return self.split_from is not None and self.mark == ArticleState.WITHDRAWN and not self.told

    def telling(self, merged: Sequence[int]) -> list[str]:
        """The kinds that report it all: the only articles that joined are those that they are about."""
        kinds = [Told(notice.kind).event for notice in self.waiting] + [told.event for told in self.told]
        about = {notice.article for notice in self.waiting}.union(*(told.articles for told in self.told))
        is_all = len(self.joined) == self.copies - self.copies_before and about.issuperset(self.joined)
        return kinds if is_all and not merged and self.joined else []

    @property
    def is_held(self) -> bool:
        """Whether it is not reported yet: it is a correction that may turn out to be of another story."""
        return self.copies == 1 and len(self.waiting) == 1 and self.waiting[0].title_before is None

    def details(self, merged: Sequence[int]) -> dict[str, Any]:
        """What a note keeps because the row of the story lacks it; `merged`: stories merged into this one."""
        return {"joined": list(self.joined), "merged": list(merged), "split_from": self.split_from}


def note_stories(
    connection: Connection,
    now: datetime,
    wanted: Collection[str],
    changes: Sequence[StoryChange],
    others: Collection[int] = (),
) -> None:
    """Note what is new of stories, which the caller has locked; `others` were compared and did not change.

    A story is new once, when its first article was compared with others.
    """
    if not wanted:
        return
    kept = [change for change in changes if not (change.is_withdrawn_part or change.is_held)]
    others = set(others) - {change.story for change in changes if change not in kept}
    changes = kept
    larger = {change.story for change in changes if change.is_larger}
    altered = {change.story for change in changes if change.is_altered or change.told}
    merged = note_store.find_merged(connection, larger, now)
    new = note_store.announce(connection, larger | altered | others)
    notes: list[Note] = []
    for change in changes:
        notes += _notes_of(change, change.story in new, merged.get(change.story, ()))
    notes += [
        Note(PushKind.STORY_NEW, story, details={"joined": [], "merged": [], "split_from": None})
        for story in sorted(new - {change.story for change in changes})
    ]
    note_store.add_notes(connection, now, notes, wanted)


def _notes_of(change: StoryChange, is_new: bool, merged: Sequence[int]) -> list[Note]:
    """What is noted of a story: first that it is new, and a mere change only if there is nothing else."""
    notes = [Note(told.event, change.story, details=told.details()) for told in change.told]
    if is_new or change.is_larger:
        kind = PushKind.STORY_NEW if is_new else PushKind.STORY_GREW
        told = {} if is_new else {UNLESS: change.telling(merged)}
        return [Note(kind, change.story, details=change.details(merged) | told), *notes]
    if change.is_altered and not notes:
        return [Note(PushKind.STORY_CHANGED, change.story)]
    return notes


def note_matched(
    connection: Connection,
    now: datetime,
    changes: Sequence[StoryChange],
    compared: Collection[int],
    before: Mapping[int, int],
) -> None:
    """Note what comparing articles changed; `before` has the story of each article that was involved."""
    wanted = note_store.wanted_kinds(connection)
    if not wanted:
        return
    story_of = story_store.stories_of(connection, before)
    moved = {article: story for article, story in story_of.items() if before[article] != story}
    known = [
        replace(change, joined=tuple(sorted(one for one, story in moved.items() if story == change.story)))
        for change in changes
    ]
    note_stories(
        connection, now, wanted, known, {story_of[article] for article in compared if article in story_of}
    )


def note_unmatched(connection: Connection, now: datetime, story: int | None) -> None:
    """Note the story of an article that could not be compared with others."""
    wanted = note_store.wanted_kinds(connection)
    if wanted and story is not None:
        note_stories(connection, now, wanted, (), {story})


def note_results(
    connection: Connection, now: datetime, article: int, versions: Mapping[str, str], input_sha256: str
) -> None:
    """Note the results of an article's jobs, by kind with the extractor's version, if wanted."""
    wanted = note_store.wanted_kinds(connection)
    notes = [
        Note(
            PushKind.EXTRACTION_DONE,
            article=article,
            details={"kind": kind, "version": version, "input_sha256": input_sha256},
        )
        for kind, version in versions.items()
    ]
    note_store.add_notes(connection, now, notes, wanted)
