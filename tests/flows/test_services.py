"""The services of a process."""

from datetime import UTC, datetime, timedelta

from worker.flows.services import Services, shared_clock, utc_now


def test_machines_that_share_a_database_go_by_its_clock(services: Services) -> None:
    """SQLite serves one machine, whose own clock is as good."""
    clock = shared_clock(services)
    assert (clock is utc_now) == services.db.is_sqlite
    assert abs(clock() - datetime.now(UTC)) < timedelta(seconds=20)
