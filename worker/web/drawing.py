"""Pictures as numbers for SVG: positions along a time line, bars of counts. Pure functions."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from worker.text.amounts import spell_lag_s

KNEE_S = 60.0  # below this the scale is nearly linear, above it is logarithmic
EDGE = 2.0  # percent of the width that is kept free on both sides
ROW_PX, HEAD_PX = 26, 22
TICKS_S = (60, 300, 900, 3_600, 10_800, 43_200, 86_400, 259_200, 604_800, 2_592_000)
TICK_GAP = 9.0  # percent between two labels, so that they do not touch
SPARK_DOTS = 60


@dataclass(frozen=True, slots=True)
class Mark:
    """A copy on the time line: `x` in percent of the width, `y` in pixels; its label is beside it."""

    x: float
    y: int
    is_left: bool
    label: str
    lag: str
    kind: str  # lead, agency or copy
    article: int


@dataclass(frozen=True, slots=True)
class TimeLine:
    """The copies of a story in order of publication, and the ticks of the scale as (x, label)."""

    marks: tuple[Mark, ...]
    ticks: tuple[tuple[float, str], ...]
    height: int


def place(lag_s: float, longest_s: float) -> float:
    """Where a lag is, in percent of the width: minutes at the start are as wide as days at the end."""
    reach = math.log1p(max(0.0, lag_s) / KNEE_S) / math.log1p(max(1.0, longest_s) / KNEE_S)
    return round(EDGE + min(1.0, reach) * (100 - 2 * EDGE), 2)


def draw_time_line(members: Sequence[Mapping[str, Any]], lead: int) -> TimeLine:
    """The time line of copies, which have `lag_s`, `feed`, `article` and `is_agency`."""
    longest_s = max((member["lag_s"] for member in members), default=0.0)
    marks = []
    for n, member in enumerate(members):
        x = place(member["lag_s"], longest_s)
        kind = "agency" if member["is_agency"] else "lead" if member["article"] == lead else "copy"
        lag = spell_lag_s(member["lag_s"]) if n else "first"
        y = HEAD_PX + n * ROW_PX + ROW_PX // 2
        marks.append(Mark(x, y, x > 55.0, member["feed"], lag, kind, member["article"]))
    ticks, last = [], 0.0
    for tick_s in TICKS_S:
        x = place(tick_s, longest_s)
        if tick_s <= longest_s and x - last >= TICK_GAP and x <= 100 - EDGE:
            ticks.append((x, spell_lag_s(tick_s).replace(" 00 min", "").replace(" 0 h", "")))
            last = x
    return TimeLine(tuple(marks), tuple(ticks), HEAD_PX + len(members) * ROW_PX)


def draw_spark(members: Sequence[Mapping[str, Any]]) -> tuple[float, ...]:
    """The positions of the copies of a story in percent, on the scale of its own time line."""
    lags = sorted(member["lag_s"] for member in members)[:SPARK_DOTS]
    longest_s = lags[-1] if lags else 0.0
    return tuple(place(lag_s, longest_s) for lag_s in lags)


@dataclass(frozen=True, slots=True)
class Bar:
    """What the polls of a stretch of time brought; heights in percent of the picture."""

    at: datetime
    polls: int
    new: int
    failures: int
    height: float
    x: float
    width: float

    @property
    def kind(self) -> str:
        """`none` without a poll, `bad` if all failed, `mixed`, `news` with new entries, else `quiet`."""
        if not self.polls:
            return "none"
        if self.failures:
            return "bad" if self.failures == self.polls else "mixed"
        return "news" if self.new else "quiet"


def draw_bars(
    counts: Mapping[datetime, tuple[int, int, int]], start: datetime, step_s: int, bars: int
) -> tuple[Bar, ...]:
    """Bars of (polls, new entries, failures) by the start of their stretch, from `start` on."""
    top = max((new for _, new, _ in counts.values()), default=0) or 1
    width = 100 / bars
    drawn = []
    for n in range(bars):
        at = start + timedelta(seconds=n * step_s)
        polls, new, failures = counts.get(at, (0, 0, 0))
        height = 12.0 + 88.0 * math.sqrt(new / top) if polls else 6.0
        drawn.append(Bar(at, polls, new, failures, round(height, 1), round(n * width, 3), round(width, 3)))
    return tuple(drawn)
