"""Backups and restores of SQLite: checked, complete, and safe whenever a process is killed."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from tests.store.samples import add, make_feed, sync
from tests.support.schema import newer_program
from worker.errors import SchemaError, ServiceError
from worker.store import Database, alerts, backup, migrate, push_messages
from worker.store import jobs as job_store
from worker.store.backup import backup_sqlite
from worker.store.models import ArticleRow, Event, Feed, Host, Job, PushMessage
from worker.store.restore import restore_sqlite

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
WRITER = """
import sys, time
from tests.store.samples import add
from worker.store import Database
database = Database(sys.argv[1])
with database.write() as connection:
    add(connection, "desk", *sys.argv[2].split(","))
print("written", flush=True)
time.sleep(120)
"""
# Restores a backup once for each line of the module that does it, and is killed at that line.
KILLED = """
import os, shutil, signal, sys
from pathlib import Path
from tests.store.test_store_restore import NOW, describe
from worker.store import Database, backup, restore

folder, kept = Path(sys.argv[1]), Path(sys.argv[2])
old, new = int(sys.argv[3]), int(sys.argv[4])
files = (restore.__file__, backup.__file__)
restore._users = lambda path: iter(())  # looks at every process of the machine, each time

def restore_until(step):
    seen = 0
    def on_line(frame, event, _):
        nonlocal seen
        if event == "line":
            seen += 1
            if seen == step:
                os.kill(os.getpid(), signal.SIGKILL)
        return on_line
    sys.settrace(lambda frame, event, _: on_line if frame.f_code.co_filename in files else None)
    restore.restore_sqlite(Database(f"sqlite:///{folder}/wireroom.db"), folder / "backup.db", NOW)

shutil.copytree(kept, folder, dirs_exist_ok=True)
restore_until(0)  # never killed: what it imports is then here for every child
sys.settrace(None)
step, found = 0, []
while True:
    step += 1
    shutil.rmtree(folder)
    shutil.copytree(kept, folder)
    child = os.fork()
    if child == 0:
        sys.stderr = open(os.devnull, "w")
        restore_until(step)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    articles, sides = describe(folder / "wireroom.db"), None
    found.append(articles)
    assert articles in (old, new), (step, articles)
    if status == 0:
        break
    assert os.WTERMSIG(status) == signal.SIGKILL, (step, status)
    if step % 10 and not list(folder.glob("*-before-restore-*")):
        continue  # nothing was begun that another restore could meet
    again = Database(f"sqlite:///{folder}/wireroom.db")
    restore.restore_sqlite(again, folder / "backup.db", NOW)
    assert describe(folder / "wireroom.db") == new, step
    assert not list(folder.glob("*.restoring*")), step
    inodes = [path.stat().st_ino for path in folder.glob("wireroom*.db")]
    assert len(inodes) == len(set(inodes)), step
assert found == sorted(found, key=lambda n: n == new), found  # old up to a moment, new from then on
print(step, found.count(old), found.count(new))
"""


def describe(path):
    """How many articles a database holds, after SQLite has done what it does when it opens one."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return connection.execute("SELECT count(*) FROM articles").fetchone()[0]


def make_database(path, *keys):
    database = Database(f"sqlite:///{path}")
    migrate(database)
    with database.write() as connection:
        sync(connection, make_feed("desk"))
        add(connection, "desk", *keys)
    return database


def run_python(code, *args, **options):
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, args)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=Path.cwd(), **options,
    )  # fmt: skip


def start_writer(database, keys):
    """A process that has stored articles and goes on holding the database open."""
    process = run_python(WRITER, database.url.render_as_string(), keys)
    assert process.stdout is not None
    assert process.stdout.readline() == "written\n", process.stderr.read()
    return process


def end(process):
    process.kill()
    process.communicate()


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def database(home):
    """Two articles, and a backup of one beside it."""
    database = make_database(home / "wireroom.db", "a")
    backup_sqlite(database, home / "backup.db")
    with database.write() as connection:
        add(connection, "desk", "b")
    database.close()
    yield database
    database.close()


