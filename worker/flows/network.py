"""Network outages of this machine: detected by failing requests, ended by the first response to a probe."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from worker.flows import heartbeats
from worker.flows.services import Services
from worker.logs import get_logger
from worker.records import EventKind, PollReport
from worker.schedule import (
    HOSTS_MANY,
    HOSTS_MIN,
    LOCAL_FAULTS,
    Outage,
    Trial,
    describe_outage,
    find_outage,
    hold_still,
    next_probe_at,
    spread_after_outage,
)
from worker.store import config as config_store
from worker.store import events as event_store
from worker.store import network as network_store
from worker.store.session import chunks
from worker.text.amounts import count_of, spell_s

DEFERRED_S = (5.0, 15.0)  # retry delay of a poll that is not a probe; it may run on another machine then
PAGE_S = (60.0, 180.0)
PAGES_HELD_S = 86_400.0  # after this page failures count again, so that every job ends
BACK = "the network is back"

log = get_logger(__name__)


def read(services: Services, connection: Connection) -> Outage | None:
    """The current outage of this machine, or None."""
    return network_store.read_outage(connection, services.machine)


def judge(services: Services, connection: Connection, last: Trial) -> Outage | None:
    """The outage during which a poll failed, or None; begins one if the machine's recent polls show it."""
    now = last.ended_at
    if not last.fault:
        return None
    outage = read(services, connection)
    if outage is not None:
        network_store.count_failure(connection, services.machine, now)
        return outage
    trials = network_store.recent_trials(connection, services.machine, now)
    found = find_outage(services.machine, [last, *trials], now)
    if found is None:
        return None
    outage, failed = found
    _begin(connection, outage, now)
    for config, blamed in network_store.read_idle(connection, failed - {last.feed}):
        held = hold_still(config, blamed, outage, now, services.rng)
        network_store.save_state(connection, config.id, held.state)
    return outage


def judge_page(services: Services, connection: Connection, host: str, fault: str) -> Outage | None:
    """As `judge`, for a page request; recent page requests are kept in the worker's memory."""
    now = services.clock()
    services.page_trials.appendleft(Trial("", host, now, fault))
    outage = read(services, connection)
    if outage is None:
        found = find_outage(services.machine, list(services.page_trials), now, HOSTS_MANY)
        if found is None:
            return None
        outage = found[0]
        _begin(connection, outage, now)
    is_long = (now - outage.since_at).total_seconds() > PAGES_HELD_S
    return None if is_long else outage


def record_page_response(services: Services, host: str) -> None:
    """Record that a server responded to a page request, with any status; ends the outage."""
    services.page_trials.appendleft(Trial("", host, services.clock()))
    with services.db.read() as connection:
        outage = read(services, connection)
    if outage:
        end(services)


def _begin(connection: Connection, outage: Outage, now: datetime) -> None:
    if network_store.begin_outage(connection, outage, now):
        log.warning(describe_outage(outage), kind="network.away")
        event_store.add_events(connection, now, [(EventKind.NETWORK_AWAY, describe_outage(outage))])


def may_be_ours(connection: Connection, report: PollReport) -> bool:
    """Whether a poll failed before reaching its host, and there are too few other hosts to compare with."""
    return report.fault in LOCAL_FAULTS and network_store.has_few_hosts(connection, HOSTS_MIN)


def take_probe(services: Services, outage: Outage) -> bool:
    """Claim a probe of the network during an outage; True if this request may be sent."""
    with services.db.write() as connection:
        return take_probe_in(services, connection, outage)


def take_probe_in(services: Services, connection: Connection, outage: Outage) -> bool:
    """As `take_probe`, in a transaction."""
    now = services.clock()
    next_at = next_probe_at(outage.since_at, now)
    return network_store.take_probe(connection, services.machine, now, next_at)


def end(services: Services) -> None:
    """End the outage, as a server responded; waiting feeds become due, spread over some minutes."""
    now = services.clock()
    with services.db.write() as connection:
        outage = read(services, connection)
        if outage is None or not network_store.end_outage(connection, services.machine):
            return
        lasted = spell_s((now - outage.since_at).total_seconds())
        sentence = f"{BACK} on {services.machine} after {lasted}; {count_of(outage.polls, 'poll')} had failed"
        event_store.add_events(connection, now, [(EventKind.NETWORK_BACK, sentence)])
    with services.db.read() as connection:  # many feeds: nobody waits for the lock meanwhile
        config = config_store.read_service(connection)
        waiting = network_store.read_waiting(connection, now)
    log.info(sentence, kind="network.back", feeds=len(waiting))
    rate_per_s = config.global_rate_per_s if config else 1.0
    waits_s = spread_after_outage([one.interval_s for one in waiting], rate_per_s, services.rng)
    due_at = {one.feed: now + timedelta(seconds=s) for one, s in zip(waiting, waits_s, strict=True)}
    planned = {one.feed: one.next_due_at for one in waiting if one.is_failing}
    sooner = [feed for feed, at in due_at.items() if (planned.get(feed) or at) >= at]
    for part in chunks(sooner):
        with services.turns.waiting(), services.db.write() as connection:
            network_store.set_due(connection, {feed: due_at[feed] for feed in part}, BACK)


def polls_allowed(services: Services, connection: Connection, limit: int) -> int:
    """The number of polls to enqueue, at most `limit`; at most 1 if all machines that poll are offline."""
    outages = network_store.read_outages(connection, services.clock())
    if not outages or heartbeats.machines(services, "poll") - {outage.machine for outage in outages}:
        return limit
    return 1 if any(outage.probe_at <= services.clock() for outage in outages) else 0
