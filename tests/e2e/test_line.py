"""The whole line in small: real processes watch the newsroom, die in the middle, and lose nothing."""

import contextlib
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
from sqlalchemy import func, select

from tests.newsroom import Newsroom, Server, serve
from tests.newsroom.model import read_steps
from tests.support.isolation import service_environment
from worker.store import Database
from worker.store.models import ArticleRow, ExtractionRow, Job, Poll, Story

MAIN = (sys.executable, "-c", "from worker.cli.main import main; main()")
START_S, CAUGHT_UP_S, STOP_S = 120.0, 180.0, 60.0  # a machine may be busy with other tests
FIX_TICKS = {step.tick for step in read_steps() if step.kind == "fix"}


class Line:
    """An installation on one state directory: `wireroom run`, and workers started beside it."""

    def __init__(self, folder: Path, server: Server, database_url: str) -> None:
        self.home, self.room, self.server = folder / "home", server.newsroom, server
        config = folder / "feeds.toml"
        text = self.room.feeds_toml(server.base).replace('"5s"', '"2s"').replace('"30s"', '"4s"')
        config.write_text(text, encoding="utf-8")
        sizes = {"TICK": "1s", "EXTRACT_CONCURRENCY": "1", "POLL_CONCURRENCY": "4"}
        own = service_environment(self.home, config, DATABASE_URL=database_url, **sizes)
        self.env = {**own, "NO_COLOR": "1"}
        self.database = Database(database_url)
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, *args: str) -> subprocess.Popen[bytes]:
        """Start a command in the background; its output goes to a file named for it."""
        with self.output(*args).open("ab") as output:
            process = subprocess.Popen(
                [*MAIN, *args], env=self.env, stdout=output, stderr=output, cwd=self.home.parent
            )
        self.processes.append(process)
        return process

    def output(self, *args: str) -> Path:
        return self.home.parent / f"{'-'.join(args)}.log"

    def kill_tree(self, process: subprocess.Popen[bytes]) -> None:
        """Kill -9 of a process and all its descendants at one moment."""
        root = psutil.Process(process.pid)
        tree = [root, *root.children(recursive=True)]
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for member in tree:
                with contextlib.suppress(psutil.NoSuchProcess):
                    member.send_signal(number)
        process.wait()

    def close(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.environ().get("WIREROOM_HOME") == str(self.home):
                    process.kill()
        self.database.close()

    def stored(self) -> dict[tuple[str, str], int]:
        """The versions of each stored entry; empty before there are tables."""
        try:
            with self.database.read() as connection:
                query = select(ArticleRow.feed_id, ArticleRow.guid, ArticleRow.url, ArticleRow.versions)
                rows = list(connection.execute(query))
        except Exception:  # noqa: BLE001 - the service has not made its tables yet
            return {}
        assert len({(row.feed_id, row.guid or row.url) for row in rows}) == len(rows), "stored twice"
        return {(row.feed_id, row.guid or row.url): row.versions for row in rows}

    def truth(self) -> dict[tuple[str, str], int]:
        return {(row["feed"], row["guid"] or row["url"]): row["versions"] for row in self.room.truth()}

    def open_work(self) -> int:
        """Jobs that have not ended, and articles that are not matched yet."""
        ended = ("done", "dead")
        with self.database.read() as connection:
            jobs = connection.scalar(select(func.count()).where(Job.state.not_in(ended))) or 0
            unmatched = connection.scalar(select(func.count()).where(ArticleRow.matched_at.is_(None))) or 0
        return jobs + unmatched

    def publish(self, first: int, last: int) -> None:
        """Move the newsroom's clock; a text that is to be corrected is let through before."""
        for tick in range(first, last + 1):
            if tick in FIX_TICKS:
                self.catch_up()
            self.room.advance()

    def catch_up(self) -> None:
        """Wait until every entry is stored in its newest version."""
        assert until(lambda: self.stored() == self.truth(), CAUGHT_UP_S), self.missing()

    def missing(self) -> str:
        stored, truth = self.stored(), self.truth()
        differing = {key: (n, stored.get(key)) for key, n in truth.items() if stored.get(key) != n}
        return f"{len(differing)} entries differ (published, stored): {differing}"

    def feed_requests(self, since: int) -> list[int]:
        """The responses to polls after a position in the request log."""
        paths = {outlet.feed_path for outlet in self.room.outlets.values()}
        return [request.status for request in self.server.requests[since:] if request.path in paths]


def until(condition: Callable[[], bool], limit_s: float) -> bool:
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.2)
    return False


