"""`wireroom feeds`, `status` and `poll`: what an operator reads of a feed's life, at 80 columns."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from tests.store.samples import add, make_feed, sync
from tests.support.schema import with_schema
from worker.cli.feeds import feeds
from worker.cli.poll import poll
from worker.cli.status import status
from worker.errors import ServiceError
from worker.flows import decisions
from worker.flows.services import Services
from worker.flows.status import read_status
from worker.settings import read_settings
from worker.store import events as event_store
from worker.store.models import Feed, Poll
from worker.text.amounts import spell_s
from worker.views.times import ago, until

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
CONTRACT = {
    "id", "url", "effective_url", "state", "enabled", "http_status", "last_outcome", "last_error",
    "error_streak", "last_polled_at", "last_success_at", "last_new_at", "next_due_at", "next_due_reason",
    "interval_s", "etag", "last_modified", "polls", "articles",
}  # fmt: skip
LONG = "a-very-long-but-allowed-feed-id"
RHYTHM = {
    "hours": [0.0] * 8 + [10.0] * 10 + [1.0] * 6, "hours_s": [72_000.0] * 24,
    "days": [20.0] * 5 + [3.0] * 2, "days_s": [86_400.0] * 7, "page_s": 5_400.0,
}  # fmt: skip
HINTS = {"ttl_s": 3_600.0, "update_interval_s": None, "skip_hours": [1, 2], "skip_days": [6]}


@pytest.fixture
def desk(tmp_path, monkeypatch):
    room = Services(read_settings({"WIREROOM_HOME": str(tmp_path)}), clock=lambda: NOW)
    with_schema(room.db)
    monkeypatch.setattr("worker.flows.services.services", lambda: room)
    monkeypatch.setattr("worker.flows.status._services_of", lambda _: room)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("worker.views.table.is_terminal", lambda: True)
    with room.db.write() as connection:
        sync(connection, make_feed("desk"), make_feed(LONG))
    yield room
    room.close()


def remember(desk, feed="desk", **values):
    with desk.db.write() as connection:
        connection.execute(update(Feed).where(Feed.id == feed).values(**values))


def record(desk, minutes_ago, outcome, reason, **values):
    row = {
        "feed_id": "desk", "ended_at": NOW - timedelta(minutes=minutes_ago), "outcome": outcome,
        "http_status": 200, "error": None, "entries": 20, "new": 0, "updated": 0, "wire_bytes": 12_345,
        "fetch_s": 0.2, "parse_s": 0.05, "next_due_at": NOW, "next_due_reason": reason, **values,
    }  # fmt: skip
    with desk.db.write() as connection:
        connection.execute(Poll.__table__.insert(), row)


def tell(desk, kind, message, feed="desk"):
    with desk.db.write() as connection:
        event_store.add_events(connection, NOW - timedelta(hours=1), [(kind, message)], feed_id=feed)


def run(command, *arguments):
    done = CliRunner().invoke(command, arguments)
    return done.output, done.exit_code


def lively(desk):
    remember(
        desk,
        status="active",
        http_status=304,
        etag='W/"7"',
        last_modified="Tue, 24 Nov 2026 11:00:00 GMT",
        last_polled_at=NOW - timedelta(minutes=5),
        last_success_at=NOW - timedelta(minutes=5),
        last_new_at=NOW - timedelta(minutes=50),
        next_due_at=NOW + timedelta(minutes=10),
        next_due_reason="interval 15 min (an entry every 41 min expected about now)",
        rhythm_s=2_460.0,
        rhythm=RHYTHM,
        hints=HINTS,
        unmodified_streak=3,
        full_fetch_at=NOW - timedelta(hours=3),
    )


# ---- the page of one feed ----


def test_the_page_says_state_next_poll_and_why_in_words(desk):
    lively(desk)
    page, code = run(feeds, "desk")
    assert code == 0
    assert page.startswith("desk  active  responds\n")
    assert "next poll    in 10 min (12:10:00Z): interval 15 min (an entry every 41 min" in page
    assert "last poll    5 min ago; last success 5 min ago; new entries 50 min ago" in page


def test_the_page_shows_what_was_learned(desk):
    lively(desk)
    page, _ = run(feeds, "desk")
    assert "rhythm       median gap 41 min between recent entries" in page
    assert "by hour ▁▁▁▁▁▁▁▁██████████▂▂▂▂▂▂ 00 to 23 UTC" in page
    assert "by day  █████▂▂ Mon to Sun" in page
    assert "hints        ttl 1 h; not at 1, 2 h UTC; not on Sun" in page
    assert 'validators   ETag W/"7"' in page
    assert "304 3 times in a row; last full response 3 h ago" in page
    remember(desk, status="failing", error_streak=2)
    assert "304 3 times in a row before its polls failed; last full" in run(feeds, "desk")[0]


def test_one_is_said_in_the_singular(desk):
    lively(desk)
    remember(desk, unmodified_streak=1, lying_304=1)
    page, _ = run(feeds, "desk")
    assert "304 once; last full response" in page
    assert "although there were new entries (1 time)" in " ".join(page.split())


def test_the_timeline_tells_each_poll_and_the_reason_of_the_next(desk):
    record(desk, 60, "updated", "interval 15 min", new=3, updated=1)
    record(desk, 45, "not_modified", "interval 15 min", http_status=304, wire_bytes=180)
    record(desk, 30, "failed", "back-off 15 min after 1 failure (HTTP 503)", http_status=503,
           error="503 from example.org")  # fmt: skip
    page, _ = run(feeds, "desk")
    lines = page.splitlines()
    timeline = lines[lines.index("last polls") + 1 :]
    assert timeline == [
        "11:30:00Z    failed        503   12.3 kB   0.25 s",
        "             503 from example.org",
        "             then back-off 15 min after 1 failure (HTTP 503)",
        "11:15:00Z    not_modified  304     180 B   0.25 s",
        "             then interval 15 min",
        "11:00:00Z    updated       200   12.3 kB   0.25 s  3 new, 1 changed",
    ]
    assert "counts       3 polls (1 failed, 1 not_modified, 1 updated), 0 articles" in page


def test_events_and_newest_articles_of_this_feed_only(desk):
    tell(desk, "feed.resurrected", "desk: works again after 5 failures in 2 h")
    tell(desk, "feed.quiet", "other: nothing new", feed=LONG)
    with desk.db.write() as connection:
        add(connection, "desk", "a", title="Ferry links islands")
        add(connection, LONG, "b", title="Another outlet's")
    page, _ = run(feeds, "desk")
    assert "11:00:00Z    resurrected: works again after 5 failures in 2 h" in page
    assert "Ferry links islands" in page
    assert "nothing new" not in page
    assert "Another outlet's" not in page


@pytest.mark.parametrize(
    ("values", "headline"),
    [
        ({"status": "new"}, "new  not polled yet"),
        ({"status": "active", "quiet_at": NOW}, "active  responds, but has been quiet for longer than usual"),
        (
            {"status": "failing", "error_streak": 4, "failing_since_at": NOW - timedelta(hours=2)},
            "failing  its polls fail: 4 times in a row, for 2 h",
        ),
        ({"status": "dead"}, "dead  its polls have failed for a long time; polled about once a week"),
        ({"status": "gone"}, "gone  is permanently gone (410); not polled until its"),
        ({"status": "blocked"}, "blocked  leads to an address that is not allowed"),
        ({"status": "moved"}, "moved  responds at a new address"),
        ({"enabled": False}, "disabled  is not polled; its history is kept"),
    ],
)
def test_every_state_is_said_in_words(desk, values, headline):
    remember(desk, **values)
    assert run(feeds, "desk")[0].startswith(f"desk  {headline}")


def test_the_page_fits_80_columns(desk):
    lively(desk)
    remember(
        desk,
        last_error="word " * 60,
        next_due_reason="reason " * 40,
        effective_url="https://new.example/feed",
    )
    record(desk, 30, "failed", "back-off " * 40, error="503 " * 60)
    tell(desk, "feed.failing", "desk: " + "503 " * 40)
    page, _ = run(feeds, "desk")
    assert max(map(len, page.splitlines())) <= 80


def test_the_json_of_one_feed_keeps_the_contract_and_adds_the_past(desk):
    lively(desk)
    record(desk, 30, "updated", "interval 15 min", new=3)
    tell(desk, "feed.quiet", "desk: nothing new")
    output, _ = run(feeds, "desk", "--json")
    [row] = [json.loads(line) for line in output.splitlines()]
    assert set(row) >= CONTRACT
    assert row["last_polls"][0]["new"] == 3
    assert row["events"][0]["message"] == "desk: nothing new"
    assert row["rhythm"]["page_s"] == 5_400.0


def test_the_last_day_is_drawn_by_the_hour(desk):
    """Bars for polls, new entries and failures, a dot for none, and their sums; older polls are not in it."""
    for minutes, outcome, new in ((30 * 60, "updated", 9), (90, "updated", 4), (70, "updated", 4),
                                  (30, "updated", 1), (20, "failed", 0)):  # fmt: skip
        record(desk, minutes, outcome, "interval 15 min", new=new)
    lines = run(feeds, "desk")[0].splitlines()
    start = lines.index("last day")
    bars = {line.split()[0]: line.split()[1:] for line in lines[start + 1 : start + 4]}
    assert bars == {
        "polls": ["·" * 22 + "██·", "4"],
        "new": ["·" * 22 + "█▁·", "9"],
        "failures": ["·" * 23 + "█·", "1"],
    }
    assert lines[start + 4].split() == ["12:00", "12:00", "UTC"]
    assert lines[start + 4].index("UTC") == lines[start + 1].index("4")
    [row] = [json.loads(line) for line in run(feeds, "desk", "--json")[0].splitlines()]
    assert [hour["polls"] for hour in row["last_day"]] == [0] * 22 + [2, 2, 0]


def test_a_day_without_polls_is_not_drawn(desk):
    assert "last day" not in run(feeds, "desk")[0]


def test_an_unknown_feed_is_an_error(desk):
    output, code = run(feeds, "nobody")
    assert code == 1
    assert 'no feed "nobody"' in output


# ---- all feeds ----


def test_ids_are_whole_at_80_columns(desk):
    lively(desk)
    remember(
        desk, LONG, status="failing", http_status=503, last_error="503 from example.org", next_due_at=NOW
    )
    table, _ = run(feeds)
    assert LONG in table
    assert max(map(len, table.splitlines())) <= 80
    assert f"{LONG}: 503 from example.org" in table


@pytest.mark.parametrize("width", [100, 60, 44, 34, 31, 20, 10])
def test_the_id_is_the_last_column_to_go(desk, monkeypatch, width):
    """Columns of figures are omitted first; an id that is longer than the terminal is cut."""
    monkeypatch.setenv("COLUMNS", str(width))
    remember(desk, LONG, status="failing", http_status=503, last_polled_at=NOW, next_due_at=NOW)
    table, _ = run(feeds)
    lines = table.splitlines()
    assert len(lines) == 1 + 2
    assert (LONG if width >= len(LONG) else f"{LONG[: width - 1]}…") in table
    assert "desk" in table
    assert max(map(len, lines)) <= width
    assert ("state" in lines[0], "articles" in lines[0]) == (width >= 44, width >= 100)


def test_a_removed_feed_says_so_and_comes_last(desk, monkeypatch):
    """In the table, the page and their JSON; a feed that its own table disables is only disabled."""
    with desk.db.write() as connection:
        sync(connection, make_feed("paused", enabled=False), make_feed("z"))
    monkeypatch.setattr("worker.views.table.is_terminal", lambda: False)
    lines = CliRunner().invoke(feeds, []).output.splitlines()[1:]
    assert [line.split()[0] for line in lines] == ["paused", "z", LONG, "desk"]
    said = "removed from the config; its history stays (`wireroom feeds forget desk`)"
    assert lines[3].endswith(said)
    assert lines[0].endswith("disabled in the config")
    page = CliRunner().invoke(feeds, ["desk"]).output
    assert said in page
    assert json.loads(CliRunner().invoke(feeds, ["desk", "--json"]).output)["next_due_reason"] == said


def test_a_disabled_feed_is_not_in_the_list_of_errors(desk):
    remember(desk, LONG, status="failing", last_error="503 from example.org", enabled=False)
    remember(desk, status="failing", last_error="404 from example.org")
    table, _ = run(feeds)
    assert "desk: 404 from example.org" in table
    assert "503 from example.org" not in table


def test_a_quiet_feed_is_called_quiet_in_the_table_and_active_in_json(desk):
    remember(desk, status="active", quiet_at=NOW)
    assert "quiet" in run(feeds)[0].splitlines()[2]
    rows = {row["id"]: row for row in map(json.loads, run(feeds, "--json")[0].splitlines())}
    assert rows["desk"]["state"] == "active"
    assert rows["desk"]["quiet_at"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "0.2 s"), (45, "45 s"), (90, "1.5 min"), (3_600, "1 h"), (86_400 * 12, "12 d")],
)
def test_lengths_of_time_in_one_unit(seconds, words):
    assert spell_s(seconds) == words


def test_ages_and_what_is_to_come():
    assert ago(None, NOW) == until(None, NOW) == "-"
    assert ago(NOW - timedelta(minutes=12), NOW) == "12 min ago"
    assert until(NOW + timedelta(minutes=12), NOW) == "in 12 min"
    assert until(NOW - timedelta(minutes=12), NOW) == "now"


# ---- status ----


def test_status_shows_what_happened_in_the_last_day(desk):
    tell(desk, "feed.quiet", "desk: nothing new since 01:00Z (11 h); expected within 10 h")
    output, code = run(status)
    assert "desk: nothing new since 01:00Z (11 h)" in output
    assert code == 1
    found = json.loads(run(status, "--json")[0])
    assert found["recent_events"][0]["kind"] == "feed.quiet"


def test_status_shows_what_editors_decided_and_undid_and_not_what_the_matching_did(desk):
    with desk.db.write() as connection:
        first, second, third = (add(connection, "desk", f"key {n}")[0] for n in range(3))
    tell(desk, "story.merged", "story 8 went into story 9", feed=None)
    tell(desk, "story.split", "story 8 left story 9", feed=None)
    decisions.merge(desk, first, second, "anna")
    decisions.merge(desk, third, first, "anna")
    decisions.undo(desk, None, "ben")
    own = decisions.detach(desk, first, "anna").other_story
    decisions.undo(desk, None, "ben")
    there = f"article {first} left story {first} and is story {own} now"
    back = f"article {first} is in story {first} again"
    wanted = [
        ("desk", f"decision 3 of anna was undone by ben: {back}"),
        ("desk", f"decision 3 of anna: {there}"),
        (None, f"decision 2 of anna was undone by ben: story {third} left story {first}"),
        (None, f"decision 2 of anna: story {third} went into story {first}"),
        (None, f"decision 1 of anna: story {second} went into story {first}"),
    ]
    found = json.loads(run(status, "--json")[0])["recent_events"]
    assert [(one["feed"], one["message"]) for one in found] == wanted
    assert {one["kind"] for one in found} == {"story.decided"}
    output = run(status, "--wide")[0]
    assert all(message in " ".join(output.split()) for _, message in wanted)
    assert "story 9" not in output
    of_feed = json.loads(run(feeds, "desk", "--json")[0])["events"]
    assert [one["message"] for one in of_feed] == [message for feed, message in wanted if feed]


def test_status_shows_the_newest_ten_events(desk):
    for number in range(12):
        tell(desk, "feed.quiet", f"report {number}")
    found = json.loads(run(status, "--json")[0])["recent_events"]
    assert [one["message"] for one in found] == [f"report {number}" for number in range(11, 1, -1)]


def test_status_keeps_a_place_for_withdrawals_and_corrections(desk):
    tell(desk, "story.withdrawn", "story 1 was withdrawn")
    for number in range(5):
        tell(desk, "story.corrected", f"story 2 was corrected, {number}")
    for number in range(12):
        tell(desk, "feed.quiet", f"report {number}")
    found = json.loads(run(status, "--json")[0])["recent_events"]
    said = [one["message"] for one in found]
    assert "story 1 was withdrawn" in said
    assert [words for words in said if "corrected" in words] == [
        f"story 2 was corrected, {number}" for number in (4, 3, 2)
    ]
    assert len(said) == 14


def test_a_quiet_feed_wants_a_person_until_it_brings_news(desk):
    remember(desk, status="active", quiet_at=NOW)
    needs = "feed desk is quiet beyond its own rhythm; `wireroom feeds desk`"
    assert needs in read_status(desk.settings)["needs"]
    remember(desk, quiet_at=None)
    assert needs not in read_status(desk.settings)["needs"]


def test_the_only_feed_that_fails_is_said_in_good_english(desk):
    remember(desk, status="failing", last_polled_at=NOW)
    remember(desk, LONG, enabled=False)
    assert "the only feed fails: desk (new feed); see `wireroom feeds`" in read_status(desk.settings)["needs"]
    remember(desk, LONG, enabled=True, status="failing", last_polled_at=NOW)
    assert (
        "none of 2 feeds works; most often: new feed (2); see `wireroom feeds`"
        in read_status(desk.settings)["needs"]
    )


def test_a_few_dead_jobs_are_pointed_at_without_an_alarm(desk, monkeypatch):
    found = read_status(desk.settings)
    found |= {"jobs": {"dead": 2, "done": 90}, "needs": []}
    monkeypatch.setattr("worker.flows.status.read_status", lambda _: found)
    output, code = run(status)
    assert "2 dead, 90 done; see `wireroom jobs --state dead`" in output
    assert code == 0


# ---- a state directory that is none ----


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    home = tmp_path / "mistyped"
    room = Services(read_settings({"WIREROOM_HOME": str(home)}))
    monkeypatch.setattr("worker.flows.services.services", lambda: room)
    monkeypatch.setenv("WIREROOM_HOME", str(home))
    yield home
    room.close()


@pytest.mark.parametrize(("command", "arguments"), [(feeds, ()), (feeds, ("desk",)), (poll, ("desk",))])
def test_reading_commands_make_no_database(nowhere, command, arguments):
    done = CliRunner().invoke(command, arguments)
    assert "has no database" in str(done.exception)
    assert not nowhere.exists()


def test_nothing_but_a_migration_makes_a_database(nowhere, tmp_path):
    room = Services(read_settings({"WIREROOM_HOME": str(nowhere)}))
    with pytest.raises(ServiceError, match="has no database"), room.db.write():
        pass
    assert not nowhere.exists()
    with_schema(room.db)
    with room.db.write():
        assert (nowhere / "wireroom.db").is_file()
    room.close()


def test_status_without_a_database_is_one_object_with_zeros(nowhere):
    output, code = run(status, "--json")
    found = json.loads(output)
    assert code == 1
    assert (found["feeds"], found["articles"], found["polls_1h"]) == ({}, 0, 0)
    assert "has no database" in found["needs"][0]
    assert not nowhere.exists()
