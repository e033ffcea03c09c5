"""A database with two feeds, on SQLite and on PostgreSQL."""

import pytest

from tests.store.samples import make_feed, sync


@pytest.fixture
def desk(database):
    with database.write() as connection:
        sync(connection, make_feed("desk"), make_feed("coast"))
    return database
