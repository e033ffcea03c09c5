"""Push: what happened to stories arrives at each receiver at least once, in the order of each story."""

import base64
import hashlib
import hmac
import json
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.flows.test_takes import BODY, PAPER, POST, TITLE, WIRE, publish
from tests.store.samples import add
from tests.support.receivers import hook_receiver
from worker.config.alerts import write_key
from worker.flows import decisions, heartbeats, match, push, push_send, upkeep
from worker.flows.push_send import run as send
from worker.flows.status import read_status
from worker.records import AlertRules, Config, PushKind, PushRule
from worker.store import config as config_store
from worker.store import events as event_store
from worker.store import feeds as feed_store
from worker.store import push_messages, push_notes, push_receivers

KEYS = (write_key(b"n" * 32), write_key(b"o" * 32))
TOKEN = "T0KENt0kenT0KEN"
ALL = tuple(kind.value for kind in PushKind)
LOOPBACK = ("127.0.0.0/8",)
OTHER = (
    "The council of Brenn voted 7-4 on Tuesday to close the old tram depot, which had stood empty for years."
)


@pytest.fixture(scope="module")
def servers():
    with hook_receiver() as first, hook_receiver() as second:
        yield first, second


@pytest.fixture
def hook(servers, monkeypatch):
    for server in servers:
        server.reset()
    monkeypatch.setenv("PUSH_URL", servers[0].url(f"/in/{TOKEN}"))
    monkeypatch.setenv("OTHER_URL", servers[1].url())
    monkeypatch.setenv("KEY_NEW", KEYS[0])
    monkeypatch.setenv("KEY_OLD", KEYS[1])
    return servers[0]


@pytest.fixture
def desk(services, clock, hook):
    services.clock = clock
    with services.db.write() as connection:
        feeds = [replace(WIRE, tags=("wire",)), replace(PAPER, tags=("press", "coast")), POST]
        feed_store.sync_feeds(connection, feeds, clock())
    return services


RULE = PushRule("cms", "env:PUSH_URL", ("env:KEY_NEW", "env:KEY_OLD"))


def use(services, *rules, allow_private=LOOPBACK, alerts=AlertRules()):  # noqa: B008
    config = Config(feeds=(), push=rules, allow_private=allow_private, alerts=alerts)
    with services.db.write() as connection:
        stored = config_store.service_to_json(config)
        config_store.save_config(connection, loaded_at=services.clock(), service=stored)
        push_receivers.put_receivers(connection, {rule.name: rule.events for rule in rules})


@pytest.fixture
def turn(desk, clock, monkeypatch):
    """Make messages, and send them as the workers of the queue would."""

    def run(seconds=1.0):
        clock.advance(seconds)
        tasks = []
        monkeypatch.setattr(push.app, "send_task", lambda name, kwargs: tasks.append((name, kwargs)))
        push.run(desk)
        assert {name for name, _ in tasks} <= {"push.send"}
        return {kwargs["receiver"]: send(desk, **kwargs) for _, kwargs in tasks}

    return run


def got(receiver):
    return [json.loads(one.body) for one in receiver.posted]


def kinds(receiver):
    return [one["type"] for one in got(receiver)]


def log_of(services, **wanted):
    with services.db.read() as connection:
        return list(push_messages.list_messages(connection, **wanted))


def test_a_story_is_reported_when_it_is_new_and_when_it_grows(desk, turn, hook):
    use(desk, RULE)
    [first], _ = publish(desk, WIRE, "1", TITLE, BODY)
    turn()
    [second], _ = publish(desk, PAPER, "1", TITLE, BODY)
    turn()
    assert kinds(hook) == ["story.new", "story.grew"]
    new, grew = (one["data"] for one in got(hook))
    assert (new["story"]["id"], new["story"]["copies"], new["story"]["agencies"]) == (first, 1, ["Yonhap"])
    assert new["story"]["title"] == TITLE
    assert (grew["story"]["copies"], grew["joined"], grew["merged"]) == (2, [second], [])
    assert [(one["id"], one["feed"], one["role"]) for one in grew["story"]["articles"]] == [
        (first, "wire", "lead"), (second, "paper", "copy")
    ]  # fmt: skip
    assert grew["story"]["tags"] == ["coast", "press", "wire"]
    turn(60)
    assert len(hook.posted) == 2


def test_an_article_and_its_correction_in_one_poll_are_a_new_story_and_a_correction_of_it(desk, turn, hook):
    """Feeds show the latest entry first. The first message does not say what the second one corrects."""
    use(desk, RULE)
    entries = (("2", f"CORRECTED-{TITLE}, 46 ships wait"), ("1", f"{TITLE}, 47 ships wait"))
    new = [publish(desk, WIRE, *entry, BODY, is_matched=False)[0][0] for entry in entries]
    match.run(desk, new)
    turn()
    assert kinds(hook) == ["story.new", "story.corrected"]
    said = [one["data"] for one in got(hook)]
    assert {(one["story"]["title"], one["story"]["mark"]) for one in said} == {(entries[0][1], "corrected")}
    assert (said[1]["notice"]["title_before"], said[1]["notice"]["title"]) == (entries[1][1], entries[0][1])


