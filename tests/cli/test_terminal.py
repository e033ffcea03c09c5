"""Every list in a real pseudo-terminal of three widths and in a pipe: one row is one line."""

import os
import pty
import re
import subprocess
import sys
import termios
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.cells import cell_len
from sqlalchemy import update

from tests.store.samples import NOW, add, join, make_feed, sync
from tests.support.schema import with_schema
from worker.flows.alert_words import Alert, AlertEvent, alert_to_json
from worker.settings import read_settings
from worker.store import Database, push_messages, push_receivers
from worker.store import alerts as alert_store
from worker.store import events as event_store
from worker.store import jobs as job_store
from worker.store.jobs import NewJob
from worker.store.models import ArticleRow

ROOT = Path(__file__).parents[2]
LONG = "Ferries stop\nas the storm nears\tthe outer islands 항구가 다시 열렸다 " * 4
MARK = "== "
# command: how many rows it lists
LISTS = {
    "feeds": 2,
    "articles": 3,
    "stories --all": 2,
    "jobs": 6,
    "events": 3,
    "alerts list": 2,
    "push receivers": 1,
    "push list": 2,
    "parse docs/examples/feed.xml": 1,
    "extract docs/examples/page.html": 15,
}
OTHERS = ["status", "feeds wire", "jobs 1", "--help"]
PAGES_IN_PIPE = ["stories 1"]
PAGES = ["feeds wire", "status", "--help"]  # whose lines are broken to fit
MODULES = {"story_list": "stories"}  # of a command with a module of its own for its table
DRIVER = """
import fcntl, struct, sys, termios
from worker.cli.main import wireroom
widths, commands = sys.argv[1], sys.argv[2:]
for width in widths.split():
    if sys.stdout.isatty():
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(width), 0, 0))
    for command in commands:
        print("== " + width + " " + command, flush=True)
        try:
            wireroom(command.split(), standalone_mode=False)
        except SystemExit:
            pass
        sys.stdout.flush()
"""
WIDTHS = (60, 80, 140)


@pytest.fixture(scope="module")
def env(tmp_path_factory):
    """The settings of an installation with feeds, articles, a story, jobs and events with long texts."""
    home = tmp_path_factory.mktemp("terminal")
    own = {"WIREROOM_HOME": str(home), "WIREROOM_CONFIG": str(home / "feeds.toml"), "WIREROOM_ENV_FILE": ""}
    (home / "feeds.toml").write_text("")
    database = Database(read_settings(own).database_url)
    with_schema(database)
    with database.write() as connection:
        sync(connection, make_feed("wire"), make_feed("a-feed-with-a-long-name-of-its-own"))
        first, second = add(connection, "wire", "x", "z", title=LONG)
        [copy] = add(connection, "a-feed-with-a-long-name-of-its-own", "y", title=LONG)
        join(connection, copy, first)
        withdrawn = update(ArticleRow).where(ArticleRow.id == copy).values(state="withdrawn")
        connection.execute(withdrawn)
        pair = [NewJob(first, "facts", "1", "h.example"), NewJob(second, "fulltext", "1", "h.example")]
        job_store.add_jobs(connection, pair, NOW)
        event_store.add_events(connection, NOW, [("feed.failing", LONG), ("feed.dead", LONG)], feed_id="wire")
        today = [("story.decided", " ".join(LONG.split()))]
        event_store.add_events(connection, datetime.now(UTC), today)
        for kind in ("feed.failing", "feed.dead"):
            event = AlertEvent(kind=kind, feed="wire", message=LONG, at=NOW.isoformat())
            alert_store.add_delivery(connection, kind, "webhook", alert_to_json(Alert((event,), {})), NOW)
        push_receivers.put_receivers(connection, {"cms": ["story.new"]})
        push_receivers.save_outcome(connection, "cms", failures=1, note=LONG)
        message = {"receiver": "cms", "story_id": first, "article_id": first, "title": LONG, "body": "{}"}
        rows = [{**message, "message": kind, "kind": kind} for kind in ("story.new", "story.grew")]
        push_messages.add_messages(connection, rows, NOW)
    database.close()
    return own


def parts_of(output, width):
    """What each command printed at a width, by lines."""
    found, mark = {}, f"{MARK}{width} "
    for line in output.splitlines():
        if line.startswith(MARK):
            is_wanted = line.startswith(mark)
            lines = found.setdefault(line.removeprefix(mark), []) if is_wanted else []
        else:
            lines.append(line)
    return found


def plain(line):
    """A line without its styles."""
    return re.sub(r"\x1b\[[0-9;]*m", "", line)


def test_every_command_that_prints_a_table_is_driven():
    named = {
        MODULES.get(path.stem, path.stem)
        for path in (ROOT / "worker" / "cli").glob("*.py")
        if re.search(r"print_(?:table|rows)\(", path.read_text())
    }
    assert named == {command.split()[0] for command in LISTS}


