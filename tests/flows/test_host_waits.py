"""Polls respect the back-off of a host, also after crashes, duplicate messages and restarts.

Each test scripts a server on loopback and moves the clock; what is judged is what the server saw.
"""

import random
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from tests.conftest import Clock
from tests.fetch.conftest import Origin, reply
from tests.support.scripted import (
    GOOD,
    asked,
    claim,
    claim_one,
    configure,
    document,
    meanwhile,
    poll_due,
    poll_one,
    throttled,
)
from worker.fetch.sockets import DeadlineSocket
from worker.flows import dispatch, host_access, poll, reload
from worker.flows.services import Services
from worker.records import FeedStatus, HostRule, Outcome
from worker.schedule.words import spell_at
from worker.store import feeds as feed_store
from worker.store import hosts as host_store
from worker.store.models import Feed

WAIT_S = 3600.0
HOME = "127.0.0.1"


@pytest.fixture
def origin() -> Iterator[Origin]:
    made = Origin()
    for name in "abc":
        made.answer(document(name), f"/{name}.xml".encode())
    yield made
    made.close()


@pytest.fixture
def services(services: Services, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Services:
    monkeypatch.setenv("DESK_PASSWORD", "pw")
    services.clock = clock
    return services


# ---- a host that asks to wait --------------------------------------------------------------------
def test_after_a_host_wide_wait_one_request_goes_first_and_the_others_after_its_reply(
    services: Services, origin: Origin, clock: Clock
) -> None:
    configure(services, origin, "a", "b", "c")
    origin.answer(throttled(), b"/a.xml")
    assert poll_one(services, "a").outcome is Outcome.FAILED
    clock.advance(WAIT_S - 1)
    assert claim(services) == []
    clock.advance(1)
    [first] = claim(services)
    seen: list[object] = []

    def look() -> None:
        other = "c" if first.feed == "b" else "b"
        seen.extend([claim(services), poll_one(services, other).outcome])

    origin.answer(meanwhile(look, document("1")), f"/{first.feed}.xml".encode())
    assert poll.run(services, first.feed, first.lease).outcome is Outcome.UPDATED
    assert seen == [[], Outcome.DEFERRED], "neither by the tick nor by hand"
    assert asked(origin) == ["/a.xml", f"/{first.feed}.xml"]
    clock.advance(WAIT_S)
    origin.answer(document("1"), b"/a.xml")
    assert set(poll_due(services)) == {"a", "b", "c"}


def test_a_first_request_that_is_throttled_again_starts_the_wait_over(
    services: Services, origin: Origin, clock: Clock
) -> None:
    configure(services, origin, "a", "b", "c")
    for name in "abc":
        origin.answer(throttled(), f"/{name}.xml".encode())
    poll_one(services, "a")
    for rounds in (1, 2, 3):
        clock.advance(WAIT_S)
        assert len(poll_due(services)) == 1
        assert claim(services) == []
        assert len(origin.asked) == 1 + rounds


def test_a_first_request_whose_worker_died_makes_room_for_another(
    services: Services, origin: Origin, clock: Clock
) -> None:
    configure(services, origin, "a", "b", "c")
    origin.answer(throttled(), b"/a.xml")
    poll_one(services, "a")
    clock.advance(WAIT_S)
    with services.db.write() as connection:
        until = clock.at + timedelta(seconds=12)
        assert host_store.take_probe(connection, HOME, "dead", clock.at, until)
    assert claim(services) == []
    clock.advance(13)
    assert [summary.outcome for summary in poll_due(services).values()] == [Outcome.UPDATED]
    assert len(poll_due(services)) >= 1


def test_a_wait_says_whose_it_is_and_until_when(services: Services, origin: Origin, clock: Clock) -> None:
    """The feed that was refused, and the others of its host, each with a reason that is true of itself."""
    configure(services, origin, "a", "b", "c")
    origin.answer(throttled(), b"/a.xml")
    until = spell_at(clock.at + timedelta(seconds=WAIT_S), clock.at)
    own = poll_one(services, "a").next_due_reason
    assert own == f"host asked to wait until {until} (Retry-After 1 h), for all its feeds"
    with services.db.read() as connection:
        states = {feed.id: state for feed, state in feed_store.read_states(connection)}
        other = states["b"].next_due_reason
    assert other == f"nothing is sent to {HOME} until {until}: HTTP 429 for feed a"
    asked_by_hand = poll_one(services, "c").next_due_reason
    assert asked_by_hand == f"{HOME} asked to wait until {until}, for all its feeds and pages"


def test_a_retry_after_of_scope_feed_concerns_that_feed_alone(
    services: Services, origin: Origin, clock: Clock
) -> None:
    configure(services, origin, "a", "b", "c", scope="feed")
    origin.answer(throttled(), b"/a.xml")
    poll_due(services)
    clock.advance(WAIT_S - 1)
    assert set(poll_due(services)) == {"b", "c"}


def test_a_poll_that_stands_in_line_finds_the_wait_that_came_meanwhile(
    services: Services, origin: Origin
) -> None:
    """Only a request that is already under way may reach a host after its 429."""
    configure(services, origin, "a", "b", concurrency=1)
    outcomes: list[Outcome] = []
    waiting = threading.Thread(target=lambda: outcomes.append(poll_one(services, "b").outcome))
    origin.answer(meanwhile(waiting.start, throttled()), b"/a.xml")
    poll_one(services, "a")
    waiting.join()
    assert outcomes == [Outcome.DEFERRED]
    assert asked(origin) == ["/a.xml"]


@pytest.fixture
def far(origin: Origin) -> Iterator[Origin]:
    """Another host, to which the first one's feeds `a` and `b` redirect."""
    made = Origin(ip="127.0.0.2", port=origin.port)
    made.answer(document("1"), b"/x.xml")
    for name in "ab":
        origin.answer(reply(302, b"", f"Location: {made.url('/x.xml')}"), f"/{name}.xml".encode())
    yield made
    made.close()


def test_the_host_that_asked_to_wait_is_the_one_that_answered(
    services: Services, origin: Origin, far: Origin, clock: Clock
) -> None:
    """Behind a redirect this is another host, which gets no request before its back-off ends."""
    far.answer(throttled(), b"/x.xml")
    configure(services, origin, "a", "b", "c")
    poll_one(services, "a")
    with services.db.read() as connection:
        assert host_store.host_not_before(connection, HOME) is None
        assert host_store.host_not_before(connection, far.ip) is not None
    done = poll_due(services)
    assert {feed: one.outcome for feed, one in done.items()} == {
        "b": Outcome.DEFERRED,
        "c": Outcome.UPDATED,
    }
    assert "asked to wait" in done["b"].next_due_reason
    assert asked(far) == ["/x.xml"]
    assert done["b"].next_due_at is not None
    assert done["b"].next_due_at >= clock.at + timedelta(seconds=WAIT_S)
    clock.advance(WAIT_S * 1.2)
    far.answer(document("1"), b"/x.xml")
    assert {one.outcome for one in poll_due(services).values()} >= {Outcome.UPDATED}


def test_a_redirect_takes_no_more_connections_than_its_host_allows(
    services: Services, origin: Origin, far: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A poll redirected to a host without a free slot is not a failure, and is retried soon."""
    monkeypatch.setattr(host_access, "HOP_WAIT_S", 0.0)
    configure(services, origin, "a", concurrency=1)
    slot = services.pacer.try_acquire(far.ip, HostRule(delay_s=0.0), "another poll", hold_s=60)
    assert not isinstance(slot, float)
    summary = poll_one(services, "a")
    assert summary.outcome is Outcome.DEFERRED
    assert asked(far) == []
    assert summary.next_due_at is not None
    assert timedelta(seconds=1) <= summary.next_due_at - services.clock() <= timedelta(minutes=5)
    with services.db.read() as connection:
        [(_, state)] = feed_store.read_states(connection)
    assert (state.status, state.error_streak, state.last_error) == (FeedStatus.NEW, 0, None)
    services.pacer.release(slot)
    assert poll_one(services, "a").outcome is Outcome.UPDATED
    assert not isinstance(services.pacer.try_acquire(far.ip, HostRule(delay_s=0.0), "next", hold_s=1), float)


# ---- the delay between requests --------------------------------------------------------------------
def test_the_delay_counts_from_the_sending_however_late_a_request_is_sent(
    services: Services, origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its worker may be stopped or its connection take long, after the start was granted."""
    configure(services, origin, "a", "b", concurrency=2)
    config = Path(services.settings.config)
    config.write_text(config.read_text(encoding="utf-8").replace('delay = "0s"', 'delay = "1s"'))
    reload.run(services)
    claims = {claimed.feed: claimed for claimed in (claim_one(services, "a"), claim_one(services, "b"))}
    sent_at: dict[str, float] = {}
    waiting = [
        threading.Thread(target=poll.run, args=(services, name, claimed.lease))
        for name, claimed in claims.items()
    ]
    send = DeadlineSocket.send

    def send_late(socket: DeadlineSocket, data: bytes) -> None:
        if not sent_at:
            sent_at["first"] = 0.0
            time.sleep(0.8)
            sent_at["first"] = time.monotonic()
        else:
            sent_at["second"] = time.monotonic()
        send(socket, data)

    monkeypatch.setattr(DeadlineSocket, "send", send_late)
    for thread in waiting:
        thread.start()
    for thread in waiting:
        thread.join()
    assert sent_at["second"] - sent_at["first"] >= 0.99


def test_a_redirect_within_a_host_follows_at_once_however_late_it_comes(
    services: Services, origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If it waited for the host's delay again, each attempt would send its first request only, for ever."""
    monkeypatch.setattr(host_access, "GRANTED_S", 0.2)
    monkeypatch.setattr(host_access, "START_WAIT_S", 0.2)
    configure(services, origin, "a")
    config = Path(services.settings.config)
    config.write_text(config.read_text(encoding="utf-8").replace('delay = "0s"', 'delay = "2s"'))
    reload.run(services)
    poll_one(services, "a")  # the pacing begins, perhaps with a wait
    time.sleep(2.1)
    moved = reply(302, b"", "Location: /b.xml")
    origin.answer(meanwhile(lambda: time.sleep(0.3), moved), b"/a.xml")
    assert poll_one(services, "a").outcome is Outcome.UPDATED


def test_a_request_that_got_its_slot_is_not_sent_while_the_broker_is_away(
    services: Services, origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its host may have been requested just before: only the broker knows."""
    monkeypatch.setattr(host_access, "START_WAIT_S", 0.0)
    configure(services, origin, "a")
    config = Path(services.settings.config)
    config.write_text(config.read_text(encoding="utf-8").replace('delay = "0s"', 'delay = "10ms"'))
    reload.run(services)
    claimed, begin = claim_one(services, "a"), poll._begin

    def begin_then_lose_broker(*args: Any) -> bool:
        is_begun = begin(*args)
        services.pacer._start = services.redis.register_script("return redis.error_reply('LOADING')")
        return is_begun

    monkeypatch.setattr(poll, "_begin", begin_then_lose_broker)
    summary = poll.run(services, "a", claimed.lease)
    assert summary.outcome is Outcome.DEFERRED
    assert asked(origin) == []
    assert summary.next_due_at is not None
    assert summary.next_due_at - services.clock() <= timedelta(minutes=5)


# ---- crashes, doubles, restarts ------------------------------------------------------------------
def test_a_poll_whose_lease_was_lost_while_it_stood_in_line_sends_nothing(
    services: Services, origin: Origin
) -> None:
    """As after a freeze, when another worker has had the feed by then; its slot is free again."""
    configure(services, origin, "a", "b", concurrency=1)
    lost, outcomes = claim_one(services, "b"), []
    waiting = threading.Thread(target=lambda: outcomes.append(poll.run(services, "b", lost.lease).outcome))

    def lose() -> None:
        waiting.start()
        with services.db.write() as connection:
            connection.execute(update(Feed).where(Feed.id == "b").values(lease="another's"))

    origin.answer(meanwhile(lose, document("1")), b"/a.xml")
    poll_one(services, "a")
    waiting.join()
    assert outcomes == [Outcome.STALE]
    assert asked(origin) == ["/a.xml"]
    slot = services.pacer.try_acquire(HOME, HostRule(delay_s=0.0), "next", hold_s=1)
    assert not isinstance(slot, float)


def test_a_message_delivered_twice_does_not_disturb_the_poll_under_way(
    services: Services, origin: Origin
) -> None:
    configure(services, origin, "a", concurrency=1)
    claimed, doubles = claim_one(services, "a"), []
    again = lambda: doubles.append(poll.run(services, "a", claimed.lease).outcome)  # noqa: E731
    origin.answer(meanwhile(again, document("1")), b"/a.xml")
    assert poll.run(services, "a", claimed.lease).outcome is Outcome.UPDATED
    assert doubles == [Outcome.STALE]
    assert asked(origin) == ["/a.xml"]


def test_a_restart_on_an_emptied_broker_keeps_due_time_and_validators(
    services: Services, origin: Origin, clock: Clock
) -> None:
    configure(services, origin, "a")
    origin.answer(GOOD, b"/a.xml")
    due_at = poll_due(services)["a"].next_due_at
    assert due_at is not None
    services.redis.flushdb()
    again = Services(services.settings, clock=clock, rng=random.Random(1))
    try:
        assert dispatch.tick(again)["polls"] == 0
        assert claim(again) == []
        clock.at = due_at
        origin.answer(reply(304), b"/a.xml")
        assert poll_due(again)["a"].outcome is Outcome.NOT_MODIFIED
    finally:
        again.close()
    assert [request.field("If-None-Match") for request in origin.asked] == [None, b'"good"']


def test_a_redis_emptied_during_a_poll_opens_no_second_connection(services: Services, origin: Origin) -> None:
    """The poll under way keeps its slot, which is built again from the database, until it ends."""
    configure(services, origin, "a", "b", concurrency=1)
    rule, seen = HostRule(delay_s=0.0), []

    def look() -> None:
        services.redis.flushdb()
        seen.append(services.pacer.try_acquire(HOME, rule, "other", hold_s=60))

    origin.answer(meanwhile(look, document("1")), b"/a.xml")
    assert poll_one(services, "a").outcome is Outcome.UPDATED
    assert isinstance(seen[0], float)
    assert poll_one(services, "b").outcome is Outcome.UPDATED


def test_a_backlog_of_many_due_times_is_one_request(services: Services, origin: Origin, clock: Clock) -> None:
    """Workers that were down for days poll each feed once, and then keep its interval."""
    configure(services, origin, "a")
    poll_due(services)
    clock.advance(5 * 86_400)
    assert set(poll_due(services)) == {"a"}
    assert claim(services) == []
    clock.advance(599)
    assert claim(services) == []
