"""Due work in turns of its hosts: as if all of it were ranked, but no more is read than is needed."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from tests.store.samples import NOW, make_feed, sync
from worker.records import DueBy
from worker.store import Database, job_queue, migrate
from worker.store import claims as claim_store
from worker.store import feeds as feed_store
from worker.store.host_turns import take_turns


@dataclass(frozen=True)
class Row:
    number: int
    host: str


def reader(rows, reads):
    def read(after, full, count):
        start = 0 if after is None else after.number + 1
        found = [row for row in rows[start:] if row.host not in full][:count]
        reads.append(len(found))
        return found

    return read


def ranked(rows, limit, room):
    turns = {}
    found = []
    for row in rows:
        turn = turns[row.host] = turns.get(row.host, -1) + 1
        if turn < room.get(row.host, 1):
            found.append((turn, row))
    return sorted(found, key=lambda one: one[0])[:limit]


@given(
    st.lists(st.sampled_from("abcdef")),
    st.integers(1, 9),
    st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 4)),
)
def test_turns_are_those_of_a_rank_over_everything(hosts, limit, room):
    rows = [Row(number, host) for number, host in enumerate(hosts)]
    full = [host for host in set(hosts) if room.get(host, 1) <= 0]
    found = take_turns(reader(rows, []), limit=limit, room_of=lambda host: room.get(host, 1), full=full)
    assert found == ranked(rows, limit, room)


def test_a_host_with_very_many_rows_is_left_out_once_it_is_full():
    rows = [Row(number, "big") for number in range(10_000)] + [Row(10_000, "small")]
    reads = []
    found = take_turns(reader(rows, reads), limit=2, room_of=lambda _: 1)
    assert [row.host for _, row in found] == ["big", "small"]
    assert sum(reads) < 20


def plans(connection, statements):
    explain = connection.connection.dbapi_connection.execute
    return [row[3] for sql, values in statements for row in explain(f"EXPLAIN QUERY PLAN {sql}", values)]


@pytest.fixture
def sqlite(tmp_path):
    """A SQLite file: its plans do not depend on statistics."""
    database = Database(f"sqlite:///{tmp_path}/turns.db")
    migrate(database)
    yield database
    database.close()


@pytest.fixture
def statements(sqlite):
    """The queries that a transaction sends."""
    sent = []

    def note(_connection, _cursor, sql, values, *_):
        if sql.startswith("SELECT"):
            sent.append((sql, values))

    event.listen(sqlite.engine, "before_cursor_execute", note)
    yield sent
    event.remove(sqlite.engine, "before_cursor_execute", note)


def test_due_feeds_are_read_in_the_order_of_their_index(sqlite, statements):
    """Whatever number is due, none is sorted."""
    with sqlite.write() as connection:
        sync(connection, *(make_feed(f"f{n}", f"https://{n % 3}.example/{n}.xml") for n in range(30)))
        for n in range(30):
            feed_store.set_due(connection, {f"f{n}": (NOW - timedelta(seconds=n), "test", DueBy.NOW)})
        statements.clear()
        assert claim_store.claim_due(connection, NOW, limit=2, lease_s=60, slots_of=lambda _: 1)
        found = plans(connection, [one for one in statements if "next_due_at" in one[0]])
    assert any("ix_feeds_due" in step for step in found)
    assert not any("TEMP B-TREE" in step for step in found)


def test_due_jobs_are_read_in_the_order_of_their_index(sqlite, statements):
    """Whatever number is due, only those are sorted that were lost."""
    with sqlite.write() as connection:
        job_queue.queue_due(connection, NOW, limit=2, lease_s=60, slots_of=lambda _: 1)
        found = plans(connection, [one for one in statements if "finished_at IS NULL" in one[0]])
    assert {step for step in found if "jobs" in step} == {
        "SCAN jobs USING COVERING INDEX ix_jobs_local", "SCAN jobs USING COVERING INDEX ix_jobs_paced"
    }  # fmt: skip
    sorting = [step for step in found if "TEMP B-TREE" in step]
    assert sorting == []
