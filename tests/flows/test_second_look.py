"""Copies decided from summaries are decided again when the pages' texts are known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from tests.flows.test_races import make_article, make_feed, make_text
from worker.flows import decisions, intake, match, second_look
from worker.flows.services import Services
from worker.records import Article, FeedConfig, ParsedFeed
from worker.store import feeds as feed_store
from worker.store import job_eligibility as wish_store
from worker.store import sketches as sketch_store
from worker.store import stories as story_store
from worker.store.jobs import RunningJob
from worker.store.models import ArticleRow, Event, Job, Link, Story
from worker.store.session import pairs

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LEAD = (
    "The harbor of Velm reopened on Monday after tugs towed away the tanker Orla, which had blocked its only "
    "channel for 11 days and kept 46 ships waiting outside."
)


@pytest.fixture
def services(services: Services) -> Services:
    services.clock = lambda: NOW
    with services.db.write() as connection:
        feed_store.sync_feeds(connection, [make_feed(n) for n in range(5)], NOW)
    return services


def article(number: int, text: str, title: str) -> Article:
    base = make_article(f"outlet-{number}", 0, 0)
    return replace(base, entry_key=title, guid=title, title=title, text=None, summary=text, content_hash=text)


def publish(services: Services, number: int, text: str, title: str) -> int:
    feed = make_feed(number)
    found = intake.prepare(services, feed, ParsedFeed(None, "en", (article(number, text, title),)))
    with services.db.write() as connection:
        [new], _ = intake.store(connection, feed, found, NOW)
    match.run(services, [new])
    return new


def read_page(services: Services, article: int, number: int, title: str, text: str) -> None:
    """What the extraction job does when it has the full text."""
    job = RunningJob(
        0, article, "fulltext", "1", 1, "", f"outlet-{number}", None, title, None, None, "en", NOW
    )
    look = second_look.prepare(services, job, make_feed(number), text)
    assert look is not None
    with services.db.write() as connection:
        second_look.publish(connection, look, NOW)
    match.run(services, [article])


def sweep(services: Services) -> None:
    """Match what is left to the sweep."""
    with services.db.read() as connection:
        left = sketch_store.unmatched(connection, NOW + timedelta(days=1), 100)
    match.run(services, left)


def stories(services: Services) -> dict[int, int]:
    with services.db.read() as connection:
        found = pairs(connection, select(ArticleRow.id, ArticleRow.story_id))
        assert_sound(connection)
    return found


def assert_sound(connection: Any) -> None:
    rows = {row.id: row for row in connection.execute(select(Story.__table__))}
    living = {story for story, row in rows.items() if row.merged_into is None}
    for row in rows.values():
        assert row.merged_into is None or row.merged_into in living
    members: dict[int, list[Any]] = {story: [] for story in living}
    for row in connection.execute(select(ArticleRow.__table__)):
        members[row.story_id].append(row)
        assert row.matched_at is not None
    for story, found in members.items():
        assert [row.id for row in found if row.role == "lead"] == [rows[story].lead_id]
        assert rows[story].copies == len(found)
    homes = {row.id: row.story_id for found in members.values() for row in found}
    for link in connection.execute(select(Link.article_id, Link.other_id)):
        assert homes[link.article_id] == homes[link.other_id]


def events(services: Services) -> list[str]:
    with services.db.read() as connection:
        return list(connection.scalars(select(Event.kind).order_by(Event.id)))


def own_text(number: int) -> str:
    return f"{LEAD}\n\n{make_text(7, number)}\n\n{make_text(8, number)}\n\n{make_text(9, number)}"


TITLE = "Harbor of Velm reopens after tanker is towed away"


def test_a_provisional_copy_leaves_again_when_its_page_has_another_text(services: Services) -> None:
    """Its own old story comes back, with a lead and a job; both sides stay sound."""
    first, second = publish(services, 0, LEAD, TITLE), publish(services, 1, LEAD, TITLE)
    assert stories(services) == {first: first, second: first}
    read_page(services, first, 0, TITLE, own_text(0))
    read_page(services, second, 1, "Quite another headline", make_text(3, 1) + "\n\n" + make_text(4, 1))
    assert stories(services) == {first: first, second: second}
    assert events(services) == ["story.split"]
    with services.db.read() as connection:
        assert story_store.story_facts(connection, second) == {"id": second, "lead": second}
        assert connection.scalar(select(ArticleRow.similarity).where(ArticleRow.id == second)) is None
        assert set(connection.scalars(select(Job.article_id))) == {first, second}


def test_pages_of_one_text_bring_stories_together_that_summaries_kept_apart(services: Services) -> None:
    first = publish(services, 0, make_text(1, 1)[:150], "One headline of its own")
    second = publish(services, 1, make_text(2, 2)[:150], "A headline unlike the other one")
    assert len(set(stories(services).values())) == 2
    read_page(services, second, 1, "A headline unlike the other one", own_text(5))
    assert len(set(stories(services).values())) == 2
    read_page(services, first, 0, "One headline of its own", own_text(5))
    assert set(stories(services).values()) == {first}
    with services.db.read() as connection:
        assert story_store.story_facts(connection, second) == {"id": first, "lead": first}


def test_a_founder_that_turns_out_to_be_another_text_leaves_its_id_to_its_side(services: Services) -> None:
    """The id stays where the founder is; the copies that leave it get the oldest one's own story back."""
    ids = [publish(services, n, LEAD, TITLE) for n in range(3)]
    assert set(stories(services).values()) == {ids[0]}
    for n in (1, 2):
        read_page(services, ids[n], n, TITLE, own_text(3))
    read_page(services, ids[0], 0, "Another headline", make_text(3, 1) + "\n\n" + make_text(4, 1))
    assert stories(services) == {ids[0]: ids[0], ids[1]: ids[1], ids[2]: ids[1]}


