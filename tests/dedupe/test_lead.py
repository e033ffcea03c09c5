"""The lead of a story: the agency's own text or the earliest of the full copies, or what corrected it."""

from datetime import UTC, datetime, timedelta

import pytest

from worker.dedupe import arrange, elect_lead
from worker.records import StoryMember

MOMENT = datetime(2026, 11, 23, 9, tzinfo=UTC)


def member(article, length, minutes, **more):
    source = more.pop("source", f"source{article}")
    more = {"first_length": length, **more}
    return StoryMember(article, source, length, MOMENT + timedelta(minutes=minutes), **more)


def entry(article, length, minutes, **more):
    """A correction of the first outlet in an entry of its own."""
    return member(article, length, minutes, source="source1", take=1, **{"state": "corrected", **more})


def relayed(article, minutes):
    """Another agency's text, and the notice that withdraws it, which names no agency."""
    return [
        member(article, 900, minutes, source="relay"),
        member(article + 1, 30, minutes + 9, source="relay", is_agency=True, state="withdrawn"),
    ]


@pytest.mark.parametrize(
    ("members", "lead"),
    [
        ([member(1, 900, 0), member(2, 1000, 5)], 1),
        ([member(1, 200, 0), member(2, 1000, 5), member(3, 1100, 9)], 2),
        ([member(1, 1000, 0), member(2, 600, 50, is_agency=True)], 2),
        ([member(1, 700, 0, is_agency=True), member(2, 900, 5, is_agency=True, take=2)], 1),
        ([member(1, 100, 0, is_agency=True), member(2, 900, 5, is_agency=True, take=2)], 2),
        ([member(1, 1000, 0, is_agency=True, state="withdrawn"), member(2, 900, 5)], 2),
        ([member(1, 1000, 0, state="withdrawn")], 1),
        ([member(1, 1000, 0, take=1, state="corrected"), member(2, 1000, 5)], 1),
        ([member(1, 1000, 0, take=2), member(2, 1000, 5)], 2),
        ([member(1, 1000, 0), entry(2, 900, 5), member(3, 1000, 9)], 2),
        ([member(1, 900, 9, is_agency=True), *relayed(2, 0)], 1),
        ([member(1, 900, 5), *relayed(2, 0)], 2),
        ([member(1, 1000, 0), entry(9, 900, 5), entry(10, 900, 5)], 10),
        ([member(1, 1000, 0), entry(2, 900, 5, state="restored", is_rerun_correction=True)], 2),
        ([member(1, 1000, 0), entry(2, 900, 5, state="restored")], 1),
        ([member(1, 1000, 0), entry(2, 400, 5)], 1),
        ([member(1, 1000, 0), member(2, 1000, 5, take=1, state="corrected")], 1),
        ([member(1, 1000, 0, state="withdrawn"), entry(2, 1000, 5), member(3, 1000, 9)], 2),
        ([entry(1, 600, 5), member(2, 1000, 9, source="source1")], 2),
        ([member(1, 600, 0, first_length=1000), member(2, 1000, 5, take=1, state="corrected")], 1),
        ([member(1, 400, 0, first_length=1000), member(2, 1000, 5, take=1, state="corrected")], 2),
        ([member(1, 600, 0, first_length=600), member(2, 1000, 5, take=1, state="corrected")], 2),
    ],
)
def test_the_lead_is_the_agencys_own_or_the_earliest_full_copy_or_what_corrected_it(members, lead):
    assert elect_lead(members) == lead
    assert elect_lead(members[::-1]) == lead


def test_a_story_without_members_has_no_lead():
    with pytest.raises(ValueError, match="no lead"):
        elect_lead([])


@pytest.mark.parametrize(
    ("members", "mark"),
    [
        ([member(1, 1000, 0, take=1, state="corrected"), member(2, 1000, 5)], "corrected"),
        ([member(1, 1000, 0), member(2, 1000, 5, take=1, state="corrected")], ""),
        ([member(1, 60, 0, take=1, state="withdrawn"), member(2, 1000, 5)], "withdrawn"),
        ([member(1, 1000, 0), member(2, 1000, 5, take=1, state="withdrawn")], ""),
        ([member(1, 1000, 0), member(2, 900, 5, is_agency=True, state="withdrawn")], "withdrawn"),
        ([member(1, 1000, 0, state="withdrawn"), member(2, 900, 5, is_agency=True)], ""),
        ([member(1, 200, 0, take=1, state="corrected"), member(2, 1000, 5)], ""),
        ([member(1, 20, 0, first_length=1000, state="corrected"), member(2, 1000, 5)], "corrected"),
        ([member(1, 1000, 0, state="corrected"), member(2, 3000, 5, first_length=1000)], "corrected"),
        ([member(1, 1000, 0, first_length=100, state="corrected"), member(2, 1000, 5)], ""),
        ([member(1, 1000, 0, take=2, state="restored"), member(2, 1000, 5)], "restored"),
        (
            [
                member(1, 1000, 0, source="source1", state="restored", declared=7),
                entry(2, 900, 5, declared=8),
            ],
            "corrected",
        ),
        (
            [
                member(1, 1000, 0, source="source1", state="restored", declared=8),
                entry(2, 900, 5, declared=7),
            ],
            "restored",
        ),
        ([entry(1, 1000, 0, state="withdrawn", declared=3), entry(2, 900, 5, declared=8)], "withdrawn"),
        ([member(1, 900, 5, is_agency=True), *relayed(2, 0)], ""),
        ([member(1, 900, 0, is_agency=True), *relayed(2, 5)], ""),
        ([member(1, 900, 0), *relayed(2, 5)], ""),
        (relayed(2, 0), "withdrawn"),
    ],
)
def test_a_story_has_the_mark_of_the_agency_or_of_the_outlet_that_ran_it_first(members, mark):
    assert arrange(members).mark == mark
