"""`wireroom alerts`: a test message, the messages and whether they arrived, another attempt, a key."""

import json
import re

import pytest
from click.testing import CliRunner

from worker.cli.alerts import alerts
from worker.config import load_config
from worker.config.alerts import read_key, write_key
from worker.flows import alerts as alert_flow
from worker.flows import reload
from worker.records import EventKind
from worker.store import events as event_store

HEAD = '[http]\nallow_private = ["127.0.0.0/8"]\n'
RULES = '[alerts]\nwebhook = "env:ALERT_HOOK"\nwebhook_secret = "env:ALERT_KEY"\n'
FEED = '[[feed]]\nid = "wire"\nurl = "https://wire.example/feed.xml"\n'


@pytest.fixture
def hook(receiver, monkeypatch):
    monkeypatch.setenv("ALERT_HOOK", receiver.url("/services/T0KENt0kenT0KEN"))
    monkeypatch.setenv("ALERT_KEY", write_key(b"k" * 32))
    return receiver


@pytest.fixture
def desk(installation):
    """An installation whose config names a webhook."""
    installation.settings.config.write_text(HEAD + RULES + FEED, encoding="utf-8")
    return installation


def run(*words, code=0):
    done = CliRunner().invoke(alerts, words)
    assert done.exit_code == code, done.output
    return done.output


def send(desk, clock):
    """One event becomes one message, which is sent."""
    assert load_config(desk.settings.config).alerts.webhook
    reload.run(desk)
    alert_flow.run(desk, uptime_s=0)
    with desk.db.write() as connection:
        event_store.add_events(
            connection, desk.clock(), [(EventKind.FEED_DEAD, "wire: failed for 14 days")], feed_id="wire"
        )
    for _ in range(2):
        clock.advance(40)
        alert_flow.run(desk, uptime_s=0)


def test_a_test_message_is_sent_by_each_channel(desk, hook):
    assert run("test") == "webhook: 204 from 127.0.0.1\n"
    [posted] = hook.posted
    assert json.loads(posted.body)["data"]["groups"][0]["kind"] == "alert.test"
    assert posted.fields["webhook-signature"].startswith("v1,")


def test_a_receiver_that_refuses_a_test_is_a_failure_without_its_address(desk, hook):
    hook.replies = [(500, {}, b"")]
    said = run("test", code=1)
    assert said.startswith("webhook: 500")
    assert "T0KEN" not in said


def test_a_missing_secret_is_named_by_a_test(desk, hook, monkeypatch):
    monkeypatch.delenv("ALERT_HOOK")
    assert 'the secret "env:ALERT_HOOK" is not there' in run("test", code=1)
    assert hook.posted == []


def test_a_test_message_is_sent_while_the_file_is_refused(desk, hook):
    """What can be read of the file is tested, and its errors are told; many of them in short."""
    desk.settings.config.write_text(HEAD + RULES + FEED + "intervall = 5\n" + FEED * 7, encoding="utf-8")
    done = CliRunner().invoke(alerts, ["test"])
    assert (done.exit_code, done.stdout) == (0, "webhook: 204 from 127.0.0.1\n")
    assert "the config file has 15 errors and is refused" in done.stderr
    assert 'feeds.toml:9: feed "wire": unknown key "intervall", did you mean "interval"?' in done.stderr
    assert done.stderr.endswith("  and 10 more; `wireroom check` lists all\n")
    assert len(hook.posted) == 1


def test_a_channel_with_an_error_of_its_own_is_not_tested(desk, hook):
    desk.settings.config.write_text(HEAD + RULES.replace("webhook =", "webhok =") + FEED, encoding="utf-8")
    said = run("test", code=1)
    assert 'unknown key "webhok", did you mean "webhook"?' in said
    assert "the config names no channel that can be read" in said
    assert hook.posted == []


def test_a_config_without_a_channel_says_what_to_add(desk):
    desk.settings.config.write_text(FEED, encoding="utf-8")
    assert 'add webhook = "env:NAME"' in run("test", code=1)


def test_messages_are_listed_with_what_the_receiver_said(desk, clock, hook):
    assert run("list") == "nothing to show\n"
    send(desk, clock)
    head, row = run("list").splitlines()
    assert head.split()[:3] == ["created", "at", "channel"]
    assert {"webhook", "done"} <= set(row.split())
    [message] = [json.loads(line) for line in run("list", "--json", "--limit", "5").splitlines()]
    assert (message["channel"], message["state"], message["attempts"]) == ("webhook", "done", 1)
    assert message["title"] == "wire: failed for 14 days"
    assert message["alert"] == hook.posted[0].fields["webhook-id"]


def test_the_next_attempt_is_shown_as_feeds_shows_the_next_poll(desk, clock, hook):
    hook.replies = [(503, {}, b"")]
    send(desk, clock)
    head, row = run("list").splitlines()
    assert "next attempt" in head
    assert re.search(r" in [\d.]+ (s|min) ", row)


def test_what_was_given_up_is_sent_again_on_request(desk, clock, hook):
    hook.replies = [(410, {}, b""), (204, {}, b"")]
    send(desk, clock)
    assert json.loads(run("list", "--json"))["state"] == "dead"
    assert run("retry") == "1 message will be sent again\n"
    clock.advance(1)
    alert_flow.run(desk, uptime_s=0)
    assert json.loads(run("list", "--json"))["state"] == "done"
    assert run("retry") == "0 messages will be sent again\n"


def test_each_new_key_can_be_used_as_the_secret():
    keys = {run("secret").strip() for _ in range(2)}
    assert [len(read_key(key)) for key in keys] == [32, 32]
