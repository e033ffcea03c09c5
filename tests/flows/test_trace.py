"""A copy's edits do not include paragraphs that its source repeats, in its feed or on its pages."""

import pytest

from tests.store.samples import NOW, add, make_feed, sync
from worker.dedupe import paragraph_keys
from worker.flows.lineage import trace_story
from worker.flows.second_look import PAGE_BIT
from worker.records import Document
from worker.store import paragraphs as paragraph_store
from worker.store.models import ExtractionRow
from worker.store.sketches import Sketch

TEXT = "The ferry that carries 378 passengers began its regular service to the islands on Tuesday."
SLOGAN = "The Courier has been the voice of the coast since the year of the great storm."
KEYS = paragraph_keys(Document("x", "", SLOGAN))


def see(connection, times, bit=0):
    """So many articles of the outlet held the slogan."""
    sketch = Sketch("coast", (), b"", tuple(key ^ bit for key in KEYS), int(NOW.timestamp()))
    paragraph_store.count_paragraphs(connection, [sketch] * times)


@pytest.mark.parametrize(("times", "added"), [(2, 1), (3, 0)])
@pytest.mark.parametrize("is_page", [False, True])
def test_a_paragraph_seen_in_two_other_articles_of_its_source_is_no_addition(database, times, added, is_page):
    with database.write() as connection:
        sync(connection, make_feed("wire"), make_feed("coast"))
        [wire] = add(connection, "wire", "x", text=TEXT)
        [copy] = add(connection, "coast", "x", text=TEXT if is_page else f"{TEXT}\n\n{SLOGAN}")
        if is_page:
            row = {
                "article_id": copy, "kind": "fulltext", "extractor": "e", "extractor_version": "1",
                "input_sha256": "x", "status": "ok", "reason": None,
                "payload": {"text": f"{TEXT}\n\n{SLOGAN}"}, "created_at": NOW,
            }  # fmt: skip
            connection.execute(ExtractionRow.__table__.insert(), row)
            see(connection, 5)  # what its feed repeats says nothing of its pages
        see(connection, times, PAGE_BIT if is_page else 0)
        traces = trace_story(connection, {wire: wire, copy: wire})
    assert traces[copy].edits.added == added
    assert traces[wire].edits.is_verbatim


def test_an_article_that_is_gone_has_no_trace(database):
    with database.write() as connection:
        sync(connection, make_feed("wire"))
        [wire] = add(connection, "wire", "x", text=TEXT)
        assert trace_story(connection, {wire: wire, 99: wire}).keys() == {wire}
        assert trace_story(connection, {wire: 99}) == {}
