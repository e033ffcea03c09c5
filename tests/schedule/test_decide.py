"""What a success leaves behind: validators, redirects, state, rechecks, and what is told."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from worker.records import EventKind, FeedConfig, FeedState, FeedStatus, Outcome, PollReport, Redirect, Rhythm
from worker.schedule import decide_next, replan, spread_first_polls, wants_full_fetch

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
OLD, NEW = "https://example.org/feed", "https://new.example.org/feed"
FEED = FeedConfig(id="desk", url=OLD)
ODD_DATE = "Mon, 01 Jan 2024 00:00:00 UTC"


def decide(state, report, now=NOW, feed=FEED):
    return decide_next(feed, state, report, now=now, rng=random.Random(1))


def document(**fields):
    return PollReport(Outcome.UPDATED, 200, **{"new": 1, "entries": 20, **fields})


UNMODIFIED = PollReport(Outcome.NOT_MODIFIED, 304, conditional=True)


@pytest.mark.parametrize("etag", ['W/"abc:1"', "unquoted-5f,x", "\"a--gzip;x='1'\"", '"é"'])
def test_validators_are_kept_byte_for_byte(etag):
    state = decide(FeedState(), document(headers={"etag": etag, "last-modified": ODD_DATE})).state
    assert (state.etag, state.last_modified) == (etag, ODD_DATE)


def test_a_document_without_validators_erases_the_old_ones():
    state = decide(FeedState(etag='"a"', last_modified=ODD_DATE), document()).state
    assert (state.etag, state.last_modified) == (None, None)


def test_a_document_that_is_not_complete_keeps_the_old_validators():
    state = decide(FeedState(etag='"a"'), document(headers={"etag": '"cut"'}, complete=False)).state
    assert state.etag == '"a"'


def test_a_304_renews_the_validators_it_names_and_keeps_the_others():
    report = replace(UNMODIFIED, headers={"etag": '"b"'})
    state = decide(FeedState(etag='"a"', last_modified=ODD_DATE), report).state
    assert (state.etag, state.last_modified) == ('"b"', ODD_DATE)


@pytest.mark.parametrize("bad", ["", "a\r\nHost: x", "\0", "x" * 5_000])
def test_a_validator_that_cannot_be_sent_back_is_none(bad):
    assert decide(FeedState(), document(headers={"etag": bad})).state.etag is None


def test_a_304_is_a_success():
    state = decide(FeedState(status=FeedStatus.FAILING, error_streak=2), UNMODIFIED).state
    assert (state.status, state.error_streak, state.http_status) == (FeedStatus.ACTIVE, 0, 304)
    assert (state.last_success_at, state.last_polled_at) == (NOW, NOW)


def test_only_new_entries_move_the_time_of_the_last_news():
    before = FeedState(last_new_at=NOW - DAY)
    assert decide(before, UNMODIFIED).state.last_new_at == NOW - DAY
    assert decide(before, document(new=0, updated=1)).state.last_new_at == NOW - DAY
    assert decide(before, document()).state.last_new_at == NOW


def test_a_poll_whose_lease_was_lost_changes_nothing():
    before = FeedState(etag='"a"', next_due_at=NOW)
    assert decide(before, PollReport(Outcome.STALE)).state == before


def test_a_deferred_poll_moves_only_its_due_time():
    before = FeedState(etag='"a"', error_streak=2, last_error="x")
    after = decide(before, PollReport(Outcome.DEFERRED)).state
    assert NOW < after.next_due_at <= NOW + timedelta(seconds=2)
    assert replace(after, next_due_at=None, next_due_reason="", due_by=before.due_by) == before


# ---- permanent redirects ----


def follow(state, times, *hops, every=timedelta(hours=9)):
    told = []
    for number in range(times):
        redirects = tuple(Redirect(*hop) for hop in hops)
        decision = decide(state, document(redirects=redirects), NOW + number * every)
        state = decision.state
        told += [kind for kind, _ in decision.events]
    return state, told


@pytest.mark.parametrize("status", [301, 308])
def test_a_permanent_redirect_is_adopted_after_enough_polls_and_time(status):
    assert follow(FeedState(), 3, (status, NEW))[0].effective_url is None  # 18 hours
    state, told = follow(FeedState(), 4, (status, NEW))
    assert (state.effective_url, state.status, told) == (NEW, FeedStatus.MOVED, ["feed.moved"])


def test_time_alone_does_not_adopt_a_redirect():
    assert follow(FeedState(), 2, (301, NEW), every=10 * DAY)[0].effective_url is None


@pytest.mark.parametrize("status", [302, 303, 307, 300])
def test_a_temporary_redirect_is_never_adopted(status):
    assert follow(FeedState(), 9, (status, NEW))[0].effective_url is None


def test_only_the_leading_permanent_hops_are_adopted():
    state, _ = follow(FeedState(), 4, (301, "https://example.org/mid"), (302, NEW))
    assert state.effective_url == "https://example.org/mid"
    assert follow(FeedState(), 4, (302, "https://example.org/mid"), (301, NEW))[0].effective_url is None


def test_another_target_starts_the_count_anew():
    state, _ = follow(FeedState(), 3, (301, NEW))
    state, _ = follow(state, 1, (301, "https://other.example.org/"))
    assert (state.moved_to, state.moved_hits) == ("https://other.example.org/", 1)
    state, _ = follow(state, 1)
    assert (state.moved_to, state.moved_hits) == (None, 0)


def test_a_feed_polled_at_its_adopted_address_is_moved():
    moved = FeedState(status=FeedStatus.MOVED, effective_url=NEW)
    assert decide(moved, UNMODIFIED).state.status is FeedStatus.MOVED


def test_an_adopted_address_that_leads_back_home_is_home():
    state, _ = follow(FeedState(effective_url=NEW), 4, (301, OLD))
    assert (state.effective_url, state.status) == (None, FeedStatus.ACTIVE)


# ---- 304s that hide something ----

SILENT = FeedState(
    etag='"z"',
    unmodified_streak=40,
    rhythm_s=3_600,
    last_new_at=NOW - DAY,
    full_fetch_at=NOW - DAY,
    last_polled_at=NOW - timedelta(minutes=15),
)

SUSPICIONS = [
    ("silent for 24 times its rhythm", SILENT, True),
    ("silent within its rhythm", replace(SILENT, rhythm_s=86_400), False),
    ("looked past a short time ago", replace(SILENT, full_fetch_at=NOW - timedelta(hours=23)), False),
    ("too few 304s", replace(SILENT, unmodified_streak=2), False),
    ("nothing to leave out", replace(SILENT, etag=None), False),
    ("rhythm unknown, silent for a day", replace(SILENT, rhythm_s=None), False),
    ("rhythm unknown, silent for a week", replace(SILENT, rhythm_s=None, last_new_at=NOW - 7 * DAY), True),
    ("caught before", replace(SILENT, rhythm_s=36_000, lying_304=1), True),
    ("not caught before", replace(SILENT, rhythm_s=36_000), False),
]


@pytest.mark.parametrize(
    ("state", "wanted"), [row[1:] for row in SUSPICIONS], ids=[row[0] for row in SUSPICIONS]
)
def test_only_a_suspicious_streak_of_304s_is_looked_behind(state, wanted):
    assert wants_full_fetch(FEED, state, NOW) is wanted


@pytest.mark.parametrize("outcome", [Outcome.UNCHANGED, Outcome.UPDATED, Outcome.FAILED])
def test_one_look_behind_per_recheck_even_when_it_fails(outcome):
    state = decide(SILENT, PollReport(outcome, 500 if outcome is Outcome.FAILED else 200)).state
    state = replace(state, unmodified_streak=40, etag='"z"', last_new_at=NOW - DAY)
    assert not wants_full_fetch(FEED, state, NOW + timedelta(hours=23))
    assert wants_full_fetch(FEED, state, NOW + timedelta(hours=24))


def test_news_behind_304s_is_remembered_and_told():
    decision = decide(SILENT, document(new=2, arrivals=(NOW - DAY / 2, NOW - DAY / 2)))
    assert decision.state.lying_304 == 1
    assert "feed.lying304" in [kind for kind, _ in decision.events]


def test_news_that_came_after_the_last_304_is_no_lie():
    decision = decide(SILENT, document(new=1, arrivals=(NOW - timedelta(minutes=2),)))
    assert (decision.state.lying_304, decision.events) == (0, ())


def test_the_reason_says_that_the_next_request_looks_behind_the_304s():
    state = decide(replace(SILENT, rhythm_s=7_200), UNMODIFIED).state
    assert (
        state.next_due_reason.endswith(
            "; then without validators: nothing new for 24.4 h of 304s, usually every 2 h"
        )
        or "then without validators: nothing new for 1 d of 304s, usually every 2 h" in state.next_due_reason
    )
    assert wants_full_fetch(FEED, state, state.next_due_at)


def test_the_reason_says_what_was_found_behind_the_304s():
    honest = decide(SILENT, PollReport(Outcome.UNCHANGED, 200, entries=20))
    assert honest.state.next_due_reason.endswith("; checked behind the 304s: nothing was hidden")
    lie = decide(SILENT, document(new=2, arrivals=(NOW - DAY / 2, NOW - DAY / 2)))
    assert lie.state.next_due_reason.endswith("; checked behind the 304s: 2 entries were hidden")


def test_an_honest_streak_takes_back_what_a_lie_left():
    caught = replace(SILENT, lying_304=1)
    assert decide(caught, PollReport(Outcome.UNCHANGED, 200, entries=20)).state.lying_304 == 0
    assert decide(caught, UNMODIFIED).state.lying_304 == 1


def test_304s_of_a_server_that_lied_do_not_lengthen_the_interval():
    """Silence of such a server says nothing: it is checked again soon."""
    known = replace(SILENT, interval_s=900, last_success_at=NOW - timedelta(minutes=15))
    known = replace(known, rhythm=Rhythm((0.5,) * 24, (900.0,) * 24, (2.0,) * 7, (3_600.0,) * 7))
    honest, liar = known, replace(known, lying_304=1)
    for number in range(60):
        now = NOW + number * timedelta(hours=1)
        honest, liar = decide(honest, UNMODIFIED, now).state, decide(liar, UNMODIFIED, now).state
    assert liar.interval_s < 0.7 * honest.interval_s


# ---- what is told, and plans ----


def test_a_page_of_nothing_but_new_entries_warns_that_some_were_missed():
    empty = FeedState(status=FeedStatus.ACTIVE, last_success_at=NOW - DAY)  # so far: nothing can have left it
    assert decide(empty, document(new=20)).events == ()
    known = replace(empty, last_new_at=NOW - DAY)
    assert [kind for kind, _ in decide(known, document(new=19)).events] == ["feed.overflow"]
    assert decide(known, document(new=10)).events == ()
    assert decide(FeedState(), document(new=20)).events == ()  # the first poll


def test_an_overflow_is_told_once_a_day():
    state = FeedState(status=FeedStatus.ACTIVE, last_success_at=NOW - DAY, last_new_at=NOW - DAY)
    told = []
    for hour in range(49):
        decision = decide(state, document(new=20), NOW + timedelta(hours=hour))
        state = decision.state
        told += [hour for kind, _ in decision.events if kind == "feed.overflow"]
    assert told == [0, 24, 48]


def test_a_delta_of_new_entries_is_no_full_page():
    known = FeedState(last_success_at=NOW - DAY)
    report = replace(document(new=20), http_status=226)
    assert decide(known, report).events == ()


def test_a_changed_interval_moves_only_a_wait_of_our_own_choice():
    rng = random.Random(1)
    feed = replace(FEED, interval_s=86_400, adaptive=False)
    own = decide(FeedState(), UNMODIFIED, feed=feed).state
    shorter = replan(replace(feed, interval_s=300), own, now=NOW, rng=rng)
    assert NOW + timedelta(seconds=300) <= shorter.next_due_at <= NOW + timedelta(seconds=330)
    late = replan(replace(feed, interval_s=300), own, now=NOW + timedelta(hours=1), rng=rng)
    assert late.next_due_at == NOW + timedelta(hours=1)
    asked = decide(FeedState(), replace(UNMODIFIED, headers={"cache-control": "max-age=86400"})).state
    assert replan(FEED, asked, now=NOW, rng=rng) == asked


def test_first_polls_are_spread_at_the_rate():
    offsets = spread_first_polls(500, 50.0, random.Random(1))
    assert len(offsets) == 500
    assert list(offsets) == sorted(offsets)
    assert offsets[0] < 0.1
    for second in range(10):
        assert sum(second <= offset < second + 1 for offset in offsets) == 50


def test_entries_that_are_not_read_are_reported_once_and_remembered_through_304s():
    long = document(cut=12)
    first = decide(FeedState(), long)
    assert (EventKind.FEED_CUT, f"{FEED.id}: its document has too many entries: 12 not read") in first.events
    again = decide(first.state, replace(long, cut=13))
    assert not [kind for kind, _ in again.events if kind is EventKind.FEED_CUT]
    unmodified = decide(again.state, UNMODIFIED)
    assert unmodified.state.cut_entries == 13
    assert decide(unmodified.state, replace(long, cut=0)).state.cut_entries == 0