def test_a_restore_brings_the_backup_and_keeps_what_was_there(database, home):
    done = restore_sqlite(database, home / "backup.db", NOW)
    assert (done.path, done.notes) == (home / "wireroom.db", ())
    assert done.aside == home / "wireroom-before-restore-20261124T120000Z.db"
    assert names(home) == ["backup.db", done.aside.name, "wireroom.db"]
    assert (describe(home / "wireroom.db"), describe(done.aside)) == (1, 2)
    second = restore_sqlite(database, done.aside, NOW)
    assert second.aside == home / "wireroom-before-restore-20261124T120000Z-2.db"
    assert describe(home / "wireroom.db") == 2


def test_a_restore_leaves_an_event_that_names_the_backup(database, home):
    restore_sqlite(database, home / "backup.db", NOW)
    with database.read() as connection:
        [event] = connection.execute(select(Event.at, Event.kind, Event.message))
    assert event == (NOW, "database.restored", f"the database was restored from {home / 'backup.db'}")


def test_after_a_restore_no_article_gets_the_id_of_one_that_receivers_know(database, home):
    with database.read() as connection:
        known = connection.scalar(select(func.max(ArticleRow.id)))
    database.close()
    restore_sqlite(database, home / "backup.db", NOW)
    with database.write() as connection:
        [article] = add(connection, "desk", "c")
    assert article > known


def test_a_restore_says_which_messages_will_be_sent_again(database, home):
    with database.write() as connection:
        messages = [(f"msg_{n}", "story.new", n) for n in range(3)]
        rows = [
            {"receiver": "cms", "message": name, "kind": kind, "story_id": story, "article_id": None,
             "title": "x", "body": "{}"}
            for name, kind, story in messages
        ]  # fmt: skip
        push_messages.add_messages(connection, rows, NOW)
        connection.execute(update(PushMessage).where(PushMessage.story_id == 0).values(finished_at=NOW))
        alerts.add_delivery(connection, "msg_a", "mail", {"events": [], "more": {}}, NOW)
    backup_sqlite(database, home / "waiting.db")
    database.close()
    done = restore_sqlite(database, home / "waiting.db", NOW)
    [note] = done.notes
    assert note == (
        "the backup has 2 push messages and 1 alert waiting; what was sent since it was made is sent again, "
        "with the same ids"
    )


def test_what_a_killed_service_had_written_is_kept_aside_and_does_not_come_back(database, home):
    """The `-wal` of a process killed by SIGKILL belongs to the database that is put aside."""
    writer = start_writer(database, "c,d,e")
    os.kill(writer.pid, signal.SIGKILL)
    writer.communicate()
    assert (home / "wireroom.db-wal").stat().st_size > 0
    done = restore_sqlite(database, home / "backup.db", NOW)
    assert names(home) == ["backup.db", done.aside.name, "wireroom.db"]
    assert (describe(home / "wireroom.db"), describe(done.aside)) == (1, 5)


def test_killed_at_any_line_the_old_or_the_new_database_is_whole(database, home, tmp_path):
    """And the next restore leaves nothing of the one that was killed."""
    writer = start_writer(database, "c,d")
    end(writer)
    kept = tmp_path / "kept"
    home.rename(kept)
    home.mkdir()
    process = run_python(KILLED, home, kept, 4, 1)
    out, errors = process.communicate(timeout=250)
    assert process.returncode == 0, errors
    steps, before, after = map(int, out.split())
    assert (before > 50, after > 3, steps) == (True, True, before + after)


@pytest.mark.parametrize("is_idle", [True, False])
def test_a_restore_is_refused_while_another_process_has_the_database_open(
    database, home, is_idle, monkeypatch
):
    """A worker that does nothing at the moment counts, and so does one that only its lock shows."""
    if not is_idle:
        monkeypatch.setattr("worker.store.restore._users", lambda _: iter(()))
        monkeypatch.setattr("worker.store.restore.IN_USE_S", 0.1)
    writer = start_writer(database, "c")
    says = f"in use by process {writer.pid}" if is_idle else "in use by another process"
    with pytest.raises(ServiceError, match=says):
        restore_sqlite(database, home / "backup.db", NOW)
    end(writer)
    assert describe(home / "wireroom.db") == 3
    assert names(home) == ["backup.db", "wireroom.db"]


