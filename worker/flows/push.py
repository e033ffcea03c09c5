"""Push: notes become messages, one for each receiver that wants them; receivers with due ones get a sender.

Polls, matching and jobs only write notes, in the transaction that did what they tell. A control worker makes
the messages, stores them in the transaction that deletes the notes, and sends a task for each receiver that
has due ones. So no message is lost with a process, and a receiver that hangs keeps one thread busy.
"""

import time
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from worker.agencies.naming import agency_of
from worker.celery_app import app
from worker.flows import push_words
from worker.flows.lacks import report_lacks
from worker.flows.pushed_states import describe_lost_mark, is_led_by_earlier, state_of
from worker.flows.services import Services
from worker.logs import get_logger
from worker.records import Config, PushKind, PushRule
from worker.redaction import redact_data
from worker.store import config as config_store
from worker.store import push_facts, push_messages, push_notes, push_receivers
from worker.store.push_facts import Sides
from worker.store.push_notes import UNLESS, Note
from worker.store.secrets import learn_secrets
from worker.store.turns import TURN_PUSH, wait_for_turn

NOTES_AT_ONCE = 100  # in one transaction
MAKING_S = 2.0  # in one turn; the rest is left to the next one
LEASE_S = 90.0  # longer than a sender's turn and its last attempt
TASK = "push.send"

log = get_logger(__name__)


def run(services: Services) -> dict[str, object]:
    """Make messages of the notes and start senders; returns how many of each."""
    with services.db.read() as connection:
        config = config_store.read_service(connection)
        known = push_receivers.read_events(connection)
        has_notes = push_notes.has_notes(connection, services.clock())
    if config is None:
        return {}
    report_lacks(services, config)
    wanted = {rule.name: rule.events for rule in config.push}
    if known != wanted:
        with services.db.write() as connection:
            push_receivers.put_receivers(connection, wanted)
    made = _make_all(services, config) if has_notes else 0
    return {"messages": made, "senders": _start_senders(services) if config.push else 0}


def _make_all(services: Services, config: Config) -> int:
    made, ends_at = 0, time.monotonic() + MAKING_S
    while time.monotonic() < ends_at:
        with services.db.write() as connection:
            wait_for_turn(connection, TURN_PUSH)  # the messages of a story are made in the order of its notes
            now = services.clock()
            notes = push_notes.take_notes(connection, now, NOTES_AT_ONCE)
            rows = make_messages(connection, config.push, notes, now)
            push_messages.add_messages(connection, rows, now)
        made += len(rows)
        if len(notes) < NOTES_AT_ONCE:
            break
    if made:
        log.info("push messages made", messages=made)
    return made


def _start_senders(services: Services) -> int:
    now = services.clock()
    with services.db.read() as connection:
        ready = push_receivers.find_ready(connection, now)
    if not ready:
        return 0
    with services.db.write() as connection:
        claimed = push_receivers.claim(connection, ready, now, LEASE_S)
    for receiver, lease in claimed.items():
        app.send_task(TASK, kwargs={"receiver": receiver, "lease": lease})
    return len(claimed)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the notes of a batch are about, read once."""

    articles: Mapping[int, Mapping[str, Any]]
    stories: Mapping[int, Mapping[str, Any]]
    sides: Mapping[int, Sides]
    tags: Mapping[str, Sequence[str]]
    declared: Collection[int]  # stories of which a correction, a withdrawal or a return is reported

    def tags_of(self, feeds: Iterable[str]) -> list[str]:
        """The tags of all these feeds."""
        return sorted({tag for feed in feeds for tag in self.tags.get(feed, ())})

    def title_of(self, article: int) -> str | None:
        """The headline of an article; None if it has none, or is not stored any longer."""
        title: str | None = self.articles.get(article, {}).get("title")
        return title

    def lost_mark_of(self, story: Mapping[str, Any]) -> str:
        """That a story lost the mark that was reported last, with its article; empty if it did not."""
        return (
            "" if story["id"] in self.declared else describe_lost_mark(story["pushed_state"], story["mark"])
        )


@dataclass(frozen=True, slots=True)
class _Event:
    """A note with what is said of it, and what receivers select by."""

    kind: str
    at: datetime
    story: int
    article: int | None
    title: str | None
    data: Mapping[str, Any]
    tags: frozenset[str]
    agencies: frozenset[str]
    named: Collection[int] = ()  # further stories that `data` names
    unless: Collection[str] = ()  # kinds by which a receiver gets the same
    lost: str = ""  # that a mark is not there any longer, which was reported


def make_messages(
    connection: Connection, rules: Sequence[PushRule], notes: Sequence[Note], now: datetime
) -> list[dict[str, Any]]:
    """The rows of the messages about these notes, in their order; none about what is not stored any more.

    Stores what is reported of each story, so that a mere change is reported once.
    """
    if not rules or not notes:
        return []
    learn_secrets(connection)
    notes = _fold(notes)
    facts = _read_facts(connection, notes)
    rows: list[dict[str, Any]] = []
    for note in _report_states(connection, facts, notes, now):
        event = _event_of(connection, facts, note)
        wanting = [rule for rule in rules if event is not None and _wants(rule, event)]
        if event is not None and wanting:
            rows += _rows_of(event, wanting)
    return rows


def _fold(notes: Sequence[Note]) -> list[Note]:
    """The notes with one for all growth of a story, at the place of the last: each would say the same."""
    parts: dict[int, list[Note]] = {}
    for note in notes:
        is_plain = not (note.details.get(UNLESS) or note.details.get("split_from"))
        if note.kind == PushKind.STORY_GREW and note.story is not None and is_plain:
            parts.setdefault(note.story, []).append(note)
    last = {part[-1].id: part for part in parts.values() if len(part) > 1}
    earlier = {note.id for part in last.values() for note in part[:-1]}
    return [
        replace(note, details=_sum_of([one.details for one in last[note.id]])) if note.id in last else note
        for note in notes
        if note.id not in earlier
    ]


def _sum_of(details: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What several notes of growth say: the articles and stories of all, and the last whole otherwise."""
    lists = {name: sorted({one for part in details for one in part[name]}) for name in ("joined", "merged")}
    return {**details[-1], **lists}


