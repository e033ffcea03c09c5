"""Every field that a command prints with `--json` is described in the section of that command."""

import json
from dataclasses import fields

import pytest
from click.testing import CliRunner

from tests.docs import pages
from tests.docs.test_examples import run_offline
from tests.store.samples import NOW, add, join, make_feed, sync
from tests.support.schema import with_schema
from worker.cli.main import wireroom
from worker.flows import decisions
from worker.flows.poll import PollSummary
from worker.flows.services import Services
from worker.records import Notice, Relation, RelationKind
from worker.settings import read_settings
from worker.store import events as event_store
from worker.store import jobs as job_store
from worker.store import notices as notice_store
from worker.store import relations as relation_store
from worker.store.jobs import NewJob
from worker.store.models import ExtractionRow, Poll

COMMANDS = "docs/commands.md"
# Fields whose keys are data (counts by state) or that other pages define.
OPEN = {"feeds", "jobs", "outcomes", "reasons", "payload", "hints", "rhythm", "sources"}
TEXT = "All ferries to the outer islands were stopped on Tuesday as a storm came near, the office said."
OFFLINE = {
    "check": "wireroom check docs/examples/feeds.toml --json",
    "parse": "wireroom parse docs/examples/feed.xml --json",
    "extract": "wireroom extract docs/examples/page.html --json",
    "cluster": "wireroom cluster docs/examples/documents.jsonl --json",
}


@pytest.fixture
def printed(tmp_path, monkeypatch):
    """What a command prints, on a database with a story, a decision, a relation, a poll and a job."""
    room = Services(read_settings({"WIREROOM_HOME": str(tmp_path)}), clock=lambda: NOW)
    with_schema(room.db)
    monkeypatch.setattr("worker.flows.services.services", lambda: room)
    monkeypatch.setattr("worker.flows.status._services_of", lambda _: room)
    with room.db.write() as connection:
        sync(connection, make_feed("wire", agency="Yonhap"), make_feed("coast"))
        first, second = (*add(connection, "wire", "x", text=TEXT), *add(connection, "coast", "y", text=TEXT))
        join(connection, second, first)
        third, digest = add(connection, "coast", "z", "digest", text="Own words.")
        relation_store.put_relations(connection, [Relation(digest, first, RelationKind.CONTAINS, 0.9)])
        notice_store.add(connection, [(Notice(first, "wire", NOW, "corrected", "text", "n", None, "x"), NOW)])
        job_store.add_jobs(connection, [NewJob(first, "facts", "1", "")], NOW)
        event_store.add_events(
            connection, NOW, [("feed.failing", "wire: 3 failures in a row")], feed_id="wire"
        )
        connection.execute(Poll.__table__.insert(), POLL)
        connection.execute(ExtractionRow.__table__.insert(), {**RESULT, "article_id": first})
    decisions.merge(room, first, third, "anna")

    def run(*arguments):
        done = CliRunner().invoke(wireroom, [*arguments, "--json"])
        assert done.exit_code == (1 if arguments == ("status",) else 0), done.output
        return [json.loads(line) for line in done.stdout.splitlines()]

    yield run
    room.close()


POLL = {
    "feed_id": "wire", "ended_at": NOW, "outcome": "updated", "http_status": 200, "error": None, "entries": 1,
    "new": 1, "updated": 0, "wire_bytes": 900, "fetch_s": 0.2, "parse_s": 0.1, "next_due_at": NOW,
    "next_due_reason": "interval 15 min",
}  # fmt: skip
RESULT = {
    "kind": "facts", "extractor": "facts", "extractor_version": "1", "input_sha256": "", "status": "ok",
    "reason": None, "payload": {"schema": "facts/1"}, "created_at": NOW,
}  # fmt: skip


def names_in(row):
    """The names of all fields of a row, those of nested rows included."""
    names = set()
    for name, value in row.items():
        names.add(name)
        nested = [] if name in OPEN else value if isinstance(value, list) else [value]
        for inner in nested:
            names |= names_in(inner) if isinstance(inner, dict) else set()
    return names


def missing(command, rows):
    """The fields of these rows that the section of a command does not name."""
    assert rows
    text = pages.section(COMMANDS, f"`wireroom {command}`")
    return {name for row in rows for name in names_in(row) if f"`{name}`" not in text}


@pytest.mark.parametrize(
    "arguments",
    [
        ["status"],
        ["feeds"],
        ["feeds", "wire"],
        ["articles"],
        ["articles", "1"],
        ["stories"],
        ["stories", "1"],
        ["jobs"],
        ["jobs", "1"],
        ["events"],
    ],
    ids=" ".join,
)
def test_every_field_is_described(printed, arguments):
    assert missing(arguments[0], printed(*arguments)) == set()


def test_nested_rows_are_there_to_be_described(printed):
    """Without them the rule above would hold of nothing."""
    status, feed = printed("status")[0], printed("feeds", "wire")[0]
    assert status["recent_polls"] and status["recent_stories"] and status["recent_events"]  # noqa: PT018
    assert feed["last_polls"] and feed["events"]  # noqa: PT018
    assert printed("articles", "1")[0]["extracted"]
    [story] = printed("stories", "1")
    assert len(story["members"]) == 3
    assert story["decisions"]
    assert story["members"][0]["relations"]
    assert printed("articles", "1")[0]["relations"]


def test_every_field_of_the_feedback_is_described(printed):
    text = pages.section(COMMANDS, "`wireroom stories feedback`")
    done = CliRunner().invoke(wireroom, ["stories", "feedback"])
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert rows
    assert {name for row in rows for name in row if f"`{name}`" not in text} == set()


@pytest.mark.parametrize("command", OFFLINE)
def test_every_field_of_an_offline_command_is_described(command):
    rows = [json.loads(line) for line in run_offline(OFFLINE[command]).splitlines()]
    assert missing(command, rows) == set()


def test_every_field_of_an_explanation_is_described():
    rows = [
        json.loads(line)
        for line in run_offline("wireroom parse docs/examples/feed.xml --explain --json").splitlines()
    ]
    assert {"format", "dropped"} <= {name for row in rows for name in row}
    assert missing("parse", [{**row, "namespaces": None} for row in rows]) == set()


def test_every_field_of_a_poll_is_described():
    row = dict.fromkeys(field.name for field in fields(PollSummary))
    assert missing("poll", [row]) == set()
