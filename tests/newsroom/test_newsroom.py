"""The sample newsroom: feeds parse, copies share text, 304 is correct, events follow the clock."""

import tomllib
from collections import Counter
from datetime import UTC, datetime, timedelta

import feedparser
import httpx
import pytest

from tests.newsroom import Newsroom, serve
from tests.newsroom.day import Day

START = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
def room():
    return Newsroom(START, pace=60.0)


@pytest.fixture
def server(room):
    with serve(room) as running:
        yield running


def words(entry):
    return set(" ".join(entry.paragraphs).split())


def test_every_outlet_has_news_at_the_start(room):
    """No feed is empty at the first poll, and no entry is in the future."""
    assert all(room.entries[name] for name in room.outlets)
    assert all(entry.published_at <= START for entries in room.entries.values() for entry in entries)


def test_the_same_start_gives_the_same_newsroom():
    """Ground truth depends only on the start and the number of ticks."""
    first, second = Newsroom(START), Newsroom(START)
    first.advance(30)
    for _ in range(30):
        second.advance()
    assert first.truth() == second.truth()


def test_feeds_parse_and_match_the_truth(room, server):
    """RSS and Atom are well-formed, including EUC-KR; JSON Feed is JSON; guids equal those of the truth."""
    expected = Counter((row["feed"], row["guid"]) for row in room.truth())
    seen = Counter()
    for name, outlet in room.outlets.items():
        response = httpx.get(room.origins[name] + outlet.feed_path)
        if outlet.format == "json":
            seen.update((name, item["id"]) for item in response.json()["items"])
            continue
        feed = feedparser.parse(response.content)
        assert not feed.bozo, (name, feed.get("bozo_exception"))
        assert [entry.title for entry in feed.entries] == [entry.title for entry in room.latest(name)]
        seen.update((name, entry.id) for entry in feed.entries)
    assert seen == expected
    assert set(expected.values()) == {1}


def test_copies_share_text_with_their_lead(room):
    """An outlet's copy contains most words of the desk's text; every slot is filled."""
    room.advance(room.script_ticks)
    entries = [entry for entries in room.entries.values() for entry in entries]
    lead = {entry.story: entry for entry in entries if entry.role == "lead"}
    shares = [
        len(words(entry) & words(lead[entry.story])) / len(words(lead[entry.story]))
        for entry in entries
        if entry.role == "copy"
    ]
    assert len(shares) >= 20
    assert min(shares) > 0.5
    assert not any("{" in paragraph for entry in entries for paragraph in entry.paragraphs)


def test_events_happen_at_their_tick(room):
    """The running story gets its later take, the corrected one its second version, only after their tick."""
    assert not any("(2nd LD)" in row["title"] for row in room.truth())
    room.advance(room.script_ticks)
    rows = room.truth()
    assert {row["role"] for row in rows} == {"lead", "copy", "excerpt", "update"}
    assert sum("(2nd LD)" in row["title"] for row in rows) == 1
    assert Counter(row["versions"] for row in rows)[2] == 2


def test_a_new_round_brings_new_stories(room):
    """After the script's end the newsroom continues with other facts and ids."""
    room.advance(90)
    stories = {row["story"] for row in room.truth()}
    assert {"ferry-0", "ferry-1", "ferry-2"} <= stories
    titles = {
        row["title"] for row in room.truth() if row["story"].startswith("ferry-") and row["role"] == "lead"
    }
    assert len(titles) == 3


def test_304_is_correct(room, server):
    """A conditional request returns 304 as long as nothing changed, and 200 after the next publication."""
    url = room.origins["meridian-post"] + room.outlets["meridian-post"].feed_path
    first = httpx.get(url)
    by_tag, by_date = (
        {"If-None-Match": first.headers["etag"]},
        {"If-Modified-Since": first.headers["last-modified"]},
    )
    assert httpx.get(url, headers=by_tag).status_code == 304
    assert httpx.get(url, headers=by_date).status_code == 304
    room.advance(7)
    assert httpx.get(url, headers=by_tag).status_code == 200
    assert httpx.get(url, headers=by_date).status_code == 200
    assert [request.status for request in server.requests] == [200, 304, 304, 200, 200]


def test_pages_carry_the_text_and_robots_forbids_one_path(room, server):
    """Every entry has a page; robots.txt disallows exactly the members' page."""
    for row in room.truth():
        assert row["title"].split("'")[0] in httpx.get(row["url"]).text.replace("&amp;", "&")
    assert "Disallow: /inland-times/members/" in httpx.get(server.base + "/robots.txt").text
    assert ["/members/" in row["url"] for row in room.truth()] == [not row["robots"] for row in room.truth()]
    assert httpx.get(server.base + "/inland-times/1.html").status_code == 404


def test_the_config_names_every_feed_once(room, server):
    """`feeds_toml` is TOML with all outlets on loopback."""
    config = tomllib.loads(room.feeds_toml(server.base))
    assert [feed["id"] for feed in config["feed"]] == list(room.outlets)
    assert config["http"]["allow_private"] == ["127.0.0.0/8"]
    assert all(httpx.get(feed["url"]).status_code == 200 for feed in config["feed"])


def test_a_day_does_not_end_and_has_new_texts_copies_edits_and_a_feed_that_breaks_and_recovers():
    day = Day(Newsroom(datetime.now(UTC), pace=6.0))
    assert day.pause_s == 6.0
    with serve(day.newsroom) as server:
        broken, published = [], []
        for _ in range(200):
            published += day.next()
            broken.append(sorted(day.newsroom.broken))
            if day.newsroom.broken and len(broken) % 3 == 0:
                path = day.newsroom.outlets[broken[-1][0]].feed_path
                assert httpx.get(server.base + path).status_code == 503
    assert day.pause_s == 24.0
    assert len({name for names in broken for name in names}) >= 5
    assert broken[-1] == [] or [] in broken[-10:]
    rows = day.newsroom.truth()
    stories = Counter(row["story"] for row in rows)
    assert len(stories) > 60
    assert sum(count > 1 for count in stories.values()) > 10
    assert sum(row["versions"] > 1 for row in rows) > 3
    newest = max(row["published_at"] for row in rows)
    assert timedelta() <= datetime.now(UTC) - newest < timedelta(minutes=1)
