"""Per-host pacing across workers, on a real broker: connections, starts, a flushed Redis, clock changes."""

import random
import threading
import time
from collections import Counter

import pytest
import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from worker.fetch.pacing import UNAVAILABLE_S, BrokerWait, HeldSlot, Pacer, Slot
from worker.records import HostRule

FREE = HostRule("*", concurrency=1, delay_s=0.0)
HOLD_S = 60.0


@pytest.fixture
def client(broker_socket):
    made = redis.Redis(unix_socket_path=str(broker_socket), db=3)
    made.flushdb()
    yield made
    made.close()


def make_pacer(client, *known):
    return Pacer(client, random.Random(1), lambda: known)


@pytest.fixture
def pacer(client):
    return make_pacer(client)


def ask(pacer, host, rule, token, **options):
    return pacer.try_acquire(host, rule, token, **{"hold_s": HOLD_S, **options})


# ---- connections ---------------------------------------------------------------------------------
@pytest.mark.parametrize("concurrency", [1, 3])
def test_a_host_never_has_more_connections_than_its_rule_allows(pacer, concurrency):
    rule = HostRule("*", concurrency=concurrency, delay_s=0.0)
    held = [ask(pacer, "a.example", rule, f"t{n}") for n in range(concurrency)]
    assert all(isinstance(slot, Slot) for slot in held)
    assert ask(pacer, "a.example", rule, "one too many") > 0
    assert isinstance(ask(pacer, "b.example", rule, "another host"), Slot)
    pacer.release(held[0])
    assert isinstance(ask(pacer, "a.example", rule, "now there is room"), Slot)


def test_concurrent_workers_never_exceed_the_limit_of_a_host(client):
    """Threads with their own pacers, like workers, count the concurrent holders."""
    rule, inside, seen = HostRule("*", concurrency=2, delay_s=0.0), Counter(), []
    lock, gate = threading.Lock(), threading.Barrier(6)

    def work(name):
        pacer = make_pacer(client)
        gate.wait()
        for n in range(8):
            slot = pacer.acquire("a.example", rule, f"{name}-{n}", hold_s=HOLD_S, max_wait_s=60.0)
            with lock:
                inside["now"] += 1
                seen.append(inside["now"])
            with lock:
                inside["now"] -= 1
            pacer.release(slot)

    threads = [threading.Thread(target=work, args=(name,)) for name in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 48
    assert max(seen) <= 2


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    concurrency=st.integers(1, 4),
    steps=st.lists(st.tuples(st.sampled_from(["take", "give", "renew", "stranger"]), st.integers(0, 9))),
)
def test_any_order_of_acquire_and_release_keeps_the_limit(client, concurrency, steps):
    client.flushdb()
    pacer, held = make_pacer(client), {}
    rule = HostRule("*", concurrency=concurrency, delay_s=0.0)
    for verb, number in steps:
        slot = Slot("a.example", f"t{number}")
        if verb == "take" and number not in held:
            is_full = len(held) == concurrency
            got = ask(pacer, slot.host, rule, slot.token)
            assert isinstance(got, Slot) is not is_full
            if not is_full:
                held[number] = got
        elif verb == "give":
            pacer.release(slot)
            held.pop(number, None)
        elif verb == "renew":
            pacer.renew([slot], HOLD_S)
        else:
            pacer.release(Slot("a.example", "never given"))


def test_a_slot_expires_if_its_holder_died(pacer):
    assert isinstance(ask(pacer, "a.example", FREE, "dead", hold_s=0.05), Slot)
    got = pacer.acquire("a.example", FREE, "next", hold_s=HOLD_S, max_wait_s=30.0)
    assert isinstance(got, Slot)


def test_a_renewed_slot_does_not_expire_and_a_lost_one_is_not_revived(pacer, client):
    slot = ask(pacer, "a.example", FREE, "slow", hold_s=0.05)
    pacer.renew([slot], HOLD_S)
    assert client.zscore("wireroom:pace:{a.example}:slots", "slow") > 1000 * (client.time()[0] + 30)
    pacer.release(slot)
    pacer.renew([slot], HOLD_S)
    assert isinstance(ask(pacer, "a.example", FREE, "next"), Slot)


