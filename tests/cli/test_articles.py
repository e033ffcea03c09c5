"""`wireroom articles`: what is not there is told with the command that lists what is."""

import pytest
from click.testing import CliRunner

from tests.store.samples import add, make_feed, sync
from tests.support.schema import with_schema
from worker.cli.articles import articles
from worker.flows.services import Services
from worker.settings import read_settings


@pytest.fixture
def desk(tmp_path, monkeypatch):
    room = Services(read_settings({"WIREROOM_HOME": str(tmp_path)}))
    with_schema(room.db)
    monkeypatch.setattr("worker.flows.services.services", lambda: room)
    with room.db.write() as connection:
        sync(connection, make_feed("wire"), make_feed("coast"))
        add(connection, "wire", "x")
    yield room
    room.close()


@pytest.mark.parametrize("more", [[], ["--json"]])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--feed", "nosuch"], 'Error: no feed "nosuch"; `wireroom feeds` lists them\n'),
        (["99999"], "Error: no article 99999; `wireroom articles` lists them\n"),
    ],
)
def test_what_is_not_there_is_an_error(desk, arguments, message, more):
    found = CliRunner().invoke(articles, [*arguments, *more])
    assert (found.exit_code, found.output) == (1, message)


def test_a_feed_without_articles_is_no_error(desk):
    assert CliRunner().invoke(articles, ["--feed", "coast", "--json"]).exit_code == 0
