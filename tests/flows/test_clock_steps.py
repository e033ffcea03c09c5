"""What is under way while the clock is set has waits as long as planned."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.fetch.conftest import reply
from tests.flows import edited_pages, test_alerts, test_push
from tests.support.bad_pages import PAGE, TEXT
from tests.support.receivers import HookReceiver, hook_receiver
from tests.support.scripted import configure, document, meanwhile, poll_one
from worker.config.alerts import write_key
from worker.flows import alerts, push, push_send
from worker.flows.services import Services
from worker.records import AlertRules, JobState, PushRule
from worker.store import clock_state
from worker.store import feeds as feed_store
from worker.store.clock import DatabaseClock
from worker.store.models import Delivery, Feed, Host, Job, PushMessage, PushReceiver


@pytest.fixture(params=[-3600.0, 3600.0])
def step_s(request):
    return request.param


@pytest.fixture
def set_clock(services: Services, monkeypatch: pytest.MonkeyPatch, step_s: float) -> Callable[[], None]:
    """Sets the clock that the installation goes by, which a control notices at once; this process later."""
    ahead_s = [0.0]

    def wall_clock(*_: object) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=ahead_s[0])

    def steady() -> float:
        return 1000.0

    def set_clock() -> None:
        ahead_s[0] += step_s
        assert control.keep() == pytest.approx(step_s, abs=60.0)

    monkeypatch.setattr(clock_state, "read_server_time", wall_clock)
    control, services.clock = (DatabaseClock(lambda: services.db, wall_clock, steady, "boot") for _ in "12")
    control.keep()
    return set_clock


def test_a_feed_is_polled_again_after_its_interval(services, origin, set_clock, monkeypatch):
    configure(services, origin, "harbour")
    origin.answer(document("1"), b"/harbour.xml")
    assert poll_one(services, "harbour").new == 1
    read_feed = services.parse_pool.read_feed

    def read_while_the_clock_is_set(*args, **options):
        set_clock()
        return read_feed(*args, **options)

    monkeypatch.setattr(services.parse_pool, "read_feed", read_while_the_clock_is_set)
    due_at = poll_one(services, "harbour").next_due_at
    assert due_at is not None
    assert timedelta(seconds=500) < due_at - services.clock() < timedelta(seconds=600 + 110)
    with services.db.read() as connection:
        last_new_at = connection.scalar(select(Feed.last_new_at))
    assert last_new_at is not None
    assert last_new_at <= services.clock() + timedelta(seconds=60)


@pytest.mark.parametrize(
    ("status", "between_s"),
    [
        pytest.param(410, (-60.0, 60.0), id="what waits for a page that is gone goes on"),
        pytest.param(500, (30.0, 900.0), id="a page that failed is requested again"),
        pytest.param(429, (200.0, 400.0), id="a host that asked to wait is left alone"),
    ],
)
def test_jobs_go_on_after_their_waits(services, origin, set_clock, status, between_s):
    edited_pages.configure(services, origin)
    edited_pages.publish(services, origin, TEXT[0])
    answer = reply(status, b"", *(["Retry-After: 300"] if status == 429 else []))
    origin.answer(meanwhile(set_clock, answer), PAGE.encode())
    edited_pages.work(services)
    kind = {410: "facts", 500: "fulltext"}.get(status)
    until = select(Job.next_attempt_at).where(Job.kind == kind) if kind else select(Host.not_before_at)
    with services.db.read() as connection:
        wait_s = (connection.scalar(until) - services.clock()).total_seconds()
    assert between_s[0] <= wait_s <= between_s[1]


@pytest.fixture
def claimed(monkeypatch) -> list[dict[str, str]]:
    """The receivers of push that a sender was started for."""
    found: list[dict[str, str]] = []
    monkeypatch.setattr(push.app, "send_task", lambda _name, kwargs: found.append(kwargs))
    return found


@pytest.fixture
def hook(set_clock, monkeypatch) -> Iterator[HookReceiver]:
    """A receiver of messages; the clock is set while it has the first request."""
    with hook_receiver() as receiver:
        receiver.meanwhile = set_clock
        monkeypatch.setenv("HOOK", receiver.url())
        monkeypatch.setenv("HOOK_KEY", write_key(b"k" * 32))
        yield receiver


ANSWERS = [
    pytest.param((204, JobState.DONE, None), id="accepted"),
    pytest.param((503, JobState.FAILED, (1.0, 60.0)), id="tried again"),
    pytest.param((410, None, None), id="gone"),
]


def assert_waits(services, at, between_s):
    if between_s is None:
        assert at is None
    else:
        assert between_s[0] <= (at - services.clock()).total_seconds() <= between_s[1]


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_alert_is_sent_once(services, hook, answer):
    status, state, between_s = answer
    hook.replies = [(status, {}, b"")]
    test_alerts.use(services, AlertRules(webhook="env:HOOK", webhook_secret="env:HOOK_KEY", group_s=0.0))
    test_alerts.fail(services, "harbour")
    done = alerts.run(services, uptime_s=0)
    assert done == {"alerts": 1, "sent": int(status == 204), "failed": int(status != 204)}
    alerts.run(services, uptime_s=0)
    assert len(hook.posted) == 1
    with services.db.read() as connection:
        row = connection.execute(select(Delivery)).mappings().one()
    assert row["state"] == (state or JobState.DEAD).value
    assert_waits(services, row["next_attempt_at"], between_s)


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_push_message_is_sent_once(services, hook, claimed, answer):
    status, state, between_s = answer
    hook.replies = [(status, {}, b"")]
    rule = PushRule("cms", "env:HOOK", ("env:HOOK_KEY",))
    with services.db.write() as connection:
        feed_store.sync_feeds(connection, [test_push.WIRE], services.clock())
    test_push.use(services, rule)
    test_push.publish(services, test_push.WIRE, "1", test_push.TITLE, test_push.BODY)
    push.run(services)
    done = push_send.run(services, **claimed.pop())
    assert (done["sent"], done["failed"]) == (int(status == 204), int(status != 204))
    push.run(services)
    assert not claimed
    assert len(hook.posted) == 1
    with services.db.read() as connection:
        [message] = connection.execute(select(PushMessage)).mappings()
        receiver = connection.execute(select(PushReceiver)).mappings().one()
    assert message["state"] == (state or JobState.FAILED).value
    assert receiver["lease"] is None
    assert (receiver["paused_at"] is not None) == (status == 410)
    assert_waits(services, receiver["not_before_at"], between_s)