def test_a_headline_that_is_edited_in_a_withdrawn_story_is_reported(desk, clock, turn, hook):
    """Its outlet runs the text again as a new entry; only an editor can end the withdrawal then."""
    use(desk, RULE)
    titles = [f"{TITLE}, {ships} ships wait" for ships in (46, 47, 48)]
    for key, title in (
        ("1", titles[0]),
        ("1", f"WITHDRAWN: {titles[0]}"),
        ("2", titles[1]),
        ("2", titles[2]),
    ):
        publish(desk, WIRE, key, title, BODY, at=clock())
        turn()
        turn(push_notes.SETTLING_S)
    assert kinds(hook) == ["story.new", "story.withdrawn", "story.grew", "story.changed"]
    stories = [one["data"]["story"] for one in got(hook)]
    assert [one["title"] for one in stories[2:]] == titles[1:]
    assert {one["mark"] for one in stories[1:]} == {"withdrawn"}


def test_the_mark_of_a_further_article_of_a_withdrawn_story_is_not_a_change(desk, clock, turn, hook):
    """Neither is an earlier article that leads again."""
    use(desk, RULE)
    correction, mark = f"CORRECTED-{TITLE}", "WITHDRAWN: "
    steps = [
        ("1", TITLE),
        ("2", correction),
        ("3", mark + TITLE),
        ("2", mark + correction),
        ("1", mark + TITLE),
    ]
    for key, title in steps:
        publish(desk, WIRE, key, title, BODY if key != "3" else "We withdraw this report.", at=clock())
        turn()
        turn(push_notes.SETTLING_S)
    assert kinds(hook) == ["story.new", "story.corrected", "story.withdrawn"]


def test_every_message_is_signed_with_each_key(desk, turn, hook):
    """Verified as the specification says, without this project's own code."""
    use(desk, RULE)
    publish(desk, WIRE, "1", TITLE, BODY)
    turn()
    [posted] = hook.posted
    fields = posted.fields
    signed = b".".join([fields["webhook-id"].encode(), fields["webhook-timestamp"].encode(), posted.body])
    for key, found in zip(KEYS, fields["webhook-signature"].split(" "), strict=True):
        version, _, mac = found.partition(",")
        secret = base64.b64decode(key.removeprefix("whsec_"))
        assert version == "v1"
        assert base64.b64decode(mac) == hmac.new(secret, signed, hashlib.sha256).digest()
    assert abs(int(fields["webhook-timestamp"]) - desk.clock().timestamp()) < 5
    assert fields["content-type"] == "application/json"


def test_an_article_is_reported_with_its_story_and_before_it(desk, turn, hook):
    use(desk, replace(RULE, events=ALL))
    publish(desk, WIRE, "1", TITLE, BODY)
    [copy], _ = publish(desk, PAPER, "1", TITLE, BODY)
    turn()
    assert kinds(hook)[-2:] == ["article.new", "story.grew"]
    article = got(hook)[-2]["data"]["article"]
    assert (article["id"], article["role"], article["text"]) == (copy, "copy", BODY)
    assert article["story"] != copy


def test_an_article_that_is_not_compared_yet_waits(desk, turn, hook, clock):
    use(desk, replace(RULE, events=("article.new",)))
    with desk.db.write() as connection:
        [article] = add(connection, "wire", "x", now=clock(), matched=False)
        push_notes.note_articles(connection, clock(), [article], ())
    turn()
    assert hook.posted == []
    turn(push_notes.UNMATCHED_S + 1)
    assert kinds(hook) == ["article.new"]


def test_what_editors_merge_and_take_apart_is_reported(desk, turn, hook):
    use(desk, RULE)
    [first], _ = publish(desk, WIRE, "1", TITLE, BODY)
    [second], _ = publish(desk, PAPER, "1", "Brenn closes its tram depot", OTHER)
    turn()
    decisions.merge(desk, first, second, "anna")
    turn(60)
    decisions.undo(desk, None, "anna")
    turn(60)
    told = [(one["type"], one["data"]["story"]["id"]) for one in got(hook)]
    assert sorted(told[:2]) == [("story.new", first), ("story.new", second)]  # of two stories, in any order
    assert told[2:] == [("story.grew", first), ("story.new", second)]
    grew, again = (one["data"] for one in got(hook)[2:])
    assert (grew["merged"], grew["story"]["copies"]) == ([second], 2)
    assert (again["split_from"], again["story"]["copies"]) == (first, 1)


