"""The SQL views: names and types of their columns are a contract with other programs."""

import re
from datetime import datetime

import pytest
from sqlalchemy import inspect, select, text

from tests.docs import pages
from tests.store.samples import NOW, add, join, make_feed, sync
from worker.store import events as event_store
from worker.store import migrate
from worker.store.models import ExtractionRow
from worker.store.session import pairs
from worker.store.sql_views import VIEWS

INT, TEXT, TIME, FLOAT, FLAG = "bigint", "text", "timestamp with time zone", "double precision", "boolean"
SMALL = "integer"
# What other programs rely on. A column may be added at the end; none is renamed, removed or of another type.
CONTRACT = {
    "v_articles": {
        "id": INT, "feed": TEXT, "guid": TEXT, "url": TEXT, "canonical_url": TEXT, "title": TEXT,
        "summary": TEXT, "text": TEXT, "text_from": TEXT, "author": TEXT, "lang": TEXT, "published_at": TIME,
        "updated_at": TIME, "fetched_at": TIME, "agency": TEXT, "dateline": TEXT, "story": INT, "role": TEXT,
        "similarity": FLOAT, "state": TEXT, "versions": SMALL, "text_is_before_edit": FLAG,
    },
    "v_stories": {
        "id": INT, "title": TEXT, "lang": TEXT, "agency": TEXT, "first_seen_at": TIME, "last_seen_at": TIME,
        "copies": SMALL, "outlets": INT, "mark": TEXT, "lead": INT, "merged_into": INT,
    },
    "v_copies": {
        "article": INT, "story": INT, "feed": TEXT, "url": TEXT, "title": TEXT, "role": TEXT,
        "similarity": FLOAT, "published_at": TIME, "fetched_at": TIME, "agency": TEXT, "length": SMALL,
        "take": SMALL, "take_kind": TEXT, "is_agency": FLAG, "state": TEXT,
    },
    "v_extractions": {
        "id": INT, "article": INT, "kind": TEXT, "extractor": TEXT, "version": TEXT, "status": TEXT,
        "reason": TEXT, "payload": "json", "created_at": TIME,
    },
    "v_events": {
        "id": INT, "at": TIME, "kind": TEXT, "feed": TEXT, "article": INT, "job": INT, "message": TEXT,
    },
    "v_jobs": {
        "id": INT, "article": INT, "feed": TEXT, "kind": TEXT, "version": TEXT, "state": TEXT,
        "attempts": SMALL, "next_attempt_at": TIME, "error": TEXT, "created_at": TIME, "finished_at": TIME,
    },
    "v_feed_health": {
        "feed": TEXT, "host": TEXT, "state": TEXT, "enabled": FLAG, "last_polled_at": TIME,
        "last_success_at": TIME, "last_new_at": TIME, "next_due_at": TIME, "next_due_reason": TEXT,
        "interval_s": FLOAT, "last_outcome": TEXT, "last_error": TEXT, "http_status": SMALL,
        "error_streak": SMALL, "failing_since_at": TIME, "quiet_at": TIME,
    },
}  # fmt: skip
PYTHON = {INT: int, SMALL: int, TEXT: str, FLOAT: float, FLAG: bool, TIME: datetime, "json": dict}
RESULT = {
    "kind": "fulltext", "extractor": "fulltext", "extractor_version": "1", "input_sha256": "", "reason": None,
    "status": "ok", "payload": {"text": "The text of the page."}, "created_at": NOW,
}  # fmt: skip


def columns_of(database, view):
    query = (
        f"SELECT name, '' FROM pragma_table_info('{view}')"
        if database.is_sqlite
        else "SELECT column_name, data_type FROM information_schema.columns "
        f"WHERE table_name = '{view}' ORDER BY ordinal_position"
    )
    with database.read() as connection:
        return pairs(connection, text(query))


def check_contract(database):
    assert set(inspect(database.engine).get_view_names()) == set(CONTRACT)
    for view, wanted in CONTRACT.items():
        found = columns_of(database, view)
        assert list(found) == list(wanted)
        if not database.is_sqlite:  # whose columns have no types
            assert {name: re.sub("character varying.*", TEXT, kind) for name, kind in found.items()} == wanted


def test_the_views_have_these_columns_also_after_a_way_down_and_up(database):
    check_contract(database)
    migrate(database, "base")
    assert inspect(database.engine).get_view_names() == []
    migrate(database)
    check_contract(database)


def test_every_value_has_the_type_of_its_column(database):
    with database.write() as connection:
        sync(connection, make_feed("wire", agency="Yonhap"), make_feed("coast"))
        first, second = (*add(connection, "wire", "x"), *add(connection, "coast", "y"))
        join(connection, second, first)
        event_store.add_events(connection, NOW, [("feed.failing", "x")], feed_id="wire")
        connection.execute(ExtractionRow.__table__.insert(), {**RESULT, "article_id": first})
    with database.read() as connection:
        for view, wanted in CONTRACT.items():
            rows = list(connection.execute(select(VIEWS[view])).mappings())
            assert rows, view
            for row in rows:
                kinds = {name: type(value) for name, value in row.items() if value is not None}
                assert kinds == {name: PYTHON[wanted[name]] for name in kinds}, view


@pytest.mark.parametrize("view", CONTRACT)
def test_every_column_is_described(view):
    assert pages.first_cells(pages.section("docs/export.md", f"`{view}`")) == list(CONTRACT[view])


def test_no_other_view_is_described():
    named = re.findall(r"`(v_\w+)`", "\n".join(pages.headings(pages.read("docs/export.md"))))
    assert named == list(CONTRACT) == list(VIEWS)