@pytest.fixture(scope="module")
def shown(env):
    """The output of all commands in a terminal of each width, from one process."""
    outer, inner = pty.openpty()
    mode = termios.tcgetattr(inner)
    mode[1] &= ~termios.OPOST  # a line end stays one character
    termios.tcsetattr(inner, termios.TCSANOW, mode)
    own = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
    commands = [*LISTS, *OTHERS, "articles --wide"]
    argv = [sys.executable, "-P", "-c", DRIVER, " ".join(map(str, WIDTHS)), *commands]
    settings = {**own, **env, "NO_COLOR": "1", "TERM": "xterm"}
    with subprocess.Popen(argv, stdin=inner, stdout=inner, stderr=inner, env=settings, cwd=ROOT) as process:
        os.close(inner)
        output = b""
        while True:
            try:
                part = os.read(outer, 65_536)
            except OSError:  # Linux: the terminal was closed
                break
            if not part:
                break
            output += part
    os.close(outer)
    assert process.returncode == 0, output.decode()
    return output.decode()


@pytest.mark.parametrize("columns", WIDTHS)
def test_a_row_is_one_line_that_fits_the_terminal(shown, columns):
    printed = parts_of(shown, columns)
    for command, rows in LISTS.items():
        lines = [line for line in printed[command] if not line.startswith("docs/")]
        assert len(lines) == rows + 1, lines
        assert max(map(cell_len, lines)) <= columns, lines
    for command in OTHERS:
        assert printed[command], command
    for command in PAGES:
        assert max(map(cell_len, map(plain, printed[command]))) <= columns, command
    assert max(map(cell_len, printed["articles"])) > columns / 2  # the room is used
    assert any("…" in line for line in printed["articles"])
    wide = printed["articles --wide"]
    assert len(wide) == 4
    assert not any("…" in line for line in wide)


@pytest.mark.parametrize("columns", WIDTHS)
def test_what_needs_attention_is_broken_at_words_and_loses_none(shown, in_pipe, columns):
    """Its events are rows, which are cut. A path that is longer than a line is broken where that ends."""
    lines = parts_of(shown, columns)["status"]
    whole = [line for line in parts_of(in_pipe, 80)["status"] if line.startswith("attention  ")]
    told = lines[lines.index(next(line for line in lines if line.startswith("attention  "))) :]
    assert max(map(len, whole)) > 80
    assert len(told) > len(whole) or columns > max(map(len, whole))
    assert all(line.startswith(("attention  ", " " * 11)) for line in told)
    assert "".join("".join(told).split()) == "".join("".join(whole).split())
    [event] = [line for line in lines if "Z  Ferries stop" in line]
    assert event.endswith("…")


@pytest.mark.parametrize("columns", WIDTHS)
def test_the_list_of_articles_says_which_one_was_withdrawn(shown, columns):
    for command in ("articles", "articles --wide"):
        heading, newest, *others = parts_of(shown, columns)[command]
        assert " state  " in heading
        assert " withdrawn  Ferries stop" in newest
        assert not any("withdrawn" in line or "active" in line for line in others)


@pytest.fixture(scope="module")
def in_pipe(env):
    """The output of all commands in a pipe, from one process."""
    own = {**os.environ, "COLUMNS": "40", "LINES": "10"}  # as a shell that exports its size
    done = subprocess.run(
        [sys.executable, "-P", "-c", DRIVER, "80", *LISTS, *OTHERS, *PAGES_IN_PIPE],
        env={**own, **env}, cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


def test_a_pipe_gets_whole_rows(in_pipe):
    printed = parts_of(in_pipe, 80)
    for command, rows in LISTS.items():
        lines = [line for line in printed[command] if not line.startswith("docs/")]
        assert len(lines) == rows + 1, lines
        if command != "alerts list":  # whose titles are cut when they are made
            assert not any("…" in line for line in lines)
    assert "\x1b" not in in_pipe
    whole = " ".join(LONG.split())
    assert sum(whole in line for line in printed["articles"]) == 3
    assert sum("a-feed-with-a-long-name-of-its-own" in line for line in printed["feeds"]) == 1
    assert sum(whole in line for line in printed["feeds wire"]) == 4, "two events, two articles"
    assert sum(whole in line for line in printed["stories 1"]) >= 1, printed["stories 1"]


def test_a_reader_that_ends_early_is_no_error(env):
    """As `wireroom … | head -1`: more is printed than a pipe holds, and nothing is told on stderr."""
    code = (
        "import sys\nfrom worker.cli import events\nfrom worker.cli.main import main\n"
        "from worker.store import events as store\n"
        "store.iter_events = lambda *_, **__: ({'message': 'x' * 1000} for _ in range(10_000))\n"
        "sys.argv[1:] = ['events', '--json']\nmain()\n"
    )
    argv = [sys.executable, "-P", "-c", code]
    own = {**os.environ, **env}
    with subprocess.Popen(argv, env=own, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.readline().startswith(b'{"message"')
        process.stdout.close()
        told = process.stderr.read()
    assert (process.returncode, told) == (0, b"")


@pytest.mark.parametrize("width", WIDTHS)
def test_no_heading_is_cut_so_that_two_would_be_alike(shown, in_pipe, width):
    """A column that does not fit is left out; the others have their whole heading."""
    whole, narrow = parts_of(in_pipe, 80), parts_of(shown, width)
    for command in LISTS:
        heading = _headings(whole[command])
        found = _headings(narrow[command])
        assert found, command
        assert "…" not in "".join(found), (command, width)
        assert set(found) <= set(heading), (command, width)
        assert len(set(found)) == len(found), (command, width)


def _headings(lines):
    """The headings of a table, which two spaces part."""
    first = next(plain(line) for line in lines if not line.startswith("docs/"))
    return re.split(r"\s{2,}", first.strip())
