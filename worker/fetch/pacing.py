"""Per-host pacing across all workers and machines: concurrency, delay between requests, global rate.

State is kept in Redis and is disposable: after a flush it is rebuilt from the requests in progress
that SQL records. Waits requested by servers are kept in SQL by the flows.
"""

import json
import random
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

import redis

from worker.fetch import pacing_scripts as scripts
from worker.records import HostRule

PREFIX = "wireroom:pace:"
KNOWN = f"{PREFIX}clock"  # exists until Redis is flushed: the clocks that its times refer to
FULL_WAIT_MS = 150  # retry interval while all slots of a host are taken
UNAVAILABLE_S = 1.0  # retry interval while the broker does not respond
GLOBAL_BURST_MS = 100  # how far starts may exceed the global rate
UNSENT_WAIT_MS = 20  # retry interval while another request of a host is about to be sent
RESTORED_S = 0.01  # until the restored state is used
INVALID = -1.0


def machine_stamp() -> tuple[int, float]:
    """Return (0, this machine's Unix time in milliseconds), for a `Pacer` used by one machine only."""
    return 0, time.time() * 1000


@dataclass(frozen=True, slots=True)
class Slot:
    """Permission to have one connection open to a host; `delay_s` lies between two of its requests."""

    host: str
    token: str
    delay_s: float = 0.0


class SlotLost(float):
    """The seconds to wait before a slot is acquired again, as this one expired."""


class BrokerWait(float):
    """The seconds to wait before trying again because the broker fails; `error` is its own text."""

    error = ""


@dataclass(frozen=True, slots=True)
class HeldSlot:
    """A slot that is in use according to SQL, for `hold_s` more seconds unless it is renewed."""

    host: str
    token: str
    hold_s: float


