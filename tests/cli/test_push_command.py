"""`wireroom push`: receivers, messages, a test message, replaying and resuming."""

import json

import pytest
from click.testing import CliRunner

from tests.flows.test_takes import BODY, TITLE, WIRE, publish
from worker.cli.push import push
from worker.config.alerts import write_key
from worker.flows import push as push_flow
from worker.flows import push_send, reload
from worker.store import events as event_store

CONFIG = """[http]
allow_private = ["127.0.0.0/8"]
[[push]]
name = "cms"
url = "env:PUSH_URL"
secrets = ["env:PUSH_KEY"]
[[feed]]
id = "wire"
url = "https://wire.example/feed.xml"
"""


@pytest.fixture
def hook(receiver, monkeypatch):
    monkeypatch.setenv("PUSH_URL", receiver.url("/in/T0KENt0kenT0KEN"))
    monkeypatch.setenv("PUSH_KEY", write_key(b"k" * 32))
    return receiver


@pytest.fixture
def desk(installation, hook):
    installation.settings.config.write_text(CONFIG, encoding="utf-8")
    reload.run(installation)
    return installation


@pytest.fixture
def turn(desk, clock, monkeypatch):
    def run(seconds=1):
        clock.advance(seconds)
        tasks = []
        monkeypatch.setattr(push_flow.app, "send_task", lambda _, kwargs: tasks.append(kwargs))
        push_flow.run(desk)
        for kwargs in tasks:
            push_send.run(desk, **kwargs)

    return run


def run(*words, code=0):
    done = CliRunner().invoke(push, words)
    assert done.exit_code == code, done.output
    return done.output


def test_a_test_message_is_sent_without_the_service(desk, hook):
    assert run("test") == "cms: 204 from 127.0.0.1\n"
    assert json.loads(hook.posted[0].body)["type"] == "push.test"
    assert hook.posted[0].fields["webhook-signature"].startswith("v1,")
    assert 'no receiver "cmss", did you mean "cms"?' in run("test", "cmss", code=1)
    assert 'no receiver "other"; known: cms' in run("test", "other", code=1)


BROKEN = """[[push]]
name = "search"
url = "env:PUSH_URL"
evnts = ["story.new"]
[[feed]]
id = "other"
"""


def test_a_test_message_is_sent_while_the_file_is_refused(desk, hook):
    """What can be read of the file is tested; a receiver with an error of its own is not, and says why."""
    desk.settings.config.write_text(CONFIG + BROKEN, encoding="utf-8")
    done = CliRunner().invoke(push, ["test", "cms"])
    assert (done.exit_code, done.stdout) == (0, "cms: 204 from 127.0.0.1\n")
    assert "the config file has 2 errors and is refused; tested is what can be read of it:" in done.stderr
    assert 'feeds.toml:14: feed "other": missing url' in done.stderr
    done = CliRunner().invoke(push, ["test"])
    assert done.exit_code == 1
    assert 'search: feeds.toml:13: push "search": unknown key "evnts"' in done.stdout
    assert "cms: 204 from 127.0.0.1\n" in done.stdout
    assert len(hook.posted) == 2


def test_a_receiver_that_refuses_a_test_is_a_failure_without_its_address(desk, hook):
    hook.replies = [(500, {}, b"")]
    said = run("test", "cms", code=1)
    assert said.startswith("cms: 500")
    assert "T0KEN" not in said


def test_receivers_and_messages_are_listed(desk, turn, hook):
    assert run("receivers") == "nothing to show\n"
    turn()
    publish(desk, WIRE, "1", TITLE, BODY)
    turn()
    [one] = [json.loads(line) for line in run("receivers", "--json").splitlines()]
    assert (one["name"], one["state"], one["waiting"], one["dead"]) == ("cms", "ok", 0, 0)
    [message] = [json.loads(line) for line in run("list", "--json").splitlines()]
    assert (message["kind"], message["state"], message["attempts"]) == ("story.new", "done", 1)
    assert message["message"] == hook.posted[0].fields["webhook-id"]
    assert json.loads(run("show", str(message["id"]))) == json.loads(hook.posted[0].body)
    assert run("list", "--state", "dead") == "nothing to show\n"
    assert "did you mean" in run("list", "--state", "ded", code=2)


def test_a_paused_receiver_is_resumed(desk, turn, hook):
    turn()
    publish(desk, WIRE, "1", TITLE, BODY)
    hook.replies = [(410, {}, b""), (204, {}, b"")]
    turn()
    assert json.loads(run("receivers", "--json"))["state"] == "paused"
    assert run("resume", "cms") == (
        "cms was paused and gets messages again; waiting: 1 message; "
        "it is paused again if it still answers 410\n"
    )
    assert run("resume", "cms") == "cms was neither paused nor failing; waiting: 1 message\n"
    with desk.db.read() as connection:
        told = [event["message"] for event in event_store.iter_events(connection, kind="push")]
    assert told[0] == "push to cms was resumed; 1 message waits", "the newest, and once"
    assert [words.partition(":")[0] for words in told[1:]] == ["push to cms is paused"]
    assert "410 Gone" in run("resume", "--help")
    turn()
    assert json.loads(run("list", "--json"))["state"] == "done"
    assert 'did you mean "cms"?' in run("resume", "csm", code=1)
    assert 'did you mean "cms"?' in run("list", "--receiver", "csm", code=1)


