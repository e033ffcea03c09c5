"""Corrections, withdrawals and returns of articles: each is reported once, and a flapping feed rarely."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from alembic import command
from sqlalchemy import delete, select

from tests.conftest import Clock
from tests.fetch.conftest import Origin
from tests.flows import edited_pages as pages
from tests.flows.test_takes import BODY, MORE, PAPER, POST, TITLE, WIRE, publish
from tests.support.bad_pages import TEXT
from tests.support.generated import make_text
from worker.flows import decisions, due_notices, joins, match, notices, story_report
from worker.flows.push_words import make_body
from worker.flows.services import Services
from worker.records import PushKind
from worker.store import events as event_store
from worker.store import feeds as feed_store
from worker.store import listing, migrate, push_facts, push_receivers
from worker.store.exporting import EXPORTS, read_batch
from worker.store.models import ArticleRow, Notice, PushNote, Story
from worker.store.schema import config_for
from worker.views.notices import notice_words, state_words

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
FIRST = BODY.replace("46 ships", "47 ships")
SECOND = BODY.replace("46 ships", "48 ships")
NOTE = "Correction: An earlier version of this article misstated the number of ships."
NOTES = "The council of {} meets on Tuesday to talk about the bridge."
NEXT = "Correction: An earlier version of this article misstated the day of the storm."


@pytest.fixture
def desk(services: Services, clock: Clock) -> Services:
    services.clock = clock
    with services.db.write() as connection:
        feed_store.sync_feeds(connection, [WIRE, PAPER, POST], clock())
        push_receivers.put_receivers(connection, {"cms": tuple(kind.value for kind in PushKind)})
    return services


def told(services: Services) -> list[dict[str, Any]]:
    """The events of corrections, oldest first."""
    with services.db.read() as connection:
        rows = list(event_store.iter_events(connection))
    return [
        row
        for row in reversed(rows)
        if row["kind"] in {"story.corrected", "story.withdrawn", "story.restored"}
    ]


def kinds(services: Services) -> list[str]:
    return [row["kind"] for row in told(services)]


def noted(services: Services) -> list[tuple[str, dict[str, Any]]]:
    """What push is to report of corrections, in order."""
    with services.db.read() as connection:
        rows = connection.execute(select(PushNote.kind, PushNote.details).order_by(PushNote.id)).all()
    return [(row.kind, row.details["notice"]) for row in rows if "notice" in row.details]


def state(services: Services, article: int) -> tuple[str, str]:
    """What is declared of an article, and the mark of its story."""
    query = select(ArticleRow.state, Story.mark).join(Story, Story.id == ArticleRow.story_id)
    with services.db.read() as connection:
        row = connection.execute(query.where(ArticleRow.id == article)).one()
    return row.state, row.mark


def edit(services: Services, clock: Clock, title: str, text: str, *, feed: Any = PAPER) -> None:
    """An edit of the feed's entry, half a day after what was before."""
    clock.advance(12 * 3_600)
    publish_at(services, clock, feed, title, text)


def publish_at(  # noqa: PLR0917 - as in `publish`
    services: Services, clock: Clock, feed: Any, title: str, text: str, key: str = "1"
) -> list[int]:
    new, changed = publish(services, feed, key, title, text, at=clock())
    return [*new, *changed]


def test_each_correction_of_an_article_is_told_once_with_its_headlines(desk: Services, clock: Clock) -> None:
    [article] = publish_at(desk, clock, PAPER, TITLE, BODY)
    edit(desk, clock, f"CORRECTED: {TITLE}", FIRST)
    edit(desk, clock, f"CORRECTED: {TITLE}", SECOND)
    edit(desk, clock, f"Corrected: {TITLE} at last", SECOND)
    match.run(desk, [article])
    events = told(desk)
    assert [(row["kind"], row["feed"], row["article"]) for row in events] == [
        ("story.corrected", "paper", article)
    ] * 3
    assert f"article {article} of paper, “CORRECTED: {TITLE}”, was “{TITLE}”" in events[0]["message"]
    assert events[1]["message"].endswith(f"“CORRECTED: {TITLE}”")
    assert f"“Corrected: {TITLE} at last”, was “CORRECTED: {TITLE}”" in events[2]["message"]
    assert [(kind, said["title_before"], said["title"], said["feed"]) for kind, said in noted(desk)] == [
        ("story.corrected", TITLE, f"CORRECTED: {TITLE}", "paper"),
        ("story.corrected", f"CORRECTED: {TITLE}", f"CORRECTED: {TITLE}", "paper"),
        ("story.corrected", f"CORRECTED: {TITLE}", f"Corrected: {TITLE} at last", "paper"),
    ]


