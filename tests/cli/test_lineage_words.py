"""How a story's lineage is put in words."""

import pytest

from worker.dedupe.wording import Tally
from worker.text.amounts import spell_lag_s
from worker.views.lineage import reasons_words, role_words, tally_words

REASONS = {
    "shared_of_smaller": 1.0, "shared_of_larger": 0.62, "numbers": {"agree": 5, "differ": 0},
    "names": {"agree": 1, "differ": 2}, "title": 0.3, "provisional": True,
}  # fmt: skip


@pytest.mark.parametrize(
    ("lag_s", "said"),
    [
        (0, "+0 s"),
        (59.9, "+59 s"),
        (60, "+1 min"),
        (3_599, "+59 min"),
        (11_100, "+3 h 05 min"),
        (187_200, "+2 d 4 h"),
    ],
)
def test_lags_are_told_in_the_two_units_that_matter(lag_s, said):
    assert spell_lag_s(lag_s) == said


@pytest.mark.parametrize(
    ("role", "kind", "take", "said"),
    [
        ("copy", "", 0, "copy"),
        ("update", "lead", 2, "update, 2nd lead"),
        ("update", "lead", 11, "update, 11th lead"),
        ("update", "update", 3, "update 3"),
        ("lead", "lead", 1, "lead, 1st lead"),
        ("update", "correction", 1, "update, correction"),
        ("copy", "withdrawal", 1, "copy, withdrawal"),
        ("copy", "unheard-of", 1, "copy"),
    ],
)
def test_a_role_is_told_with_its_take(role, kind, take, said):
    assert role_words(role, kind, take) == said


def test_reasons_are_told_from_the_article_s_own_side():
    """Of the longer of two texts the smaller share is its own."""
    assert reasons_words(REASONS, 9, longer_by=1.6).startswith(
        "shares 62% of its text with article 9 (all of"
    )
    assert reasons_words(REASONS, 9, longer_by=0.6).startswith(
        "shares all of its text with article 9 (62% of"
    )
    assert reasons_words({}, 9, longer_by=0.6) == ""
    assert reasons_words({"title": 0.0}, 9, longer_by=0.6) == "titles share no word"


@pytest.mark.parametrize("longer_by", [1.0, 1.1, 3.0, 1 / 3])
def test_shares_of_texts_that_had_other_lengths_are_told_as_of_then(longer_by):
    """A summary was compared, and the page has another length."""
    told = reasons_words({"shared_of_smaller": 0.88, "shared_of_larger": 0.57}, 9, longer_by=longer_by)
    then = "shared 88% of the shorter text and 57% of the longer one with article 9 when they were compared"
    assert told == then
    alike = reasons_words({"shared_of_smaller": 0.9, "shared_of_larger": 0.88}, 9, longer_by=longer_by)
    assert alike.startswith("shares ")


def test_a_tally_leaves_out_what_is_none():
    assert tally_words(Tally(1_204, 0, 1, 3), "word") == "1,204 words kept, 1 added, 3 changed"
    assert tally_words(Tally(0, 1, 0, 0), "character") == "1 character cut"
    assert tally_words(Tally(), "word") == "nothing"


def test_numbers_are_named_no_more_than_differ():
    reasons = {"numbers": {"agree": 1, "differ": 2}}
    for numbers, named in (
        ((("5", "4"), ("8", "7")), " (5 for 4, 8 for 7)"),
        ((("5", "4"),), " (5 for 4, …)"),
        ((("5", "4"), ("8", "7"), ("2", "1")), ""),
        ((), ""),
    ):
        said = reasons_words(reasons, 9, longer_by=0.6, numbers=numbers)
        assert said == f"1 number agrees, 2 differ{named}"
