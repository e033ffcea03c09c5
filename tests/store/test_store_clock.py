"""One clock for all processes: the database's, whatever is set, on SQLite and on PostgreSQL."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text, update

from tests.store.samples import make_feed, sync
from tests.support.schema import with_schema
from worker.errors import ConflictError, ServiceError
from worker.store import Database, clock_state, migrate
from worker.store import hosts as host_store
from worker.store.clock import HOLD_S, LIVE_S, MEASURE_EVERY_S, NEVER, DatabaseClock, find_step
from worker.store.models import Base, Event, Feed, Host

NEAR = timedelta(seconds=20)  # a slow machine is no wrong clock
HOUR_S = 3600.0


class World:
    """A machine's two clocks, and the database server's; all can be moved."""

    def __init__(self, monkeypatch):
        self.ahead_s = self.server_ahead_s = self.passed_s = 0.0
        monkeypatch.setattr(clock_state, "read_server_time", lambda _: self._time(self.server_ahead_s))

    def _time(self, ahead_s):
        return datetime.now(UTC) + timedelta(seconds=ahead_s + self.passed_s)

    def machine(self):
        return self._time(self.ahead_s)

    def steady(self):
        return datetime.now(UTC).timestamp() - 1_700_000_000 + self.passed_s

    def set_database(self, database, ahead_s):
        """Set the clock that the database goes by: on SQLite that of its machine."""
        if database.is_sqlite:
            self.ahead_s = ahead_s
        else:
            self.server_ahead_s = ahead_s

    def clock_on(self, database, boot="this boot"):
        return DatabaseClock(lambda: database, self.machine, self.steady, boot)


@pytest.fixture
def world(monkeypatch):
    return World(monkeypatch)


@pytest.fixture
def server(postgres_url):
    """A migrated database on PostgreSQL."""
    db = Database(postgres_url)
    migrate(db)
    yield db
    db.close()


def stored(database, column):
    with database.read() as connection:
        return connection.scalar(select(column))


def add_feed(database, due_at, lease_until_at=None):
    with database.write() as connection:
        sync(connection, make_feed("desk"))
        values = {"next_due_at": due_at, "lease": "t", "lease_until_at": lease_until_at}
        connection.execute(update(Feed).values(**values))


# ---- what is a step ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("moved_s", "elapsed_s", "step_s"),
    [
        pytest.param(2.0, 2.0, 0.0, id="nothing happened"),
        pytest.param(-3600.0, 2.0, -3602.0, id="set back"),
        pytest.param(3602.0, 2.0, 3600.0, id="set forward"),
        pytest.param(3600.0, 3600.0, 0.0, id="nobody looked for an hour"),
        pytest.param(600.0, 3600.0, -3000.0, id="set back while nobody looked"),
        pytest.param(3600.0, None, 0.0, id="an hour of which nothing is known was a pause"),
        pytest.param(-3600.0, None, -3600.0, id="a clock never goes back by itself"),
        pytest.param(2.0, 3602.0, 0.0, id="a server that counts two seconds was not set"),
        pytest.param(-4.0, 1.0, 0.0, id="a little back harms no lease"),
        pytest.param(-3600.0, -3598.0, -3600.0, id="a steady clock that goes back proves nothing"),
    ],
)
def test_a_step_is_what_no_passing_of_time_explains(moved_s, elapsed_s, step_s):
    assert find_step(moved_s, elapsed_s) == step_s


# ---- the present ---------------------------------------------------------------------------------
@pytest.mark.parametrize("ahead_s", [-7200.0, 0.0, 90.0, 86_400.0])
def test_a_machine_whose_clock_is_wrong_has_the_servers_time(server, world, ahead_s):
    world.ahead_s = ahead_s
    clock = world.clock_on(server)
    assert abs(clock() - datetime.now(UTC)) < NEAR
    world.ahead_s = -ahead_s  # and one that is set has it still
    assert abs(clock() - datetime.now(UTC)) < NEAR
    assert abs(clock.ahead_s() + ahead_s) < NEAR.total_seconds()


def test_the_database_is_asked_once_in_a_while(database, world, monkeypatch):
    read, count = database.read, []
    monkeypatch.setattr(database, "read", lambda: count.append(1) or read())
    clock = world.clock_on(database)
    clock()
    asked = len(count)
    clock()
    assert len(count) == asked
    world.passed_s += MEASURE_EVERY_S + 1
    clock()
    assert len(count) > asked


def test_while_the_database_is_away_time_goes_on(database, world, monkeypatch):
    clock = world.clock_on(database)
    clock()

    def away():
        raise ServiceError("away")

    monkeypatch.setattr(database, "read", away)
    world.passed_s += 2 * HOUR_S
    assert abs(clock() - timedelta(hours=2) - datetime.now(UTC)) < NEAR
    with pytest.raises(ServiceError):
        world.clock_on(database)()


# ---- a clock that is set -------------------------------------------------------------------------
@pytest.mark.parametrize("step_s", [-HOUR_S, HOUR_S, -86_400.0])
def test_all_that_lies_ahead_moves_along_with_a_clock_that_is_set(database, world, step_s):
    """Due times, leases and waits are as far away as before; what was overdue stays overdue."""
    control, now = world.clock_on(database), datetime.now(UTC)
    control.keep()
    add_feed(database, now + timedelta(minutes=15), now + timedelta(seconds=12))
    with database.write() as connection:
        host_store.cool_host(connection, "a.example", now + timedelta(minutes=2), "asked to wait")
    world.passed_s += 2.0
    world.set_database(database, step_s)
    assert abs(control.keep() - step_s) < NEAR.total_seconds()
    moved = timedelta(seconds=step_s)
    assert abs(stored(database, Feed.next_due_at) - (now + moved + timedelta(minutes=15))) < NEAR
    assert abs(stored(database, Feed.lease_until_at) - (now + moved + timedelta(seconds=12))) < NEAR
    assert abs(stored(database, Host.not_before_at) - (now + moved + timedelta(minutes=2))) < NEAR
    assert abs(control() - (datetime.now(UTC) + moved)) < NEAR
    way, by = "forward" if step_s > 0 else "back", "1 d" if abs(step_s) > HOUR_S else "1 h"
    assert f"was set {way} by {by};" in stored(database, Event.message)
    assert control.keep() == 0.0, "once is enough"


def test_every_due_time_is_moved():
    """Only the lease of upkeep is not: it is void if it ends too late."""
    ahead = {
        f"{table.name}.{column.key}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.key in {"due_at", "reread_at", "probe_at", "turn_at"}
        or (column.key.startswith("next_") and column.key.endswith("_at"))
        or column.key.endswith(("until_at", "before_at"))
    }
    moved = {f"{column.table.name}.{column.key}" for column, _ in clock_state.MOVED}
    assert {"notices.due_at", "jobs.reread_at", "feeds.next_due_at"} <= moved
    assert ahead - moved == {"upkeep_state.lease_until_at", "polls.next_due_at"}, "and a record of the past"


@pytest.mark.parametrize("step_s", [-HOUR_S, HOUR_S])
def test_of_two_controls_one_moves_the_times(database, world, step_s):
    first, second, now = world.clock_on(database), world.clock_on(database), datetime.now(UTC)
    first.keep()
    second.keep()
    add_feed(database, now + timedelta(minutes=15))
    world.passed_s += 2.0
    world.set_database(database, step_s)
    steps = [second.keep(), first.keep(), second.keep()]
    assert sum(1 for step in steps if step) == 1
    due_at = now + timedelta(minutes=15, seconds=step_s)
    assert abs(stored(database, Feed.next_due_at) - due_at) < NEAR


@pytest.mark.parametrize("step_s", [-HOUR_S, HOUR_S])
def test_the_others_go_on_as_before_until_a_control_has_moved_the_times(database, world, step_s):
    control, worker = world.clock_on(database), world.clock_on(database)
    control.keep()
    worker()
    world.set_database(database, step_s)
    world.passed_s += MEASURE_EVERY_S + 8
    assert abs(worker() - timedelta(seconds=world.passed_s) - datetime.now(UTC)) < NEAR
    control.keep()
    world.passed_s += MEASURE_EVERY_S + 1
    expected = datetime.now(UTC) + timedelta(seconds=world.passed_s + step_s)
    assert abs(worker() - expected) < NEAR


@pytest.mark.parametrize("step_s", [-HOUR_S, HOUR_S])
def test_without_a_control_the_others_come_round_to_the_database(database, world, step_s):
    control, worker = world.clock_on(database), world.clock_on(database)
    control.keep()
    worker()
    world.set_database(database, step_s)
    for _ in range(30):
        world.passed_s += MEASURE_EVERY_S + 1
        worker()
    assert world.passed_s > max(HOLD_S, LIVE_S)
    expected = datetime.now(UTC) + timedelta(seconds=world.passed_s + step_s)
    assert abs(worker() - expected) < NEAR


def test_what_was_planned_by_the_time_before_is_undone(database, world):
    """A worker that read the clock, and stores after a control moved all times, has to think again."""
    control, worker = world.clock_on(database), world.clock_on(database)
    control.keep()
    planned_at = worker()
    world.passed_s += 2.0
    world.set_database(database, HOUR_S)
    control.keep()
    database.before_commit = worker.check
    with pytest.raises(ConflictError), database.write() as connection:
        host_store.cool_host(connection, "a.example", planned_at, "planned by the time before")
    assert stored(database, Host.name) is None
    again_at = worker()
    assert again_at - planned_at > timedelta(minutes=50)
    with database.write() as connection:
        host_store.cool_host(connection, "a.example", again_at, "planned anew")
    assert stored(database, Host.name) == "a.example"


def test_a_clock_that_was_set_back_while_nothing_ran_is_found_at_the_start(database, world):
    now = datetime.now(UTC)
    world.clock_on(database).keep()
    add_feed(database, now + timedelta(minutes=15))
    world.set_database(database, -HOUR_S)
    assert world.clock_on(database, "another boot").keep() < -HOUR_S / 2
    assert abs(stored(database, Feed.next_due_at) - (now - timedelta(minutes=45))) < NEAR


def test_a_service_that_was_off_finds_its_feeds_due(database, world):
    """A pause is no step: nothing moves."""
    now = datetime.now(UTC)
    world.clock_on(database).keep()
    add_feed(database, now + timedelta(minutes=15))
    world.passed_s += HOUR_S
    assert world.clock_on(database).keep() == 0.0
    assert abs(stored(database, Feed.next_due_at) - (now + timedelta(minutes=15))) < NEAR


def test_the_server_is_asked_for_its_own_time(server):
    with server.read() as connection:
        said = connection.scalar(text("SELECT clock_timestamp()"))
    assert abs(DatabaseClock(lambda: server)() - said) < NEAR


def test_a_tick_that_waits_for_the_write_lock_does_not_stop_a_writer_that_asks_for_the_time(tmp_path):
    """The holder of SQLite's write lock reads the clock while another thread keeps it."""
    db = with_schema(Database(f"sqlite:///{tmp_path / 'locked.db'}"))
    clock = DatabaseClock(lambda: db)
    clock.keep()
    ticked = threading.Thread(target=clock.keep, daemon=True)
    read: list[datetime] = []

    def write() -> None:
        with db.write():
            ticked.start()
            time.sleep(0.3)  # the tick has read the clock and waits for this transaction
            clock._read_s = NEVER
            read.append(clock())

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    writer.join(20)
    ticked.join(20)
    assert len(read) == 1
    assert not ticked.is_alive()
    db.close()
