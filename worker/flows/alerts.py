"""Alerts: events become messages, which are sent until a receiver accepts them, at least once.

Polls and jobs only store events. A control worker groups them, stores one delivery for each channel in the
same transaction, and sends what is due. So no message is lost with a process, and only the later messages of
a channel wait for its receiver.
"""

import time
import uuid
from collections import Counter
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from functools import partial

from sqlalchemy import Connection

from worker.config.alert_checks import resolve_key, resolve_mail_password, resolve_url
from worker.config.alerts import split_server
from worker.errors import ConfigError, FetchError
from worker.fetch.mail import MailServer, send_mail
from worker.fetch.url import host_of
from worker.fetch.webhook import GONE, Webhook, post_message
from worker.flows import alert_words, patience, retries
from worker.flows.alert_words import Alert, alert_from_json, alert_to_json, make_alert, merge_alerts
from worker.flows.retries import RetryPolicy
from worker.flows.services import Services
from worker.flows.status import LATE_S
from worker.logs import get_logger
from worker.records import AlertRules, Config, EventKind, JobState
from worker.redaction import redact
from worker.schedule.alert_times import is_group_complete, is_quiet
from worker.store import alerts as alert_store
from worker.store import claims as claim_store
from worker.store import config as config_store
from worker.store import events as event_store
from worker.store import network as network_store
from worker.store.alerts import ClaimedDelivery
from worker.store.secrets import learn_ids
from worker.text.amounts import REASON_CHARS, shorten, spell_s

EVENTS_AT_ONCE = 5_000  # in one transaction
BATCHES_AT_ONCE = 40  # in one turn: 200,000 events become one message
SENT_AT_ONCE = 10  # in one turn
LEASE_S = 120.0  # longer than any attempt
DELIVERY = RetryPolicy(10.0, 3.0, 14)  # from 10 s to 6 h, together about 40 h
REMINDED_S = 6 * 3600.0  # until polls that are still behind are reported again
_STARTED_S = time.monotonic()  # of this process

log = get_logger(__name__)


def run(services: Services, *, uptime_s: float | None = None) -> dict[str, object]:
    """Turn new events into messages and send what is due; returns how many were made, sent and failed.

    `uptime_s` is how long this process has run.
    """
    now = services.clock()
    with services.db.read() as connection:
        config = config_store.read_service(connection)
        is_behind = config is not None and _is_behind(connection, now, uptime_s)
    if config is None:
        return {}
    if is_behind:
        _report_behind(services, now)
    made = _make(services, config.alerts, now)
    done = Counter[str]() if is_quiet(config.alerts, now) else _send_due(services, config)
    return {"alerts": made, "sent": done["sent"], "failed": done["failed"]}


def _is_behind(connection: Connection, now: datetime, uptime_s: float | None) -> bool:
    """Whether polls wait much too long although the service runs and reaches the network."""
    running_s = time.monotonic() - _STARTED_S if uptime_s is None else uptime_s
    due = claim_store.oldest_due(connection, now, with_queued=True) if running_s >= LATE_S else None
    if due is None or (now - due).total_seconds() < LATE_S:
        return False
    return not network_store.read_outages(connection, now)


def _report_behind(services: Services, now: datetime) -> None:
    with services.db.write() as connection:
        if event_store.has_event(connection, EventKind.QUEUE_BEHIND, now - timedelta(seconds=REMINDED_S)):
            return
        message = f"polls are behind: a due feed waits for more than {spell_s(LATE_S)}; add poll workers"
        event_store.add_events(connection, now, [(EventKind.QUEUE_BEHIND, message)])
    log.warning(message)


def channels_of(rules: AlertRules) -> list[str]:
    """The channels that the config names."""
    return [name for name, is_used in (("webhook", rules.webhook), ("mail", rules.mail_to)) if is_used]


def _is_wanted(rules: AlertRules, kind: str) -> bool:
    return kind in rules.kinds or kind.partition(".")[0] in rules.kinds


