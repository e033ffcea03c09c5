"""Rules for full texts: what a copy is not, whatever the model says of the words in common."""

from worker.dedupe.features import Features

EQUAL_TITLE = 0.8
ROLLING_TITLE_WORDS = 3
MAX_ROLLING_D = 3.0
NEARLY_ALL = 0.8  # of both texts: then a live blog or digest was copied as it is
MOST = 0.6


def is_other_form(f: Features) -> bool:
    """Whether one text is put together from parts and the other does not have nearly all of them.

    A live blog or digest holds passages of many texts, and is not a copy of any of them. Two digests may hold
    the same passage.
    """
    if not f.composite:
        return False
    return f.large < (MOST if f.same_form else NEARLY_ALL)


def is_same_rolling(f: Features) -> bool:
    """Whether both are states of one live blog: of one source, with one title, within days."""
    return bool(
        f.same_source
        and f.composite
        and f.same_form
        and f.title_jaccard >= EQUAL_TITLE
        and f.title_both >= ROLLING_TITLE_WORDS
        and f.gap_d <= MAX_ROLLING_D
        and f.rolling
    )