@pytest.mark.parametrize("is_first", [False, True])
def test_stories_that_only_a_summary_had_connected_are_parted_when_it_leaves(
    services: Services, *, is_first: bool
) -> None:
    """Two reports open with one sentence, and the summary is that sentence."""
    early = [publish(services, 4, LEAD, TITLE)] if is_first else []
    one = [publish(services, n, own_text(1), TITLE) for n in (0, 1)]
    other = [publish(services, n, own_text(2), TITLE) for n in (2, 3)]
    summary, *_ = early or [publish(services, 4, LEAD, TITLE)]
    assert len(set(stories(services).values())) == 1
    read_page(services, summary, 4, TITLE, own_text(3))
    sweep(services)
    found = stories(services)
    assert found == {**dict.fromkeys(one, one[0]), **dict.fromkeys(other, other[0]), summary: summary}
    assert [kind for kind in events(services) if kind != "story.merged"] == ["story.split"] * 2
    with services.db.read() as connection:
        assert story_store.story_facts(connection, other[0])["lead"] == other[0]
        assert set(connection.scalars(select(Job.article_id))) >= {one[0], other[0], summary}


def test_copies_that_only_the_one_that_leaves_had_connected_find_each_other_again(
    services: Services,
) -> None:
    ids = [publish(services, n, LEAD, TITLE) for n in range(5)]
    with services.db.write() as connection:  # as if the others had been matched at the same time
        connection.execute(delete(Link).where(Link.other_id != ids[0]))
    read_page(services, ids[0], 0, "Another headline", make_text(3, 1) + "\n\n" + make_text(4, 1))
    sweep(services)
    assert stories(services) == {ids[0]: ids[0], **dict.fromkeys(ids[1:], ids[1])}


def test_what_an_editor_merged_is_not_parted_with_the_summary_that_connected_it(services: Services) -> None:
    one, other = publish(services, 0, own_text(1), TITLE), publish(services, 1, own_text(2), TITLE)
    decisions.merge(services, one, other, "ben")
    summary = publish(services, 2, LEAD, TITLE)
    read_page(services, summary, 2, TITLE, own_text(3))
    sweep(services)
    assert stories(services) == {one: one, other: one, summary: summary}