def _report_states(connection: Connection, facts: _Facts, notes: Sequence[Note], now: datetime) -> list[Note]:
    """The notes without those of changes that are reported already, or by another of these notes.

    Stores headline, lead and mark of each story as they are reported now.
    """
    told = {note.story for note in notes if note.story is not None and note.kind != PushKind.STORY_CHANGED}
    states = {
        number: state_of(story, facts.title_of(story["lead"])) for number, story in facts.stories.items()
    }
    known = {number: story["pushed_state"] or "" for number, story in facts.stories.items()}
    new = {number for number, state in states.items() if state != known[number]}
    changes = {note.story: note for note in notes if note.kind == PushKind.STORY_CHANGED}
    changed = {
        number
        for number in new - told
        if number in changes and not is_led_by_earlier(known[number], states[number])
    }
    reported = {number: states[number] for number in new & (told | changes.keys())}
    push_facts.put_states(connection, reported, changed, now)
    return [
        note
        for note in notes
        if note.kind != PushKind.STORY_CHANGED or (note.story in changed and changes[note.story] is note)
    ]


def _rows_of(event: _Event, rules: Sequence[PushRule]) -> Iterable[dict[str, Any]]:
    message, data = f"msg_{uuid.uuid4().hex}", redact_data(event.data)
    bodies = {
        form: push_words.make_body(form, event.kind, event.at, data, event.lost)
        for form in {rule.form for rule in rules}
    }
    shared = {
        "message": message, "kind": event.kind, "story_id": event.story, "article_id": event.article,
        "title": redact_data(event.title), "named": event.named,
    }  # fmt: skip
    return [{**shared, "receiver": rule.name, "body": bodies[rule.form]} for rule in rules]


def _wants(rule: PushRule, event: _Event) -> bool:
    """Whether a receiver gets this: it has one of its tags and one of its agencies, if it names any."""
    agencies = {canonical_agency(agency) for agency in rule.agencies}
    return (
        event.kind in rule.events
        and set(event.unless).isdisjoint(rule.events)
        and (not rule.tags or not event.tags.isdisjoint(rule.tags))
        and (not agencies or not event.agencies.isdisjoint(agencies))
    )


def canonical_agency(name: str) -> str:
    """One spelling of an agency's name."""
    return (agency_of(name) or name).casefold()


def _read_facts(connection: Connection, notes: Sequence[Note]) -> _Facts:
    articles = push_facts.read_articles(
        connection, {note.article for note in notes if note.article is not None}, texts=True
    )
    stories = push_facts.read_stories(connection, {note.story for note in notes if note.story is not None})
    leads = {facts["lead"] for facts in stories.values()} - articles.keys()
    articles |= push_facts.read_articles(connection, leads, texts=True)
    sides = push_facts.read_sides(connection, stories.keys())
    feeds = {feed for side in sides.values() for feed in side.feeds} | {a["feed"] for a in articles.values()}
    declared = {note.story for note in notes if note.story is not None and "notice" in note.details}
    return _Facts(articles, stories, sides, push_facts.read_tags(connection, feeds), declared)


def _event_of(connection: Connection, facts: _Facts, note: Note) -> _Event | None:
    if note.story is not None:
        return _story_event(facts, note, note.story)
    article = facts.articles.get(note.article or 0)
    return None if article is None else _article_event(connection, facts, note, article)


def _story_event(facts: _Facts, note: Note, number: int) -> _Event | None:
    story = facts.stories.get(number)
    if story is None:
        return None
    side = facts.sides.get(number, Sides(frozenset(), frozenset()))
    tags = facts.tags_of(side.feeds)
    said = push_words.story_data(story, facts.articles.get(story["lead"]), tags)
    agencies = frozenset(map(canonical_agency, side.agencies))
    left = note.details.get("split_from")
    named = [*note.details.get("merged", ()), *([] if left is None else [left])]
    details = {name: value for name, value in note.details.items() if name != UNLESS}
    article = (note.details.get("notice") or {}).get("article", story["lead"])
    return _Event(
        note.kind, note.at or story["last_seen_at"], number, article, said["title"],
        {"story": said, **details}, frozenset(tags), agencies, named, note.details.get(UNLESS, ()),
        facts.lost_mark_of(story),
    )  # fmt: skip


def _article_event(
    connection: Connection, facts: _Facts, note: Note, article: Mapping[str, Any]
) -> _Event | None:
    tags = facts.tags_of([article["feed"]])
    if note.kind == PushKind.EXTRACTION_DONE:
        extraction = push_facts.read_extraction(connection, article["id"], note.details)
        if extraction is None:
            return None
        brief = {name: value for name, value in article.items() if name not in {"text", "summary"}}
        data = {"article": {**brief, "tags": tags}, "extraction": push_words.extraction_data(extraction)}
    else:
        data = {"article": push_words.article_data(article, tags)}
    agency = article["agency"]
    agencies = frozenset([canonical_agency(agency)] if agency else [])
    return _Event(
        note.kind, note.at or article["fetched_at"], article["story"], article["id"], article["title"], data,
        frozenset(tags), agencies,
    )  # fmt: skip