def make_foreign(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE ledger (id)")


def make_newer(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '20990101'")
        connection.commit()


def make_damaged(path):
    content = bytearray(path.read_bytes())
    for place in range(4096, len(content), 4096):
        content[place : place + 64] = b"\xa5" * 64
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: path.unlink(), "there is no file"),
        (lambda path: (path.unlink(), path.mkdir()), "is not a file"),
        (lambda path: path.write_bytes(b""), "is not a SQLite database"),
        (lambda path: path.write_bytes(b"PGDMP\x01\x0e"), "is not a SQLite database"),
        (lambda path: path.write_bytes(path.read_bytes()[:10_000]), "damaged|malformed"),
        (make_damaged, "damaged|malformed"),
        (lambda path: (path.unlink(), make_foreign(path)), "another program"),
        (lambda path: (path.unlink(), sqlite3.connect(path).execute("PRAGMA user_version=1")), "empty"),
        (make_newer, "newer than this program"),
        (lambda path: (path.unlink(), path.symlink_to("wireroom.db")), "is the database itself"),
    ],
)
def test_a_file_that_is_no_backup_is_refused_and_nothing_changes(database, home, make, says):
    file = home / "backup.db"
    make(file)
    with pytest.raises(ServiceError, match=says) as caught:
        restore_sqlite(database, file, NOW)
    assert "\n" not in str(caught.value)
    assert describe(home / "wireroom.db") == 2
    assert {name.partition("-")[0] for name in names(home)} - {"backup.db"} == {"wireroom.db"}