class Pacer:
    """Grants slots: at most `concurrency` per host, `delay_s` between requests, a global rate of starts.

    `recall` returns the slots in use; it is called after Redis was flushed or its clock was set. As it is not
    known then when which host was requested, each gets no request for its delay.
    `stamp` returns how often the installation's clock was set, and its time in milliseconds.
    """

    def __init__(
        self,
        client: redis.Redis,
        rng: random.Random,
        recall: Callable[[], Iterable[HeldSlot]] = tuple,
        stamp: Callable[[], tuple[int, float]] = machine_stamp,
    ) -> None:
        self._redis = client
        self._rng = rng
        self._recall = recall
        self._stamp = stamp
        self._acquire = client.register_script(scripts.CLOCK + scripts.HOST + scripts.ACQUIRE)
        self._start = client.register_script(scripts.CLOCK + scripts.HOST + scripts.START)
        self._sent = client.register_script(scripts.CLOCK + scripts.HOST + scripts.SENT)
        self._release = client.register_script(scripts.CLOCK + scripts.HOST + scripts.RELEASE)
        self._renew = client.register_script(scripts.CLOCK + scripts.RENEW)
        self._restore = client.register_script(scripts.CLOCK + scripts.RESTORE)

    def try_acquire(
        self, host: str, rule: HostRule, token: str, *, hold_s: float, global_rate_per_s: float = 0.0
    ) -> Slot | float:
        """Return a slot for the holder of `token`, or the seconds to wait before trying again.

        While the broker is unavailable no slot is granted, and the wait is a BrokerWait.
        """
        every_ms = 1000.0 / global_rate_per_s if global_rate_per_s > 0 else 0.0
        keys = [*_keys(host), f"{PREFIX}global"]
        delay_ms, hold_ms = int(rule.delay_s * 1000), int(hold_s * 1000)
        args: list[str | int | float] = [token, rule.concurrency, delay_ms, hold_ms]
        args += [every_ms, FULL_WAIT_MS, GLOBAL_BURST_MS]
        try:
            wait_ms = float(self._acquire(keys=keys, args=[*args, *self._stamp()]))
            if wait_ms < 0:
                self._rebuild()
                wait_ms = float(self._acquire(keys=keys, args=[*args, *self._stamp()]))
        except redis.RedisError as exc:
            wait_s = BrokerWait(UNAVAILABLE_S)
            wait_s.error = str(exc)
            return wait_s
        if wait_ms < 0:
            return UNAVAILABLE_S
        return Slot(host, token, rule.delay_s) if wait_ms == 0 else wait_ms / 1000

    def _rebuild(self) -> None:
        held = [(known.host, known.token, int(known.hold_s * 1000)) for known in self._recall()]
        self._restore(keys=[KNOWN], args=[PREFIX, json.dumps(held), *self._stamp()])

    def acquire(
        self,
        host: str,
        rule: HostRule,
        token: str,
        *,
        hold_s: float,
        max_wait_s: float,
        global_rate_per_s: float = 0.0,
    ) -> Slot | float:
        """Like `try_acquire`, but waits up to `max_wait_s` first."""
        give_up = time.monotonic() + max_wait_s
        while True:
            got = self.try_acquire(host, rule, token, hold_s=hold_s, global_rate_per_s=global_rate_per_s)
            if isinstance(got, Slot) or time.monotonic() + got > give_up:
                return got
            time.sleep(got * self._rng.uniform(1.0, 1.2))

    def start(self, slot: Slot, max_wait_s: float) -> float:
        """Wait until the request of a slot may be sent: its delay after any other to its host.

        Returns 0; or, if that takes longer than `max_wait_s` or the slot was lost, the seconds to wait before
        a slot is acquired again, as a BrokerWait while the broker is unavailable. Call `sent` afterwards:
        until then no other request to the host starts.
        """
        give_up = time.monotonic() + max_wait_s
        while wait_s := self._try_start(slot):
            if isinstance(wait_s, SlotLost) or time.monotonic() + wait_s > give_up:
                break
            time.sleep(wait_s)
        return wait_s

    def _try_start(self, slot: Slot) -> float:
        if slot.delay_s <= 0:
            return 0.0
        args: list[str | int | float] = [slot.token, int(slot.delay_s * 1000), UNSENT_WAIT_MS]
        try:
            wait_ms = float(self._start(keys=_keys(slot.host), args=[*args, *self._stamp()]))
            if wait_ms == INVALID:
                self._rebuild()
                return RESTORED_S
        except redis.RedisError as exc:
            wait_s = BrokerWait(UNAVAILABLE_S)
            wait_s.error = str(exc)
            return wait_s
        return SlotLost(1.0) if wait_ms < 0 else wait_ms / 1000

    def sent(self, slot: Slot) -> None:
        """Count the host's delay from now on, when the request has been sent.

        If the broker is unavailable, it counts from the release of the slot, or from its expiry.
        """
        if slot.delay_s > 0:
            with suppress(redis.RedisError):
                delay_ms = int(slot.delay_s * 1000)
                self._sent(keys=_keys(slot.host), args=[slot.token, delay_ms, *self._stamp()])

    def renew(self, slots: Iterable[Slot], hold_s: float) -> None:
        """Extend slots by `hold_s` seconds from now, except expired ones.

        Ends at the first failure: a broker that does not respond makes each call wait for its timeout.
        """
        with suppress(redis.RedisError):
            for slot in slots:
                self._renew(keys=[f"{PREFIX}{{{slot.host}}}:slots"], args=[slot.token, int(hold_s * 1000)])

    def release(self, slot: Slot) -> None:
        """Release a slot; if the broker is unavailable, the slot expires by itself."""
        with suppress(redis.RedisError):
            self._release(keys=_keys(slot.host), args=[slot.token, int(slot.delay_s * 1000)])


def _keys(host: str) -> list[str]:
    return [*(f"{PREFIX}{{{host}}}:{name}" for name in ("slots", "opens", "starts", "unsent")), KNOWN]
