"""Decide whether a text is a copy of an earlier one."""

import heapq
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import log
from typing import Any, TypeVar

from worker.dedupe.common_text import are_unrelated, drop_common
from worker.dedupe.compilation import Company, has_headline_of
from worker.dedupe.corrected import keep_original
from worker.dedupe.digest import has_much_beside, is_digest
from worker.dedupe.features import Features, are_elsewhere, compare, may_match
from worker.dedupe.lead import EXCERPT_SHARE
from worker.dedupe.short_match import MIN_RULED, are_short, combine, compare_if_alike, likeness, may_share
from worker.dedupe.signature import Signature
from worker.dedupe.told_apart import keep_own_event
from worker.dedupe.verify import score_match, share_too_little
from worker.records import Match, Role

MAX_CANDIDATES = 12
MAX_KEY_HOLDERS = 64  # a key shared by more recent articles is uninformative
SOME_CANDIDATES = 4  # compared whatever they share
MIN_WORTH = 5.5  # of the keys that others share: two that nobody else has, or several of a template's
THRESHOLD = 0.7  # favors precision: a wrong join hides news
NAMED_ALIKE = 0.5  # of the words of both titles; a compilation has its own
PROVISIONAL_SHINGLES = 60  # a match of a shorter text is revised when more of it is known
STANDING_TITLE, MIN_EDITION_D = 4, 0.8  # words of a column's title, days between its editions
WITHDRAWAL = "withdrawal"  # kind of take
PART = 0.4  # of the larger text found in the smaller; with less one text is a part of the other
STRANGE = 0.3  # full texts with a lower similarity are strangers

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An earlier article that shares sketch keys with a new one."""

    article: int | str
    signature: Signature


Around = Callable[[int | str], Iterable[Candidate]]  # articles that share keys with a candidate


def _nothing_around(_: int | str) -> Iterable[Candidate]:
    return ()


def rank_candidates(holders: Iterable[Sequence[T]]) -> list[T]:
    """Return the articles that share most keys with the new one, at most MAX_CANDIDATES.

    `holders` are the articles with each of its keys; a key with more than MAX_KEY_HOLDERS is ignored. Beyond
    SOME_CANDIDATES only those with keys worth MIN_WORTH count: of 71,000 others on streams of labeled texts
    one in 500 was a copy, nearly always of a story with better candidates.
    """
    weights: dict[T, float] = {}
    for held in holders:
        if 0 < len(held) <= MAX_KEY_HOLDERS:
            # a rare key weighs more, as in inverse document frequency
            worth = log((2 + MAX_KEY_HOLDERS) / len(held))
            for article in held:
                weights[article] = weights.get(article, 0.0) + worth
    ranked = heapq.nlargest(MAX_CANDIDATES, weights, key=weights.__getitem__)
    return [one for place, one in enumerate(ranked) if place < SOME_CANDIDATES or weights[one] >= MIN_WORTH]


@dataclass(frozen=True, slots=True)
class Decision:
    """The candidates that are copies of the same text, most similar first, and those that are strangers.

    A stranger is a full text that has hardly anything to do with the new one; not all others are.
    """

    matches: list[Match]
    strangers: list[int | str]


def decide_matches(new: Signature, candidates: Iterable[Candidate]) -> list[Match]:
    """Return all candidates that are copies of the same text, most similar first."""
    return decide(new, candidates).matches


def decide(new: Signature, candidates: Iterable[Candidate], around: Around = _nothing_around) -> Decision:
    """Return the candidates that are copies of the same text, and the strangers among the others.

    `reasons` of a match: the share of each text in the other, how many numbers and names between equal words
    agree and differ, the share of title words, whether the match is provisional (short text), and the sizes
    of both texts in shingles, that of the new one first. What strangers among the candidates have in common
    does not count. `around` returns the articles that share keys with a candidate, which show whether a
    longer text that has the new one was put together from strangers.
    """
    known = list(candidates)
    decision = _decide(new, known, around)
    if not decision.matches:
        return decision
    bared = drop_common(new, [candidate.signature for candidate in known])
    if bared is None:
        return decision
    bare = [replace(c, signature=text) for c, text in zip(known, bared[1], strict=True)]
    return _decide(bared[0], bare, around)


def _decide(new: Signature, candidates: Sequence[Candidate], around: Around) -> Decision:
    found: list[Match] = []
    strangers: list[int | str] = []
    company = Company(new, [candidate.signature for candidate in candidates])
    for candidate in candidates:
        old = candidate.signature
        features, similarity = _judge(new, old)
        is_alike = features is not None and similarity >= THRESHOLD
        if features and is_alike and not _is_put_together(new, candidate, features, company, around):
            role = _role(new, old, features)
            is_part = features.large < PART
            reasons = _reasons(features, new, old)
            found.append(Match(candidate.article, role, round(similarity, 4), reasons, is_part))
        elif similarity < STRANGE and _is_comparable(new, old):
            strangers.append(candidate.article)
    found.sort(key=lambda match: -match.similarity)
    withdrawn = {c.article for c in candidates if c.signature.take == WITHDRAWAL != new.take}
    if withdrawn:  # a valid text precedes its withdrawal, which is the same text
        found.sort(key=lambda match: (-round(match.similarity, 2), match.article in withdrawn))
    return Decision(_keep_own_event(new, found, candidates), strangers)


def _keep_own_event(new: Signature, found: Sequence[Match], candidates: Iterable[Candidate]) -> list[Match]:
    """Leave out the matches with texts of another event."""
    texts = {candidate.article: candidate.signature for candidate in candidates}
    found = keep_original(new, found, texts, _are_copies)
    return keep_own_event(new, found, texts, _are_copies)


def _are_copies(a: Signature, b: Signature) -> bool:
    return _judge(a, b)[1] >= THRESHOLD


def _is_comparable(new: Signature, old: Signature) -> bool:
    """Whether two texts show enough to be called strangers."""
    is_full = min(len(new.shingles), len(old.shingles)) >= PROVISIONAL_SHINGLES
    return is_full or are_elsewhere(new, old)


def _judge(new: Signature, old: Signature) -> tuple[Features | None, float]:
    """Return the features and the similarity of a pair; no features if it is not worth comparing."""
    if not are_short(new, old):
        both_short = new.short.is_short and old.short.is_short
        if both_short and are_unrelated(new, old):
            return None, 0.0  # a sentence that one outlet repeats under its headlines
        if share_too_little(new, old) or not may_match(new, old):
            return None, 0.0
        features = compare(new, old)
        if both_short and _are_editions(features):
            return features, 0.0
        return features, score_match(features)
    if not may_share(new.short, old.short):
        return None, 0.0
    pair = compare_if_alike(new, old)
    ruled = likeness(pair) if pair else 0.0
    if pair is None or ruled < MIN_RULED:
        return None, 0.0
    features = compare(new, old)
    return features, combine(pair, ruled, score_match(features))


def _are_editions(f: Features) -> bool:
    """Whether two short items of one outlet are editions of a column: days apart, under a standing title."""
    is_standing = f.title_tokens <= STANDING_TITLE and f.title_share == 1
    return bool(f.same_source and is_standing and f.gap_d >= MIN_EDITION_D)


def _is_put_together(
    new: Signature, candidate: Candidate, features: Features, company: Company, around: Around
) -> bool:
    """Whether one of two texts was put together from the other one and strangers."""
    old = candidate.signature
    if _may_be_compiled(features) and company.is_compiled_with(old):
        return True
    if company.is_united_with(old) or is_digest(new, old, company.others):
        return not has_headline_of(new, old)
    if not has_much_beside(old, new):
        return False
    near = [other.signature for other in around(candidate.article)]
    if company.is_united_in(old, near):
        return True
    return is_digest(old, new, (*company.others, *near)) and not has_headline_of(old, new)


def _may_be_compiled(features: Features) -> bool:
    """Whether a full text has a headline of its own, as one that was compiled from several has."""
    return features.shingles >= PROVISIONAL_SHINGLES and features.title_jaccard < NAMED_ALIKE


def _role(new: Signature, old: Signature, features: Features) -> Role:
    """Return the role of a text relative to an earlier one."""
    is_take = new.take and (new.take, new.take_number) != (old.take, old.take_number)
    if is_take or features.same_source:
        return Role.UPDATE
    is_part = new.length < old.length * EXCERPT_SHARE and features.small >= EXCERPT_SHARE
    return Role.EXCERPT if is_part else Role.COPY


def _reasons(f: Features, new: Signature, old: Signature) -> dict[str, Any]:
    return {
        "shared_of_smaller": round(f.small, 3),
        "shared_of_larger": round(f.large, 3),
        "numbers": {"agree": f.number_agree, "differ": f.number_differ},
        "names": {"agree": f.name_agree, "differ": f.name_differ},
        "title": round(f.title_jaccard, 3),
        "provisional": f.shingles < PROVISIONAL_SHINGLES,
        "shingles": [len(new.shingles), len(old.shingles)],
    }
