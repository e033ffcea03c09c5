"""What `status` says of clocks, and ticks that no wall clock can stop."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import CapturingLogger

from worker import beat as beat_module
from worker.beat import WAITING, SteadyScheduler
from worker.celery_app import make_app
from worker.flows import clocks, dispatch, heartbeats, reload
from worker.flows.clocks import find_wrong_clocks
from worker.flows.services import Services
from worker.flows.status import read_status
from worker.queue_keys import queue_key
from worker.store import clock_state

HOUR_S = 3600.0
FEEDS = '[http]\ncontact = "ops@example.org"\n[[feed]]\nid = "a"\nurl = "https://a.example/feed"\n'


# ---- needs ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("machines", "redis_s", "said"),
    [
        pytest.param({"a": 2.0, "b": -3.0}, 1.0, [], id="all near"),
        pytest.param({"a": 30.0}, 0.0, ["clock of a is 30 s ahead of the database's"], id="a machine ahead"),
        pytest.param({"a": 0.1, "b": -HOUR_S}, 0.0, ["clock of b is 1 h behind"], id="a machine behind"),
        pytest.param({"a": 0.1}, HOUR_S, ["clock of Redis is 1 h ahead"], id="Redis ahead"),
        pytest.param({"a": HOUR_S, "b": HOUR_S + 1}, HOUR_S, ["clock of the database is 1 h behind"],
                     id="all agree against the database"),
        pytest.param({"a": -86_400.0}, -86_400.0, ["the database is 1 d ahead"], id="a day ahead"),
        pytest.param({"a": HOUR_S}, None, ["clock of a is"], id="one witness is not enough"),
        pytest.param({}, None, [], id="nobody there"),
    ],
)  # fmt: skip
def test_a_clock_that_is_off_is_named_with_its_distance(machines, redis_s, said):
    needs = find_wrong_clocks(machines, redis_s)
    assert len(needs) == len(said)
    assert all(part in need for part, need in zip(said, needs, strict=True))


def test_workers_tell_by_how_much_their_machine_is_ahead(services: Services):
    services.clock()
    heartbeats.send_heartbeat(services, "poll@machine-1", 4, ["poll"])
    [worker] = heartbeats.workers(services)
    assert abs(worker["ahead_s"]) < 20
    worker["ahead_s"] = HOUR_S
    services.redis.set(heartbeats.PREFIX + "poll@machine-1", json.dumps(worker), ex=60)
    assert any("clock of machine-1 is 1 h ahead" in need for need in read_status(services.settings)["needs"])


def test_status_tells_for_an_hour_that_the_clock_was_set(services: Services):
    clocks.keep(services)
    with services.db.read() as connection:
        mark = clock_state.read_mark(connection)
    now = datetime.now(UTC)
    values = {"stepped_at": now - timedelta(minutes=5), "step_s": -HOUR_S}
    with services.db.write() as connection:
        connection.execute(clock_state.ClockState.__table__.update().values(**values))
    assert mark.epoch == 0
    whose = "this machine" if services.db.is_sqlite else "the database"
    wanted = f"the clock of {whose} was set back by 1 h"
    assert any(wanted in need for need in clocks.read_needs(services, [], None, now))
    assert not any(wanted in need for need in clocks.read_needs(services, [], None, now + timedelta(hours=1)))


# ---- ticks ---------------------------------------------------------------------------------------
class Beat(SteadyScheduler):
    """Notes what it would send."""

    def setup(self):
        self.sent = []

    def apply_entry(self, entry, producer=None):
        self.sent.append(entry.name)

    @property
    def producer(self):
        return None


@pytest.fixture
def beat(settings):
    made = Beat(app=make_app(settings))
    made.setup()
    return made


@pytest.mark.parametrize("step_s", [-HOUR_S, HOUR_S])
def test_ticks_go_on_when_the_wall_clock_is_set(beat, monkeypatch, step_s):
    """By the monotonic clock alone: each entry once per interval, and never early."""
    at_s = [1000.0]
    monkeypatch.setattr("worker.beat.time.monotonic", lambda: at_s[0])
    beat.tick()
    names = ("alerts", "push", "reload", "tick", "upkeep")
    assert sorted(beat.sent) == [f"control.{name}" for name in names]
    real = datetime.now(UTC).timestamp()
    monkeypatch.setattr("time.time", lambda: real + step_s)
    beat.sent.clear()
    for _ in range(10):
        at_s[0] += 1.0
        assert 0 < beat.tick() <= 1.0
    assert beat.sent.count("control.tick") == 5
    assert beat.sent.count("control.reload") == 1


def test_while_nobody_takes_ticks_they_do_not_pile_up(beat, services, monkeypatch):
    at_s = [1000.0]
    monkeypatch.setattr("worker.beat.time.monotonic", lambda: at_s[0])
    services.redis.rpush(queue_key("control"), *["waiting"] * WAITING)
    beat.tick()
    assert beat.sent == []
    services.redis.ltrim(queue_key("control"), 1, -1)
    beat.tick()
    assert "control.tick" in beat.sent


def test_messages_carry_no_expiry_that_another_machines_clock_could_judge(settings, services, monkeypatch):
    schedule = make_app(settings).conf.beat_schedule
    assert all("expires" not in entry.get("options", {}) for entry in schedule.values())


def test_while_no_worker_takes_messages_none_is_added(services, monkeypatch):
    """A full queue gets no poll, and one again when a worker has taken a message."""
    Path(services.settings.config).write_text(FEEDS, encoding="utf-8")
    reload.run(services)
    monkeypatch.setattr(dispatch, "_send_polls", lambda *_: 1)
    assert dispatch._waiting(services, "extract") == 0
    waiting = services.settings.poll_concurrency * 2
    services.redis.rpush(queue_key("poll"), *["waiting"] * waiting)
    assert dispatch._waiting(services, "poll") == waiting
    assert dispatch.tick(services)["polls"] == 0
    services.redis.ltrim(queue_key("poll"), 1, -1)
    assert dispatch.tick(services)["polls"] == 1


def test_without_a_broker_beat_waits_ever_longer_and_says_so_once(settings, monkeypatch):
    """It neither ends nor fills the log; when the broker is back, everything is due."""
    away = make_app(replace(settings, broker_url="redis://127.0.0.1:1/0"))  # nothing listens there
    away.conf.broker_transport_options |= {"max_retries": 1, "interval_start": 0.0, "interval_step": 0.0}
    log = CapturingLogger()
    monkeypatch.setattr(beat_module, "log", log)
    beat = Beat(app=away)
    beat.setup()
    assert [beat.tick() for _ in range(5)] == [1.0, 2.0, 4.0, 8.0, 8.0]
    assert beat.sent == []
    beat.app = make_app(settings)
    assert beat.tick() <= 1.0
    assert "control.tick" in beat.sent
    beat.tick()
    assert [call.args[0] for call in log.calls] == [
        "the broker does not respond: no ticks are sent until it does",
        "the broker responds again; ticks are sent",
    ]
