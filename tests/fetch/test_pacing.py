"""Per-host pacing across workers, on a real broker: connections, starts, a flushed Redis, clock changes."""

import random
import threading
import time
from collections import Counter

import pytest
import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from worker.fetch.pacing import KNOWN, LOST_S, UNAVAILABLE_S, BrokerWait, HeldSlot, Pacer, Slot
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


def open_hosts(client, pacer):
    """As if Redis had been emptied longer ago than any delay."""
    pacer.release(ask(pacer, "first.example", FREE, "first"))
    client.hset(KNOWN, "cleared", 0)
    return pacer


@pytest.fixture
def pacer(client):
    return open_hosts(client, make_pacer(client))


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
    assert pacer.start(prompt, 30.0) == 0
    sent_at = time.monotonic()
    pacer.sent(prompt)
    assert pacer.start(late, 30.0) == 0
    assert time.monotonic() - sent_at >= 0.29
    pacer.sent(late)
    assert ask(pacer, "a.example", rule, "third") > 0
    pacer.release(prompt)
    assert ask(pacer, "a.example", rule, "third") > 0.2, "the delay counts from the last request"


def test_no_request_starts_while_another_one_is_about_to_be_sent(pacer):
    """Its connection may take longer than the delay, which counts from when it is sent."""
    rule = HostRule("*", concurrency=2, delay_s=0.1)
    slow = ask(pacer, "a.example", rule, "slow to connect")
    assert pacer.start(slow, 30.0) == 0
    time.sleep(0.11)
    prompt = ask(pacer, "a.example", rule, "prompt")
    assert pacer.start(prompt, 0.3) > 0
    sent_at = time.monotonic()
    pacer.sent(slow)
    assert pacer.start(prompt, 30.0) == 0
    assert time.monotonic() - sent_at >= 0.09


@pytest.mark.parametrize("how", ["released", "expired"])
def test_a_request_that_was_not_reported_counts_from_the_end_of_its_slot(pacer, how):
    """As when its worker was killed, or could not reach the broker: it may have been sent at any moment."""
    rule = HostRule("*", concurrency=2, delay_s=40.0)
    silent = ask(pacer, "a.example", rule, "silent", hold_s=0.3 if how == "expired" else HOLD_S)
    other = Slot("a.example", "other", rule.delay_s)
    pacer._redis.zadd("wireroom:pace:{a.example}:slots", {"other": (time.time() + HOLD_S) * 1000})
    assert pacer.start(silent, 30.0) == 0
    time.sleep(0.31)
    if how == "released":
        pacer.release(silent)
    assert 39.5 < pacer.start(other, 0.0) <= 40.0
    assert ask(pacer, "a.example", rule, "third") > 39.0


def test_a_slot_that_was_lost_sends_nothing(pacer):
    """Its process was stopped for longer than its lease, and another one has the host by now."""
    rule = HostRule("*", concurrency=1, delay_s=0.1)
    stopped = ask(pacer, "a.example", rule, "stopped", hold_s=0.05)
    assert isinstance(pacer.acquire("a.example", rule, "next", hold_s=HOLD_S, max_wait_s=30.0), Slot)
    assert pacer.start(stopped, 30.0) == LOST_S


def test_without_a_delay_a_request_is_sent_at_once_and_with_one_only_by_the_brokers_leave(pacer, tmp_path):
    """Others may have been granted a start meanwhile: nobody knows without the broker."""
    for _ in range(3):
        assert pacer.start(Slot("a.example", "t"), 0.0) == 0
    away = make_pacer(redis.Redis(unix_socket_path=str(tmp_path / "none.sock")))
    assert away.start(Slot("a.example", "t"), 0.0) == 0
    wait_s = away.start(Slot("a.example", "t", 600.0), 0.0)
    assert isinstance(wait_s, BrokerWait)
    assert wait_s == UNAVAILABLE_S


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


def test_a_flushed_redis_is_restored_from_requests_in_progress(client):
    """Held slots stay held under their tokens."""
    pacer = make_pacer(client, HeldSlot("busy.example", "poll-1", HOLD_S))
    for _ in range(2):  # it can be flushed more than once
        client.flushdb()
        assert ask(pacer, "busy.example", FREE, "poll-2") > 0
        assert isinstance(ask(pacer, "free.example", FREE, "poll-4"), Slot)
    pacer.release(Slot("busy.example", "poll-1"))
    assert isinstance(ask(pacer, "busy.example", FREE, "poll-2"), Slot)


