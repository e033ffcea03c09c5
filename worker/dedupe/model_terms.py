"""The terms of the match model, computed from the features of a pair."""

from math import log1p

from worker.dedupe.features import Features

SHORT_SHINGLES = 24  # a text of this size is half "short"
EQUAL_TITLE_TOKENS = 5  # fewer words do not identify a title
AGREEING_PER_CORRECTED = 4  # facts of a text for each that its correction changes
FULL_TITLE_WORDS = 8  # more words in common add no weight
CHAR_WORDS = 0.5  # a pair of characters counts as this many words
HALF_SHARE = 0.6  # a complete short text shares more with its copies
MAX_GAP_D = 4.0
MAX_FACTS = 2

# term -> required sign of its weight (1 or -1; 0: either), so that an artifact of the training data cannot
# make, say, differing numbers evidence for a copy
SIGNS: dict[str, int] = {
    "shared": 1,  # shared text, as share and as amount
    "short_small": 0,
    "lead_both": 1,
    "brief_turned": -1,  # common text under a different opening: the subject was replaced
    "short_tail": -1,  # common text at the end: a caption's occasion, a company description
    "fresh": -1,  # new opening and different title: a follow-up with the same background
    "inlay": -1,  # one is a part of the other: a digest
    "whole_half": -1,  # short, complete texts with little in common
    "whole_short": 0,
    "number_balance": -1,  # different numbers between the same words: a template or another event
    "number_lead": 1,
    "short_number_lost": -1,
    "name_diff": -1,
    "name_balance": -1,
    "short_name_diff": -1,
    "title_share": 1,
    "title_swap": -1,
    "short_title_numbers": -1,
    "title_fact": -1,  # each title has facts missing from the other text
    "short_title_fact": -1,
    "title_mass": 1,  # an equal title weighs more the more words it has
    "heading": 1,  # one outlet's title may be the opening of another's text
    "brief": 0,  # both are short: only then may a title count without the text
    "short": 0,
    "size": 0,
    "same": 0,  # same source: its templates are similar
    "same_small": 1,
    "same_number_diff": -1,
    "same_number_share": 1,
    "same_thin": -1,
    "gap_short": -1,
    "gap_unlike": -1,
    "gap_number_diff": -1,
    "gap_equal": -1,
    "worn": -1,
    "correct_title": 1,
    "place": -1,
}


def terms_of(f: Features) -> tuple[float, ...]:
    """Return the values of the terms, in the order of SIGNS."""
    short = 1 / (1 + f.shingles / SHORT_SHINGLES)
    brief = 1 / (1 + f.shingles_large / SHORT_SHINGLES)
    mass = min(1.0, title_words(f) / FULL_TITLE_WORDS)
    number_diff = f.number_differ / (f.number_agree + f.number_differ + 1)
    return (
        *_text_terms(f, short, brief),
        *_fact_terms(f, short),
        *_title_terms(f, short, brief, mass),
        *_source_terms(f, short, mass, number_diff),
    )


def _text_terms(f: Features, short: float, brief: float) -> tuple[float, ...]:
    lead = max(f.lead_small, f.lead_large)
    whole = 1 - f.is_cut
    return (
        log1p(f.small * f.shingles) / 5 * f.small,
        short * f.small,
        f.lead_small * f.lead_large,
        brief * f.small * (1 - f.opening),
        short * max(0.0, f.small - lead),
        (1 - lead) * f.title_swap * f.small,
        f.lead_small * (1 - f.lead_large) * (1 - f.large) * (1 - short),
        whole * short * max(0.0, HALF_SHARE - f.small) / HALF_SHARE,
        whole * short,
    )


def _fact_terms(f: Features, short: float) -> tuple[float, ...]:
    lost = f.number_lost / (f.number_lost + f.number_found + 1) * log1p(f.number_lost)
    name_diff = f.name_differ / (f.name_agree + f.name_differ + 1)
    return (
        _balance(f.number_agree, f.number_differ),
        f.number_lead,
        short * lost,
        name_diff,
        _balance(f.name_agree, f.name_differ),
        short * name_diff,
    )


def _balance(agree: int, differ: int) -> float:
    """Return how far differing contexts outweigh agreeing ones, weighted by their number."""
    return differ / (agree + differ + 0.5) * log1p(differ)


def _title_terms(f: Features, short: float, brief: float, mass: float) -> tuple[float, ...]:
    facts = min(f.title_fact, MAX_FACTS)
    return (
        f.title_share,
        f.title_swap,
        short * f.title_numbers,
        facts,
        short * facts,
        f.title_jaccard * mass,
        f.heading_share,
        brief,
        short,
        log1p(f.shingles) / 5,
    )


def _source_terms(f: Features, short: float, mass: float, number_diff: float) -> tuple[float, ...]:
    same, gap = f.same_source, min(f.gap_d, MAX_GAP_D)
    return (
        same,
        same * f.small,
        same * number_diff,
        same * f.number_share,
        same * max(0.0, 1 - 5 * f.small) * (1 - mass),
        gap * short,
        gap * (1 - f.small),
        gap * number_diff,
        gap * is_equal_title(f),
        f.worn,
        _corrected_title(f),
        f.place,
    )


def _corrected_title(f: Features) -> float:
    """Return how alike the titles are of a text and its correction or withdrawal, 0 if the facts are others.

    An outlet marks one of the texts that it makes from a template: it does not correct the others.
    """
    agree, differ = f.number_agree + f.name_agree, f.number_differ + f.name_differ
    return f.correction * f.title_jaccard if agree >= AGREEING_PER_CORRECTED * differ else 0.0


def title_words(f: Features) -> float:
    """Return the number of words in both titles; without spaces two character pairs count as one word."""
    return f.title_both * (CHAR_WORDS if f.is_char else 1.0)


def is_equal_title(f: Features) -> bool:
    """Whether the titles have the same words, at least EQUAL_TITLE_TOKENS."""
    return f.title_jaccard > 0.99 and f.title_tokens >= EQUAL_TITLE_TOKENS
