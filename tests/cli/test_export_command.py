"""`wireroom export`: formats, files, cursors, and what is refused."""

import csv
import io
import json
import sys
from datetime import datetime

import pytest
from click.testing import CliRunner

from tests.store.samples import NOW, add, make_feed, sync
from tests.support.schema import with_schema
from worker.cli.main import wireroom
from worker.flows.services import Services
from worker.settings import read_settings
from worker.store import events as event_store
from worker.store.exporting import EXPORTS
from worker.store.models import ExtractionRow

TITLE = 'Ferries, "stopped"\nby 태풍 🚢 =1+1'
RESULT = {
    "kind": "facts", "extractor": "facts", "extractor_version": "1", "input_sha256": "", "status": "ok",
    "reason": None, "payload": {"people": ["Ada"]}, "created_at": NOW,
}  # fmt: skip


@pytest.fixture
def room(tmp_path, monkeypatch):
    room = Services(read_settings({"WIREROOM_HOME": str(tmp_path)}), clock=lambda: NOW)
    with_schema(room.db)
    monkeypatch.setattr("worker.flows.services.services", lambda: room)
    with room.db.write() as connection:
        sync(connection, make_feed("wire", agency="Yonhap"))
        [first] = add(connection, "wire", "x", title=TITLE)
        connection.execute(ExtractionRow.__table__.insert(), {**RESULT, "article_id": first})
        event_store.add_events(connection, NOW, [("feed.failing", "x")], feed_id="wire")
    yield room
    room.close()


def run(*arguments, code=0):
    done = CliRunner().invoke(wireroom, ["export", *arguments])
    assert done.exit_code == code, done.output
    return done


def cursor_of(done):
    return done.stderr.splitlines()[-1].removeprefix("next cursor: ")


@pytest.mark.parametrize("kind", EXPORTS)
def test_each_kind_has_the_columns_of_its_view(room, kind):
    [row] = map(json.loads, run(kind).stdout.splitlines())
    assert list(row) == EXPORTS[kind].view.columns.keys()


def test_csv_has_each_value_as_it_is(room):
    [names, cells] = csv.reader(io.StringIO(run("articles", "--format", "csv").stdout, newline=""))
    row = dict(zip(names, cells, strict=True))
    assert (row["title"], row["summary"], row["published_at"]) == (TITLE, "", "2026-11-24T12:00:00Z")
    [_, cells] = csv.reader(io.StringIO(run("extractions", "--format", "csv").stdout))
    assert '{"people": ["Ada"]}' in cells


def test_parquet_has_types(room, tmp_path):
    from pyarrow import parquet

    run("articles", "--format", "parquet", "--output", str(tmp_path / "a.parquet"), "--cursors")
    table = parquet.read_table(tmp_path / "a.parquet")
    [row] = table.to_pylist()
    assert (row["id"], row["title"]) == (1, TITLE)
    assert isinstance(row["published_at"], datetime)
    assert row["published_at"] == NOW
    run("extractions", "--format", "parquet", "--output", str(tmp_path / "e.parquet"))
    [row] = parquet.read_table(tmp_path / "e.parquet").to_pylist()
    assert json.loads(row["payload"]) == {"people": ["Ada"]}


def test_without_pyarrow_a_sentence_says_what_to_install(room, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    done = CliRunner().invoke(wireroom, ["export", "articles", "--format", "parquet"])
    assert "pip install pyarrow" in str(done.exception)
    assert done.stdout == ""


def test_the_next_cursor_is_told_and_leads_on(room):
    first = run("articles")
    assert run("articles", "--after", cursor_of(first)).stdout == ""
    with room.db.write() as connection:
        add(connection, "wire", "y")
    second = run("articles", "--after", cursor_of(first))
    assert [json.loads(line)["id"] for line in second.stdout.splitlines()] == [2]


def test_a_cursor_file_is_read_and_replaced(room, tmp_path):
    at = tmp_path / "cursor"
    first = run("articles", "--cursor-file", str(at))
    assert at.read_text() == f"{cursor_of(first)}\n"
    assert run("articles", "--cursor-file", str(at)).stdout == ""
    with room.db.write() as connection:
        add(connection, "wire", "y")
    assert len(run("articles", "--cursor-file", str(at)).stdout.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("cursor")] == ["cursor"]


def test_each_row_can_have_its_cursor(room):
    with room.db.write() as connection:
        add(connection, "wire", "y", "z")
    rows = list(map(json.loads, run("articles", "--cursors").stdout.splitlines()))
    assert [row["id"] for row in rows] == [1, 2, 3]
    rest = run("articles", "--after", rows[1]["cursor"]).stdout
    assert [json.loads(line)["id"] for line in rest.splitlines()] == [3]


def test_a_file_is_there_only_when_it_is_whole(room, tmp_path, monkeypatch):
    target = tmp_path / "articles.jsonl"
    run("articles", "--output", str(target))
    assert len(target.read_text().splitlines()) == 1
    said = run("articles", "--output", str(target), code=2).output
    assert "already exists: name a new file" in said
    at = tmp_path / "cursor"

    def fail(*_):
        raise RuntimeError("boom")

    monkeypatch.setattr("worker.views.row_formats.JsonLines.write", fail)
    broken = tmp_path / "broken.jsonl"
    CliRunner().invoke(wireroom, ["export", "articles", "--output", str(broken), "--cursor-file", str(at)])
    assert not broken.exists()
    assert not at.exists()
    assert list(tmp_path.glob("*.partial")) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["articels"], 'did you mean "articles"?'),
        (["articles", "--format", "xml"], 'no format "xml"'),
        (["articles", "--after", "nonsense"], "not one that an export returned"),
        (["articles", "--after", "\x00\ud800"], "not one that an export returned"),
        (["articles", "--follow", "--format", "parquet"], "--follow writes JSON Lines or CSV"),
        (["articles", "--follow", "--output", "x"], "--follow writes JSON Lines or CSV"),
        (["articles", "--output", "no/such/folder"], "cannot be written: No such file or directory"),
    ],
)
def test_wrong_use_is_refused_in_a_sentence(room, arguments, says):
    assert says in run(*arguments, code=2).output


def test_a_cursor_of_another_database_is_refused(room):
    cursor = cursor_of(run("articles"))
    with room.db.write() as connection:
        connection.exec_driver_sql("UPDATE change_state SET origin = 'other'")
    done = CliRunner().invoke(wireroom, ["export", "articles", "--after", cursor])
    assert "export everything once more, without a cursor" in str(done.exception)


def test_secrets_are_hidden(room):
    with room.db.write() as connection:
        event_store.add_events(connection, NOW, [("feed.failing", "https://u:hunter22@x.example/")])
    assert "hunter22" not in run("events").stdout
