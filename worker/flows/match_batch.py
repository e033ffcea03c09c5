"""What a batch of articles is compared with, loaded in a few queries."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from sqlalchemy import Connection

from worker.dedupe import MAX_KEY_HOLDERS, Candidate, rank_candidates
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
    """Everything needed to match one batch, except what is `around` a text, which few articles want."""

    items: list[Stored]
    ranked: dict[
        int, tuple[list[int], list[int]]
    ]  # the candidates with lower ids of each article, and those with higher ids
    partners: dict[int, dict[int, int]]  # by provisional links, with the size of the linked text
    replaced: dict[int, frozenset[int]]  # by all links, also none, of each whose text is another one now
    sketches: dict[int, Stored] = field(default_factory=dict)
    around: dict[int, list[int]] = field(default_factory=dict)  # of texts that have much beside an article
    wanted: dict[int, set[int]] = field(default_factory=dict)  # texts around which an article must be seen
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

    def _decode(self, article: int) -> Candidate | None:
        sketch = self.sketches.get(article)
        try:
            return Candidate(article, _decoder.decode(sketch.signature)) if sketch else None
        except ValueError:
            return None

    def near(self, article: int, whole: int) -> list[int]:
        """Those `around` a text; none as long as they are not loaded, and then the article wants them."""
        if whole not in self.around:
            self.wanted.setdefault(article, set()).add(whole)
        return self.around.get(whole, [])

    def before(self, article: int, whole: int | str) -> Iterator[Candidate]:
        """Those `around` a text that are earlier than an article; not kept, as they may be many."""
        for other in self.near(article, int(whole)):
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
    """Load what a batch needs; edited articles that it may match and that wait to be matched join it.

    `since` is the Unix time before which other articles were seen too long ago.
    """
    items = sketch_store.load_sketches(connection, ids)
    ranked = _rank_all(connection, items, since, len(items))
    rematched = [item.article for item in items if item.revision]
    partners = link_store.provisional_partners(connection, rematched)
    batch = MatchBatch(items, ranked, partners, find_replaced(connection, items, _decoder))
    wanted = {other for parts in ranked.values() for part in parts for other in part}
    wanted |= {other for article in rematched for other in batch.linked(article)}
    batch.sketches = {item.article: item for item in items}
    _load_others(connection, batch, wanted)
    if takes_others and (waiting := _waiting(connection, batch)):
        return load_batch(connection, [*ids, *waiting], since, takes_others=False)
    return batch


def load_around(connection: Connection, batch: MatchBatch, since: int) -> None:
    """Load what shares keys with the texts that articles want: these may have another text whole."""
    wholes = [batch.sketches[whole] for whole in sorted({*chain(*batch.wanted.values())})]
    ranked = _rank_all(connection, wholes, since, len(batch.items))
    batch.around |= {article: [*before, *after] for article, (before, after) in ranked.items()}
    _load_others(connection, batch, {*chain(*batch.around.values())})


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


def _load_others(connection: Connection, batch: MatchBatch, wanted: set[int]) -> None:
    for found in sketch_store.load_sketches(connection, wanted - batch.sketches.keys()):
        batch.sketches[found.article] = found
        batch.decoded.pop(found.article, None)


def _rank_all(
    connection: Connection, items: list[Stored], since: int, batch: int
) -> dict[int, tuple[list[int], list[int]]]:
    """The candidates of each text, with lower ids and with higher ones.

    The articles of the batch hold the keys too, but only other articles count.
    """
    keys = {key for item in items for key in item.keys}
    holders = sketch_store.key_holders(connection, keys, since=since, max_holders=MAX_KEY_HOLDERS + batch)
    return {item.article: _rank(item, holders) for item in items}


def _rank(item: Stored, holders: dict[int, list[int]]) -> tuple[list[int], list[int]]:
    before, after = [], []
    for held in (holders[key] for key in item.keys if key in holders):
        place, place_after = bisect_left(held, item.article), bisect_right(held, item.article)
        before.append(held[:place])
        after.append(held[place_after:])
    return rank_candidates(before), rank_candidates(after)
