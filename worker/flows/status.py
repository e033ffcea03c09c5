"""The data of `wireroom status` and the live summary: figures, and what needs attention."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from worker.config import MISSING_WORDS, find_references
from worker.fault_words import broker_hint, describe_broker_fault, explain
from worker.flows import causes, clocks
from worker.flows.broker_state import describe_set_aside, read_broker_state
from worker.flows.health import describe_missing_roles
from worker.flows.local_service import describe_absence, is_preparing, is_starting
from worker.flows.needs import describe_refusal, find_feed_needs, list_some
from worker.flows.push_needs import find_push_needs
from worker.flows.redis_link import LinkError, RefusedError, SilentError
from worker.flows.services import Services
from worker.records import EventKind, FeedConfig, FeedState
from worker.redaction import redact, redact_data
from worker.schedule import Outage, describe_outage
from worker.settings import Settings
from worker.store import alerts as alert_store
from worker.store import claims as claim_store
from worker.store import config as config_store
from worker.store import events as event_store
from worker.store import feeds as feed_store
from worker.store import listing, status_figures
from worker.store import network as network_store
from worker.store.postgres_pool import Room, read_room
from worker.store.secrets import learn_ids
from worker.text.amounts import spell_s

LATE_S = 300.0  # a due feed that waits longer means that polls are behind
DEAD_JOBS = 20  # and more than a tenth of all ended jobs
ALERT_ATTEMPTS = 3  # failed ones, before a channel of alerts needs attention
EVENTS_S = 86_400.0
EVENTS_SHOWN = 10
PLACES_SHOWN = 3  # of one secret
KEPT_SHOWN = 3  # of each of these groups, whatever else happened
KEPT = ((EventKind.STORY_WITHDRAWN, EventKind.STORY_RESTORED), (EventKind.STORY_CORRECTED,))
ROUTINE = (EventKind.STORY_MERGED, EventKind.STORY_SPLIT)  # see `wireroom stories ID`
HELD = (EventKind.PUSH_HELD, EventKind.ALERT_HELD)  # a need while it lasts
READY, AWAY, STARTING = "ok", "away", "starting"  # states of the broker
_SECRET = re.compile(r'"((?:env|file):[^"]+)"')


@dataclass(frozen=True, slots=True)
class _Stored:
    """What the database says at one moment."""

    figures: dict[str, Any]
    config: config_store.ConfigInForce | None
    unwell: list[tuple[FeedConfig, FeedState]]
    polled: int
    unpolled: int
    outages: list[Outage]
    oldest_due_s: float
    recent: dict[str, Any]
    mute: list[tuple[str, str]]  # channels of alerts, and why they do not deliver
    push: list[str]  # what push needs
    room: Room | None  # of the database server for connections


@dataclass(frozen=True, slots=True)
class _Broker:
    """Whether the broker works; the live workers, which are not known without it; and their needs."""

    state: str  # READY, AWAY or STARTING
    workers: Sequence[dict[str, Any]]
    needs: list[str]  # of the broker, of workers and of clocks


@lru_cache(maxsize=1)
def _services_of(settings: Settings) -> Services:
    return Services(settings)


def read_status(settings: Settings) -> dict[str, Any]:
    """The fields of the command contract, with recent polls, stories and events.

    Raises ServiceError if the database is unreachable.
    """
    services = _services_of(settings)
    now = services.clock()
    stored = _read_database(services, now)
    broker = _read_broker(services)
    config = stored.config
    found = {
        **stored.figures,
        "read_at": now,
        "oldest_due_s": round(stored.oldest_due_s, 1),
        "config": {
            "state": config.state if config else "none",
            "error": config.error if config else None,
            "loaded_at": config.loaded_at if config else None,
        },
        "broker": broker.state,
        "workers": [worker["name"] for worker in broker.workers],
        "needs": _find_needs(settings, stored, broker, now),
        **stored.recent,
    }
    shown: dict[str, Any] = redact_data(found, by_form=True)
    return shown


def _read_database(services: Services, now: datetime) -> _Stored:
    with services.db.read() as connection:
        learn_ids(connection)
        figures = status_figures.count_all(connection, now - timedelta(hours=1))
        config = config_store.read_config(connection)
        unwell, polled, unpolled = feed_store.read_unwell(connection)
        outages = network_store.read_outages(connection, now)
        due = claim_store.oldest_due(connection, now, with_queued=True)
        recent = _recent(connection, now)
        mute = alert_store.find_trouble(connection, ALERT_ATTEMPTS, now - timedelta(seconds=EVENTS_S))
        push = find_push_needs(connection, now)
        room = None if services.db.is_sqlite else read_room(connection)
    oldest_due_s = max(0.0, (now - due).total_seconds()) if due else 0.0
    return _Stored(figures, config, unwell, polled, unpolled, outages, oldest_due_s, recent, mute, push, room)


def _find_needs(
    settings: Settings,
    stored: _Stored,
    broker: _Broker,
    now: datetime,
) -> list[str]:
    """What needs attention, the causes of other needs first."""
    workers = broker.workers
    away = _outages_of(workers, stored.outages)
    needs = [
        *(() if stored.config is None and is_preparing(settings) else _config_needs(stored.config)),
        *broker.needs,
        *causes.find_disk_needs(settings),
        *_connection_needs(settings, stored.room, workers),
        *map(describe_outage, away),
        *(
            f"alerts are not delivered by {channel}: {why}; see `wireroom alerts list`"
            for channel, why in stored.mute
            if not why.startswith(MISSING_WORDS)  # the workers that lack it say so
        ),
        *stored.push,
        *find_feed_needs(stored.unwell, stored.polled, stored.unpolled, now, is_away=bool(away)),
        *(_missing_roles(settings, workers) if broker.state != AWAY else ()),
        # without workers, or without the network, that has another cause, which is reported
        *_work_needs(stored.figures, stored.oldest_due_s if workers and not away else 0.0),
    ]
    return _add_places(needs, settings.config)


def _add_places(needs: list[str], config: Path) -> list[str]:
    """The needs with the place of each secret in the config file, if that can be read here."""
    if not any(_SECRET.search(need) for need in needs):
        return needs
    places = find_references(config)

    def place(match: re.Match[str]) -> str:
        found = places.get(match[1], ())
        return f"{match[0]} ({list_some(found, PLACES_SHOWN)})" if found else match[0]

    return [_SECRET.sub(place, need) for need in needs]


def empty_status(reason: str) -> dict[str, Any]:
    """The same fields without data, if there is no readable database; `reason` is the only need."""
    return {
        "feeds": {},
        "articles": 0,
        "stories": 0,
        "copied_stories": 0,
        "jobs": {},
        "polls_1h": 0,
        "failures_1h": 0,
        "oldest_due_s": 0.0,
        "config": {"state": "none", "error": None, "loaded_at": None},
        "broker": "unknown",
        "workers": [],
        "needs": [redact(reason)],
        "recent_polls": [],
        "recent_stories": [],
        "recent_events": [],
    }


def _read_broker(services: Services) -> _Broker:
    try:
        state = read_broker_state(services.settings)
    except LinkError as exc:
        wrong = clocks.read_needs(services, (), None, services.clock())
        is_refused = isinstance(exc, RefusedError)
        is_up = isinstance(exc, RefusedError | SilentError)
        if not is_up and services.settings.broker_url is None and is_starting(services.settings):
            return _Broker(STARTING, (), wrong)
        hint = broker_hint(services.settings.broker_url)
        fault = describe_broker_fault(str(exc), is_refused=is_refused, hint=hint)
        return _Broker(AWAY, (), [describe_absence(services.settings) or fault, *wrong])
    needs = [f"workers cannot work: {explain(state.trouble)}"] if state.trouble else []
    needs += filter(None, (describe_set_aside(queue, note) for queue, note in state.set_aside.items()))
    needs += state.lacks
    wrong = clocks.read_needs(services, state.workers, state.time_s, services.clock())
    return _Broker(READY, state.workers, [*needs, *wrong])


def _outages_of(workers: Sequence[dict[str, Any]], outages: list[Outage]) -> list[Outage]:
    """The outages of machines with workers; all outages if no worker is known."""
    machines = {worker["name"].partition("@")[2] for worker in workers}
    return [outage for outage in outages if not machines or outage.machine in machines]


def _missing_roles(settings: Settings, workers: Sequence[dict[str, Any]]) -> list[str]:
    """The roles without a live worker; while the service starts, only if none has reported."""
    if workers and is_starting(settings):
        return []
    fault = describe_missing_roles(settings, workers)
    return [fault] if fault else []


def _config_needs(config: config_store.ConfigInForce | None) -> list[str]:
    if config is None:
        return ["no config was taken over yet: start `wireroom run`"]
    if config.state != "ok":
        return [describe_refusal(config.error or "")]
    return []


def _connection_needs(settings: Settings, room: Room | None, workers: Sequence[dict[str, Any]]) -> list[str]:
    """Whether the database server has connections for all workers and the web pages."""
    lack = room.describe_lack(len(workers) + (settings.web_address is not None)) if room and workers else None
    return [lack] if lack else []


def _work_needs(figures: dict[str, Any], oldest_due_s: float) -> list[str]:
    needs = []
    if oldest_due_s > LATE_S:
        needs.append(
            f"polls are behind: the oldest due feed waits {spell_s(round(oldest_due_s))}; add poll workers"
        )
    dead, done = figures["jobs"].get("dead", 0), figures["jobs"].get("done", 0)
    if dead >= DEAD_JOBS and dead * 10 > dead + done:
        needs.append(f"{dead} of {dead + done} ended jobs are dead, see `wireroom jobs --state dead`")
    return needs


def _recent(connection: Connection, now: datetime) -> dict[str, Any]:
    polls = listing.list_polls(connection, None, 8)
    since = now - timedelta(seconds=EVENTS_S)
    events = event_store.recent_events(
        connection, since, EVENTS_SHOWN, besides=(*ROUTINE, *HELD, *sum(KEPT, ()))
    )
    for kinds in KEPT:
        events += event_store.recent_events(connection, since, KEPT_SHOWN, kinds=kinds)
    events.sort(key=lambda event: event[0], reverse=True)
    stories = listing.iter_stories(connection, limit=6, min_copies=2)
    return {
        "recent_polls": [
            {
                "feed": p["feed_id"],
                "outcome": p["outcome"],
                "new": p["new"],
                "at": p["ended_at"],
                "error": p["error"],
            }
            for p in polls
        ],
        "recent_events": [
            {"at": at, "kind": kind, "feed": feed, "message": message} for at, kind, feed, message in events
        ],
        "recent_stories": [{k: s[k] for k in ("id", "title", "copies", "mark")} for s in stories],
    }
