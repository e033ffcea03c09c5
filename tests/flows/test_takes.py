"""Later takes, corrections and withdrawals of a wire text belong to its story and are reported."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from tests.flows.test_races import make_article
from worker.flows import intake, joins, match, upkeep
from worker.flows.services import Services
from worker.records import FeedConfig, ParsedFeed
from worker.store import feeds as feed_store
from worker.store.models import ArticleRow, Event, Job, SignatureRow, Story

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TITLE = "Harbor of Velm reopens after tanker is towed away"
BODY = (
    "The harbor of Velm reopened on Monday after tugs towed away the tanker Orla, which had blocked its only "
    "channel for 11 days and kept 46 ships waiting outside.\n\n"
    "Harbor master Ines Holt said the channel was checked by divers at dawn and that the first freighters "
    "were let in at 7:40 a.m., two hours later than planned.\n\n"
    "The tanker, carrying 38,000 tons of diesel, ran aground in a storm on Nov. 12 when its rudder failed, "
    "according to a first report by the coast guard."
)
MORE = (
    "\n\nFishermen in Velm put their losses at 2.3 million crowns and asked the ministry of transport for "
    "help, which the ministry said it would consider by the end of the month."
)
WIRE = FeedConfig(id="wire", url="https://wire.example/feed.xml", agency="Yonhap")
PAPER = FeedConfig(id="paper", url="https://paper.example/feed.xml")
POST = FeedConfig(id="post", url="https://post.example/feed.xml")
FLAG = "Post readers know the quay from its summer fair."


@pytest.fixture
def services(services: Services) -> Services:
    services.clock = lambda: NOW
    with services.db.write() as connection:
        feed_store.sync_feeds(connection, [WIRE, PAPER, POST], NOW)
    return services


def publish(
    services: Services,
    feed: FeedConfig,
    key: str,
    title: str,
    text: str,
    *,
    minutes: int = 0,
    at: datetime = NOW,
    is_matched: bool = True,
) -> tuple[list[int], list[int]]:
    """Store an entry as the feed shows it now; returns the new and the changed ids."""
    entry = replace(
        make_article(feed.id, 0, 0), entry_key=key, guid=key, canonical_url=f"{feed.id}/{key}", title=title,
        text=text, content_hash=title + text, sort_at=NOW + timedelta(minutes=minutes),
    )  # fmt: skip
    found = intake.prepare(services, feed, ParsedFeed(None, "en", (entry,)))
    with services.db.write() as connection:
        new, changed = intake.store(connection, feed, found, at)
    if is_matched:
        match.run(services, new)
        match.run(services, changed)
    return new, changed


def shown(services: Services) -> dict[int, tuple[int, str, int, str]]:
    """(story, role, take number, kind of take) by article."""
    columns = (ArticleRow.story_id, ArticleRow.role, ArticleRow.take, ArticleRow.take_kind)
    with services.db.read() as connection:
        return {row.id: tuple(row[1:]) for row in connection.execute(select(ArticleRow.id, *columns))}  # type: ignore[misc]


def marks(services: Services) -> tuple[list[str], list[str]]:
    """The marks of living stories, and the kinds of events."""
    with services.db.read() as connection:
        living = select(Story.mark).where(Story.merged_into.is_(None)).order_by(Story.id)
        return list(connection.scalars(living)), list(connection.scalars(select(Event.kind)))


def test_later_leads_join_as_updates_with_their_number(services: Services) -> None:
    [first], _ = publish(services, WIRE, "1", TITLE, BODY)
    [second], _ = publish(services, WIRE, "2", f"(LEAD) {TITLE}", BODY + MORE, minutes=20)
    [third], _ = publish(services, PAPER, "1", f"UPDATE 2-{TITLE}", BODY + MORE, minutes=30)
    assert shown(services) == {
        first: (first, "lead", 0, ""),
        second: (first, "update", 1, "lead"),
        third: (first, "update", 2, "update"),
    }


def test_the_lead_passes_to_the_agency_and_to_a_much_fuller_take(services: Services) -> None:
    [copy], _ = publish(services, PAPER, "1", TITLE, BODY)
    flash_text = BODY.split("\n\n", maxsplit=1)[0]
    [flash], _ = publish(services, WIRE, "1", TITLE, flash_text, minutes=1)
    assert [shown(services)[i][1] for i in (copy, flash)] == ["copy", "lead"]
    [full], _ = publish(services, WIRE, "2", f"(LEAD) {TITLE}", BODY + MORE, minutes=20)
    assert [shown(services)[i][1] for i in (copy, flash, full)] == ["copy", "excerpt", "lead"]
    with services.db.read() as connection:
        assert full in set(connection.scalars(select(Job.article_id)))


def test_a_correction_marks_the_story_and_is_told_once(services: Services) -> None:
    [first], _ = publish(services, WIRE, "1", TITLE, BODY)
    publish(services, WIRE, "2", f"CORRECTED-{TITLE}", BODY.replace("46 ships", "47 ships"), minutes=20)
    publish(services, PAPER, "1", TITLE, BODY, minutes=30)
    assert marks(services) == (["corrected"], ["story.corrected"])
    assert {story for story, *_ in shown(services).values()} == {first}


@pytest.mark.parametrize(("word", "mark"), [("CORRECTED", "corrected"), ("WITHDRAWN", "withdrawn")])
def test_an_edit_marks_the_story_of_an_article_without_copies(
    services: Services, word: str, mark: str
) -> None:
    publish(services, PAPER, "1", TITLE, BODY)
    publish(services, PAPER, "1", f"{word}: {TITLE}", BODY.replace("46 ships", "47 ships"))
    assert marks(services) == ([mark], [f"story.{mark}"])


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (f"KILL: {TITLE}", "EDITORS: Kill this story. The tanker was not towed. A correct text will follow."),
        (f"[전문취소] {TITLE}", "위 기사는 사실과 달라 전문 취소합니다."),
        (f"WITHDRAWN: {TITLE}", BODY),
    ],
)
def test_a_withdrawal_by_the_agency_marks_the_story(services: Services, title: str, text: str) -> None:
    """The notice itself belongs to the story and never leads it."""
    [first], _ = publish(services, WIRE, "1", TITLE, BODY)
    [copy], _ = publish(services, PAPER, "1", TITLE, BODY, minutes=5)
    [notice], _ = publish(services, WIRE, "2", title, text, minutes=60)
    assert shown(services)[notice] == (first, "update", 1, "withdrawal")
    assert shown(services)[copy][:2] == (first, "copy")
    assert marks(services) == (["withdrawn"], ["story.withdrawn"])


def test_an_outlets_withdrawal_of_its_copy_says_nothing_of_the_others(services: Services) -> None:
    publish(services, WIRE, "1", TITLE, BODY)
    [copy], _ = publish(services, PAPER, "1", TITLE, BODY, minutes=5)
    _, changed = publish(services, PAPER, "1", f"RETRACTED: {TITLE}", BODY, minutes=5)
    assert changed == [copy]
    assert shown(services)[copy][1:] == ("update", 1, "withdrawal")
    assert marks(services) == ([""], [])


def test_an_agency_that_edits_its_text_to_a_withdrawal_marks_the_story_and_loses_the_lead(
    services: Services,
) -> None:
    [first], _ = publish(services, WIRE, "1", TITLE, BODY)
    [copy], _ = publish(services, PAPER, "1", TITLE, BODY, minutes=5)
    publish(services, WIRE, "1", f"WITHDRAWN: {TITLE}", BODY)
    assert shown(services)[copy][:2] == (first, "lead")
    assert shown(services)[first][:2] == (first, "update")
    assert marks(services) == (["withdrawn"], ["story.withdrawn"])


def test_a_text_and_its_take_are_no_furniture_when_one_of_them_is_edited(services: Services) -> None:
    """An article that is edited is in its outlet's counts itself."""
    [first], _ = publish(services, WIRE, "1", TITLE, BODY)
    publish(services, WIRE, "2", f"(2nd LD) {TITLE}", BODY + MORE)
    with services.db.read() as connection:
        before = connection.scalar(select(ArticleRow.text_letters).where(ArticleRow.id == first)) or 0
    publish(services, WIRE, "1", TITLE, f"{BODY}\n\nNobody was hurt.")
    with services.db.read() as connection:
        after = connection.scalar(select(ArticleRow.text_letters).where(ArticleRow.id == first)) or 0
    assert after > before


