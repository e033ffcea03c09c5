"""The services of a process."""

from datetime import UTC, datetime, timedelta

import pytest

from worker.errors import ConflictError
from worker.flows.services import Services
from worker.store import hosts as host_store
from worker.store.clock import DatabaseClock


def test_all_processes_and_machines_go_by_the_clock_of_their_database(services: Services) -> None:
    """However the services are made, and on SQLite too."""
    assert isinstance(services.clock, DatabaseClock)
    assert abs(services.clock() - datetime.now(UTC)) < timedelta(seconds=20)


def test_what_was_planned_before_the_clock_was_set_is_not_stored(services: Services) -> None:
    now = services.clock()
    other = Services(services.settings)
    other.clock.keep()
    with other.db.write() as connection:
        connection.exec_driver_sql("UPDATE clock_state SET epoch = epoch + 1")
    with pytest.raises(ConflictError), services.db.write() as connection:
        host_store.cool_host(connection, "a.example", now, "planned before")
    with services.db.read() as connection:
        assert host_store.host_not_before(connection, "a.example") is None
    other.close()
