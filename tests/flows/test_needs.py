"""What needs attention is said in a few lines, whatever the number of feeds."""

import errno
import os
from collections import namedtuple
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.scripted import poll_due
from worker.config import resolve_secret
from worker.errors import ConfigError
from worker.fault_words import name_cause
from worker.flows import causes, heartbeats, reload, status
from worker.flows.needs import find_feed_needs, tell_event
from worker.flows.reload import ACCEPTED
from worker.flows.services import Services
from worker.records import FeedConfig, FeedState, FeedStatus, NetworkFault
from worker.schedule import Outage
from worker.store import network as network_store

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
FAILING = FeedStatus.FAILING


def feed(number: int, error: str, *, hours: float = 0.5, streak: int = 2, **more: object):
    values = {
        "status": FAILING, "error_streak": streak, "failing_since_at": NOW - timedelta(hours=hours),
        "last_error": error.format(host=f"h{number}.example"), "last_polled_at": NOW,
        "last_success_at": NOW - timedelta(days=2), **more,
    }  # fmt: skip
    return FeedConfig(f"f{number}", f"https://h{number}.example/feed"), FeedState(**values)


def lines(unwell, polled: int, unpolled: int = 0, *, is_away: bool = False) -> list[str]:
    return find_feed_needs(unwell, polled, unpolled, NOW, is_away=is_away)


def missing(name: str) -> str:
    with pytest.raises(ConfigError) as caught:
        resolve_secret(name)
    return caught.value.problems[0].message


def test_missing_secrets_are_one_line_each_and_the_share_names_the_commonest_reason() -> None:
    error = missing("env:NEEDS_NO_SUCH_VARIABLE")
    unwell = [feed(n, error, streak=1, last_success_at=None) for n in range(14)]
    unwell += [feed(20, "404 from {host}"), feed(21, "503 from {host}")]
    secret, share = lines(unwell, 17)
    assert secret.startswith("14 feeds cannot be polled: f0, f1, f2, f3, f4 and 9 more; the secret ")
    assert "env:NEEDS_NO_SUCH_VARIABLE" in secret
    assert share.startswith("16 of 17 feeds fail; most often: the secret ")
    assert "(14)" in share
    [one, *_] = lines(unwell[:1], 30)
    assert one.startswith('feed f0 cannot be polled: the secret "env:NEEDS_NO_SUCH_VARIABLE" is not there')


@pytest.mark.parametrize(
    ("streak", "hours", "is_told"), [(1, 0.1, False), (2, 0.7, False), (3, 0.7, True), (1, 1.1, True)]
)
def test_a_feed_that_never_worked_is_told_after_three_failures_or_an_hour(
    streak: int, hours: float, is_told: bool
) -> None:
    unwell = [feed(1, "404 from {host}", hours=hours, streak=streak, last_success_at=None)]
    said = "feed f1 has never worked since it was added: 404 from h1.example"
    assert lines(unwell, 50) == ([said] if is_told else [])
    worked = [feed(1, "404 from {host}", hours=hours, streak=streak)]
    assert lines(worked, 50) == []


def test_a_feed_that_is_gone_names_what_to_do() -> None:
    [line] = lines([feed(1, "410 from {host}", status=FeedStatus.GONE)], 50)
    assert line.startswith("feed f1 is gone: 410 from h1.example; `wireroom poll f1` tries once more")


KINDS = [
    {"hours": 9.0},
    {"last_success_at": None, "hours": 2.0},
    {"status": FeedStatus.DEAD, "hours": 400.0},
    {"status": FeedStatus.GONE},
    {"status": FeedStatus.BLOCKED},
    {"status": FeedStatus.ACTIVE, "quiet_at": NOW, "failing_since_at": None},
]


