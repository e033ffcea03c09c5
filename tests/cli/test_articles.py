"""`wireroom articles`: what is not there is told with the command that lists what is."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from tests.store.samples import NOW, add, make_feed, sync
from tests.support.schema import with_schema
from worker.cli.articles import articles
from worker.flows.services import Services
from worker.settings import read_settings
from worker.store.models import ArticleRow, ExtractionRow, Job, Version
from worker.views.sources import source_words

PAGE = {
    "article_id": 1, "kind": "fulltext", "extractor": "fulltext", "extractor_version": "7",
    "input_sha256": "", "status": "ok", "reason": None, "payload": {"text": "Of the page."},
    "created_at": NOW,
}  # fmt: skip


@pytest.fixture
def desk(tmp_path, monkeypatch):
    room = Services(read_settings({"WIREROOM_HOME": str(tmp_path)}))
    with_schema(room.db)
    monkeypatch.setattr("worker.flows.services.services", lambda: room)
    with room.db.write() as connection:
        sync(connection, make_feed("wire"), make_feed("coast"))
        add(connection, "wire", "x")
    yield room
    room.close()


@pytest.mark.parametrize("more", [[], ["--json"]])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--feed", "nosuch"], 'Error: no feed "nosuch"; `wireroom feeds` lists them\n'),
        (["99999"], "Error: no article 99999; `wireroom articles` lists them\n"),
    ],
)
def test_what_is_not_there_is_an_error(desk, arguments, message, more):
    found = CliRunner().invoke(articles, [*arguments, *more])
    assert (found.exit_code, found.output) == (1, message)


def test_a_feed_without_articles_is_no_error(desk):
    assert CliRunner().invoke(articles, ["--feed", "coast", "--json"]).exit_code == 0


def test_the_table_has_a_column_for_the_state_only_where_an_article_has_one(desk):
    assert "state" not in CliRunner().invoke(articles).output
    with desk.db.write() as connection:
        add(connection, "coast", "y")
        connection.execute(update(ArticleRow).where(ArticleRow.id == 1).values(state="corrected"))
    heading, newest, oldest = CliRunner().invoke(articles).output.splitlines()
    at = heading.index("state")
    assert (newest[at:].split()[0], oldest[at:].split()[0]) == ("-", "corrected")


# ---- sources
def show(desk, sources, *arguments):
    with desk.db.write() as connection:
        connection.execute(update(ArticleRow).values(sources=sources))
    found = CliRunner().invoke(articles, ["1", *arguments])
    assert found.exit_code == 0, found.output
    return found.output


def test_each_field_of_an_article_has_its_source(desk):
    stored = "guid=guid url=link title=(text) text=content:encoded author=dc:creator lang=(detected)"
    row = json.loads(show(desk, stored, "--json"))
    sources = row["sources"]
    apart = {"sources", "relations", "extracted", "notices", "text_from", "text_is_before_edit", "tags"}
    plain = set(row) - apart
    assert {name for name in plain if row[name] is not None} <= set(sources)
    assert sources["text"] == "content:encoded in the feed"
    assert sources["title"] == "the first words of the text"
    assert sources["canonical_url"] == "url"


def test_the_sources_are_beside_the_values(desk):
    output = show(desk, "title=dc:title text=content:encoded")
    assert "(from dc:title in the feed)" in output
    assert "Text of the feed (from content:encoded in the feed):" in output


@pytest.mark.parametrize("stored", [None, ""])
def test_an_article_stored_before_the_elements_were_kept_says_so(desk, stored):
    assert "stored before its elements were kept" in show(desk, stored)


def test_a_text_of_the_page_has_the_extractor_as_its_source(desk):
    with desk.db.write() as connection:
        connection.execute(ExtractionRow.__table__.insert(), PAGE)
    row = json.loads(show(desk, "text=description", "--json"))
    assert (row["text"], row["sources"]["text"]) == ("Of the page.", "the page, by fulltext 7")


def test_an_agency_is_of_the_config_of_the_credit_or_of_the_text():
    row = {"text_from": None, "agency": "AFP"}
    credit = {"kind": "credit", "payload": {"agency": "AFP", "field": "byline", "evidence": "By AFP"}}
    assert source_words(row, {}, [credit], is_agency=True)["agency"] == "the feed's `agency` in the config"
    assert source_words(row, {}, [credit], is_agency=False)["agency"] == 'the credit, by byline: "By AFP"'
    assert "dateline" in source_words(row, {}, [], is_agency=False)["agency"]


def test_the_list_of_articles_has_no_sources(desk):
    found = CliRunner().invoke(articles, ["--json"])
    assert "sources" not in json.loads(found.output)


@pytest.mark.parametrize(
    ("planned", "told"),
    [(NOW + timedelta(hours=2), "the page is read again at "), (None, "the page is not read again.")],
)
def test_a_text_that_is_older_than_an_edit_says_so(desk, planned, told):
    job = {
        "article_id": 1, "kind": "fulltext", "extractor_version": "7", "host": "h", "state": "done",
        "attempts": 1, "priority": 1, "created_at": NOW, "finished_at": NOW, "reread_at": planned,
    }  # fmt: skip
    with desk.db.write() as connection:
        connection.execute(ExtractionRow.__table__.insert(), PAGE)
        connection.execute(Job.__table__.insert(), job)
    assert "The feed changed" not in show(desk, None)
    with desk.db.write() as connection:
        edited = {"article_id": 1, "number": 1, "content_hash": "", "replaced_at": NOW + timedelta(hours=1)}
        connection.execute(Version.__table__.insert(), edited)
    output = show(desk, None)
    assert "Of the page.\n\nThe feed changed this article at " in output
    assert told in output
