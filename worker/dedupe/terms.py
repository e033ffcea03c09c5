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
    "short_opening": 1,
    "brief_opening": 1,
    "name_lead": 1,
    "short_name_lead": 1,
    "number_diff": -1,  # numbers between the same words that are unlike: a template, or another event
    "number_many": -1,
    "number_share": 1,
    "number_lead": 1,
    "small_number_share": 1,
    "lead_number_diff": 0,
    "shared_number_diff": 0,
    "short_number_diff": -1,
    "name_diff": -1,
    "title_share": 1,
    "title_swap": -1,
    "brief_swap": -1,
    "title_equal": 1,
    "title_numbers": -1,
    "short_equal": 1,
    "short_title_numbers": -1,
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
    "same_name_lead": 1,
    "gap_short": -1,
    "gap_unlike": -1,
    "gap_same_short": -1,
    "gap_number_diff": -1,
    "gap_equal": -1,
    "worn": -1,
    "correct_title": 1,
    "correct_number_share": 1,
    "place": -1,
}


def terms_of(f: Features) -> tuple[float, ...]:
    """The values of the terms, in the order of SIGNS."""
    number_diff = f.number_differ / (f.number_agree + f.number_differ + 1)
    name_diff = f.name_differ / (f.name_agree + f.name_differ + 1)
    short = 1 / (1 + f.shingles / SHORT_SHINGLES)
    brief = 1 / (1 + f.shingles_large / SHORT_SHINGLES)
    shared = log1p(f.small * f.shingles) / 5
    lead_max = max(f.lead_small, f.lead_large)
    equal = 1.0 if is_equal_title(f) else 0.0
    small, same, gap = f.small, f.same_source, min(f.gap_d, MAX_GAP_D)
    return (
        shared * small,
        max(0.0, small - 0.5),
        short * small,
        f.lead_small * f.lead_large,
        lead_max,
        f.opening,
        short * f.opening,
        brief * f.opening,
        f.name_lead,
        short * f.name_lead,
        number_diff,
        min(1.0, f.number_differ / MANY_NUMBERS),
        f.number_share,
        f.number_lead,
        small * f.number_share,
        lead_max * number_diff,
        shared * number_diff,
        short * number_diff,
        name_diff,
        f.title_share,
        f.title_swap,
        brief * f.title_swap,
        equal,
        f.title_numbers,
        short * equal,
        short * f.title_numbers,
        f.heading_share,
        short * f.heading_share,
        brief,
        brief * f.title_share,
        brief * f.heading_share,
        short,
        log1p(f.shingles) / 5,
        same,
        same * small,
        same * number_diff,
        same * f.name_lead,
        gap * short,
        gap * (1 - small),
        gap * same * short,
        gap * number_diff,
        gap * equal,
        f.worn,
        f.correction * f.title_jaccard,
        f.correction * f.number_share,
        f.place,
    )


def is_equal_title(f: Features) -> bool:
    """Whether the titles have the same words, and enough of them."""
    return f.title_jaccard > 0.99 and f.title_tokens >= EQUAL_TITLE_TOKENS
