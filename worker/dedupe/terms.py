"""The terms of the verifier: what follows from a pair's features, each to be weighed."""

from math import log1p

from worker.dedupe.features import Features

SHORT_SHINGLES = 24  # a text of so many shingles is half "short"
EQUAL_TITLE_TOKENS = 5  # fewer words make no title of its own
MAX_GAP_D = 4.0
MANY_NUMBERS = 4

# term -> the sign that its weight must have (1 or -1; 0: either), so that no accident of the data a model
# was fitted on can make, say, differing numbers speak for a copy
SIGNS: dict[str, int] = {
    "shared": 1,  # how much text the two share, as share and as amount
    "small_half": 1,
    "short_small": 0,
    "lead_both": 1,
    "lead_max": 1,
    "opening": 1,  # the first words name the subject, which is what a template exchanges
    "number_diff": -1,  # numbers between the same words that are unlike: a template, or another event
    "number_many": -1,
    "number_share": 1,
    "number_lead": 1,
    "lead_number_diff": 0,
    "shared_number_diff": 0,
    "short_number_diff": -1,
    "name_diff": -1,
    "title_share": 1,
    "title_swap": -1,
    "brief_swap": -1,
    "title_numbers": -1,
    "heading": 1,  # one outlet's title may be the opening of another's text
    "short_heading": 1,
    "brief": 0,  # both are short: only then may a title speak without the text
    "brief_share": 1,
    "brief_heading": 1,
    "short": 0,
    "size": 0,
    "same": 0,  # one source: its templates are alike by nature
    "same_small": 1,
    "same_number_diff": -1,
    "gap_short": -1,
    "gap_unlike": -1,
    "gap_same_short": -1,
    "gap_number_diff": -1,
    "gap_equal": -1,
    "worn": -1,
    "correct_title": 1,
    "place": -1,
}


def terms_of(f: Features) -> tuple[float, ...]:
    """The values of the terms, in the order of SIGNS."""
    short = 1 / (1 + f.shingles / SHORT_SHINGLES)
    shared = log1p(f.small * f.shingles) / 5
    number_diff = f.number_differ / (f.number_agree + f.number_differ + 1)
    return (
        *_text_terms(f, short, shared),
        *_fact_terms(f, short, shared, number_diff),
        *_title_terms(f, short),
        *_source_terms(f, short, number_diff),
    )


def _text_terms(f: Features, short: float, shared: float) -> tuple[float, ...]:
    return (
        shared * f.small,
        max(0.0, f.small - 0.5),
        short * f.small,
        f.lead_small * f.lead_large,
        max(f.lead_small, f.lead_large),
        f.opening,
    )


def _fact_terms(f: Features, short: float, shared: float, number_diff: float) -> tuple[float, ...]:
    return (
        number_diff,
        min(1.0, f.number_differ / MANY_NUMBERS),
        f.number_share,
        f.number_lead,
        max(f.lead_small, f.lead_large) * number_diff,
        shared * number_diff,
        short * number_diff,
        f.name_differ / (f.name_agree + f.name_differ + 1),
    )


def _title_terms(f: Features, short: float) -> tuple[float, ...]:
    brief = 1 / (1 + f.shingles_large / SHORT_SHINGLES)
    return (
        f.title_share,
        f.title_swap,
        brief * f.title_swap,
        f.title_numbers,
        f.heading_share,
        short * f.heading_share,
        brief,
        brief * f.title_share,
        brief * f.heading_share,
        short,
        log1p(f.shingles) / 5,
    )


def _source_terms(f: Features, short: float, number_diff: float) -> tuple[float, ...]:
    same, gap = f.same_source, min(f.gap_d, MAX_GAP_D)
    return (
        same,
        same * f.small,
        same * number_diff,
        gap * short,
        gap * (1 - f.small),
        gap * same * short,
        gap * number_diff,
        gap * is_equal_title(f),
        f.worn,
        f.correction * f.title_jaccard,
        f.place,
    )


def is_equal_title(f: Features) -> bool:
    """Whether the titles have the same words, and enough of them."""
    return f.title_jaccard > 0.99 and f.title_tokens >= EQUAL_TITLE_TOKENS
