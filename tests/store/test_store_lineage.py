"""What a story's lineage and an article's history are told from."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from tests.store.samples import NOW, add, join, later, make_feed, make_incoming, sync
from worker.store import articles as article_store
from worker.store import lineage, listing
from worker.store.models import ExtractionRow, Link

# The command contract of `stories --json`; more keys may follow, none may go.
STORY_KEYS = {"id", "title", "agency", "first_seen_at", "last_seen_at", "copies", "lead", "members"}
MEMBER_KEYS = {"article", "feed", "url", "title", "role", "similarity", "published_at"}
LONG = "The port authority said the ferry will make six round trips a day. " * 9


@pytest.fixture
def feeds(database):
    with database.write() as connection:
        sync(connection, *(make_feed(name) for name in "abc"), make_feed("wire", agency="Yonhap"))
    return database


def extract(connection, article, text, status="ok", version="1"):
    row = {
        "article_id": article, "kind": "fulltext", "extractor": "e", "extractor_version": version,
        "input_sha256": "x", "status": status, "reason": None, "payload": {"text": text}, "created_at": NOW,
    }  # fmt: skip
    connection.execute(ExtractionRow.__table__.insert(), row)


def edit(connection, feed, key, now, **values):
    """The next state of an article, as a later poll finds it."""
    [known] = article_store.known_entries(connection, feed, [make_incoming(key).article])
    article_store.add_versions(connection, [make_incoming(key, source=feed, known=known, **values)], now)


def test_the_fullest_known_text_is_that_of_the_page_then_of_the_feed(feeds):
    with feeds.write() as connection:
        page, thin = add(connection, "a", "page", "thin", text=LONG, summary="Short.")
        [brief] = add(connection, "a", "brief", text="Short.", summary="Short.")
        [bare] = add(connection, "a", "bare", text=None, summary="Short.")
        [empty] = add(connection, "a", "empty", text=None)
        [full] = add(connection, "b", "full", text=LONG, summary=LONG)
        [short] = add(connection, "b", "short", text=f"{LONG} The […]")
        extract(connection, page, "old page")
        extract(connection, page, "new page", version="2")
        extract(connection, thin, "half of it", status="thin")
        ids = (page, thin, brief, bare, empty, full, short, 999)
        found = lineage.known_texts(connection, ids)
    shown = {article: (text.known_from, text.document.text) for article, text in found.items()}
    assert shown == {
        page: ("page", "new page"), thin: ("feed", LONG), brief: ("summary", "Short."),
        bare: ("summary", "Short."), empty: ("nothing", ""), full: ("feed", LONG),
        short: ("summary", f"{LONG} The […]"),
    }  # fmt: skip


def test_states_of_an_article_carry_the_time_each_was_first_seen(feeds):
    with feeds.write() as connection:
        [article] = add(connection, "a", "x", text="One.", title="First")
        edit(connection, "a", "x", later(60), text="Two.", title="First")
        edit(connection, "a", "x", later(90), text="Three.", title="Third")
        states = lineage.article_states(connection, article)
        assert lineage.article_states(connection, 999) == []
    shown = [(s.number, s.at, s.document.title, s.document.text) for s in states]
    assert shown == [
        (1, NOW, "First", "One."), (2, later(60), "First", "Two."), (3, later(90), "Third", "Three."),
    ]  # fmt: skip


def test_a_known_text_carries_the_time_that_it_was_first_seen(feeds):
    with feeds.write() as connection:
        edited, page, plain = add(connection, "a", "x", "y", "z", text="One.")
        edit(connection, "a", "x", later(60), text="Two.")
        edit(connection, "a", "x", later(90), text="Three.")
        edit(connection, "a", "y", later(90), text="Two.")
        extract(connection, page, LONG)
        found = lineage.known_texts(connection, (edited, page, plain))
    assert {text.document.id: text.at for text in found.values()} == {
        edited: later(90), page: NOW, plain: NOW,
    }  # fmt: skip


def test_links_are_given_likest_first_with_their_reasons(feeds):
    with feeds.write() as connection:
        one, two, three = (add(connection, feed, "x")[0] for feed in "abc")
        for pair, similarity in (((two, one), 0.7), ((three, one), 0.9)):
            join(connection, *pair)
            values = {"similarity": similarity, "reasons": {"title": 0.5}}
            connection.execute(update(Link).where(Link.article_id == pair[0]).values(values))
        found = lineage.links_within(connection, [one, two, three])
    assert [(link.article, link.other, link.similarity) for link in found] == [
        (three, one, 0.9),
        (two, one, 0.7),
    ]
    assert found[0].reasons == {"title": 0.5}


def test_a_story_keeps_the_keys_of_the_command_contract(feeds):
    with feeds.write() as connection:
        [wire] = add(connection, "wire", "x", sort_at=NOW)
        [copy] = add(connection, "a", "x", now=later(10), sort_at=later(90), published_at=later(90))
        join(connection, copy, wire)
        [story] = listing.iter_stories(connection, min_copies=2)
    assert story.keys() >= STORY_KEYS
    assert all(member.keys() >= MEMBER_KEYS for member in story["members"])
    assert (story["outlets"], story["mark"]) == (2, "")


def test_lag_is_counted_from_the_first_publication_of_the_story(feeds):
    """Not from what was seen first: a slow feed may have had the text before."""
    with feeds.write() as connection:
        [early] = add(connection, "a", "x", sort_at=later(600))
        [late] = add(connection, "b", "x", now=later(900), sort_at=NOW)
        join(connection, late, early, now=later(900))
        [story] = listing.iter_stories(connection, min_copies=2)
    assert {m["article"]: m["lag_s"] for m in story["members"]} == {early: 600.0, late: 0.0}
    assert story["first_seen_at"] == datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
