"""Compare the numbers and names of two texts by their neighbors; a text is compared with a dozen others."""

from dataclasses import dataclass
from functools import lru_cache

from worker.dedupe.signature import Signature
from worker.dedupe.text import Pairs

KEPT = 128  # texts


@dataclass(frozen=True, slots=True)
class Slots:
    """Pairs (hash of the neighbors, hash of the value), and both sides of them."""

    pairs: frozenset[tuple[int, int]]
    places: frozenset[int]
    values: frozenset[int]


@dataclass(frozen=True, slots=True)
class TextSets:
    """The parts of a signature that are compared, as sets."""

    numbers: Slots
    names: Slots
    facts: frozenset[int]  # words of names, and numbers
    opening: frozenset[int]


@lru_cache(maxsize=KEPT)
def sets_of(text: Signature) -> TextSets:
    """Return the sets of a text."""
    numbers = slots_of(text.numbers)
    return TextSets(numbers, slots_of(text.names), numbers.values.union(text.named), frozenset(text.lead))


def slots_of(pairs: Pairs) -> Slots:
    """Return pairs as sets."""
    places, values = zip(*pairs, strict=True) if pairs else ((), ())
    return Slots(frozenset(pairs), frozenset(places), frozenset(values))


def count_slots(a: Slots, b: Slots) -> tuple[int, int]:
    """Count the shared contexts with an equal value, and those with only different values."""
    shared = len(a.places & b.places)
    agree = len({place for place, _ in a.pairs & b.pairs}) if shared else 0
    return agree, shared - agree


def count_other(a: Slots, b: Slots) -> int:
    """Count the shared contexts where each text has values that the other has at no place."""
    if a.places.isdisjoint(b.places) or a.values <= b.values or b.values <= a.values:
        return 0
    own = {place for place, value in a.pairs if value not in b.values}
    return len(own & {place for place, value in b.pairs if value not in a.values})


def facts_other(a: Signature, b: Signature) -> int:
    """Return `facts_other` of a pair's features."""
    x, y = sets_of(a), sets_of(b)
    return count_other(x.numbers, y.numbers) + count_other(x.names, y.names)


def tell_same(a: Signature, b: Signature) -> bool:
    """Whether two texts have the same numbers and names wherever they have the same words."""
    x, y = sets_of(a), sets_of(b)
    agree, differ = count_slots(x.numbers, y.numbers)
    return agree > 0 and not differ and not count_slots(x.names, y.names)[1]
