"""Take over the config file: a good change takes effect, a bad one is refused and explained."""

import socket
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from worker.config import config_digest
from worker.errors import ConfigError
from worker.flows.examine import examine_config
from worker.flows.services import Services
from worker.records import Config
from worker.redaction import redact
from worker.schedule import replan, spread_first_polls
from worker.store import config as config_store
from worker.store import events as event_store
from worker.store import feeds as feed_store
from worker.store.config import ConfigFile
from worker.store.feeds import SyncReport

ALIVE_S = 120.0  # a control whose file was looked at within this, or three of its intervals, is running
NOTED_AGAIN = timedelta(seconds=30)  # how often it is noted that a control looks at its file
SYNC_BATCH = 500  # feeds in one write transaction
UNFINISHED = "unfinished"  # in place of the digest, until all feeds of a file are taken over

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at the file of this machine: what it was before, and what is in force."""

    services: Services
    source: str
    own: ConfigFile | None
    others: tuple[ConfigFile, ...]
    in_force: str  # digest; empty: none
    now: datetime

    def note(self, digest: str, state: str, error: str | None = None) -> None:
        """Keep what the file is, so that a later look can tell a change; now and then also that we look."""
        own, file = self.own, ConfigFile(self.source, digest, state, error, self.now)
        if own and own == replace(file, seen_at=own.seen_at) and self.now - own.seen_at < NOTED_AGAIN:
            return
        with self.services.db.write() as connection:
            config_store.save_file(connection, file)


def run(
    services: Services, *, force: bool = False, again: bool = False, alone: bool = False
) -> dict[str, object]:
    """Compare the file with what is in force and act on it; returns what happened.

    A file that differs from the one in force is taken over when it changed since this machine's last look, or
    when no control is running that has the one in force (`alone` says that none is). Else two controls with
    different files would take over from each other without end; `force` switches to this file. An unchanged
    file is examined only with `again`, or `force`: plug-ins and the feeds in force may have changed since.
    """
    look = _look(services)
    try:
        digest = config_digest(services.settings.config)
    except ConfigError as exc:  # not there, or not readable; it may come back as it was
        last = look.own.digest if look.own else ""
        return _refuse(look, last, str(exc), config_store.UNREADABLE)
    is_in_force = digest == look.in_force
    if not force and (known := None if again else _as_before(look, digest)):
        return known
    if not (force or is_in_force or alone or _may_switch(look, digest)):
        return _leave(look, digest)
    with services.db.read() as connection:
        present = feed_store.enabled_ids(connection)
    found = examine_config(services.settings.config, present, force=force)
    if found.faults or found.catalog is None:
        return _refuse(look, digest, "; ".join(map(str, found.faults)))
    for problem in found.missing:
        log.warning("a secret is missing", problem=str(problem))
    if is_in_force and not force:
        look.note(digest, config_store.OK)
        return {"config": "ok", "changed": False}
    return _take_over(look, replace(found.catalog, digest=digest))


def _as_before(look: _Look, digest: str) -> dict[str, object] | None:
    """What is returned for a file that is as it was at the last look; None when it is to be examined."""
    own = look.own
    if own and own.state == config_store.REFUSED and own.digest == digest:
        look.note(digest, own.state, own.error)
        return {"config": "refused", "changed": False}
    if digest == look.in_force:
        look.note(digest, config_store.OK)
        return {"config": "ok", "changed": False}
    return None


def _look(services: Services) -> _Look:
    source = f"{socket.gethostname()}:{services.settings.config.absolute()}"
    with services.db.read() as connection:
        before = config_store.read_config(connection)
        files = config_store.read_files(connection)
    own = files.pop(source, None)
    in_force = before.digest if before else ""
    return _Look(services, source, own, tuple(files.values()), in_force, services.clock())


def _may_switch(look: _Look, digest: str) -> bool:
    """Whether a file that differs from the one in force is to be taken over without being told to."""
    own = look.own
    if not look.in_force or (own is not None and own.digest != digest):
        return True
    if own is not None and own.state in (config_store.OK, config_store.SUPERSEDED):
        return False  # the older of the two
    alive = max(ALIVE_S, 3 * look.services.settings.reload_interval_s)
    return not any(
        file.digest == look.in_force and (look.now - file.seen_at).total_seconds() < alive
        for file in look.others
    )


def _leave(look: _Look, digest: str) -> dict[str, object]:
    """Leave another control's file in force, and say so."""
    holders = [file for file in look.others if file.digest == look.in_force]
    whose = f" from {max(holders, key=lambda file: file.seen_at).source}" if holders else ""
    error = (
        f"{look.source} differs from the config in force{whose}, which stays; make the files the same, or "
        "run `wireroom reload --force` where the file is that is to be in force"
    )
    was_in_force = look.own is not None and look.own.state in (config_store.OK, config_store.SUPERSEDED)
    return _refuse(look, digest, error, config_store.SUPERSEDED if was_in_force else config_store.OTHER)


