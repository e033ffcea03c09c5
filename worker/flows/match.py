"""Assign stored articles to stories, in short transactions of a few articles each."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import partial

from sqlalchemy.exc import DBAPIError

from worker.dedupe import (
    MAX_CANDIDATES,
    PROVISIONAL_SHINGLES,
    Candidate,
    Signature,
    decide,
    decide_relations,
    has_much_beside,
    is_minor_part,
    share_of_smaller,
)
from worker.errors import ConflictError, ServiceError, WireroomError
from worker.flows import joins, push_notes
from worker.flows.match_batch import MatchBatch, load_around, load_batch
from worker.flows.second_look import MIN_GAIN
from worker.flows.services import Services
from worker.flows.story_edits import MatchResult
from worker.logs import get_logger
from worker.records import EventKind, Match
from worker.store import config as config_store
from worker.store import events as event_store
from worker.store import retried
from worker.store import sketches as sketch_store
from worker.store import stories as story_store
from worker.store.sketches import Stored
from worker.text.amounts import REASON_CHARS, shorten

DEFAULT_WINDOW_S = 7 * 86_400.0
MOST = 0.5  # of a short text, in the other
BATCH = 40  # articles decided by one set of look-ups

log = get_logger(__name__)


def run(services: Services, ids: Sequence[int]) -> int:
    """Match committed articles; returns how many have the text of an earlier one.

    An article is matched only after its keys are committed, so of two copies stored concurrently at least one
    finds the other. The result is the same as if one worker matched articles in the order of their ids: each
    joins the best match with a lower id. An article with a higher id that was matched before this one was
    visible is joined from here. An article with a fuller text is matched again in the same way: it may join
    further stories, and leaves those that only its summary was similar to. One whose text was replaced by
    another leaves those of the text before.
    """
    if not ids:
        return 0
    with services.db.read() as connection:
        config = config_store.read_service(connection)
    window_s = config.window_s if config else DEFAULT_WINDOW_S
    wanted, joined = sorted(set(ids)), 0
    for start in range(0, len(wanted), BATCH):
        joined += _run_each(services, wanted[start : start + BATCH], window_s)
        services.turns.pause()
    return joined


def _run_each(services: Services, ids: list[int], window_s: float) -> int:
    """Match a batch; if it fails, in halves, down to the failing article, which is skipped.

    A batch that keeps conflicting is left for the sweep. Raises ServiceError if the database is unreachable.
    """
    try:
        return retried(partial(_run_batch, services, ids, window_s))
    except ConflictError:
        log.warning("articles kept changing while they were compared", articles=len(ids))
        return 0
    except ServiceError:
        raise
    except Exception as exc:
        if len(ids) == 1:
            log.exception("article cannot be compared", article=ids[0])
            _skip(services, ids[0], exc)
            return 0
    middle = len(ids) // 2
    return sum(_run_each(services, part, window_s) for part in (ids[:middle], ids[middle:]))


def _skip(services: Services, article: int, exc: Exception) -> None:
    """Leave an article in its story and store an event; the sweep will not retry it."""
    now = services.clock()
    reason = shorten(next(iter(f"{type(exc).__name__}: {exc}".splitlines())), REASON_CHARS)
    message = f"article {article} could not be compared with others and stays in its story: {reason}"
    try:
        with services.db.write() as connection:
            story_of = story_store.lock_stories(connection, [article])
            sketch_store.mark_matched(connection, [article], now)
            push_notes.note_unmatched(connection, now, story_of.get(article))
            event_store.add_events(
                connection, now, [(EventKind.ARTICLE_UNMATCHED, message)], article_id=article
            )
    except ServiceError:
        raise
    except Exception:
        log.exception("article left for the sweep", article=article)


def _run_batch(services: Services, ids: list[int], window_s: float) -> int:
    since = int((services.clock() - timedelta(seconds=window_s)).timestamp())
    with services.db.read() as connection:
        batch = load_batch(connection, ids, since)
    found = {item.article: _match_safely(batch, item) for item in batch.items}
    if batch.wanted:
        with services.db.read() as connection:
            load_around(connection, batch, since)
        found |= {a: _match_safely(batch, batch.sketches[a]) for a in sorted(batch.wanted)}
    results = [result for result in found.values() if result]
    compared = {*ids, *(item.article for item in batch.items)}
    rematched = (item.article for item in batch.items if item.revision)
    snapshot = joins.Snapshot(
        revisions={article: sketch.revision for article, sketch in batch.sketches.items()},
        partners={article: frozenset(batch.partners.get(article, ())) for article in rematched},
        replaced=batch.replaced,
    )
    joins.apply(services, sorted(compared), results, snapshot)
    return sum(1 for result in results if result.matches and result.article in ids)


def _match_safely(batch: MatchBatch, item: Stored) -> MatchResult | None:
    """The links of an article; on error the article stays its own story and the batch continues."""
    try:
        return _match_one(batch, item)
    except (WireroomError, DBAPIError):
        raise
    except Exception:
        log.exception("article cannot be matched", article=item.article)
        return None


def _match_one(batch: MatchBatch, item: Stored) -> MatchResult | None:
    before, after = batch.ranked[item.article]
    linked, replaced = batch.partners.get(item.article, {}), batch.replaced.get(item.article, ())
    partners = set(batch.linked(item.article))
    me = next(batch.candidates([item.article]), None)
    is_replaced = item.article in batch.replaced
    is_alone = not (before or after or partners or is_replaced)
    if me is None or is_alone or _is_withdrawn_by_edit(item, me.signature):
        return None
    earlier = [other for other in dict.fromkeys((*before, *sorted(partners))) if other < item.article]
    decision = decide(me.signature, batch.candidates(earlier), partial(batch.before, item.article))
    later = [
        other
        for other in dict.fromkeys((*after, *sorted(partners)))
        if other in partners or batch.may_miss(item, other)
    ]
    near = dict.fromkeys((item.article, *before, *after))
    late = [
        (int(other.article), match)
        for other in batch.candidates(other for other in later if other > item.article)
        for match in _match_late(batch, other, me, near)
    ]
    found = {int(match.article) for match in decision.matches} | {article for article, _ in late}
    compared = {int(c.article) for c in batch.candidates(partners)}
    unlike = compared - found
    texts = {int(c.article): c.signature for c in batch.candidates(unlike)}
    refuted = frozenset(
        n for n in unlike if n in replaced or _may_refute(item, me.signature, linked[n], texts[n])
    )
    others = [other for other in dict.fromkeys((*earlier, *later)) if other not in found | unlike - refuted]
    related = tuple(decide_relations(me, batch.candidates(others)))
    if not (decision.matches or late or refuted or related or is_replaced):
        return None
    strangers = frozenset(map(int, decision.strangers))
    links = (tuple(decision.matches), tuple(late), refuted, strangers, related, _copies_among(batch, refuted))
    return MatchResult(item.article, *links, is_marked=is_replaced, is_replaced=is_replaced)


def _copies_among(batch: MatchBatch, articles: Iterable[int]) -> tuple[tuple[int, Match], ...]:
    """The copies among these articles, as (article, match), each with the first ones of its texts."""
    firsts, found = list[Candidate](), list[tuple[int, Match]]()
    for text in batch.candidates(sorted(articles)):
        matches = decide(text.signature, firsts[:MAX_CANDIDATES]).matches
        found += [(int(text.article), match) for match in matches]
        if not matches:
            firsts.append(text)
    return tuple(found)


def _may_refute(item: Stored, text: Signature, linked: int, other: Signature) -> bool:
    """Whether a text may refute a link that was made when it had this many shingles.

    Only more of a short text tells more. An edit of a full one does not: what it changed, such as a figure
    that was corrected, is not in the summary of a copy. One that is still short refutes nothing if most of it
    is in the other: an excerpt with a sentence of its own. Nor does an edit that adds to the whole text.
    """
    if linked >= PROVISIONAL_SHINGLES or len(text.shingles) < MIN_GAIN * linked:
        return False
    if not item.is_page and is_minor_part(other, text):
        return False
    return len(text.shingles) >= PROVISIONAL_SHINGLES or share_of_smaller(text, other) < MOST


def _is_withdrawn_by_edit(item: Stored, signature: Signature) -> bool:
    """Whether an outlet edited its text to a withdrawal, which is of the story that the text is in."""
    return item.revision > 0 and not item.is_page and signature.take == "withdrawal"


def _match_late(batch: MatchBatch, other: Candidate, me: Candidate, near: Iterable[int]) -> list[Match]:
    """The match of a later article with this one, if any, decided among the articles before it."""
    if not decide(other.signature, [me]).matches:
        return []
    around = (
        batch.near(int(me.article), int(other.article))
        if has_much_beside(other.signature, me.signature)
        else ()
    )
    known = dict.fromkeys((*near, *around))
    before = batch.candidates(article for article in known if article < int(other.article))
    return [match for match in decide(other.signature, before).matches if match.article == me.article]
