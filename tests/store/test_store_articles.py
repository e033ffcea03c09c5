"""Articles: one row for an entry of a feed whatever happens, every state of its text, what furniture is."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from tests.store.samples import NOW, add, later, make_article, make_feed, make_incoming, purge, sync
from worker.store import articles as article_store
from worker.store import page_findings
from worker.store import paragraphs as paragraph_store
from worker.store import sketches as sketch_store
from worker.store.models import ArticleRow, ExtractionRow, SignatureRow, SketchKey, Story, Version
from worker.store.results import stored_sources


def known(connection, feed, *keys):
    return article_store.known_entries(connection, feed, [make_article(key) for key in keys])


def test_an_entry_is_stored_once_per_feed(database):
    """The same key again is left out; the same key in another feed is another article."""
    with database.write() as connection:
        sync(connection, make_feed("a"), make_feed("b"))
        assert len(add(connection, "a", "x", "y")) == 2
        assert add(connection, "a", "x") == []
        assert len(add(connection, "b", "x")) == 1
        assert connection.scalar(select(func.count()).where(ArticleRow.feed_id == "a")) == 2
        assert article_store.has_articles(connection, "a")
        assert connection.scalar(select(func.count()).select_from(Story)) == 3


def test_two_workers_that_store_the_same_entries_store_each_once(database):
    with database.write() as connection:
        sync(connection, make_feed("a"))
    gate, stored = threading.Barrier(2), []

    def work():
        gate.wait()
        for n in range(20):
            with database.write() as connection:
                stored.extend(add(connection, "a", f"{n}", f"{n}-more"))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as connection:
        ids = set(connection.scalars(select(ArticleRow.id)))
        assert len(stored) == len(ids) == 40
        assert set(connection.scalars(select(Story.id))) == ids


def test_a_new_article_is_a_story_of_its_own_and_not_yet_matched(database):
    with database.write() as connection:
        sync(connection, make_feed("a"))
        [article] = add(connection, "a", "x", matched=False)
        row = connection.execute(select(ArticleRow.__table__)).mappings().one()
        assert (row["story_id"], row["role"], row["matched_at"]) == (article, "lead", None)
        story = connection.execute(select(Story.__table__)).mappings().one()
        assert (story["id"], story["lead_id"], story["copies"]) == (article, article, 1)


def test_articles_that_a_crash_left_unmatched_are_found_after_a_while(database):
    with database.write() as connection:
        sync(connection, make_feed("a"))
        add(connection, "a", "matched")
        left = add(connection, "a", "x", "y", matched=False)
        add(connection, "a", "young", matched=False, now=later(100))
        assert sketch_store.unmatched(connection, later(50), 10) == left
        assert sketch_store.unmatched(connection, later(50), 1) == left[:1]


def test_known_entries_are_found_by_key_and_by_url_within_the_feed(database):
    """Of a document longer than one statement can take, too."""
    with database.write() as connection:
        sync(connection, make_feed("a"), make_feed("b"))
        ids = add(connection, "a", *(f"k{n}" for n in range(900)))
        add(connection, "b", "k1")
        assert {item.id for item in known(connection, "a", *(f"k{n}" for n in range(900)))} == set(ids)
        moved = make_article("new key", canonical_url="news.example/k7")
        assert [item.id for item in article_store.known_entries(connection, "a", [moved])] == [ids[7]]


def test_every_earlier_state_of_a_text_is_kept_as_a_version(database):
    with database.write() as connection:
        sync(connection, make_feed("a"))
        [article] = add(connection, "a", "x", keys=(1, 2))
        for n in (2, 3):
            [item] = known(connection, "a", "x")
            changed = make_incoming(
                "x", source="a", known=item, keys=(n,), title=f"Title {n}", text=f"Text {n}",
                content_hash=f"h{n}", guid="other", sort_at=later(9),
            )  # fmt: skip
            article_store.add_versions(connection, [changed], later(n))
        row = connection.execute(select(ArticleRow.__table__)).mappings().one()
        assert (row["id"], row["title"], row["text"], row["versions"]) == (article, "Title 3", "Text 3", 3)
        assert (row["guid"], row["sort_at"]) == ("x", NOW), "identity and first time stay"
        old = connection.execute(select(Version.number, Version.text, Version.replaced_at)).all()
        assert [tuple(version) for version in old] == [
            (1, "Text of x.", later(2)),
            (2, "Text 2", later(3)),
        ]
        assert list(connection.scalars(select(SketchKey.key))) == [3], "found by its newest text only"
        assert connection.scalar(select(func.count()).select_from(SignatureRow)) == 1


def test_a_version_has_the_sources_of_its_own_text_and_of_the_identity_that_stays(database):
    with database.write() as connection:
        sync(connection, make_feed("a"))
        first = make_incoming("x", source="a", sources="guid=guid text=description published_at=pubDate")
        article_store.add_articles(connection, "a", [first], NOW)
        [item] = known(connection, "a", "x")
        changed = make_incoming(
            "x", source="a", known=item, text="New", content_hash="h2", sources="guid=id text=content:encoded"
        )
        article_store.add_versions(connection, [changed], later(2))
        sources, _ = stored_sources(connection, item.id)
    assert sources == {"guid": "guid", "published_at": "pubDate", "text": "content:encoded"}


PAGE_MARKS = {"agency": "Yonhap", "dateline": "SEOUL (Yonhap) --", "is_agency": False}
NOTHING = {"agency": None, "dateline": None, "is_agency": False}


@pytest.mark.parametrize(
    ("has_page", "edit", "kept"),
    [
        (True, {}, PAGE_MARKS),
        (True, {"agency": "AFP", "is_agency": True}, PAGE_MARKS),
        (True, {"agency": "Yonhap"}, PAGE_MARKS),
        (True, {"agency": "AFP"}, {**NOTHING, "agency": "AFP"}),
        (False, {}, NOTHING),
        (False, {"agency": "AFP", "is_agency": True}, {**NOTHING, "agency": "AFP", "is_agency": True}),
    ],
)
def test_an_edit_of_a_teaser_leaves_the_agency_that_the_page_names(database, has_page, edit, kept):
    """Without a page, or when the new text names another agency, the edit decides."""
    with database.write() as connection:
        sync(connection, make_feed("a"))
        [article] = add(connection, "a", "x")
        page_findings.note_page(
            connection, article, text_letters=900, agency="Yonhap", dateline="SEOUL (Yonhap) --"
        )
        if has_page:
            page = {"kind": "fulltext", "extractor": "e", "extractor_version": "1", "input_sha256": "0"}
            row = {"article_id": article, **page, "status": "ok", "payload": {}, "created_at": NOW}
            connection.execute(ExtractionRow.__table__.insert(), row)
        [item] = known(connection, "a", "x")
        changed = make_incoming("x", source="a", known=item, text="New", content_hash="h2")
        article_store.add_versions(connection, [replace(changed, **edit)], later(2))
        marks = select(ArticleRow.agency, ArticleRow.dateline, ArticleRow.is_agency)
        assert dict(connection.execute(marks).mappings().one()) == kept


def test_a_purged_key_is_remembered_and_never_comes_back(database):
    with database.write() as connection:
        sync(connection, make_feed("a"), make_feed("b"))
        add(connection, "a", "old", "older")
        add(connection, "a", "young", now=later(100))
        assert purge(connection, "a", later(50), later(200), 10) == 2
        keys = ["old", "older", "young", *(f"k{n}" for n in range(900))]
        assert article_store.purged_keys(connection, "a", keys) == {"old", "older"}
        assert article_store.purged_keys(connection, "b", keys) == set()


def test_paragraphs_are_counted_by_the_articles_of_a_source(database):
    """Twice in one article counts once; sources are counted apart."""
    with database.write() as connection:
        sync(connection, make_feed("a"), make_feed("b"))
        add(connection, "a", "x", "y", paragraphs=(7, 7, 8))
        add(connection, "a", "z", paragraphs=(7,))
        add(connection, "b", "x", paragraphs=(7,))
        assert paragraph_store.paragraph_counts(connection, "a", [7, 8, 9]) == {7: 3, 8: 2}
        assert paragraph_store.paragraph_counts(connection, "b", [7, 8, 9]) == {7: 1}


def test_recent_arrivals_are_the_newest_articles_newest_first(database):
    with database.write() as connection:
        sync(connection, make_feed("a"))
        for n in (3, 1, 2):
            add(connection, "a", f"{n}", sort_at=later(n))
        assert article_store.recent_arrivals(connection, "a", 2) == (later(2), later(1))
