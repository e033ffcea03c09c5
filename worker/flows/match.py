"""Decide the story of stored articles: publish, then check, one join in one short transaction."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from worker.dedupe import (
    MAX_KEY_HOLDERS,
    Candidate,
    Signature,
    decide_match,
    elect_lead,
    rank_candidates,
)
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
SAME_TEXT = 0.8


def run(services: Services, ids: Sequence[int]) -> int:
    """Match articles that are committed with their keys; gives how many joined an earlier text.

    An article looks only after it was published, so of two copies stored at the same moment one always
    finds the other; the store's locks bring both orders to the same story.
    """
    if not ids:
        return 0
    copies = 0
    with services.db.read() as connection:
        config = config_store.read_config(connection)
        window_s = config.service.window_s if config else DEFAULT_WINDOW_S
        sketches = article_store.load_sketches(connection, ids)
        found = {item.id: _look(connection, item, services.clock(), window_s) for item in sketches}
    alone = [article for article in ids if not found.get(article)]
    for article, matches in sorted(found.items()):
        for match in reversed(matches):
            is_last = match is matches[0]
            copies += _join(services, article, match, is_last=is_last) and is_last
    with services.db.write() as connection:
        story_store.mark_matched(connection, alone, services.clock())
    return copies


def _look(
    connection: Connection, item: article_store.Unmatched, now: datetime, window_s: float
) -> list[Match]:
    """The best match, then those in other stories that hold the same text.

    Of several copies stored at the same moment, two may choose each other and two others likewise: what
    joins the pairs is that each joins every story of its text that it sees.
    """
    since = int((now - timedelta(seconds=window_s)).timestamp())
    rows = story_store.key_holders(connection, item.keys, since=since, max_holders=MAX_KEY_HOLDERS)
    others = [(key, article) for key, article in rows if article != item.id]
    ranked = rank_candidates(others)
    candidates = [_candidate(row) for row in story_store.load_candidates(connection, ranked)]
    signature = Signature.from_bytes(item.signature)
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


def _join(services: Services, article: int, match: Match, *, is_last: bool) -> bool:
    now = services.clock()
    matched_at = now if is_last else None
    with services.db.write() as connection:
        pair = story_store.lock_pair(connection, article, int(match.article))
        if pair is None:  # the other article was purged meanwhile
            if is_last:
                story_store.mark_matched(connection, [article], now)
            return False
        story = pair[0]
        if pair[0] != pair[1]:
            story, goes = story_store.pick_survivor(connection, *pair)
            story_store.merge(connection, story, goes)
        story_store.set_match(connection, article, match, matched_at)
        if match.similarity >= SAME_TEXT and story_store.count_members(connection, story) > KEY_HOLDERS:
            story_store.drop_keys(connection, article)
        lead = int(elect_lead(story_store.members(connection, story)))
        story_store.set_lead(connection, story, lead)
        jobs.settle(connection, story, joined=article, match=match, lead=lead, now=now)
    return True