@pytest.mark.parametrize("kind", KINDS)
def test_three_hundred_feeds_of_one_kind_are_one_line(kind: dict[str, object]) -> None:
    """Also when each names its own host; one more line may report their share."""
    found = lines([feed(n, "no response within 30 s from {host}:8080", **kind) for n in range(300)], 900)
    assert found[0].startswith("300 feeds ")
    assert "f0, f1, f2, f3, f4 and 295 more" in found[0]
    assert len(found) <= 2


def test_one_address_that_blocks_several_feeds_is_named_and_told_once() -> None:
    error = "address 127.0.0.1 is loopback; add it to http.allow_private to allow it"
    blocked = [
        (
            FeedConfig(f"f{n}", f"http://127.0.0.1:{5000 + n}/feed"),
            feed(n, error, status=FeedStatus.BLOCKED)[1],
        )
        for n in range(4)
    ]
    assert lines(blocked, 4) == [f"4 feeds are blocked: f0, f1, f2, f3; {error}"]
    assert lines(blocked[:1], 1) == [f"feed f0 is blocked: {error}"]


@pytest.mark.parametrize(
    "address", ["address 10.0.0.{n}", "address fd00::{n}", "address 10.0.0.{n} of {{host}}"]
)
def test_feeds_blocked_at_different_addresses_share_a_sentence(address: str) -> None:
    error = address + " is private; add it to http.allow_private to allow it"
    blocked = [feed(n, error.format(n=n), status=FeedStatus.BLOCKED) for n in range(1, 9)]
    [said] = lines(blocked, 8)
    assert said.endswith("; the server's address is private; add it to http.allow_private to allow it")


def test_a_host_name_inside_another_is_not_replaced() -> None:
    unwell = [feed(n, "404 from cdn.{host}.net", hours=9.0) for n in (1, 2)]
    assert all(f"cdn.h{n}.example.net" in line for n, line in zip((1, 2), lines(unwell, 50), strict=True))


def test_the_share_is_told_if_a_failing_feed_is_in_no_other_line() -> None:
    blocked = [feed(n, "503 from {host}", status=FeedStatus.BLOCKED) for n in range(3)]
    assert len(lines(blocked, 4)) == 1
    assert lines([*blocked, feed(3, "503 from {host}")], 4)[1].startswith("4 of 4 feeds fail")


def test_many_feeds_of_all_kinds_with_reasons_of_their_own_are_few_lines() -> None:
    unwell = [feed(n, f"reason {n} of {{host}}", **KINDS[n % len(KINDS)]) for n in range(300)]
    found = lines(unwell, 400)
    assert len(found) <= len(KINDS) + 1
    assert sum("50 feeds" in line for line in found) == len(KINDS)


@pytest.mark.parametrize(
    ("failing", "polled", "streak", "is_told"),
    [
        (2, 5, 5, False),
        (2, 4, 1, True),
        (1, 2, 5, False),
        (3, 16, 2, False),
        (3, 15, 2, True),
        (8, 16, 1, True),
        (7, 16, 1, False),
        (5, 5, 1, True),
    ],
)
def test_a_share_of_failing_feeds_is_told_from_a_fifth_that_lasts_or_a_half_at_once(
    failing: int, polled: int, streak: int, is_told: bool
) -> None:
    unwell = [feed(n, "503 from {host}", streak=streak) for n in range(failing)]
    said = (
        f"{failing} of {polled} feeds fail; most often: 503 from the server ({failing}); see `wireroom feeds`"
    )
    assert lines(unwell, polled) == ([said] if is_told else [])
    assert lines(unwell, polled, is_away=True) == []


def test_feeds_that_were_not_polled_yet_are_not_said_to_fail() -> None:
    """At a slow start the first feed that fails is not the only one, nor do none work."""
    one, two = [feed(0, "503 from {host}")], [feed(n, "503 from {host}") for n in range(2)]
    assert lines(one, 1) == ["the only feed fails: f0 (503 from h0.example); see `wireroom feeds`"]
    assert lines(one, 1, 1) == lines(one, 1, 7) == []
    assert lines(two, 2, 7) == [
        "all 2 feeds polled so far fail; most often: 503 from the server (2); see `wireroom feeds`"
    ]


