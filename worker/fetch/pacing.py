"""Per-host pacing across all workers and machines: concurrency, delay between requests, global rate.

State is kept in Redis and is disposable: after a flush it is rebuilt from the requests in progress and
recently finished that SQL records. Waits requested by servers are kept in SQL by the flows.
"""

import json
import random
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

import redis

from worker.records import HostRule

PREFIX = "wireroom:pace:"
KNOWN = f"{PREFIX}clock"  # exists until Redis is flushed: the clocks that its times refer to
FULL_WAIT_MS = 150  # retry interval while all slots of a host are taken
UNAVAILABLE_S = 1.0  # retry interval while the broker does not respond
GLOBAL_BURST_MS = 100  # how far starts may exceed the global rate

# Times are in Redis' own clock, which may be set at any moment. It is compared with the installation's clock:
# each caller passes its time and the number of times it was set (its epoch). `doubt` returns 1 if Redis was
# flushed or its clock was set, which invalidates the stored state, else 0. If both the epoch and the offset
# (by more than 5 s) differ, only the installation's clock was set, which does not affect the stored state.
_CLOCK = """
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local function doubt(known, epoch, ours)
  local kept = redis.call('HMGET', known, 'epoch', 'ahead')
  if not kept[1] then return 1 end
  local ahead = now - tonumber(ours)
  local same_epoch = epoch == kept[1]
  local off = math.abs(ahead - tonumber(kept[2]))
  if same_epoch ~= (off < 5000) then return 1 end
  if not same_epoch or off > 200 then redis.call('HSET', known, 'epoch', epoch, 'ahead', ahead) end
  return 0
end
"""
# Returns 0 if the slot is granted, else the milliseconds to wait, or -1 if the state is invalid.
_ACQUIRE = """
if doubt(KEYS[4], ARGV[8], ARGV[9]) == 1 then return -1 end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return tonumber(ARGV[6]) end
local opens = tonumber(redis.call('GET', KEYS[2]) or '0')
if opens > now then return math.ceil(opens - now) end
local every = tonumber(ARGV[5])
if every > 0 then
  local tat = math.max(tonumber(redis.call('GET', KEYS[3]) or '0'), now)
  if tat - now > tonumber(ARGV[7]) then return math.ceil(tat - now - tonumber(ARGV[7])) end
  redis.call('SET', KEYS[3], tat + every, 'PX', 60000)
end
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[4]), ARGV[1])
redis.call('PEXPIRE', KEYS[1], tonumber(ARGV[4]) + 60000)
if tonumber(ARGV[3]) > 0 then redis.call('SET', KEYS[2], now + ARGV[3], 'PX', ARGV[3]) end
return 0
"""
_RENEW = """
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  redis.call('ZADD', KEYS[1], now + tonumber(ARGV[2]), ARGV[1])
end
return 0
"""
# A request may be sent long after its slot was granted, and another one in between. Returns 0 if it may be
# sent, else the milliseconds to wait, or -1 if the state is invalid; the next slot's delay starts here.
_START = """
if doubt(KEYS[3], ARGV[2], ARGV[3]) == 1 then return -1 end
local delay = tonumber(ARGV[1])
local last = tonumber(redis.call('GET', KEYS[2]) or '0')
if last + delay > now then return last + delay - now end
redis.call('SET', KEYS[2], now, 'PX', delay)
if now + delay > tonumber(redis.call('GET', KEYS[1]) or '0') then
  redis.call('SET', KEYS[1], now + delay, 'PX', delay)
end
return 0
"""
# Runs once, by the first caller that finds Redis flushed or its clock set.
_RESTORE = """
if doubt(KEYS[1], ARGV[3], ARGV[4]) == 0 then return 0 end
for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do redis.call('DEL', key) end
redis.call('HSET', KEYS[1], 'epoch', ARGV[3], 'ahead', now - tonumber(ARGV[4]))
for _, held in ipairs(cjson.decode(ARGV[2])) do
  local slots, opens = ARGV[1] .. '{' .. held[1] .. '}:slots', ARGV[1] .. '{' .. held[1] .. '}:opens'
  if held[3] > 0 then
    redis.call('ZADD', slots, now + held[3], held[2])
    redis.call('PEXPIRE', slots, held[3] + 60000)
  end
  if held[4] > 0 and now + held[4] > tonumber(redis.call('GET', opens) or '0') then
    redis.call('SET', opens, now + held[4], 'PX', held[4])
  end
end
return 1
"""


def machine_stamp() -> tuple[int, float]:
    """Return (0, this machine's Unix time in milliseconds), for a `Pacer` used by one machine only."""
    return 0, time.time() * 1000


@dataclass(frozen=True, slots=True)
class Slot:
    """Permission to have one connection open to a host."""

    host: str
    token: str


class BrokerWait(float):
    """The seconds to wait before trying again because the broker fails; `error` is its own text."""

    error = ""


@dataclass(frozen=True, slots=True)
class HeldSlot:
    """State of a host recorded in SQL: a slot held for `hold_s`, no start for `closed_s`; seconds."""

    host: str
    token: str
    hold_s: float
    closed_s: float


class Pacer:
    """Grants slots: at most `concurrency` per host, `delay_s` between starts, a global rate of starts.

    `recall` returns the state of the hosts; it is called after Redis was flushed or its clock was set.
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
        self._acquire = client.register_script(_CLOCK + _ACQUIRE)
        self._renew = client.register_script(_CLOCK + _RENEW)
        self._restore = client.register_script(_CLOCK + _RESTORE)
        self._start = client.register_script(_CLOCK + _START)

    def try_acquire(
        self, host: str, rule: HostRule, token: str, *, hold_s: float, global_rate_per_s: float = 0.0
    ) -> Slot | float:
        """Return a slot for the holder of `token`, or the seconds to wait before trying again.

        While the broker is unavailable no slot is granted, and the wait is a BrokerWait.
        """
        every_ms = 1000.0 / global_rate_per_s if global_rate_per_s > 0 else 0.0
        keys = [f"{PREFIX}{{{host}}}:slots", f"{PREFIX}{{{host}}}:opens", f"{PREFIX}global", KNOWN]
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
        return Slot(host, token) if wait_ms == 0 else wait_ms / 1000

    def _rebuild(self) -> None:
        held = [
            (known.host, known.token, int(known.hold_s * 1000), int(known.closed_s * 1000))
            for known in self._recall()
        ]
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

    def start(self, slot: Slot, delay_s: float) -> None:
        """Wait until the request of a slot may be sent, `delay_s` seconds after any other to its host."""
        if delay_s <= 0:
            return
        keys = [*(f"{PREFIX}{{{slot.host}}}:{name}" for name in ("opens", "started")), KNOWN]
        with suppress(redis.RedisError):
            while wait_ms := float(self._start(keys=keys, args=[int(delay_s * 1000), *self._stamp()])):
                if wait_ms < 0:
                    self._rebuild()
                else:
                    time.sleep(wait_ms / 1000)

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
            self._redis.zrem(f"{PREFIX}{{{slot.host}}}:slots", slot.token)
