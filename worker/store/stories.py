"""Stories: joins, merges and splits under row locks, links between copies, leads.

Race-free by "publish, then check": an article is committed with its keys before candidates are looked up, so
that of two concurrent copies at least one sees the other. Stories are locked in the order of their ids and
read again before a change, so that both orders of events end in the same story.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, exists, func, or_, select, update

from worker.errors import ConflictError
from worker.records import ArticleState, ExtractionStatus, Kind, NoticeKind, Role, StoryMember
from worker.store.models import ArticleRow, ExtractionRow, KeptArticle, Notice, Story
from worker.store.sequences import take_article_id
from worker.store.session import chunks, is_postgres

MAX_POINTERS = 20
MAX_LOCK_ATTEMPTS = 50

# Built once: building a statement takes longer than running it.
_IDS: Any = bindparam("ids", expanding=True)
_STORIES_OF = select(ArticleRow.id, ArticleRow.story_id).where(ArticleRow.id.in_(_IDS))
_LOCK = select(Story.id).where(Story.id.in_(_IDS)).order_by(Story.id).with_for_update()
_FACTS = select(Story.id, Story.lead_id, Story.copies, Story.mark).where(Story.id.in_(_IDS))
_IS_RERUN_CORRECTION = and_(
    ArticleRow.state == ArticleState.RESTORED.value,
    exists().where(Notice.article_id == ArticleRow.id, Notice.kind == NoticeKind.CORRECTED.value),
)
_MEMBERS_OF = select(
    ArticleRow.story_id, ArticleRow.id, ArticleRow.feed_id, ArticleRow.text_letters, ArticleRow.sort_at,
    ArticleRow.is_agency, ArticleRow.take, ArticleRow.state, ArticleRow.role,
    ArticleRow.fetched_at, ArticleRow.first_letters, _IS_RERUN_CORRECTION.label("is_rerun_correction"),
)  # fmt: skip
_MEMBERS = _MEMBERS_OF.where(ArticleRow.story_id.in_(_IDS))
_IS_READ = exists().where(
    ExtractionRow.article_id == ArticleRow.id, ExtractionRow.kind == Kind.FULLTEXT.value,
    ExtractionRow.status == ExtractionStatus.OK.value,
)  # fmt: skip
_LAST_NOTICE = select(func.max(Notice.id)).where(Notice.article_id == ArticleRow.id).scalar_subquery()
_FEED_TEXTS = select(
    ArticleRow.id, func.length(func.coalesce(ArticleRow.text, ArticleRow.summary, "")).label("chars"),
    _IS_READ.label("is_read"), _LAST_NOTICE.label("declared"),
).where(ArticleRow.id.in_(_IDS))  # fmt: skip
IS_MARKED = ArticleRow.state != ArticleState.ACTIVE.value  # and so may be its story
_articles: Any = ArticleRow.__table__
_stories: Any = Story.__table__
_kept: Any = KeptArticle.__table__
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
    update(_kept).where(_kept.c.story_id == bindparam("goes")).values(story_id=_stays),
    update(_stories).where(_stories.c.merged_into == bindparam("goes")).values(merged_into=_stays),
    update(_stories)
    .where(_stories.c.id == bindparam("goes"))
    .values(merged_into=_stays, copies=0, merged_at=bindparam("now")),
)


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a story, with its stored role."""

    facts: StoryMember
    role: str
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class Size:
    """The number of articles of a story, and when the first and the last were seen."""

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
    """The fields of a story row."""

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

    Reads again after locking, since a story may have been merged meanwhile. In that case the locks are
    released before others are taken, to avoid deadlocks. SQLite has one writer at a time.
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
    raise ConflictError("the stories kept changing while waiting for their locks")


def read_facts(connection: Connection, stories: Collection[int]) -> dict[int, StoryFacts]:
    """The rows of these stories, by id."""
    rows = (row for part in chunks(stories) for row in connection.execute(_FACTS, {"ids": part}))
    return {row.id: StoryFacts(*row) for row in rows}


def marked_articles(connection: Connection, articles: Collection[int]) -> set[int]:
    """Those of the articles that may change the mark of their story, whether or not they are copies."""
    may_mark = or_(IS_MARKED, Story.mark != "")
    query = select(ArticleRow.id).join(Story, Story.id == ArticleRow.story_id).where(may_mark)
    parts = (connection.scalars(query.where(ArticleRow.id.in_(part))) for part in chunks(articles))
    return {article for part in parts for article in part}


def load_members(connection: Connection, stories: Collection[int]) -> dict[int, list[Member]]:
    """The members of stories by story; reads only an index unless one is corrected or run again."""
    found: dict[int, list[Member]] = {}
    for part in chunks(stories):
        for row in connection.execute(_MEMBERS, {"ids": part}):
            found.setdefault(row.story_id, []).append(_member(row))
    return {story: _with_feed_texts(connection, members) for story, members in found.items()}


