"""A read-only database refuses to write and stops a query that takes too long; the next one works."""

import pytest
from sqlalchemy import text

from tests.support.schema import with_schema
from worker.errors import TooSlowError, WireroomError
from worker.store import Database
from worker.store.read_only import ReadOnlyDatabase

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture
def read_only(database_url):
    with_schema(Database(database_url)).close()
    database = ReadOnlyDatabase(database_url, 0.5)
    yield database
    database.close()


def test_it_reads(read_only):
    with read_only.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM feeds")) == 0


def test_it_cannot_write(read_only):
    with pytest.raises(WireroomError), read_only.read() as connection:
        connection.execute(text("DELETE FROM feeds"))


def test_a_query_without_an_end_is_stopped_and_the_next_one_works(read_only):
    with pytest.raises(TooSlowError, match=r"longer than 0\.5 s"), read_only.read() as connection:
        connection.execute(text(ENDLESS)).all()
    with read_only.read() as connection:
        assert connection.scalar(text("SELECT 1")) == 1


def test_errors_of_others_are_theirs(read_only):
    with pytest.raises(KeyError), read_only.read():
        raise KeyError("mine")
