"""Take over the config file: a good change takes effect, a bad one is refused and explained."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta

import structlog
from sqlalchemy import Connection

from worker.catalog import config_digest
from worker.errors import ConfigError
from worker.flows.examine import examine_config
from worker.flows.services import Services
from worker.records import Catalog
from worker.redaction import redact
from worker.schedule import replan, spread_first_polls
from worker.store import config as config_store
from worker.store import events as event_store
from worker.store import feeds as feed_store

log = structlog.get_logger(__name__)


def run(services: Services, *, force: bool = False, again: bool = False) -> dict[str, object]:
    """Compare the file with what is in force and act on it; returns what happened.

    An unchanged file is examined only with `again`, or `force`: plug-ins and the feeds in force may have
    changed since.
    """
    path = services.settings.config
    with services.db.read() as connection:
        before = config_store.read_config(connection)
        present = feed_store.enabled_ids(connection)
    try:
        digest = config_digest(path)
    except ConfigError as exc:  # not there, or not readable
        if before is not None and before.error == redact(str(exc)):
            return {"config": "refused", "changed": False}
        return _refuse(services, "", str(exc))
    is_known = before is not None and before.digest == digest
    if before is not None and is_known and not (force or again):
        return {"config": before.state, "changed": False}
    found = examine_config(path, present, force=force)
    if found.faults or found.catalog is None:
        error = "; ".join(map(str, found.faults))
        if before is not None and is_known and before.error == error:
            return {"config": "refused", "changed": False}
        return _refuse(services, digest, error)
    for problem in found.missing:
        log.warning("a secret is missing", problem=str(problem))
    if before is not None and is_known and before.state == "ok" and not force:
        return {"config": "ok", "changed": False}
    return _take_over(services, replace(found.catalog, digest=digest))


def _replan(services: Services, connection: Connection, changed: Collection[str]) -> None:
    """A wait of our own choice follows the new interval at once."""
    for feed, state in feed_store.read_states(connection):
        if feed.id in changed:
            planned = replan(feed, state, now=services.clock(), rng=services.rng)
            feed_store.set_due(connection, feed.id, planned.next_due_at, planned.next_due_reason)


def _spread(services: Services, connection: Connection, catalog: Catalog, added: Sequence[str]) -> None:
    """A long list of new feeds comes at the global rate; what that lets through in a second comes at once."""
    rate, now = catalog.global_rate_per_s, services.clock()
    if len(added) > rate:
        waits_s = spread_first_polls(len(added), rate, services.rng)
        due_at = {feed: now + timedelta(seconds=wait_s) for feed, wait_s in zip(added, waits_s, strict=True)}
        feed_store.set_due_each(connection, due_at, "new feed")


def _refuse(services: Services, digest: str, error: str) -> dict[str, object]:
    error = redact(error)
    log.error("config refused, the last good one stays in force", error=error)
    now = services.clock()
    with services.db.write() as connection:
        config_store.save_config(connection, state="refused", error=error, digest=digest)
        event_store.add_events(connection, now, [("config.refused", error)])
    return {"config": "refused", "changed": True, "error": error[:300]}


def _take_over(services: Services, catalog: Catalog) -> dict[str, object]:
    now = services.clock()
    with services.db.write() as connection:
        report = feed_store.sync_feeds(connection, catalog.feeds, now)
        _replan(services, connection, report.changed)
        _spread(services, connection, catalog, report.added)
        service = config_store.service_to_json(catalog)
        config_store.save_config(
            connection, state="ok", error=None, digest=catalog.digest, loaded_at=now, service=service
        )
        message = (
            f"{len(catalog.feeds)} feeds: {len(report.added)} added, {len(report.changed)} changed, "
            f"{len(report.removed)} removed"
        )
        event_store.add_events(connection, now, [("config.loaded", message)])
    log.info(
        "config in force", feeds=len(catalog.feeds), added=len(report.added), removed=len(report.removed)
    )
    return {"config": "ok", "changed": True, "added": len(report.added), "removed": len(report.removed)}