@pytest.mark.parametrize(
    ("shared", "others", "said"),
    [
        (1, 7, "fail, for 8 different reasons; see"),
        (2, 6, "fail; most often: 404 from the server (2); see"),
        (2, 7, "fail, for 8 different reasons; see"),
        (9, 30, "fail, for 31 different reasons; see"),
        (10, 30, "fail; most often: 404 from the server (10); see"),
    ],
)
def test_a_reason_is_named_as_the_commonest_only_if_enough_feeds_share_it(
    shared: int, others: int, said: str
) -> None:
    """At least two feeds, and a quarter of them; also for the feeds of one kind."""
    errors = ["404 from {host}"] * shared + [f"reason {n}" for n in range(others)]
    unwell = [feed(n, error) for n, error in enumerate(errors)]
    [share] = lines(unwell, len(unwell))
    assert said in share
    [kind] = lines([feed(n, error, hours=9.0) for n, error in enumerate(errors)], len(unwell))
    assert "have been failing for hours: f0, f1, f2, f3, f4 and " in kind
    assert said.removeprefix("fail") in kind


def test_an_outage_is_a_need_and_feeds_that_wait_in_it_are_none(services: Services) -> None:
    now = services.clock()
    outage = Outage(services.machine, now - timedelta(hours=2), now, NetworkFault.ROUTE, 14)
    with services.db.write() as connection:
        assert network_store.begin_outage(connection, outage, now)
    [said] = [need for need in status.read_status(services.settings)["needs"] if "network" in need]
    assert "the network seems to be away since" in said
    assert "all of the last 14 polls failed, most often: no route" in said
    heartbeats.send_heartbeat(services, "poll@another-machine", 8, ["poll"])
    assert not [need for need in status.read_status(services.settings)["needs"] if "network" in need]


CAUSES = [
    ("the database does not respond: database or disk is full", "the disk is full"),
    ('could not extend file "base/1/2": No space left on device', "the disk is full"),
    ("MISCONF Errors writing to the AOF file: No space left on device", "the disk is full"),
    ("attempt to write a readonly database", "it is read-only"),
    ("cannot execute UPDATE in a read-only transaction", "it is read-only"),
    ("unable to open database file", "no permission, or its file system is read-only"),
    ("permission denied for table feeds", "no permission"),
    ('password authentication failed for user "desk"', "it refuses our login"),
    ("Authentication required.", "it refuses our login"),
    ("FATAL: sorry, too many clients already", "it has no connection left"),
    ("command not allowed when used memory > 'maxmemory'.", "it is out of memory"),
    ("disk I/O error", "its disk has errors"),
    ("the database system is starting up", "it is starting"),
    ("connection refused", ""),
]


@pytest.mark.parametrize(("text", "cause"), CAUSES)
def test_a_cause_has_a_name(text: str, cause: str) -> None:
    assert name_cause(text) == cause


def test_what_keeps_workers_from_their_work_is_a_need(services: Services) -> None:
    heartbeats.report_trouble(services, "the database does not respond: database or disk is full")
    needs = status.read_status(services.settings)["needs"]
    assert (
        "workers cannot work: the disk is full: the database does not respond: database or disk is full"
        in needs
    )


def test_a_broker_that_takes_no_writes_is_named(services: Services) -> None:
    """Here because its memory is used up; a full disk is reported by it in the same way."""
    services.redis.config_set("maxmemory", 1)
    try:
        needs = status.read_status(services.settings)["needs"]
    finally:
        services.redis.config_set("maxmemory", 0)
    assert any(need.startswith("the broker does not work: it is out of memory") for need in needs)


Usage = namedtuple("Usage", "total used free")


