"""Drop the lists of links and labels that a page shows before and after its text."""

import re
from collections.abc import Sequence

from worker.dedupe.text import is_sentence_long

MAX_LABEL_CHARS = 140
MIN_LABELS = 3  # fewer lines may be a subheading or a signature
_SENTENCE_END = re.compile(r"[.!?…。！？؟।:;,、，；：][\"'”’»)\]」』）]*$")
_DIGIT = re.compile(r"\d")


def drop_page_lists(paragraphs: Sequence[str]) -> list[str]:
    """Return paragraphs without the labels before the first and after the last paragraph of prose.

    A label is a short line without a full stop and without digits: the entry of a menu, the headline of
    another article. Lines with digits stay, as they may be results or prices. Only lists of at least
    MIN_LABELS are dropped; a text without prose is returned whole.
    """
    prose = [at for at, paragraph in enumerate(paragraphs) if _is_prose(paragraph)]
    if not prose:
        return list(paragraphs)
    head, tail = prose[0], prose[-1] + 1
    return [
        *_without_labels(paragraphs[:head]),
        *paragraphs[head:tail],
        *_without_labels(paragraphs[tail:]),
    ]


def _without_labels(lines: Sequence[str]) -> list[str]:
    kept = [line for line in lines if not _is_label(line)]
    return kept if len(lines) - len(kept) >= MIN_LABELS else list(lines)


def _is_label(line: str) -> bool:
    return len(line) <= MAX_LABEL_CHARS and not _SENTENCE_END.search(line) and not _DIGIT.search(line)


def _is_prose(paragraph: str) -> bool:
    return is_sentence_long(paragraph) and _SENTENCE_END.search(paragraph) is not None