def test_a_mark_outlives_the_growth_of_a_very_large_story(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joins, "LARGE_STORY", 4)
    for number in range(6):
        publish(services, PAPER, f"{number}", TITLE, BODY)
    publish(services, WIRE, "1", TITLE, BODY)
    publish(services, WIRE, "2", f"WITHDRAWN: {TITLE}", BODY, minutes=60)
    for number in range(6, 9):
        publish(services, PAPER, f"{number}", TITLE, BODY)
    assert marks(services)[0] == ["withdrawn"]


def test_a_text_that_an_outlet_runs_again_is_an_update_counted_once(services: Services) -> None:
    publish(services, WIRE, "1", TITLE, BODY)
    [copy], _ = publish(services, POST, "1", TITLE, f"{BODY}\n\n{FLAG}", minutes=5)
    [again], _ = publish(services, POST, "2", TITLE, f"{BODY}\n\n{FLAG}", minutes=50)
    assert (shown(services)[copy][1], shown(services)[again][1]) == ("copy", "update")


def test_a_story_that_outlives_the_window_is_still_found_by_its_later_copies(services: Services) -> None:
    """Only a few copies hold keys; when those are forgotten, newer ones take their place."""
    for number in range(12):
        publish(services, PAPER, f"{number}", TITLE, BODY)
    with services.db.write() as connection:
        oldest = select(SignatureRow.article_id).order_by(SignatureRow.article_id).limit(8)
        age = {"seen_at": int(NOW.timestamp()) - 8 * 86_400}
        connection.execute(
            update(SignatureRow).where(SignatureRow.article_id.in_(list(connection.scalars(oldest)))), age
        )
    assert upkeep.run(services)["sketches"] == 8
    publish(services, POST, "1", TITLE, BODY)
    assert len({story for story, *_ in shown(services).values()}) == 1
