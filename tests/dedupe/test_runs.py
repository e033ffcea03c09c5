"""Alignment of two sequences: exact for small inputs, bounded for large ones."""

import random

from hypothesis import given
from hypothesis import strategies as st

from worker.dedupe import alignment
from worker.dedupe.alignment import align, gaps

few = st.lists(st.sampled_from("abcd"), max_size=14)


def longest(a, b):
    """Return the length of a longest common subsequence, by the textbook algorithm."""
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            table[i + 1][j + 1] = table[i][j] + 1 if x == y else max(table[i][j + 1], table[i + 1][j])
    return table[-1][-1]


def assert_true(a, b, found):
    """Check that runs are equal and in order, and no two are adjacent on both sides."""
    i = j = 0
    for n, (start, other, size) in enumerate(found):
        assert size > 0
        assert a[start : start + size] == b[other : other + size]
        assert start >= i
        assert other >= j
        assert not n or (start, other) != (i, j)
        i, j = start + size, other + size


@given(few, few)
def test_runs_make_a_longest_common_subsequence(a, b):
    found = align(a, b)
    assert_true(a, b, found)
    assert sum(size for _, _, size in found) == longest(a, b)


@given(few, few)
def test_runs_and_gaps_cover_both_sequences(a, b):
    found = align(a, b)
    boxes = list(gaps(found, (0, len(a), 0, len(b))))
    assert len(boxes) == len(found) + 1
    shared = sum(size for _, _, size in found)
    assert sum(box[1] - box[0] for box in boxes) + shared == len(a)
    assert sum(box[3] - box[2] for box in boxes) + shared == len(b)


def test_a_long_text_is_split_at_runs_that_occur_once_on_each_side(monkeypatch):
    """Beyond the bound almost everything shared is still found."""
    monkeypatch.setattr(alignment, "MAX_CELLS", 2_000)
    words = [f"w{n}" for n in range(3_000)]
    edited = [word if n % 50 else f"other{n}" for n, word in enumerate(words)]
    found = align(words, edited)
    assert_true(words, edited, found)
    assert sum(size for _, _, size in found) == 3_000 - 60


def test_moved_halves_beyond_the_bound_keep_one_half(monkeypatch):
    monkeypatch.setattr(alignment, "MAX_CELLS", 2_000)
    words = [f"w{n}" for n in range(400)]
    found = align(words, words[250:] + words[:250])
    assert_true(words, words[250:] + words[:250], found)
    assert sum(size for _, _, size in found) == 250


def test_sequences_that_cannot_be_split_differ_entirely(monkeypatch):
    """Two words in random order contain no rare runs: the work stays bounded, without false matches."""
    monkeypatch.setattr(alignment, "MAX_CELLS", 2_000)
    rng = random.Random(7)
    a, b = ([rng.choice("xy") for _ in range(5_000)] for _ in range(2))
    found = align(a, b)
    assert_true(a, b, found)