def test_a_disk_that_is_nearly_full_is_named(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    services.settings.home.mkdir(exist_ok=True)
    assert causes.find_disk_needs(services.settings) == []
    monkeypatch.setattr(causes.shutil, "disk_usage", lambda _: Usage(10**9, 10**9, 3 * 2**20))
    [need, *_] = causes.find_disk_needs(services.settings)
    assert need.endswith("is on a disk that is nearly full: 3 MiB are left")


def test_a_directory_that_cannot_be_looked_at_is_named(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.settings.home.mkdir(exist_ok=True)

    def fail(_: object) -> os.statvfs_result:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(causes.os, "statvfs", fail)
    assert "cannot be looked at: Input/output error" in causes.find_disk_needs(services.settings)[0]


def test_feeds_with_more_entries_than_are_read_are_named_and_do_not_count_as_failing() -> None:
    well = {"status": FeedStatus.ACTIVE, "streak": 0, "failing_since_at": None, "error": ""}
    one = feed(1, cut_entries=1_203, **well)  # type: ignore[arg-type]
    assert lines([one], 1) == ["feed f1 has too many entries: 1,203 not read"]
    both = [one, feed(2, cut_entries=7, **well)]  # type: ignore[arg-type]
    assert lines(both, 2) == ["2 feeds have too many entries, of which the oldest are not read: f1, f2"]


def test_names_that_cannot_be_resolved_are_one_reason() -> None:
    error = "host name {host} cannot be resolved: Name or service not known"
    [line] = lines([feed(n, error) for n in range(6)], 6)
    assert "the server's host name cannot be resolved" in line


def test_all_missing_secrets_are_named_with_their_places(services: Services) -> None:
    """Those of one feed, and those of more feeds than have a line of their own."""
    paid = (
        f'[[feed]]\nid = "f{n}"\nurl = "https://h{n}.example/feed"\n'
        f'auth = {{ type = "bearer", token = "env:NEEDS_TOKEN_{n}" }}\n'
        f'headers = {{ X-Key = "env:NEEDS_KEY" }}\n'
        for n in range(5)
    )
    services.settings.config.write_text("".join(paid))
    assert reload.run(services)["config"] == "ok"
    told = poll_due(services)
    both = 'the secret "env:NEEDS_TOKEN_3" and the secret "env:NEEDS_KEY" are not there: '
    assert told["f3"].error.startswith(both)
    [said] = [need for need in status.read_status(services.settings)["needs"] if "cannot be polled" in need]
    assert said.startswith("5 feeds cannot be polled: ")
    assert "; 6 secrets are missing or cannot be used: " in said
    assert '"env:NEEDS_TOKEN_3" (feeds.toml:19)' in said
    assert '"env:NEEDS_KEY" (feeds.toml:5, feeds.toml:10, feeds.toml:15 and 2 more)' in said


def test_half_of_a_few_feeds_need_attention_each_with_its_reason() -> None:
    """One feed alone gets its hours, as do two of many."""
    unwell = [feed(1, "404 from {host}", streak=1), feed(2, "503 from {host}", streak=1)]
    said = "feeds fail: f1 (404 from h1.example), f2 (503 from h2.example); see `wireroom feeds`"
    assert lines(unwell, 3) == [f"2 of 3 {said}"]
    assert lines(unwell, 4) == [f"2 of 4 {said}"]
    assert lines(unwell, 5) == []
    assert lines(unwell[:1], 2) == []
    assert lines(unwell, 3, is_away=True) == []


@pytest.mark.parametrize(
    ("kind", "message", "line"),
    [
        ("config.accepted", ACCEPTED, ACCEPTED),
        ("config.refused", "feeds.toml:3: bad", "config refused: feeds.toml:3: bad"),
        ("config.loaded", "2 feeds: 2 added", "config loaded: 2 feeds: 2 added"),
        ("feed.moved", "a: moved", "a: moved"),
    ],
)
def test_an_event_says_once_what_it_is_about(kind: str, message: str, line: str) -> None:
    assert tell_event(kind, message) == line
