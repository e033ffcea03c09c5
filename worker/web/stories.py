"""The pages of stories: what spreads, and one story with its time line, edits and reasons."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection

from worker.flows.story_report import StoryPage, read_story
from worker.store import filters, listing
from worker.store import results as result_store
from worker.store.models import Story
from worker.store.paces import Pace, read_paces
from worker.store.windows import COPIED, STORIES, last_story, story_window
from worker.text.amounts import count_of, spell_s
from worker.views.extractions import finding_lines
from worker.views.lineage import role_words
from worker.views.notices import notice_words, rerun_words
from worker.views.page_age import age_words, findings_age
from worker.views.related import decision_words, relation_words
from worker.views.story import MARK_WORDS, edit_phrases, size_words, why_joined
from worker.web.drawing import draw_spark, draw_time_line
from worker.web.lookups import require_known
from worker.web.page import Page, Request, page_of
from worker.web.params import MAX_ID, NotFoundError, Params, make_cursor
from worker.web.words import clock

FILTERS = ("search", "tag", "agency", "lang")
PARAMS = (*FILTERS, "since", "copies", "limit", "cursor")
USUAL, MOST = 40, 200  # stories on a page
USUAL_SINCE = "7d"  # bounds what a filter has to look through
SPARK_MEMBERS = 20  # of each story of a list
STORY_PARAMS = ("limit",)
USUAL_MEMBERS, MEMBERS = 50, 100  # of one story: each is compared with another text
HOUR = timedelta(hours=1)


def wanted_of(params: Params) -> dict[str, str | None]:
    """The filters of stories and articles, besides the words to search for. Raises BadRequestError."""
    return {name: params.text(name) for name in FILTERS if name != "search"}


def show_stories(request: Request) -> Page:
    """What spreads: the stories that got a copy last, with several copies unless `copies` says otherwise."""
    params, since = request.params, request.params.since("since", USUAL_SINCE)
    least, top, after = params.number("copies", 2, 1_000), params.number("limit", USUAL, MOST), params.after()
    with request.db.read() as connection:
        require_known(connection, params)
        where, end = read_conditions(connection, params, least, since, after)
        rows = listing.iter_stories(
            connection, since=since, limit=top + 1, min_copies=least, members=SPARK_MEMBERS, where=where
        )
        data = page_of(list(rows), top, lambda row: make_cursor(row["last_seen_at"], row["id"]))
        large = [row["id"] for row in data["items"] if row["copies"] > len(row["members"])]
        counted = read_paces(connection, large, request.now - HOUR, request.now + HOUR)
    if data["next"] is None and end is not None:
        data["next"] = make_cursor(end, 0)
    paces = {row["id"]: _pace(request, row, counted.get(row["id"])) for row in data["items"]}
    sparks = {row["id"]: draw_spark(row["members"]) for row in data["items"]}
    more = {"paces": paces, "sparks": sparks, "since": params.values.get("since", USUAL_SINCE)}
    more["is_filtered"] = any(params.values.get(name) for name in (*FILTERS, "since", "copies"))
    return Page("Stories", "stories.html", data, {**more, "least": least})


def read_conditions(
    connection: Connection,
    params: Params,
    least: int,
    since: datetime | None,
    after: tuple[datetime, int] | None,
) -> tuple[list[ColumnElement[bool]], datetime | None]:
    """The conditions of a list of stories, and the time from which older ones are left to the next page.

    Raises BadRequestError and BadSearchError.
    """
    wanted, search = wanted_of(params), params.words("search")
    where, is_rare = filters.story_conditions(connection, **wanted)
    end, is_filtered = None, bool(where)
    if after:
        where.append(filters.stories_after(*after))
    if search is not None:
        window = story_window(connection, search, after)
        where.append(window.story_condition())
        end = window.end[1] if window.end and window.goes_on(since) else None
    elif (is_filtered or least > 1) and not is_rare:
        most = STORIES if is_filtered else COPIED
        end = last_story(connection, since=since, after=after, least=least, most=most)
        where += [] if end is None else [Story.last_seen_at >= end]
    return where, end


def _pace(request: Request, story: Mapping[str, Any], counted: Pace | None) -> dict[str, Any]:
    """How fast a story spreads: copies published within the last hour, and how long all took.

    A copy without a date counts from when it was stored. `counted` is that of a story with more copies than
    it lists.
    """
    recent = sum(request.now - HOUR < _time_of(member) <= request.now + HOUR for member in story["members"])
    span_s = max((member["lag_s"] for member in story["members"]), default=0.0)
    if counted is not None:
        recent, span_s = counted.recent, counted.span_s
    where = f"in {count_of(story['outlets'], 'outlet')}"
    first = min(story["members"], key=lambda member: member["lag_s"], default=None)
    return {
        "first": first,
        "recent": recent,
        "span": spell_s(span_s) if span_s >= 60 else "a minute",
        "where": where,
    }


def _time_of(member: Mapping[str, Any]) -> datetime:
    """When a copy was published, or stored if it has no date."""
    at: datetime = member["published_at"] or member["fetched_at"]
    return at


def show_story(request: Request) -> Page:
    """One story with its first copies. Raises NotFoundError and BadRequestError."""
    number = id_of(request.path[0], "story")
    top = request.params.number("limit", USUAL_MEMBERS, MEMBERS)
    with request.db.read() as connection:
        page = read_story(connection, number, members=top)
        if page is None:
            raise NotFoundError(f"no story {number}")
        found = result_store.newest_results(connection, page.story["lead"])
    members = page.members
    more = {
        "page": page,
        "drawing": draw_time_line(members, page.story["lead"]),
        "copies": [_copy(page, member) for member in members],
        "age_words": age_words,
        "findings_age": findings_age,
        "notices": [
            (notice, notice_words(notice, partial(clock, now=request.now), of_story=True))
            for notice in page.notices
        ],
        "rerun": rerun_words(page.rerun) if page.rerun else "",
        "mark": MARK_WORDS.get(page.story["mark"], page.story["mark"]),
        "decided": [decision_words(decision) for decision in page.story["decisions"]],
        "findings": finding_lines(found),
        "left": page.story["copies"] - len(members),
        "most": MEMBERS if top < MEMBERS else None,
    }
    return Page(page.story["title"] or f"Story {number}", "story.html", page.as_object(), more)


def _copy(page: StoryPage, member: Mapping[str, Any]) -> dict[str, Any]:
    """A copy as its part of the page shows it."""
    trace = page.traces[member["article"]]
    is_lead = member["article"] == page.story["lead"]
    base = trace.base.document.id
    return {
        "member": member,
        "role": role_words(member["role"], member["take_kind"], member["take"]),
        "size": size_words(page, member),
        "is_lead": is_lead,
        "base": base,
        "edits": [] if is_lead else list(edit_phrases(page, member)),
        "why": why_joined(page, member),
        "related": relation_words(page.relations.get(member["article"], ())),
        "corrected_at": trace.corrected_at,
        "text": trace.text.document.text if is_lead else "",
        "age": trace.text.age,
    }


def id_of(text: str, what: str) -> int:
    """A number in an address. Raises NotFoundError."""
    if text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= MAX_ID:
        return int(text)
    raise NotFoundError(f"there is no such {what}")
