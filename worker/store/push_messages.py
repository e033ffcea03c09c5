"""The messages of push: those that wait, in the order of each story, and the log of those that ended."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, select, update

from worker.records import JobState
from worker.store.models import PushMessage, PushMessageStory
from worker.store.session import chunks
from worker.store.tables import aliased

STATES = (JobState.PENDING.value, JobState.FAILED.value, JobState.DONE.value, JobState.DEAD.value)
STREAM_ROWS = 200
_LOG = (
    PushMessage.id, PushMessage.receiver, PushMessage.message, PushMessage.kind,
    PushMessage.story_id.label("story"), PushMessage.article_id.label("article"), PushMessage.title,
    PushMessage.state, PushMessage.attempts, PushMessage.next_attempt_at, PushMessage.note,
    PushMessage.created_at, PushMessage.finished_at,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to be sent."""

    id: int
    message: str
    kind: str
    body: str
    attempts: int


def add_messages(connection: Connection, rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Store messages (receiver, message, kind, story_id, article_id, title, body), due at once.

    `named` of a row has further stories that its body names; it may be missing.
    """
    if not rows:
        return
    state = {"state": JobState.PENDING.value, "attempts": 0, "next_attempt_at": now, "created_at": now}
    stories: dict[str, dict[str, set[int]]] = {}
    stored = []
    for row in rows:
        kept = dict(row)
        named = {*kept.pop("named", ()), row["story_id"]}
        stories.setdefault(row["receiver"], {})[row["message"]] = named
        stored.append({**kept, **state})
    connection.execute(insert(PushMessage), stored)
    for receiver, named_by in stories.items():
        _add_stories(connection, receiver, named_by)


def _add_stories(connection: Connection, receiver: str, stories: Mapping[str, Collection[int]]) -> None:
    for part in chunks(list(stories)):
        where = (PushMessage.receiver == receiver, PushMessage.message.in_(part))
        ids = connection.execute(select(PushMessage.id, PushMessage.message).where(*where)).all()
        rows = [
            {"message_id": number, "story_id": story, "receiver": receiver}
            for number, message in ids
            for story in stories[message]
        ]
        connection.execute(insert(PushMessageStory), rows)


def find_due(connection: Connection, receiver: str, now: datetime, limit: int) -> list[Outgoing]:
    """The due messages of a receiver that share no story with an earlier unfinished one."""
    mine: Any = aliased(PushMessageStory)
    earlier: Any = aliased(PushMessageStory)
    has_earlier = exists(
        select(1).where(
            earlier.receiver == receiver,
            earlier.story_id == mine.story_id,
            earlier.finished_at.is_(None),
            earlier.message_id < mine.message_id,
        )
    ).correlate(mine)
    is_behind = exists(select(1).where(mine.message_id == PushMessage.id, has_earlier)).correlate(PushMessage)
    query = (
        select(PushMessage.id, PushMessage.message, PushMessage.kind, PushMessage.body, PushMessage.attempts)
        .where(
            PushMessage.receiver == receiver,
            PushMessage.finished_at.is_(None),
            PushMessage.next_attempt_at <= now,
            ~is_behind,
        )
        .order_by(PushMessage.next_attempt_at, PushMessage.id)
        .limit(limit)
    )
    return [Outgoing(*row) for row in connection.execute(query)]


def end_attempt(
    connection: Connection,
    message: Outgoing,
    state: JobState,
    now: datetime,
    *,
    note: str,
    retry_at: datetime | None = None,
    was_sent: bool = True,
) -> bool:
    """Store how an attempt ended; False if the message ended meanwhile, by another sender, or was deleted.

    One in which nothing was sent does not count.
    """
    values = {
        "state": state.value, "attempts": message.attempts + was_sent, "note": note,
        "next_attempt_at": retry_at, "finished_at": None if retry_at else now,
    }  # fmt: skip
    # SQLite gives the number of a message that was deleted, as its feed was forgotten, to the next one
    is_same = (PushMessage.id == message.id, PushMessage.message == message.message)
    where = (*is_same, PushMessage.finished_at.is_(None))
    has_ended = connection.execute(update(PushMessage).where(*where).values(**values)).rowcount == 1
    if has_ended and not retry_at:
        mine = PushMessageStory.message_id == message.id
        connection.execute(update(PushMessageStory).where(mine).values(finished_at=now))
    return has_ended


def replay(
    connection: Connection,
    now: datetime,
    *,
    receiver: str | None = None,
    messages: Collection[int] | None = None,
) -> int:
    """Make dead messages due again, all of them or those of a receiver, or those of `messages` that ended.

    Returns their number. They keep their ids and contents, and go before later ones of their stories.
    """
    values = {"state": JobState.FAILED.value, "attempts": 0, "next_attempt_at": now, "finished_at": None}
    if messages is not None:
        where: list[Any] = [PushMessage.id.in_(messages), PushMessage.finished_at.is_not(None)]
    else:
        where = [PushMessage.state == JobState.DEAD.value]
    if receiver is not None:
        where.append(PushMessage.receiver == receiver)
    count = connection.execute(update(PushMessage).where(*where).values(**values)).rowcount
    waits = PushMessageStory.message_id.in_(select(PushMessage.id).where(PushMessage.finished_at.is_(None)))
    again = (PushMessageStory.finished_at.is_not(None), waits)
    connection.execute(update(PushMessageStory).where(*again).values(finished_at=None))
    return count


def list_messages(
    connection: Connection,
    *,
    receiver: str | None = None,
    state: str | None = None,
    kind: str | None = None,
    message: int | None = None,
    webhook_id: str | None = None,
    after: int | None = None,
    limit: int | None = None,
) -> Iterator[dict[str, Any]]:
    """The log, newest first; `after` is the id behind which it goes on."""
    query = select(*_LOG).order_by(PushMessage.id.desc())
    for column, value in (
        (PushMessage.receiver, receiver),
        (PushMessage.state, state),
        (PushMessage.kind, kind),
        (PushMessage.id, message),
        (PushMessage.message, webhook_id),
    ):
        if value is not None:
            query = query.where(column == value)
    if after is not None:
        query = query.where(PushMessage.id < after)
    for row in connection.execution_options(yield_per=STREAM_ROWS).execute(query.limit(limit)).mappings():
        yield dict(row)


def read_body(connection: Connection, message: int) -> str | None:
    """The body of a message as it is posted; None if it is not stored."""
    return connection.scalar(select(PushMessage.body).where(PushMessage.id == message))


def prune_messages(connection: Connection, done_before: datetime, all_before: datetime, limit: int) -> int:
    """Delete messages that were accepted before a time, and all others made before another; their number."""
    done = select(PushMessage.id).where(
        PushMessage.state == JobState.DONE.value, PushMessage.finished_at < done_before
    )
    stale = select(PushMessage.id).where(
        PushMessage.state != JobState.DONE.value, PushMessage.created_at < all_before
    )
    gone = 0
    for query in (done, stale):
        ids = list(connection.scalars(query.limit(limit).with_for_update(skip_locked=True)))
        for part in chunks(ids):
            connection.execute(delete(PushMessage).where(PushMessage.id.in_(part)))
        gone += len(ids)
    return gone


def oldest_waiting(connection: Connection, receiver: str) -> datetime | None:
    """When the oldest unfinished message of a receiver was made."""
    query = select(PushMessage.created_at).where(
        PushMessage.receiver == receiver, PushMessage.finished_at.is_(None)
    )
    return connection.scalar(query.order_by(PushMessage.id).limit(1))
