"""Send the due messages of one receiver, in the order of each story, until it fails or a turn has passed."""

import json
import threading
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from worker.config.alert_checks import resolve_key, resolve_url
from worker.errors import ConfigError, FetchError
from worker.fetch.url import host_of
from worker.fetch.webhook import GONE, Webhook, post_body
from worker.flows import patience, retries
from worker.flows.alert_words import spell_time
from worker.flows.alerts import DELIVERY, reason_of
from worker.flows.retries import RetryPolicy
from worker.flows.services import Services
from worker.logs import get_logger
from worker.records import Config, EventKind, JobState, PushRule
from worker.store import config as config_store
from worker.store import events as event_store
from worker.store import push_messages, push_receivers, retried
from worker.store.push_messages import Outgoing
from worker.text.amounts import REASON_CHARS, shorten

TURN_S = 10.0
AT_ONCE = 4  # messages under way at a time, each of another story; one while the receiver fails
STORE_S = 30.0  # how long a result waits for the database: with a turn and an attempt, less than the lease
SENDERS = 4  # at a time in one process; further receivers wait for the next turn
# While a receiver fails, one message after the other tries it: from 5 s to 15 min between two attempts.
RECEIVER = RetryPolicy(5.0, 2.0, 1_000)
RECEIVER_MAX_S = 900.0
OWN_FAULTS = range(400, 500)  # of the message rather than of the receiver, except for these:
BUSY = frozenset({401, 403, 404, 407, 408, 425, 429})

_slots = threading.BoundedSemaphore(SENDERS)
log = get_logger(__name__)


@dataclass(slots=True)
class _Turn:
    """A sender's turn at a receiver."""

    services: Services
    config: Config
    rule: PushRule
    failures: int  # in a row
    sent: int = 0
    failed: int = 0
    dead: list[str] = field(default_factory=list)
    is_over: bool = False
    is_paused: bool = False


def run(services: Services, receiver: str, lease: str) -> dict[str, object]:
    """Send what is due for a receiver that is claimed under a lease; returns the counts."""
    if not _slots.acquire(blocking=False):
        retried(lambda: _release(services, receiver, lease))
        return {"outcome": "later", "why": "other receivers keep all senders of this process busy"}
    try:
        return _run_turn(services, receiver, lease)
    finally:
        _slots.release()
        retried(lambda: _release(services, receiver, lease, services.clock()))


def _run_turn(services: Services, receiver: str, lease: str) -> dict[str, object]:
    with services.db.read() as connection:
        config = config_store.read_service(connection)
        state = push_receivers.read_held(connection, receiver, lease)
    rule = next((one for one in config.push if one.name == receiver), None) if config else None
    if config is None or rule is None or state is None or state.paused_at:
        return {"outcome": "stale"}
    turn = _Turn(services, config, rule, state.failures)
    ends_at = time.monotonic() + TURN_S
    while not turn.is_over and time.monotonic() < ends_at:
        with services.db.read() as connection:
            most = 1 if turn.failures else AT_ONCE
            due = push_messages.find_due(connection, receiver, services.clock(), most)
        if not due:
            break
        _send(turn, due)
    _report_dead(turn)
    return {"outcome": "sent", "sent": turn.sent, "failed": turn.failed, "dead": len(turn.dead)}


def _release(services: Services, receiver: str, lease: str, turn_at: datetime | None = None) -> None:
    with services.db.write() as connection:
        push_receivers.release(connection, receiver, lease, turn_at)


def _send(turn: _Turn, messages: Sequence[Outgoing]) -> None:
    """Send messages of different stories at the same time, and store how that ended."""
    with ThreadPoolExecutor(len(messages), "push") as pool:
        results = list(pool.map(partial(_attempt, turn), messages))
    ended = list(zip(messages, results, strict=True))
    failed = [(message, result) for message, result in ended if isinstance(result, Exception)]
    _store_accepted(turn, [(message, result) for message, result in ended if isinstance(result, str)])
    if any(not isinstance(exc, ConfigError) for _, exc in failed):
        turn.failures += 1  # one of the receiver, however many messages it concerns
    elif failed:
        turn.failures = max(turn.failures, 1)  # a secret is missing: nothing was sent
    for message, exc in sorted(failed, key=lambda one: not _is_gone(one[1])):
        _store_failure(turn, message, exc)


def _attempt(turn: _Turn, message: Outgoing) -> str | Exception:
    """What the receiver said, or why it did not accept a message. The only bare except around a message."""
    try:
        return _post(turn.services, turn.config, turn.rule, message)
    except (FetchError, ConfigError) as exc:
        return exc
    except Exception as exc:
        log.exception("push message could not be sent", receiver=turn.rule.name)
        return exc


def _store_accepted(turn: _Turn, accepted: Sequence[tuple[Outgoing, str]]) -> None:
    if not accepted:
        return

    def end() -> None:
        now = turn.services.clock()
        with turn.services.db.write() as connection:
            for message, note in accepted:
                push_messages.end_attempt(connection, message, JobState.DONE, now, note=note)
            if turn.failures:
                push_receivers.save_outcome(connection, turn.rule.name, failures=0, note=None)

    patience.store(turn.services, end, STORE_S)
    turn.failures = 0
    turn.sent += len(accepted)


