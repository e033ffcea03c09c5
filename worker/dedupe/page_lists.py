"""Drop the lists of links and labels that a page shows before and after its text."""

import re
from collections.abc import Sequence

from worker.dedupe.text import is_sentence_long

MAX_LABEL_CHARS = 140
MIN_LABELS = 3  # fewer lines may be a subheading or a signature
_SENTENCE_ENDS = frozenset(".!?…。！？؟।:;,、，；：")
_CLOSERS = "\"'”’»)]」』）"
_DIGIT = re.compile(r"\d")


def drop_page_lists(paragraphs: Sequence[str]) -> list[str]:
    """Return paragraphs without the labels before the first and after the last paragraph of prose.

    A label is a short line without a full stop and without digits: the entry of a menu, the headline of
    another article. Lines with digits stay, as they may be results or prices. Only lists of at least
    MIN_LABELS are dropped; a text without prose is returned whole.
    """
    size = len(paragraphs)
    head = next((at for at in range(size) if _is_prose(paragraphs[at])), size)
    if head == size:
        return list(paragraphs)
    tail = next(at for at in range(size, head, -1) if _is_prose(paragraphs[at - 1]))
    return [
        *_without_labels(paragraphs[:head]),
        *paragraphs[head:tail],
        *_without_labels(paragraphs[tail:]),
    ]


def _without_labels(lines: Sequence[str]) -> list[str]:
    kept = [line for line in lines if not _is_label(line)]
    return kept if len(lines) - len(kept) >= MIN_LABELS else list(lines)


def _is_label(line: str) -> bool:
    return len(line) <= MAX_LABEL_CHARS and not _is_closed(line) and not _DIGIT.search(line)


def _is_prose(paragraph: str) -> bool:
    return is_sentence_long(paragraph) and _is_closed(paragraph)


def _is_closed(paragraph: str) -> bool:
    """Whether a paragraph ends like a sentence or a part of one."""
    return paragraph.rstrip(_CLOSERS)[-1:] in _SENTENCE_ENDS
