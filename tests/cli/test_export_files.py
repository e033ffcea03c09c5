"""The files of `wireroom export`: nobody else's is touched, and no cursor is stored before its rows are."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.store.samples import add, make_feed, sync
from tests.support.schema import with_schema
from worker.cli.main import wireroom
from worker.cli.whole_files import new_file, replace_file
from worker.flows.export import iter_batches
from worker.settings import read_settings
from worker.store import Database

MAIN = "from worker.cli.main import main; main()"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A directory with a database of two articles, which commands of this test use."""
    database = Database(read_settings({"WIREROOM_HOME": str(tmp_path)}).database_url)
    with_schema(database)
    with database.write() as connection:
        sync(connection, make_feed("wire"))
        add(connection, "wire", "x", "y")
    database.close()
    monkeypatch.setenv("WIREROOM_HOME", str(tmp_path))
    monkeypatch.delenv("WIREROOM_DATABASE_URL", raising=False)
    return tmp_path


def export(*arguments, out=subprocess.PIPE):
    command = [sys.executable, "-c", MAIN, "export", "articles", *map(str, arguments)]
    return subprocess.run(command, stdout=out, stderr=subprocess.PIPE, check=False, timeout=120)


def hidden(folder):
    return list(folder.glob(".*.partial"))


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_a_full_device_is_told_in_a_sentence(home, form):
    with Path("/dev/full").open("wb") as full:
        done = export("--format", form, "--cursor-file", home / "cursor", out=full)
    assert done.stderr == b"Error: standard output cannot be written: No space left on device\n"
    assert done.returncode == 2
    assert not (home / "cursor").exists()


def test_parquet_on_stdout_is_whole_when_its_cursor_is_stored(home):
    from pyarrow import parquet

    done = export("--format", "parquet", "--cursor-file", home / "cursor")
    assert parquet.read_table(io.BytesIO(done.stdout)).num_rows == 2
    assert done.stderr.decode().endswith(f"next cursor: {(home / 'cursor').read_text()}")


def test_parquet_that_does_not_end_stores_no_cursor(home, monkeypatch):
    def broken(*arguments):
        yield from iter_batches(*arguments)
        raise RuntimeError("boom")

    for form, is_stored in (("parquet", False), ("jsonl", True)):
        with monkeypatch.context() as patch:
            patch.setattr(
                "worker.flows.export.iter_batches", lambda db, kind, after, **_: broken(db, kind, after)
            )
            at = home / f"{form}.cursor"
            CliRunner().invoke(wireroom, ["export", "articles", "--format", form, "--cursor-file", str(at)])
        assert at.exists() == is_stored


def write_two(target):
    with new_file(target) as first:
        first.write(b"first ")
        with new_file(target) as second:
            second.write(b"second")
            assert len(hidden(target.parent)) == 2
        first.write(b"run")


def test_two_runs_do_not_write_to_one_file(tmp_path):
    with pytest.raises(FileExistsError):
        write_two(tmp_path / "rows")
    assert (tmp_path / "rows").read_bytes() == b"second"
    assert hidden(tmp_path) == []


def test_a_target_that_appears_meanwhile_is_kept(home, monkeypatch):
    target = home / "rows"

    def meanwhile(*arguments, **_):
        target.write_text("mine")
        yield from iter_batches(*arguments)

    monkeypatch.setattr("worker.flows.export.iter_batches", meanwhile)
    at = home / "cursor"
    done = CliRunner().invoke(
        wireroom, ["export", "articles", "--output", str(target), "--cursor-file", str(at)]
    )
    assert f"{target} already exists: name a new file" in done.output
    assert done.exit_code == 2
    assert target.read_text() == "mine"
    assert not at.exists()
    assert hidden(home) == []


def test_without_hard_links_nothing_is_replaced_either(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    with new_file(tmp_path / "new") as file:
        file.write(b"x")
    assert (tmp_path / "new").read_bytes() == b"x"
    with pytest.raises(FileExistsError), new_file(tmp_path / "new") as file:
        file.write(b"y")
    assert (tmp_path / "new").read_bytes() == b"x"


def test_a_planted_link_is_not_followed(home):
    other = home / "other"
    other.write_text("mine")
    for name in ("rows.partial", "cursor.partial"):
        (home / name).symlink_to(other)
    done = export("--output", home / "rows", "--cursor-file", home / "cursor")
    assert done.returncode == 0, done.stderr
    assert other.read_text() == "mine"
    assert [json.loads(line)["id"] for line in (home / "rows").read_text().splitlines()] == [1, 2]


def test_a_file_is_its_owners_until_it_is_whole(tmp_path):
    before = os.umask(0o027)
    try:
        with new_file(tmp_path / ("n" * 250)):
            [draft] = hidden(tmp_path)
            assert draft.stat().st_mode & 0o777 == 0o600
        replace_file(tmp_path / "cursor", b"c\n")
    finally:
        os.umask(before)
    assert [path.stat().st_mode & 0o777 for path in tmp_path.iterdir()] == [0o640, 0o640]


@pytest.mark.parametrize("spelling", ["x", "./x", "sub/../x", "link/x", "alias"])
def test_one_file_for_rows_and_cursor_is_refused(home, monkeypatch, spelling):
    monkeypatch.chdir(home)
    (home / "sub").mkdir()
    (home / "link").symlink_to(home)
    (home / "alias").symlink_to("x")
    done = export("--output", "x", "--cursor-file", spelling)
    assert b"--output and --cursor-file are the same file" in done.stderr
    assert done.returncode == 2
    assert not (home / "x").exists()