def test_after_a_flush_no_host_is_requested_before_its_delay_has_passed(client):
    """Which host was requested just before, by a poll, a page, a robots.txt or a redirect, is not known."""
    rule, sent_at = HostRule("*", concurrency=1, delay_s=0.4), []
    for token in ("before", "after"):
        pacer = make_pacer(client)
        slot = pacer.acquire("a.example", rule, token, hold_s=HOLD_S, max_wait_s=30.0)
        assert pacer.start(slot, 30.0) == 0
        sent_at.append(time.monotonic())
        pacer.sent(slot)
        pacer.release(slot)
        client.flushdb()
    assert sent_at[1] - sent_at[0] >= 0.39
    assert 30.0 < ask(pacer, "b.example", HostRule("*", delay_s=40.0), "t") <= 40.0


def test_a_slot_granted_before_a_flush_waits_for_the_delay_after_it(client):
    """It may have been granted the start of another request's delay before."""
    rule, known = HostRule("*", concurrency=1, delay_s=0.4), []
    pacer = open_hosts(client, Pacer(client, random.Random(1), lambda: known))
    slot = ask(pacer, "a.example", rule, "held")
    known.append(HeldSlot("a.example", "held", HOLD_S))
    client.flushdb()
    flushed_at = time.monotonic()
    assert pacer.start(slot, 30.0) == 0
    assert time.monotonic() - flushed_at >= 0.39


def test_only_a_flushed_redis_is_restored(client):
    """A later caller finds the restored state and later changes."""
    first = make_pacer(client)
    slot = ask(first, "a.example", FREE, "since")
    late = make_pacer(client, HeldSlot("b.example", "of yesterday", HOLD_S))
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
    return open_hosts(client, Pacer(client, random.Random(1), tuple, stamp))


def shift_redis(client, stamp, by_s):
    """Make Redis look as if its clock had just been set: stored values stay, the offset changes."""
    client.hincrby(KNOWN, "cleared", int(-by_s * 1000))
    for name in ("opens", "starts"):
        for key in client.scan_iter(f"wireroom:pace:*:{name}"):
            client.set(key, int(float(client.get(key)) - by_s * 1000))
    for key in client.scan_iter("wireroom:pace:*:slots"):
        for token, score in client.zrange(key, 0, -1, withscores=True):
            client.zadd(key, {token: score - by_s * 1000})
    stamp.ahead_s -= by_s


@pytest.mark.parametrize("by_s", [-3600.0, 3600.0])
def test_a_step_of_redis_clock_closes_hosts_for_their_delay_and_no_longer(client, by_s):
    """The state in SQL applies then: held slots stay held."""
    stamp = Stamp()
    rule = HostRule("*", concurrency=1, delay_s=40.0)
    known = []
    pacer = open_hosts(client, Pacer(client, random.Random(1), lambda: known, stamp))
    for host in ("busy.example", "asked.example"):
        pacer.release(ask(pacer, host, rule, "before"))
    known += [HeldSlot("busy.example", "poll-1", HOLD_S)]
    shift_redis(client, stamp, by_s)
    assert 0 < ask(pacer, "busy.example", FREE, "poll-2") < 1.0
    assert 39.0 < ask(pacer, "asked.example", rule, "poll-3") <= 40.0
    assert isinstance(ask(pacer, "free.example", FREE, "poll-4"), Slot)


@pytest.mark.parametrize("by_s", [-3600.0, 3600.0])
def test_a_step_of_the_installations_clock_changes_no_pacing(client, by_s):
    stamp, rule = Stamp(), HostRule("*", concurrency=1, delay_s=40.0)
    pacer = stamped_pacer(client, stamp)
    pacer.release(ask(pacer, "a.example", rule, "before"))
    stamp.epoch, stamp.ahead_s = 1, by_s
    assert 30.0 < ask(pacer, "a.example", rule, "after") <= 40.0
    assert isinstance(ask(pacer, "b.example", rule, "other"), Slot)


def test_a_step_of_the_machine_that_holds_both_counts_as_one_of_redis(client):
    """Both clocks move together, so the offset stays and only the epoch changes."""
    stamp, rule = Stamp(), HostRule("*", concurrency=1, delay_s=40.0)
    pacer = stamped_pacer(client, stamp)
    pacer.release(ask(pacer, "a.example", rule, "before"))
    shift_redis(client, stamp, -3600.0)
    stamp.epoch, stamp.ahead_s = 1, 0.0
    assert 39.0 < ask(pacer, "a.example", rule, "after") <= 40.0


@pytest.mark.parametrize("by_s", [-3600.0, 3600.0])
def test_a_request_that_is_about_to_go_out_waits_no_longer_than_the_delay_after_a_step(client, by_s):
    stamp, rule, known = Stamp(), HostRule("*", concurrency=1, delay_s=0.2), []
    pacer = open_hosts(client, Pacer(client, random.Random(1), lambda: known, stamp))
    slot = ask(pacer, "a.example", rule, "t")
    known.append(HeldSlot("a.example", "t", HOLD_S))
    assert pacer.start(slot, 30.0) == 0
    pacer.sent(slot)
    shift_redis(client, stamp, by_s)
    assert pacer.start(slot, 5.0) == 0