def test_corrections_and_withdrawals_are_reported(desk, turn, hook):
    use(desk, RULE)
    publish(desk, WIRE, "1", TITLE, BODY)
    publish(desk, PAPER, "1", TITLE, BODY)
    turn()
    publish(desk, WIRE, "2", f"CORRECTED-{TITLE}", BODY, minutes=10)
    turn()
    publish(desk, WIRE, "3", f"STORY WITHDRAWN: {TITLE}", BODY, minutes=20)
    turn()
    told = [(one["type"], one["data"]["story"]["mark"]) for one in got(hook)]
    assert ("story.corrected", "corrected") in told
    assert ("story.withdrawn", "withdrawn") in told
    assert told.index(("story.corrected", "corrected")) < told.index(("story.withdrawn", "withdrawn"))


def test_the_correction_of_a_text_without_copies_is_reported(desk, turn, hook):
    use(desk, RULE)
    publish(desk, PAPER, "1", TITLE, BODY)
    turn()
    publish(desk, PAPER, "1", f"CORRECTED: {TITLE}", BODY)
    turn()
    told = [(one["type"], one["data"]["story"]["mark"]) for one in got(hook) if "story" in one["data"]]
    assert told.count(("story.corrected", "corrected")) == 1


def test_a_story_that_begins_with_a_correction_is_new_before_it_is_corrected(desk, turn, hook):
    use(desk, RULE)
    publish(desk, PAPER, "1", f"CORRECTED: {TITLE}", BODY)
    turn()
    assert kinds(hook) == ["story.new", "story.corrected"]


def test_a_correction_by_a_new_entry_is_one_message(desk, turn, hook):
    """The copy that joins is what the message of the correction is about."""
    use(desk, RULE, replace(RULE, name="counter", url="env:OTHER_URL", events=("story.grew",)))
    publish(desk, PAPER, "1", TITLE, BODY)
    turn()
    [second], _ = publish(desk, PAPER, "2", f"CORRECTED: {TITLE}", BODY, minutes=10)
    turn()
    assert kinds(hook) == ["story.new", "story.corrected"]
    said = got(hook)[-1]["data"]
    assert (said["story"]["lead"], said["story"]["copies"], said.keys()) == (second, 2, {"story", "notice"})
    [row] = log_of(desk, receiver="counter")
    assert row["kind"] == "story.grew", "who gets no corrections is told of the copy"


def test_a_copy_that_comes_with_a_correction_is_a_message_of_its_own(desk, turn, hook):
    use(desk, RULE)
    publish(desk, PAPER, "1", TITLE, BODY)
    turn()
    [second], _ = publish(desk, PAPER, "2", f"CORRECTED: {TITLE}", BODY, minutes=10, is_matched=False)
    [copy], _ = publish(desk, POST, "1", TITLE, BODY, minutes=12, is_matched=False)
    match.run(desk, [second, copy])
    turn()
    assert kinds(hook) == ["story.new", "story.grew", "story.corrected"]
    assert got(hook)[1]["data"]["joined"] == [second, copy]


def test_copies_that_join_at_once_are_one_message(desk, turn, hook):
    use(desk, RULE)
    publish(desk, PAPER, "1", TITLE, BODY)
    turn()
    joined = [publish(desk, feed, "2", TITLE, BODY, minutes=5)[0][0] for feed in (WIRE, POST)]
    turn()
    assert kinds(hook) == ["story.new", "story.grew"]
    grew = got(hook)[1]["data"]
    assert (grew["joined"], grew["merged"], grew["story"]["copies"]) == (joined, [], 3)


def test_a_notice_of_a_withdrawal_that_is_taken_out_of_its_story_is_no_new_story(desk, turn, hook):
    use(desk, RULE)
    [first], _ = publish(desk, PAPER, "1", TITLE, BODY)
    turn()
    [notice], _ = publish(desk, PAPER, "2", f"WITHDRAWN: {TITLE}", BODY, minutes=10)
    turn()
    decisions.detach(desk, notice, "anna")
    turn(push_notes.SETTLING_S + 1)
    told = [(one["type"], one["data"]["story"]["id"]) for one in got(hook)]
    assert told == [(kind, first) for kind in ("story.new", "story.withdrawn", "story.changed")]
    publish(desk, PAPER, "2", TITLE, BODY, minutes=10)  # a text after all
    turn()
    assert {one["data"]["story"]["id"] for one in got(hook)} == {first, notice}


def test_a_change_waits_for_no_notice_of_another_outlets_copy(desk, turn, hook, clock):
    use(desk, RULE)
    publish(desk, PAPER, "1", TITLE, BODY)
    publish(desk, POST, "1", TITLE, BODY, minutes=10)
    turn()
    for number in range(5):  # the last two would wait
        clock.advance(60)
        publish(
            desk, POST, "1", f"CORRECTED: {TITLE}", f"{BODY} There were {number}.", minutes=10, at=clock()
        )
    publish(desk, PAPER, "1", "Storm closes the harbor", BODY)
    turn(push_notes.SETTLING_S + 1)
    assert [one["data"]["story"]["title"] for one in got(hook)[2:]] == ["Storm closes the harbor"]