def test_another_spelling_of_the_mark_is_no_further_correction(desk: Services, clock: Clock) -> None:
    publish_at(desk, clock, PAPER, TITLE, BODY)
    edit(desk, clock, f"CORRECTED: {TITLE}", FIRST)
    edit(desk, clock, f"{TITLE} (Corrected)", FIRST)
    assert kinds(desk) == ["story.corrected"]


def test_a_note_in_the_text_marks_the_story_and_each_new_one_is_told(desk: Services, clock: Clock) -> None:
    [article] = publish_at(desk, clock, PAPER, TITLE, BODY)
    edit(desk, clock, TITLE, f"{FIRST}\n\n{NOTE}")
    assert state(desk, article) == ("corrected", "corrected")
    edit(desk, clock, TITLE, f"{FIRST}{MORE}\n\n{NOTE}")  # an edit of something else
    edit(desk, clock, TITLE, f"{FIRST}{MORE}\n\n{NOTE}\n\n{NEXT}")
    assert [row["message"].rpartition("; ")[2] for row in told(desk)] == [NOTE, NEXT]
    assert [(said["known_from"], said["note"]) for _, said in noted(desk)] == [("text", NOTE), ("text", NEXT)]


def test_a_note_does_not_take_the_lead_from_the_article(desk: Services, clock: Clock) -> None:
    [first] = publish_at(desk, clock, PAPER, TITLE, BODY)
    clock.advance(600)
    publish_at(desk, clock, POST, TITLE, BODY)
    edit(desk, clock, TITLE, f"{FIRST}\n\n{NOTE}")
    with desk.db.read() as connection:
        leads = set(connection.scalars(select(Story.lead_id).where(Story.merged_into.is_(None))))
    assert leads == {first}
    assert state(desk, first) == ("corrected", "corrected")


@pytest.mark.parametrize(
    ("mark", "text", "kind"),
    [("CORRECTED", FIRST, "corrected"), ("WITHDRAWN", BODY, "withdrawn"), ("WITHDRAWN", "", "withdrawn")],
)
def test_what_the_first_outlet_declares_is_told_of_a_story_with_copies_of_others(
    desk: Services, clock: Clock, mark: str, text: str, kind: str
) -> None:
    """The copy of another outlet still has the wrong fact."""
    [first] = publish_at(desk, clock, PAPER, TITLE, BODY)
    publish(desk, POST, "1", TITLE, BODY, minutes=10, at=clock())
    edit(desk, clock, f"{mark}: {TITLE}", text)
    assert state(desk, first) == (kind, kind)
    assert kinds(desk) == [f"story.{kind}"]
    assert [said["feed"] for _, said in noted(desk)] == ["paper"]


