"""Apply the config file: a valid change takes effect, an invalid one is refused with the reason."""

import socket
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from worker.config import config_digest
from worker.errors import ConfigError
from worker.flows.config_diff import find_returning
from worker.flows.config_effects import find_effects
from worker.flows.examine import examine_config
from worker.flows.services import Services
from worker.logs import get_logger
from worker.records import Config, DueBy, EventKind
from worker.redaction import redact
from worker.schedule import replan, spread_first_polls
from worker.store import config as config_store
from worker.store import events as event_store
from worker.store import feeds as feed_store
from worker.store.config import ConfigFile
from worker.store.feeds import SyncReport
from worker.text.amounts import count_of

ALIVE_S = 120.0  # a control that read its file within this time, or three of its intervals, is running
RECORDED_AGAIN = timedelta(seconds=30)  # the interval at which a control records that it reads its file
SYNC_BATCH = 500  # feeds in one write transaction
RETURNED_SHOWN = 5  # feeds
ACCEPTED = "the config is accepted again and in force"
UNFINISHED = "unfinished"  # stored instead of the digest until all feeds of a file are applied

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _FileCheck:
    """One check of this machine's file: its previous state, and the config in force."""

    services: Services
    source: str
    own: ConfigFile | None
    others: tuple[ConfigFile, ...]
    in_force: str  # digest; empty: none
    now: datetime

    def record(self, digest: str, state: str, error: str | None = None) -> None:
        """Store the file's state, to detect later changes; an unchanged state only every `RECORDED_AGAIN`."""
        own, file = self.own, ConfigFile(self.source, digest, state, error, self.now)
        if own and own == replace(file, seen_at=own.seen_at) and self.now - own.seen_at < RECORDED_AGAIN:
            return
        with self.services.db.write() as connection:
            config_store.save_file(connection, file)

    def accept(self, digest: str) -> None:
        """Store that the file is the one in force; report it if the file was refused before."""
        if not self.was_refused:
            self.record(digest, config_store.OK)
        elif self.tell(digest, config_store.OK, None, (EventKind.CONFIG_ACCEPTED, ACCEPTED)):
            log.info(ACCEPTED, file=self.source)

    def tell(self, digest: str, state: str, error: str | None, event: tuple[str, str]) -> bool:
        """Store a new state and its event; False if another process did both since this check began."""
        with self.services.db.write() as connection:
            file = ConfigFile(self.source, digest, state, error, self.now)
            is_news = config_store.save_news(connection, file)
            if is_news:
                event_store.add_events(connection, self.now, [event])
        return is_news

    @property
    def was_refused(self) -> bool:
        """Whether the last check of this machine's file refused it."""
        return self.own is not None and self.own.state != config_store.OK


def run(
    services: Services, *, force: bool = False, again: bool = False, alone: bool = False
) -> dict[str, object]:
    """Compare the file with the config in force and apply it if needed; returns what happened.

    A file that differs from the one in force is applied if it changed since this machine's last check, or if
    no running control has the one in force (`alone` says that there is none). Otherwise two controls with
    different files would replace each other's config endlessly; `force` switches to this file. An unchanged
    file is validated only with `again` or `force`: plug-ins and the feeds in force may have changed.
    """
    check = _read_states(services)
    try:
        digest = config_digest(services.settings.config)
    except ConfigError as exc:  # missing or unreadable; it may come back unchanged
        last = check.own.digest if check.own else ""
        return _refuse(check, last, str(exc), config_store.UNREADABLE)
    is_in_force = digest == check.in_force
    if not force and (known := None if again else _if_unchanged(check, digest)):
        return known
    if not (force or is_in_force or alone or _may_switch(check, digest)):
        return _leave_other(check, digest)
    with services.db.read() as connection:
        present = feed_store.enabled_ids(connection)
    found = examine_config(services.settings.config, present, force=force)
    if found.faults or found.config is None:
        return _refuse(check, digest, "\n".join(map(str, found.faults)))
    for problem in found.missing:
        log.warning("a secret cannot be used", problem=str(problem))
    if is_in_force and not force:
        check.accept(digest)
        return {"config": "ok", "changed": False, **({"accepted": True} if check.was_refused else {})}
    return _apply(check, replace(found.config, digest=digest))


def _if_unchanged(check: _FileCheck, digest: str) -> dict[str, object] | None:
    """The result for a file that is unchanged since the last check; None if it must be validated."""
    own = check.own
    if own and own.state == config_store.REFUSED and own.digest == digest:
        check.record(digest, own.state, own.error)
        return {"config": "refused", "changed": False}
    if digest == check.in_force:
        check.accept(digest)
        return {"config": "ok", "changed": False, **({"accepted": True} if check.was_refused else {})}
    return None


def _read_states(services: Services) -> _FileCheck:
    source = f"{socket.gethostname()}:{services.settings.config.absolute()}"
    with services.db.read() as connection:
        before = config_store.read_config(connection)
        files = config_store.read_files(connection)
    own = files.pop(source, None)
    in_force = before.digest if before else ""
    return _FileCheck(services, source, own, tuple(files.values()), in_force, services.clock())


def _may_switch(check: _FileCheck, digest: str) -> bool:
    """Whether a file that differs from the one in force may be applied without `force`."""
    own = check.own
    if not check.in_force or (own is not None and own.digest != digest):
        return True
    if own is not None and own.state in (config_store.OK, config_store.SUPERSEDED):
        return False  # the older of the two
    alive = max(ALIVE_S, 3 * check.services.settings.reload_interval_s)
    return not any(
        file.digest == check.in_force and (check.now - file.seen_at).total_seconds() < alive
        for file in check.others
    )


