"""Removed feeds: what a changed file would do, coming back, and being forgotten."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from tests.store.samples import add
from worker.cli.main import wireroom
from worker.config import load_config
from worker.errors import DecisionError
from worker.flows import reload
from worker.flows.alert_words import alert_from_json, alert_to_json, make_alert, title_of
from worker.flows.config_diff import find_changes
from worker.flows.forget import forget
from worker.records import STORY_KINDS, FeedConfig, JobState
from worker.store import alerts as alert_store
from worker.store import events as event_store
from worker.store import feeds as feed_store
from worker.store.models import ArticleRow, Event, Feed, Host, Poll, Robots, Tombstone


def one(name, extra=""):
    return f'[[feed]]\nid = "{name}"\nurl = "https://{name}.example/feed.xml"\n{extra}'


@pytest.fixture
def desk(services, clock, monkeypatch):
    services.clock = clock
    monkeypatch.setattr("worker.flows.services.services", lambda: services)
    return services


def use(services, *feeds, head=""):
    services.settings.config.write_text(head + "".join(feeds), encoding="utf-8")
    return reload.run(services)


def changes(services, *feeds, head=""):
    services.settings.config.write_text(head + "".join(feeds), encoding="utf-8")
    with services.db.read() as connection:
        found = find_changes(connection, load_config(services.settings.config), FeedConfig("", ""))
    return [(change.kind, change.subject, change.text) for change in found]


def test_of_a_changed_table_only_the_keys_that_differ_are_told(desk):
    use(desk, one("a"), head='[alerts]\nwebhook = "env:HOOK"\n[host."*"]\ndelay = "2s"\n')
    head = (
        '[alerts]\nwebhook = "env:HOOK"\ngroup = "1m"\n'
        '[host."*"]\ndelay = "4s"\n[host."b.example"]\nconcurrency = 3\n'
    )
    found = changes(desk, one("a", 'auth = { type = "bearer", token = "env:KEY" }\n'), head=head)
    settings = {subject: text for kind, subject, text in found if kind == "setting"}
    assert settings["alerts.group"] == "30 s → 1 min"
    assert settings["hosts.*.delay"] == "2 s → 4 s"
    assert ("added", "hosts.b.example", "concurrency 3; delay 4 s; retry_after_scope host") in found
    assert "alerts.webhook" not in settings
    [changed] = [text for kind, _, text in found if kind == "changed"]
    assert "env:KEY" in changed


def test_a_receiver_that_is_added_or_removed_is_one_change_with_all_of_its_values(desk):
    kinds = ", ".join(STORY_KINDS)
    head = '[[push]]\nname = "cms"\nurl = "env:PUSH_URL"\ntags = ["wire"]\n'
    values = f"url env:PUSH_URL; events {kinds}; tags wire; form standard"
    use(desk, one("a"))
    assert changes(desk, one("a"), head=head) == [("added", "push.cms", values)]
    use(desk, one("a"), head=head)
    assert changes(desk, one("a"), head=head.replace('"wire"', '"press", "coast"')) == [
        ("setting", "push.cms.tags", "wire → press, coast")
    ]
    assert changes(desk, one("a")) == [("removed", "push.cms", values)]
    hours = changes(desk, one("a"), head=head + '[alerts]\nquiet_hours = "22:00-07:30"\n')
    assert hours == [("setting", "alerts.quiet_hours", "none → 22:00-07:30")]


def count(services, model):
    with services.db.read() as connection:
        return connection.scalar(select(func.count()).select_from(model))


def test_a_changed_file_says_what_it_would_do(desk, clock):
    use(desk, one("a"), one("b"), one("c"), one("d", "enabled = false\n"))
    with desk.db.write() as connection:
        add(connection, "b", "x", "y")
    feeds = [
        one("a", 'interval = "5m"\ntags = ["wire"]\n'),
        one("c", "enabled = false\n"),
        one("d"),
        one("e"),
    ]
    found = changes(desk, *feeds, head='[http]\nglobal_rate = "10/s"\n')
    assert found == [
        ("setting", "global_rate", "50/s → 10/s"),
        ("changed", "a", "tags none → wire, interval 15 min → 5 min"),
        ("paused", "c", "no longer polled; its history stays"),
        ("resumed", "d", "polled again"),
        ("added", "e", "https://e.example/feed.xml"),
        ("removed", "b", "no longer polled; its 2 articles stay until `wireroom feeds forget b`"),
    ]
    assert count(desk, Feed) == 4  # nothing was applied
    assert use(desk, one("a"), one("b"), one("c"), one("d", "enabled = false\n"))["changed"] is False


def test_a_changed_url_is_said_to_be_polled_at_once(desk):
    use(desk, one("a"))
    moved = one("a").replace("feed.xml", "new.xml?token=hunter2hunter2")
    [(kind, _, text)] = changes(desk, moved)
    assert kind == "changed"
    assert text.endswith("polled at once")
    assert "hunter2" not in text


def test_a_feed_that_comes_back_says_so(desk):
    use(desk, one("a"), one("b"))
    with desk.db.write() as connection:
        add(connection, "b", "x")
    use(desk, one("a"))
    assert changes(desk, one("a"), one("b")) == [("returns", "b", "with its history of 1 article")]
    done = use(desk, one("a"), one("b"))
    assert done["notes"] == ["b back, with its history of 1 article"]
    with desk.db.read() as connection:
        newest = next(event_store.iter_events(connection, kind="config.loaded"))
    assert "b back" in newest["message"]
    assert newest["message"].startswith("2 feeds: 0 added, 0 changed, 0 removed, 1 back; ")
    assert (done["added"], done["changed_feeds"]) == (0, 0)
    [removed] = changes(desk, one("a"))
    assert removed[2].startswith("no longer polled; its 1 article stays until")


def test_many_feeds_that_come_back_are_counted(desk):
    many = [one(f"f{n}") for n in range(8)]
    use(desk, *many)
    reload.run(desk)
    desk.settings.config.write_text("", encoding="utf-8")
    reload.run(desk, force=True)
    notes = use(desk, *many)["notes"]
    assert notes[0] == "f0 back, with its history of 0 articles"
    assert notes[5:] == ["3 feeds back, removed earlier"]


def test_a_forgotten_feed_leaves_only_the_keys_of_its_entries(desk, clock):
    use(desk, one("a"), one("b"))
    with desk.db.write() as connection:
        add(connection, "a", "kept")
        add(connection, "b", "x", "y", "z")
        event_store.add_events(connection, clock(), [("feed.failing", "b: x")], feed_id="b")
        poll = {"feed_id": "b", "ended_at": clock(), "outcome": "updated", "next_due_reason": ""}
        poll |= dict.fromkeys(("entries", "new", "updated", "wire_bytes", "fetch_s", "parse_s"), 0)
        connection.execute(Poll.__table__.insert(), poll)
    with pytest.raises(DecisionError, match="in force"):
        forget(desk, "b")
    use(desk, one("a"))
    done = forget(desk, "b")
    assert (done.articles, done.polls) == (3, 2)
    assert (count(desk, ArticleRow), count(desk, Feed), count(desk, Poll)) == (1, 1, 0)
    assert count(desk, Tombstone) == 3
    with desk.db.read() as connection:
        assert connection.scalar(select(Event.id).where(Event.feed_id == "b")) is None
    [(kind, _, text)] = changes(desk, one("a"), one("b"))
    assert (kind, text) == ("returns", "it was forgotten, and 3 entries of it will not be stored again")


def test_alerts_keep_nothing_of_a_forgotten_feed(desk, clock):
    """Sent and waiting ones; what they say of other feeds stays, and an alert of nothing else goes."""
    use(desk, one("a"), one("b"))
    use(desk, one("a"))
    now = clock()
    of_b, of_a = (now, "feed.failing", "b", 'b: 404 for "b"'), (now, "feed.dead", "a", '"b": a title with %')
    job, service = (
        (now, "job.dead", "b", "fulltext of article 1: a title"),
        (now, "config.refused", None, "b"),
    )
    with desk.db.write() as connection:
        for name, rows in {"mixed": [of_b, of_a, job], "only b": [of_b, job], "service": [service]}.items():
            alert_store.add_delivery(connection, name, "webhook", alert_to_json(make_alert(rows)), now)
        many = {**alert_to_json(make_alert([of_b])), "more": {"feed.failing": 1}}
        alert_store.add_delivery(connection, "many", "mail", many, now)
        sent = alert_store.claim_delivery(connection, now, 60)
        assert alert_store.end_delivery(connection, sent, JobState.DONE, now)
    forget(desk, "b")
    with desk.db.read() as connection:
        left = {
            row["alert"]: alert_from_json(row["events"]) for row in alert_store.list_deliveries(connection, 9)
        }
    assert {name: [event.message for event in alert.events] for name, alert in left.items()} == {
        "mixed": ['"b": a title with %'],
        "service": ["b"],
        "many": [],
    }
    assert title_of(left["many"]) == "1 feed fails"


def test_the_command_asks_and_refuses_what_is_configured(desk):
    use(desk, one("a"), one("b"))
    use(desk, one("a"))
    run = CliRunner().invoke
    done = run(wireroom, ["feeds", "forget", "a", "--yes"])
    assert (done.exit_code, "a: in the config" in done.output) == (2, True)
    assert "add --yes" in run(wireroom, ["feeds", "forget", "b"]).output
    assert 'no feed "bb", did you mean "b"?' in run(wireroom, ["feeds", "forget", "bb", "--yes"]).output
    assert run(wireroom, ["feeds", "forget"]).exit_code == 2
    done = run(wireroom, ["feeds", "forget", "b", "--yes"])
    assert done.exit_code == 0
    assert done.output == "b: 0 articles and 0 polls and events deleted\n"


def test_a_host_is_forgotten_with_all_its_removed_feeds(desk, clock):
    wire = [one(name).replace(f"{name}.example/", f"wire.example/{name}/") for name in ("x", "y")]
    use(desk, one("a"), *wire)
    use(desk, one("a"))
    with desk.db.write() as connection:
        connection.execute(Host.__table__.insert(), {"name": "wire.example", "reason": ""})
        for origin in ("https://wire.example", "http://wire.example:8080", "https://wire.example.org"):
            row = {"origin": origin, "status": 200, "body": b"", "fetched_at": clock()}
            connection.execute(Robots.__table__.insert(), row)
    done = CliRunner().invoke(wireroom, ["feeds", "forget", "--host", "Wire.Example", "--yes"])
    assert done.exit_code == 0, done.output
    assert (count(desk, Feed), count(desk, Host), count(desk, Robots)) == (1, 0, 1)
    with desk.db.read() as connection:
        assert feed_store.enabled_ids(connection) == {"a"}


def test_what_a_poll_is_storing_when_its_feed_is_forgotten_is_forgotten_too(desk, clock):
    """The feed is deleted after that transaction, with what it stored."""
    use(desk, one("a"), one("b"))
    use(desk, one("a"))
    begun, go_on = threading.Event(), threading.Event()

    def store():
        with desk.db.write() as connection:
            add(connection, "b", "late")
            begun.set()
            go_on.wait(10)

    with ThreadPoolExecutor() as pool:
        storing = pool.submit(store)
        assert begun.wait(10)
        forgetting = pool.submit(forget, desk, "b")
        threading.Timer(0.3, go_on.set).start()
        storing.result(10)
        assert forgetting.result(10).articles == 1
    assert count(desk, ArticleRow) == 0
    assert count(desk, Feed) == 1
