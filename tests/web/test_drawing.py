"""Pictures: positions keep the order of time and stay inside; a bar says what its polls brought."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.web.drawing import draw_bars, draw_spark, draw_time_line, place

START = datetime(2026, 11, 24, tzinfo=UTC)


def member(article, lag_s, *, is_agency=False):
    return {"article": article, "feed": f"feed-{article}", "lag_s": lag_s, "is_agency": is_agency}


@given(st.lists(st.floats(0, 1e9), min_size=1))
def test_a_later_copy_is_never_left_of_an_earlier_one(lags):
    places = [place(lag_s, max(lags)) for lag_s in sorted(lags)]
    assert places == sorted(places)
    assert all(0 < x < 100 for x in places)


def test_copies_of_one_moment_are_in_one_place():
    assert draw_spark([member(1, 0.0), member(2, 0.0)]) == (2.0, 2.0)
    assert draw_spark([]) == ()


def test_the_time_line_names_each_copy_with_its_lag_and_kind():
    line = draw_time_line([member(1, 0.0, is_agency=True), member(2, 720.0), member(3, 90_000.0)], 2)
    assert [(mark.label, mark.lag, mark.kind) for mark in line.marks] == [
        ("feed-1", "first", "agency"), ("feed-2", "+12 min", "lead"), ("feed-3", "+1 d 1 h", "copy"),
    ]  # fmt: skip
    assert [mark.is_left for mark in line.marks] == [False, False, True]
    ticks = [x for x, _ in line.ticks]
    assert ticks == sorted(ticks)
    assert all(b - a >= 9.0 for a, b in pairwise(ticks))


@pytest.mark.parametrize(
    ("counts", "kind"),
    [
        ((0, 0, 0), "none"),
        ((4, 0, 0), "quiet"),
        ((4, 3, 0), "news"),
        ((4, 3, 1), "mixed"),
        ((2, 0, 2), "bad"),
    ],
)
def test_a_bar_says_what_its_polls_brought(counts, kind):
    [bar] = draw_bars({START: counts}, START, 3600, 1)
    assert bar.kind == kind
    assert 0 < bar.height <= 100


def test_there_is_a_bar_for_each_stretch_also_without_polls():
    bars = draw_bars({START + timedelta(hours=6): (1, 1, 0)}, START, 6 * 3600, 4)
    assert [bar.polls for bar in bars] == [0, 1, 0, 0]
    assert [round(bar.x) for bar in bars] == [0, 25, 50, 75]