@pytest.fixture
def line(tmp_path: Path, database_url: str) -> Iterator[Line]:
    with serve(Newsroom(datetime.now(UTC), pace=2.0)) as server:
        line = Line(tmp_path, server, database_url)
        yield line
        line.close()


def assert_stories_as_published(line: Line) -> None:
    """Copies together, strangers apart, exactly one lead in each story."""
    with line.database.read() as connection:
        columns = (ArticleRow.id, ArticleRow.feed_id, ArticleRow.guid, ArticleRow.url, ArticleRow.role)
        rows = list(connection.execute(select(*columns, ArticleRow.story_id)))
        leads = {row.id: row.lead_id for row in connection.execute(select(Story.id, Story.lead_id))}
    name_of = {(row["feed"], row["guid"] or row["url"]): row["story"] for row in line.room.truth()}
    ids, names, found_leads = defaultdict(set), defaultdict(set), defaultdict(list)
    for row in rows:
        name = name_of[row.feed_id, row.guid or row.url]
        ids[name].add(row.story_id)
        names[row.story_id].add(name)
        if row.role == "lead":
            found_leads[row.story_id].append(row.id)
    assert not {name: stories for name, stories in ids.items() if len(stories) > 1}, "copies apart"
    assert not {story: found for story, found in names.items() if len(found) > 1}, "strangers together"
    assert found_leads == {story: [leads[story]] for story in names}


def assert_jobs_ended_once(line: Line) -> None:
    """Every lead has its job, done or dead with a reason; no result was written twice."""
    with line.database.read() as connection:
        jobs = list(connection.execute(select(Job.__table__)))
        of_kinds = select(ExtractionRow.article_id, ExtractionRow.kind)
        results = Counter((row.article_id, row.kind) for row in connection.execute(of_kinds))
        leads = set(connection.scalars(select(ArticleRow.id).where(ArticleRow.role == "lead")))
        of_pages = select(ExtractionRow.__table__).where(ExtractionRow.kind == "fulltext")
        reasons = {row.article_id: row.reason for row in connection.execute(of_pages)}
        pages = {row.id: row.url for row in connection.execute(select(ArticleRow.id, ArticleRow.url))}
    assert leads <= {job.article_id for job in jobs}
    assert {job.state for job in jobs} <= {"done", "dead"}
    assert all(job.error for job in jobs if job.state == "dead")
    done = Counter((job.article_id, job.kind) for job in jobs if job.state == "done")
    assert results == done
    assert set(done.values()) == {1}
    refused = {article for article, reason in reasons.items() if reason and "robots.txt" in reason}
    assert refused == {article for article, _ in done if "/members/" in pages[article]}
    asked = {request.path for request in line.server.requests}
    assert not any("/members/" in path for path in asked)


def assert_unchanged_feeds_answer_304(line: Line) -> None:
    """When nothing was published, every poll is answered without a document, and nothing is stored."""
    before, stored = len(line.server.requests), line.stored()
    assert until(lambda: len(line.feed_requests(before)) >= len(line.room.outlets), CAUGHT_UP_S)
    assert set(line.feed_requests(before)) == {304}
    assert line.stored() == stored
    with line.database.read() as connection:
        outcomes = set(connection.scalars(select(Poll.outcome)))
    assert "failed" not in outcomes


@pytest.mark.e2e
@pytest.mark.timeout(900)
def test_the_line_stores_every_entry_once_though_everything_dies_in_the_middle(line: Line) -> None:
    """On SQLite alone; on PostgreSQL with a second poll worker beside, which outlives the others."""
    with_helper = not line.database.is_sqlite
    last = line.room.script_ticks
    first_run = line.start("run", "--no-flower")
    assert until(lambda: bool(line.stored()), START_S), line.output("run", "--no-flower").read_text()
    helper = line.start("worker", "poll") if with_helper else None
    line.publish(1, last // 2)
    assert until(lambda: len(line.stored()) > 10, CAUGHT_UP_S)
    line.kill_tree(first_run)
    second_run = line.start("run", "--no-flower")
    line.publish(last // 2 + 1, last)
    line.catch_up()
    assert until(lambda: line.open_work() == 0, CAUGHT_UP_S)
    assert_stories_as_published(line)
    assert_jobs_ended_once(line)
    assert_unchanged_feeds_answer_304(line)
    for process in (helper, second_run):
        if process is not None:
            process.terminate()
            assert process.wait(STOP_S) == 0
    if with_helper:
        assert "feeds.poll" in line.output("worker", "poll").read_text(), "the second worker had its share"
