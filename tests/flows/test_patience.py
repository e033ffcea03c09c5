"""A result that the database does not take at once is stored a little later, without a second request."""

import threading
from collections.abc import Callable

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests.fetch.conftest import Origin
from tests.support.scripted import GOOD, configure, meanwhile, poll_one
from worker.errors import ServiceError
from worker.flows import heartbeats, patience
from worker.flows.services import Services
from worker.records import Outcome
from worker.store import listing

AWAY_S = 1.5


def take_away(services: Services) -> Callable[[], object]:
    """Make the database refuse all connections, as it does when it has none left; returns the way back."""
    url = make_url(services.settings.database_url)
    if services.db.is_sqlite:
        path = services.db._file
        return path.rename(path.with_suffix(".away")).rename if path else lambda: None
    admin = psycopg.connect(
        url.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False),
        autocommit=True,
    )
    admin.execute(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS false')
    admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [url.database])
    return lambda *_: admin.execute(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS true')


def test_a_poll_waits_for_the_database_with_its_result(services: Services, origin: Origin) -> None:
    configure(services, origin, "a")

    def begin_fault() -> None:
        give_back = take_away(services)
        threading.Timer(AWAY_S, lambda: give_back(services.db._file)).start()

    origin.answer(meanwhile(begin_fault, GOOD), b"/a.xml")
    assert poll_one(services, "a").outcome is Outcome.UPDATED
    assert len(origin.asked) == 1
    with services.db.read() as connection:
        assert len(list(listing.iter_articles(connection))) == 2


def test_patience_ends(services: Services) -> None:
    tried = []

    def fail() -> None:
        tried.append(1)
        raise ServiceError("the database does not respond")

    with pytest.raises(ServiceError):
        patience.store(services, fail, patience_s=0.6)
    assert len(tried) == 3
    assert heartbeats.read_trouble(services) == "the database does not respond"