def change(path, *statements):
    """Change a backup as another program, or an operator, might; foreign keys are not enforced."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


@pytest.mark.parametrize(
    ("statements", "says"),
    [
        (["ALTER TABLE articles DROP COLUMN source_name"], "column of articles source_name is missing"),
        (["ALTER TABLE articles RENAME COLUMN author TO writer"], "author is missing.*writer is not one of"),
        (
            ["ALTER TABLE feeds ADD COLUMN price INT NOT NULL DEFAULT 0"],
            "column of feeds price is not one of",
        ),
        (["DROP TABLE tombstones"], "table tombstones is missing"),
        (["DROP INDEX ix_articles_feed_id"], "index of articles ix_articles_feed_id is missing"),
        (
            ["DROP INDEX ix_articles_feed_id", "CREATE INDEX ix_articles_feed_id ON articles (title)"],
            "ix_articles_feed_id has another definition",
        ),
        (["CREATE UNIQUE INDEX one_title ON articles (title)"], "index of articles one_title is not one of"),
        (
            ["CREATE TRIGGER t AFTER UPDATE ON feeds BEGIN DELETE FROM articles; END"],
            "trigger t is not one of wireroom",
        ),
        (["CREATE VIEW latest AS SELECT * FROM articles"], "view latest is not one of wireroom"),
        (["CREATE TABLE notes (article INT REFERENCES articles (id))"], "table notes .* has foreign keys"),
        (["UPDATE articles SET feed_id = 'gone'"], "rows of articles without their row of feeds: 1"),
        (["DELETE FROM feeds"], "rows of articles without their row of feeds: 1"),
        (["DELETE FROM alembic_version"], "names no schema revision"),
    ],
)
def test_a_backup_that_is_not_intact_is_refused_in_a_sentence(database, home, statements, says):
    """The database in use stays as it is, and no file is left beside it."""
    change(home / "backup.db", *statements)
    before = (home / "wireroom.db").read_bytes()
    with pytest.raises(ServiceError, match=says) as caught:
        restore_sqlite(database, home / "backup.db", NOW)
    assert "\n" not in str(caught.value)
    assert "backup.db" in str(caught.value) or "revision" in str(caught.value)
    assert (home / "wireroom.db").read_bytes() == before
    assert names(home) == ["backup.db", "wireroom.db"]


def test_a_backup_without_tables_of_ours_is_empty(database, home):
    (home / "backup.db").unlink()
    change(home / "backup.db", "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    with pytest.raises(ServiceError, match="is an empty database"):
        restore_sqlite(database, home / "backup.db", NOW)
    assert describe(home / "wireroom.db") == 2


def test_what_an_operator_added_to_a_backup_without_harm_is_restored(database, home):
    """Statistics, an index and a table of another tool."""
    change(
        home / "backup.db",
        "ANALYZE",
        "CREATE INDEX own ON articles (author)",
        "CREATE TABLE _tool_seq (id INT)",
    )
    restore_sqlite(database, home / "backup.db", NOW)
    assert describe(home / "wireroom.db") == 1


def test_the_database_itself_is_refused_by_a_relative_path_too(database, home, monkeypatch):
    monkeypatch.chdir(home)
    with pytest.raises(ServiceError, match="is the database itself"):
        restore_sqlite(database, Path("wireroom.db"), NOW)


def test_a_backup_of_an_older_schema_is_restored_and_upgraded_by_the_next_start(home, tmp_path):
    database = make_database(home / "wireroom.db", "a")
    backup_sqlite(database, home / "old.db")
    with newer_program(tmp_path / "program"):
        migrate(database)
        database.close()
        done = restore_sqlite(database, home / "old.db", NOW)
        assert "older than this program" in " ".join(done.notes)
        again = Database(database.url.render_as_string())
        with pytest.raises(SchemaError, match="older"), again.read():
            pass
        migrate(again)
        assert describe(home / "wireroom.db") == 1
        again.close()


def test_what_was_under_way_at_the_backup_is_free_after_a_restore(home):
    """Feeds, jobs and a host's probe; a feed's due time and a job's attempts stay."""
    database = make_database(home / "wireroom.db", "a", "b", "c")
    far = NOW + timedelta(days=900)
    with database.write() as connection:
        connection.execute(update(Feed).values(lease="x", lease_until_at=far, started=True))
        connection.execute(Host.__table__.insert(), {"name": "h", "reason": "", "probe": "x"})
        jobs = [job_store.NewJob(article, "fulltext", "1", "h") for article in (1, 2, 3)]
        job_store.add_jobs(connection, jobs, NOW)
        for job, state in ((1, "running"), (2, "queued"), (3, "done")):
            values = {"state": state, "lease": "x", "lease_until_at": far, "attempts": 2}
            connection.execute(update(Job).where(Job.id == job).values(**values))
    backup_sqlite(database, home / "backup.db")
    database.close()
    restore_sqlite(database, home / "backup.db", NOW)
    with database.read() as connection:
        feed = connection.execute(select(Feed.lease, Feed.lease_until_at, Feed.started)).one()
        found = connection.execute(
            select(Job.state, Job.next_attempt_at, Job.attempts).order_by(Job.id)
        ).all()
        assert connection.scalar(select(Host.probe)) is None
    assert feed == (None, None, False)
    assert [tuple(row) for row in found[:2]] == [("pending", NOW, 2)] * 2
    assert found[2].state == "done"


def test_a_link_to_the_database_stays_a_link(database, home, tmp_path):
    elsewhere = tmp_path / "disk"
    elsewhere.mkdir()
    (home / "wireroom.db").rename(elsewhere / "real.db")
    (home / "wireroom.db").symlink_to(elsewhere / "real.db")
    done = restore_sqlite(database, home / "backup.db", NOW)
    assert (home / "wireroom.db").is_symlink()
    assert done.aside.parent == elsewhere
    assert (describe(home / "wireroom.db"), describe(done.aside)) == (1, 2)


@pytest.mark.parametrize("make", [make_damaged, lambda path: path.write_bytes(b"no database" * 99)])
def test_a_broken_database_is_replaced_and_kept_with_the_files_beside_it(database, home, make):
    make(home / "wireroom.db")
    broken = (home / "wireroom.db").read_bytes()
    (home / "wireroom.db-wal").write_bytes(b"stale" * 1000)
    done = restore_sqlite(database, home / "backup.db", NOW)
    assert describe(home / "wireroom.db") == 1
    assert done.aside.read_bytes()[4096:] == broken[4096:]
    assert not (home / "wireroom.db-wal").exists()


