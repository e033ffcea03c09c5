"""Alerts in words: many events of one kind are one line, in a webhook's JSON, a chat message or a mail."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from worker.flows.needs import describe_refusal, list_some
from worker.records import ALERTED, EventKind
from worker.text.amounts import REASON_CHARS, count_of, shorten

EVENTS_KEPT = 1_000  # of one alert with their words; of others only their number
MESSAGE_CHARS = REASON_CHARS + 400  # a whole reason, and what it is the reason of
LINES_SHOWN = 12
LINE_CHARS = MESSAGE_CHARS + 400
CHAT_LINE_CHARS = 240  # where several lines share a chat message
CHAT_CHARS = 1_900  # Discord's limit for a message is 2,000, the shortest of all
TITLE_CHARS = 120
FEEDS_LISTED = 100  # of a kind, in JSON
COMMON_SHARE = 0.25

# the last of them says how a feed is
_STATES = frozenset({
    EventKind.FEED_FAILING, EventKind.FEED_DEAD, EventKind.FEED_GONE, EventKind.FEED_BLOCKED,
    EventKind.FEED_QUIET, EventKind.FEED_RESURRECTED,
})  # fmt: skip
_CONFIG_STATES = frozenset({EventKind.CONFIG_REFUSED, EventKind.CONFIG_ACCEPTED})
_PUSH_STATES = frozenset({EventKind.PUSH_PAUSED, EventKind.PUSH_RESUMED})
_PUSH_SUBJECT_WORDS = 3  # "push to NAME": such messages begin with it, and a name has no spaces
_MANY = {
    EventKind.FEED_FAILING: "fail",
    EventKind.FEED_DEAD: "are dead",
    EventKind.FEED_GONE: "are gone",
    EventKind.FEED_BLOCKED: "have an address that is not allowed",
    EventKind.FEED_QUIET: "are quiet",
    EventKind.FEED_MOVED: "moved",
    EventKind.FEED_CUT: "have too many entries",
    EventKind.FEED_RESURRECTED: "work again",
    EventKind.JOB_DEAD: "have jobs that failed for good",
}
_OF_ONE = {"fail": "fails", "are": "is", "have": "has", "work": "works"}
_ORDER = {kind.value: place for place, kind in enumerate(ALERTED)}


@dataclass(frozen=True, slots=True)
class AlertEvent:
    """An event of an alert; `at` is RFC 3339."""

    at: str
    kind: str
    feed: str | None
    message: str


@dataclass(frozen=True, slots=True)
class Alert:
    """The events of one message in order, and the number of further ones by kind."""

    events: tuple[AlertEvent, ...]
    more: Mapping[str, int]


def make_alert(rows: Iterable[tuple[datetime, str, str | None, str]]) -> Alert:
    """The alert of events (time, kind, feed, message)."""
    return _limited(
        [
            AlertEvent(spell_time(at), kind, feed, shorten(message, MESSAGE_CHARS))
            for at, kind, feed, message in rows
        ]
    )


def merge_alerts(first: Alert, second: Alert) -> Alert:
    """One alert with the events of both."""
    merged = _limited([*first.events, *second.events])
    more = Counter(first.more) + Counter(second.more) + Counter(merged.more)
    return Alert(merged.events, dict(more))


def alert_to_json(alert: Alert) -> dict[str, Any]:
    """An alert as it is stored."""
    return {"events": [list(asdict(event).values()) for event in alert.events], "more": dict(alert.more)}


def alert_from_json(stored: Mapping[str, Any]) -> Alert:
    """A stored alert."""
    return Alert(tuple(AlertEvent(*event) for event in stored["events"]), stored["more"])


def _limited(events: Sequence[AlertEvent]) -> Alert:
    """Drop repetitions and earlier states, and count what is beyond `EVENTS_KEPT`."""
    last: dict[object, AlertEvent] = {}
    for event in events:
        key = _subject_of(event)
        last.pop(key, None)
        last[key] = event
    kept = list(last.values())
    more = Counter(event.kind for event in kept[EVENTS_KEPT:])
    return Alert(tuple(kept[:EVENTS_KEPT]), dict(more))


def _subject_of(event: AlertEvent) -> object:
    """What an event replaces earlier events of: a state of a feed, the config, a receiver; else itself."""
    if event.kind in _CONFIG_STATES:
        return _CONFIG_STATES
    if event.kind in _PUSH_STATES:
        return tuple(event.message.split()[:_PUSH_SUBJECT_WORDS])
    is_state = event.kind in _STATES and event.feed is not None
    return event.feed if is_state else (event.kind, event.feed, event.message)


def spell_time(at: datetime) -> str:
    """A time as RFC 3339 with whole seconds, and Z."""
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def _by_kind(alert: Alert) -> list[tuple[str, list[AlertEvent], int]]:
    """Kinds with their events and how many there are, the most urgent first."""
    kinds = dict.fromkeys([*(event.kind for event in alert.events), *alert.more])
    groups = [(kind, [event for event in alert.events if event.kind == kind]) for kind in kinds]
    counted = [(kind, events, len(events) + alert.more.get(kind, 0)) for kind, events in groups]
    return sorted(counted, key=lambda group: (_ORDER.get(group[0], len(_ORDER)), group[0]))


def title_of(alert: Alert) -> str:
    """The alert in one line."""
    groups = _by_kind(alert)
    if len(groups) == 1 and len(groups[0][1]) == 1 == groups[0][2]:
        return shorten(_sentence(groups[0][1][0]), TITLE_CHARS)
    return shorten("; ".join(_headline(kind, events, count) for kind, events, count in groups), TITLE_CHARS)


def lines_of(alert: Alert) -> list[str]:
    """The alert in at most `LINES_SHOWN` lines: one for an event, or for many of one kind."""
    lines = [_describe(kind, events, count) for kind, events, count in _by_kind(alert)]
    hidden = len(lines) - LINES_SHOWN
    if hidden > 0:
        lines[LINES_SHOWN - 1 :] = [f"and {hidden + 1} more kinds of events"]
    return [shorten(line, LINE_CHARS) for line in lines]


def _feeds_of(events: Iterable[AlertEvent]) -> list[str]:
    return list(dict.fromkeys(event.feed for event in events if event.feed is not None))


def _headline(kind: str, events: Sequence[AlertEvent], count: int) -> str:
    if len(events) == 1 == count:
        return _sentence(events[0])
    feeds = _feeds_of(events)
    if kind in _MANY and feeds:
        number = len(feeds) + (count - len(events) if kind in _STATES else 0)
        verb, space, rest = _MANY[EventKind(kind)].partition(" ")
        return f"{count_of(number, 'feed')} {_OF_ONE.get(verb, verb) if number == 1 else verb}{space}{rest}"
    return f"{count_of(count, 'event')} {kind}"


def _describe(kind: str, events: Sequence[AlertEvent], count: int) -> str:
    head = _headline(kind, events, count)
    if len(events) == 1 == count:
        return head
    feeds = _feeds_of(events)
    names = f": {list_some(feeds)}" if feeds else ""
    reason, times = Counter(map(_reason, events)).most_common(1)[0] if events else ("", 0)
    if len(events) == len(set(map(_reason, events))) or times < COMMON_SHARE * len(events):
        return f"{head}{names}; the last: {_reason(events[-1])}" if events else head
    return f"{head}{names}; most often: {reason}"


def _reason(event: AlertEvent) -> str:
    message = event.message.removeprefix(f"{event.feed}: ")
    if event.kind == EventKind.CONFIG_REFUSED:
        message = describe_refusal(message)
    return " ".join(message.split())


def _sentence(event: AlertEvent) -> str:
    return f"{event.feed}: {_reason(event)}" if event.feed else _reason(event)


def standard_payload(alert: Alert, made_at: str) -> dict[str, Any]:
    """The JSON of a message as Standard Webhooks have it: type, timestamp, data."""
    groups = [
        {
            "kind": kind,
            "count": count,
            "feeds": _feeds_of(events)[:FEEDS_LISTED],
            "text": shorten(_describe(kind, events, count), LINE_CHARS),
            "first_at": events[0].at if events else None,
            "last_at": events[-1].at if events else None,
        }
        for kind, events, count in _by_kind(alert)
    ]
    total = len(alert.events) + sum(alert.more.values())
    data = {"title": title_of(alert), "text": "\n".join(lines_of(alert)), "events": total, "groups": groups}
    return {"type": "wireroom.alert", "timestamp": made_at, "data": data}


def chat_payload(alert: Alert) -> dict[str, Any]:
    """The JSON of an incoming hook of Slack, which Mattermost, Rocket.Chat and others read as well.

    Nothing that a server wrote can mention people or become a link.
    """
    lines = lines_of(alert)
    most = max(CHAT_LINE_CHARS, CHAT_CHARS // max(1, len(lines)))
    text = "\n".join(["*wireroom*", *(shorten(line, most) for line in lines)])
    return {"text": shorten(escape_chat(text), CHAT_CHARS)}


def escape_chat(text: str) -> str:
    """The text for a chat, in which nothing mentions people or is a link."""
    for mark, instead in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("@", "@\u200b")):
        text = text.replace(mark, instead)
    return text


def mail_text(alert: Alert) -> tuple[str, str]:
    """The subject and the text of a mail."""
    times = [event.at for event in alert.events]
    when = f"{min(times)} to {max(times)}" if len(set(times)) > 1 else "".join(times[:1])
    body = [
        *lines_of(alert),
        "",
        when,
        "`wireroom status` shows what needs attention, `wireroom events` all.",
    ]
    return f"[wireroom] {title_of(alert)}", "\n".join(body) + "\n"