def load_some_members(
    connection: Connection, story: int, others: Collection[int], oldest: int
) -> tuple[list[Member], Size]:
    """Members that may change a large story: oldest, `others`, corrections, the agencies'; and its size."""
    of_story = _MEMBERS_OF.where(ArticleRow.story_id == story)
    rows = {row.id: row for row in connection.execute(of_story.order_by(ArticleRow.id).limit(oldest))}
    agencies = of_story.where(ArticleRow.is_agency).with_only_columns(ArticleRow.feed_id)
    decisive = or_(IS_MARKED, ArticleRow.feed_id.in_(agencies))
    rows |= {row.id: row for row in connection.execute(of_story.where(decisive).limit(oldest))}
    for part in chunks(others):
        rows |= {row.id: row for row in connection.execute(of_story.where(ArticleRow.id.in_(part)))}
    times = (func.min(ArticleRow.fetched_at), func.max(ArticleRow.fetched_at))
    counted = connection.execute(select(func.count(), *times).where(ArticleRow.story_id == story)).one()
    return _with_feed_texts(connection, [_member(row) for row in rows.values()]), Size(*counted)


def _with_feed_texts(connection: Connection, members: list[Member]) -> list[Member]:
    """The members; if one is corrected, with what their feeds give, and their latest notices."""
    if not any(m.facts.state == ArticleState.CORRECTED or m.facts.is_rerun_correction for m in members):
        return members
    rows: dict[int, Any] = {}
    for part in chunks([int(member.facts.article) for member in members]):
        rows |= {row.id: row for row in connection.execute(_FEED_TEXTS, {"ids": part})}
    return [
        replace(member, facts=_with_row(member.facts, row))
        for member in members
        if (row := rows.get(int(member.facts.article)))
    ]


def _with_row(facts: StoryMember, row: Any) -> StoryMember:
    return replace(facts, feed_chars=row.chars, is_read=bool(row.is_read), declared=row.declared or 0)


def _member(row: Any) -> Member:
    facts = StoryMember(
        article=row.id, source=row.feed_id, length=row.text_letters, first_length=row.first_letters,
        seen_at=row.sort_at, is_agency=row.is_agency, take=row.take, state=row.state,
        is_rerun_correction=bool(row.is_rerun_correction),
    )  # fmt: skip
    return Member(facts, row.role, row.fetched_at)


def merge(connection: Connection, moves: Mapping[int, int], now: datetime) -> None:
    """Move all articles of stories into others (story -> target); the emptied ones point to their targets."""
    rows = [{"goes": goes, "stays": stays, "now": now} for goes, stays in sorted(moves.items())]
    for statement in _MERGE if rows else ():
        connection.execute(statement, rows)


def split(
    connection: Connection, story: int, leaving: Collection[int], now: datetime, home: int | None = None
) -> int:
    """Move some articles of a story to a story of their own; returns its id.

    The merged story `home` is restored, or else the one that the oldest of them founded, and the merged
    stories founded by the others point to it; if there are none, a new story is created. It has the id of the
    oldest article, or a new one if the story that this article founded exists without it.
    """
    founded = {
        row.id
        for part in chunks(sorted({*leaving} | ({home} if home else set())))
        for row in connection.execute(
            select(Story.id).where(Story.id.in_(part), Story.merged_into == story).order_by(Story.id)
        )
    }
    if founded:
        back = home if home is not None and home in founded else min(founded)
    else:
        back = _add_story(connection, min(leaving), now)
    for part in chunks(sorted(founded)):
        connection.execute(update(Story).where(Story.id.in_(part)).values(merged_into=back))
    connection.execute(
        update(Story).where(Story.id == back).values(merged_into=None, merged_at=None, is_announced=False)
    )
    for part in chunks(sorted(leaving)):
        connection.execute(update(ArticleRow).where(ArticleRow.id.in_(part)).values(story_id=back))
        connection.execute(update(KeptArticle).where(KeptArticle.article_id.in_(part)).values(story_id=back))
    return back


def _add_story(connection: Connection, lead: int, now: datetime) -> int:
    """Add a story without articles; returns its id, which is that of the lead unless a story has that id."""
    is_taken = connection.scalar(select(Story.id).where(Story.id == lead)) is not None
    story = take_article_id(connection) if is_taken else lead
    times = {"first_seen_at": now, "last_seen_at": now}
    row = {"id": story, "lead_id": lead, "copies": 0, "merged_into": None, "mark": "", **times}
    connection.execute(Story.__table__.insert(), row)  # type: ignore[attr-defined]
    return story


@dataclass(frozen=True, slots=True)
class Arranged:
    """A story with its lead and roles."""

    story: int
    lead: int
    mark: str
    size: Size
    members: Sequence[Member]
    roles: Mapping[int | str, Role]


def save_arrangements(connection: Connection, stories: Sequence[Arranged]) -> None:
    """Store the lead, roles and size of each story."""
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
    """Delete stories without articles, and the merged stories that point to them."""
    for part in chunks(sorted(stories)):
        connection.execute(delete(Story).where(or_(Story.id.in_(part), Story.merged_into.in_(part))))


def story_facts(connection: Connection, story: int) -> dict[str, Any] | None:
    """The id of a story after following merges, and its lead; None if it is unknown."""
    columns = (Story.id, Story.merged_into, Story.lead_id)
    row = connection.execute(select(*columns).where(Story.id == story)).first()
    for _ in range(MAX_POINTERS):
        if row is None or row.merged_into is None:
            break
        row = connection.execute(select(*columns).where(Story.id == row.merged_into)).first()
    return None if row is None else {"id": row.id, "lead": row.lead_id}