# ---- starts --------------------------------------------------------------------------------------
def test_starts_on_a_host_are_separated_by_its_delay(pacer):
    """Also if the previous connection has ended; other hosts are independent."""
    rule = HostRule("*", concurrency=5, delay_s=40.0)
    pacer.release(ask(pacer, "a.example", rule, "first"))
    assert 30.0 < ask(pacer, "a.example", rule, "second") <= 40.0
    assert isinstance(ask(pacer, "b.example", rule, "another host"), Slot)


def test_a_request_sent_late_keeps_the_delay_to_those_sent_meanwhile(pacer):
    """The delay applies to when requests are sent, not to when they were permitted."""
    rule = HostRule("*", concurrency=2, delay_s=0.3)
    late = ask(pacer, "a.example", rule, "late")
    time.sleep(0.31)
    prompt = ask(pacer, "a.example", rule, "prompt")
    pacer.start(prompt, rule.delay_s)
    sent_at = time.monotonic()
    pacer.start(late, rule.delay_s)
    assert time.monotonic() - sent_at >= 0.29
    assert ask(pacer, "a.example", rule, "third") > 0
    pacer.release(prompt)
    assert ask(pacer, "a.example", rule, "third") > 0.2, "the delay counts from the last request"


def test_without_a_delay_or_a_broker_a_request_is_sent_at_once(pacer, tmp_path):
    began = time.monotonic()
    for _ in range(3):
        pacer.start(Slot("a.example", "t"), 0.0)
    away = make_pacer(redis.Redis(unix_socket_path=str(tmp_path / "none.sock")))
    away.start(Slot("a.example", "t"), 600.0)
    assert time.monotonic() - began < 60


def test_all_hosts_together_keep_the_global_rate(pacer):
    """At one start in ten seconds the second one waits, and a denied start consumes nothing."""
    starts = [ask(pacer, f"{n}.example", FREE, f"t{n}", global_rate_per_s=0.1) for n in range(6)]
    assert isinstance(starts[0], Slot)
    assert all(5.0 < wait <= 10.0 for wait in starts[1:])


# ---- the broker ----------------------------------------------------------------------------------
def test_without_a_broker_no_slot_is_granted(tmp_path):
    away = redis.Redis(unix_socket_path=str(tmp_path / "none.sock"))
    pacer = make_pacer(away)
    got = ask(pacer, "a.example", FREE, "t")
    assert got == UNAVAILABLE_S
    assert isinstance(got, BrokerWait), "told apart from a busy host"
    pacer.release(Slot("a.example", "t"))


def test_a_flushed_redis_is_restored_from_requests_in_progress_and_just_finished(client):
    """Held slots stay held under their tokens, and running delays continue."""
    known = (
        HeldSlot("busy.example", "poll-1", HOLD_S, 0.0),
        HeldSlot("asked.example", "", 0.0, 40.0),
        HeldSlot("long-ago.example", "", 0.0, -5.0),
    )
    pacer = make_pacer(client, *known)
    for _ in range(2):  # it can be flushed more than once
        client.flushdb()
        assert ask(pacer, "busy.example", FREE, "poll-2") > 0
        assert 30.0 < ask(pacer, "asked.example", FREE, "poll-3") <= 40.0
        assert isinstance(ask(pacer, "long-ago.example", FREE, "poll-4"), Slot)
    pacer.release(Slot("busy.example", "poll-1"))
    assert isinstance(ask(pacer, "busy.example", FREE, "poll-2"), Slot)


def test_only_a_flushed_redis_is_restored(client):
    """A later caller finds the restored state and later changes."""
    first = make_pacer(client)
    slot = ask(first, "a.example", FREE, "since")
    late = make_pacer(client, HeldSlot("b.example", "of yesterday", HOLD_S, 0.0))
    assert ask(late, "a.example", FREE, "x") > 0
    assert isinstance(ask(late, "b.example", FREE, "y"), Slot)
    first.release(slot)
    assert isinstance(ask(late, "a.example", FREE, "z"), Slot)


