"""A consumer of an export that is killed at any moment misses nothing while writers commit late."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest
from sqlalchemy import select

from tests.store.samples import TEXT_RESULT, add, join, make_feed, sync
from worker.flows.export import BadCursorError, iter_batches, read_cursor, write_cursor
from worker.store.changes import Position
from worker.store.models import ArticleRow, ExtractionRow

WRITERS, ROWS = 4, 200
KILLS = 4


class _LostError(Exception):
    """A transaction that is rolled back."""


@pytest.fixture
def writers(services):
    """Threads that store articles, in transactions that take their time and sometimes fail."""
    with services.db.write() as connection:
        sync(connection, *(make_feed(f"desk-{n}") for n in range(WRITERS)))
    is_over = threading.Event()

    def write(number):
        rng, count = random.Random(number), 0
        while not is_over.is_set():
            with suppress(_LostError), services.db.write() as connection:
                keys = [f"{number}-{(count := count + 1)}" for _ in range(rng.randint(1, 4))]
                add(connection, f"desk-{number}", *keys, matched=False)
                time.sleep(rng.choice((0.0, 0.002, 0.05)))
                if rng.random() < 0.2:
                    raise _LostError
            time.sleep(0.002)  # SQLite has one writer at a time

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()

    def stop():
        is_over.set()
        for thread in threads:
            thread.join()

    yield stop
    stop()


def stored(services):
    with services.db.read() as connection:
        return set(connection.scalars(select(ArticleRow.id)))


def test_a_consumer_that_stores_rows_and_cursor_together_gets_each_row_once(services, writers):
    """It dies between two rows, at random, and continues behind the last row that it stored."""
    rng, kept, cursor = random.Random(1), [], None
    deaths = 0

    def consume(is_mortal):
        nonlocal cursor, deaths
        for batch in iter_batches(services.db, "articles", cursor and read_cursor(cursor)):
            for row, position in batch.rows:
                if is_mortal and rng.random() < 0.05:
                    deaths += 1
                    return
                kept.append(row["id"])
                cursor = write_cursor(position)

    while len(kept) < ROWS:
        consume(is_mortal=True)
    writers()
    consume(is_mortal=False)
    assert deaths > 0
    assert set(kept) == stored(services), "0 missed"
    assert len(kept) == len(set(kept)), "0 doubled"


def test_the_command_killed_at_random_misses_nothing(services, writers, tmp_path):
    """Its rows are appended to a file, its cursor is in another; rows may come twice, with equal ids."""
    out, cursor = tmp_path / "articles.jsonl", tmp_path / "cursor"
    main = "from worker.cli.main import main; main()"
    command = [sys.executable, "-c", main, "export", "articles", "--cursor-file", str(cursor)]
    settings = services.settings
    environment = {
        **os.environ, "WIREROOM_HOME": str(settings.home), "WIREROOM_DATABASE_URL": settings.database_url,
    }  # fmt: skip
    rng = random.Random(2)
    for _ in range(KILLS):
        with out.open("ab") as file:
            child = subprocess.Popen(
                [*command, "--follow"], stdout=file, stderr=subprocess.DEVNULL, env=environment
            )
            before = out.stat().st_size
            while out.stat().st_size == before and child.poll() is None:
                time.sleep(0.01)
            time.sleep(rng.uniform(0.0, 0.5))
            child.send_signal(signal.SIGKILL)
            child.wait()
        whole = out.read_bytes().rpartition(b"\n")[0]  # the last line may be cut
        out.write_bytes(whole + b"\n" if whole else b"")
    writers()
    with out.open("ab") as file:
        subprocess.run(command, stdout=file, stderr=subprocess.DEVNULL, env=environment, check=True)
    found = [json.loads(line)["id"] for line in out.read_text(encoding="utf-8").splitlines()]
    assert set(found) == stored(services), "0 missed"
    assert len(found) - len(set(found)) <= KILLS * 1_000, "at most a batch for each kill comes again"


def read_all(services, kind, after=None):
    rows = [row for batch in iter_batches(services.db, kind, after) for row, _ in batch.rows]
    return [row["id"] for row in rows], rows


@pytest.mark.parametrize("kind", ["articles", "stories"])
def test_a_full_export_has_each_row_once_though_its_parts_changed_later(services, monkeypatch, kind):
    """The texts of pages and further copies of a story changed in another batch than the row itself."""
    monkeypatch.setattr("worker.flows.export.BATCH", 3)
    with services.db.write() as connection:
        sync(connection, make_feed("desk"), make_feed("coast"))
        first = add(connection, "desk", *"abcde")
        second = add(connection, "coast", *"vwxyz")
    with services.db.write() as connection:
        for article, copy in zip(first, second, strict=True):
            join(connection, copy, article)
    with services.db.write() as connection:
        for article in first:
            connection.execute(ExtractionRow.__table__.insert(), {**TEXT_RESULT, "article_id": article})
    ids, rows = read_all(services, kind)
    assert sorted(ids) == sorted(first + second)
    if kind == "articles":
        assert {row["id"] for row in rows if row["text_from"] == "page"} == set(first)
    else:
        assert {row["id"] for row in rows if row["copies"] == 2} == set(first)


def test_a_row_that_changes_while_the_export_runs_comes_again(services, monkeypatch):
    monkeypatch.setattr("worker.flows.export.BATCH", 2)
    with services.db.write() as connection:
        sync(connection, make_feed("desk"))
        first, *others = add(connection, "desk", *"abcde")
    batches = iter_batches(services.db, "articles", None)
    rows = [row for row, _ in next(batches).rows]
    with services.db.write() as connection:
        connection.execute(ExtractionRow.__table__.insert(), {**TEXT_RESULT, "article_id": first})
    rows += [row for batch in batches for row, _ in batch.rows]
    assert [row["id"] for row in rows] == [first, *others, first]
    assert [rows[0]["text_from"], rows[-1]["text_from"]] == ["feed", "page"]


def test_an_endless_export_looks_again(services):
    pauses = []
    with services.db.write() as connection:
        sync(connection, make_feed("desk"))
        add(connection, "desk", "a")
    batches = iter_batches(services.db, "articles", None, is_endless=True, pause=pauses.append)
    assert [row["id"] for row, _ in next(batches).rows] == [1]
    with services.db.write() as connection:
        add(connection, "desk", "b")
    assert [row["id"] for row, _ in next(batches).rows] == [2]
    assert next(batches).rows == ()
    assert len(pauses) == 2


def test_a_cursor_is_the_position_and_anything_else_is_refused():
    position = Position("0f2e273be7e2be67", 7, "article", 12)
    assert read_cursor(f" {write_cursor(position)}\n") == position
    for word in (
        "",
        "x",
        "é",
        "WzFd",
        "[1]",
        "bnVsbA",
        "WyJhIiwxLCJiIl0",
        "9" * 5_000,
        "\x00",
        "WyIiLDFlOTksIiIsMV0",
    ):
        with pytest.raises(BadCursorError, match="leave it out"):
            read_cursor(word)
