"""Alerts: events become few messages, each of which is sent until its receiver accepts it."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.receivers import hook_receiver, mail_receiver
from worker.config.alerts import read_key, write_key
from worker.fetch.webhook import sign
from worker.flows import alerts
from worker.flows.status import read_status
from worker.records import AlertRules, Config, EventKind
from worker.store import alerts as alert_store
from worker.store import config as config_store
from worker.store import events as event_store

TOKEN = "T0KENt0kenT0KEN"
KEY = write_key(b"k" * 32)


@pytest.fixture(scope="module")
def servers():
    with hook_receiver() as hook, mail_receiver() as mail:
        yield hook, mail


@pytest.fixture
def hook(servers, monkeypatch):
    servers[0].reset()
    monkeypatch.setenv("ALERT_HOOK", servers[0].url(f"/services/{TOKEN}"))
    monkeypatch.setenv("ALERT_KEY", KEY)
    return servers[0]


@pytest.fixture
def post_box(servers):
    servers[1].reset()
    return servers[1]


@pytest.fixture
def desk(services, clock):
    services.clock = clock
    return services


RULES = AlertRules(webhook="env:ALERT_HOOK", webhook_secret="env:ALERT_KEY")


def use(services, rules=RULES, allow_private=("127.0.0.0/8", "localhost")):
    config = Config(feeds=(), alerts=rules, allow_private=allow_private)
    with services.db.write() as connection:
        stored = config_store.service_to_json(config)
        config_store.save_config(connection, loaded_at=services.clock(), service=stored)


def happen(services, *events):
    """Store events (kind, feed, message)."""
    with services.db.write() as connection:
        for kind, feed, message in events:
            event_store.add_events(connection, services.clock(), [(kind, message)], feed_id=feed)


def fail(services, *feeds):
    happen(services, *((EventKind.FEED_FAILING, feed, f"{feed}: 3 failures, last: 503") for feed in feeds))


def turn(services, clock, seconds=30.0):
    clock.advance(seconds)
    return alerts.run(services, uptime_s=0)


def deliveries(services):
    with services.db.read() as connection:
        return list(alert_store.list_deliveries(connection, None))


def test_three_hundred_failing_feeds_are_one_signed_message(desk, clock, hook):
    use(desk)
    fail(desk, *(f"feed-{n}" for n in range(300)))
    assert turn(desk, clock, 5) == {"alerts": 0, "sent": 0, "failed": 0}
    assert turn(desk, clock, 25) == {"alerts": 1, "sent": 1, "failed": 0}
    [posted] = hook.posted
    assert json.loads(posted.body)["data"]["title"] == "300 feeds fail"
    fields = posted.fields
    signature = sign(read_key(KEY), fields["webhook-id"], int(fields["webhook-timestamp"]), posted.body)
    assert fields["webhook-signature"] == signature
    assert turn(desk, clock, 3600) == {"alerts": 0, "sent": 0, "failed": 0}


def test_what_happens_after_a_message_waits_for_the_pause(desk, clock, hook):
    use(desk)
    fail(desk, "a")
    turn(desk, clock)
    for feed in "bcdef":
        fail(desk, feed)
        turn(desk, clock)
    assert len(hook.posted) == 1
    turn(desk, clock, 300)
    assert [json.loads(one.body)["data"]["events"] for one in hook.posted] == [1, 5]


def test_a_refused_message_is_sent_again_as_it_was(desk, clock, hook):
    use(desk)
    hook.replies = [(500, {}, b"no"), (503, {"Retry-After": "600"}, b""), (200, {}, b"ok")]
    fail(desk, "a")
    assert turn(desk, clock) == {"alerts": 1, "sent": 0, "failed": 1}
    assert turn(desk, clock, 13) == {"alerts": 0, "sent": 0, "failed": 1}
    assert turn(desk, clock, 500) == {"alerts": 0, "sent": 0, "failed": 0}  # it asked for 600 s
    assert turn(desk, clock, 300) == {"alerts": 0, "sent": 1, "failed": 0}
    assert len({(one.fields["webhook-id"], one.body) for one in hook.posted}) == 1
    times = [int(one.fields["webhook-timestamp"]) for one in hook.posted]
    assert times == sorted(set(times))


def test_a_message_whose_sender_died_is_sent_by_another(desk, clock, hook):
    use(desk)
    fail(desk, "a")
    clock.advance(30)
    alerts._make(desk, RULES, clock())
    with desk.db.write() as connection:
        lost = alert_store.claim_delivery(connection, clock(), alerts.LEASE_S)
        assert alert_store.claim_delivery(connection, clock(), alerts.LEASE_S) is None
    assert turn(desk, clock, 10)["sent"] == 0
    assert turn(desk, clock, alerts.LEASE_S)["sent"] == 1
    assert hook.posted[0].fields["webhook-id"] == lost.alert


def test_while_a_receiver_is_down_events_become_one_further_message(desk, clock, hook):
    use(desk)
    hook.replies = [(500, {}, b"")]
    for feed in "abcdefgh":
        fail(desk, feed)
        turn(desk, clock, 3600)
    assert len(deliveries(desk)) == 2
    hook.replies = [(204, {}, b"")]
    turn(desk, clock, 8 * 3600)
    sent = [json.loads(one.body)["data"] for one in hook.posted[-2:]]
    assert [one["groups"][0]["feeds"] for one in sent] == [["a"], list("bcdefgh")]


def test_nothing_is_sent_in_the_quiet_hours(desk, clock, hook):
    use(desk, replace(RULES, quiet_hours=(12 * 60, 13 * 60)))  # it is noon
    fail(desk, "a")
    turn(desk, clock, 1800)
    fail(desk, "b")
    assert turn(desk, clock, 1700)["alerts"] == 0
    assert turn(desk, clock, 200)["sent"] == 1
    assert json.loads(hook.posted[0].body)["data"]["groups"][0]["feeds"] == ["a", "b"]


def test_events_before_there_was_a_receiver_are_not_sent(desk, clock, hook):
    use(desk, AlertRules())
    fail(desk, "a")
    assert turn(desk, clock) == {"alerts": 0, "sent": 0, "failed": 0}
    use(desk)
    fail(desk, "b")
    turn(desk, clock)
    assert json.loads(hook.posted[0].body)["data"]["groups"][0]["feeds"] == ["b"]


@pytest.mark.parametrize(
    ("kinds", "sent"),
    [(("feed",), 1), (("feed.failing",), 1), (("job.dead",), 0), (AlertRules().kinds, 1)],
)
def test_only_the_kinds_of_the_config_are_sent(desk, clock, hook, kinds, sent):
    use(desk, replace(RULES, kinds=kinds))
    fail(desk, "a")
    happen(desk, (EventKind.STORY_MERGED, None, "story 2 went into 1"), (EventKind.CONFIG_LOADED, None, "x"))
    assert turn(desk, clock)["sent"] == sent
    with desk.db.read() as connection:
        assert alert_store.unsent_events(connection, 10) == []


def test_a_receiver_that_is_gone_is_asked_once(desk, clock, hook):
    use(desk)
    hook.replies = [(410, {}, b"")]
    fail(desk, "a")
    turn(desk, clock)
    turn(desk, clock, 86_000)
    assert len(hook.posted) == 1
    assert deliveries(desk)[0]["state"] == "dead"
    with desk.db.read() as connection:
        [event] = event_store.iter_events(connection, kind="alert.dead")
        assert "410" in event["message"]
    with desk.db.write() as connection:
        assert alert_store.retry_dead(connection, clock()) == 1
    hook.replies = [(200, {}, b"")]
    assert turn(desk, clock, 1)["sent"] == 1


def test_a_channel_that_does_not_work_needs_attention_until_it_does(desk, clock, hook):
    use(desk)
    hook.replies = [(500, {}, b"")]
    fail(desk, "a")
    for _ in range(4):
        turn(desk, clock, 400)
    needs = read_status(desk.settings)["needs"]
    assert any(need.startswith("alerts are not delivered by webhook: 500") for need in needs)
    hook.replies = [(200, {}, b"")]
    turn(desk, clock, 3600)
    assert not any("alerts are not delivered" in need for need in read_status(desk.settings)["needs"])


@pytest.mark.parametrize(
    "case",
    [
        ((), None, "is loopback"),
        (("127.0.0.0/8",), [(302, {"Location": "http://127.0.0.1:1/x"}, b"")], "redirects are not followed"),
    ],
)
def test_a_receiver_leads_to_no_private_address(desk, clock, hook, case):
    allow_private, replies, words = case
    use(desk, allow_private=allow_private)
    hook.replies = replies or hook.replies
    fail(desk, "a")
    assert turn(desk, clock)["failed"] == 1
    assert words in deliveries(desk)[0]["note"]
    assert len(hook.posted) == bool(replies)


def test_no_secret_is_in_a_row_a_result_or_a_log(desk, clock, hook, capsys, caplog):
    use(desk, replace(RULES, webhook_secret="env:ALERT_HOOK"))  # not a key
    fail(desk, "a")
    caplog.set_level("DEBUG")
    results = [turn(desk, clock), turn(desk, clock, 86_400)]
    use(desk)
    hook.replies = [(500, {}, TOKEN.encode())]
    results.append(turn(desk, clock, 86_400))
    shown = repr([results, deliveries(desk), caplog.text, capsys.readouterr()])
    assert TOKEN not in shown
    assert KEY[6:] not in shown
    assert "500" in shown


def test_a_missing_secret_is_named_and_tried_again(desk, clock, hook, monkeypatch):
    use(desk)
    url = hook.url()
    monkeypatch.delenv("ALERT_HOOK")
    fail(desk, "a")
    assert turn(desk, clock)["failed"] == 1
    assert 'the secret "env:ALERT_HOOK" is not there' in deliveries(desk)[0]["note"]
    monkeypatch.setenv("ALERT_HOOK", url)
    assert turn(desk, clock, 60)["sent"] == 1


def test_a_message_without_its_secret_is_not_given_up_and_goes_soon_after_it_appears(
    desk, clock, hook, monkeypatch
):
    use(desk)
    url = hook.url()
    monkeypatch.delenv("ALERT_HOOK")
    fail(desk, "a")
    for _ in range(20):
        assert turn(desk, clock, 7_200)["failed"] == 1
    assert (deliveries(desk)[0]["state"], deliveries(desk)[0]["attempts"]) == ("failed", 0)
    monkeypatch.setenv("ALERT_HOOK", url)
    assert turn(desk, clock, 60)["sent"] == 1
    assert deliveries(desk)[0]["attempts"] == 1


def test_a_chat_gets_its_own_form(desk, clock, hook):
    use(desk, replace(RULES, webhook_secret="", form="slack"))
    fail(desk, "a", "b")
    turn(desk, clock)
    assert json.loads(hook.posted[0].body) == {
        "text": "*wireroom*\n2 feeds fail: a, b; all: 3 failures, last: 503"
    }
    assert "webhook-signature" not in hook.posted[0].fields


def test_mail_and_webhook_do_not_wait_for_each_other(desk, clock, hook, post_box):
    rules = replace(
        RULES, mail_to=("desk@example.org", "night@example.org"), smtp=f"127.0.0.1:{post_box.port}",
        smtp_tls="off",
    )  # fmt: skip
    use(desk, rules)
    hook.replies = [(500, {}, b"")]
    fail(desk, "a")
    assert turn(desk, clock) == {"alerts": 1, "sent": 1, "failed": 1}
    fail(desk, "b")
    assert turn(desk, clock, 300)["sent"] == 1
    assert [recipients for recipients, _, _ in post_box.mails] == [list(rules.mail_to)] * 2
    first = post_box.mails[0][1].decode()
    assert "Subject: [wireroom] a: 3 failures, last: 503" in first
    assert f"Message-ID: <{hook.posted[0].fields['webhook-id']}@example.org>" in first


def test_a_mail_that_is_sent_again_has_its_message_id(desk, clock, post_box):
    use(desk, AlertRules(mail_to=("a@example.org",), smtp=f"127.0.0.1:{post_box.port}", smtp_tls="off"))
    post_box.replies = {"DATA": b"451 later"}
    fail(desk, "a")
    assert turn(desk, clock)["failed"] == 1
    post_box.replies = {}
    assert turn(desk, clock, 60)["sent"] == 1
    assert f"<{deliveries(desk)[0]['alert']}@example.org>" in post_box.mails[0][1].decode()


def test_polls_that_are_behind_are_reported_once(desk, clock, monkeypatch):
    use(desk)
    due = clock() - timedelta(seconds=400)
    monkeypatch.setattr(alerts.claim_store, "oldest_due", lambda *_, **__: due)
    for uptime_s in (100, 400, 500):
        alerts.run(desk, uptime_s=uptime_s)
    with desk.db.read() as connection:
        assert len(list(event_store.iter_events(connection, kind="queue.behind"))) == 1


def test_a_storm_of_events_is_one_message(desk, clock, hook, monkeypatch):
    """More events than one transaction takes are in the same message, not in one after each pause."""
    monkeypatch.setattr(alerts, "EVENTS_AT_ONCE", 10)
    use(desk)
    fail(desk, *(f"feed-{n}" for n in range(35)))
    assert turn(desk, clock) == {"alerts": 1, "sent": 1, "failed": 0}
    assert json.loads(hook.posted[0].body)["data"]["title"] == "35 feeds fail"
    with desk.db.read() as connection:
        assert alert_store.unsent_events(connection, 1) == []
    assert turn(desk, clock, 86_400)["alerts"] == 0
