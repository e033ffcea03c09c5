"""Recognize an edit that leaves nothing of a text: its entry now holds a report of something else."""

from worker.dedupe.compilation import function_words, subject_of
from worker.dedupe.features import share_of_smaller
from worker.dedupe.match import PROVISIONAL_SHINGLES
from worker.dedupe.signature import ELLIPSIS, Signature, make_signature
from worker.dedupe.verify import CHARS_PER_WORD
from worker.records import Document

KEPT_SHARE = 0.1  # of the smaller text; a text of which less is left is another one
TITLE_WORDS = 1  # that two headlines may share by chance
SUBJECT_WORDS, SUBJECT_SHARE = 3, 0.15  # names and headline words in common: a rewrite of the same report
TAIL_CHARS = 16


def is_replaced(old: Document, new: Signature, text: str) -> bool:
    """Return whether the outlet put a full text of something else in the place of a full text.

    `new` is the signature of `text`, which replaced `old`. Not if either is short or truncated, a notice,
    correction or later take, a rolling report or a digest; nor if headlines or names are alike: then it
    is a rewrite about the same event, or a column goes on.
    """
    if _is_broken_off(old.text) or _is_broken_off(text) or not _is_plain(new):
        return False
    was = make_signature(old, ())
    is_full = _is_plain(was) and was.is_char == new.is_char
    return is_full and share_of_smaller(was, new) < KEPT_SHARE and not _is_about_same(was, new)


def _is_broken_off(text: str) -> bool:
    return ELLIPSIS.search(text[-TAIL_CHARS:]) is not None


def _is_plain(text: Signature) -> bool:
    """Whether it is a report in full, which says all of itself."""
    least = PROVISIONAL_SHINGLES * (CHARS_PER_WORD if text.is_char else 1)
    return len(text.shingles) >= least and not (text.take or text.form or text.is_worn) and bool(text.title)


def _is_about_same(a: Signature, b: Signature) -> bool:
    if len((a.title & b.title) - function_words()) > TITLE_WORDS:
        return True
    mine, theirs = subject_of(a), subject_of(b)
    both = len(mine & theirs)
    return both >= SUBJECT_WORDS and both > SUBJECT_SHARE * min(len(mine), len(theirs))