def test_pages_that_agree_make_a_provisional_join_final(services: Services) -> None:
    ids = [publish(services, n, LEAD, TITLE) for n in range(2)]
    for n in range(2):
        read_page(services, ids[n], n, TITLE, own_text(3))
    assert set(stories(services).values()) == {ids[0]}
    with services.db.read() as connection:
        assert list(connection.scalars(select(Link.is_provisional))) == [False]
    assert events(services) == []


def test_a_page_that_says_no_more_than_the_feed_changes_nothing(services: Services) -> None:
    [only] = [publish(services, 0, LEAD, TITLE)]
    job = RunningJob(0, only, "fulltext", "1", 1, "", "outlet-0", None, TITLE, None, None, "en", NOW)
    assert second_look.prepare(services, job, make_feed(0), f"{LEAD} It rained.") is None


def test_a_page_that_was_read_before_counts_only_when_it_says_something_else(services: Services) -> None:
    [only] = [publish(services, 0, LEAD, TITLE)]
    read_page(services, only, 0, TITLE, own_text(3))
    job = RunningJob(0, only, "fulltext", "1", 1, "", "outlet-0", None, TITLE, None, None, "en", NOW)
    assert second_look.prepare(services, job, make_feed(0), own_text(3)) is None
    assert second_look.prepare(services, job, make_feed(0), own_text(4)) is not None


def test_a_page_that_is_read_again_and_again_does_not_become_its_own_furniture(services: Services) -> None:
    ids = [publish(services, n, LEAD, TITLE) for n in range(2)]
    for n in range(2):
        read_page(services, ids[n], n, TITLE, own_text(3))
    for edit in range(4):
        read_page(
            services, ids[0], 0, TITLE, f"{own_text(3)}\n\nEdit {edit} of this text, at {edit} o'clock."
        )
    assert set(stories(services).values()) == {ids[0]}
    with services.db.read() as connection:
        lengths = dict(connection.execute(select(ArticleRow.id, ArticleRow.text_letters)).all())  # type: ignore[arg-type]
    assert lengths[ids[0]] >= lengths[ids[1]]


def test_an_edit_of_the_feed_does_not_undo_what_the_page_told(services: Services) -> None:
    """The fuller text stays what the article is compared by."""
    ids = [publish(services, n, LEAD, TITLE) for n in range(2)]
    for n in range(2):
        read_page(services, ids[n], n, TITLE, own_text(3))
    feed: FeedConfig = make_feed(1)
    edited = article(1, f"{LEAD} Edited.", TITLE)
    found = intake.prepare(services, feed, ParsedFeed(None, "en", (edited,)))
    assert len(found.changed) == 1
    with services.db.write() as connection:
        _, changed = intake.store(connection, feed, found, NOW)
    match.run(services, changed)
    assert set(stories(services).values()) == {ids[0]}
    with services.db.read() as connection:
        assert list(connection.scalars(select(Link.is_provisional))) == [False]
        lengths = list(connection.scalars(select(ArticleRow.text_letters)))
    assert min(lengths) > 2 * len(LEAD)


def test_an_edit_that_takes_over_a_wire_text_joins_its_story(services: Services) -> None:
    """An article that stood alone is matched again when its text changes."""
    first = publish(services, 0, LEAD, TITLE)
    second = publish(services, 1, make_text(2, 2)[:150], "We will have more soon")
    feed = make_feed(1)
    edited = replace(article(1, LEAD, "We will have more soon"), title=TITLE)
    found = intake.prepare(services, feed, ParsedFeed(None, "en", (edited,)))
    with services.db.write() as connection:
        new, changed = intake.store(connection, feed, found, NOW)
    assert (new, changed) == ([], [second])
    match.run(services, changed)
    assert stories(services) == {first: first, second: first}


def test_jobs_of_a_copy_whose_summary_was_too_short_are_kept(services: Services) -> None:
    """Without its page the match would not be certain; the lead has its own."""
    ids = [publish(services, n, LEAD, TITLE) for n in range(2)]
    with services.db.read() as connection:
        assert {wish.article: wish.provisional for wish in wish_store.job_wishes(connection, ids)} == {
            ids[0]: False,
            ids[1]: True,
        }
        assert set(connection.scalars(select(Job.article_id))) == set(ids)
