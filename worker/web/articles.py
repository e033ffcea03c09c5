"""The pages of articles: the newest ones, and one with its sources, versions and what was extracted."""

from functools import partial
from typing import Any

from sqlalchemy import Connection

from worker.store import filters, lineage, listing
from worker.store import notices as notice_store
from worker.store import results as result_store
from worker.store.models import ArticleRow
from worker.store.relations import relations_of
from worker.store.rereads import page_age
from worker.store.stories import story_facts
from worker.store.windows import article_window, filter_window
from worker.views.comparison import history_of
from worker.views.extractions import finding_lines
from worker.views.notices import notice_words, state_words
from worker.views.page_age import age_words, findings_age
from worker.views.related import relation_words
from worker.views.sources import source_words
from worker.web.lookups import require_known
from worker.web.page import Page, Request, page_of
from worker.web.params import MAX_ID, NotFoundError, make_cursor
from worker.web.stories import FILTERS, id_of, wanted_of
from worker.web.words import clock

PARAMS = (*FILTERS, "feed", "story", "since", "limit", "cursor")
USUAL, MOST = 50, 200
USUAL_SINCE = "7d"
NOTICES = 20  # shown of an article
HIDDEN = ("reasons",)  # of the stories, not of the contract of articles


def read_articles(request: Request, usual: int = USUAL) -> dict[str, Any]:
    """One page of the newest articles that the parameters ask for. Raises BadRequestError."""
    params = request.params
    wanted, feed, search = wanted_of(params), params.text("feed"), params.words("search")
    since, after = params.since("since", USUAL_SINCE), params.after_id()
    top = params.number("limit", usual, MOST)
    with request.db.read() as connection:
        where, is_rare = filters.article_conditions(connection, **wanted)
        if params.text("story") is not None:
            where.append(ArticleRow.story_id == _story_of(connection, params.number("story", 0, MAX_ID)))
            is_rare = True
        window = None
        if search is not None:
            # for few rows PostgreSQL would look through its newest articles, also for a rare word
            few = None if where else top + 1
            window = article_window(connection, search, before=after, feed=feed)
            where.append(window.article_condition(few))
        elif where and not is_rare:
            window = filter_window(connection, where, before=after, feed=feed, most=top + 1)
            where = [window.article_condition()]
        rows = listing.iter_articles(
            connection, feed=feed, since=since, limit=top + 1, where=where, before=after
        )
        shown = [{name: value for name, value in row.items() if name not in HIDDEN} for row in rows]
    data = page_of(shown, top, lambda row: make_cursor(row["id"]))
    if data["next"] is None and window is not None and window.end and window.goes_on(since):
        data["next"] = make_cursor(window.end[0])
    return data


def _story_of(connection: Connection, asked: int) -> int:
    """The story that one was merged into, or itself."""
    facts = story_facts(connection, asked)
    return asked if facts is None else int(facts["id"])


def show_articles(request: Request) -> Page:
    """The newest articles. Raises NotFoundError for an unknown feed or tag."""
    with request.db.read() as connection:
        require_known(connection, request.params)
    data = read_articles(request)
    more = {"since": request.params.values.get("since", USUAL_SINCE), "state_words": state_words}
    return Page("Articles", "articles.html", data, more)


def show_article(request: Request) -> Page:
    """One article. Raises NotFoundError."""
    number = id_of(request.path[0], "article")
    with request.db.read() as connection:
        row = next(listing.iter_articles(connection, article=number), None)
        if row is None:
            raise NotFoundError(f"no article {number}")
        results = result_store.newest_results(connection, number)
        related = relations_of(connection, [number]).get(number, [])
        stored, is_agency = result_store.stored_sources(connection, number)
        states = lineage.article_states(connection, number)
        age = page_age(connection, number)
        declared = notice_store.of_versions(connection, number, len(states))
    shown = {name: value for name, value in row.items() if name not in HIDDEN}
    sources = source_words(row, stored, results, is_agency=is_agency)
    data = {**shown, "sources": sources, "relations": related, "extracted": results}
    notices = declared[-NOTICES:]
    data["notices"] = [notice.as_listed() for notice in notices]
    more = {
        "article": shown,
        "age": age,
        "age_words": age_words,
        "findings_age": findings_age,
        "history": list(history_of(states, declared)) if len(states) > 1 else [],
        "findings": finding_lines(results),
        "related": relation_words(related),
        "notices": [(notice, notice_words(notice, partial(clock, now=request.now))) for notice in notices],
    }
    return Page(row["title"] or f"Article {number}", "article.html", data, more)
