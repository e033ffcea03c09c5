"""PostgreSQL ends what waits for too long, so that no stopped process holds up the others."""

import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import Connection, text

from worker.errors import ServiceError
from worker.store import Database
from worker.store.postgres_limits import CONNECT_ARGS, Limits
from worker.store.turns import TURN_FEEDS, wait_for_turn

QUICK = Limits(statement_s=0.5, lock_s=0.3, idle_in_transaction_s=0.6)


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    with closing(Database(postgres_url, QUICK)) as made:
        yield made


def test_a_statement_that_takes_too_long_is_ended(database: Database) -> None:
    with pytest.raises(ServiceError, match="statement timeout"), database.read() as connection:
        connection.execute(text("SELECT pg_sleep(5)"))
    with database.read() as connection:
        assert connection.scalar(text("SELECT 1")) == 1


def test_a_turn_that_another_process_holds_is_not_waited_for_without_end(
    database: Database, postgres_url: str
) -> None:
    with closing(Database(postgres_url)) as other, other.write() as held:
        wait_for_turn(held, TURN_FEEDS)
        began = time.monotonic()
        with pytest.raises(ServiceError, match="lock timeout"), database.write() as connection:
            wait_for_turn(connection, TURN_FEEDS)
        assert time.monotonic() - began < 3.0


def test_a_worker_that_stops_within_a_transaction_loses_its_locks(
    database: Database, postgres_url: str
) -> None:
    with closing(Database(postgres_url, Limits(lock_s=5.0))) as other:
        with pytest.raises(ServiceError), database.write() as stopped:
            take_turns(stopped, other)
        with database.write() as connection:
            wait_for_turn(connection, TURN_FEEDS)


def take_turns(stopped: Connection, other: Database) -> None:
    """Another process takes the turn of one that has stopped, which then goes on."""
    wait_for_turn(stopped, TURN_FEEDS)
    with other.write() as connection:
        wait_for_turn(connection, TURN_FEEDS)
    stopped.execute(text("SELECT 1"))


def test_commands_are_not_bounded_as_their_output_may_wait(database: Database, postgres_url: str) -> None:
    with closing(Database(postgres_url)) as unbounded, unbounded.read() as connection:
        assert connection.scalar(text("SHOW idle_in_transaction_session_timeout")) == "0"


def test_workers_use_the_limits_and_all_connections_notice_a_dead_peer(
    database: Database, postgres_url: str
) -> None:
    with closing(Database(postgres_url, Limits())) as usual, usual.read() as connection:
        shown = [
            connection.scalar(text(f"SHOW {name}"))
            for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
        ]
        assert shown == ["2min", "20s", "30s"]
        info = connection.connection.driver_connection.info  # type: ignore[union-attr]
        sent = info.get_parameters()
        assert {name: sent[name] for name in CONNECT_ARGS if name != "connect_timeout"} == {
            name: str(value) for name, value in CONNECT_ARGS.items() if name != "connect_timeout"
        }
