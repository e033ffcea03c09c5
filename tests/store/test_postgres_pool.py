"""How many connections to PostgreSQL a process opens, and that a pooler may be between."""

import os
import shutil
import threading
import time
from contextlib import closing

import pytest
from sqlalchemy import text

from tests.support.pooler import find_program, pgbouncer
from worker.errors import ServiceError
from worker.store import Database, migrate, postgres_pool
from worker.store.postgres_limits import Limits
from worker.store.postgres_pool import COMMANDS, MOST, NESTED, TRANSACTIONS, Gate, Room, read_room

THREADS = 3 * MOST
COUNT = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")


def run_at_once(threads: int, act) -> list[object]:
    """Results of a function called in many threads; errors are results, too."""
    results: list[object] = []

    def call() -> None:
        try:
            results.append(act())
        except Exception as exc:  # noqa: BLE001 - a result
            results.append(exc)

    running = [threading.Thread(target=call) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return results


def test_a_process_opens_a_bounded_number_of_connections(postgres_url: str) -> None:
    """With any number of threads, also if each reads something else within its transaction."""
    with closing(Database(postgres_url, Limits())) as database:
        migrate(database)
        most, lock = [0], threading.Lock()

        def look() -> int:
            with database.write() as connection:
                connection.execute(text("SELECT pg_sleep(0.05)"))
                with database.read() as inner:
                    seen = inner.scalar(COUNT)
                with lock:
                    most[0] = max(most[0], seen)
            return seen

        results = run_at_once(THREADS, look)
    assert [one for one in results if isinstance(one, Exception)] == []
    assert TRANSACTIONS <= most[0] <= MOST == TRANSACTIONS + NESTED


def test_a_thread_that_waits_too_long_for_a_connection_says_so() -> None:
    gate, is_free = Gate(most=1, wait_s=0.05), threading.Event()

    def hold() -> None:
        with gate.entered(), gate.entered():
            is_free.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    time.sleep(0.1)
    with pytest.raises(ServiceError, match="all connections"), gate.entered():
        pass
    is_free.set()
    holder.join()
    with gate.entered():
        pass


@pytest.mark.parametrize(
    ("allowed", "others", "processes", "is_told"),
    [(97, 0, 5, False), (97, 0, 12, True), (97, 60, 5, True), (5 * MOST + COMMANDS, 0, 5, False)],
)
def test_a_server_with_too_few_connections_is_told(allowed, others, processes, is_told) -> None:
    lack = Room(allowed, others).describe_lack(processes)
    assert (lack is not None) is is_told
    if lack:
        assert f"PostgreSQL allows {allowed} connections, but {processes} processes" in lack


def test_the_room_of_a_server_counts_the_connections_of_others(postgres_url: str) -> None:
    import psycopg

    plain = postgres_url.replace("+psycopg", "")
    with closing(Database(postgres_url)) as database:
        migrate(database)
        with database.read() as connection:
            before = read_room(connection)
        with psycopg.connect(plain, application_name="another"), database.read() as connection:
            after = read_room(connection)
    assert before is not None
    assert after is not None
    assert before.allowed > 10
    assert after.others == before.others + 1


def test_all_works_behind_pgbouncer_in_transaction_mode(postgres_url: str, tmp_path_factory) -> None:
    """Limits hold for each transaction and are not left on the server's connection, nor are statements."""
    if find_program() is None:
        pytest.skip("pgbouncer is not installed")
    folder = tmp_path_factory.getbasetemp().parent / f"pgbouncer-{os.getpid()}"
    folder.mkdir()
    limits = Limits(statement_s=7.0)
    with pgbouncer(postgres_url, folder, 2) as url, closing(Database(url, limits)) as database:
        migrate(database)

        def use() -> object:
            for _ in range(20):  # a driver prepares a statement at its sixth use
                with database.write() as connection:
                    given = connection.scalar(text("SELECT current_setting('statement_timeout')"))
                with database.read() as connection:
                    connection.scalar(text("SELECT count(*) FROM feeds WHERE id = :id"), {"id": "a"})
            return given

        assert set(run_at_once(8, use)) == {"7s"}
        with closing(Database(url)) as command, command.read() as connection:
            assert connection.scalar(text("SELECT current_setting('statement_timeout')")) == "0"
            assert read_room(connection) is None
    shutil.rmtree(folder)


def test_a_server_itself_is_no_pooler(postgres_url: str) -> None:
    with closing(Database(postgres_url)) as database:
        migrate(database)
        with database.read() as connection:
            assert connection.connection.info[postgres_pool.POOLED] is False