def _make(services: Services, rules: AlertRules, now: datetime) -> int:
    """Make a message of the events that wait, if it is time; others that nobody wants are let go."""
    with services.db.read() as connection:
        found = alert_store.unsent_events(connection, EVENTS_AT_ONCE)
        made_at = alert_store.last_made_at(connection) if found else None
    channels = channels_of(rules)
    wanted = [event for event in found if channels and _is_wanted(rules, event.kind)]
    is_time = bool(wanted) and is_group_complete(rules, wanted[0].at, made_at, now)
    if not found or (len(wanted) == len(found) and not is_time):
        return 0
    total = 0
    for _ in range(BATCHES_AT_ONCE):
        taken, added = _take_events(services, rules, now, is_time=is_time)
        total += added
        if not is_time or taken < EVENTS_AT_ONCE:
            break
    if total:
        log.info("alert made", events=total, channels=channels)
    return int(total > 0)


def _take_events(services: Services, rules: AlertRules, now: datetime, *, is_time: bool) -> tuple[int, int]:
    """Add a batch of events to the message if it is time, and let others go that nobody wants.

    Returns how many were read, and how many of them were added. What follows the first batch of a turn joins
    the message of the first one, which is not sent yet.
    """
    channels = channels_of(rules)
    with services.db.write() as connection:
        events = alert_store.unsent_events(connection, EVENTS_AT_ONCE, is_write=True)
        chosen = [event for event in events if channels and _is_wanted(rules, event.kind)]
        waiting = set() if is_time else {event.id for event in chosen}
        alert_store.mark_sent(connection, [event.id for event in events if event.id not in waiting])
        if not is_time or not chosen:
            return len(events), 0
        learn_ids(connection)
        alert = make_alert((event.at, event.kind, event.feed, redact(event.message)) for event in chosen)
        _put(connection, alert, channels, now)
    return len(events), len(chosen)


def _put(connection: Connection, alert: Alert, channels: list[str], now: datetime) -> None:
    """Store the deliveries; a channel whose last message was not attempted yet gets the events with that."""
    name = f"msg_{uuid.uuid4().hex}"
    for channel in channels:
        if before := alert_store.unattempted(connection, channel):
            merged = merge_alerts(alert_from_json(before[1]), alert)
            alert_store.replace_events(connection, before[0], alert_to_json(merged))
        else:
            alert_store.add_delivery(connection, name, channel, alert_to_json(alert), now)


def _send_due(services: Services, config: Config) -> Counter[str]:
    done = Counter[str]()
    for _ in range(SENT_AT_ONCE):
        now = services.clock()
        with services.db.read() as connection:
            if not alert_store.has_due(connection, now):
                break
        with services.db.write() as connection:
            delivery = alert_store.claim_delivery(connection, now, LEASE_S)
        if delivery is None:
            break
        done[_attempt(services, config, delivery)] += 1
    return done


def _attempt(services: Services, config: Config, delivery: ClaimedDelivery) -> str:
    """Send one message and store how that ended. The only bare except around a delivery."""
    try:
        note = send(services, config, delivery)
    except (FetchError, ConfigError) as exc:
        _failed(services, delivery, exc)
        return "failed"
    except Exception as exc:
        log.exception("alert could not be sent", channel=delivery.channel)
        _failed(services, delivery, exc)
        return "failed"

    def end() -> None:
        now = services.clock()
        with services.db.write() as connection:
            alert_store.end_delivery(connection, delivery, JobState.DONE, now, note=note)

    patience.store(services, end)
    log.info("alert sent", channel=delivery.channel, attempts=delivery.attempts, note=note)
    return "sent"


def _failed(services: Services, delivery: ClaimedDelivery, exc: Exception) -> None:
    reason, pause_s = reason_of(exc), DELIVERY.pause_s(delivery.attempts, services.rng)
    if isinstance(exc, FetchError):
        asked_s = min(retries.retry_after_s(exc, services.clock()), retries.LONGEST_S)
        is_final = pause_s is None or exc.status == GONE
        pause_s = None if is_final else max(pause_s or 0.0, asked_s)
    was_sent = not isinstance(exc, ConfigError)
    pause_s = pause_s if was_sent else retries.UNSENT_S
    store = partial(_store_failure, services, delivery, reason, pause_s, was_sent)
    is_kept, retry_at = patience.store(services, store)
    if is_kept:
        log.warning("alert not delivered", channel=delivery.channel, error=reason, retry_at=retry_at)