def test_a_message_is_sent_again_on_request(desk, turn, hook):
    turn()
    publish(desk, WIRE, "1", TITLE, BODY)
    turn()
    number = str(json.loads(run("list", "--json"))["id"])
    assert run("replay").startswith("no message was given up, so none is sent again")
    assert run("replay", number) == "1 message will be sent again\n"
    turn()
    assert len({one.fields["webhook-id"] for one in hook.posted}) == 1
    assert len(hook.posted) == 2
    assert "no message 999" in run("replay", "999", code=1)
    assert "no message 999" in run("show", "999", code=1)


def test_a_message_is_found_by_the_webhook_id_that_its_receiver_logged(desk, turn, hook):
    turn()
    publish(desk, WIRE, "1", TITLE, BODY)
    turn()
    name = hook.posted[0].fields["webhook-id"]
    assert name in run("list")
    assert "webhook id" in run("list").splitlines()[0]
    assert json.loads(run("show", name)) == json.loads(hook.posted[0].body)
    assert run("replay", name) == "1 message will be sent again\n"
    turn()
    assert [one.fields["webhook-id"] for one in hook.posted] == [name, name]
    assert "no message msg_other; `wireroom push list`" in run("show", "msg_other", code=1)
    assert "no message 1 to other" in run("show", "1", "--receiver", "other", code=1)
    assert "no message" in run("replay", "9" * 300, code=1)


def test_a_message_of_several_receivers_is_shown_once_if_they_get_the_same(desk, turn, hook):
    config = desk.settings.config
    second = CONFIG.replace("[[feed]]", '[[push]]\nname = "second"\nurl = "env:PUSH_URL"\nFORM\n[[feed]]')
    config.write_text(second.replace("FORM", 'secrets = ["env:PUSH_KEY"]'), encoding="utf-8")
    reload.run(desk)
    turn()
    publish(desk, WIRE, "1", TITLE, BODY)
    turn()
    name = hook.posted[0].fields["webhook-id"]
    assert json.loads(run("show", name))["type"] == "story.new"
    assert run("replay", name) == "2 messages will be sent again\n"
    turn()
    config.write_text(second.replace("FORM", 'form = "slack"'), encoding="utf-8")
    reload.run(desk)
    publish(desk, WIRE, "2", "Another headline of the same desk", "Another text of the same desk. " * 20)
    turn()
    name = json.loads(run("list", "--json", "--limit", "1"))["message"]
    refused = run("show", name, code=2)
    assert "in different forms: add --receiver " in refused
    assert "--receiver cms" in refused
    assert "text" in json.loads(run("show", name, "--receiver", "second"))


def test_of_a_message_that_waits_replay_says_when_it_is_sent(desk, turn, hook):
    turn()
    publish(desk, WIRE, "1", TITLE, BODY)
    hook.replies = [(500, {}, b"")]
    turn()
    [row] = [json.loads(line) for line in run("list", "--json").splitlines()]
    said = run("replay", str(row["id"]))
    assert said.startswith(
        f"message {row['id']} to cms still waits after 1 attempt: 500 from 127.0.0.1; it is "
    )
    assert said.endswith("at the earliest; `wireroom push resume cms` sends it at once\n")
    assert json.loads(run("list", "--json"))["next_attempt_at"] == row["next_attempt_at"]


def test_what_waits_for_a_failing_receiver_is_sent_at_once_when_it_is_resumed(desk, turn, hook):
    """The next attempt of its first message, behind which others of the story wait, may be hours away."""
    turn()
    publish(desk, WIRE, "1", TITLE, BODY)
    hook.replies = [(500, {}, b"")] * 4 + [(204, {}, b"")] * 2
    turn()
    publish(desk, WIRE, "1", TITLE, BODY + " Another sentence.")
    for _ in range(3):
        turn(4 * 3600)
    assert len(hook.posted) == 4
    [first] = {one.fields["webhook-id"] for one in hook.posted}
    number = str(min(json.loads(line)["id"] for line in run("list", "--json").splitlines()))
    assert "at the earliest; `wireroom push resume cms`" in run("replay", number)
    assert run("resume", "cms").startswith("cms was failing and gets messages again; waiting: ")
    assert run("replay", number).rstrip().endswith("it is due, and sent without a replay")
    turn()
    assert hook.posted[4].fields["webhook-id"] == first
    assert "waiting" in run("receivers")
    assert json.loads(run("receivers", "--json"))["waiting"] == 0


def test_replay_says_that_a_paused_receiver_gets_nothing(desk, turn, hook):
    turn()
    publish(desk, WIRE, "1", TITLE, BODY)
    hook.replies = [(410, {}, b"")]
    turn()
    number = str(json.loads(run("list", "--json"))["id"])
    assert "cms is paused: `wireroom push resume cms` sends it" in run("replay", number)


def test_the_receivers_name_the_command_that_resumes_a_paused_one(desk, turn, hook):
    turn()
    publish(desk, WIRE, "1", TITLE, BODY)
    hook.replies = [(410, {}, b"")]
    turn()
    assert "; `wireroom push resume cms` sends what waits" in run("receivers")


def test_replay_without_anything_given_up_says_what_to_give(desk, turn):
    turn()
    assert run("replay").endswith("give its id: `wireroom push list` lists them\n")
    assert run("replay", "--receiver", "cms").startswith("no message was given up for cms, so none is sent")
    assert 'no receiver "cmss", did you mean "cms"?' in run("replay", "--receiver", "cmss", code=1)