def test_another_lead_is_reported_once_if_nothing_else_is(desk, turn, hook):
    use(desk, RULE)
    [first], _ = publish(desk, PAPER, "1", TITLE, BODY)
    [second], _ = publish(desk, POST, "1", f"{TITLE}, officials say", BODY, minutes=10)
    turn()
    publish(desk, PAPER, "1", TITLE, BODY[: len(BODY) // 3])
    turn()
    assert "story.changed" not in kinds(hook)  # it waits for further changes
    turn(push_notes.SETTLING_S)
    turn(push_notes.CHANGE_PAUSE_S)
    changes = [one["data"] for one in got(hook) if one["type"] == "story.changed"]
    assert [(one["story"]["id"], one["story"]["lead"], one["story"]["title"]) for one in changes] == [
        (first, second, f"{TITLE}, officials say")
    ]


def test_the_headlines_of_a_lead_are_reported_with_pauses_and_a_return_is_not(desk, turn, hook):
    use(desk, RULE)
    publish(desk, PAPER, "1", TITLE, BODY)
    turn()
    for headline in ("Storm closes port", "Storm closes harbor", "Storm closes the harbor"):
        publish(desk, PAPER, "1", headline, BODY)
        turn(push_notes.SETTLING_S + 1)
    turn(push_notes.CHANGE_PAUSE_S)
    publish(desk, PAPER, "1", TITLE, BODY)
    publish(desk, PAPER, "1", "Storm closes the harbor", BODY)
    turn(push_notes.CHANGE_PAUSE_S)
    told = [one["data"]["story"]["title"] for one in got(hook) if one["type"] == "story.changed"]
    assert told == ["Storm closes port", "Storm closes the harbor"]


def test_a_mark_that_goes_with_its_article_is_reported(desk, turn, hook):
    use(desk, RULE)
    [first], _ = publish(desk, PAPER, "1", TITLE, BODY)
    [notice], _ = publish(desk, PAPER, "2", f"WITHDRAWN: {TITLE}", BODY, minutes=10)
    turn()
    decisions.detach(desk, notice, "anna")
    turn(push_notes.SETTLING_S + 1)
    [told] = [one["data"] for one in got(hook) if one["type"] == "story.changed"]
    assert (told["story"]["id"], told["story"]["mark"]) == (first, "")
    with desk.db.read() as connection:
        events = [row["message"] for row in event_store.iter_events(connection, kind="story.unmarked")]
    assert events == [
        f"story {first} is not marked withdrawn any longer: no article of its publisher says so"
    ]


@pytest.mark.parametrize("mark", ["withdrawn", "corrected"])
def test_a_chat_says_that_a_mark_went_with_its_article(desk, turn, mark):
    use(desk, replace(RULE, name="chat", url="env:OTHER_URL", secrets=(), form="slack"))
    publish(desk, PAPER, "1", TITLE, BODY)
    [notice], _ = publish(desk, PAPER, "2", f"{mark.upper()}: {TITLE}", BODY, minutes=10)
    turn()
    decisions.detach(desk, notice, "anna")
    turn(push_notes.SETTLING_S + 1)
    publish(desk, PAPER, "1", "Storm closes the harbor", BODY)
    turn(push_notes.CHANGE_PAUSE_S)
    lost = f"Not marked {mark} any longer: no article of its publisher says so"
    texts = [
        chat_text(desk, row["id"]) for row in log_of(desk, receiver="chat") if row["kind"] == "story.changed"
    ]
    assert [lost in text.splitlines() for text in texts] == [False, True], "once; the latest is first"


def test_a_chat_says_of_what_its_publisher_runs_again_only_that(desk, turn):
    use(desk, replace(RULE, name="chat", url="env:OTHER_URL", secrets=(), form="slack"))
    publish(desk, PAPER, "1", TITLE, BODY)
    publish(desk, PAPER, "1", f"WITHDRAWN: {TITLE}", BODY)
    turn()
    publish(desk, PAPER, "1", TITLE, BODY)
    publish(desk, POST, "1", TITLE, BODY, minutes=20)
    turn()
    texts = [chat_text(desk, row["id"]) for row in log_of(desk, receiver="chat")]
    assert any(text.startswith("*Run again after its withdrawal by paper*") for text in texts)
    assert not any("any longer" in text for text in texts)


@pytest.mark.parametrize(("mark", "told"), [("", []), ("WITHDRAWN: ", [""])])
def test_of_a_lead_that_is_deleted_only_its_mark_is_reported(desk, turn, hook, mark, told):
    use(desk, RULE)
    publish(desk, PAPER, "1", TITLE, BODY)
    publish(desk, POST, "1", TITLE, BODY, minutes=10)
    publish(desk, PAPER, "1", f"{mark}{TITLE}", BODY)
    turn(push_notes.SETTLING_S + 1)
    upkeep.purge_feed(desk, "paper")
    turn(push_notes.SETTLING_S + 1)
    found = [one["data"]["story"] for one in got(hook) if one["type"] == "story.changed"]
    assert [story["mark"] for story in found] == told


def test_a_correction_names_article_feed_headlines_and_note(desk, turn, hook):
    """The article is not the lead of its story, which is the agency's first take."""
    use(desk, RULE, replace(RULE, name="chat", url="env:OTHER_URL", secrets=(), form="slack"))
    publish(desk, WIRE, "1", TITLE, BODY)
    [second], _ = publish(desk, WIRE, "2", TITLE, BODY, minutes=10)
    turn()
    note = "Correction: An earlier version misstated the <number> of ships."
    publish(desk, WIRE, "2", f"{TITLE} today", f"{BODY}\n\n{note}", minutes=10)
    turn()
    last = got(hook)[-1]
    notice = last["data"]["notice"]
    assert (last["type"], notice["article"], notice["feed"]) == ("story.corrected", second, "wire")
    assert (notice["kind"], notice["known_from"], notice["note"]) == ("corrected", "text", note)
    assert (notice["title_before"], notice["title"], notice["untold_before"]) == (TITLE, f"{TITLE} today", 0)
    assert datetime.fromisoformat(notice["at"]).tzinfo is not None
    [logged] = [row for row in log_of(desk, receiver="chat") if row["kind"] == "story.corrected"]
    assert logged["article"] == second
    with desk.db.read() as connection:
        body = push_messages.read_body(connection, logged["id"])
    lines = json.loads(body)["text"].splitlines()
    assert lines[:4] == [
        "*Corrected by wire* · Yonhap", f"{TITLE} today", f"Before: {TITLE}",
        note.replace("<number>", "&lt;number&gt;"),
    ]  # fmt: skip
    assert lines[4].startswith("<https://")


def chat_text(services, message):
    with services.db.read() as connection:
        return json.loads(push_messages.read_body(connection, message))["text"]


def test_a_chat_says_of_a_withdrawn_story_that_another_article_leads_that_it_is_withdrawn(desk, turn):
    use(desk, replace(RULE, name="chat", url="env:OTHER_URL", secrets=(), form="slack"))
    publish(desk, PAPER, "1", TITLE, BODY)
    publish(desk, PAPER, "2", f"WITHDRAWN: {TITLE}", BODY, minutes=5)
    publish(desk, WIRE, "1", TITLE, BODY, minutes=10)
    publish(desk, PAPER, "1", f"WITHDRAWN: {TITLE}", BODY)
    turn()
    with desk.db.read() as connection:
        bodies = [push_messages.read_body(connection, row["id"]) for row in log_of(desk, receiver="chat")]
    lines = [json.loads(body)["text"].splitlines()[1] for body in bodies]
    assert lines
    assert f"WITHDRAWN: {TITLE}" in lines
    assert not any(line.count("WITHDRAWN") > 1 for line in lines)


def test_a_text_that_is_run_again_after_its_withdrawal_is_reported(desk, turn, hook):
    use(desk, RULE)
    publish(desk, PAPER, "1", TITLE, BODY)
    publish(desk, PAPER, "1", f"Withdrawn: {TITLE}", BODY)
    turn()
    publish(desk, PAPER, "1", TITLE, BODY)
    turn()
    assert kinds(hook) == ["story.new", "story.withdrawn", "story.restored"]
    assert got(hook)[-1]["data"]["story"]["mark"] == "restored"


@pytest.mark.parametrize(
    ("wanted", "count"),
    [({"tags": ("wire",)}, 1), ({"tags": ("coast", "wire")}, 1), ({"tags": ("none",)}, 0),
     ({"agencies": ("Yonhap News Agency",)}, 1), ({"agencies": ("Reuters",)}, 0),
     ({"tags": ("wire",), "agencies": ("Reuters",)}, 0), ({"events": ("story.grew",)}, 0)],
)  # fmt: skip
def test_a_receiver_gets_what_it_selects(desk, turn, hook, wanted, count):
    use(desk, replace(RULE, **wanted))
    publish(desk, WIRE, "1", TITLE, BODY)
    turn()
    assert len(hook.posted) == count


def test_nothing_is_noted_without_a_receiver(desk, turn, hook):
    use(desk)
    publish(desk, WIRE, "1", TITLE, BODY)
    with desk.db.read() as connection:
        assert not push_notes.has_notes(connection, desk.clock())
    use(desk, RULE)
    publish(desk, PAPER, "1", TITLE, BODY)  # the story is new to all receivers
    turn()
    assert kinds(hook) == ["story.new"]


def test_a_story_waits_for_its_failed_message_and_no_other_story_does(desk, turn, hook):
    """The receiver refuses one message: those behind it come after it, and others meanwhile."""
    use(desk, RULE)
    publish(desk, WIRE, "1", TITLE, BODY)
    hook.replies = [(422, {}, b"no"), (204, {}, b"")]
    turn()
    publish(desk, PAPER, "1", TITLE, BODY)
    publish(desk, POST, "1", "Brenn closes its tram depot", OTHER)
    turn()
    story = got(hook)[0]["data"]["story"]["id"]
    assert [one["data"]["story"]["id"] == story for one in got(hook)] == [True, False]
    turn(15)
    mine = [one["type"] for one in got(hook) if one["data"]["story"]["id"] == story]
    assert mine == ["story.new", "story.new", "story.grew"]
    ids = [one.fields["webhook-id"] for one in hook.posted]
    assert len(set(ids)) == 3
    assert ids[0] == ids[2]


def test_random_failures_keep_the_order_of_each_story(desk, turn, hook):
    """Nine stories of two messages each, and a receiver that refuses half of all requests."""
    use(desk, RULE)
    desk.rng.seed(7)
    for number in range(9):
        for feed in (WIRE, PAPER):
            publish(desk, feed, f"{number}", f"Depot {number} closes", story_text(number))
            push._make_all(desk, Config(feeds=(), push=(RULE,)))
    hook.replies = [(desk.rng.choice([204, 204, 422, 500]), {}, b"") for _ in range(60)] + [(204, {}, b"")]
    replies = list(hook.replies)
    for _ in range(60):
        turn(400)
    rows = log_of(desk)
    assert (len(rows), {row["state"] for row in rows}) == (18, {"done"})
    place = {row["message"]: row["id"] for row in rows}
    stories = {row["message"]: row["story"] for row in rows}
    accepted = [
        posted.fields["webhook-id"]
        for posted, (status, _, _) in zip(hook.posted, replies + [(204, {}, b"")] * 99, strict=False)
        if status == 204
    ]
    assert sorted(accepted) == sorted(place), "each message was accepted exactly once"
    for story in set(stories.values()):
        sent = [
            place[p.fields["webhook-id"]] for p in hook.posted if stories[p.fields["webhook-id"]] == story
        ]
        assert sent == sorted(sent), "no message of a story was sent before an earlier one was accepted"


def story_text(number):
    """Texts of which no two are alike."""
    words = [hashlib.sha256(f"{number} {place}".encode()).hexdigest()[:7] for place in range(60)]
    return " ".join(word.translate(str.maketrans("0123456789", "ghijklmnop")) for word in words) + "."


def test_a_sender_that_dies_after_sending_sends_again_with_the_same_id(desk, turn, hook, clock, monkeypatch):
    use(desk, RULE)
    publish(desk, WIRE, "1", TITLE, BODY)
    end_attempt = push_messages.end_attempt

    def die(*_args, **_kwargs):
        raise KeyboardInterrupt  # nothing is stored

    monkeypatch.setattr(push_messages, "end_attempt", die)
    with pytest.raises(KeyboardInterrupt):
        turn()
    monkeypatch.setattr(push_messages, "end_attempt", end_attempt)
    turn(push.LEASE_S + 1)
    assert len({one.fields["webhook-id"] for one in hook.posted}) == 1
    assert len({one.body for one in hook.posted}) == 1
    assert len(hook.posted) == 2
    assert [row["state"] for row in log_of(desk)] == ["done"]


def test_a_receiver_that_is_down_is_tried_at_growing_intervals(desk, turn, hook):
    use(desk, RULE)
    for number in range(5):
        publish(desk, WIRE, f"{number}", f"Depot {number}", story_text(number))
    hook.replies = [(503, {}, b"")]
    turn()
    assert len(hook.posted) == push_send.AT_ONCE
    turn(1)
    assert len(hook.posted) == push_send.AT_ONCE
    for _ in range(20):
        turn(60)
    assert 4 <= len(hook.posted) - push_send.AT_ONCE <= 9
    needs = read_status(desk.settings)["needs"]
    assert any(need.startswith("push to cms does not work: 503 from 127.0.0.1; see") for need in needs)
    hook.replies = [(204, {}, b"")]
    turn(1000)
    turn(86_400)
    assert {row["state"] for row in log_of(desk)} == {"done"}
    assert not any("push to" in need for need in read_status(desk.settings)["needs"])


def test_a_retry_after_is_obeyed(desk, turn, hook):
    use(desk, RULE)
    hook.replies = [(429, {"Retry-After": "600"}, b""), (204, {}, b"")]
    publish(desk, WIRE, "1", TITLE, BODY)
    turn()
    turn(500)
    assert len(hook.posted) == 1
    turn(200)
    assert len(hook.posted) == 2


def test_a_410_pauses_the_receiver_until_it_is_resumed(desk, turn, hook, servers):
    use(desk, RULE, replace(RULE, name="other", url="env:OTHER_URL"))
    hook.replies = [(410, {}, b"")]
    publish(desk, WIRE, "1", TITLE, BODY)
    turn()
    publish(desk, PAPER, "1", TITLE, BODY)
    turn(86_400)
    assert len(hook.posted) == 1
    assert {row["state"] for row in log_of(desk, receiver="cms")} == {"failed", "pending"}
    assert kinds(servers[1]) == ["story.new", "story.grew"]
    needs = read_status(desk.settings)["needs"]
    assert any(need.startswith("push to cms is paused: 410") for need in needs)
    with desk.db.read() as connection:
        [event] = event_store.iter_events(connection, kind="push.paused")
    assert "`wireroom push resume cms`" in event["message"]
    hook.replies = [(204, {}, b"")]
    with desk.db.write() as connection:
        assert push_receivers.resume(connection, "cms", desk.clock())
    turn()
    assert kinds(hook) == ["story.new", "story.new", "story.grew"]


def test_messages_of_several_stories_that_get_a_410_pause_once(desk, turn, hook):
    use(desk, RULE)
    hook.replies = [(503, {}, b""), (410, {}, b"")]
    for number in range(3):
        publish(desk, WIRE, f"{number}", f"Depot {number}", story_text(number))
    turn()
    turn(86_400)
    with desk.db.read() as connection:
        assert len(list(event_store.iter_events(connection, kind="push.paused"))) == 1
        [state] = push_receivers.read_states(connection)
    assert state.paused_at is not None
    assert {row["state"] for row in log_of(desk)} == {"failed"}


def test_several_stories_are_sent_at_the_same_time(desk, turn, hook):
    use(desk, RULE)
    for number in range(push_send.AT_ONCE):
        publish(desk, WIRE, f"{number}", f"Depot {number}", story_text(number))
    hook.hangs = threading.Event()
    released = threading.Thread(target=release_when, args=(hook, push_send.AT_ONCE))
    released.start()
    assert turn()["cms"]["sent"] == push_send.AT_ONCE
    released.join(30)


def release_when(hook, count):
    """Let the receiver respond when this many requests wait for it."""
    end = time.monotonic() + 8
    while len(hook.posted) < count and time.monotonic() < end:
        time.sleep(0.01)
    if len(hook.posted) == count:
        hook.hangs.set()


def test_dead_letters_are_kept_and_replayed(desk, turn, hook):
    use(desk, RULE)
    hook.replies = [(422, {}, b"")]
    publish(desk, WIRE, "1", TITLE, BODY)
    for _ in range(20):
        turn(8 * 3600)
    [row] = log_of(desk)
    assert (row["state"], row["attempts"], row["note"]) == (
        "dead",
        push_send.DELIVERY.attempts,
        "422 from 127.0.0.1",
    )
    with desk.db.read() as connection:
        [event] = event_store.iter_events(connection, kind="push.dead")
    assert row["message"] in event["message"]
    publish(desk, PAPER, "1", TITLE, BODY)
    hook.replies = [(204, {}, b"")]
    with desk.db.write() as connection:
        assert push_messages.replay(connection, desk.clock()) == 1
    turn()
    assert kinds(hook)[-2:] == ["story.new", "story.grew"]
    assert hook.posted[-2].fields["webhook-id"] == row["message"]


def test_a_receiver_that_hangs_holds_up_no_other(desk, turn, hook, servers, monkeypatch):
    monkeypatch.setattr("worker.fetch.webhook.TIMEOUT_S", 0.5)
    use(desk, RULE, replace(RULE, name="other", url="env:OTHER_URL"))
    hook.hangs = threading.Event()
    publish(desk, WIRE, "1", TITLE, BODY)
    started = time.monotonic()
    results = turn()
    assert time.monotonic() - started < 5
    hook.hangs.set()
    assert results["cms"]["failed"] == 1
    assert results["other"]["sent"] == 1
    rows = {row["receiver"]: row for row in log_of(desk)}
    assert "0.5 s" in rows["cms"]["note"] or "deadline" in rows["cms"]["note"], rows["cms"]["note"]


def test_senders_of_a_process_are_few(desk, turn, hook):
    use(desk, RULE)
    publish(desk, WIRE, "1", TITLE, BODY)
    for _ in range(push_send.SENDERS):
        push_send._slots.acquire()
    try:
        assert turn()["cms"]["outcome"] == "later"
    finally:
        push_send._slots.release(push_send.SENDERS)
    assert turn()["cms"]["sent"] == 1


def test_a_large_answer_and_a_redirect_harm_nothing(desk, turn, hook):
    use(desk, RULE)
    hook.replies = [(302, {"Location": "http://169.254.169.254/latest/"}, b""), (200, {}, b"x" * 10_000_000)]
    publish(desk, WIRE, "1", TITLE, BODY)
    turn()
    assert log_of(desk)[0]["note"] == "302: redirects are not followed"
    turn(60)
    assert log_of(desk)[0]["state"] == "done"
    assert hook.sent_bytes < 8_000_000


def test_a_private_receiver_is_refused_unless_it_is_allowed(desk, turn, hook):
    use(desk, RULE, allow_private=())
    publish(desk, WIRE, "1", TITLE, BODY)
    turn()
    assert hook.posted == []
    assert "is loopback" in log_of(desk)[0]["note"]


def test_a_chat_gets_two_lines_and_nobody_is_mentioned(desk, turn, hook):
    use(desk, replace(RULE, form="slack", secrets=()))
    publish(desk, WIRE, "1", "<!channel> @all & more", BODY)
    turn()
    text = got(hook)[0]["text"]
    assert text.splitlines()[0] == "*New story* · Yonhap"
    assert text.splitlines()[1] == "&lt;!channel&gt; @\u200ball &amp; more"
    assert text.splitlines()[2].startswith("<https://")
    assert "webhook-signature" not in hook.posted[0].fields


def test_no_secret_is_in_a_row_or_a_log(desk, turn, hook, capsys, caplog):
    use(desk, replace(RULE, secrets=("env:PUSH_URL",)))  # not a key
    caplog.set_level("DEBUG")
    publish(desk, WIRE, "1", f"{TITLE} {TOKEN}", BODY)
    results = [turn(), turn(600)]
    use(desk, RULE)
    hook.replies = [(500, {}, TOKEN.encode())]
    results.append(turn(3600))
    shown = repr([results, log_of(desk), caplog.text, capsys.readouterr()])
    assert TOKEN not in shown
    assert KEYS[0][6:] not in shown


def test_a_receiver_that_the_config_drops_gets_nothing(desk, turn, hook):
    use(desk, RULE)
    hook.replies = [(500, {}, b"")]
    publish(desk, WIRE, "1", TITLE, BODY)
    turn()
    use(desk)
    turn(86_400)
    assert len(hook.posted) == 1


def test_old_messages_are_pruned(desk, turn, hook, clock):
    use(desk, RULE)
    publish(desk, WIRE, "1", TITLE, BODY)
    turn()
    far = datetime(2030, 1, 1, tzinfo=UTC)
    with desk.db.write() as connection:
        assert push_messages.prune_messages(connection, clock(), clock(), 10) == 0
        assert push_messages.prune_messages(connection, far, far, 10) == 1


def test_status_says_which_secret_a_receiver_and_the_alerts_lack(desk, turn, monkeypatch):
    """Before the first message, and in one line after failed attempts, too."""
    rules = AlertRules(webhook="env:ALERT_HOOK_NOT_SET")
    use(desk, RULE, alerts=rules)
    monkeypatch.delenv("PUSH_URL")
    heartbeats.send_heartbeat(desk, f"control@{desk.machine}", 1, ["control"])
    turn()
    lacking = [need for need in read_status(desk.settings)["needs"] if '"env:' in need]
    assert lacking[0].startswith('push to cms is not sent: the secret "env:PUSH_URL" is not there')
    assert lacking[1].startswith("alerts are not delivered by webhook: the secret")
    turn()
    with desk.db.read() as connection:  # an event each, however often it is reported
        [event] = event_store.iter_events(connection, kind="push.held")
        assert len(list(event_store.iter_events(connection, kind="alert.held"))) == 1
    assert event["message"] == lacking[0]
    assert read_status(desk.settings)["recent_events"] == []  # the need says it while it lasts
    publish(desk, WIRE, "1", TITLE, BODY)
    for _ in range(4):
        turn(7200)
    about = [need for need in read_status(desk.settings)["needs"] if "push to cms" in need]
    assert len(about) == 1


@pytest.mark.parametrize(
    ("variable", "value"), [("KEY_NEW", "whsec_c2hvcnQ="), ("PUSH_URL", "cms.example"), ("PUSH_URL", "")]
)
def test_a_secret_of_any_fault_holds_a_message_and_counts_no_attempt(
    desk, turn, hook, monkeypatch, *, variable, value
):
    """One that is there and wrong is treated like one that is missing."""
    use(desk, RULE)
    good = {"KEY_NEW": KEYS[0], "PUSH_URL": hook.url(f"/in/{TOKEN}")}[variable]
    monkeypatch.setenv(variable, value)
    publish(desk, WIRE, "1", TITLE, BODY)
    for _ in range(20):
        turn(7_200)
    [row] = log_of(desk)
    assert (row["state"], row["attempts"]) == ("failed", 0)
    assert row["note"].startswith(f'the secret "env:{variable}" ')
    monkeypatch.setenv(variable, good)
    turn(61)
    assert [row["state"] for row in log_of(desk)] == ["done"]


def test_a_message_without_its_secret_is_not_given_up_and_goes_soon_after_it_appears(
    desk, turn, hook, monkeypatch
):
    """Attempts that send nothing lengthen no pause, neither that of the message nor that of its receiver."""
    use(desk, RULE)
    url = hook.url(f"/in/{TOKEN}")
    monkeypatch.delenv("PUSH_URL")
    publish(desk, WIRE, "1", TITLE, BODY)
    for _ in range(20):
        turn(7_200)
    assert {(row["state"], row["attempts"]) for row in log_of(desk)} == {("failed", 0)}
    monkeypatch.setenv("PUSH_URL", url)
    hook.replies = [(503, {}, b"")]
    turn(61)
    hook.replies = [(204, {}, b"")]
    turn(15)
    assert {(row["state"], row["attempts"]) for row in log_of(desk)} == {("done", 2)}
