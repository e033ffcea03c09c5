"""A feed's rhythm, learned from the arrival times of its entries: by hour of the day and day of the week.

Arrivals and the observed time are both counted, so that a rate is known where enough was observed; elsewhere
the mean rate is used. Old weeks decay.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from worker.records import PollReport, Rhythm

BATCH_S = 60.0  # entries published closer together are one batch
_BATCH_SHARE = 0.5  # of the configured interval, if that is shorter
_GAPS_MIN = 3  # fewer gaps are not a rhythm
_HALF_LIFE_S = 21 * 86_400.0
_WATCHED_MAX_S = 2 * 86_400.0  # after a longer stop the page shows only the end
_HOUR_S = 3_600.0
_WEEK_S = 7 * 86_400.0
_DOUBT = 3.0
_ENTRIES_A_POLL = 1.5  # a compromise between delay and empty polls
_MOOD_S = 1_800.0  # how long a burst or a lull lasts when nothing else is known
_MOOD_INTERVALS = 2.0  # or this number of configured intervals, if shorter
_MOOD_DOUBT = 1.0
_MOOD_RANGE = (0.25, 10.0)
_MOOD_REACH = 3.0  # times that length; older arrivals have no weight
_STEPS_OF_MOOD = 12
_FADED_LEAST = 0.001  # after seven months without a response
_DIGITS = 4  # decimal places that are stored
_PAGE_LEAST = 5  # entries; a shorter page is always about to be replaced
_PAGE_KNOWN = 30
DELTA = 226  # only new entries (RFC 3229): not a page


@dataclass(frozen=True, slots=True)
class Expectation:
    """The expected rate of arrivals: mean, factors by hour and day (UTC), and recent deviation at `seen_at`.

    A burst or a lull (`mood`) raises or lowers the rate and decays within hours.
    """

    mean_per_s: float
    hours: tuple[float, ...]
    days: tuple[float, ...]
    mood: float
    mood_s: float
    seen_at: datetime

    def usual_per_s(self, at: datetime) -> float:
        """The usual arrivals per second at a time of the week."""
        return self.mean_per_s * self.hours[at.hour] * self.days[at.weekday()]

    def rate_per_s(self, at: datetime) -> float:
        """The expected arrivals per second at a time after `seen_at`."""
        age_s = (at - self.seen_at).total_seconds()
        return self.usual_per_s(at) * (1.0 + (self.mood - 1.0) * math.exp(-age_s / self.mood_s))

    def usual_between(self, start: datetime, end: datetime) -> float:
        """The usual number of arrivals between two times."""
        whole_s = (end - start).total_seconds()
        if whole_s >= _WEEK_S:
            return self.mean_per_s * whole_s
        steps = max(1, math.ceil(whole_s / _HOUR_S))
        step_s = whole_s / steps
        middles = (start + timedelta(seconds=(number + 0.5) * step_s) for number in range(steps))
        return sum(self.usual_per_s(at) for at in middles) * step_s

    def worth_s(self, wanted_s: float, longest_s: float) -> float:
        """The seconds from `seen_at` until another poll is worthwhile, at most `longest_s`.

        If more than one and a half entries are expected per configured interval, a poll is worthwhile as
        soon as that number is expected. For slower feeds the wait grows with the square root of the gap
        between entries: for a given number of requests this minimizes the mean delay.
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
    """The seconds between recent arrivals, without future dates and gaps within a batch."""
    times = sorted((at for at in arrivals if at <= now), reverse=True)
    gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(times)]
    return [gap for gap in gaps if gap >= BATCH_S]


def find_rhythm_s(arrivals: Sequence[datetime], now: datetime) -> float | None:
    """The median gap between arrivals, or None if too few are known."""
    gaps = find_gaps_s(arrivals, now)
    return median(gaps) if len(gaps) >= _GAPS_MIN else None


def learn_rhythm(
    rhythm: Rhythm | None,
    report: PollReport,
    watched_from: datetime | None,
    now: datetime,
    wanted_s: float,
) -> Rhythm | None:
    """The rhythm after a successful poll, whose new entries arrived since `watched_from`.

    `wanted_s` is the configured interval, which limits the resolution. Without a rhythm so far, it is derived
    from the entries of the page if they suffice, else None is returned.
    """
    moments = _without_batches(report.arrivals, now, wanted_s)
    page_s = _find_page_s(report, now, wanted_s)
    if rhythm is None or watched_from is None:
        if len(moments) <= _GAPS_MIN:
            return None
        if _are_days_only(moments):
            return Rhythm()  # arrival times are learned only from polls
        return _add(Rhythm(page_s=page_s), moments[:-1], moments[-1], now)
    since = max(watched_from, now - timedelta(seconds=_WATCHED_MAX_S))
    faded = _fade(rhythm, (now - watched_from).total_seconds())
    known = [seconds for seconds in (page_s, faded.page_s) if seconds is not None]
    came = find_arrivals(report, watched_from, now, wanted_s)
    return _add(replace(faded, page_s=min(known, default=None)), came, since, now)


def find_arrivals(
    report: PollReport, watched_from: datetime, now: datetime, wanted_s: float
) -> list[datetime]:
    """The arrival times of a poll's new entries, one per batch, newest first.

    An entry dated before the last poll was not there then, so it counts as having arrived after it.
    """
    return _without_batches([max(at, watched_from) for at in report.arrivals[: report.new]], now, wanted_s)


def _are_days_only(moments: Sequence[datetime]) -> bool:
    """Whether the dates have no time of day: it is the same in all."""
    return len({(at.hour, at.minute, at.second) for at in moments}) == 1


def expect_arrivals(
    rhythm: Rhythm, arrivals: Sequence[datetime], now: datetime, wanted_s: float, *, doubt: float = _DOUBT
) -> Expectation | None:
    """The expectation from `now` on; None if no arrivals are known.

    `doubt` is the number of arrivals after which an hour or a day outweighs the mean.
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
    """One time for each batch, newest first; future dates are omitted."""
    batch_s = min(BATCH_S, _BATCH_SHARE * wanted_s)
    kept: list[datetime] = []
    for at in sorted((at for at in arrivals if at <= now), reverse=True):
        if not kept or (kept[-1] - at).total_seconds() >= batch_s:
            kept.append(at)
    return kept


def _find_page_s(report: PollReport, now: datetime, wanted_s: float) -> float | None:
    """The shortest time in which a page of entries arrived, estimated from at most `_PAGE_KNOWN` entries.

    A page that arrived within the configured interval is a batch: no earlier poll would have caught it.
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
    """The ratio of recent arrivals to the usual number at this time, with decaying weights."""
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
