"""Rules for full texts: what a copy is not, whatever the model says of the words in common."""

from worker.dedupe.features import Features

EQUAL_TITLE = 0.8
ROLLING_TITLE_WORDS = 3
MAX_ROLLING_D = 3.0
NEARLY_ALL = 0.8  # of both texts: then a live blog or digest was copied as it is
MOST, HALF, WHOLE = 0.6, 0.5, 0.9
MIN_DIGEST_TITLE = 5  # words; a digest's standing title is shorter
MIN_FULL = 80  # shingles; in shorter texts a few sentences are much
MIN_OWN_FULL = 100  # of one source, which repeats itself
MIN_PART, MIN_BOTH_PARTS, MIN_OPENING = 0.3, 0.6, 0.3
MIN_HEADING = 0.5  # of one headline found in the other text or headline
# much in common, which no quotation is: of the smaller text, of the larger, and in shingles
MUCH_SMALL, MUCH_LARGE, MUCH_SHINGLES, MUCH_AGREEING = 0.4, 0.35, 100, 6
MAX_TAKE_D = 0.25
# a notice has hardly a text, and nothing of the text that it is about; its headline is the other's
MAX_NOTICE, MAX_NOTICE_SHARE, MAX_NOTICE_D, MIN_NOTICE_TITLE = 12, 0.2, 2.0, 4
# a correction of an article known by its headline: of one day, as the next day's column has the same
MAX_SUMMARY, MAX_CORRECTED_D, MIN_REFIGURED, MIN_REFIGURED_CHARS = 60, 0.8, 3, 6
REFIGURED_SHARE, FEW_NUMBERS = 0.5, 2  # of the shorter text in the other, and what any correction may change
# what differs from a text of the same form, under another headline; scripts without capitals show no names
OTHER_FACTS, OTHER_FIGURES, AGREEING_PER_OTHER = 3, 2, 2
OWN_PART = 0.7
GROWN_PART, MIN_GROWN = 0.9, 40
MIN_AGREEING = 3
AGREEING_PER_DIFFERING = 5


def is_other_form(f: Features) -> bool:
    """Whether one text is put together from parts and the other does not have nearly all of them.

    A live blog or digest holds passages of many texts, and is not a copy of any of them. Two digests may hold
    the same passage.
    """
    if not f.composite:
        return False
    if not f.same_form:
        return f.large < NEARLY_ALL and (f.small < WHOLE or f.large < HALF)
    if f.rolling and f.small >= WHOLE:
        return False  # an earlier state within a later one, whichever outlets ran them
    is_named_alike = f.title_jaccard >= EQUAL_TITLE and f.title_both >= MIN_DIGEST_TITLE
    if not f.rolling and is_named_alike and f.small >= NEARLY_ALL:
        return False
    return f.large < MOST


def is_same_rolling(f: Features) -> bool:
    """Whether both are states of one live blog: of one source, with one title, within days.

    Another number in the title is another day's.
    """
    return bool(
        f.same_source
        and f.composite
        and f.same_form
        and f.title_jaccard >= EQUAL_TITLE
        and f.title_both >= ROLLING_TITLE_WORDS
        and not f.title_numbers
        and f.gap_d <= MAX_ROLLING_D
        and f.rolling
    )


def is_notice(f: Features) -> bool:
    """Whether one is a mere notice of a correction or withdrawal, which a source words alike each time."""
    return bool(f.same_source and f.correction and f.shingles <= MAX_NOTICE)


def is_notice_of_other(f: Features) -> bool:
    """Whether one is a source's notice that corrects or withdraws the other, known by its headline."""
    return bool(
        is_notice(f)
        and f.small < MAX_NOTICE_SHARE
        and f.title_jaccard >= EQUAL_TITLE
        and f.title_both >= MIN_NOTICE_TITLE
        and not f.title_numbers
        and f.gap_d <= MAX_NOTICE_D
    )


def is_correction(f: Features) -> bool:
    """Whether one is a source's correction of the other, known by its headline.

    It has the other's headline, or the same with other numbers and most of the text with most of the facts.
    Of an equal headline, a summary may be worded anew.
    """
    if not _is_own_correction(f) or f.gap_d > MAX_CORRECTED_D or f.place or f.composite:
        return False
    if not _is_titled_alike(f):
        return False
    is_summary = f.shingles < MAX_SUMMARY and not f.title_refigured
    return is_summary or (f.small >= REFIGURED_SHARE and _has_most_facts(f))


def is_correction_of_other(f: Features) -> bool:
    """Whether one is a correction of a text of the other's form: about others, or of another event."""
    if not f.correction or _is_titled_alike(f):
        return False
    agree, differ = f.number_agree + f.name_agree, f.number_differ + f.name_differ
    least = OTHER_FIGURES if f.is_char else OTHER_FACTS
    return bool(f.place or (differ >= least and differ * AGREEING_PER_OTHER > agree))


def _is_own_correction(f: Features) -> bool:
    return bool(f.same_source and f.correction)


def _is_titled_alike(f: Features) -> bool:
    """Whether two headlines are the same, or the same with other numbers."""
    if f.title_refigured:
        return f.title_both >= (MIN_REFIGURED_CHARS if f.is_char else MIN_REFIGURED)
    return f.title_jaccard >= EQUAL_TITLE and f.title_both >= MIN_NOTICE_TITLE and not f.title_numbers


def _has_most_facts(f: Features) -> bool:
    """Whether names are the same, and no more numbers changed than stayed, or few did."""
    return not f.name_differ and f.number_differ <= max(FEW_NUMBERS, f.number_agree)


def is_take_or_rewrite(f: Features) -> bool:
    """Whether two full texts are states of one: they share a part, its opening and all facts around it.

    Another outlet's text also has the words of the headline, or a large part in common: independent reports
    share a quotation or the background instead. A later text of the same source shares most under another
    headline, or has the whole earlier text under the same.
    """
    if f.composite or f.worn or f.place or not _has_same_facts(f):
        return False
    if f.same_source:
        return _is_own_take(f)
    return _is_told_alike(f) or _has_much_in_common(f)


def _is_told_alike(f: Features) -> bool:
    return (
        f.shingles >= MIN_FULL
        and f.small >= MIN_PART
        and f.small + f.large >= MIN_BOTH_PARTS
        and max(f.lead_small, f.lead_large) >= MIN_OPENING
        and f.heading_share >= MIN_HEADING
    )


def _has_much_in_common(f: Features) -> bool:
    """Whether both consist of the same text for a large part, an opening included: a take with a new lead.

    A take follows within hours. Later, a phrase of the opening is the background of a follow-up.
    """
    return (
        f.small >= MUCH_SMALL
        and f.large >= MUCH_LARGE
        and f.small * f.shingles >= MUCH_SHINGLES
        and f.number_agree + f.name_agree >= MUCH_AGREEING
        and (max(f.lead_small, f.lead_large) >= MIN_OPENING or (f.opening > 0 and f.gap_d <= MAX_TAKE_D))
    )


def _is_own_take(f: Features) -> bool:
    is_grown = f.small >= GROWN_PART and f.title_jaccard >= EQUAL_TITLE and f.shingles >= MIN_GROWN
    return is_grown or (f.small >= OWN_PART and f.shingles >= MIN_OWN_FULL)


def _has_same_facts(f: Features) -> bool:
    """Whether the numbers and names between equal words are nearly all the same."""
    agree, differ = f.number_agree + f.name_agree, f.number_differ + f.name_differ
    return agree >= max(MIN_AGREEING, AGREEING_PER_DIFFERING * differ) and not f.title_numbers
