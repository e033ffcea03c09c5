"""Messages of push wait for all earlier ones about the stories that they name; receivers take turns."""

from dataclasses import replace

import pytest
from sqlalchemy import delete, func, select

from tests.flows.test_push import OTHER, RULE, desk, got, hook, servers, turn, use  # noqa: F401
from tests.flows.test_takes import BODY, PAPER, TITLE, WIRE, publish
from worker.flows import decisions, push, push_send
from worker.store import push_messages, push_receivers
from worker.store.models import PushMessage, PushMessageStory

TURNS = 20


def held(messages):
    """The stories that a receiver has which stores and deletes what it is told."""
    stories = set()
    for one in messages:
        stories.add(one["data"]["story"]["id"])
        stories -= set(one["data"].get("merged", ()))
    return stories


def add(services, *stories, receiver="cms"):
    """Messages, each about the first of its stories and naming the others."""
    rows = [
        {"receiver": receiver, "message": f"msg_{number}", "kind": "story.grew", "story_id": first,
         "named": others, "article_id": None, "title": None, "body": "{}"}
        for number, (first, *others) in enumerate(stories)
    ]  # fmt: skip
    with services.db.write() as connection:
        push_messages.add_messages(connection, rows, services.clock())


def due(services, limit=10):
    with services.db.read() as connection:
        return push_messages.find_due(connection, "cms", services.clock(), limit)


def names(messages):
    return [one.message.removeprefix("msg_") for one in messages]


def end(services, message, retry_at=None):
    state = push_messages.JobState.FAILED if retry_at else push_messages.JobState.DONE
    with services.db.write() as connection:
        push_messages.end_attempt(
            connection, message, state, services.clock(), note="ended", retry_at=retry_at
        )


def test_the_end_of_an_attempt_is_not_that_of_a_later_message_with_its_number(desk):  # noqa: F811
    """A feed is forgotten while a message that names it is sent, and the next message gets its number."""
    add(desk, (1,))
    [first] = due(desk)
    sent = replace(first, message="msg_sent")  # as each has a name of its own
    with desk.db.write() as connection:
        connection.execute(delete(PushMessage))
    add(desk, (2,), (3,))
    waiting = due(desk)
    assert not desk.db.is_sqlite or sent.id in {one.id for one in waiting}
    end(desk, sent)
    assert due(desk) == waiting


@pytest.fixture
def two(desk, turn, hook):  # noqa: F811
    use(desk, RULE)
    [first], _ = publish(desk, WIRE, "1", TITLE, BODY)
    turn()
    [second], _ = publish(desk, PAPER, "1", "Brenn closes its tram depot", OTHER)
    return first, second


def test_a_merge_waits_for_what_was_said_of_the_story_that_is_gone(desk, turn, hook, two):  # noqa: F811
    hook.replies = [(500, {}, b""), (204, {}, b"")]
    turn()
    decisions.merge(desk, *two, "anna")
    for _ in range(TURNS):
        turn(5)
    refused, accepted = got(hook)[1], [*got(hook)[:1], *got(hook)[2:]]
    assert refused["data"]["story"]["id"] == two[1]
    assert [one["data"].get("merged") for one in accepted] == [[], [], [two[1]]]
    assert held(accepted) == {two[0]}


def test_a_story_that_is_back_waits_for_the_merge_that_removed_it(desk, turn, hook, two):  # noqa: F811
    turn()
    told = len(hook.posted)
    hook.replies = [(422, {}, b""), (204, {}, b"")]
    decisions.merge(desk, *two, "anna")
    turn()
    decisions.undo(desk, None, "anna")
    for _ in range(TURNS):
        turn(5)
    assert held([*got(hook)[:told], *got(hook)[told + 1 :]]) == set(two)


def test_messages_that_share_any_story_wait_for_the_first_of_them(desk, clock):  # noqa: F811
    use(desk, RULE)
    add(desk, [1, 2], [2], [3, 2], [3], [4], [5, 1], [6, 7])
    assert names(due(desk)) == ["0", "4", "6"]
    for message in due(desk):
        end(desk, message)
    assert names(due(desk)) == ["1", "5"]
    first = due(desk)[0]
    end(desk, first, clock())
    assert names(due(desk)) == ["1", "5"]  # it failed, and goes first again
    end(desk, first)
    assert names(due(desk)) == ["2", "5"]


def test_a_message_that_is_sent_again_goes_before_those_that_name_its_story(desk):  # noqa: F811
    use(desk, RULE)
    add(desk, [2], [1, 2])
    first = due(desk)[0]
    end(desk, first)
    assert names(due(desk)) == ["1"]
    with desk.db.write() as connection:
        assert push_messages.replay(connection, desk.clock(), messages=[first.id]) == 1
    assert names(due(desk)) == ["0"]


def test_the_stories_of_a_message_go_with_it(desk, clock):  # noqa: F811
    use(desk, RULE)
    add(desk, [1, 2], [2])
    far = clock().replace(year=clock().year + 1)
    with desk.db.write() as connection:
        assert push_messages.prune_messages(connection, far, far, 10) == 2
        assert connection.scalar(select(func.count()).select_from(PushMessageStory.__table__)) == 0


def test_receivers_whose_last_turn_is_longest_ago_come_first(desk, clock, monkeypatch):  # noqa: F811
    receivers = [f"r{number}" for number in range(7)]
    use(desk, *[replace(RULE, name=name) for name in receivers])
    for name in receivers:
        add(desk, *[[story] for story in range(1, 50)], receiver=name)
    monkeypatch.setattr(push_send, "TURN_S", 0.0)  # a turn ends at once: all messages stay due
    served, tasks = [], []
    monkeypatch.setattr(push.app, "send_task", lambda _, kwargs: tasks.append(kwargs))
    for _ in range(7):
        clock.advance(2)
        tasks.clear()
        push.run(desk)
        for place, task in enumerate(tasks):  # as if the first ones took all senders
            if place < push_send.SENDERS:
                clock.advance(0.1)
                push_send.run(desk, **task)
                served.append(task["receiver"])
            else:
                with desk.db.write() as connection:
                    push_receivers.release(connection, task["receiver"], task["lease"])
    assert {served.count(name) for name in receivers} == {push_send.SENDERS}