def _sync(services: Services, catalog: Config) -> SyncReport:
    """Make the feeds those of the catalog, some hundred in a transaction, so that polls go on meanwhile.

    A sync that is broken off is done again from the file: its digest is noted at the end only.
    """
    with services.db.read() as connection:
        feeds = feed_store.different_feeds(connection, catalog.feeds)
        removed = sorted(feed_store.enabled_ids(connection) - {feed.id for feed in catalog.feeds})
    added: list[str] = []
    changed: list[str] = []
    waits_s = spread_first_polls(len(feeds), catalog.global_rate_per_s, services.rng)
    for start in range(0, len(feeds), SYNC_BATCH):
        with services.db.write() as connection:
            now = services.clock()
            part = feed_store.put_feeds(connection, feeds[start : start + SYNC_BATCH], now)
            due = _replan(services, connection, part.changed)
            if len(feeds) > catalog.global_rate_per_s:  # what that lets through in a second comes at once
                new = zip(part.added, waits_s[len(added) :], strict=False)
                due |= {feed: (now + timedelta(seconds=wait_s), "new feed") for feed, wait_s in new}
            feed_store.set_due_each(connection, due)
        added += part.added
        changed += part.changed
    for start in range(0, len(removed), SYNC_BATCH):
        with services.db.write() as connection:
            feed_store.disable_feeds(connection, removed[start : start + SYNC_BATCH])
    return SyncReport(tuple(added), tuple(changed), tuple(removed))


def _replan(
    services: Services, connection: Connection, changed: Collection[str]
) -> dict[str, tuple[datetime | None, str]]:
    """A wait of our own choice follows the new interval at once; returns the due times with their reasons."""
    planned = (
        (feed.id, replan(feed, state, now=services.clock(), rng=services.rng))
        for feed, state in feed_store.read_states(connection, changed)
    )
    return {feed: (state.next_due_at, state.next_due_reason) for feed, state in planned}


def _refuse(look: _Look, digest: str, error: str, state: str = config_store.REFUSED) -> dict[str, object]:
    """Leave what is in force, and tell the reason when it is new."""
    own, error = look.own, redact(error)
    if own and (own.digest, own.state, own.error) == (digest, state, error):
        look.note(digest, state, error)
        return {"config": "refused", "changed": False}
    log.error("config refused, the last good one stays in force", error=error)
    look.note(digest, state, error)
    with look.services.db.write() as connection:
        event_store.add_events(connection, look.now, [("config.refused", error)])
    return {"config": "refused", "changed": True, "error": error[:300]}


def _take_over(look: _Look, catalog: Config) -> dict[str, object]:
    services, now = look.services, look.now
    with services.db.write() as connection:  # the rules before the feeds that may need them
        _put_in_force(connection, look, catalog, UNFINISHED)
    report = _sync(services, catalog)
    message = (
        f"{len(catalog.feeds)} feeds: {len(report.added)} added, {len(report.changed)} changed, "
        f"{len(report.removed)} removed"
    )
    with services.db.write() as connection:
        _put_in_force(connection, look, catalog, catalog.digest)
        event_store.add_events(connection, now, [("config.loaded", message)])
    log.info(
        "config in force", feeds=len(catalog.feeds), added=len(report.added), removed=len(report.removed)
    )
    return {"config": "ok", "changed": True, "added": len(report.added), "removed": len(report.removed)}


def _put_in_force(connection: Connection, look: _Look, catalog: Config, digest: str) -> None:
    service = config_store.service_to_json(replace(catalog, digest=digest))
    config_store.save_config(connection, loaded_at=look.now, service=service)
    config_store.save_file(connection, ConfigFile(look.source, digest, config_store.OK, None, look.now))
