"""Every entry is stored once, whatever its neighbors are and however often its guid and link change."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from tests.store.samples import later, purge, sync
from worker.flows import intake
from worker.flows.services import Services
from worker.parse import read_feed
from worker.records import FeedConfig
from worker.store.models import ArticleRow

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
FEED = FeedConfig(id="pier", url="https://pier.example/feed.xml")
DAY = "<guid isPermaLink='false'>Thu, 05 Nov 2026</guid>"
LONG = "The harbor master said on Monday that the old crane on pier four will be taken down this week."


def item(title: str, *parts: str, text: str = "", date: str = "") -> str:
    description = f"<description>{text}</description>" if text else ""
    published = f"<pubDate>{date}</pubDate>" if date else ""
    return f"<item><title>{title}</title>{''.join(parts)}{description}{published}</item>"


def link(path: str) -> str:
    return f"<link>https://pier.example/{path}</link>"


def guid(value: str) -> str:
    return f'<guid isPermaLink="false">{value}</guid>'


def poll(services: Services, *items: str, site: str = "https://pier.example/") -> None:
    """Store a document with these items as a poll does."""
    document = (
        f"<rss version='2.0'><channel><title>Pier</title><link>{site}</link>{''.join(items)}</channel></rss>"
    )
    parsed = read_feed(document.encode(), url=FEED.url, now=NOW)
    prepared = intake.prepare(services, FEED, parsed)
    with services.db.write() as connection:
        stored = intake.store_each(connection, FEED, prepared, NOW)
    assert not stored.failed


def stored(services: Services) -> list[tuple[str, int]]:
    """Titles with their number of versions."""
    with services.db.read() as connection:
        query = select(ArticleRow.title, ArticleRow.versions).order_by(ArticleRow.title)
        return [tuple(row) for row in connection.execute(query)]


@pytest.fixture
def services(services: Services) -> Services:
    services.clock = lambda: NOW
    with services.db.write() as connection:
        sync(connection, FEED)
    return services


FOG = item("Fog closes port", DAY, text="Fog lay over the port.")
FERRY = item("Ferry late", DAY, text="It came two hours late.")
NIGHT = item("Night watch", DAY, text="All quiet.")
SHARED_LATER = {
    "a guid, the newer entry first": ([FOG], [FERRY, FOG], [NIGHT, FERRY, FOG]),
    "a guid, the newer entry last": ([FOG], [FOG, FERRY], [FOG, FERRY, NIGHT]),
    "a guid, and the first entry leaves": ([FOG], [FERRY, FOG], [NIGHT, FERRY], [NIGHT]),
    "a guid that was shared at first": ([FERRY, FOG], [FOG], [FERRY], [NIGHT, FERRY]),
    "a guid with different links": (
        [item("Fog closes port", DAY, link("fog"))],
        [item("Ferry late", DAY, link("ferry")), item("Fog closes port", DAY, link("fog"))],
        [item("Ferry late", DAY, link("ferry"))],
        [item("Night watch", DAY, link("night")), item("Ferry late", DAY, link("ferry"))],
    ),
    "a link without guid": (
        [item("Fog closes port", link("log"))],
        [item("Ferry late", link("log")), item("Fog closes port", link("log"))],
        [item("Night watch", link("log")), item("Ferry late", link("log"))],
    ),
    "a guid of dated entries in any order": (
        [item("Fog closes port", DAY, date="Thu, 05 Nov 2026 08:00:00 GMT")],
        [
            item("Fog closes port", DAY, date="Thu, 05 Nov 2026 08:00:00 GMT"),
            item("Ferry late", DAY, date="Thu, 05 Nov 2026 09:00:00 GMT"),
            item("Night watch", DAY, date="Thu, 05 Nov 2026 07:00:00 GMT"),
        ],
    ),
}


@pytest.mark.parametrize("documents", SHARED_LATER.values(), ids=SHARED_LATER)
def test_an_entry_is_stored_once_when_others_come_to_share(
    services: Services, documents: Sequence[Sequence[str]]
) -> None:
    for document in documents:
        poll(services, *document)
        poll(services, *document)
    assert stored(services) == [("Ferry late", 1), ("Fog closes port", 1), ("Night watch", 1)]


def test_an_edit_of_an_entry_that_shares_its_guid_is_a_version(services: Services) -> None:
    poll(services, FERRY, FOG)
    poll(services, FERRY, item("Fog closes port", DAY, text="Fog lay over the port until noon."))
    poll(services, item("Ferry late", DAY, text="It came three hours late."), FOG)
    assert stored(services) == [("Ferry late", 2), ("Fog closes port", 3)]


def test_an_entry_whose_guid_becomes_the_url_of_the_site_is_stored_once(services: Services) -> None:
    entry = item("Fog closes port", "<guid>https://pier.example/fog</guid>", text="Fog.")
    poll(services, entry)
    poll(services, entry, site="https://pier.example/fog")
    assert stored(services) == [("Fog closes port", 1)]


def test_a_new_entry_with_a_reused_guid_does_not_replace_one_that_left(services: Services) -> None:
    for number in range(1, 6):
        shown = [item(f"Change {n}", DAY, link("log"), text=f"Notes {n}") for n in (number + 1, number)]
        poll(services, *shown)
    assert stored(services) == [(f"Change {number}", 1) for number in range(1, 7)]


def test_what_was_purged_stays_away_beside_entries_that_share_its_guid(services: Services) -> None:
    poll(services, FOG)
    with services.db.write() as connection:
        assert purge(connection, FEED.id, later(1), later(2), 10) == 1
    poll(services, FERRY, FOG)
    poll(services, FOG)
    assert stored(services) == [("Ferry late", 1)]


DATE = "Thu, 05 Nov 2026 08:00:00 GMT"
RENEWED = {
    "with text and date": {"text": "Trains stop.", "date": DATE},
    "with a link in the markup": {
        "text": '&lt;a href="https://agg.example/{0}"&gt;Trains&lt;/a&gt; Anzeiger', "date": DATE,
    },
    "a headline with the time of day": {"date": DATE},
    "a text without date": {"text": LONG},
    "with a date that is written anew": {
        "text": "Trains stop.", "date": "Thu, 05 Nov 2026 0{0}:00:00 +0{1}00",
    },
}  # fmt: skip


@pytest.mark.parametrize("fields", RENEWED.values(), ids=RENEWED)
@pytest.mark.parametrize("has_guid", [True, False])
def test_an_entry_with_another_guid_and_link_at_each_poll_is_stored_once(
    services: Services, fields: dict[str, str], has_guid: bool
) -> None:
    for number in range(1, 5):
        values = {name: value.format(number, number - 1) for name, value in fields.items()}
        marks = [link(f"rss/{number}"), *([guid(f"token-{number}")] if has_guid else [])]
        poll(services, item("Trains stop between Vest and Ost", *marks, **values))
    assert stored(services) == [("Trains stop between Vest and Ost", 1)]


def test_an_entry_that_is_listed_twice_with_two_links_is_stored_once(services: Services) -> None:
    twice = [item("Trains stop", link(path), guid(path), text="No trains.", date=DATE) for path in "ab"]
    for document in (twice, twice[::-1], twice[1:]):
        poll(services, *document)
    assert stored(services) == [("Trains stop", 1)]


DIFFERENT = {
    "another date": [{"text": LONG, "date": DATE}, {"text": LONG, "date": "Fri, 06 Nov 2026 08:00:00 GMT"}],
    "another text": [{"text": LONG, "date": DATE}, {"text": "Short.", "date": DATE}],
    "only a headline and a day": [{"date": "2026-11-05"}, {"date": "2026-11-05"}],
    "only a headline": [{}, {}],
    "a short text without date": [{"text": "See more."}, {"text": "See more."}],
}


@pytest.mark.parametrize("pair", DIFFERENT.values(), ids=DIFFERENT)
def test_an_entry_with_the_title_of_another_is_stored(
    services: Services, pair: Sequence[dict[str, str]]
) -> None:
    for number, fields in enumerate(pair):
        poll(services, item("Trains stop", link(f"{number}"), guid(f"{number}"), **fields))
    assert len(stored(services)) == 2


def test_headlines_of_one_time_that_are_listed_together_are_all_stored(services: Services) -> None:
    entries = [item("Storm warning", link(path), guid(path), date=DATE) for path in "abc"]
    poll(services, *entries)
    poll(services, *entries[::-1])
    assert stored(services) == [("Storm warning", 1)] * 3
