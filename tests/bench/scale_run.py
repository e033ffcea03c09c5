"""Polls of many feeds on a virtual clock, by the service's own rules of schedule, claims and hosts."""

import heapq
import math
import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

from tests.bench.scale_world import Stream, World
from tests.bench.schedule import DAY_S, HOUR_S, KNOWN, SHOWN, START
from worker.flows.dispatch import HOST_BURST, POLLS_AHEAD, slots_of
from worker.flows.poll import MAX_SLOT_WAIT_S
from worker.records import Config, FeedState, Outcome, PollReport
from worker.schedule import decide_next, spread_first_polls
from worker.store.host_turns import take_turns

AVERAGED_S = 300.0
NOT_MODIFIED, SAME, CHANGED, FAILED = "304", "same", "changed", "failed"


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the world is polled with."""

    config: Config
    tick_s: float = 2.0
    threads: int = 32  # of a poll worker
    response_s: float = 0.4  # from a request to its response
    load: float = 0.7  # of what the poll workers can do, in the busiest hour before the measured time
    settle_s: float = 86_400.0  # before the measured time


@dataclass(slots=True)
class Tally:
    """What happened in the measured time; counts are of all feeds, not of the simulated ones."""

    polls: Counter[str] = field(default_factory=Counter)  # by how they ended
    new: float = 0.0
    deferred: float = 0.0
    polls_of_hour: Counter[int] = field(default_factory=Counter)
    cpu_of_hour: Counter[int] = field(default_factory=Counter)  # seconds of the poll workers
    of_host: Counter[tuple[str, int]] = field(default_factory=Counter)  # requests by host and hour
    late_s: list[tuple[float, float]] = field(default_factory=list)  # and how many polls each represents
    workers: int = 0

    def late_at(self, share: float) -> float:
        """The lateness in seconds that this share of polls does not exceed."""
        ordered = sorted(self.late_s)
        wanted = share * sum(weight for _, weight in ordered)
        for seconds, weight in ordered:
            wanted -= weight
            if wanted <= 0:
                return seconds
        return ordered[-1][0] if ordered else 0.0


class _Due(NamedTuple):
    at_s: float
    index: int
    host: str


@dataclass(slots=True)
class _Host:
    """A host's due feeds, and its requests under way."""

    due: list[_Due] = field(default_factory=list)  # a heap
    ends: list[float] = field(default_factory=list)  # a heap, at most as many as connections are allowed
    next_start: float = 0.0
    claimed: int = 0