def test_a_lead_that_goes_to_another_outlet_and_back_tells_no_correction_again(
    desk: Services, clock: Clock
) -> None:
    [first] = publish_at(desk, clock, PAPER, TITLE, BODY)
    publish(desk, POST, "1", TITLE, BODY, minutes=10, at=clock())
    edit(desk, clock, f"CORRECTED: {TITLE}", FIRST)
    leads = []
    for _ in range(3):
        for text in (BODY[: len(BODY) // 3], FIRST):
            edit(desk, clock, TITLE, text)
            with desk.db.read() as connection:
                leads.append(connection.scalar(select(Story.lead_id).where(Story.merged_into.is_(None))))
    assert len(set(leads)) == 2
    assert state(desk, first) == ("corrected", "corrected")
    assert kinds(desk) == ["story.corrected"]
    assert len(noted(desk)) == 1


def test_an_edit_that_cuts_the_first_text_takes_no_mark_and_a_withdrawal_is_told_once(
    desk: Services, clock: Clock
) -> None:
    [first] = publish_at(desk, clock, PAPER, TITLE, BODY)
    publish(desk, POST, "1", TITLE, BODY, minutes=10, at=clock())
    clock.advance(3_600)
    notice = "This report was withdrawn by the desk."
    publish(desk, PAPER, "2", f"WITHDRAWN: {TITLE}", notice, minutes=20, at=clock())
    known = state(desk, first)[1]
    edit(desk, clock, TITLE, BODY[: len(BODY) // 2])
    assert known == state(desk, first)[1] == "withdrawn"
    edit(desk, clock, f"WITHDRAWN: {TITLE}", BODY)
    assert kinds(desk) == ["story.withdrawn"]


def test_a_correction_is_not_told_again_when_a_withdrawn_text_is_purged(desk: Services, clock: Clock) -> None:
    [first] = publish_at(desk, clock, PAPER, TITLE, BODY)
    edit(desk, clock, f"CORRECTED: {TITLE}", FIRST)
    [second] = publish_at(desk, clock, PAPER, f"WITHDRAWN: {TITLE}", FIRST, key="2")
    assert kinds(desk) == ["story.corrected", "story.withdrawn"]
    assert state(desk, second) == ("withdrawn", "withdrawn")
    with desk.db.write() as connection:
        connection.execute(delete(ArticleRow).where(ArticleRow.id == second))
        joins.repair_stories(connection, {first}, clock())
    assert state(desk, first) == ("corrected", "corrected")
    assert kinds(desk) == ["story.corrected", "story.withdrawn"]


def test_a_correction_stays_known_when_its_mark_goes_and_the_return_is_not_told(
    desk: Services, clock: Clock
) -> None:
    [article] = publish_at(desk, clock, PAPER, TITLE, BODY)
    edit(desk, clock, f"CORRECTED: {TITLE}", FIRST)
    at = clock()
    edit(desk, clock, TITLE, FIRST)
    edit(desk, clock, f"CORRECTED: {TITLE}", FIRST)  # as it was before
    assert state(desk, article) == ("corrected", "corrected")
    assert kinds(desk) == ["story.corrected"]
    with desk.db.read() as connection:
        page = story_report.read_story(connection, article)
    assert page is not None
    [known] = page.as_object()["notices"]
    assert (known["at"], known["known_from"], known["article"]) == (at, "headline", article)


def test_an_article_that_is_run_again_after_its_withdrawal_is_told(desk: Services, clock: Clock) -> None:
    [article] = publish_at(desk, clock, PAPER, TITLE, BODY)
    edit(desk, clock, f"WITHDRAWN: {TITLE}", BODY)
    assert state(desk, article) == ("withdrawn", "withdrawn")
    edit(desk, clock, f"WITHDRAWN: {TITLE}", SECOND)
    edit(desk, clock, TITLE, FIRST)
    assert state(desk, article) == ("restored", "restored")
    edit(desk, clock, f"{TITLE} today", FIRST)
    assert kinds(desk) == ["story.withdrawn", "story.restored"]
    assert "is run again by its publisher" in told(desk)[1]["message"]
    edit(desk, clock, f"Correction: {TITLE}", SECOND)
    assert state(desk, article) == ("corrected", "corrected")
    edit(desk, clock, f"Withdrawn: {TITLE}", SECOND)
    edit(desk, clock, f"Correction: {TITLE} today", SECOND)  # both at once
    assert kinds(desk)[2:] == ["story.corrected", "story.withdrawn", "story.restored", "story.corrected"]
    assert [kind for kind, _ in noted(desk)] == kinds(desk)


def test_of_a_return_and_a_correction_in_another_entry_the_last_marks_the_story(
    desk: Services, clock: Clock
) -> None:
    """Also while the correction waits to be reported, which is no loss of the other mark."""
    [first] = publish_at(desk, clock, PAPER, TITLE, BODY)

    def run_again() -> None:
        publish_at(desk, clock, PAPER, f"WITHDRAWN: {TITLE}", BODY)
        publish_at(desk, clock, PAPER, TITLE, BODY)

    run_again()
    for number in range(notices.AT_ONCE):
        clock.advance(60)
        publish_at(desk, clock, PAPER, f"CORRECTED: {TITLE}", f"{FIRST} There were {number}.", "2")
        assert state(desk, first) == ("restored", "corrected")
    run_again()
    assert state(desk, first) == ("restored", "restored")
    publish_at(desk, clock, PAPER, f"CORRECTED: {TITLE}", SECOND, "2")
    assert state(desk, first) == ("restored", "corrected")
    twice = ["story.withdrawn", "story.restored"]
    assert (kinds(desk), marks(desk)) == ([*twice, *["story.corrected"] * notices.AT_ONCE, *twice], [])
    clock.advance(notices.FIRST_PAUSE_S)
    due_notices.tell(desk)
    assert kinds(desk)[-1] == "story.corrected"


@pytest.mark.parametrize("is_notice_first", [True, False])
def test_a_withdrawal_by_a_notice_and_by_an_edit_is_told_once(
    desk: Services, clock: Clock, *, is_notice_first: bool
) -> None:
    [first] = publish_at(desk, clock, PAPER, TITLE, BODY)
    steps: list[tuple[str, str]] = [("2", f"WITHDRAWN: {TITLE}"), ("1", f"WITHDRAWN: {TITLE}")]
    for key, title in steps if is_notice_first else steps[::-1]:
        clock.advance(3_600)
        publish_at(desk, clock, PAPER, title, BODY, key)
        [shown] = listed(desk, first)
        assert shown["story_mark"] == "withdrawn"
        assert state_words(shown["state"], shown["story_mark"]) in {"withdrawn", "story withdrawn"}
    assert kinds(desk) == ["story.withdrawn"]
    assert [said["title_before"] for _, said in noted(desk)] == [TITLE]
    clock.advance(3_600)
    publish_at(desk, clock, PAPER, TITLE, BODY, "1")  # its notice stays
    assert kinds(desk) == ["story.withdrawn"]
    clock.advance(3_600)
    publish_at(desk, clock, PAPER, TITLE, BODY, "2")
    assert kinds(desk) == ["story.withdrawn", "story.restored"]


def test_a_notice_and_the_mark_of_its_article_in_one_poll_are_told_as_one_withdrawal(
    desk: Services, clock: Clock
) -> None:
    publish_at(desk, clock, PAPER, TITLE, BODY)
    with desk.db.write() as connection:
        connection.execute(delete(PushNote))
    clock.advance(3_600)
    made = [
        publish(desk, PAPER, key, f"WITHDRAWN: {TITLE}", BODY, at=clock(), is_matched=False) for key in "21"
    ]
    match.run(desk, [article for new, changed in made for article in (*new, *changed)])
    assert kinds(desk) == ["story.withdrawn"]
    [(_, said)] = noted(desk)
    assert (said["kind"], said["untold_before"]) == ("withdrawn", 0)
    with desk.db.read() as connection:
        rows = connection.execute(select(PushNote.kind, PushNote.details)).all()
    grew = [row.details.get("unless") for row in rows if row.kind == "story.grew"]
    assert grew == [["story.withdrawn"]]


def listed(services: Services, article: int) -> list[dict[str, Any]]:
    """An article as the lists have it."""
    with services.db.read() as connection:
        return list(listing.iter_articles(connection, article=article))


def test_a_detached_article_tells_no_correction_again(desk: Services, clock: Clock) -> None:
    [first] = publish_at(desk, clock, PAPER, TITLE, BODY)
    [copy] = publish(desk, POST, "1", TITLE, BODY, minutes=10, at=clock())[0]
    edit(desk, clock, f"CORRECTED: {TITLE}", FIRST)
    known = kinds(desk)
    for article in (first, copy):
        done = decisions.detach(desk, article, "anna")
        decisions.undo(desk, done.decision, "anna")
    assert known == kinds(desk) == ["story.corrected"]
    assert marks(desk) == [
        f"story {first} is not marked corrected any longer: no article of its publisher says so",
        f"story {first} is marked corrected again: the article of its publisher that says so is in it again",
    ]


def marks(services: Services) -> list[str]:
    """The events about marks that went and came back with an article, oldest first."""
    with services.db.read() as connection:
        rows = list(event_store.iter_events(connection))
    return [row["message"] for row in reversed(rows) if row["kind"] in {"story.unmarked", "story.marked"}]


def test_a_detached_article_of_a_withdrawn_story_tells_no_withdrawal_again(
    desk: Services, clock: Clock
) -> None:
    [first] = publish_at(desk, clock, PAPER, TITLE, BODY)
    for key in ("2", "1"):  # a notice, and then the article itself
        clock.advance(3_600)
        publish_at(desk, clock, PAPER, f"WITHDRAWN: {TITLE}", BODY, key)
    decisions.detach(desk, first, "anna")
    assert state(desk, first) == ("withdrawn", "withdrawn")
    assert kinds(desk) == ["story.withdrawn"]


def test_a_correction_that_waits_says_until_when(desk: Services, clock: Clock) -> None:
    [article] = publish_at(desk, clock, PAPER, TITLE, BODY)
    for number in range(4):
        clock.advance(60)
        publish_at(desk, clock, PAPER, f"CORRECTED: {TITLE}", f"{BODY} There were {number}.")
    with desk.db.read() as connection:
        page = story_report.read_story(connection, article)
    assert page is not None
    waits = [one["waits_until"] for one in page.as_object()["notices"]]
    assert waits == [None, None, None, clock() + timedelta(seconds=notices.FIRST_PAUSE_S - 60)]
    [*others, last] = [notice_words(one, "{:%H:%M}".format) for one in page.notices]
    assert last.endswith(f"; waits until {waits[-1]:%H:%M} to be reported")
    assert not any("waits" in said for said in others)
    clock.advance(900)
    due_notices.tell(desk)
    with desk.db.read() as connection:
        page = story_report.read_story(connection, article)
    assert page is not None
    assert not any(one["waits_until"] for one in page.as_object()["notices"])


def test_an_outlet_marks_its_own_copy_only(desk: Services, clock: Clock) -> None:
    [first] = publish_at(desk, clock, WIRE, TITLE, BODY)
    [copy] = publish_at(desk, clock, PAPER, TITLE, BODY)
    edit(desk, clock, TITLE, f"{BODY}\n\n{NOTE}")
    assert state(desk, copy) == ("corrected", "")
    assert (kinds(desk), noted(desk)) == ([], [])
    with desk.db.read() as connection:
        page = story_report.read_story(connection, first)
        waiting = connection.scalars(select(Notice.id).where(Notice.told_at.is_(None))).all()
    assert page is not None
    assert [one["article"] for one in page.as_object()["notices"]] == [copy]
    assert waiting == []


def test_a_correction_of_the_agency_in_an_entry_of_its_own_is_told_once(desk: Services, clock: Clock) -> None:
    publish_at(desk, clock, WIRE, TITLE, BODY)
    clock.advance(600)
    [second] = publish_at(desk, clock, WIRE, f"UPDATE 1-CORRECTED-{TITLE}", FIRST, "2")
    [copy] = publish_at(desk, clock, PAPER, TITLE, FIRST)
    assert [(row["kind"], row["article"]) for row in told(desk)] == [("story.corrected", second)]
    assert state(desk, copy) == ("active", "corrected")


@pytest.mark.parametrize(
    "marks", ["WITHDRAWN: UPDATE 1-", "WITHDRAWN: UPDATE 1-CORRECTED-", "WITHDRAWN: (2nd LD) "]
)
def test_a_notice_that_withdraws_a_take_reaches_the_story_of_all_takes(
    desk: Services, clock: Clock, marks: str
) -> None:
    """It has the mark of the take behind its own, and hardly a text."""
    [first] = publish_at(desk, clock, WIRE, TITLE, BODY)
    clock.advance(600)
    publish_at(desk, clock, WIRE, marks.removeprefix("WITHDRAWN: ") + TITLE, FIRST, "2")
    clock.advance(600)
    publish_at(desk, clock, WIRE, marks + TITLE, "The agency has withdrawn this report.", "3")
    assert state(desk, first)[1] == "withdrawn"
    assert kinds(desk)[-1] == "story.withdrawn"


@pytest.mark.parametrize("feed", [WIRE, PAPER])
def test_a_correction_in_an_entry_of_its_own_gives_its_headline_to_the_story(
    desk: Services, clock: Clock, feed: Any
) -> None:
    [first] = publish_at(desk, clock, feed, TITLE, BODY)
    publish(desk, POST, "1", TITLE, BODY, minutes=5, at=clock())
    clock.advance(600)
    [second] = publish_at(desk, clock, feed, f"CORRECTED-{TITLE}", FIRST, "2")
    with desk.db.read() as connection:
        page = story_report.read_story(connection, first)
        [exported] = export_stories(connection)
        pushed = push_facts.read_stories(connection, [first])[first]
    assert page is not None
    assert (page.story["title"], page.story["lead"]) == (f"CORRECTED-{TITLE}", second)
    assert (exported["title"], exported["mark"]) == (f"CORRECTED-{TITLE}", "corrected")
    assert pushed["lead"] == second
    assert [said["title_before"] for _, said in noted(desk)] == [TITLE]
    assert page.as_object()["notices"][-1]["title_before"] == TITLE
    assert f"was “{TITLE}”" in told(desk)[0]["message"]


@pytest.mark.parametrize(
    ("mark", "note"),
    [
        ("CORRECTED-", "(Corrects number of ships in first paragraph)"),
        ("Korrektur: ", "(Korrektur: 47 statt 46 Schiffe im ersten Absatz)"),
        ("RECTIFICATIF - ", "(RECTIFICATIF : bien lire 47 navires au premier paragraphe)"),
    ],
)
def test_the_note_of_a_correction_in_an_entry_of_its_own_is_told(
    desk: Services, clock: Clock, mark: str, note: str
) -> None:
    publish_at(desk, clock, WIRE, TITLE, BODY)
    clock.advance(600)
    publish_at(desk, clock, WIRE, f"{mark}{TITLE}", f"{note}\n\n{FIRST}", "2")
    assert [said["note"] for _, said in noted(desk)] == [note]
    assert told(desk)[0]["message"].endswith(f"; {note}")


def test_an_edit_of_a_correction_that_another_one_followed_names_the_storys_headline(
    desk: Services, clock: Clock
) -> None:
    """The note of the correction may go without a word; another text is told with what leads the story."""
    note = "(Corrects number of ships in first paragraph)"
    [first] = publish_at(desk, clock, WIRE, TITLE, BODY)
    edit(desk, clock, f"CORRECTED: {TITLE}", f"{note}\n\n{FIRST}", feed=WIRE)
    publish_at(desk, clock, WIRE, f"CORRECTED: {TITLE}, again", SECOND, "2")
    edit(desk, clock, f"CORRECTED: {TITLE}", FIRST, feed=WIRE)
    first_told, second_told = (row["message"] for row in told(desk))
    assert first_told.endswith(f"; {note}")
    assert "leads" not in second_told
    edit(desk, clock, f"CORRECTED: {TITLE}", f"{FIRST}{MORE}", feed=WIRE)
    last = told(desk)[-1]
    assert (len(told(desk)), last["article"]) == (3, first)
    assert last["message"].endswith(f"“CORRECTED: {TITLE}”; the story leads with “CORRECTED: {TITLE}, again”")


@pytest.mark.parametrize(
    ("lead", "lines"),
    [(7, []), (8, ["The story leads with: Ferry sinks, 12 m long"])],
)
def test_a_chat_message_of_a_correction_names_the_headline_of_a_story_that_another_article_leads(
    lead: int, lines: list[str]
) -> None:
    notice = {"article": 7, "feed": "wire", "title": "Ferry sinks", "title_before": None, "note": None}
    story = {"id": 1, "title": "Ferry sinks, 12 m long", "lead": lead, "copies": 2, "agencies": [],
             "url": None, "mark": "corrected", "articles": []}  # fmt: skip
    body = make_body("slack", "story.corrected", NOW, {"story": story, "notice": notice})
    assert json.loads(body)["text"].splitlines() == ["*Corrected by wire*", "Ferry sinks", *lines]


@pytest.mark.parametrize("kind", ["story.corrected", "story.restored"])
def test_a_chat_message_about_a_withdrawn_story_says_so(kind: str) -> None:
    notice = {
        "article": 7,
        "feed": "wire",
        "title": "CORRECTED-Ferry sinks",
        "title_before": None,
        "note": None,
    }
    story = {"id": 1, "title": "CORRECTED-Ferry sinks", "lead": 7, "copies": 2, "agencies": [],
             "url": None, "mark": "withdrawn", "articles": []}  # fmt: skip
    body = make_body("slack", kind, NOW, {"story": story, "notice": notice})
    assert json.loads(body)["text"].splitlines()[1] == "WITHDRAWN: Ferry sinks"


def export_stories(connection: Any) -> list[dict[str, Any]]:
    """The rows of an export of the stories that are not merged."""
    rows = read_batch(connection, EXPORTS["stories"], None, 1_000).rows
    return [row for row, _ in rows if row["merged_into"] is None]


def test_a_correction_that_is_run_again_after_its_withdrawal_leads_its_story_again(
    desk: Services, clock: Clock
) -> None:
    [first] = publish_at(desk, clock, PAPER, TITLE, BODY)
    clock.advance(3_600)
    [correction] = publish_at(desk, clock, PAPER, f"CORRECTED-{TITLE}", FIRST, "2")
    leads = []
    for title in (f"WITHDRAWN: {TITLE}", TITLE):
        clock.advance(3_600)
        publish_at(desk, clock, PAPER, title, FIRST, "2")
        with desk.db.read() as connection:
            leads.append(connection.scalar(select(Story.lead_id).where(Story.merged_into.is_(None))))
    assert leads == [first, correction]
    assert state(desk, correction) == ("restored", "restored")


def test_a_second_correction_leads_if_the_first_was_stored_by_an_earlier_version(
    desk: Services, clock: Clock
) -> None:
    """Versions without the counts of titles took what a second correction repeats for boilerplate."""
    publish_at(desk, clock, PAPER, TITLE, BODY)
    clock.advance(600)
    publish_at(desk, clock, PAPER, f"CORRECTED: {TITLE}", FIRST, "2")
    with desk.db.write() as connection:
        command.downgrade(config_for(connection), "20261203_job_errors")
    migrate(desk.db)
    clock.advance(600)
    [third] = publish_at(desk, clock, PAPER, f"CORRECTED: {TITLE}", SECOND, "3")
    with desk.db.read() as connection:
        assert set(connection.scalars(select(Story.lead_id).where(Story.merged_into.is_(None)))) == {third}


@pytest.mark.parametrize("minutes", [0, 30])
def test_a_second_correction_names_the_headline_that_was_shown_before_it(
    desk: Services, clock: Clock, minutes: int
) -> None:
    """Feeds show the latest entry first, so the original is stored after its first correction.

    Its headline is named as well, whether or not the entries have times.
    """
    titles = (f"CORRECTED: {TITLE}, 47 ships waited", f"{TITLE}, 46 ships waited")
    entries = (("2", titles[0], FIRST), ("1", titles[1], BODY))
    publish_together(desk, clock, *entries, minutes=minutes)
    assert f"was “{titles[1]}”" in told(desk)[0]["message"]
    clock.advance(600)
    publish_at(desk, clock, PAPER, f"CORRECTED: {TITLE}, 48 ships waited", SECOND, "3")
    assert [said["title_before"] for _, said in noted(desk)] == [titles[1], titles[0]]


def publish_together(
    services: Services, clock: Clock, *entries: tuple[str, str, str], minutes: int = 30
) -> None:
    """Store entries of one poll, latest first, with as many minutes between them."""
    made = [
        publish(services, PAPER, *entry, minutes=minutes * -number, at=clock(), is_matched=False)[0]
        for number, entry in enumerate(entries)
    ]
    match.run(services, [article for new in made for article in new])


def test_of_two_corrections_in_one_poll_the_one_that_leads_is_told(desk: Services, clock: Clock) -> None:
    titles = [f"CORRECTED: {TITLE}, {ships} ships waited" for ships in (48, 47)]
    original = ("1", f"{TITLE}, 46 ships waited", BODY)
    publish_together(desk, clock, ("3", titles[0], SECOND), ("2", titles[1], FIRST), original)
    [(_, said)] = noted(desk)
    assert (said["title"], said["title_before"]) == (titles[0], titles[1])
    assert "leads with" not in told(desk)[0]["message"]


def test_a_correction_after_a_short_notice_names_the_headline_of_the_notice(
    desk: Services, clock: Clock
) -> None:
    publish_at(desk, clock, PAPER, TITLE, BODY)
    clock.advance(600)
    publish_at(desk, clock, PAPER, f"Correction: {TITLE}", "We misstated the number of ships.", "2")
    clock.advance(600)
    publish_at(desk, clock, PAPER, f"CORRECTED: {TITLE}", SECOND, "3")
    assert [said["title_before"] for _, said in noted(desk)] == [TITLE, f"Correction: {TITLE}"]


def test_a_correction_without_an_earlier_entry_of_its_outlet_names_no_headline_before(
    desk: Services, clock: Clock
) -> None:
    publish_at(desk, clock, PAPER, TITLE, BODY)
    publish_at(desk, clock, WIRE, f"CORRECTED-{TITLE} at last", BODY)
    assert [said["title_before"] for _, said in noted(desk)] == [None]


def test_a_story_that_gets_a_corrected_text_of_its_publisher_is_told(desk: Services, clock: Clock) -> None:
    [copy] = publish_at(desk, clock, PAPER, TITLE, BODY)
    [wire] = publish_at(desk, clock, WIRE, f"CORRECTED-{TITLE}", BODY)
    assert state(desk, copy) == ("active", "corrected")
    assert [row["article"] for row in told(desk)] == [wire]
    assert f"story {copy} was corrected" in told(desk)[0]["message"]


def test_many_corrections_wait_but_hold_up_no_withdrawal(desk: Services, clock: Clock) -> None:
    [article] = publish_at(desk, clock, PAPER, TITLE, BODY)
    for number in range(5):
        clock.advance(60)
        publish_at(desk, clock, PAPER, f"CORRECTED: {TITLE}", f"{BODY} There were {number}.")
        due_notices.tell(desk)
    assert kinds(desk) == ["story.corrected"] * 3
    clock.advance(60)
    publish_at(desk, clock, PAPER, f"WITHDRAWN: {TITLE}", BODY)
    assert kinds(desk)[3:] == ["story.withdrawn"]
    assert state(desk, article) == ("withdrawn", "withdrawn")
    clock.advance(900)
    due_notices.tell(desk)
    assert kinds(desk)[4:] == []  # what was corrected is withdrawn


def test_a_withdrawal_stays_in_its_story_whatever_its_text_is_like(desk: Services, clock: Clock) -> None:
    [other] = publish_at(desk, clock, PAPER, "Local notes of e", NOTES.format("e"), "2")
    [article] = publish_at(desk, clock, PAPER, "Local notes of d", NOTES.format("d"))
    edit(desk, clock, "WITHDRAWN: Local notes of d", NOTES.format("d"))
    assert [(row["kind"], row["article"]) for row in told(desk)] == [("story.withdrawn", article)]
    assert state(desk, article) == ("withdrawn", "withdrawn")
    assert state(desk, other) == ("active", "")


def test_corrections_that_waited_are_told_as_one(desk: Services, clock: Clock) -> None:
    publish_at(desk, clock, PAPER, TITLE, BODY)
    for number in range(5):
        clock.advance(60)
        publish_at(desk, clock, PAPER, f"CORRECTED: {TITLE}", f"{BODY} There were {number}.")
    assert kinds(desk) == ["story.corrected"] * 3
    clock.advance(900)
    due_notices.tell(desk)
    due_notices.tell(desk)
    assert kinds(desk)[3:] == ["story.corrected"]
    assert told(desk)[-1]["message"].endswith("(and 1 more change since it was last reported)")


def test_a_correction_that_cannot_be_told_holds_up_neither_others_nor_the_tick(
    desk: Services, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = {PAPER: make_text("first"), POST: make_text("second")}
    first, second = [
        publish_at(desk, clock, feed, text.title, "\n\n".join(text.paragraphs))[0]
        for feed, text in texts.items()
    ]
    failing, tell = {first, second}, notices.tell

    def fail(connection: Any, was: Any, *others: Any, **more: Any) -> Any:
        if was.id in failing:
            raise ZeroDivisionError
        return tell(connection, was, *others, **more)

    monkeypatch.setattr(notices, "tell", fail)
    for feed, text in texts.items():
        publish_at(desk, clock, feed, f"Corrected: {text.title}", "\n\n".join(text.paragraphs))
    assert told(desk) == []
    failing.remove(second)
    due_notices.tell(desk)
    assert [row["article"] for row in told(desk)] == [second]
    failing.clear()
    due_notices.tell(desk)
    assert len(told(desk)) == 1, "the other one waits"
    clock.advance(due_notices.PUT_OFF_S)
    due_notices.tell(desk)
    assert [row["article"] for row in told(desk)] == [second, first]


def test_a_feed_that_flaps_its_mark_is_told_of_ever_more_rarely_and_of_its_last_state(
    desk: Services, clock: Clock
) -> None:
    [article] = publish_at(desk, clock, PAPER, TITLE, BODY)
    started, times = clock(), list[datetime]()
    for number in range(144):
        clock.advance(600)
        mark = "Withdrawn: " if number % 2 else ""
        publish_at(desk, clock, PAPER, f"{mark}{TITLE}", f"{BODY} Read {number} times.")
        due_notices.tell(desk)
        times += [clock()] * (len(told(desk)) - len(times))
    hours = [(at - started) / timedelta(hours=1) for at in times]
    assert notices.AT_ONCE < len(hours) <= 10
    assert max(b - a for a, b in pairwise(hours)) <= 6.5
    clock.advance(6 * 3_600)
    due_notices.tell(desk)
    assert kinds(desk)[-1] == "story.withdrawn"
    assert "since it was last reported)" in told(desk)[-1]["message"]
    assert state(desk, article) == ("withdrawn", "withdrawn")
    known = len(told(desk))
    clock.advance(86_400)
    due_notices.tell(desk)
    assert len(told(desk)) == known
    assert [kind for kind, _ in noted(desk)] == kinds(desk)


def test_a_feed_that_returns_to_an_earlier_version_at_every_poll_is_told_once(
    desk: Services, clock: Clock
) -> None:
    publish_at(desk, clock, PAPER, TITLE, BODY)
    for _ in range(10):
        edit(desk, clock, f"CORRECTED: {TITLE}", FIRST)
        edit(desk, clock, TITLE, BODY)
    assert kinds(desk) == ["story.corrected"]


def test_the_pages_of_a_feed_that_corrects_at_every_poll_are_requested_a_bounded_number_of_times(
    services: Services, origin: Origin, clock: Clock
) -> None:
    services.clock = clock
    pages.configure(services, origin)
    pages.show_page(origin, list(TEXT), pages.ETAG)
    for number in range(144):
        pages.publish(services, origin, f"{TEXT[0]} Read by {number}.", f"CORRECTED: Harbor {number}")
        pages.work(services)
        clock.advance(600)
    requests = len(pages.requests_for_page(origin))
    assert notices.AT_ONCE < requests <= 10
    assert kinds(services).count("story.corrected") <= 10


@pytest.mark.parametrize("feed", [WIRE, PAPER])
def test_a_correction_and_a_withdrawal_in_one_poll_are_told_as_a_withdrawal(
    desk: Services, clock: Clock, feed: Any
) -> None:
    """Feeds show the latest entry first."""
    [first] = publish_at(desk, clock, feed, TITLE, BODY)
    clock.advance(600)
    entries = (("3", f"WITHDRAWN: {TITLE}", FIRST), ("2", f"CORRECTED-{TITLE}", FIRST))
    made = [publish(desk, feed, *entry, at=clock(), is_matched=False)[0] for entry in entries]
    match.run(desk, [article for new in made for article in new])
    assert kinds(desk) == ["story.withdrawn"]
    assert state(desk, first)[1] == "withdrawn"
    assert [said["kind"] for _, said in noted(desk)] == ["withdrawn"]


def test_notices_in_the_same_words_withdraw_their_own_stories(desk: Services, clock: Clock) -> None:
    """However often an outlet sent the notice, and although its text is that of the other notices."""
    titles = [f"{what} of the harbor is sold to a {who}" for what, who in
              zip(("Lighthouse", "Ferry", "Customs house", "Crane", "Ice cellar"),
                  ("choir", "baker", "circus", "school", "fisherman"), strict=True)]  # fmt: skip
    made = [
        publish_at(desk, clock, PAPER, title, "\n\n".join(make_text(title).paragraphs), f"text {number}")[0]
        for number, title in enumerate(titles)
    ]
    for number, title in enumerate(titles):
        clock.advance(600)
        publish_at(desk, clock, PAPER, f"WITHDRAWN: {title}", "We have withdrawn this report.", f"{number}")
        assert state(desk, made[number])[1] == "withdrawn", title
    assert kinds(desk) == ["story.withdrawn"] * len(titles)
