"""Detection of network outages of our own, as opposed to failing feeds, and the schedule during one.

An outage is assumed if many hosts that had worked stop responding at the same time, whatever the fault, and
no other server responds. Hosts that failed before are not evidence, so a list with many dead feeds is not.
A wrong guess costs little: the schedule continues with the first response.
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile

from worker.records import Decision, DueBy, FeedConfig, FeedState, FeedStatus, NetworkFault
from worker.schedule.plan import Wait, plan_due

AWAY = "the network seems to be away"  # the reason of feeds that wait for the network
LOCAL_FAULTS = (NetworkFault.NAME, NetworkFault.ROUTE)  # nothing reached a server
HOSTS_MIN = 3  # with fewer hosts the cause is not known
HOSTS_MANY = 10
_HOSTS_ALL = 20  # this number in a row is not chance
_MANY_S = 30.0  # pending responses arrive within this time
_FEW_S = 60.0
_RECENT_S = 1_800.0  # a host that responded within this time is evidence against an outage of few hosts
_OTHERS_SHARE = 0.1
_PROBE_FIRST_S = 10.0
_PROBE_LAST_S = 30.0
_SPREAD_S = 300.0
_SPREAD_SHARE = 0.5  # of the global rate; the rest is for feeds that are due anyway
_WORDS = {
    NetworkFault.NAME: "host names are not resolved",
    NetworkFault.ROUTE: "no route",
    NetworkFault.TIMEOUT: "timeouts",
    NetworkFault.REFUSED: "connections refused",
    NetworkFault.RESET: "connections reset",
}


@dataclass(frozen=True, slots=True)
class Trial:
    """A recent request of a machine: a server responded, or it ended with a network fault."""

    feed: str
    host: str
    ended_at: datetime
    fault: str = ""  # empty: a server responded
    failing_since_at: datetime | None = None  # of the feed


@dataclass(frozen=True, slots=True)
class Outage:
    """A period in which no server responds to a machine; `fault` is the most frequent."""

    machine: str
    since_at: datetime
    probe_at: datetime  # when the next request may probe the network
    fault: str = ""
    polls: int = 0  # that failed since


def find_outage(
    machine: str, trials: Sequence[Trial], now: datetime, hosts_min: int = HOSTS_MIN
) -> tuple[Outage, set[str]] | None:
    """Detect an outage from a machine's recent requests, newest first; returns it and the failed feeds.

    None if there is none, or fewer than `hosts_min` hosts failed: the feeds themselves may be at fault.
    """
    run = list(takewhile(lambda trial: trial.fault, trials))
    before = trials[len(run) :]
    last_response_at = before[0].ended_at if before else None
    fresh = [trial for trial in run if _is_fresh(trial, last_response_at)]
    hosts = {trial.host for trial in fresh}
    if len(hosts) < hosts_min:
        return None
    since_at = fresh[-1].ended_at
    if not _is_outage(hosts, (now - since_at).total_seconds(), before, run, now):
        return None
    fault = Counter(trial.fault for trial in fresh).most_common(1)[0][0]
    return Outage(machine, since_at, next_probe_at(since_at, now), fault, len(fresh)), {t.feed for t in fresh}


def _is_fresh(trial: Trial, last_response_at: datetime | None) -> bool:
    since_at = trial.failing_since_at
    return since_at is None or last_response_at is None or since_at >= last_response_at


def _is_outage(
    hosts: set[str], lasted_s: float, before: Sequence[Trial], run: Sequence[Trial], now: datetime
) -> bool:
    if len(hosts) >= _HOSTS_ALL or (len(hosts) >= HOSTS_MANY and lasted_s >= _MANY_S):
        return True
    if lasted_s < _FEW_S:
        return False
    since = now - timedelta(seconds=_RECENT_S)
    others = {trial.host for trial in before if not trial.fault and trial.ended_at >= since}
    return len(others - {trial.host for trial in run}) <= _OTHERS_SHARE * len(hosts)


def next_probe_at(since_at: datetime, now: datetime) -> datetime:
    """When the next poll may probe the network: after 10 seconds at first, 30 in a long outage."""
    lasted_s = (now - since_at).total_seconds()
    return now + timedelta(seconds=min(max(_PROBE_FIRST_S, lasted_s / 10), _PROBE_LAST_S))


def describe_outage(outage: Outage) -> str:
    """A message on an outage for the operator."""
    why = _WORDS.get(NetworkFault(outage.fault), outage.fault) if outage.fault else "no response"
    return (
        f"{AWAY} since {outage.since_at:%Y-%m-%d %H:%MZ} on {outage.machine}: "
        f"all of the last {outage.polls} polls failed, most often: {why}; feeds wait until a server responds"
    )


def hold_still(
    feed: FeedConfig, state: FeedState, outage: Outage, now: datetime, rng: random.Random
) -> Decision:
    """The decision after a poll that failed in an outage: not a failure of the feed, due within an interval.

    Failures since the start of the outage, before it was detected, are reset.
    """
    if state.failing_since_at is not None and state.failing_since_at >= outage.since_at:
        status = FeedStatus.ACTIVE if state.last_success_at else FeedStatus.NEW
        status = FeedStatus.MOVED if state.effective_url else status
        state = replace(state, status=status, error_streak=0, sent_failures=0, failing_since_at=None)
    reason = f"{AWAY} since {outage.since_at:%Y-%m-%d %H:%MZ}"
    wait = Wait(feed.interval_s / 2, reason, DueBy.NETWORK, jitter_share=1.0)
    return Decision(plan_due(feed, state, wait, now, rng))


def spread_after_outage(
    intervals_s: Sequence[float], rate_per_s: float, rng: random.Random
) -> tuple[float, ...]:
    """Seconds from the end of the outage until each feed is due: within its interval and five minutes.

    With more feeds than half of the global rate allows in that time, the polls are spread further.
    """
    needed_s = len(intervals_s) / (rate_per_s * _SPREAD_SHARE)
    return tuple(rng.uniform(0.0, max(min(interval_s, _SPREAD_S), needed_s)) for interval_s in intervals_s)