# ---- clock changes -------------------------------------------------------------------------
class Stamp:
    """The installation's clock as seen by a pacer; setting Redis' clock by +1 h looks like ours by -1 h."""

    def __init__(self):
        self.epoch, self.ahead_s = 0, 0.0

    def __call__(self):
        return self.epoch, (time.time() + self.ahead_s) * 1000


def stamped_pacer(client, stamp):
    return Pacer(client, random.Random(1), tuple, stamp)


def shift_redis(client, stamp, by_s):
    """Make Redis look as if its clock had just been set: stored values stay, the offset changes."""
    for key in client.scan_iter("wireroom:pace:*:opens"):
        client.set(key, int(float(client.get(key)) - by_s * 1000))
    for key in client.scan_iter("wireroom:pace:*:slots"):
        for token, score in client.zrange(key, 0, -1, withscores=True):
            client.zadd(key, {token: score - by_s * 1000})
    stamp.ahead_s -= by_s


@pytest.mark.parametrize("by_s", [-3600.0, 3600.0])
def test_a_step_of_redis_clock_neither_closes_hosts_nor_opens_them_early(client, by_s):
    """The state in SQL applies then: held slots stay held, delays continue, the rest is free."""
    stamp = Stamp()
    rule = HostRule("*", concurrency=1, delay_s=40.0)
    known = []
    pacer = Pacer(client, random.Random(1), lambda: known, stamp)
    for host in ("busy.example", "asked.example", "free.example"):
        pacer.release(ask(pacer, host, rule, "before"))
    known += [HeldSlot("busy.example", "poll-1", HOLD_S, 0.0), HeldSlot("asked.example", "", 0.0, 35.0)]
    shift_redis(client, stamp, by_s)
    assert 0 < ask(pacer, "busy.example", FREE, "poll-2") < 1.0
    assert 30.0 < ask(pacer, "asked.example", rule, "poll-3") <= 35.0
    assert isinstance(ask(pacer, "free.example", rule, "poll-4"), Slot)


@pytest.mark.parametrize("by_s", [-3600.0, 3600.0])
def test_a_step_of_the_installations_clock_changes_no_pacing(client, by_s):
    stamp, rule = Stamp(), HostRule("*", concurrency=1, delay_s=40.0)
    pacer = stamped_pacer(client, stamp)
    pacer.release(ask(pacer, "a.example", rule, "before"))
    stamp.epoch, stamp.ahead_s = 1, by_s
    assert 30.0 < ask(pacer, "a.example", rule, "after") <= 40.0


def test_a_step_of_the_machine_that_holds_both_counts_as_one_of_redis(client):
    """Both clocks move together, so the offset stays and only the epoch changes."""
    stamp, rule = Stamp(), HostRule("*", concurrency=1, delay_s=40.0)
    pacer = stamped_pacer(client, stamp)
    pacer.release(ask(pacer, "a.example", rule, "before"))
    shift_redis(client, stamp, -3600.0)
    stamp.epoch, stamp.ahead_s = 1, 0.0
    assert isinstance(ask(pacer, "a.example", rule, "after"), Slot)


@pytest.mark.parametrize("by_s", [-3600.0, 3600.0])
def test_a_request_that_is_about_to_go_out_waits_no_longer_than_the_delay_after_a_step(client, by_s):
    stamp, rule = Stamp(), HostRule("*", concurrency=1, delay_s=0.2)
    pacer = stamped_pacer(client, stamp)
    slot = ask(pacer, "a.example", rule, "t")
    pacer.start(slot, rule.delay_s)
    client.set("wireroom:pace:{a.example}:started", int((time.time() - by_s) * 1000))
    shift_redis(client, stamp, by_s)
    began = time.monotonic()
    pacer.start(slot, rule.delay_s)
    assert time.monotonic() - began < 30
