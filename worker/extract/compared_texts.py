"""Compares the text of a page with the feed's, and with the one that was read from it before."""

import re

THIN_SHARE = 0.7  # a page with a smaller share of the feed's letters is worse than the feed
SHARED_WORDS = 0.3  # a page of the same article contains at least this share of the feed's words
MIN_COMPARED_LETTERS = 120  # a shorter feed text is a teaser, often worded differently
MIN_MATCHED_LETTERS = 40  # a shorter feed text could match by chance
_WORD = re.compile(r"\w+")


def is_of_feed(text: str, feed_text: str) -> bool:
    """Whether a text contains the feed's words; consent walls never do, whatever the article's topic."""
    wanted = _units(feed_text)
    is_long_enough = count_letters(feed_text) >= MIN_MATCHED_LETTERS
    return is_long_enough and len(wanted & _units(text)) >= THIN_SHARE * len(wanted)


def compare_with_feed(text: str, feed_text: str) -> str | None:
    """Returns why a page's text is worse than the feed's text, or None."""
    feed_letters = count_letters(feed_text)
    if feed_letters < MIN_COMPARED_LETTERS:
        return None
    if count_letters(text) < THIN_SHARE * feed_letters:
        return "shorter than the feed's own text"
    wanted = _units(feed_text)
    if wanted and len(wanted & _units(text)) < SHARED_WORDS * len(wanted):
        return "does not share the feed's words"
    return None


def compare_with_kept(text: str, kept: str) -> str | None:
    """Returns why a page's text is not the article whose text was read from it before, or None.

    An edit changes words, also most of them; a page that lost nearly all of its letters now has something
    else in the article's place, as a notice or the first sentences before a wall.
    """
    letters, kept_letters = count_letters(text), count_letters(kept)
    if kept_letters < MIN_COMPARED_LETTERS or letters >= SHARED_WORDS * kept_letters:
        return None
    return (
        f"{letters:,} of the {kept_letters:,} letters that the page had are left; the text of before is kept"
    )


def _units(text: str) -> set[str]:
    # words, or pairs of characters in scripts without spaces between words
    words = _WORD.findall(text.casefold())
    return (
        {word[at : at + 2] for word in words for at in range(max(1, len(word) - 1))}
        if _is_dense(words)
        else set(words)
    )


def _is_dense(words: list[str]) -> bool:
    return bool(words) and any("\u2e80" <= word[0] <= "\ud7ff" for word in words[:20])


def count_letters(text: str) -> int:
    """Returns the number of letters and digits in a text."""
    return sum(map(str.isalnum, text))
