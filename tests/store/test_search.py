"""Full-text search: what is stored is found as it is now, on both databases, whatever is looked for."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, text

from tests.store.samples import TEXT_RESULT, add, join, later, make_incoming
from worker.errors import StoreError
from worker.store import Database, listing
from worker.store import articles as article_store
from worker.store import search as search_store
from worker.store.models import ArticleRow, ExtractionRow
from worker.store.search import BadSearchError
from worker.store.transfer import copy_database_to


def found(database, search, limit=None, **wanted):
    with database.read() as connection:
        rows = listing.iter_articles(connection, search=search, limit=limit, **wanted)
        return [row["id"] for row in rows]


def count_terms(database):
    with database.read() as connection:
        return connection.scalar(text(f"SELECT count(*) FROM {search_store.TABLE}"))


def test_the_newest_come_first_and_all_words_count(desk):
    with desk.write() as connection:
        add(connection, "desk", "a", title="Ferry to Geoje", text="Stopped.")
        add(connection, "desk", "b", title="Ferry", text="여객선이 중단됐다")
        add(connection, "desk", "c", title="Train", summary="No ferry", text=None)
    assert found(desk, "ferry") == [3, 2, 1]
    assert found(desk, "ferry", limit=2) == [3, 2]
    assert found(desk, "ferry", limit=2, before=2) == [1]
    assert found(desk, "FERRY stopped") == [1]
    assert found(desk, "여객선 ferry") == [2]
    assert found(desk, "boat") == found(desk, "boat", limit=5) == []


def test_an_edit_replaces_the_terms(desk):
    with desk.write() as connection:
        add(connection, "desk", "a", title="Ferry stopped")
    with desk.read() as connection:
        [known] = article_store.known_entries(connection, "desk", [make_incoming("a").article])
    edited = make_incoming("a", known=known, title="Train stopped", content_hash="other")
    with desk.write() as connection:
        article_store.add_versions(connection, [edited], later(60))
    assert found(desk, "ferry") == []
    assert found(desk, "train") == [1]
    assert count_terms(desk) == 1


def test_the_text_of_the_page_is_found(desk):
    with desk.write() as connection:
        [article] = add(connection, "desk", "a", title="Ferry", text="Short.")
        connection.execute(ExtractionRow.__table__.insert(), {**TEXT_RESULT, "article_id": article})
        search_store.index_articles(connection, [article])
    assert found(desk, "geoje") == [1]


def test_the_beginning_of_a_long_text_counts(desk):
    long = "lighthouse " + "word " * search_store.CHARS + "harbour"
    with desk.write() as connection:
        add(connection, "desk", "a", text=long)
    assert found(desk, "lighthouse") == [1]
    assert found(desk, "harbour") == []


def test_a_deleted_article_leaves_no_terms(desk):
    with desk.write() as connection:
        add(connection, "desk", "a", "b", title="Ferry")
        connection.execute(delete(ArticleRow).where(ArticleRow.id == 1))
    assert found(desk, "ferry") == [2]
    assert count_terms(desk) == 1


def test_a_story_is_found_by_any_of_its_articles(desk):
    with desk.write() as connection:
        first, second = (
            *add(connection, "desk", "a", title="Ferry"),
            *add(connection, "coast", "b", title="Boat"),
        )
        join(connection, second, first)
    with desk.read() as connection:
        for limit in (None, 5):
            rows = list(listing.iter_stories(connection, search="boat", limit=limit))
            assert [row["id"] for row in rows] == [first]
            assert list(listing.iter_stories(connection, search="ferry boat", limit=limit)) == []


def test_other_conditions_are_met_also_beyond_the_newest_matches(desk, monkeypatch):
    """The few newest matches do not suffice, so all of them are looked through."""
    monkeypatch.setattr(search_store, "NEWEST", (2, 3))
    with desk.write() as connection:
        add(connection, "coast", "a", title="Ferry")
        add(connection, "desk", *"bcdef", title="Ferry")
    assert found(desk, "ferry", limit=3, feed="coast") == [1]
    assert found(desk, "ferry", limit=4) == [6, 5, 4, 3]
    with desk.read() as connection:
        assert len(list(listing.iter_stories(connection, search="ferry", limit=4))) == 4


@pytest.mark.parametrize("most", [0, 1, 2, 1_000])
def test_a_beginning_finds_all_words_that_begin_so(desk, monkeypatch, most):
    """However many they are, and whether SQLite looks them up one by one or not."""
    monkeypatch.setattr(search_store, "EXPANDED", most)
    with desk.write() as connection:
        titles = ("ferr", "Ferry", "ferries", "ferro", "fers", "fern ferré")
        for key, title in zip("abcdef", titles, strict=True):
            add(connection, "desk", key, title=title)
    for limit in (None, 5):
        assert found(desk, "ferr", limit=limit) == [6, 4, 3, 2, 1]
        assert found(desk, "ferr fern", limit=limit) == [6]
        assert found(desk, "ferries", limit=limit) == [3]
        assert found(desk, "ferz", limit=limit) == []


def test_a_copied_database_finds_the_same(desk, tmp_path):
    with desk.write() as connection:
        add(connection, "desk", "a", title="Ferry")
    other = Database(f"sqlite:///{tmp_path / 'copy.db'}")
    copy_database_to(desk, other)
    assert found(other, "ferry") == [1]
    other.close()


def test_a_search_without_a_word_is_refused_in_a_sentence(desk):
    with pytest.raises(BadSearchError, match="write at least one letter or digit"):
        found(desk, "%_'\"", limit=5)
    assert not issubclass(BadSearchError, StoreError)


def test_a_search_of_too_many_terms_is_refused_in_a_sentence(desk):
    letters = "".join(map(chr, range(0x4E00, 0x4E00 + 20_000)))
    with desk.write() as connection:
        add(connection, "desk", "a", title=letters[:300])
    most = search_store.MAX_TERMS
    assert found(desk, letters[: most + 1]) == found(desk, letters[: most + 1], limit=5) == [1]
    for search in (letters, letters[: most + 2], " ".join(f"w{n}" for n in range(most + 1))):
        with pytest.raises(BadSearchError, match=f"at most {most} fit"):
            found(desk, search, limit=5)


HOSTILE = st.one_of(
    st.text(max_size=200),
    st.text(alphabet="\"'*:&|!()<->^-+ \\%_{}ANDORTabc한京\x00\ud800", max_size=200),
    st.sampled_from(
        ['"', "a NEAR b", "terms:a", "a* OR b", "'a':*", "\\", "한" * 200, "a b " * 50, "NOT", "-a"]
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HOSTILE)
def test_no_search_is_an_error_of_the_database(desk, search):
    with suppress(BadSearchError):
        assert found(desk, search, limit=5) == found(desk, search)
