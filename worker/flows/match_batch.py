"""What is needed to match a batch of articles, loaded in a few queries."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from sqlalchemy import Connection

from worker.dedupe import MAX_KEY_HOLDERS, Candidate, is_minor_part, rank_candidates
from worker.flows.decoded import Decoder
from worker.flows.replaced import find_replaced
from worker.store import copy_links as link_store
from worker.store import sketches as sketch_store
from worker.store.sketches import Stored

MAX_PARTNERS = 200  # provisional links that a page is compared by
MAX_WAITING = 40  # edited articles that join a batch

_decoder = Decoder()


@dataclass(slots=True)
class MatchBatch:
    """Everything needed to match one batch."""

    items: list[Stored]
    ranked: dict[
        int, tuple[list[int], list[int]]
    ]  # the candidates with lower ids of each article, and those with higher ids
    partners: dict[int, dict[int, int]]  # by provisional links, with the size of the linked text
    replaced: dict[int, frozenset[int]]  # by all links, also none, of each whose text is another one now
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
        """Those `around` a text that are earlier than an article; not kept, as they may be many."""
        for other in self.around.get(int(whole), ()):
            if other < article and (found := self.decoded.get(other) or self._decode(other)):
                yield found

    def may_miss(self, item: Stored, later: int) -> bool:
        """Whether a later article may have been matched before this one was visible.

        One of the same source was stored with this one or after it, and one of this batch is matched next.
        A text that was edited since is new to all.
        """
        sketch = self.sketches.get(later)
        if sketch is None or (sketch.source == item.source and not item.revision):
            return False
        return all(other.article != later for other in self.items)


def load_batch(
    connection: Connection, ids: list[int], since: int, *, takes_others: bool = True
) -> MatchBatch:
    """Load what a batch needs; edited articles that it may match and that wait to be matched join it."""
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
    if takes_others and (waiting := _waiting(connection, batch)):
        return load_batch(connection, [*ids, *waiting], since, takes_others=False)
    _load_around(connection, batch, since)
    return batch


def _waiting(connection: Connection, batch: MatchBatch) -> list[int]:
    """The candidates that were edited and not yet matched again.

    The links that they have are of the texts before. An article that matches the new text would join the
    stories that the text before is in.
    """
    others = batch.sketches.keys() - {item.article for item in batch.items}
    edited = [
        other for other in others if batch.sketches[other].revision and not batch.sketches[other].is_page
    ]
    return sketch_store.still_unmatched(connection, edited)[:MAX_WAITING]


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
