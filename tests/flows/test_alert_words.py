"""Alerts in words: many events of one kind are one line, and a feed's last state counts."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from worker.flows.alert_words import (
    CHAT_CHARS,
    EVENTS_KEPT,
    LINES_SHOWN,
    alert_from_json,
    alert_to_json,
    chat_payload,
    lines_of,
    mail_text,
    make_alert,
    merge_alerts,
    standard_payload,
    title_of,
)
from worker.records import NOT_ALERTED, EventKind

REFUSED = "config refused, the last good one stays in force: "
AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def alert(*events):
    return make_alert(
        (AT + timedelta(seconds=n), kind, feed, message) for n, (kind, feed, message) in enumerate(events)
    )


def failing(feed, why="503 from example.org"):
    return ("feed.failing", feed, f"{feed}: {why} (3 times in a row)")


def test_three_hundred_failing_feeds_are_one_line():
    found = alert(*(failing(f"feed-{n}") for n in range(300)))
    assert title_of(found) == "300 feeds fail"
    [line] = lines_of(found)
    assert line == (
        "300 feeds fail: feed-0, feed-1, feed-2, feed-3, feed-4 and 295 more; "
        "all: 503 from example.org (3 times in a row)"
    )


def test_jobs_are_counted_and_their_feeds_named():
    found = alert(*(("job.dead", "pier", f"job {n} of pier: 404") for n in (1, 2)))
    assert title_of(found) == "2 jobs failed for good"


@pytest.mark.parametrize("kind", [kind for kind in EventKind if kind not in NOT_ALERTED])
def test_every_kind_has_words_of_its_own_for_one_and_for_many(kind):
    """A person reads them: they name no kind as the program does."""
    feeds = ("a", "b") if kind.startswith("feed.") else (None, None)
    many = alert(*((kind, feed, f"push to {n} and so on") for n, feed in enumerate(feeds)))
    mixed = alert(("config.refused", None, "no"), ("feed.gone", "c", "c: 410"), (kind, feeds[0], "x y z"))
    for text in (title_of(many), title_of(mixed), *lines_of(many), *lines_of(mixed)):
        assert kind not in text
        assert "event" not in text


@pytest.mark.parametrize(
    ("events", "line"),
    [
        (
            [("feed.gone", "a", "a: 410"), ("feed.gone", "b", "b: 410")],
            "2 feeds are gone: a, b; all: 410",
        ),
        (
            [("feed.dead", "a", "a: 404 from x"), ("feed.dead", "b", "b: 404 from y")],
            "2 feeds are dead: a, b; the last, b: 404 from y",
        ),
        (
            [("feed.cut", "a", "a: 1 not read"), ("feed.cut", "a", "a: 2 not read")],
            "1 feed has too many entries: a; the last: 2 not read",
        ),
        (
            [("push.paused", None, f"push to {name} is paused: 410") for name in ("cms", "dam")],
            "2 push receivers are paused: cms, dam; the last: push to dam is paused: 410",
        ),
        (
            [("clock.set", None, f"the clock was set back by {n} h") for n in (1, 2)],
            "2 clock changes were followed; the last: the clock was set back by 2 h",
        ),
    ],
)
def test_many_events_are_a_line_of_number_names_and_reason(events, line):
    assert lines_of(alert(*events)) == [line]


def test_the_title_of_several_kinds_only_counts():
    found = alert(("config.refused", None, "feeds.toml:3: bad"), failing("a"), failing("b"), failing("c"))
    assert title_of(found) == "config refused; 3 feeds fail"


def test_a_single_event_is_its_own_sentence():
    assert title_of(alert(failing("a"))) == "a: 503 from example.org (3 times in a row)"
    assert title_of(alert(("config.refused", None, "feeds.toml:3: bad"))) == f"{REFUSED}feeds.toml:3: bad"


@pytest.mark.parametrize(
    ("events", "lines"),
    [
        ([failing("a"), ("feed.resurrected", "a", "a: works again")], ["a: works again"]),
        ([failing("a"), ("feed.dead", "a", "a: failing for 14 d")], ["a: failing for 14 d"]),
        (
            [("feed.resurrected", "a", "a: works again"), failing("a", "404")],
            ["a: 404 (3 times in a row)"],
        ),
        (
            [
                ("config.refused", None, "no"),
                ("config.refused", None, "no, too"),
                ("config.accepted", None, "ok"),
            ],
            ["ok"],
        ),
        ([("config.accepted", None, "ok"), ("config.refused", None, "no")], [f"{REFUSED}no"]),
        ([("config.refused", None, "one\ntwo\nthree")], [f"{REFUSED}one; and 2 more, see `wireroom check`"]),
        (
            [
                ("push.paused", None, "push to cms is paused: 410"),
                ("push.paused", None, "push to dam is paused: 410"),
                ("push.resumed", None, "push to cms was resumed; 1 message waits"),
            ],
            ["push to dam is paused: 410", "push to cms was resumed; 1 message waits"],
        ),
        ([("job.dead", "a", "fulltext of article 1: x")] * 3, ["a: fulltext of article 1: x"]),
        (
            [
                ("feed.resurrected", "a", "a: works again"),
                ("config.refused", None, "no"),
                failing("b", "404"),
            ],
            [f"{REFUSED}no", "b: 404 (3 times in a row)", "a: works again"],
        ),
    ],
)
def test_the_last_state_of_a_feed_the_config_and_a_receiver_counts_and_the_most_urgent_is_first(
    events, lines
):
    assert lines_of(alert(*events)) == lines


def test_alerts_of_which_nothing_was_sent_become_one():
    merged = merge_alerts(
        alert(failing("a"), failing("b")), alert(("feed.resurrected", "a", "a: works again"))
    )
    assert lines_of(merged) == ["b: 503 from example.org (3 times in a row)", "a: works again"]
    assert alert_from_json(alert_to_json(merged)) == merged


def test_a_storm_is_bounded_and_counted():
    events = [
        ("job.dead", f"feed-{n % 7}", f"fulltext of article {n}: dead") for n in range(EVENTS_KEPT + 500)
    ]
    found = alert(*events)
    payload = standard_payload(found, "2026-11-24T12:00:00Z")
    assert len(found.events) == EVENTS_KEPT
    assert payload["data"]["events"] == EVENTS_KEPT + 500
    assert payload["data"]["groups"][0]["count"] == EVENTS_KEPT + 500
    assert len(str(payload)) < 5_000


def test_the_standard_form_has_type_time_and_data():
    payload = standard_payload(alert(failing("a"), failing("b")), "2026-11-24T12:00:00Z")
    assert (payload["type"], payload["timestamp"]) == ("wireroom.alert", "2026-11-24T12:00:00Z")
    [group] = payload["data"]["groups"]
    assert (group["kind"], group["count"], group["feeds"]) == ("feed.failing", 2, ["a", "b"])
    assert (group["first_at"], group["last_at"]) == ("2026-11-24T12:00:00Z", "2026-11-24T12:00:01Z")


def test_what_a_server_wrote_mentions_nobody_in_a_chat():
    text = chat_payload(alert(failing("a", "<!channel> @here <http://x|click> & co")))["text"]
    assert "<" not in text.replace("&lt;", "")
    assert "@here" not in text
    assert "&lt;!channel&gt;" in text


def test_no_form_is_longer_than_its_receivers_take():
    kinds = [f"feed.{n}" for n in range(40)]
    found = alert(*((kind, "f" * 90, "x" * 2_000) for kind in kinds))
    assert len(lines_of(found)) == LINES_SHOWN
    assert len(chat_payload(found)["text"]) <= CHAT_CHARS
    subject, text = mail_text(found)
    assert "\n" not in subject
    mail = EmailMessage()
    mail.set_content(text)
    assert max(map(len, mail.as_bytes().splitlines())) < 998  # RFC 5322 section 2.1.1


def test_a_reason_of_one_event_is_whole_in_every_form():
    """What to do next is at its end, behind long URLs."""
    reason = f"an HTML page; it points to the feed https://a.example/{'x' * 1_500}; put that in the file"
    found = alert(failing("a", reason))
    data = standard_payload(found, "2026-11-24T12:00:00Z")["data"]
    for text in (
        data["text"],
        data["groups"][0]["text"],
        chat_payload(found)["text"],
        mail_text(found)[1],
    ):
        assert reason in text
