"""Whose text an article is, and what that means for its story's lead."""

import pytest

from tests.store.samples import NOW, add, join, make_article, make_feed, sync
from worker.flows import store_result
from worker.flows.intake import prepare
from worker.flows.services import Services
from worker.flows.wire_marks import WireMarks, find_wire_marks
from worker.records import ParsedFeed
from worker.store import listing


@pytest.mark.parametrize(
    ("agency", "text", "marks"),
    [
        (None, "SEOUL (Yonhap) -- It rained.", WireMarks("Yonhap", "SEOUL (Yonhap) --", False)),
        (None, "It rained, a spokesman told Reuters on Monday.", WireMarks(None, None, False)),
        ("Yonhap", "SEOUL (Yonhap) -- It rained.", WireMarks("Yonhap", "SEOUL (Yonhap) --", True)),
        ("Yonhap", "It rained in Seoul on Monday.", WireMarks("Yonhap", None, True)),
        ("yonhap", "PARIS (AFP) - It rained.", WireMarks("AFP", "PARIS (AFP) -", False)),
        ("Harbor Wire", "It rained in the harbor.", WireMarks("Harbor Wire", None, True)),
    ],
)
def test_an_agency_s_feed_has_its_own_text_unless_that_credits_another(
    agency: str | None, text: str, marks: WireMarks
) -> None:
    assert find_wire_marks(make_feed("desk", agency=agency), text) == marks


def test_an_agency_of_the_config_is_known_in_the_datelines_of_other_feeds(services: Services) -> None:
    desk = make_feed("desk")
    with services.db.write() as connection:
        sync(connection, desk, make_feed("press", agency="Velm Press"), make_feed("wire", agency="Yonhap"))
    article = make_article("a", text="VELM, Nov. 30 (Velm Press) -- The harbor reopened.")
    [item] = prepare(services, desk, ParsedFeed(None, "en", (article,))).new
    assert (item.agency, item.dateline, item.is_agency) == (
        "Velm Press",
        "VELM, Nov. 30 (Velm Press) --",
        False,
    )


@pytest.fixture
def story(services: Services) -> tuple[int, int]:
    """An outlet's article and, later, one of an agency's own feed, joined; the latter leads."""
    with services.db.write() as connection:
        sync(connection, make_feed("desk"), make_feed("wire", agency="Yonhap"))
        [outlet] = add(connection, "desk", "a")
        [wire] = add(connection, "wire", "b")
        join(connection, wire, outlet)
    return outlet, wire


def credit(services: Services, article: int, payload: dict[str, object]) -> None:
    with services.db.write() as connection:
        stories = store_result.lock_story(connection, article)
        store_result.store_credit(connection, article, stories, payload, NOW)


def shown(services: Services) -> dict[str, object]:
    with services.db.read() as connection:
        [row] = listing.iter_stories(connection)
    return row


def test_an_agency_s_feed_that_ran_another_s_text_does_not_lead(
    services: Services, story: tuple[int, int]
) -> None:
    """The page may say what the feed did not."""
    outlet, wire = story
    assert shown(services)["lead"] == wire
    credit(services, wire, {"kind": "mention", "agency": None})
    credit(services, wire, {})
    assert shown(services)["lead"] == wire
    credit(services, wire, {"kind": "credit", "agency": "AFP"})
    assert (shown(services)["lead"], shown(services)["agency"]) == (outlet, "AFP")


def test_a_story_has_the_agency_that_any_copy_credits(services: Services, story: tuple[int, int]) -> None:
    outlet, wire = story
    assert shown(services)["agency"] is None
    credit(services, outlet, {"kind": "credit", "agency": "Yonhap"})
    assert (shown(services)["lead"], shown(services)["agency"]) == (wire, "Yonhap")


def test_what_was_known_before_stands(services: Services, story: tuple[int, int]) -> None:
    """A copy that credits one agency is not handed to another by a later job."""
    outlet, _ = story
    credit(services, outlet, {"kind": "credit", "agency": "Yonhap"})
    credit(services, outlet, {"kind": "credit", "agency": "AFP"})
    assert shown(services)["agency"] == "Yonhap"
