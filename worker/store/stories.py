"""Stories: joins, merges and splits under row locks, links between copies, leads.

Race-free by "publish, then check": an article is committed with its keys before it looks for
candidates, so of two copies that arrive together at least one sees the other. Who changes stories locks
them in the order of their ids and reads again, so both orders of events end in the same story.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, or_, select, update

from worker.errors import ConflictError
from worker.records import Role, StoryMember
from worker.store.models import ArticleRow, Story
from worker.store.session import chunks, is_postgres

MAX_POINTERS = 20
MAX_LOCK_ATTEMPTS = 50

# Put together once: building a statement anew costs more than it takes to run.
_IDS: Any = bindparam("ids", expanding=True)
_STORIES_OF = select(ArticleRow.id, ArticleRow.story_id).where(ArticleRow.id.in_(_IDS))
_LOCK = select(Story.id).where(Story.id.in_(_IDS)).order_by(Story.id).with_for_update()
_FACTS = select(Story.id, Story.lead_id, Story.copies, Story.mark).where(Story.id.in_(_IDS))
_MEMBERS_OF = select(
    ArticleRow.story_id, ArticleRow.id, ArticleRow.feed_id, ArticleRow.length, ArticleRow.sort_at,
    ArticleRow.is_agency, ArticleRow.take, ArticleRow.take_kind, ArticleRow.state, ArticleRow.role,
    ArticleRow.fetched_at,
)  # fmt: skip
_MEMBERS = _MEMBERS_OF.where(ArticleRow.story_id.in_(_IDS))
_articles: Any = ArticleRow.__table__
_stories: Any = Story.__table__
_SET_ROLE = update(_articles).where(_articles.c.id == bindparam("id_")).values(role=bindparam("role"))
_SET_STORY = (
    update(_stories)
    .where(_stories.c.id == bindparam("id_"))
    .values(
        lead_id=bindparam("lead"), mark=bindparam("mark"), copies=bindparam("copies"),
        first_seen_at=bindparam("first"), last_seen_at=bindparam("last"),
    )
)  # fmt: skip
_stays: Any = bindparam("stays")
_MERGE = (
    update(_articles).where(_articles.c.story_id == bindparam("goes")).values(story_id=_stays),
    update(_stories).where(_stories.c.merged_into == bindparam("goes")).values(merged_into=_stays),
    update(_stories).where(_stories.c.id == bindparam("goes")).values(merged_into=_stays, copies=0),
)


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a story, with what is stored of its place there."""

    facts: StoryMember
    role: str
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class Size:
    """How many articles a story has, and when the first and the last of them were seen."""

    copies: int
    first_seen_at: datetime
    last_seen_at: datetime

    @classmethod
    def of(cls, members: Sequence[Member]) -> "Size":
        """The size of a story of these members."""
        times = [member.fetched_at for member in members]
        return cls(len(members), min(times), max(times))


@dataclass(frozen=True, slots=True)
class StoryFacts:
    """What a story row says."""

    id: int
    lead: int
    copies: int
    mark: str


def stories_of(connection: Connection, articles: Collection[int]) -> dict[int, int]:
    """The story of each article that is still stored."""
    found: dict[int, int] = {}
    for part in chunks(articles):
        found |= {row[0]: row[1] for row in connection.execute(_STORIES_OF, {"ids": part})}
    return found


def lock_stories(connection: Connection, articles: Collection[int]) -> dict[int, int]:
    """The story of each article that is still stored, locked until the transaction ends.

    Locks, then reads again: a story may have been merged while we waited. Then its locks are let go
    before others are taken, since whoever holds those may wait for ours. SQLite has one writer at a time.
    """
    if not is_postgres(connection):
        return stories_of(connection, articles)
    for _ in range(MAX_LOCK_ATTEMPTS):
        before = stories_of(connection, articles)
        savepoint = connection.begin_nested()
        for part in chunks(sorted(set(before.values()))):
            connection.execute(_LOCK, {"ids": part}).all()
        if stories_of(connection, articles) == before:
            savepoint.commit()
            return before
        savepoint.rollback()
    raise ConflictError("stories kept changing while they were to be locked")


def read_facts(connection: Connection, stories: Collection[int]) -> dict[int, StoryFacts]:
    """What the rows of these stories say, by id."""
    rows = (row for part in chunks(stories) for row in connection.execute(_FACTS, {"ids": part}))
    return {row.id: StoryFacts(*row) for row in rows}


def load_members(connection: Connection, stories: Collection[int]) -> dict[int, list[Member]]:
    """The articles of stories as their arrangement sees them, by story; read from an index alone."""
    found: dict[int, list[Member]] = {}
    for part in chunks(stories):
        for row in connection.execute(_MEMBERS, {"ids": part}):
            found.setdefault(row.story_id, []).append(_member(row))
    return found


