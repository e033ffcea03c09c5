"""Assign stored articles to stories, in short transactions of a few articles each."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import chain

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from worker.dedupe import (
    MAX_KEY_HOLDERS,
    PROVISIONAL_SHINGLES,
    Candidate,
    Signature,
    decide,
    decide_relations,
    is_minor_part,
    rank_candidates,
    share_of_smaller,
)
from worker.errors import ConflictError, ServiceError, WireroomError
from worker.flows import joins, push_notes
from worker.flows.decoded import Decoder
from worker.flows.joins import MatchResult
from worker.flows.replaced import find_replaced
from worker.flows.second_look import MIN_GAIN
from worker.flows.services import Services
from worker.logs import get_logger
from worker.records import EventKind, Match
from worker.store import config as config_store
from worker.store import copy_links as link_store
from worker.store import events as event_store
from worker.store import retried
from worker.store import sketches as sketch_store
from worker.store import stories as story_store
from worker.store.sketches import Stored
from worker.text.amounts import REASON_CHARS, shorten

DEFAULT_WINDOW_S = 7 * 86_400.0
MAX_PARTNERS = 200  # provisional links that a page is compared by
MOST = 0.5  # of a short text, in the other
BATCH = 40  # articles decided by one set of look-ups

log = get_logger(__name__)
_decoder = Decoder()


@dataclass(slots=True)
class MatchBatch:
    """Everything needed to match one batch, loaded in a few queries."""

    items: list[Stored]
    ranked: dict[
        int, tuple[list[int], list[int]]
    ]  # the candidates with lower ids of each article, and those with higher ids
    partners: dict[int, dict[int, int]]  # by provisional links, with the size of the linked text
    replaced: dict[int, frozenset[int]]  # by all links, of each article whose text is another one now
    sketches: dict[int, Stored] = field(default_factory=dict)
    around: dict[int, list[int]] = field(default_factory=dict)  # of texts that have much beside an article
    decoded: dict[int, Candidate | None] = field(default_factory=dict)

    def linked(self, article: int) -> list[int]:
        """The articles by whose links it is compared again."""
        return sorted({*self.partners.get(article, ()), *self.replaced.get(article, ())})[:MAX_PARTNERS]

    def candidates(self, ids: Iterable[int]) -> Iterator[Candidate]:
        """The articles that can be compared; signatures of an older version are skipped."""
        for article in ids:
            if article not in self.decoded:
                self.decoded[article] = self._decode(article)
            if found := self.decoded[article]:
                yield found

    def wholes(self) -> set[int]:
        """The candidates that have nearly all of an article, and much else."""
        found: set[int] = set()
        for me in self.candidates(item.article for item in self.items):
            before, after = self.ranked[int(me.article)]
            near = self.candidates((*before, *after, *self.partners.get(int(me.article), ())))
            found |= {int(one.article) for one in near if is_minor_part(me.signature, one.signature)}
        return found

    def _decode(self, article: int) -> Candidate | None:
        sketch = self.sketches.get(article)
        try:
            return Candidate(article, _decoder.decode(sketch.signature)) if sketch else None
        except ValueError:
            return None

    def before(self, article: int, whole: int | str) -> Iterator[Candidate]:
        """Those `around` a text that are earlier than an article."""
        return self.candidates(other for other in self.around.get(int(whole), ()) if other < article)

    def may_miss(self, item: Stored, later: int) -> bool:
        """Whether a later article may have been matched before this one was visible.

        One of the same source was stored with this one or after it, and one of this batch is matched next.
        """
        sketch = self.sketches.get(later)
        if sketch is None or sketch.source == item.source:
            return False
        return all(other.article != later for other in self.items)


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
        batch = _load_batch(connection, ids, since)
    results = [result for result in (_match_safely(batch, item) for item in batch.items) if result]
    rematched = (item.article for item in batch.items if item.revision)
    snapshot = joins.Snapshot(
        revisions={article: sketch.revision for article, sketch in batch.sketches.items()},
        partners={article: frozenset(batch.partners.get(article, ())) for article in rematched},
        replaced=batch.replaced,
    )
    joins.apply(services, ids, results, snapshot)
    return sum(1 for result in results if result.matches)


def _load_batch(connection: Connection, ids: list[int], since: int) -> MatchBatch:
    items = sketch_store.load_sketches(connection, ids)
    keys = {key for item in items for key in item.keys}
    # the batch's own articles hold the keys too, but only other articles count
    most = MAX_KEY_HOLDERS + len(items)
    holders = sketch_store.key_holders(connection, keys, since=since, max_holders=most)
    rematched = [item.article for item in items if item.revision]
    ranked = {item.article: _rank(item, holders) for item in items}
    partners = link_store.provisional_partners(connection, rematched)
    batch = MatchBatch(items, ranked, partners, find_replaced(connection, items, _decoder))
    wanted = {other for parts in ranked.values() for part in parts for other in part}
    wanted |= {other for article in rematched for other in batch.linked(article)}
    batch.sketches = {item.article: item for item in items}
    _load_others(connection, batch, wanted)
    _load_around(connection, batch, since)
    return batch


def _load_around(connection: Connection, batch: MatchBatch, since: int) -> None:
    """Load what shares keys with texts that have much beside an article: they may have another text whole."""
    wholes = [batch.sketches[article] for article in sorted(batch.wholes())]
    keys = {key for whole in wholes for key in whole.keys}
    most = MAX_KEY_HOLDERS + len(batch.items)
    holders = sketch_store.key_holders(connection, keys, since=since, max_holders=most)
    batch.around = {whole.article: [*chain(*_rank(whole, holders))] for whole in wholes}
    _load_others(connection, batch, {*chain(*batch.around.values())})


def _load_others(connection: Connection, batch: MatchBatch, wanted: set[int]) -> None:
    for found in sketch_store.load_sketches(connection, wanted - batch.sketches.keys()):
        batch.sketches[found.article] = found
        batch.decoded.pop(found.article, None)


def _rank(item: Stored, holders: dict[int, list[int]]) -> tuple[list[int], list[int]]:
    before, after = [], []
    for held in (holders[key] for key in item.keys if key in holders):
        place, place_after = bisect_left(held, item.article), bisect_right(held, item.article)
        before.append(held[:place])
        after.append(held[place_after:])
    return rank_candidates(before), rank_candidates(after)


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
    if me is None or not (before or after or partners) or _is_withdrawn_by_edit(item, me.signature):
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
    if not (decision.matches or late or refuted or related):
        return None
    strangers = frozenset(map(int, decision.strangers))
    links = (tuple(decision.matches), tuple(late), refuted, strangers, related)
    return MatchResult(item.article, *links, is_replaced=item.article in batch.replaced)


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
    known = dict.fromkeys((*near, *batch.around.get(int(other.article), ())))
    before = batch.candidates(article for article in known if article < int(other.article))
    return [match for match in decide(other.signature, before).matches if match.article == me.article]
