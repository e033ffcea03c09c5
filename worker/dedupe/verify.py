"""Score whether two texts are copies: the weighted terms, and rules that override them."""

from math import exp
from operator import mul

from worker.dedupe.features import Features, share_of_smaller
from worker.dedupe.forms import LIVE
from worker.dedupe.full_texts import (
    EQUAL_TITLE,
    is_correction,
    is_correction_of_other,
    is_notice,
    is_notice_of_other,
    is_other_form,
    is_same_rolling,
    is_take_or_rewrite,
)
from worker.dedupe.model_terms import SIGNS, terms_of, title_words
from worker.dedupe.model_weights import BIAS, WEIGHTS
from worker.dedupe.signature import Signature

OWN_TITLE_SHARE = 0.34  # articles of one source with less similar titles must share nearly all text
OWN_SMALL_SHARE = 0.85
FULL_SHINGLES = 100  # full texts that share less than LITTLE_OF_FULL share an opening at most
LITTLE_OF_FULL = 0.25
LITTLE_SHARE = 0.1
FILLED_SMALL, FILLED_TITLE_SHARE, BRIEF_SHINGLES = 0.75, 0.3, 60
RENAMED_SMALL, MIN_RENAMED, RENAMED_PER_NAME = 0.9, 3, 2  # most names between equal words differ
CHARS_PER_WORD = 2  # in scripts that are compared by characters
BRIEF_RENAMED = 2  # the same in a brief
# a brief is hardly a part of a longer text with another fact at the same place: shares, facts per other one
BRIEF_SMALL, BRIEF_LARGE, BRIEF_AGREEING = 0.8, 0.3, 4
OTHER_FACTS, AGREEING_PER_OTHER = 3, 2  # under headlines with other facts, too: another event
TITLED_FACTS, AGREEING_PER_TITLED = 2, 4  # the same if headlines differ in a name only
SWAPPED_PAIRS = 3  # pairs of characters that another word of two characters changes
MIN_TITLE_WORDS = 4  # in common; a shorter title ("In brief") does not join texts that share almost nothing
ROLLING_SCORE = 0.9
TAKE_SCORE = 0.8
MIN_SCORE = -30.0  # below it the result is 0

_WEIGHTS = tuple(WEIGHTS.get(term, 0.0) for term in SIGNS)  # a new term has no weight until the next fit


def score_match(f: Features) -> float:
    """Return the probability that two texts are copies, 0 to 1."""
    if is_same_rolling(f) or is_notice_of_other(f) or is_correction(f):
        return ROLLING_SCORE
    least = TAKE_SCORE if is_take_or_rewrite(f) else 0.0
    terms = weighable_terms(f)
    if terms is None:
        return least
    score = BIAS + sum(map(mul, _WEIGHTS, terms))
    return max(least, 1 / (1 + exp(-score))) if score > MIN_SCORE else least


def share_too_little(a: Signature, b: Signature) -> bool:
    """Whether two texts are known not to be copies by the little that they share: `score_match` is 0."""
    if len(a.shingles) < FULL_SHINGLES or len(b.shingles) < FULL_SHINGLES or a.form == b.form == LIVE:
        return False
    return share_of_smaller(a, b) < LITTLE_OF_FULL


def weighable_terms(f: Features) -> tuple[float, ...] | None:
    """Return the terms of a pair, or None if a rule excludes the pair whatever its weight."""
    if is_other_form(f) or _is_about_others(f) or _is_other_brief(f) or _is_other_event(f):
        return None
    if is_correction_of_other(f) or (f.shingles >= FULL_SHINGLES and f.small < LITTLE_OF_FULL):
        return None
    if f.same_source and f.title_share < OWN_TITLE_SHARE and not _has_own_text(f):
        return None
    if is_notice(f) and f.title_jaccard < EQUAL_TITLE:
        return None
    if f.small < FILLED_SMALL and _is_refilled_template(f):
        return None
    if f.small < LITTLE_SHARE and title_words(f) < MIN_TITLE_WORDS:
        return None
    return terms_of(f)


def _is_refilled_template(f: Features) -> bool:
    """Whether a template was filled with other facts: a similar title, but other numbers or place."""
    brief = BRIEF_SHINGLES * (CHARS_PER_WORD if f.is_char else 1)
    is_other = f.title_numbers or (f.place and (f.number_differ or f.shingles < brief))
    return bool(is_other and f.title_share >= FILLED_TITLE_SHARE and not f.correction)


def _is_other_event(f: Features) -> bool:
    """Whether a template was filled anew: headlines differ, and many facts of the text do.

    The less of a difference the headlines show, the more facts of the text must differ. In scripts without
    capitals they show no names.
    """
    agree = f.number_agree + f.name_agree
    if f.marked:
        return False
    if f.title_renamed and f.facts_other >= TITLED_FACTS and f.facts_other * AGREEING_PER_TITLED > agree:
        return True
    is_fact = f.title_fact or f.title_numbers
    is_word = f.title_tokens - f.title_both >= (SWAPPED_PAIRS if f.is_char else 1)
    agreeing = agree / AGREEING_PER_OTHER if is_fact else agree
    return bool((is_fact or is_word) and f.facts_other >= OTHER_FACTS and f.facts_other > agreeing)


def _is_about_others(f: Features) -> bool:
    """Whether the same words are about others: most names between equal words differ."""
    is_brief = f.shingles < BRIEF_SHINGLES and f.name_agree <= BRIEF_RENAMED
    least = BRIEF_RENAMED if is_brief else max(MIN_RENAMED, RENAMED_PER_NAME * f.name_agree)
    return f.small < RENAMED_SMALL and f.name_differ >= least


def _is_other_brief(f: Features) -> bool:
    """Whether a brief has another fact than a longer text of another outlet that has most of its words."""
    differ = f.number_differ + f.name_differ
    return bool(
        not f.same_source
        and f.shingles < BRIEF_SHINGLES
        and f.small < BRIEF_SMALL
        and f.shingles_large >= FULL_SHINGLES
        and f.large < BRIEF_LARGE
        and differ
        and f.number_agree + f.name_agree <= BRIEF_AGREEING * differ
        and not f.correction
    )


def _has_own_text(f: Features) -> bool:
    """Whether two texts of one source share more than boilerplate not learned yet."""
    return f.small >= OWN_SMALL_SHARE and f.opening > 0
