"""Durations and sizes in words."""

import pytest

from worker.text.amounts import count_of, spell_bytes, spell_s


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3.0, "0 s"),
        (0.25, "0.25 s"),
        (59.96, "1 min"),
        (750.0, "12.5 min"),
        (3_599.0, "1 h"),
        (86_400.0, "1 d"),
    ],
)
def test_a_duration_has_one_unit_and_never_sixty_of_one(seconds, words):
    assert spell_s(seconds) == words


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 B"), (999, "999 B"), (12_345, "12.3 kB"), (2.5e6, "2.5 MB"), (3e9, "3.0 GB")]
)
def test_sizes_have_decimal_units(count, words):
    assert spell_bytes(count) == words


def test_words_follow_their_number():
    assert [count_of(1, "copy"), count_of(1_204, "story")] == ["1 copy", "1,204 stories"]
