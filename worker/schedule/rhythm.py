"""A feed's own rhythm, learned from when its entries came: by hour of the day and by day of the week.

Arrivals are counted beside the time that was watched, so that a rate is known where enough was seen, and
the mean rate stands in where it was not. Old weeks fade.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from worker.records import PollReport, Rhythm

BATCH_S = 60.0  # entries published closer together came at once and say nothing of the rhythm
_BATCH_SHARE = 0.5  # of the wanted interval, where that is shorter
_GAPS_MIN = 3  # fewer gaps are no rhythm
_HALF_LIFE_S = 21 * 86_400.0
_WATCHED_MAX_S = 2 * 86_400.0  # of a longer stop the page shows the end only
_HOUR_S = 3_600.0
_WEEK_S = 7 * 86_400.0
_DOUBT = 3.0
_ENTRIES_A_POLL = 1.5  # so few that little waits, so many that few polls are empty
_MOOD_S = 1_800.0  # how long a burst or a lull lasts when nothing else is known
_MOOD_INTERVALS = 2.0  # or so many wanted intervals, where they are shorter: who asks often wants it finer
_MOOD_DOUBT = 1.0
_MOOD_RANGE = (0.25, 10.0)
_MOOD_REACH = 3.0  # times that length; what is older weighs nothing
_STEPS_OF_MOOD = 12
_FADED_LEAST = 0.001  # after seven months without an answer the old page is forgotten
_DIGITS = 4  # after the point, that are kept
_PAGE_LEAST = 5  # entries; a shorter page is always about to turn over
_PAGE_KNOWN = 30
DELTA = 226  # only what is new (RFC 3229): says nothing of a page


@dataclass(frozen=True, slots=True)
class Expectation:
    """The rate of arrivals to expect: the mean, factors by hour and day (UTC), and the mood of `seen_at`.

    A burst or a lull lifts or lowers the rate and fades within hours.
    """

    mean_per_s: float
    hours: tuple[float, ...]
    days: tuple[float, ...]
    mood: float
    mood_s: float
    seen_at: datetime

    def usual_per_s(self, at: datetime) -> float:
        """Arrivals a second that are usual at a time of the week."""
        return self.mean_per_s * self.hours[at.hour] * self.days[at.weekday()]

    def rate_per_s(self, at: datetime) -> float:
        """Arrivals a second to expect at a time after `seen_at`."""
        age_s = (at - self.seen_at).total_seconds()
        return self.usual_per_s(at) * (1.0 + (self.mood - 1.0) * math.exp(-age_s / self.mood_s))

    def usual_between(self, start: datetime, end: datetime) -> float:
        """How many arrivals are usual between two times."""
        whole_s = (end - start).total_seconds()
        if whole_s >= _WEEK_S:
            return self.mean_per_s * whole_s
        steps = max(1, math.ceil(whole_s / _HOUR_S))
        step_s = whole_s / steps
        middles = (start + timedelta(seconds=(number + 0.5) * step_s) for number in range(steps))
        return sum(self.usual_per_s(at) for at in middles) * step_s

    def worth_s(self, wanted_s: float, longest_s: float) -> float:
        """The seconds from `seen_at` after which another poll is worth its request, `longest_s` at most.

        Where entries come faster than one and a half per wanted interval, a poll is worth it as soon as
        so many are expected. Where they come slower the wait grows with the square root of their gap: of
        all ways to spread a number of requests over changing rates that leaves the least mean delay.
        """
        waited_s = done = 0.0
        while waited_s < longest_s:
            step_s = max(wanted_s / 4, waited_s / 8)
            pace = self.rate_per_s(self.seen_at + timedelta(seconds=waited_s + step_s / 2))
            pace *= wanted_s / _ENTRIES_A_POLL
            gain_s = step_s * (pace if pace > 1.0 else math.sqrt(pace))
            if done + gain_s >= wanted_s:
                return min(longest_s, waited_s + step_s * (wanted_s - done) / gain_s)
            done += gain_s
            waited_s += step_s
        return longest_s


def find_gaps_s(arrivals: Sequence[datetime], now: datetime) -> list[float]:
    """The seconds between recent arrivals, without future dates and without what came in one batch."""
    times = sorted((at for at in arrivals if at <= now), reverse=True)
    gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(times)]
    return [gap for gap in gaps if gap >= BATCH_S]


def find_rhythm_s(arrivals: Sequence[datetime], now: datetime) -> float | None:
    """The median gap between arrivals, or None when too few are known."""
    gaps = find_gaps_s(arrivals, now)
    return median(gaps) if len(gaps) >= _GAPS_MIN else None


def learn_rhythm(
    rhythm: Rhythm | None,
    report: PollReport,
    watched_from: datetime | None,
    now: datetime,
    wanted_s: float,
) -> Rhythm | None:
    """The rhythm after a poll that answered; what is new in it came since `watched_from`.

    `wanted_s` is the operator's interval: how fine the rhythm need be known.

    Without a rhythm it begins with what the page shows of the past, once it shows enough; else None.
    """
    moments = _without_batches(report.arrivals, now, wanted_s)
    page_s = _find_page_s(report, now, wanted_s)
    if rhythm is None or watched_from is None:
        if len(moments) <= _GAPS_MIN:
            return None
        if _are_days_only(moments):
            return Rhythm()  # when they came is learned from the polls alone
        return _add(Rhythm(page_s=page_s), moments[:-1], moments[-1], now)
    since = max(watched_from, now - timedelta(seconds=_WATCHED_MAX_S))
    faded = _fade(rhythm, (now - watched_from).total_seconds())
    known = [seconds for seconds in (page_s, faded.page_s) if seconds is not None]
    came = find_arrivals(report, watched_from, now, wanted_s)
    return _add(replace(faded, page_s=min(known, default=None)), came, since, now)


def find_arrivals(
    report: PollReport, watched_from: datetime, now: datetime, wanted_s: float
) -> list[datetime]:
    """When the new entries of a poll came, one moment a batch, newest first.

    An entry dated before the last poll was not there then: it came after, whatever its date says.
    """
    return _without_batches([max(at, watched_from) for at in report.arrivals[: report.new]], now, wanted_s)


def _are_days_only(moments: Sequence[datetime]) -> bool:
    """Whether the dates name days: all the same time of day, to the second."""
    return len({(at.hour, at.minute, at.second) for at in moments}) == 1


def expect_arrivals(
    rhythm: Rhythm, arrivals: Sequence[datetime], now: datetime, wanted_s: float, *, doubt: float = _DOUBT
) -> Expectation | None:
    """What to expect from `now` on; None when nothing was ever seen to arrive.

    `doubt` is how many arrivals an hour or a day must have seen or missed before it is much trusted.
    """
    seen, watched_s = sum(rhythm.hours), sum(rhythm.hours_s)
    if seen <= 0.0 or watched_s <= 0.0:
        return None
    mean = seen / watched_s
    hours = _factors(rhythm.hours, rhythm.hours_s, mean, doubt)
    days = _factors(rhythm.days, rhythm.days_s, mean, doubt)
    mood_s = min(_MOOD_S, _MOOD_INTERVALS * wanted_s)
    usual = Expectation(mean, hours, days, mood=1.0, mood_s=mood_s, seen_at=now)
    recent = _without_batches(arrivals, now, wanted_s)
    return replace(usual, mood=_find_mood(usual, recent))


def _without_batches(arrivals: Sequence[datetime], now: datetime, wanted_s: float) -> list[datetime]:
    """One moment for each batch, newest first; future dates are left out."""
    batch_s = min(BATCH_S, _BATCH_SHARE * wanted_s)
    kept: list[datetime] = []
    for at in sorted((at for at in arrivals if at <= now), reverse=True):
        if not kept or (kept[-1] - at).total_seconds() >= batch_s:
            kept.append(at)
    return kept


def _find_page_s(report: PollReport, now: datetime, wanted_s: float) -> float | None:
    """The shortest time in which a page of entries came, told from at most `_PAGE_KNOWN` of them.

    A page that came within the wanted interval is a batch, which no earlier poll would have met.
    """
    count = min(report.entries, _PAGE_KNOWN)
    if count < _PAGE_LEAST or report.http_status == DELTA:
        return None
    times = sorted((at for at in report.arrivals if at <= now), reverse=True)
    spans = [(late - early).total_seconds() for late, early in zip(times, times[count - 1 :], strict=False)]
    shortest = min((span for span in spans if span >= wanted_s), default=None)
    return None if shortest is None else shortest * report.entries / (count - 1)


def _add(rhythm: Rhythm, moments: Sequence[datetime], since: datetime, now: datetime) -> Rhythm:
    hours, hours_s = list(rhythm.hours), list(rhythm.hours_s)
    days, days_s = list(rhythm.days), list(rhythm.days_s)
    for at in moments:
        hours[at.hour] += 1.0
        days[at.weekday()] += 1.0
    weeks, rest_s = divmod(max(0.0, (now - since).total_seconds()), _WEEK_S)
    hours_s = [value + weeks * _WEEK_S / 24 for value in hours_s]
    days_s = [value + weeks * _WEEK_S / 7 for value in days_s]
    at = now - timedelta(seconds=rest_s)
    while at < now:
        hour_end = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        length_s = (min(hour_end, now) - at).total_seconds()
        hours_s[at.hour] += length_s
        days_s[at.weekday()] += length_s
        at = hour_end
    return Rhythm(_rounded(hours), _rounded(hours_s), _rounded(days), _rounded(days_s), rhythm.page_s)


def _rounded(values: Sequence[float]) -> tuple[float, ...]:
    return tuple(round(value, _DIGITS) for value in values)


def _fade(rhythm: Rhythm, passed_s: float) -> Rhythm:
    left = 0.5 ** (max(0.0, passed_s) / _HALF_LIFE_S)
    page_s = None if rhythm.page_s is None else rhythm.page_s / max(left, _FADED_LEAST)
    return Rhythm(
        hours=tuple(value * left for value in rhythm.hours),
        hours_s=tuple(value * left for value in rhythm.hours_s),
        days=tuple(value * left for value in rhythm.days),
        days_s=tuple(value * left for value in rhythm.days_s),
        page_s=page_s,
    )


def _factors(
    seen: Sequence[float], watched_s: Sequence[float], mean_per_s: float, doubt: float
) -> tuple[float, ...]:
    return tuple(
        (count + doubt) / (mean_per_s * length_s + doubt)
        for count, length_s in zip(seen, watched_s, strict=True)
    )


def _find_mood(usual: Expectation, recent: Sequence[datetime]) -> float:
    """How much more or less has come lately than is usual at this time, by fading weights."""
    now, reach_s = usual.seen_at, _MOOD_REACH * usual.mood_s
    ages = [age_s for at in recent if (age_s := (now - at).total_seconds()) <= reach_s]
    came = sum(math.exp(-age_s / usual.mood_s) for age_s in ages)
    step_s = reach_s / _STEPS_OF_MOOD
    middles = [(number + 0.5) * step_s for number in range(_STEPS_OF_MOOD)]
    due = sum(
        usual.usual_per_s(now - timedelta(seconds=age_s)) * math.exp(-age_s / usual.mood_s) * step_s
        for age_s in middles
    )
    low, high = _MOOD_RANGE
    return min(high, max(low, (came + _MOOD_DOUBT) / (due + _MOOD_DOUBT)))
