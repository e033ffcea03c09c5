"""Work under way is not claimed again when the database comes back, before its holder stores its result."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from tests.store.samples import NOW, add, later, make_feed, sync
from worker.records import JobState
from worker.store import Database, clock_state
from worker.store import claims as claim_store
from worker.store.clock import DatabaseClock
from worker.store.lapsed_leases import GRACE_S, prolong_lapsed
from worker.store.models import Feed, Job

AWAY_S = 20.0
LEASE_S = 12.0


def begin(database: Database, now: datetime, *, is_started: bool = True) -> None:
    with database.write() as connection:
        sync(connection, make_feed("desk"), now=now)
        values = {"next_due_at": now, "lease": "t", "lease_until_at": now + timedelta(seconds=LEASE_S)}
        connection.execute(update(Feed).values(**values, started=is_started))


def claimed(database: Database, now: datetime) -> list[str]:
    with database.write() as connection:
        claims = claim_store.claim_due(connection, now, limit=9, lease_s=LEASE_S, slots_of=lambda _: 9)
    return [claim.feed for claim in claims]


def prolong(database: Database, since: datetime, now: datetime) -> None:
    with database.write() as connection:
        prolong_lapsed(connection, since, now)


def test_a_poll_whose_lease_could_not_be_renewed_is_claimed_a_little_later(database: Database) -> None:
    begin(database, NOW)
    prolong(database, NOW, later(AWAY_S))
    assert claimed(database, later(AWAY_S + GRACE_S - 1)) == []
    prolong(database, later(AWAY_S), later(2 * AWAY_S))
    assert claimed(database, later(2 * AWAY_S)) == ["desk"], "its worker is dead: once is enough"


@pytest.mark.parametrize(
    ("since_s", "is_started"),
    [
        pytest.param(AWAY_S - 2, True, id="its worker died while the database was there"),
        pytest.param(0.0, False, id="no request was sent"),
    ],
)
def test_other_leases_lapse_as_ever(database: Database, since_s: float, is_started: bool) -> None:
    begin(database, NOW, is_started=is_started)
    prolong(database, later(since_s), later(AWAY_S))
    assert claimed(database, later(AWAY_S)) == ["desk"]


def test_a_job_under_way_keeps_its_lease_too(database: Database) -> None:
    with database.write() as connection:
        sync(connection, make_feed("desk"))
        [article] = add(connection, "desk", "a")
        held = {"lease": "t", "lease_until_at": later(LEASE_S), "state": JobState.RUNNING.value}
        connection.execute(
            insert(Job).values(
                article_id=article, kind="facts", extractor_version="1", host="", created_at=NOW, **held
            )
        )
    prolong(database, NOW, later(AWAY_S))
    with database.read() as connection:
        assert connection.scalar(select(Job.lease_until_at)) == later(AWAY_S + GRACE_S)


def test_the_first_tick_after_an_outage_prolongs(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    start, passed = datetime.now(UTC), [0.0]
    monkeypatch.setattr(clock_state, "read_server_time", lambda _: start + timedelta(seconds=passed[0]))
    clock = DatabaseClock(
        lambda: database, lambda: start + timedelta(seconds=passed[0]), lambda: passed[0], "boot"
    )
    clock.keep()
    begin(database, clock())
    passed[0] = AWAY_S
    clock.keep()
    assert claimed(database, clock()) == []
    passed[0] += GRACE_S + 1
    clock.keep()
    assert claimed(database, clock()) == ["desk"]