def send_test(services: Services, config: Config, rule: PushRule) -> tuple[bool, str]:
    """Send a test message to a receiver now; returns whether it was accepted, and what was said."""
    data = {"text": "this is a test: messages of wireroom arrive here"}
    if rule.form != "slack":
        data = {"type": "push.test", "timestamp": spell_time(services.clock()), "data": data}  # type: ignore[dict-item]
    message = Outgoing(0, f"msg_{uuid.uuid4().hex}", "push.test", json.dumps(data), 0)
    try:
        return True, _post(services, config, rule, message)
    except (FetchError, ConfigError) as exc:
        return False, reason_of(exc)


def _post(services: Services, config: Config, rule: PushRule, message: Outgoing) -> str:
    """Post a message; returns what the receiver said. Raises FetchError and ConfigError."""
    url, keys = resolve_url(rule.url), tuple(map(resolve_key, rule.secrets))
    hook = Webhook(url, keys, config.allow_private, config.contact)
    body = message.body.encode("utf-8", "replace")
    status = post_body(services.fetcher, hook, message.message, body, services.clock())
    return f"{status} from {host_of(url)}"


def _store_failure(turn: _Turn, message: Outgoing, exc: Exception) -> None:
    """Store a failed attempt: when the message is tried again, and whether its receiver is."""
    reason = shorten(reason_of(exc), REASON_CHARS)
    turn.failed += 1
    if turn.is_paused or _is_gone(exc):
        _pause(turn, message, reason)
        return
    turn.is_over = turn.is_over or not _is_own_fault(exc)
    asked_s = 0.0
    if isinstance(exc, FetchError):
        asked_s = min(retries.retry_after_s(exc, turn.services.clock()), retries.LONGEST_S)
    was_sent = not isinstance(exc, ConfigError)
    pause_s = DELIVERY.pause_s(message.attempts + 1, turn.services.rng) if was_sent else retries.UNSENT_S
    pause_s = None if pause_s is None else max(pause_s, asked_s)
    own_s = _receiver_pause_s(turn) if was_sent else retries.UNSENT_S
    receiver_s = max(asked_s, own_s) if turn.is_over else None
    end = partial(_end_failed, turn, message, reason, was_sent, pause_s=pause_s, receiver_s=receiver_s)
    is_kept, retry_at = patience.store(turn.services, end, STORE_S)
    turn.dead += [f"{message.message}: {reason}"] if is_kept and not retry_at else []
    log.warning("push message not delivered", receiver=turn.rule.name, error=reason, retry_at=retry_at)


def _end_failed(
    turn: _Turn,
    message: Outgoing,
    reason: str,
    was_sent: bool,
    *,
    pause_s: float | None,
    receiver_s: float | None,
) -> tuple[bool, datetime | None]:
    """End a failed attempt, the message and its receiver waiting from now on for so long; None: for nothing.

    Returns whether the message was still unfinished, and when it is tried again.
    """
    now = turn.services.clock()
    retry_at = None if pause_s is None else now + timedelta(seconds=pause_s)
    not_before_at = None if receiver_s is None else now + timedelta(seconds=receiver_s)
    state = JobState.FAILED if retry_at else JobState.DEAD
    with turn.services.db.write() as connection:
        is_kept = push_messages.end_attempt(
            connection, message, state, now, note=reason, retry_at=retry_at, was_sent=was_sent
        )
        push_receivers.save_outcome(
            connection, turn.rule.name, failures=turn.failures, note=reason, not_before_at=not_before_at
        )
    return is_kept, retry_at


def _is_gone(exc: Exception) -> bool:
    return isinstance(exc, FetchError) and exc.status == GONE


def _is_own_fault(exc: Exception) -> bool:
    """Whether the receiver works and refuses this message: others are sent meanwhile."""
    return isinstance(exc, FetchError) and exc.status in OWN_FAULTS and exc.status not in BUSY


def _receiver_pause_s(turn: _Turn) -> float:
    pause_s = RECEIVER.pause_s(min(turn.failures, 20), turn.services.rng) or RECEIVER_MAX_S
    return min(pause_s, RECEIVER_MAX_S)


def _pause(turn: _Turn, message: Outgoing, reason: str) -> None:
    """Send nothing more to a receiver that is gone; its messages wait until an operator resumes it."""
    name, is_first = turn.rule.name, not turn.is_paused
    turn.is_over = turn.is_paused = True

    def pause() -> None:
        now = turn.services.clock()
        with turn.services.db.write() as connection:
            push_messages.end_attempt(connection, message, JobState.FAILED, now, note=reason, retry_at=now)
            if not is_first:
                return
            push_receivers.save_outcome(connection, name, failures=turn.failures, note=reason, paused_at=now)
            said = f"push to {name} is paused: {reason}; `wireroom push resume {name}` sends what waits"
            event_store.add_events(connection, now, [(EventKind.PUSH_PAUSED, said)])

    patience.store(turn.services, pause, STORE_S)
    if is_first:
        log.warning("push receiver paused", receiver=name, error=reason)


def _report_dead(turn: _Turn) -> None:
    if not turn.dead:
        return
    count, again = len(turn.dead), "`wireroom push replay` sends"
    first = f"{'the message' if count == 1 else f'{count} messages, the first'} {turn.dead[0]}"
    message = f"push to {turn.rule.name} gave up {first}; {again} {'it' if count == 1 else 'them'} again"

    def report() -> None:
        now = turn.services.clock()
        with turn.services.db.write() as connection:
            event_store.add_events(connection, now, [(EventKind.PUSH_DEAD, message)])

    patience.store(turn.services, report, STORE_S)
