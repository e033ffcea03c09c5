"""Decide the story of stored articles: publish, then check, one join in one short transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from worker.dedupe import (
    MAX_KEY_HOLDERS,
    Candidate,
    Signature,
    decide_match,
    elect_lead,
    rank_candidates,
)
from worker.errors import WireroomError
from worker.flows import jobs
from worker.flows.services import Services
from worker.records import Match
from worker.store import articles as article_store
from worker.store import config as config_store
from worker.store import stories as story_store

DEFAULT_WINDOW_S = 7 * 86_400.0
# So many copies of a story can be found by their keys. More of the same would only crowd out other
# holders of a key: a text that a hundred outlets run must still be found by the next one.
KEY_HOLDERS = 8
SAME_TEXT = 0.8  # from here on a text is surely enough the same to bind a second story to the first

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Link:
    """A decided copy: `match.article` came before `article`; a late link is found from the earlier one."""

    article: int
    match: Match
    is_late: bool = False


def run(services: Services, ids: Sequence[int]) -> int:
    """Match articles that are committed with their keys; gives how many joined an earlier text.

    An article looks only after it was published, so of two copies stored at the same moment one always
    finds the other, and the decisions are those of one worker that takes articles in the order of their
    ids: each joins the best of those before it. One with a higher id that looked too early, when this one
    could not be seen yet, is joined from here.
    """
    if not ids:
        return 0
    with services.db.read() as connection:
        config = config_store.read_config(connection)
        window_s = config.service.window_s if config else DEFAULT_WINDOW_S
        sketches = article_store.load_sketches(connection, ids)
        links = [link for item in sketches for link in _look_safely(connection, item, services, window_s)]
    for link in links:
        _join(services, link)
    joined = {link.article for link in links if not link.is_late}
    with services.db.write() as connection:
        alone = [article for article in ids if article not in joined]
        story_store.mark_matched(connection, alone, services.clock())
    return len(joined)


def _look_safely(
    connection: Connection, item: article_store.Unmatched, services: Services, window_s: float
) -> list[_Link]:
    """What an article is linked to; one that cannot be decided stands alone and stops no other."""
    try:
        return _look(connection, item, services.clock(), window_s)
    except (WireroomError, DBAPIError):
        raise
    except Exception:
        log.exception("article cannot be matched", article=item.id)
        return []


def _look(
    connection: Connection, item: article_store.Unmatched, now: datetime, window_s: float
) -> list[_Link]:
    since = int((now - timedelta(seconds=window_s)).timestamp())
    rows = story_store.key_holders(connection, item.keys, since=since, max_holders=MAX_KEY_HOLDERS)
    before = rank_candidates((key, article) for key, article in rows if article < item.id)
    after = rank_candidates((key, article) for key, article in rows if article > item.id)
    if not before and not after:
        return []
    signature = Signature.from_bytes(item.signature)
    candidates = [_candidate(row) for row in story_store.load_candidates(connection, before)]
    links = [_Link(item.id, match) for match in _decide_all(signature, candidates)]
    me = Candidate(item.id, item.id, signature, item.source, now)
    # those of the same source were stored together with this one or after it: they will see it
    seen = map(_candidate, story_store.load_candidates(connection, after))
    others = [candidate for candidate in seen if candidate.source != item.source]
    late = ((int(other.article), decide_match(other.signature, [me])) for other in others)
    links += [_Link(article, match, is_late=True) for article, match in late if match is not None]
    return links


def _decide_all(signature: Signature, candidates: list[Candidate]) -> list[Match]:
    """The best match, and those that bind other stories to its own.

    A later, fuller text shows that two excerpts which share little with each other are of one text.
    """
    matches: list[Match] = []
    while candidates and (match := decide_match(signature, candidates)):
        if matches and match.similarity < SAME_TEXT:
            break
        matches.append(match)
        candidates = [candidate for candidate in candidates if candidate.story != match.story]
    return matches


def _candidate(row: story_store.CandidateRow) -> Candidate:
    seen_at = datetime.fromtimestamp(row.seen_at, UTC)
    signature = Signature.from_bytes(row.signature)
    return Candidate(row.article, row.story, signature, row.source, seen_at, row.canonical_url)


def _join(services: Services, link: _Link) -> None:
    article, match, now = link.article, link.match, services.clock()
    with services.db.write() as connection:
        pair = story_store.lock_pair(connection, article, int(match.article))
        if pair is None:  # one of them was purged meanwhile
            story_store.mark_matched(connection, [] if link.is_late else [article], now)
            return
        story = pair[0]
        if pair[0] != pair[1]:
            story, goes = story_store.pick_survivor(connection, *pair)
            story_store.merge(connection, story, goes)
        elif link.is_late:
            return
        story_store.set_match(connection, article, match)
        if not link.is_late:
            story_store.mark_matched(connection, [article], now)
            if match.similarity >= SAME_TEXT and story_store.count_members(connection, story) > KEY_HOLDERS:
                story_store.drop_keys(connection, article)
        lead = int(elect_lead(story_store.members(connection, story)))
        story_store.set_lead(connection, story, lead)
        jobs.settle(connection, story, joined=article, match=match, lead=lead, now=now)