def _leave_other(check: _FileCheck, digest: str) -> dict[str, object]:
    """Leave another control's file in force, and report it."""
    holders = [file for file in check.others if file.digest == check.in_force]
    whose = f" from {max(holders, key=lambda file: file.seen_at).source}" if holders else ""
    error = (
        f"{check.source} differs from the config in force{whose}, which stays; make the files the same, or "
        "run `wireroom reload --force` where the file is that is to be in force"
    )
    was_in_force = check.own is not None and check.own.state in (config_store.OK, config_store.SUPERSEDED)
    return _refuse(check, digest, error, config_store.SUPERSEDED if was_in_force else config_store.OTHER)


def _sync(services: Services, config: Config) -> SyncReport:
    """Synchronize the feeds with the config, in transactions of some hundred, so that polls can continue.

    An interrupted sync is repeated from the file, since its digest is stored only at the end.
    """
    with services.db.read() as connection:
        feeds = feed_store.different_feeds(connection, config.feeds)
        removed = sorted(feed_store.enabled_ids(connection) - {feed.id for feed in config.feeds})
    added: list[str] = []
    changed: list[str] = []
    waits_s = spread_first_polls(len(feeds), config.global_rate_per_s, services.rng)
    for start in range(0, len(feeds), SYNC_BATCH):
        with services.db.write() as connection:
            now = services.clock()
            part = feed_store.put_feeds(connection, feeds[start : start + SYNC_BATCH], now)
            due = _replan(services, connection, part.changed)
            if (
                len(feeds) > config.global_rate_per_s
            ):  # as many as the rate allows in a second are due at once
                new = zip(part.added, waits_s[len(added) :], strict=False)
                due |= {
                    feed: (now + timedelta(seconds=wait_s), "new feed", DueBy.NOW) for feed, wait_s in new
                }
            feed_store.set_due(connection, due)
        added += part.added
        changed += part.changed
    for start in range(0, len(removed), SYNC_BATCH):
        with services.db.write() as connection:
            feed_store.disable_feeds(connection, removed[start : start + SYNC_BATCH])
    return SyncReport(tuple(added), tuple(changed), tuple(removed))


def _replan(
    services: Services, connection: Connection, changed: Collection[str]
) -> dict[str, tuple[datetime | None, str, DueBy]]:
    """The due times of changed feeds, with reasons: waits chosen by the schedule follow the new interval."""
    planned = (
        (feed.id, replan(feed, state, now=services.clock(), rng=services.rng))
        for feed, state in feed_store.read_states(connection, changed)
    )
    return {feed: (state.next_due_at, state.next_due_reason, state.due_by) for feed, state in planned}


def _refuse(
    check: _FileCheck, digest: str, error: str, state: str = config_store.REFUSED
) -> dict[str, object]:
    """Leave the config in force; report the reason if it is new."""
    own, error = check.own, redact(error)
    if own and (own.digest, own.state, own.error) == (digest, state, error):
        check.record(digest, state, error)
        return {"config": "refused", "changed": False}
    is_news = check.tell(digest, state, error, (EventKind.CONFIG_REFUSED, error))
    if is_news:
        log.error("config refused, the last good one stays in force", error=error)
    return {"config": "refused", "changed": is_news, "error": error[:300]}


def _apply(check: _FileCheck, config: Config) -> dict[str, object]:
    services, now = check.services, check.now
    with services.db.read() as connection:
        before = config_store.read_config(connection)
        back, all_back = find_returning(connection, config, RETURNED_SHOWN)
        effects = find_effects(connection, config, now)
    notes = [*(f"{one.subject} back, {one.text}" for one in back), *effects]
    is_new = before is None or not before.digest or config_store.settings_differ(before.service, config)
    with services.db.write() as connection:  # rules first, as the feeds may need them
        _put_in_force(connection, check, config, UNFINISHED)
        if before is not None and before.service.allow_private != config.allow_private:
            feed_store.retry_blocked(connection, now)
    report = _sync(services, config)
    counts = {name: len({*getattr(report, name)} - all_back) for name in ("added", "changed", "removed")}
    counts |= {"back": len(all_back)} if all_back else {}
    said = [f"{count} {name}" for name, count in counts.items()] + ["settings changed"] * is_new
    message = "; ".join([f"{count_of(len(config.feeds), 'feed')}: {', '.join(said)}", *notes])
    is_known = before is not None and before.digest in {config.digest, UNFINISHED}  # by another process
    loaded = [(EventKind.CONFIG_LOADED, message)]
    accepted = [(EventKind.CONFIG_ACCEPTED, ACCEPTED)] if check.was_refused else []
    with services.db.write() as connection:
        _put_in_force(connection, check, config, config.digest)
        is_news = is_new or notes or any(counts.values()) or not is_known
        event_store.add_events(connection, now, [*(loaded if is_news else ()), *accepted])
    said_now = ACCEPTED if check.was_refused else "config in force"
    log.info(said_now, feeds=len(config.feeds), **counts, settings_changed=is_new)
    return {
        "config": "ok",
        "changed": True,
        "added": counts["added"],
        "changed_feeds": counts["changed"],
        "removed": counts["removed"],
        "settings_changed": is_new,
        **({"notes": notes} if notes else {}),
    }


def _put_in_force(connection: Connection, check: _FileCheck, config: Config, digest: str) -> None:
    service = config_store.service_to_json(replace(config, digest=digest))
    config_store.save_config(connection, loaded_at=check.now, service=service)
    config_store.save_file(connection, ConfigFile(check.source, digest, config_store.OK, None, check.now))
