"""The decision whether a text is a copy of one that came before."""

import heapq
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import exp, log
from operator import mul
from typing import Any, TypeVar

from worker.dedupe.features import Features, compare, may_match
from worker.dedupe.lead import EXCERPT_SHARE
from worker.dedupe.signature import Signature
from worker.dedupe.terms import SIGNS, is_equal_title, terms_of
from worker.dedupe.weights import BIAS, WEIGHTS
from worker.records import Match, Role

MAX_CANDIDATES = 12
MAX_KEY_HOLDERS = 64  # a key that more recent articles hold says nothing
THRESHOLD = 0.6  # precision first: a wrong join hides news
MIN_SHINGLES = 4  # with less text only an equal title in another outlet speaks
OWN_TITLE_SHARE = 0.34  # one source's articles with titles less alike must share nearly all of a text
OWN_SMALL_SHARE = 0.85
VERBATIM_SHINGLES = 20
PROVISIONAL_SHINGLES = 60  # a shorter text is decided again when more of it is known

_WEIGHTS = tuple(WEIGHTS[term] for term in SIGNS)

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An earlier article that shares sketch keys with a new one."""

    article: int | str
    story: int | str
    signature: Signature
    source: str


def rank_candidates(holders: Iterable[Sequence[T]]) -> list[T]:
    """The articles that share most keys with the new one, at most MAX_CANDIDATES.

    `holders` are the articles that hold each of its keys; a key that more than MAX_KEY_HOLDERS hold is
    passed over.
    """
    weights: dict[T, float] = {}
    for held in holders:
        if 0 < len(held) <= MAX_KEY_HOLDERS:
            # a key that few articles hold says more, as in inverse document frequency
            worth = log((2 + MAX_KEY_HOLDERS) / len(held))
            for article in held:
                weights[article] = weights.get(article, 0.0) + worth
    return heapq.nlargest(MAX_CANDIDATES, weights, key=weights.__getitem__)


def decide_match(new: Signature, candidates: Iterable[Candidate]) -> Match | None:
    """The earlier article whose text this is, or None when it begins a story of its own."""
    return next(iter(decide_matches(new, candidates)), None)


def decide_matches(new: Signature, candidates: Iterable[Candidate]) -> list[Match]:
    """All candidates whose text this is, the likest first.

    `reasons` of a match: the share of each text in the other, how many numbers and names between the same
    words agree and differ, the share of title words, and whether it is provisional because little was known.
    """
    found: list[Match] = []
    for candidate in candidates:
        if not may_match(new, candidate.signature):
            continue
        features = compare(new, candidate.signature)
        similarity = likeness(features)
        if similarity >= THRESHOLD:
            role = _role(new, candidate.signature, features)
            reasons = _reasons(features)
            found.append(Match(candidate.article, candidate.story, role, round(similarity, 4), reasons))
    return sorted(found, key=lambda match: -match.similarity)


def _role(new: Signature, old: Signature, features: Features) -> Role:
    """What a text is to an earlier one."""
    is_take = new.take and (new.take, new.take_number) != (old.take, old.take_number)
    if is_take or features.same_source:
        return Role.UPDATE
    is_part = new.length < old.length * EXCERPT_SHARE and features.small >= EXCERPT_SHARE
    return Role.EXCERPT if is_part else Role.COPY


def likeness(f: Features) -> float:
    """How sure it is that two texts are one, 0 to 1."""
    if f.shingles < MIN_SHINGLES and (f.same_source or not is_equal_title(f)):
        return 0.0
    if f.same_source and f.title_share < OWN_TITLE_SHARE and not _has_own_text(f):
        return 0.0
    if not f.same_source and _is_verbatim(f):
        f = replace(f, gap_d=0.0)
    score = BIAS + sum(map(mul, _WEIGHTS, terms_of(f)))
    return 1 / (1 + exp(-score)) if score > -30 else 0.0


def _has_own_text(f: Features) -> bool:
    """Whether two texts of one source share more than the boilerplate that nobody has learned yet."""
    return f.small >= OWN_SMALL_SHARE and f.opening > 0


def _is_verbatim(f: Features) -> bool:
    """Whether another outlet ran the very text under the very title; then no gap in time is too long."""
    return f.small == f.large == 1 and is_equal_title(f) and f.shingles >= VERBATIM_SHINGLES


def _reasons(f: Features) -> dict[str, Any]:
    return {
        "shared_of_smaller": round(f.small, 3),
        "shared_of_larger": round(f.large, 3),
        "numbers": {"agree": f.number_agree, "differ": f.number_differ},
        "names": {"agree": f.name_agree, "differ": f.name_differ},
        "title": round(f.title_jaccard, 3),
        "provisional": f.shingles < PROVISIONAL_SHINGLES,
    }
