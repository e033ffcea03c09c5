"""The secrets of receivers and alerts that control workers lack, for `wireroom status` and the events."""

import json
from collections.abc import Iterator
from typing import Any

import redis

from worker.config.alert_checks import ALERT_SECRETS, find_secret_fault, resolve_key, resolve_url
from worker.flows.heartbeat_keys import LACKS
from worker.flows.services import Services
from worker.records import Config, EventKind
from worker.redaction import redact
from worker.store import events as event_store

LACKS_S = 60  # how long a report is shown after the last one
_CHANNELS = {"webhook": "webhook", "webhook_secret": "webhook", "smtp_password": "mail"}

Lack = tuple[EventKind, str]


def find_lacks(config: Config) -> Iterator[Lack]:
    """The kind of event and a sentence for each receiver and channel that a secret holds in this process."""
    for rule in config.push:
        wanted = [(rule.url, resolve_url), *((secret, resolve_key) for secret in rule.secrets)]
        if fault := next(filter(None, (find_secret_fault(*one) for one in wanted)), None):
            yield EventKind.PUSH_HELD, f"push to {rule.name} is not sent: {fault}"
    for key, resolve in ALERT_SECRETS.items():
        name = getattr(config.alerts, key)
        if name and (fault := find_secret_fault(name, resolve)):
            yield EventKind.ALERT_HELD, f"alerts are not delivered by {_CHANNELS[key]}: {fault}"


def report_lacks(services: Services, config: Config) -> None:
    """Report what this machine lacks, and store events for what is new; it expires unless repeated."""
    lacks = [(kind, redact(said)) for kind, said in find_lacks(config)]
    if not lacks:
        return
    name, said = LACKS + services.machine, json.dumps([said for _, said in lacks])
    try:
        with services.redis.pipeline() as together:
            together.get(name)
            together.set(name, said, ex=LACKS_S)
            before = together.execute()[0]
    except redis.RedisError:
        return
    known = _read(before)
    if new := [lack for lack in lacks if lack[1] not in known]:
        with services.db.write() as connection:
            event_store.add_events(connection, services.clock(), new)


def _read(report: Any) -> list[str]:
    try:
        found = json.loads(report or b"[]")
    except ValueError:
        return []
    return found if isinstance(found, list) else []
