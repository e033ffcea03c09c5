"""What is kept of texts for the next ones is bounded in bytes, whatever a hostile feed sends."""

import gc
import tracemalloc
from collections.abc import Callable

import pytest

from worker.dedupe.furniture import unit_keys
from worker.dedupe.short_text import short_text

MOST_BYTES = 2_000_000


def read_long_words(number: int) -> object:
    return short_text("The council votes", f"{number:06d}".translate(LATIN) + "x" * 1_400, "en")


def read_long_words_of_other_letters(number: int) -> object:
    return short_text("The council votes", f"{number:06d}".translate(CYRILLIC) + "я" * 1_400, "en")


def read_long_paragraphs(number: int) -> object:
    return unit_keys(f"{number} {'The tide rose and fell again at the pier. ' * 2_000}")


LATIN = str.maketrans("0123456789", "abcdefghij")
CYRILLIC = str.maketrans("0123456789", "абвгдежзик")
HOSTILE = [read_long_words, read_long_words_of_other_letters, read_long_paragraphs]


@pytest.mark.parametrize("read", HOSTILE)
def test_long_texts_are_not_kept(read: Callable[[int], object]):
    read(0)  # with all that is made once
    gc.collect()
    tracemalloc.start()
    try:
        for number in range(1, 3_000 if read is not read_long_paragraphs else 80):
            read(number)
        gc.collect()
        assert tracemalloc.get_traced_memory()[0] < MOST_BYTES
    finally:
        tracemalloc.stop()
