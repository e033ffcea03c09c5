"""By what operators look for feeds, articles and stories; on both databases."""

import pytest
from sqlalchemy import update

from tests.store.samples import add, join, make_feed, sync
from worker.store import filters, listing
from worker.store.models import ArticleRow


@pytest.fixture
def rows(database):
    """Two feeds with tags; a story of two copies, and an article alone."""
    with database.write() as connection:
        sync(
            connection,
            make_feed("wire", tags=("wire", "kr"), agency="Yonhap"),
            make_feed("coast", tags=("kr-coast",)),
            make_feed("plain"),
        )
        [first] = add(connection, "wire", "x", title="Harbour 100% open", lang="en-GB")
        [second] = add(connection, "coast", "y", title="The harbour opens", text="Storm over.", lang="pt-BR")
        [third] = add(connection, "plain", "z", title="Weather", summary="A storm nears.", lang=None)
        join(connection, second, first)
    return database, first, second, third


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, {"x", "y", "z"}),
        ({"tag": "kr"}, {"x"}),
        ({"tag": "kr-coast"}, {"y"}),
        ({"tag": "none"}, set()),
        ({"lang": "en"}, {"x"}),
        ({"lang": "PT-br"}, {"y"}),
        ({"lang": "p"}, set()),
        ({"search": "HARBOUR"}, {"x", "y"}),
        ({"search": "storm"}, {"y", "z"}),
        ({"search": "harbour storm"}, {"y"}),
        ({"search": "100%"}, {"x"}),
        ({"tag": "kr", "search": "storm"}, set()),
    ],
)
def test_articles_meet_all_conditions(rows, wanted, found):
    with rows[0].read() as connection:
        search = {name: wanted[name] for name in wanted if name == "search"}
        where, _ = filters.article_conditions(connection, **{n: wanted[n] for n in wanted if n != "search"})
        assert {row["guid"] for row in listing.iter_articles(connection, where=where, **search)} == found


def test_a_story_is_found_by_any_of_its_articles(rows):
    database, first, _, third = rows
    with database.read() as connection:

        def stories(search=None, **wanted):
            where, _ = filters.story_conditions(connection, **wanted)
            return {row["id"] for row in listing.iter_stories(connection, where=where, search=search)}

        assert stories() == {first, third}
        assert stories(tag="kr-coast") == {first}
        assert stories(search="weather") == {third}
        assert stories(tag="kr-coast", search="100%") == {first}


def test_feeds_by_tag_and_host(rows):
    with rows[0].read() as connection:

        def feeds(**wanted):
            where = list(filters.feed_conditions(connection, **wanted))
            return [row["id"] for row in listing.list_feeds(connection, where=where)]

        assert feeds(tag="wire") == ["wire"]
        assert feeds(host="Coast.example") == ["coast"]
        assert feeds(tag="wire", host="coast.example") == []


def test_the_known_values(rows):
    with rows[0].read() as connection:
        assert filters.known_agencies(connection) == {"Yonhap"}  # of a feed: no article is credited yet
        assert filters.known_tags(connection) == {"wire", "kr", "kr-coast"}
        assert filters.known_hosts(connection) == {"wire.example", "coast.example", "plain.example"}
        assert filters.known_langs(connection) == {"en-GB", "en", "pt-BR", "pt"}
        assert filters.known_feeds(connection) == {"wire", "coast", "plain"}


@pytest.mark.parametrize("spelling", ["AP", "ap", "Associated Press", "The Associated Press"])
def test_an_agency_is_found_by_any_of_its_spellings(database, spelling):
    with database.write() as connection:
        sync(connection, make_feed("wire"))
        add(connection, "wire", "x", title="Harbour opens")
        connection.execute(update(ArticleRow.__table__).values(agency="AP"))
        where, _ = filters.article_conditions(connection, agency=spelling)
        assert [row["guid"] for row in listing.iter_articles(connection, where=where)] == ["x"]
