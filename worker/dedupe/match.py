"""The decision whether a text is a copy of one that came before."""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from worker.dedupe.features import Features, compare
from worker.dedupe.lead import role_of
from worker.dedupe.signature import Signature
from worker.records import Match

MAX_CANDIDATES = 12
MAX_KEY_HOLDERS = 64  # a key that more recent articles hold says nothing
THRESHOLD = 0.5
PROVISIONAL_SHINGLES = 60  # a shorter text is decided again when more of it is known

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An earlier article that shares sketch keys with a new one."""

    article: int | str
    story: int | str
    signature: Signature
    source: str
    seen_at: datetime
    entry_url: str | None = None


def rank_candidates(rows: Iterable[tuple[int, T]]) -> list[T]:
    """The articles that share most keys with the new one, at most MAX_CANDIDATES; rows are (key, article).

    Keys that more than MAX_KEY_HOLDERS of the rows' articles hold are passed over.
    """
    holders: dict[int, list[T]] = {}
    for key, article in rows:
        held = holders.setdefault(key, [])
        if len(held) <= MAX_KEY_HOLDERS:
            held.append(article)
    counts: Counter[T] = Counter()
    for held in holders.values():
        if len(held) <= MAX_KEY_HOLDERS:
            counts.update(held)
    return [article for article, _ in counts.most_common(MAX_CANDIDATES)]


def decide_match(new: Signature, candidates: Iterable[Candidate]) -> Match | None:
    """The earlier article whose text this is, or None when it begins a story of its own."""
    best: tuple[float, Candidate, Features] | None = None
    for candidate in candidates:
        features = compare(new, candidate.signature)
        score = likeness(features)
        if score >= THRESHOLD and (best is None or score > best[0]):
            best = (score, candidate, features)
    if best is None:
        return None
    score, candidate, features = best
    match = Match(
        candidate.article,
        candidate.story,
        role_of(new, candidate.signature, None),
        round(score, 4),
        _reasons(features),
    )
    return match


def likeness(f: Features) -> float:
    """How sure it is that two texts are one, 0 to 1."""
    if f.shingles < 8 and not (f.small > 0.9 and f.title_share > 0.8):
        return 0.0
    differ = f.number_differ + f.name_differ
    agree = f.number_agree + f.name_agree
    score = f.small * 0.6 + 0.25 * max(f.lead_small, f.lead_large) + 0.15 * f.title_share
    score -= 0.5 * differ / max(1, differ + agree)
    return max(0.0, min(1.0, score))


def _reasons(f: Features) -> dict[str, Any]:
    return {
        "shared_of_smaller": round(f.small, 3),
        "shared_of_larger": round(f.large, 3),
        "numbers": [f.number_agree, f.number_differ],
        "names": [f.name_agree, f.name_differ],
        "title": round(f.title_jaccard, 3),
        "provisional": f.shingles < PROVISIONAL_SHINGLES,
    }
