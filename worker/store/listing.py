"""The lists of the operator's commands: plain dicts with the fields of the command contract."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from worker.records import ExtractionStatus, FeedStatus, Kind, Role
from worker.redaction import display_url, redact_data
from worker.store.decisions import decisions_of
from worker.store.models import ArticleRow, ExtractionRow, Feed, Poll, Story
from worker.store.removed_feeds import REMOVED, was_removed
from worker.store.rereads import is_before_edit
from worker.store.search import search_rows
from worker.store.secrets import learn_secrets
from worker.store.session import pairs
from worker.store.status_figures import IS_COPIED
from worker.store.tables import aliased

FEED_FIELDS = (
    "effective_url", "http_status", "last_outcome", "last_error", "error_streak", "last_polled_at",
    "last_success_at", "last_new_at", "next_due_at", "next_due_reason", "interval_s", "etag", "last_modified",
    "quiet_at", "lying_304",
)  # fmt: skip
LEARNED_FIELDS = (
    "added_at", "failing_since_at", "gone_hits", "moved_to", "moved_hits", "unmodified_streak",
    "full_fetch_at", "rhythm_s", "rhythm", "hints", "overflow_at",
    "unfinished_polls", "ended_readings", "cut_entries",
)  # fmt: skip
STORY_FIELDS = ("id", "title", "agency", "first_seen_at", "last_seen_at", "copies", "mark")
MEMBER_FIELDS = (
    "url", "title", "role", "similarity", "published_at", "fetched_at", "agency", "length", "take",
    "take_kind", "is_agency", "state", "reasons",
)  # fmt: skip
STREAM_ROWS = 500


def list_feeds(
    connection: Connection,
    feed: str | None = None,
    *,
    where: Sequence[ColumnElement[bool]] = (),
    limit: int | None = None,
    counted: bool = True,
) -> list[dict[str, Any]]:
    """Feeds with their state, next poll and its reason, and counts, which read all history."""
    learn_secrets(connection)
    polls, held = (_count_by_feed(connection, table, feed) if counted else {} for table in (Poll, ArticleRow))
    query = select(Feed.__table__).where(*where).order_by(Feed.id).limit(limit)
    if feed is not None:
        query = query.where(Feed.id == feed)
    rows = []
    for row in connection.execute(query).mappings():
        state = row["status"] if row["enabled"] else FeedStatus.DISABLED.value
        facts = {name: row[name] for name in FEED_FIELDS}
        facts["effective_url"] = facts["effective_url"] and display_url(facts["effective_url"])
        if not row["enabled"]:
            facts |= {"next_due_at": None, "next_due_reason": _why_idle(row["id"], row["config"])}
        head = {
            "id": row["id"],
            "url": display_url(row["config"]["url"]),
            "state": state,
            "enabled": row["enabled"],
        }
        counts = {"polls": polls.get(row["id"], 0), "articles": held.get(row["id"], 0)} if counted else {}
        rows.append(redact_data({**head, **facts, **counts}, by_form=True))
    return rows


def _why_idle(feed: str, config: dict[str, Any]) -> str:
    if was_removed(config, enabled=False):
        return f"{REMOVED}; its history stays (`wireroom feeds forget {feed}`)"
    return "disabled in the config"


def _count_by_feed(connection: Connection, table: Any, feed: str | None) -> dict[str, int]:
    query = select(table.feed_id, func.count()).group_by(table.feed_id)
    return pairs(connection, query if feed is None else query.where(table.feed_id == feed))


def has_feed(connection: Connection, feed: str) -> bool:
    """Whether a feed of this id is known."""
    return connection.scalar(select(Feed.id).where(Feed.id == feed)) is not None


def has_article(connection: Connection, article: int) -> bool:
    """Whether an article of this id is stored."""
    return connection.scalar(select(ArticleRow.id).where(ArticleRow.id == article)) is not None


def learned_of(connection: Connection, feed: str) -> dict[str, Any]:
    """The learned state of a feed: rhythm and hints, counts of redirects and 304s, polls by outcome."""
    row = connection.execute(select(Feed.__table__).where(Feed.id == feed)).mappings().one()
    outcomes = select(Poll.outcome, func.count()).where(Poll.feed_id == feed).group_by(Poll.outcome)
    learned = {name: row[name] for name in LEARNED_FIELDS}
    learned["moved_to"] = learned["moved_to"] and display_url(learned["moved_to"])
    return {**redact_data(learned, by_form=True), "outcomes": pairs(connection, outcomes)}


def list_polls(connection: Connection, feed: str | None, limit: int) -> list[dict[str, Any]]:
    """The newest polls of one feed or of all."""
    query = select(Poll.__table__).order_by(Poll.id.desc()).limit(limit)
    if feed is not None:
        query = query.where(Poll.feed_id == feed)
    return [redact_data(row, by_form=True) for row in connection.execute(query).mappings()]


def polls_since(connection: Connection, feed: str, since: datetime) -> list[tuple[datetime, str, int]]:
    """The polls of a feed since a time, oldest first: (end, outcome, new entries)."""
    query = select(Poll.ended_at, Poll.outcome, Poll.new).where(Poll.feed_id == feed, Poll.ended_at >= since)
    return [(row[0], row[1], row[2]) for row in connection.execute(query.order_by(Poll.ended_at))]


def iter_articles(
    connection: Connection,
    *,
    article: int | None = None,
    feed: str | None = None,
    since: datetime | None = None,
    limit: int | None = None,
    where: Sequence[ColumnElement[bool]] = (),
    search: str | None = None,
    before: int | None = None,
) -> Iterator[dict[str, Any]]:
    """Articles, newest first; `text` is the fullest known text: of the page if that was extracted.

    `search` has words that are all in an article; `before` is an id that is higher than all others. Raises
    BadSearchError.
    """
    learn_secrets(connection)
    query = _articles_with_page().where(*where).order_by(ArticleRow.id.desc())
    if article is not None:
        query = query.where(ArticleRow.id == article)
    if feed is not None:
        query = query.where(ArticleRow.feed_id == feed)
    if since is not None:
        query = query.where(ArticleRow.fetched_at >= since)
    if before is not None:
        query = query.where(ArticleRow.id < before)
    query = query.limit(limit)
    if search is None:
        rows: Iterable[Any] = connection.execution_options(yield_per=STREAM_ROWS).execute(query).mappings()
    else:
        rows = search_rows(connection, search, lambda ids: query.where(ArticleRow.id.in_(ids)), limit, before)
    for row in rows:
        facts = {name: row[name] for name in ArticleRow.SHOWN}
        page = (row["payload"] or {}).get("text")
        facts["text"] = page or row["text"]
        facts["text_from"] = "page" if page else "feed" if row["text"] else None
        facts |= {"feed": row["feed_id"], "story": row["story_id"], "reasons": row["reasons"]}
        facts["story_mark"] = row["mark"] or ""
        facts["text_is_before_edit"] = bool(page and row["is_before_edit"])
        yield redact_data(facts)


def _articles_with_page() -> Select[Any]:
    """The shown columns of articles, with the marks of their stories and the newest texts of their pages."""
    full, story = aliased(ExtractionRow), aliased(Story)
    newest = (
        select(func.max(ExtractionRow.id))
        .where(
            ExtractionRow.article_id == ArticleRow.id,
            ExtractionRow.kind == Kind.FULLTEXT.value,
            ExtractionRow.status == ExtractionStatus.OK.value,
        )
        .scalar_subquery()
    )
    before_edit = is_before_edit(full.created_at).label("is_before_edit")
    columns = [getattr(ArticleRow, name) for name in ArticleRow.SHOWN]
    return (
        select(
            *columns,
            ArticleRow.feed_id,
            ArticleRow.story_id,
            ArticleRow.reasons,
            full.payload,
            before_edit,
            story.mark,
        )
        .select_from(ArticleRow)
        .outerjoin(full, full.id == newest)
        .outerjoin(story, story.id == ArticleRow.story_id)
    )


def iter_stories(
    connection: Connection,
    *,
    story: int | None = None,
    since: datetime | None = None,
    limit: int | None = None,
    min_copies: int = 1,
    members: int | None = None,
    where: Sequence[ColumnElement[bool]] = (),
    search: str | None = None,
) -> Iterator[dict[str, Any]]:
    """Stories with their members and the editors' decisions in force, latest first.

    With `members`, each has at most that number of them: the lead and the first ones. `search` has words that
    are all in one of the articles. Raises BadSearchError.
    """
    learn_secrets(connection)
    # not by the index of merged stories, which would have nearly all rows sorted for the latest few
    is_own = func.coalesce(Story.merged_into, 0) < 1
    copied = [IS_COPIED] if min_copies > 1 else []
    wanted: Sequence[Any] = (Story.copies >= min_copies, *copied, is_own, *where)
    query = _stories_with_lead().where(*wanted).order_by(Story.last_seen_at.desc(), Story.id.desc())
    if story is not None:
        query = query.where(Story.id == story)
    if since is not None:
        query = query.where(Story.last_seen_at >= since)
    query = query.limit(limit)
    if search is None:
        rows: Sequence[Any] = connection.execute(query).mappings().all()
    else:
        rows = search_rows(connection, search, lambda ids: query.where(_has_any(ids)), limit)
    for start in range(0, len(rows), STREAM_ROWS):
        part = rows[start : start + STREAM_ROWS]
        ids = [row["id"] for row in part]
        found, decided = _members(connection, ids, members), decisions_of(connection, ids)
        large = [row["id"] for row in part if members is not None and row["copies"] > members]
        counted = _count_outlets(connection, large)
        for row in part:
            facts = {name: row[name] for name in STORY_FIELDS}
            own = found.get(row["id"], [])
            outlets = counted.get(row["id"]) or len({member["feed"] for member in own})
            facts |= {"lead": row["lead_id"], "outlets": outlets, "decisions": decided.get(row["id"], [])}
            yield redact_data({**facts, "members": own})


def _has_any(articles: Any) -> ColumnElement[bool]:
    """The condition of stories with any of these articles."""
    return Story.id.in_(select(ArticleRow.story_id).where(ArticleRow.id.in_(articles)))


def _stories_with_lead() -> Select[Any]:
    """The columns of stories, with the title of the lead and its agency, or else the first one credited."""
    lead, other = aliased(ArticleRow), aliased(ArticleRow)
    credited = select(other.agency).where(other.story_id == Story.id, other.agency.is_not(None))
    first_credit = credited.order_by(other.sort_at, other.id).limit(1).scalar_subquery()
    columns: list[Any] = [
        Story.id,
        lead.title,
        func.coalesce(lead.agency, first_credit).label("agency"),
        Story.first_seen_at,
        Story.last_seen_at,
        Story.copies,
        Story.mark,
        Story.lead_id,
    ]
    return select(*columns).join(lead, lead.id == Story.lead_id)


def _count_outlets(connection: Connection, stories: list[int]) -> dict[int, int]:
    outlets = func.count(ArticleRow.feed_id.distinct())
    query = select(ArticleRow.story_id, outlets).where(ArticleRow.story_id.in_(stories))
    return pairs(connection, query.group_by(ArticleRow.story_id)) if stories else {}


def _first_members(stories: list[int], most: int) -> Select[Any]:
    """The ids of the lead and the first articles of each story."""
    order = (ArticleRow.role != Role.LEAD.value, ArticleRow.sort_at, ArticleRow.id)
    place = func.row_number().over(partition_by=ArticleRow.story_id, order_by=order).label("place")
    ranked = select(ArticleRow.id, place).where(ArticleRow.story_id.in_(stories)).subquery()
    return select(ranked.c.id).where(ranked.c.place <= most)


def _members(connection: Connection, stories: list[int], most: int | None) -> dict[int, list[dict[str, Any]]]:
    """The articles of stories by story, with the seconds since the first one was published."""
    columns = [getattr(ArticleRow, name) for name in MEMBER_FIELDS if name != "length"]
    columns.append(ArticleRow.text_letters.label("length"))
    query = (
        select(ArticleRow.story_id, ArticleRow.id, ArticleRow.feed_id, ArticleRow.sort_at, *columns)
        .where(ArticleRow.story_id.in_(stories))
        .order_by(ArticleRow.id)
    )
    if most is not None:
        query = query.where(ArticleRow.id.in_(_first_members(stories, most)))
    rows = list(connection.execute(query).mappings())
    first: dict[int, datetime] = {}
    for row in rows:
        first[row["story_id"]] = min(row["sort_at"], first.get(row["story_id"], row["sort_at"]))
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        lag_s = (row["sort_at"] - first[row["story_id"]]).total_seconds()
        facts = {name: row[name] for name in MEMBER_FIELDS}
        member = {"article": row["id"], "feed": row["feed_id"], **facts, "lag_s": lag_s}
        found.setdefault(row["story_id"], []).append(member)
    return found
