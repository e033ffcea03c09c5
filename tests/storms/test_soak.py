"""What a soak tells of its samples."""

import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta

import httpx
from sqlalchemy import insert

from tests.store.samples import add, make_feed, sync
from tests.storms.ageing import FRESH_S, age, age_articles
from tests.storms.growing import GrowingOrigin, GrowingWorld
from tests.storms.soak import KEEP_H, KEEP_S, SHOWN, Soaked, SoakWorld
from tests.storms.soak_figures import UNITS, Sample, draw, find_courses
from worker.flows.upkeep import HISTORY_S
from worker.store.models import Event
from worker.store.pruning import Position, count_older, find_expired, prune_history
from worker.store.session import Database


def samples(growth: float) -> list[Sample]:
    """A minute of samples, whose last third is higher by this share."""
    highs = [1.0] * 20 + [1.0 + growth] * 10
    return [Sample(n * 2.0, 400e6 * high, 300 * high, 90e6 * high, 90 * high) for n, high in enumerate(highs)]


def growing(figures: list[Sample]) -> list[str]:
    return [course.name for course in find_courses(figures) if course.is_growing]


def test_growth_beyond_the_limit_is_told() -> None:
    assert growing(samples(0.0)) == []
    assert growing(samples(0.02)) == []
    assert growing(samples(0.2)) == list(UNITS)


def test_a_slow_leak_is_growth() -> None:
    leak = [Sample(n * 5.0, 400e6 * (1 + 0.1 * n / 720), 300, 90e6, 1.0) for n in range(720)]
    assert growing(leak) == ["memory"]


def test_warming_up_is_no_growth() -> None:
    warm = samples(0.0)
    cold = [Sample(one.at_s, one.memory / 4, 10, 1e6, 0) for one in warm[:9]]
    assert growing(cold + warm[9:]) == []


def test_lost_entries_growth_and_a_bad_end_are_faults() -> None:
    good = Soaked(samples(0.0), due=10, stored=4, purged=6)
    assert good.faults() == []
    assert Soaked(samples(0.0), due=10, stored=4, purged=5).faults() == ["1 entries lost"]
    assert Soaked(samples(0.0), due=10, stored=5, purged=6).faults() == ["1 entries stored again"]
    bad = Soaked(samples(0.2), due=10, stored=4, purged=6, code=1)
    assert len(bad.faults()) == 1 + len(UNITS)
    assert "memory grew" in bad.report()


def test_aged_history_is_what_the_upkeep_deletes(database: Database) -> None:
    now = datetime.now(UTC)
    ages = (0.0, FRESH_S / 2, FRESH_S * 2, FRESH_S * 9)
    rows = [{"at": now - timedelta(seconds=one), "kind": "x", "message": "x"} for one in ages]
    with database.write() as connection:
        connection.execute(insert(Event), rows)
    age(database)
    with database.write() as connection:
        assert prune_history(connection, now - timedelta(seconds=HISTORY_S), 100) == 2


def test_aged_articles_are_what_the_upkeep_purges(database: Database) -> None:
    now, keep = datetime.now(UTC), timedelta(hours=KEEP_H)
    feeds = [make_feed(name, keep_s=keep.total_seconds()) for name in ("brief", "other")]
    with database.write() as connection:
        sync(connection, *feeds, now=now)
        for feed in feeds:
            add(connection, feed.id, "old", now=now - timedelta(seconds=KEEP_S * 2))
            add(connection, feed.id, "new", now=now)

    def expired() -> list[str]:
        with database.read() as connection:
            return [one.feed for one in find_expired(connection, Position(), now, 100)[0]]

    assert expired() == []
    age_articles(database, keep, KEEP_S, feed="brief")
    assert expired() == ["brief"]
    age_articles(database, keep, KEEP_S)
    assert expired() == ["brief", "other"]
    with database.read() as connection:
        assert [count_older(connection, [feed.id], now - keep, 9) for feed in feeds] == [1, 1]


def test_the_picture_has_a_line_for_each_figure() -> None:
    lines = ET.fromstring(draw(samples(0.1))).findall("{http://www.w3.org/2000/svg}polyline")
    assert len(lines) == len(UNITS)
    assert all(len(line.attrib["points"].split()) == 30 for line in lines)


def test_a_feed_shows_its_newest_entries_only() -> None:
    world, whole = SoakWorld(200, 2, 1), GrowingWorld(200, 2, 1)
    site = next(iter(world.sites))
    assert len(world.items(site, "http://x", 200)) == SHOWN < len(whole.items(site, "http://x", 200))
    assert f"{site}-198<" in world.items(site, "http://x", 200)[0]


def test_a_feed_that_shows_new_entries_has_another_etag() -> None:
    world = SoakWorld(200, 2, 1)
    site = next(iter(world.sites))
    with GrowingOrigin(world, 100) as origin:
        url = f"{origin.base(site)}/feed.xml"
        first = httpx.get(url)
        tag = {"If-None-Match": first.headers["ETag"]}
        assert httpx.get(url, headers=tag).status_code == 304
        origin.shown = 150
        later = httpx.get(url, headers=tag)
    assert later.status_code == 200
    assert later.text.count("<item>") == first.text.count("<item>") == SHOWN