def test_files_beside_a_database_that_is_gone_do_not_meet_the_restored_one(database, home):
    end(start_writer(database, "c,d"))
    (home / "wireroom.db").unlink()
    assert restore_sqlite(database, home / "backup.db", NOW).aside is None
    assert describe(home / "wireroom.db") == 1


def test_a_backup_copied_with_its_log_is_restored_whole_and_not_changed(database, home, tmp_path):
    """Who copies the files of a killed service copies the `-wal` too; what stands in it counts."""
    end(start_writer(database, "c,d"))
    copied = tmp_path / "copied"
    copied.mkdir()
    for suffix in ("", "-wal"):
        (copied / f"w.db{suffix}").write_bytes((home / f"wireroom.db{suffix}").read_bytes())
    before = [(copied / f"w.db{suffix}").read_bytes() for suffix in ("", "-wal")]
    database.close()
    restore_sqlite(database, copied / "w.db", NOW)
    assert describe(home / "wireroom.db") == 4
    assert [(copied / f"w.db{suffix}").read_bytes() for suffix in ("", "-wal")] == before


FULL = """
import resource, sys
from pathlib import Path
from tests.store.test_store_restore import NOW
from worker.errors import ServiceError
from worker.store import Database, backup, restore
home = Path(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
database = Database(f"sqlite:///{home}/wireroom.db")
try:
    if sys.argv[3] == "restore":
        restore.restore_sqlite(database, home / "backup.db", NOW)
    else:
        backup.backup_sqlite(database, home / "new.db")
except ServiceError as exc:
    print(exc)
    sys.exit(1)
"""


@pytest.mark.parametrize("what", ["restore", "backup"])
def test_a_disk_that_fills_up_leaves_the_database_and_no_half_copy(database, home, what):
    process = run_python(FULL, home, 40_000, what)
    out, errors = process.communicate(timeout=200)
    assert (process.returncode, out.count("\n"), errors) == (1, 1, "")
    assert describe(home / "wireroom.db") == 2
    assert {name for name in names(home) if not name.startswith("wireroom.db-")} == {
        "backup.db",
        "wireroom.db",
    }


def test_no_room_is_said_before_anything_is_written(database, home, monkeypatch):
    monkeypatch.setattr(backup.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 10}))
    for use in (
        lambda: restore_sqlite(database, home / "backup.db", NOW),
        lambda: backup_sqlite(database, home / "new.db"),
    ):
        with pytest.raises(ServiceError, match="not enough space in"):
            use()
    assert describe(home / "wireroom.db") == 2


def test_a_backup_is_complete_checked_private_and_never_overwrites(database, home):
    assert (home / "backup.db").stat().st_mode & 0o777 == 0o600
    before = (home / "backup.db").read_bytes()
    (home / "dangling.db").symlink_to("nowhere")
    for name in ("backup.db", "dangling.db", "wireroom.db", "."):
        with pytest.raises(ServiceError, match="already exists"):
            backup_sqlite(database, home / name)
    with pytest.raises(ServiceError, match="No such file"):
        backup_sqlite(database, home / "missing" / "x.db")
    assert (home / "backup.db").read_bytes() == before
    writer = start_writer(database, "c")
    assert backup_sqlite(database, home / "live.db") == (home / "live.db").stat().st_size
    end(writer)
    assert describe(home / "live.db") == 3
    assert not list(home.glob("*.partial*"))


def test_a_damaged_database_gives_no_backup(database, home):
    make_damaged(home / "wireroom.db")
    with pytest.raises(ServiceError, match=r"damaged|malformed"):
        backup_sqlite(database, home / "new.db")
    assert names(home) == ["backup.db", "wireroom.db"]


def test_postgresql_is_told_what_to_do_instead(postgres_url, tmp_path):
    database = Database(postgres_url)
    with pytest.raises(ServiceError, match=r"PostgreSQL: .*pg_restore"):
        restore_sqlite(database, tmp_path / "x", NOW)
    with pytest.raises(ServiceError, match=r"PostgreSQL: .*pg_dump"):
        backup_sqlite(database, tmp_path / "x")