def _store_failure(
    services: Services, delivery: ClaimedDelivery, reason: str, pause_s: float | None, was_sent: bool
) -> tuple[bool, datetime | None]:
    """Whether the failed attempt was stored, and when the next one is."""
    now = services.clock()
    retry_at = None if pause_s is None else now + timedelta(seconds=pause_s)
    state, note = JobState.FAILED if retry_at else JobState.DEAD, shorten(reason, REASON_CHARS)
    with services.db.write() as connection:
        if not alert_store.end_delivery(
            connection, delivery, state, now, note=note, retry_at=retry_at, was_sent=was_sent
        ):
            return False, None
        if state is JobState.DEAD:
            message = f"the alert {delivery.alert} was not delivered by {delivery.channel}: {reason}"
            event_store.add_events(connection, now, [(EventKind.ALERT_DEAD, message)])
    return True, retry_at


def reason_of(exc: Exception) -> str:
    """Why a message was not delivered, without secrets."""
    if isinstance(exc, ConfigError):
        return redact(exc.problems[0].message)
    return redact(str(exc) if isinstance(exc, FetchError) else f"internal error: {exc!r}")


def send_test(services: Services, config: Config, channel: str) -> tuple[bool, str]:
    """Send a test message by a channel now; returns whether it was accepted, and what was said."""
    now = services.clock()
    alert = make_alert([(now, "alert.test", None, "this is a test: alerts of wireroom arrive here")])
    name = f"msg_{uuid.uuid4().hex}"
    delivery = ClaimedDelivery(0, name, channel, alert_to_json(alert), 1, now, "")
    try:
        return True, send(services, config, delivery)
    except (FetchError, ConfigError) as exc:
        return False, reason_of(exc)


def send(services: Services, config: Config, delivery: ClaimedDelivery) -> str:
    """Send a message by its channel; returns what the receiver said.

    Raises FetchError if it was not accepted, ConfigError if the config lacks the channel or a secret.
    """
    if delivery.channel not in channels_of(config.alerts):
        raise FetchError(f"the config names no {delivery.channel} any more", status=GONE)
    if delivery.channel == "webhook":
        return _send_webhook(services, config, delivery)
    return _send_mail(config, delivery)


def _send_webhook(services: Services, config: Config, delivery: ClaimedDelivery) -> str:
    rules, alert = config.alerts, alert_from_json(delivery.events)
    url = resolve_url(rules.webhook)
    keys = (resolve_key(rules.webhook_secret),) if rules.webhook_secret else ()
    if rules.form == "slack":
        payload = alert_words.chat_payload(alert)
    else:
        payload = alert_words.standard_payload(alert, alert_words.spell_time(delivery.created_at))
    hook = Webhook(url, keys, config.allow_private, config.contact)
    status = post_message(services.fetcher, hook, delivery.alert, payload, services.clock())
    return f"{status} from {host_of(url)}"


def _send_mail(config: Config, delivery: ClaimedDelivery) -> str:
    rules = config.alerts
    host, port = split_server(rules.smtp)
    server = MailServer(
        host,
        port or {"starttls": 587, "tls": 465, "off": 25}[rules.smtp_tls],
        rules.smtp_tls,
        rules.smtp_user,
        resolve_mail_password(rules.smtp_password) if rules.smtp_password else "",
        config.allow_private,
    )
    refused = send_mail(server, make_mail(rules, delivery))
    accepted = f"accepted by {server.host}:{server.port}"
    return f"{accepted}, but not for {', '.join(refused)}" if refused else accepted


def make_mail(rules: AlertRules, delivery: ClaimedDelivery) -> EmailMessage:
    """The mail of an alert; its Message-ID is the same in all attempts (RFC 5322), as is its text."""
    subject, text = alert_words.mail_text(alert_from_json(delivery.events))
    sender = rules.mail_from or rules.mail_to[0]
    mail = EmailMessage()
    mail["Subject"] = " ".join(subject.split())
    mail["From"] = sender
    mail["To"] = ", ".join(rules.mail_to)
    mail["Date"] = format_datetime(delivery.created_at)
    mail["Message-ID"] = f"<{delivery.alert}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834
    mail.set_content(text)
    return mail
