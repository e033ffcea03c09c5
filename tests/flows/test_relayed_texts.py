"""An agency's feed that relays another agency's text is an outlet in its story, whatever it edits later."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.conftest import Clock
from tests.flows.test_edited_originals import events, noted, stories
from tests.flows.test_races import make_article
from worker.flows import intake, match
from worker.flows.services import Services
from worker.records import FeedConfig, ParsedFeed, PushKind
from worker.store import feeds as feed_store
from worker.store import push_receivers
from worker.store.models import ArticleRow, Story

OWN = FeedConfig(id="own", url="https://own.example/feed.xml", agency="Reuters")
RELAY = FeedConfig(id="relay", url="https://relay.example/feed.xml", agency="AFP")
HERALD = FeedConfig(id="herald", url="https://herald.example/feed.xml")
TITLE = "Ferry with 212 aboard runs aground off Skarvoy"
TEXT = (
    "A ferry with 212 people aboard ran aground on a sandbank off the isle of Skarvoy early on Tuesday, and "
    "all of them were taken ashore unhurt, the coast guard said.\n\n"
    "The Havdronning was on its way from Brenna to the mainland when its rudder jammed in heavy swell. Two "
    "lifeboats and a fishing cutter needed four hours to bring the passengers to the harbor.\n\n"
    "“Nobody panicked, people shared their coats,” said captain Ingrid Solheim. Divers will look at the hull "
    "on Wednesday before tugs try to pull the ship free at high tide."
)
CREDITED = f"{TEXT}\n\n(Reuters)"
WITHDRAWN = "This item has been withdrawn."


@pytest.fixture
def desk(services: Services, clock: Clock) -> Services:
    services.clock = clock
    with services.db.write() as connection:
        feed_store.sync_feeds(connection, [OWN, RELAY, HERALD], clock())
        push_receivers.put_receivers(connection, {"cms": tuple(kind.value for kind in PushKind)})
    return services


def publish(services: Services, feed: FeedConfig, title: str, text: str, guid: str = "1") -> int:
    """Store an entry of the feed as it is now, some minutes after the last; returns the article."""
    services.clock.advance(600)  # type: ignore[attr-defined]
    entry = replace(
        make_article(feed.id, 0, 0), entry_key=guid, guid=guid, canonical_url=f"{feed.id}/{guid}",
        title=title, text=text, content_hash=title + text, sort_at=services.clock(),
    )  # fmt: skip
    found = intake.prepare(services, feed, ParsedFeed(None, None, (entry,)))
    with services.db.write() as connection:
        new, changed = intake.store(connection, feed, found, services.clock())
    match.run(services, [*new, *changed])
    [article] = {*new, *changed}
    return article


def lead_and_states(services: Services) -> tuple[int, dict[int, str]]:
    """The lead of the only story, and the state of each article."""
    query = select(Story.lead_id).where(Story.merged_into.is_(None))
    with services.db.read() as connection:
        states = {row.id: row.state for row in connection.execute(select(ArticleRow.id, ArticleRow.state))}
        return connection.scalars(query).one(), states


@pytest.mark.parametrize("is_relay_first", [True, False])
@pytest.mark.parametrize("guid", ["1", "2"], ids=["in place", "by a notice"])
def test_a_relay_that_is_withdrawn_withdraws_no_story(
    desk: Services, guid: str, *, is_relay_first: bool
) -> None:
    if is_relay_first:
        publish(desk, RELAY, TITLE, CREDITED)
    own = publish(desk, OWN, TITLE, TEXT)
    if not is_relay_first:
        publish(desk, RELAY, TITLE, CREDITED)
    publish(desk, HERALD, "All safe after Skarvoy ferry grounds", TEXT)
    notice = publish(desk, RELAY, f"WITHDRAWN: {TITLE}", WITHDRAWN, guid)
    assert [mark for _, mark in stories(desk)] == [""]
    lead, states = lead_and_states(desk)
    assert (lead, states[notice], states[own]) == (own, "withdrawn", "active")
    assert "story.withdrawn" not in [*events(desk), *noted(desk)]
    publish(desk, OWN, f"WITHDRAWN: {TITLE}", WITHDRAWN, "2")
    assert [mark for _, mark in stories(desk)] == ["withdrawn"]
    assert "story.withdrawn" in noted(desk)


def test_a_relay_whose_correction_names_no_agency_leads_no_story(desk: Services) -> None:
    own = publish(desk, OWN, TITLE, TEXT)
    publish(desk, RELAY, TITLE, CREDITED)
    relay = publish(desk, RELAY, f"CORRECTED: {TITLE}", TEXT.replace("212", "221"))
    lead, states = lead_and_states(desk)
    assert (lead, states[relay]) == (own, "corrected")
    assert [mark for _, mark in stories(desk)] == [""]
    assert "story.corrected" not in noted(desk)


def test_an_agency_that_adds_a_credit_stays_the_publisher(desk: Services) -> None:
    publish(desk, HERALD, "All safe after Skarvoy ferry grounds", TEXT)
    own = publish(desk, OWN, TITLE, TEXT)
    publish(desk, OWN, f"CORRECTED: {TITLE}", f"{TEXT.replace('212', '221')}\n\n(AFP)")
    assert lead_and_states(desk)[0] == own
    assert [mark for _, mark in stories(desk)] == ["corrected"]


def test_a_relay_speaks_for_a_story_that_it_was_the_first_to_run(desk: Services) -> None:
    publish(desk, RELAY, TITLE, CREDITED)
    publish(desk, HERALD, "All safe after Skarvoy ferry grounds", TEXT)
    publish(desk, RELAY, f"WITHDRAWN: {TITLE}", WITHDRAWN, "2")
    assert [mark for _, mark in stories(desk)] == ["withdrawn"]


def test_a_relay_by_a_later_outlet_speaks_for_no_story(desk: Services) -> None:
    herald = publish(desk, HERALD, "All safe after Skarvoy ferry grounds", TEXT)
    publish(desk, RELAY, TITLE, CREDITED)
    publish(desk, RELAY, f"CORRECTED: {TITLE}", "Corrects the number of passengers to 221.", "2")
    assert lead_and_states(desk)[0] == herald
    assert [mark for _, mark in stories(desk)] == [""]
