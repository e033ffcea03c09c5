"""`wireroom jobs`: one line a job with why it is where it is, filters, and how many more there are."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from tests.store.samples import NOW, add, later, make_feed, sync
from tests.support.schema import with_schema
from worker.cli.jobs import jobs
from worker.flows.services import Services
from worker.records import JobState
from worker.settings import read_settings
from worker.store import job_queue
from worker.store import jobs as job_store
from worker.store.jobs import NewJob
from worker.store.models import Job


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """Three articles of two feeds: one page will be tried again, one is dead, and one is queued."""
    room = Services(read_settings({"WIREROOM_HOME": str(tmp_path)}))
    with_schema(room.db)
    monkeypatch.setattr("worker.flows.services.services", lambda: room)
    with room.db.write() as connection:
        sync(connection, make_feed("wire"), make_feed("coast"))
        ids = [*add(connection, "wire", "x", "y"), *add(connection, "coast", "z")]
        for article in ids:
            pair = [
                NewJob(article, "fulltext", "1", f"h{article}.example"),
                NewJob(article, "facts", "1", ""),
            ]
            job_store.add_jobs(connection, pair, NOW)
        sent = job_queue.queue_due(connection, NOW, limit=9, lease_s=60, slots_of=lambda _: 9)
        claimed = [job_store.claim(connection, job.id, NOW, 60) for job in sent]
        job_store.fail(connection, claimed[0], "503 from the site", retry_at=later(300), now=NOW)
        job_store.fail(connection, claimed[1], "404 from the site", retry_at=None, now=NOW)
    yield room
    room.close()


def listed(*arguments):
    found = CliRunner().invoke(jobs, arguments)
    assert found.exit_code == 0, found.output
    return found.output


def test_every_job_is_one_line_with_why_it_is_where_it_is(desk):
    lines = listed().splitlines()
    assert len(lines) == 1 + 6
    assert any("failed" in line and "next attempt now" in line for line in lines)
    assert any("dead" in line and "404 from the site" in line for line in lines)
    assert any("waits for the page" in line for line in lines)
    assert all("Title of" in line for line in lines[1:])


def test_the_next_attempt_is_shown_as_feeds_shows_the_next_poll(desk):
    with desk.db.write() as connection:
        due = datetime.now(UTC) + timedelta(minutes=12, seconds=30)
        failed = update(Job.__table__).where(Job.state == "failed")
        connection.execute(failed.values(next_attempt_at=due))
    assert "next attempt in 12." in listed()
    failed_id = json.loads(listed("--state", "failed", "--json"))["id"]
    line = r"^next attempt at  in 12\.\d min \(\d\d:\d\d:\d\dZ\)$"
    assert re.search(line, listed(str(failed_id)), re.MULTILINE)


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        (["--state", "dead"], 1),
        (["--kind", "facts"], 3),
        (["--feed", "coast"], 2),
        (["--host", "H1.example"], 1),
        (["--kind", "metadata"], 0),
    ],
)
def test_filters(desk, arguments, count):
    rows = [json.loads(line) for line in listed(*arguments, "--json").splitlines()]
    assert len(rows) == count
    assert all({"feed", "title", "article", "kind", "state", "error", "attempts"} <= set(row) for row in rows)


def test_what_is_cut_off_is_told(desk):
    assert "2 of 6 jobs; --limit shows more" in listed("--limit", "2")
    assert " of " not in listed("--limit", "6").splitlines()[-1].replace("Title of", "")


def test_a_feed_that_is_not_there_is_an_error(desk):
    found = CliRunner().invoke(jobs, ["--feed", "nosuch"])
    assert (found.exit_code, "wireroom feeds" in found.output) == (1, True)


def test_an_unknown_kind_or_state_is_refused_with_the_known_ones(desk):
    found = CliRunner().invoke(jobs, ["--kind", "bogus"])
    assert found.exit_code == 1
    assert 'no extraction kind "bogus"; known: ' in found.output
    assert "facts, fulltext" in found.output
    assert 'did you mean "fulltext"?' in CliRunner().invoke(jobs, ["--kind", "fultext"]).output
    found = CliRunner().invoke(jobs, ["--state", "bogus"])
    assert found.exit_code == 2
    assert all(state.value in found.output for state in JobState)
    assert 'did you mean "failed"?' in CliRunner().invoke(jobs, ["--state", "faild"]).output
    found = CliRunner().invoke(jobs, ["--host", "h1.exampel"])
    assert (found.exit_code, 'did you mean "h1.example"?' in found.output) == (1, True)


def test_a_job_that_is_not_retried_is_said_once_and_a_kind_by_its_nearest(desk):
    pending = next(json.loads(line) for line in listed("--json").splitlines() if '"pending"' in line)
    done = CliRunner().invoke(jobs, ["retry", str(pending["id"])])
    assert done.output == f"Error: job {pending['id']} is pending: only dead and failed jobs are retried\n"
    done = CliRunner().invoke(jobs, ["backfill", "fact", "--since", "1d"])
    assert 'no extractor makes "fact", did you mean "facts"?' in done.output


def test_one_job_with_its_article_and_how_to_try_it_again(desk):
    dead = next(json.loads(line) for line in listed("--state", "dead", "--json").splitlines())
    shown = listed(str(dead["id"]))
    assert "404 from the site" in shown
    assert dead["title"] in shown
    assert f"wireroom jobs retry {dead['id']}" in shown
    [row] = [json.loads(line) for line in listed(str(dead["id"]), "--json").splitlines()]
    assert row == {**dead, "extracted": []}
    found = CliRunner().invoke(jobs, ["999"])
    assert (found.exit_code, found.output) == (1, "Error: no job 999; `wireroom jobs` lists them\n")


def test_a_kind_without_extractor_is_known_while_it_has_jobs(desk):
    """Its plug-in was removed."""
    with desk.db.write() as connection:
        job_store.add_jobs(connection, [NewJob(1, "mood", "1", "")], NOW)
    assert len(listed("--kind", "mood").splitlines()) == 2
    assert "nothing to show" in listed("--kind", "mood", "--state", "dead")
