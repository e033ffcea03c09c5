"""Decide the story of stored articles: publish, then check, the joins of a few in one short transaction."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from worker.dedupe import MAX_KEY_HOLDERS, Candidate, Signature, decide_matches, rank_candidates
from worker.errors import ConflictError, ServiceError, WireroomError
from worker.flows import joins
from worker.flows.joins import Verdict
from worker.flows.services import Services
from worker.store import config as config_store
from worker.store import events as event_store
from worker.store import retried
from worker.store import sketches as sketch_store
from worker.store.sketches import Stored

DEFAULT_WINDOW_S = 7 * 86_400.0
MAX_PARTNERS = 200  # provisional links that a page is compared by
BATCH = 40  # articles decided by one set of look-ups

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Desk:
    """What a few articles are decided with, read by a handful of statements."""

    items: list[Stored]
    ranked: dict[int, tuple[list[int], list[int]]]  # the candidates before each article, and those after it
    partners: dict[int, frozenset[int]]  # by provisional links, which more text may refute
    sketches: dict[int, Stored] = field(default_factory=dict)
    signatures: dict[int, Signature] = field(default_factory=dict)

    def candidates(self, ids: Iterable[int]) -> Iterator[Candidate]:
        """Those of these articles that can be compared; an older version's signatures cannot."""
        for article in ids:
            sketch = self.sketches.get(article)
            if sketch is None:
                continue
            try:
                if article not in self.signatures:
                    self.signatures[article] = Signature.from_bytes(sketch.signature)
            except ValueError:
                continue
            yield Candidate(article, 0, self.signatures[article], sketch.source)


def run(services: Services, ids: Sequence[int]) -> int:
    """Match articles that are committed with their keys; gives how many have the text of an earlier one.

    An article looks only after it was published, so of two copies stored at the same moment one always
    finds the other, and the decisions are those of one worker that takes articles in the order of their
    ids: each joins the best of those before it. One with a higher id that looked too early, when this one
    could not be seen yet, is joined from here. An article whose text is better known than before is matched
    again in the same way: it joins what it did not join, and leaves what only its summary was like.
    """
    if not ids:
        return 0
    with services.db.read() as connection:
        config = config_store.read_config(connection)
    window_s = config.service.window_s if config else DEFAULT_WINDOW_S
    wanted, joined = sorted(set(ids)), 0
    for start in range(0, len(wanted), BATCH):
        joined += _run_each(services, wanted[start : start + BATCH], window_s)
    return joined


def _run_each(services: Services, ids: list[int], window_s: float) -> int:
    """Decide a batch; one that fails in halves, down to the article at fault, which is put aside.

    One that others keep changing is left for the sweep. Raises ServiceError when the database is away.
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
            _put_aside(services, ids[0], exc)
            return 0
    middle = len(ids) // 2
    return sum(_run_each(services, part, window_s) for part in (ids[:middle], ids[middle:]))


def _put_aside(services: Services, article: int, exc: Exception) -> None:
    """Leave an article in the story it is in, and tell it; the sweep does not come back to it."""
    now = services.clock()
    reason = next(iter(f"{type(exc).__name__}: {exc}".splitlines()))[:300]
    message = f"article {article} could not be compared with others and stays in its story: {reason}"
    try:
        with services.db.write() as connection:
            sketch_store.mark_matched(connection, [article], now)
            event_store.add_events(connection, now, [("article.unmatched", message)], article_id=article)
    except ServiceError:
        raise
    except Exception:
        log.exception("article left for the sweep", article=article)


def _run_batch(services: Services, ids: list[int], window_s: float) -> int:
    since = int((services.clock() - timedelta(seconds=window_s)).timestamp())
    with services.db.read() as connection:
        desk = _prepare(connection, ids, since)
    verdicts = [verdict for verdict in (_decide_safely(desk, item) for item in desk.items) if verdict]
    again = (item.article for item in desk.items if item.revision)
    basis = joins.Basis(
        revisions={article: sketch.revision for article, sketch in desk.sketches.items()},
        partners={article: desk.partners.get(article, frozenset()) for article in again},
    )
    joins.apply(services, ids, verdicts, basis)
    return sum(1 for verdict in verdicts if verdict.matches)


def _prepare(connection: Connection, ids: list[int], since: int) -> _Desk:
    items = sketch_store.load_sketches(connection, ids)
    keys = {key for item in items for key in item.keys}
    holders = sketch_store.key_holders(connection, keys, since=since, max_holders=MAX_KEY_HOLDERS)
    again = [item.article for item in items if item.revision]
    ranked = {item.article: _rank(item, holders) for item in items}
    desk = _Desk(items, ranked, joins.provisional_partners(connection, again))
    wanted = {other for parts in ranked.values() for part in parts for other in part}
    wanted |= {other for others in desk.partners.values() for other in sorted(others)[:MAX_PARTNERS]}
    desk.sketches = {item.article: item for item in items}
    for found in sketch_store.load_sketches(connection, wanted - desk.sketches.keys()):
        desk.sketches[found.article] = found
    return desk


def _rank(item: Stored, holders: dict[int, list[int]]) -> tuple[list[int], list[int]]:
    before, after = [], []
    for held in (holders[key] for key in item.keys if key in holders):
        place, place_after = bisect_left(held, item.article), bisect_right(held, item.article)
        before.append(held[:place])
        after.append(held[place_after:])
    return rank_candidates(before), rank_candidates(after)


def _decide_safely(desk: _Desk, item: Stored) -> Verdict | None:
    """What an article is linked to; one that cannot be decided stands alone and stops no other."""
    try:
        return _decide(desk, item)
    except (WireroomError, DBAPIError):
        raise
    except Exception:
        log.exception("article cannot be matched", article=item.article)
        return None


def _decide(desk: _Desk, item: Stored) -> Verdict | None:
    before, after = desk.ranked[item.article]
    partners = set(sorted(desk.partners.get(item.article, ()))[:MAX_PARTNERS])
    me = next(desk.candidates([item.article]), None)
    if me is None or not (before or after or partners):
        return None
    earlier = [other for other in dict.fromkeys((*before, *sorted(partners))) if other < item.article]
    matches = decide_matches(me.signature, desk.candidates(earlier))
    # those of the same source were stored together with this one or after it: they will see it
    later = [
        other
        for other in dict.fromkeys((*after, *sorted(partners)))
        if other in partners or (other in desk.sketches and desk.sketches[other].source != item.source)
    ]
    late = [
        (int(other.article), match)
        for other in desk.candidates(other for other in later if other > item.article)
        for match in decide_matches(other.signature, [me])
    ]
    found = {int(match.article) for match in matches} | {article for article, _ in late}
    compared = {int(c.article) for c in desk.candidates(partners)}
    refuted = frozenset(compared - found)
    if not (matches or late or refuted):
        return None
    return Verdict(item.article, tuple(matches), tuple(late), refuted)
