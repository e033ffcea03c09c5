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
# many events of a kind in words: what is counted, and what is said of one and of several
_GROUPS = {
    EventKind.FEED_FAILING: ("feed", "fails", "fail"),
    EventKind.FEED_DEAD: ("feed", "is dead", "are dead"),
    EventKind.FEED_GONE: ("feed", "is gone", "are gone"),
    EventKind.FEED_BLOCKED: ("feed", "is blocked", "are blocked"),
    EventKind.FEED_QUIET: ("feed", "is quiet", "are quiet"),
    EventKind.FEED_MOVED: ("feed", "moved", "moved"),
    EventKind.FEED_CUT: ("feed", "has too many entries", "have too many entries"),
    EventKind.FEED_RESURRECTED: ("feed", "works again", "work again"),
    EventKind.FEED_OVERFLOW: ("feed", "may have been read too seldom", "may have been read too seldom"),
    EventKind.FEED_LYING_304: ("feed", "hid entries behind 304s", "hid entries behind 304s"),
    EventKind.FEED_ENTRY_FAILED: (
        "feed", "has entries that could not be stored", "have entries that could not be stored",
    ),
    EventKind.ARTICLE_UNMATCHED: (
        "article", "could not be compared with others", "could not be compared with others",
    ),
    EventKind.JOB_DEAD: ("job", "failed for good", "failed for good"),
    EventKind.NETWORK_AWAY: ("network outage", "began", "began"),
    EventKind.NETWORK_BACK: ("network outage", "ended", "ended"),
    EventKind.CLOCK_SET: ("clock change", "was followed", "were followed"),
    EventKind.PUSH_HELD: ("push receiver", "lacks a secret", "lack a secret"),
    EventKind.PUSH_PAUSED: ("push receiver", "is paused", "are paused"),
    EventKind.PUSH_RESUMED: ("push receiver", "was resumed", "were resumed"),
    EventKind.PUSH_DEAD: ("push receiver", "missed messages", "missed messages"),
}  # fmt: skip
# of what there is one, however many events
_SINGLE = {
    EventKind.CONFIG_REFUSED: "config refused",
    EventKind.CONFIG_ACCEPTED: "config accepted again",
    EventKind.DISK_FULL: "the disk was full",
    EventKind.QUEUE_BEHIND: "polls are behind",
}
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
        lines[LINES_SHOWN - 1 :] = [f"and {hidden + 1} more kinds of events; see `wireroom events`"]
    return [shorten(line, LINE_CHARS) for line in lines]


def _feeds_of(events: Iterable[AlertEvent]) -> list[str]:
    return list(dict.fromkeys(event.feed for event in events if event.feed is not None))


def _headline(kind: str, events: Sequence[AlertEvent], count: int) -> str:
    """The number of what the events are about, and what happened to it."""
    if kind in _SINGLE:
        return _SINGLE[EventKind(kind)]
    if kind not in _GROUPS:
        return f"{count_of(count, 'event')} of the kind {kind}"
    noun, of_one, of_many = _GROUPS[EventKind(kind)]
    if noun == "feed" and (feeds := _feeds_of(events)):
        count = len(feeds) + (count - len(events) if kind in _STATES else 0)
    return f"{count_of(count, noun)} {of_one if count == 1 else of_many}"


def _describe(kind: str, events: Sequence[AlertEvent], count: int) -> str:
    if len(events) == 1 == count:
        return _sentence(events[0])
    head, subjects = _headline(kind, events, count), _feeds_of(events) or _receivers_of(events)
    names = f": {list_some(subjects)}" if subjects else ""
    return f"{head}{names}; {_sum_up(events, count)}" if events else head


def _receivers_of(events: Iterable[AlertEvent]) -> list[str]:
    """The receivers of push that events are about; empty if they are about something else."""
    pushed = (event for event in events if event.kind.startswith("push."))
    return list(dict.fromkeys(event.message.split()[_PUSH_SUBJECT_WORDS - 1] for event in pushed))


def _sum_up(events: Sequence[AlertEvent], count: int) -> str:
    """The reason of all events, or the most common one, or the last one."""
    reason, times = Counter(map(_reason, events)).most_common(1)[0]
    if times == count:
        return f"all: {reason}"
    if times > 1 and times >= COMMON_SHARE * len(events):
        return f"most often: {reason}"
    last = events[-1]
    whose = f", {last.feed}" if last.feed and len(_feeds_of(events)) > 1 else ""
    return f"the last{whose}: {_reason(last)}"


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
