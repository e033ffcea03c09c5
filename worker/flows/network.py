"""Network outages of this machine: noticed by failing polls, tried by a few, ended by the first response."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from worker.flows import heartbeats
from worker.flows.services import Services
from worker.records import PollReport
from worker.schedule import (
    AWAY,
    HOSTS_MANY,
    HOSTS_MIN,
    LOCAL_FAULTS,
    Outage,
    Trial,
    find_outage,
    hold_still,
    next_probe_at,
    spread_after_outage,
    tell_outage,
)
from worker.store import config as config_store
from worker.store import events as event_store
from worker.store import network as network_store
from worker.store.session import chunks

DEFERRED_S = (5.0, 15.0)  # a poll that may not try the network comes back, perhaps to another machine
PAGE_S = (60.0, 180.0)
PAGES_HELD_S = 86_400.0  # then pages fail by themselves: every job ends
BACK = "the network is back"

log = structlog.get_logger(__name__)


def read(services: Services, connection: Connection) -> Outage | None:
    """The outage that this machine is in."""
    return network_store.read_outage(connection, services.machine)


def judge(services: Services, connection: Connection, last: Trial) -> Outage | None:
    """The outage that a poll failed in; it begins here where the machine's recent polls amount to one."""
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
    """The outage that a page's request failed in, as `judge`; pages are kept in the worker's memory."""
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


def page_came(services: Services, host: str) -> None:
    """A server responded to a page's request, with whatever."""
    services.page_trials.appendleft(Trial("", host, services.clock()))
    with services.db.read() as connection:
        outage = read(services, connection)
    if outage:
        end(services)


def _begin(connection: Connection, outage: Outage, now: datetime) -> None:
    if network_store.begin_outage(connection, outage, now):
        log.warning(tell_outage(outage), kind="network.away")
        event_store.add_events(connection, now, [("network.away", tell_outage(outage))])


def may_be_ours(connection: Connection, report: PollReport) -> bool:
    """Whether a poll failed before anything reached its host, and there are no other hosts to compare."""
    return report.fault in LOCAL_FAULTS and network_store.has_few_hosts(connection, HOSTS_MIN)


def take_probe(services: Services, outage: Outage) -> bool:
    """Whether this request may try the network: few do in an outage."""
    with services.db.write() as connection:
        return take_probe_in(services, connection, outage)


def take_probe_in(services: Services, connection: Connection, outage: Outage) -> bool:
    """As `take_probe`, in a transaction."""
    now = services.clock()
    next_at = next_probe_at(outage.since_at, now)
    return network_store.take_probe(connection, services.machine, now, next_at)


def end(services: Services) -> None:
    """A server responded: feeds that waited are due again, spread over some minutes."""
    now = services.clock()
    with services.db.write() as connection:
        outage = read(services, connection)
        if outage is None or not network_store.end_outage(connection, services.machine):
            return
        lasted = f"{(now - outage.since_at).total_seconds() / 60:.0f} min"
        sentence = f"{BACK} on {services.machine} after {lasted}; {outage.polls} polls had failed"
        event_store.add_events(connection, now, [("network.back", sentence)])
        config = config_store.read_config(connection)
        waiting = network_store.read_waiting(connection, now, AWAY)
    log.info(sentence, kind="network.back", feeds=len(waiting))
    rate_per_s = config.service.global_rate_per_s if config else 1.0
    waits_s = spread_after_outage([one.interval_s for one in waiting], rate_per_s, services.rng)
    due_at = {one.feed: now + timedelta(seconds=s) for one, s in zip(waiting, waits_s, strict=True)}
    planned = {one.feed: one.next_due_at for one in waiting if one.is_failing}
    sooner = [feed for feed, at in due_at.items() if (planned.get(feed) or at) >= at]
    for part in chunks(sooner):
        with services.db.write() as connection:
            network_store.set_due(connection, {feed: due_at[feed] for feed in part}, BACK)


def polls_allowed(services: Services, connection: Connection, limit: int) -> int:
    """How many of `limit` polls may be sent: one at a time where no machine that polls has a network."""
    outages = network_store.read_outages(connection, services.clock())
    if not outages or heartbeats.machines(services, "poll") - {outage.machine for outage in outages}:
        return limit
    return 1 if any(outage.probe_at <= services.clock() for outage in outages) else 0
