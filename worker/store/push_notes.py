"""What push is to report: written in the transaction that did it, taken by the one that makes messages."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, delete, exists, or_, select, update

from worker.records import PushKind
from worker.store.models import ArticleRow, Notice, PushNote, PushReceiver, Story
from worker.store.session import chunks

UNMATCHED_S = 600.0  # an article that was not compared with others by then is reported without its story
UNLESS = "unless"  # in details: kinds of messages to a receiver that report the same
SETTLING_S = 10.0  # a change of a story that only alters its headline, lead or mark waits for further ones
CHANGE_PAUSE_S = 300.0  # between two reports of such changes of a story

_IDS: Any = bindparam("ids", expanding=True)
_ANNOUNCE = (
    update(Story)
    .where(Story.id.in_(_IDS), Story.merged_into.is_(None), Story.is_announced.is_(False))
    .values(is_announced=True)
    .returning(Story.id)
)
_WANTED = select(PushReceiver.events)


@dataclass(frozen=True, slots=True)
class Note:
    """Something to report: a kind, what it is about, and what only its transaction knew."""

    kind: str
    story: int | None = None
    article: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None
    id: int = 0


def wanted_kinds(connection: Connection) -> set[str]:
    """The kinds of messages that any receiver gets; empty if nothing is pushed."""
    return {kind for kinds in connection.scalars(_WANTED) for kind in kinds}


def add_notes(connection: Connection, now: datetime, notes: Sequence[Note], wanted: Collection[str]) -> None:
    """Store the notes of the wanted kinds."""
    rows = [
        {"at": now, "kind": note.kind, "story_id": note.story, "article_id": note.article,
         "details": dict(note.details)}
        for note in notes
        if note.kind in wanted
    ]  # fmt: skip
    if rows:
        connection.execute(PushNote.__table__.insert(), rows)  # type: ignore[attr-defined]


def note_articles(
    connection: Connection, now: datetime, new: Collection[int], changed: Collection[int]
) -> None:
    """Note new and edited articles, and the reported stories whose headline an edit may have changed."""
    wanted = wanted_kinds(connection) if new or changed else set()
    notes = [Note(PushKind.ARTICLE_NEW, article=article) for article in new]
    notes += [Note(PushKind.ARTICLE_EDITED, article=article) for article in changed]
    if PushKind.STORY_CHANGED in wanted:
        notes += [Note(PushKind.STORY_CHANGED, story) for story in _led_stories(connection, changed)]
    add_notes(connection, now, notes, wanted)


def _led_stories(connection: Connection, articles: Collection[int]) -> Iterator[int]:
    """The reported stories that these articles lead."""
    query = select(Story.id).join(ArticleRow, ArticleRow.story_id == Story.id)
    leads = query.where(Story.lead_id == ArticleRow.id, Story.is_announced).order_by(Story.id)
    for part in chunks(articles):
        yield from connection.scalars(leads.where(ArticleRow.id.in_(part)))


def announce(connection: Connection, stories: Collection[int]) -> set[int]:
    """Mark stories as reported; returns those that were not reported before."""
    found: set[int] = set()
    for part in chunks(sorted(stories)):
        found |= set(connection.scalars(_ANNOUNCE, {"ids": part}))
    return found


def find_merged(connection: Connection, stories: Collection[int], now: datetime) -> dict[int, list[int]]:
    """The stories that were reported and went into each of these stories in this transaction, at `now`."""
    found: dict[int, list[int]] = {}
    for part in chunks(sorted(stories)):
        where = (Story.merged_into.in_(part), Story.merged_at == now, Story.is_announced)
        for into, story in connection.execute(select(Story.merged_into, Story.id).where(*where)):
            found.setdefault(int(into or 0), []).append(story)
    return {into: sorted(gone) for into, gone in found.items()}


def take_notes(connection: Connection, now: datetime, limit: int) -> list[Note]:
    """The oldest notes, which are deleted in this transaction.

    A new article is left until it was compared with others, so that its story is known, and a mere change of
    a story until it is settled. Only one transaction at a time may take notes.
    """
    columns = (PushNote.kind, PushNote.story_id, PushNote.article_id, PushNote.details, PushNote.at)
    query = _of_ready(now, *columns, PushNote.id).order_by(PushNote.id).limit(limit)
    notes = [Note(*row) for row in connection.execute(query)]
    for part in chunks([note.id for note in notes]):
        connection.execute(delete(PushNote).where(PushNote.id.in_(part)))
    return notes


def has_notes(connection: Connection, now: datetime) -> bool:
    """Whether anything may be reported now."""
    return connection.scalar(_of_ready(now, PushNote.id).limit(1)) is not None


def _of_ready(now: datetime, *columns: Any) -> Select[Any]:
    """A query for columns of the notes that may be reported."""
    is_ready = or_(
        PushNote.kind != PushKind.ARTICLE_NEW.value,
        PushNote.at < now - timedelta(seconds=UNMATCHED_S),
        ArticleRow.id.is_(None),
        ArticleRow.matched_at.is_not(None),
    )
    notes = PushNote.__table__.outerjoin(ArticleRow.__table__, ArticleRow.id == PushNote.article_id)
    return select(*columns).select_from(notes).where(is_ready, _is_settled(now))


def _is_settled(now: datetime) -> ColumnElement[bool]:
    """Whether a note is of something else than a mere change of a story, or that may be reported.

    A change waits for further ones, after the last of its kind, and for a correction that is to be reported.
    """
    pause = now - timedelta(seconds=CHANGE_PAUSE_S)
    was_just_pushed = exists().where(Story.id == PushNote.story_id, Story.change_pushed_at > pause)
    untold = select(Notice.id).join(ArticleRow, ArticleRow.id == Notice.article_id)
    is_told = ~untold.where(Notice.told_at.is_(None), ArticleRow.story_id == PushNote.story_id).exists()
    is_old = PushNote.at <= now - timedelta(seconds=SETTLING_S)
    return or_(PushNote.kind != PushKind.STORY_CHANGED.value, and_(is_old, ~was_just_pushed, is_told))