def load_some_members(
    connection: Connection, story: int, others: Collection[int], oldest: int
) -> tuple[list[Member], Size]:
    """What may change a large story, and its size: its oldest articles, `others`, what its makers said."""
    of_story = _MEMBERS_OF.where(ArticleRow.story_id == story)
    rows = {row.id: row for row in connection.execute(of_story.order_by(ArticleRow.id).limit(oldest))}
    told = or_(ArticleRow.take_kind.in_(("correction", "withdrawal")), ArticleRow.is_agency)
    rows |= {row.id: row for row in connection.execute(of_story.where(told).limit(oldest))}
    for part in chunks(others):
        rows |= {row.id: row for row in connection.execute(of_story.where(ArticleRow.id.in_(part)))}
    times = (func.min(ArticleRow.fetched_at), func.max(ArticleRow.fetched_at))
    counted = connection.execute(select(func.count(), *times).where(ArticleRow.story_id == story)).one()
    return [_member(row) for row in rows.values()], Size(*counted)


def _member(row: Any) -> Member:
    facts = StoryMember(
        article=row.id,
        source=row.feed_id,
        length=row.length,
        seen_at=row.sort_at,
        is_agency=row.is_agency,
        take=row.take,
        take_kind=row.take_kind,
        withdrawn=row.state == "withdrawn",
    )
    return Member(facts, row.role, row.fetched_at)


def pick_survivor(first: StoryFacts, second: StoryFacts) -> tuple[int, int]:
    """(the story that stays, the one that goes): the larger if one has a single article, else the older."""
    low, high = sorted((first, second), key=lambda facts: facts.id)
    if low.copies == 1 and high.copies > 1:
        return high.id, low.id
    return low.id, high.id


def merge(connection: Connection, moves: Mapping[int, int]) -> None:
    """Move all articles of each story into another (story -> where to); the emptied ones keep pointers."""
    rows = [{"goes": goes, "stays": stays} for goes, stays in sorted(moves.items())]
    for statement in _MERGE if rows else ():
        connection.execute(statement, rows)


def split(connection: Connection, story: int, leaving: Collection[int], now: datetime) -> int:
    """Give some articles of a story a story of their own again; gives its id.

    The story that the oldest of them once founded comes back, and the pointers of those that the others
    founded follow; when there is none of these any more, the oldest article's id founds a new one.
    """
    founded = {
        row.id
        for part in chunks(sorted(leaving))
        for row in connection.execute(
            select(Story.id).where(Story.id.in_(part), Story.merged_into == story).order_by(Story.id)
        )
    }
    back = min(founded or leaving)
    if not founded:
        times = {"first_seen_at": now, "last_seen_at": now}
        row = {"id": back, "lead_id": back, "copies": 0, "merged_into": None, "mark": "", **times}
        connection.execute(Story.__table__.insert(), row)  # type: ignore[attr-defined]
    for part in chunks(sorted(founded)):
        connection.execute(update(Story).where(Story.id.in_(part)).values(merged_into=back))
    connection.execute(update(Story).where(Story.id == back).values(merged_into=None))
    for part in chunks(sorted(leaving)):
        connection.execute(update(ArticleRow).where(ArticleRow.id.in_(part)).values(story_id=back))
    return back


@dataclass(frozen=True, slots=True)
class Arranged:
    """A story put in order."""

    story: int
    lead: int
    mark: str
    size: Size
    members: Sequence[Member]
    roles: Mapping[int | str, Role]


def save_arrangements(connection: Connection, stories: Sequence[Arranged]) -> None:
    """Store who leads each story and what the others are to it, and count its copies."""
    roles = [
        {"id_": int(member.facts.article), "role": story.roles[member.facts.article].value}
        for story in stories
        for member in story.members
        if story.roles[member.facts.article].value != member.role
    ]
    if roles:
        connection.execute(_SET_ROLE, sorted(roles, key=lambda row: row["id_"]))
    rows = [
        {
            "id_": story.story, "lead": story.lead, "mark": story.mark, "copies": story.size.copies,
            "first": story.size.first_seen_at, "last": story.size.last_seen_at,
        }
        for story in stories
    ]  # fmt: skip
    if rows:
        connection.execute(_SET_STORY, rows)


def remove_empty(connection: Connection, stories: Collection[int]) -> None:
    """Stories without articles go, and what points to them."""
    for part in chunks(sorted(stories)):
        connection.execute(delete(Story).where(or_(Story.id.in_(part), Story.merged_into.in_(part))))


def story_facts(connection: Connection, story: int) -> dict[str, Any] | None:
    """Where a story is now: its id (after following a merge) and lead."""
    columns = (Story.id, Story.merged_into, Story.lead_id)
    row = connection.execute(select(*columns).where(Story.id == story)).first()
    for _ in range(MAX_POINTERS):
        if row is None or row.merged_into is None:
            break
        row = connection.execute(select(*columns).where(Story.id == row.merged_into)).first()
    return None if row is None else {"id": row.id, "lead": row.lead_id}
