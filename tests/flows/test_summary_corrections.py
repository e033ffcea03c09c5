"""Corrections in entries of their own, in a feed that gives only summaries: what a story shows, and when."""

from email.utils import format_datetime

import pytest
from sqlalchemy import select, update

from tests.conftest import Clock
from tests.fetch.conftest import Origin, reply
from tests.flows import edited_pages as pages
from tests.support.bad_pages import HTML, TEXT, page_of
from worker.flows import due_notices, notices, poll
from worker.flows.services import Services
from worker.records import STORY_KINDS
from worker.store import claims as claim_store
from worker.store import push_receivers
from worker.store.models import ArticleRow, Feed, PushNote, Story

HEADLINE = "Landslide above Tarn buries {} houses"
SUMMARY = "A landslide above Tarn buried {} houses on Monday night after three days of rain."
NOTICE = "We misstated the number of houses in this report, and regret the error."


@pytest.fixture
def desk(services: Services, origin: Origin, clock: Clock) -> Services:
    services.clock = clock
    pages.configure(services, origin)
    return services


def publish(services: Services, origin: Origin, *entries: tuple[str, str, list[str]]) -> None:
    """Poll the feed with these entries, latest first: headline, summary, and the page's text."""
    items = ""
    for number, (title, summary, text) in enumerate(reversed(entries)):
        path = f"/page-{number}"
        origin.answer(reply(200, page_of(text).encode(), f"Content-Type: {HTML}"), path.encode())
        at = format_datetime(services.clock().replace(hour=8, minute=number))
        items = (
            f"<item><guid>{number}</guid><title>{title}</title><link>{origin.url(path)}</link>"
            f"<description>{summary}</description><pubDate>{at}</pubDate></item>{items}"
        )
    feed = f'<rss version="2.0"><channel><title>Courier</title>{items}</channel></rss>'
    origin.answer(reply(200, feed.encode(), "Content-Type: application/rss+xml"))
    with services.db.write() as connection:
        connection.execute(update(Feed.__table__).values(next_due_at=services.clock()))
        claims = claim_store.claim_due(
            connection, services.clock(), limit=1, lease_s=60, slots_of=lambda _: 9
        )
    for claim in claims:
        poll.run(services, claim.feed, claim.lease)


def entry(houses: int, mark: str = "") -> tuple[str, str, list[str]]:
    text = [SUMMARY.format(houses), *TEXT[1:]]
    return mark + HEADLINE.format(houses), SUMMARY.format(houses), text


def shown(services: Services) -> list[tuple[str, str]]:
    """Headline and mark of each story."""
    query = select(ArticleRow.title, Story.mark).join(Story, Story.lead_id == ArticleRow.id)
    with services.db.read() as connection:
        rows = connection.execute(query.where(Story.merged_into.is_(None)).order_by(Story.id)).all()
    return [(row.title or "", row.mark) for row in rows]


def test_a_correction_leads_before_its_page_is_read(desk: Services, origin: Origin, clock: Clock) -> None:
    entries = [entry(12)]
    publish(desk, origin, *entries)
    pages.work(desk)
    for houses in (2, 3):
        clock.advance(600)
        entries.insert(0, entry(houses, "CORRECTED: "))
        publish(desk, origin, *entries)
        assert shown(desk) == [(f"CORRECTED: {HEADLINE.format(houses)}", "corrected")]
        pages.work(desk)
        assert shown(desk) == [(f"CORRECTED: {HEADLINE.format(houses)}", "corrected")]


def test_a_notice_whose_page_is_no_longer_gives_the_lead_back(
    desk: Services, origin: Origin, clock: Clock
) -> None:
    first = entry(12)
    publish(desk, origin, first)
    pages.work(desk)
    clock.advance(600)
    notice = (f"Correction: {first[0]}", NOTICE, [NOTICE, "The number was revised by the fire service."])
    publish(desk, origin, notice, first)
    assert shown(desk) == [(notice[0], "corrected")]
    pages.work(desk)
    assert shown(desk) == [(first[0], "corrected")]


def reworded(houses: str, text: list[str]) -> tuple[str, str, list[str]]:
    """A correction with another headline and another summary."""
    return (
        f"CORRECTED: {houses} houses buried near the village",
        f"{houses} houses lie under mud, fewer than we had reported.",
        text,
    )


def test_a_correction_in_other_words_is_told_once_when_its_page_was_read(
    desk: Services, origin: Origin, clock: Clock
) -> None:
    """Until then it is a story of its own, with its own headline, and told of neither."""
    with desk.db.write() as connection:
        push_receivers.put_receivers(connection, {"desk": STORY_KINDS})
    entries = [entry(12)]
    publish(desk, origin, *entries)
    pages.work(desk)
    told = ["story.new"]
    assert noted(desk) == told
    for number, houses in ((2, "Two"), (3, "Three")):
        clock.advance(600)
        entries.insert(0, reworded(houses, entry(number)[2]))
        publish(desk, origin, *entries)
        headline = entries[0][0]
        assert shown(desk)[-1] == (headline, "corrected")
        assert (len(shown(desk)), noted(desk)) == (2, told)
        pages.work(desk)
        told.append("story.corrected")
        assert (shown(desk), noted(desk)) == ([(headline, "corrected")], told)


def test_a_correction_whose_page_is_not_read_is_told_after_two_minutes(
    desk: Services, origin: Origin, clock: Clock
) -> None:
    with desk.db.write() as connection:
        push_receivers.put_receivers(connection, {"desk": STORY_KINDS})
    publish(desk, origin, reworded("Two", entry(2)[2]))
    due_notices.tell(desk)
    assert noted(desk) == []
    clock.advance(notices.PAGE_WAIT_S)
    due_notices.tell(desk)
    assert noted(desk) == ["story.new", "story.corrected"]


def noted(services: Services) -> list[str]:
    """The kinds of messages to a receiver of all of them, in order."""
    with services.db.read() as connection:
        rows = connection.execute(select(PushNote.kind, PushNote.details).order_by(PushNote.id)).all()
    return [row.kind for row in rows if not row.details.get("unless")]
