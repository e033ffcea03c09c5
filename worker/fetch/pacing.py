"""Pacing over all workers and machines: who may open a connection to a host, and when.

State lives in Redis and is disposable: an empty Redis only means that no slot is held. Waits that a
server asked for are kept in SQL by the flows.
"""

import random
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass

import redis

from worker.records import HostRule

PREFIX = "wireroom:pace:"
FULL_WAIT_MS = 150  # how soon to ask again when all slots of a host are taken
AWAY_S = 1.0  # how soon to ask again when the broker does not answer
GLOBAL_BURST_MS = 250  # how far starts may run ahead of the global rate

# Atomic and by Redis' own clock. Gives 0 when the slot is granted, else the milliseconds to wait.
_ACQUIRE = """
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
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
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  redis.call('ZADD', KEYS[1], now + tonumber(ARGV[2]), ARGV[1])
end
return 0
"""


@dataclass(frozen=True, slots=True)
class Slot:
    """The right to have one connection open to a host."""

    host: str
    token: str


class Pacer:
    """Grants slots: at most `concurrency` a host, `delay_s` between starts, a global rate of starts."""

    def __init__(self, client: redis.Redis, rng: random.Random) -> None:
        self._redis = client
        self._rng = rng
        self._acquire = client.register_script(_ACQUIRE)
        self._renew = client.register_script(_RENEW)

    def try_acquire(
        self, host: str, rule: HostRule, *, hold_s: float, global_rate_per_s: float = 0.0
    ) -> Slot | float:
        """A slot, or the seconds after which it is worth asking again.

        A broker that is away is no one's fault and soon back: then nobody gets a slot.
        """
        token = uuid.uuid4().hex
        every_ms = 1000.0 / global_rate_per_s if global_rate_per_s > 0 else 0.0
        keys = [f"{PREFIX}{{{host}}}:slots", f"{PREFIX}{{{host}}}:opens", f"{PREFIX}global"]
        delay_ms, hold_ms = int(rule.delay_s * 1000), int(hold_s * 1000)
        args: list[str | int | float] = [token, rule.concurrency, delay_ms, hold_ms]
        args += [every_ms, FULL_WAIT_MS, GLOBAL_BURST_MS]
        try:
            wait_ms = float(self._acquire(keys=keys, args=args))
        except redis.RedisError:
            return AWAY_S
        return Slot(host, token) if wait_ms == 0 else wait_ms / 1000

    def acquire(
        self, host: str, rule: HostRule, *, hold_s: float, max_wait_s: float, global_rate_per_s: float = 0.0
    ) -> Slot | float:
        """Like `try_acquire`, but waits up to `max_wait_s` first."""
        give_up = time.monotonic() + max_wait_s
        while True:
            got = self.try_acquire(host, rule, hold_s=hold_s, global_rate_per_s=global_rate_per_s)
            if isinstance(got, Slot) or time.monotonic() + got > give_up:
                return got
            time.sleep(got * self._rng.uniform(1.0, 1.2))

    def renew(self, slot: Slot, hold_s: float) -> None:
        """Keep a slot for longer."""
        with suppress(redis.RedisError):
            self._renew(keys=[f"{PREFIX}{{{slot.host}}}:slots"], args=[slot.token, int(hold_s * 1000)])

    def release(self, slot: Slot) -> None:
        """Give a slot back; one that cannot be given back lapses by itself."""
        with suppress(redis.RedisError):
            self._redis.zrem(f"{PREFIX}{{{slot.host}}}:slots", slot.token)
