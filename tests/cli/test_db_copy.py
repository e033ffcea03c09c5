"""`wireroom db copy` copies the database of a stopped service, or says why it does not."""

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from tests.store.samples import add, make_feed, sync
from worker.cli.db import db
from worker.flows import heartbeats
from worker.store import Database
from worker.store.models import ArticleRow


@pytest.fixture
def desk(services, monkeypatch):
    """An installation with two articles."""
    monkeypatch.setattr("worker.flows.services.services", lambda: services)
    with services.db.write() as connection:
        sync(connection, make_feed("wire"))
        add(connection, "wire", "x", "y")
    return services


@pytest.fixture
def target(tmp_path):
    return f"sqlite:///{tmp_path / 'copy.db'}"


def copy(*words, code=0):
    done = CliRunner().invoke(db, ["copy", *words])
    assert done.exit_code == code, done.output
    return str(done.exception) if done.exception and not done.output else done.output


def count(target):
    other = Database(target)
    with other.read() as connection:
        found = connection.scalar(select(func.count()).select_from(ArticleRow))
    other.close()
    return found


def test_all_rows_are_copied_and_counted(desk, target):
    *tables, total, after = copy(target).splitlines()
    rows = {name: int(rows.replace(",", "")) for rows, name in map(str.split, tables)}
    assert (rows["articles"], rows["feeds"]) == (2, 1)
    said = f"{sum(rows.values())} rows in {len(rows)} tables copied, read back and compared"
    assert total == said
    assert "WIREROOM_DATABASE_URL" in after
    assert count(target) == 2


def test_the_target_may_be_a_reference(desk, target, tmp_path, monkeypatch):
    monkeypatch.setenv("NEW_DATABASE", target)
    copy("env:NEW_DATABASE")
    assert count(target) == 2


def test_a_missing_directory_of_the_target_is_named_and_not_created(desk, tmp_path):
    said = copy(f"sqlite:///{tmp_path / 'copies' / 'new.db'}", code=2)
    assert f"TARGET: the directory {tmp_path / 'copies'} does not exist: create it first" in said
    assert not (tmp_path / "copies").exists()


def test_a_target_with_rows_is_refused(desk, target):
    copy(target)
    said = copy(target, code=1)
    assert "the target holds a database of wireroom already, with 1 feed and 2 articles: " in said
    assert "set WIREROOM_DATABASE_URL to it if that is the copy; to copy anew, name an empty database" in said
    assert count(target) == 2


def test_the_database_in_use_is_refused_as_its_own_target(desk):
    assert "the target is the database in use" in copy(desk.settings.database_url, code=1)


@pytest.mark.parametrize(("node", "queues"), [("poll@north", ["poll"]), ("mine@north", ["mine"])])
def test_a_running_worker_is_named_and_nothing_is_copied(desk, target, tmp_path, node, queues):
    heartbeats.send_heartbeat(desk, node, 4, queues)
    assert copy(target, code=1) == "Error: workers are alive on north: stop them first\n"
    assert not (tmp_path / "copy.db").exists()


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("nonsense", "it is not the URL of a database"),
        ("mysql://u:p4ssw0rd@host/x", "it is not the URL of a database"),
        ("env:NOT_THERE", 'the secret "env:NOT_THERE" is not there'),
        ("file:/not/there", 'the secret "file:/not/there" is not there'),
    ],
)
def test_a_target_that_names_no_database_is_a_usage_error_about_the_target(desk, target, said):
    shown = copy(target, code=2)
    assert f"Invalid value for TARGET: {said}" in shown
    assert "WIREROOM_DATABASE_URL" not in shown
    assert "p4ssw0rd" not in shown