class Simulation:
    """Polls a world from its start; `cpu_ms` is what a poll costs a worker, by how it ended and new entries.

    Until the measured time there are as many workers as needed; then as many as `load` requires.
    """

    def __init__(
        self, world: World, conditions: Conditions, cpu_ms: Callable[[str, int], float], seed: int = 1
    ) -> None:
        self.world, self.conditions, self.cpu_ms = world, conditions, cpu_ms
        self.rng = random.Random(seed)
        self.states = [FeedState() for _ in world.streams]
        self.seen = [0] * len(world.streams)
        self.hosts = {stream.host: _Host() for stream in world.streams}
        self.slots = slots_of(conditions.config, conditions.tick_s)
        self.waiting: list[tuple[float, int]] = []  # a heap: when a feed becomes due
        self.ending: list[tuple[float, str]] = []  # a heap: when a claim ends
        self.with_due: dict[str, None] = {}
        self.credit = self.demand = self.backlog_s = 0.0
        self.tally = self.before = Tally()

    def run(self, span_s: float) -> Tally:
        """Poll for `settle_s` and then for `span_s`, of which the tally is returned."""
        rate = self.conditions.config.global_rate_per_s * self.world.share
        first = spread_first_polls(len(self.states), rate, self.rng)
        order = self.rng.sample(range(len(self.states)), len(self.states))
        self.waiting = sorted(zip(first, order, strict=True))
        settle_s, at = self.conditions.settle_s, 0.0
        while at < settle_s + span_s:
            if self.tally is self.before and at >= settle_s:
                self._begin_measuring()
            self._tick(at)
            at += self.conditions.tick_s
        return self.tally

    def _begin_measuring(self) -> None:
        first = math.floor((self.conditions.settle_s - min(DAY_S, self.conditions.settle_s) / 2) / HOUR_S)
        hours = [hour for hour in self.before.polls_of_hour if hour >= first]
        busiest = max((self._workers(self.before, hour) for hour in hours), default=0.0)
        self.tally = Tally(workers=max(1, math.ceil(busiest / self.conditions.load)))

    def _workers(self, tally: Tally, hour: int) -> float:
        """The number of poll workers that an hour occupies: by their CPU time, or by the claims of a tick."""
        return max(
            tally.cpu_of_hour[hour] / HOUR_S, tally.polls_of_hour[hour] / HOUR_S * self._claim_share_s()
        )

    def _claim_share_s(self) -> float:
        return self.conditions.tick_s / (self.conditions.threads * POLLS_AHEAD)

    def _tick(self, at: float) -> None:
        while self.waiting and self.waiting[0][0] <= at:
            due_s, index = heapq.heappop(self.waiting)
            host = self.world.streams[index].host
            heapq.heappush(self.hosts[host].due, _Due(due_s, index, host))
            self.with_due[host] = None
        while self.ending and self.ending[0][0] <= at:
            self.hosts[heapq.heappop(self.ending)[1]].claimed -= 1
        tick_s = self.conditions.tick_s
        rate = self.conditions.config.global_rate_per_s * self.world.share * tick_s
        self.credit = min(self.credit, 1.0) + rate  # a sample may be allowed less than one poll a tick
        limit, cpu_s, count = math.floor(self.credit), 0.0, 0.0
        if limit > 0 and self.with_due:
            claims = self._claim(limit)
            self.credit -= len(claims)
            for number, due in enumerate(claims):
                begin = at + self.backlog_s + number / len(claims) * min(1.0, self.demand) * tick_s
                cpu_s += self._poll(begin, due)
                count += self.world.streams[due.index].weight
        self._queue(cpu_s, count)

    def _queue(self, cpu_s: float, polls: float) -> None:
        """How long polls wait in the queue of the workers: by their load, averaged as a sample is uneven."""
        if self.tally.workers:
            tick_s = self.conditions.tick_s
            load = max(cpu_s / tick_s, polls / tick_s * self._claim_share_s()) / self.tally.workers
            self.demand += (load - self.demand) * tick_s / AVERAGED_S
            self.backlog_s = max(0.0, self.backlog_s + (self.demand - 1.0) * tick_s)

    def _claim(self, limit: int) -> list[_Due]:
        rows = sorted(
            row for host in self.with_due for row in heapq.nsmallest(HOST_BURST, self.hosts[host].due)
        )

        def read(after: _Due | None, full: Sequence[str], count: int) -> list[_Due]:
            left_out, start = set(full), bisect_right(rows, after) if after else 0
            return [row for row in rows[start:] if row.host not in left_out][:count]

        def room_of(host: str) -> int:
            return self.slots(host) - self.hosts[host].claimed

        full = [host for host in self.with_due if room_of(host) <= 0]
        found = [row for _, row in take_turns(read, limit=limit, room_of=room_of, full=full)]
        for row in found:
            host = self.hosts[row.host]
            if host.due[0] == row:
                heapq.heappop(host.due)
            else:
                host.due.remove(row)
                heapq.heapify(host.due)
            if not host.due:
                del self.with_due[row.host]
        return found

    def _poll(self, begin: float, due: _Due) -> float:
        """One poll, which begins at this time; returns the CPU seconds of all that it represents."""
        stream, host = self.world.streams[due.index], self.hosts[due.host]
        rule = self.conditions.config.host_rule(due.host)
        start = max(begin, host.next_start)
        while host.ends and host.ends[0] <= start:
            heapq.heappop(host.ends)
        if len(host.ends) >= rule.concurrency:
            start = max(start, heapq.heappop(host.ends))
        host.claimed += 1
        if start - begin > MAX_SLOT_WAIT_S:
            self.tally.deferred += stream.weight
            heapq.heappush(self.ending, (begin, due.host))
            heapq.heappush(self.waiting, (start, due.index))
            return 0.0
        end = start + self.conditions.response_s
        host.next_start = start + rule.delay_s
        heapq.heappush(host.ends, end)
        heapq.heappush(self.ending, (end, due.host))
        kind, report = self._report(due.index, start)
        cpu_s = self.cpu_ms(kind, report.new) / 1000 * stream.weight
        self._count(stream, kind, report.new, at=start, late_s=start - due.at_s, cpu_s=cpu_s)
        decision = decide_next(
            stream.feed, self.states[due.index], report, now=START + timedelta(seconds=end), rng=self.rng
        )
        self.states[due.index] = state = decision.state
        if state.next_due_at is not None:
            heapq.heappush(self.waiting, ((state.next_due_at - START).total_seconds(), due.index))
        return cpu_s

    def _report(self, index: int, at: float) -> tuple[str, PollReport]:
        stream, state, seen = self.world.streams[index], self.states[index], self.seen[index]
        if stream.is_failing:
            return FAILED, PollReport(Outcome.FAILED, 500, error="HTTP 500")
        have = bisect_right(stream.times, at)
        new, is_first = min(have - seen, SHOWN), state.last_success_at is None
        kind = CHANGED if new or is_first else NOT_MODIFIED if stream.has_validators else SAME
        outcome = {CHANGED: Outcome.UPDATED, SAME: Outcome.UNCHANGED, NOT_MODIFIED: Outcome.NOT_MODIFIED}
        known = stream.times[max(0, have - KNOWN) : have]
        self.seen[index] = have
        return kind, PollReport(
            outcome[kind],
            304 if kind == NOT_MODIFIED else 200,
            conditional=stream.has_validators and not is_first,
            new=new,
            entries=0 if kind == NOT_MODIFIED else min(have, SHOWN),
            headers={"etag": f'"{have}"'} if stream.has_validators else {},
            arrivals=tuple(START + timedelta(seconds=known_at) for known_at in reversed(known)),
        )

    def _count(self, stream: Stream, kind: str, new: int, *, at: float, late_s: float, cpu_s: float) -> None:
        tally, hour = self.tally, math.floor(at / HOUR_S)
        tally.polls[kind] += stream.weight
        tally.new += new * stream.weight
        tally.polls_of_hour[hour] += stream.weight
        tally.cpu_of_hour[hour] += cpu_s
        tally.of_host[stream.host, hour] += 1
        tally.late_s.append((late_s, stream.weight))
