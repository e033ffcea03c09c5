"""`wireroom poll` explains: what came, when the feed is polled next, and why."""

import logging
from datetime import UTC, datetime

import pytest
import redis
from click.testing import CliRunner

from worker.cli.poll import _explain
from worker.cli.poll import poll as poll_cli
from worker.errors import ServiceError
from worker.flows import poll as poll_flow
from worker.flows import reload
from worker.flows.services import Services
from worker.flows.store_poll import PollSummary
from worker.logs import configure_logging
from worker.records import Outcome
from worker.store import claims as claim_store
from worker.store import events as event_store

DUE = datetime(2026, 12, 1, 12, 10, 7, 123_456, tzinfo=UTC)
WHY = "max-age 30 min from the server"
CASES = [
    (
        PollSummary("desk", Outcome.UPDATED, 200, new=3, updated=1, copies=2),
        "desk: updated: 3 new, 1 changed, 2 of them copies (HTTP 200)",
    ),
    (PollSummary("desk", Outcome.UNCHANGED, 200), "desk: unchanged (HTTP 200)"),
    (PollSummary("desk", Outcome.NOT_MODIFIED, 304), "desk: not_modified (HTTP 304)"),
    (PollSummary("desk", Outcome.FAILED, 503, error="503 from x"), "desk: failed: 503 from x"),
    (
        PollSummary("desk", Outcome.FAILED, 200, error="plain text, not a feed"),
        "desk: failed: plain text, not a feed (HTTP 200)",
    ),
    (PollSummary("desk", Outcome.BLOCKED, error="not allowed"), "desk: blocked: not allowed"),
]


@pytest.mark.parametrize(("summary", "words"), CASES, ids=[str(row[0].outcome) for row in CASES])
def test_the_outcome_then_when_and_why(capsys, summary, words):
    from dataclasses import replace

    _explain(replace(summary, next_due_at=DUE, next_due_reason=WHY))
    assert capsys.readouterr().out == f"{words}\nnext poll: in 10.1 min (12:10:07Z)\nwhy: {WHY}\n"


def test_a_feed_that_is_not_asked_again_says_so(capsys):
    _explain(
        PollSummary("desk", Outcome.GONE, 410, error="410 from x", next_due_reason="410 Gone, confirmed")
    )
    assert capsys.readouterr().out.endswith("next poll: none. 410 Gone, confirmed\n")


@pytest.mark.parametrize("outcome", [Outcome.DEFERRED, Outcome.STALE])
def test_a_poll_that_sent_nothing_says_so(capsys, outcome):
    _explain(PollSummary("desk", outcome))
    assert "not polled: " in capsys.readouterr().out


@pytest.fixture
def without_broker(services: Services, monkeypatch: pytest.MonkeyPatch) -> Services:
    services.settings.config.write_text('[[feed]]\nid = "desk"\nurl = "https://desk.example/feed"\n')
    assert reload.run(services)["config"] == "ok"
    services.redis = redis.Redis(unix_socket_path=f"{services.settings.home}/none.sock")
    monkeypatch.setattr("worker.flows.services.services", lambda: services)
    return services


def test_without_a_broker_the_command_says_so_and_leaves_the_feed_alone(without_broker):
    failed = CliRunner().invoke(poll_cli, ["desk"]).exception
    assert isinstance(failed, ServiceError)
    assert str(failed) == "the broker does not respond: is Redis or Valkey running at its socket?"
    with without_broker.db.write() as connection:
        assert claim_store.claim_one(connection, "desk", without_broker.clock(), 60.0), "it was not claimed"


def test_a_poll_that_loses_its_broker_is_put_off_with_that_reason(without_broker):
    with without_broker.db.write() as connection:
        claim = claim_store.claim_one(connection, "desk", without_broker.clock(), 60.0)
    assert claim is not None
    summary = poll_flow.run(without_broker, "desk", claim.lease)
    assert summary.outcome is Outcome.DEFERRED
    assert summary.next_due_reason == "the broker does not respond"


def test_what_a_poll_explains_is_not_logged_as_well(services, monkeypatch, capfd):
    """The event is stored, but no log line is mixed into the words of the command."""
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", list(root.handlers))
    configure_logging(services.settings)
    services.settings.config.write_text('[[feed]]\nid = "desk"\nurl = "https://127.0.0.1/feed"\n')
    assert reload.run(services)["config"] == "ok"
    monkeypatch.setattr("worker.flows.services.services", lambda: services)
    monkeypatch.setattr(Services, "close", lambda _self: None)  # the fixture does
    done = CliRunner().invoke(poll_cli, ["desk"])
    assert "loopback" in done.stdout
    with services.db.read() as connection:
        assert list(event_store.iter_events(connection, feed="desk", kind="feed.blocked"))
    assert "feed.blocked" not in done.output + "".join(capfd.readouterr())
