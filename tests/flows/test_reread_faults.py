"""Reading the page of an edited article again: faults, races and other changes on the way."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from tests.conftest import Clock
from tests.fetch.conftest import Origin, reply
from tests.flows.edited_pages import (
    ETAG,
    configure,
    edit,
    jobs,
    publish,
    requests_for_page,
    show_page,
    text_of,
    work,
)
from tests.support.bad_pages import HTML, PAGE, TEXT, page_of
from worker.flows.robots import RobotsStore
from worker.flows.services import Services
from worker.records import Extraction
from worker.store import job_reruns, rereads, results
from worker.store import jobs as job_store
from worker.store.jobs import NewJob
from worker.store.models import ArticleRow, ExtractionRow, Job, Robots, Story, Version
from worker.store.rereads import PageAge
from worker.views.page_age import age_words

PAST_DUE_S = 3600
MODIFIED = "Last-Modified: Tue, 24 Nov 2026 11:00:00 GMT"
FIRST, SECOND = "/first.html", "/second.html"


@pytest.fixture
def services(services: Services, origin: Origin, clock: Clock) -> Services:
    services.clock = clock
    return services


@pytest.fixture
def edited(services: Services, origin: Origin, clock: Clock) -> datetime:
    return edit(services, origin, clock, ETAG)


def age_of(services: Services) -> PageAge | None:
    with services.db.read() as connection:
        return rereads.page_age(connection, jobs(services)["fulltext"].article_id)


def results_of(services: Services) -> dict[str, tuple[str, Any]]:
    """The newest result of each kind: its status and payload."""
    with services.db.read() as connection:
        article = jobs(services)["fulltext"].article_id
        found = results.newest_results(connection, article)
    return {one["kind"]: (one["status"], one["payload"]) for one in found}


def claim(services: Services, job: int) -> job_store.RunningJob:
    with services.db.write() as connection:
        values = {"state": "queued", "lease_until_at": None}
        connection.execute(update(Job.__table__).where(Job.id == job).values(**values))
        claimed = job_store.claim(connection, job, services.clock(), 60)
    assert claimed
    return claimed


def forward(origin: Origin, path: str) -> None:
    origin.answer(reply(302, b"", f"Location: {origin.url(path)}"), PAGE.encode())


def show_at(origin: Origin, path: str, text: list[str], *fields: str) -> None:
    origin.answer(reply(200, page_of(text).encode(), f"Content-Type: {HTML}", *fields), path.encode())


def conditions(origin: Origin, path: str) -> list[tuple[Any, Any]]:
    asked = [one for one in origin.asked if one.target == path.encode()]
    return [(one.field("if-none-match"), one.field("if-modified-since")) for one in asked]


def test_the_validators_of_a_page_behind_a_redirect_are_sent_to_that_page_only(
    services: Services, origin: Origin, clock: Clock
) -> None:
    """The date of one page would have another, which is older, answer that it has not changed."""
    configure(services, origin)
    forward(origin, FIRST)
    show_at(origin, FIRST, list(TEXT), ETAG, MODIFIED)
    publish(services, origin, TEXT[0])
    work(services)
    for path, said in ((FIRST, "once"), (SECOND, "twice")):
        forward(origin, path)
        show_at(origin, SECOND, [*TEXT[1:], "Another page, of before, says how the vote ended."])
        publish(services, origin, f"{TEXT[0]} Edited {said}.")
        clock.advance(4 * PAST_DUE_S)
        work(services)
    assert conditions(origin, PAGE) == [(None, None)] * 3
    assert conditions(origin, FIRST) == [(None, None), (b'"first"', MODIFIED.partition(" ")[2].encode())]
    assert conditions(origin, SECOND) == [(None, None)]
    assert "how the vote ended" in text_of(services)


def test_a_304_that_nobody_asked_for_changes_nothing(
    services: Services, origin: Origin, clock: Clock
) -> None:
    edit(services, origin, clock)
    text = text_of(services)
    origin.answer(reply(304), PAGE.encode())
    clock.advance(PAST_DUE_S)
    work(services)
    job = jobs(services)["fulltext"]
    assert (job.state, "unconditional" in job.error) == ("failed", True)
    assert text_of(services) == text


@pytest.mark.parametrize(
    "answer",
    [
        reply(404),
        reply(410),
        reply(451),
        reply(500),
        reply(200, b"", f"Content-Type: {HTML}"),
        reply(200, page_of(list(TEXT)).encode(), "Content-Type: application/pdf"),
        reply(200, page_of(list(TEXT)).encode(), f"Content-Type: {HTML}", "X-Robots-Tag: noindex"),
        reply(302, b"", "Location: http://10.0.0.1/"),
    ],
    ids=["404", "410", "451", "500", "empty", "pdf", "noindex", "private"],
)
def test_whatever_becomes_of_a_page_its_text_stays(
    services: Services, origin: Origin, clock: Clock, edited: datetime, answer: bytes
) -> None:
    """So does what was found in it, and a page that is gone is not a withdrawal."""
    text, found = text_of(services), results_of(services)
    origin.answer(answer, PAGE.encode())
    clock.advance(PAST_DUE_S)
    work(services)
    assert len(requests_for_page(origin)) == 2
    assert text_of(services) == text
    work(services)  # what depends on the page
    kept = results_of(services)
    assert [kept[kind] for kind in ("credit", "facts")] == [found[kind] for kind in ("credit", "facts")]
    with services.db.read() as connection:
        states = connection.execute(
            select(ArticleRow.state, Story.mark).join(Story, Story.id == ArticleRow.story_id)
        )
        assert [tuple(row) for row in states] == [("active", "")]
    job = jobs(services)["fulltext"]
    assert (age_of(services) is None) == (job.error is None)


REWRITTEN = [
    "Nothing of what was said before is said now, as all of it was written anew by another desk.",
    "Instead, readers learn of costs, of a vote in spring, and of who will have to move for it.",
    "A map shows where water stood in three winters, and how far every house is from it.",
]
WALL = "Log in to read this article. Subscribers read everything, from one euro for the first month."


@pytest.mark.parametrize(
    ("page", "status"),
    [
        (["Gone."], "thin"),
        ([TEXT[0][:90]], "thin"),
        ([WALL], "thin"),
        ([], "empty"),
        (["This article is no longer available, as its publisher has withdrawn it."], "thin"),
    ],
    ids=["gone", "a first sentence", "wall", "nothing", "withdrawn"],
)
def test_a_page_that_lost_nearly_all_of_its_text_does_not_take_the_place_of_it(
    services: Services, origin: Origin, clock: Clock, page: list[str], status: str
) -> None:
    """The other kinds keep to the page of before, too, and it is said why."""
    configure(services, origin)
    show_page(origin, list(TEXT))
    publish(services, origin, "The harbor board votes.")
    work(services)
    text, found = text_of(services), results_of(services)
    clock.advance(600)
    publish(services, origin, "The harbor board votes. Updated.")
    show_page(origin, page)
    clock.advance(PAST_DUE_S)
    work(services)
    assert len(requests_for_page(origin)) == 2
    assert text_of(services) == text
    after = results_of(services)
    assert after.pop("fulltext")[0] in {status, "refused"}
    assert after == {kind: one for kind, one in found.items() if kind != "fulltext"}
    age = age_of(services)
    assert age is not None
    assert age.failure


@pytest.mark.parametrize(
    "page",
    [list(TEXT[:2]), REWRITTEN],
    ids=["cut by more than half", "rewritten"],
)
def test_an_edit_of_the_page_takes_the_place_of_its_text_however_much_it_changes(
    services: Services, origin: Origin, clock: Clock, edited: datetime, page: list[str]
) -> None:
    show_page(origin, page)
    clock.advance(PAST_DUE_S)
    work(services)
    assert page[0][:40] in text_of(services)
    assert TEXT[4] not in text_of(services)


def test_a_newer_version_of_the_extractor_may_find_less(
    services: Services, origin: Origin, clock: Clock, edited: datetime
) -> None:
    """What the older one found may have been no part of the article."""
    with services.db.write() as connection:
        older = update(ExtractionRow.__table__).where(ExtractionRow.kind == "fulltext")
        connection.execute(older.values(extractor_version="older"))
    show_page(origin, [TEXT[0][:90]])
    clock.advance(PAST_DUE_S)
    work(services)
    assert text_of(services) == TEXT[0][:90]


def test_a_page_that_robots_txt_disallows_meanwhile_keeps_its_text_and_is_not_requested(
    services: Services, origin: Origin, clock: Clock, edited: datetime
) -> None:
    text = text_of(services)
    origin.answer(reply(200, b"User-agent: *\nDisallow: /\n", "Content-Type: text/plain"), b"/robots.txt")
    with services.db.write() as connection:
        connection.execute(delete(Robots))
    services.robots = RobotsStore(
        services.db, clock, lambda: services.extract_pool.sandbox
    )  # as a new process, a day later
    clock.advance(PAST_DUE_S)
    work(services)
    assert len(requests_for_page(origin)) == 1
    assert text_of(services) == text
    age = age_of(services)
    assert age is not None
    assert "robots.txt" in (age.failure or "")


def test_validators_that_never_match_have_the_page_read_and_its_text_stored_once(
    services: Services, origin: Origin, clock: Clock, edited: datetime
) -> None:
    for number in range(3):
        show_page(origin, list(TEXT), f'ETag: W/"caf\xe9-{number}"')
        clock.advance(4 * PAST_DUE_S)
        work(services)
        publish(services, origin, f"{TEXT[0]} Edited {number} times.")
    sent = [one.field("if-none-match") for one in requests_for_page(origin)]
    assert sent[:2] == [None, b'"first"']
    assert sent[2] == 'W/"caf\xe9-0"'.encode()
    with services.db.read() as connection:
        rows = connection.execute(select(ExtractionRow.id).where(ExtractionRow.kind == "fulltext")).all()
    assert len(rows) == 1


def test_an_edit_while_the_page_is_read_again_has_it_read_once_more(
    services: Services, origin: Origin, clock: Clock, edited: datetime
) -> None:
    clock.advance(PAST_DUE_S)
    with services.db.write() as connection:
        assert rereads.start(connection, clock(), 9) == 1
    job = claim(services, jobs(services)["fulltext"].id)
    publish(services, origin, f"{TEXT[0]} Edited meanwhile.")
    made = Extraction("ok", None, {"text": "Of before."})
    with services.db.write() as connection:
        assert job_store.finish(connection, job, made, extractor="fulltext", input_sha256="a", now=clock())
    assert jobs(services)["fulltext"].reread_at > clock()
    clock.advance(2 * PAST_DUE_S)
    work(services)
    assert len(requests_for_page(origin)) == 2
    assert text_of(services) != "Of before."


def test_a_worker_that_dies_between_any_two_steps_has_the_page_read_once_by_the_next(
    services: Services, origin: Origin, clock: Clock, edited: datetime
) -> None:
    clock.advance(PAST_DUE_S)
    with services.db.write() as connection:
        rereads.start(connection, clock(), 9)
    claim(services, jobs(services)["fulltext"].id)  # and dies
    clock.advance(61)
    origin.answer(reply(304), PAGE.encode())
    work(services)
    clock.advance(86_400)
    work(services)
    assert len(requests_for_page(origin)) == 2
    assert {job.state for job in jobs(services).values()} == {"done"}


@pytest.mark.parametrize("again", ["retried", "edited"])
def test_a_page_that_was_read_after_the_edit_for_another_reason_is_not_read_for_it_again(
    services: Services, origin: Origin, clock: Clock, edited: datetime, again: str
) -> None:
    if again == "retried":
        with services.db.write() as connection:
            connection.execute(update(Job.__table__).where(Job.kind == "fulltext").values(state="dead"))
            assert job_reruns.retry(connection, None, clock()) == 1
    else:
        configure(services, origin, 'extract = "new+updated"')
        publish(services, origin, f"{TEXT[0]} Edited again.")
    work(services)
    assert len(requests_for_page(origin)) == 2
    clock.advance(86_400)
    work(services)
    assert len(requests_for_page(origin)) == 2


def turn_off(services: Services, origin: Origin) -> None:
    configure(services, origin, 'extract = "off"')


def replace_job(services: Services, origin: Origin) -> None:
    """As a backfill with a newer version of the extractor does, which reads the page."""
    old = jobs(services)["fulltext"]
    with services.db.write() as connection:
        new = NewJob(old.article_id, "fulltext", "next", old.host)
        job_store.add_jobs(connection, [new], services.clock())
        newer = Job.extractor_version == "next"
        values = {"state": "done", "finished_at": services.clock(), "next_attempt_at": None}
        connection.execute(update(Job.__table__).where(newer).values(**values))


@pytest.mark.parametrize("change", [turn_off, replace_job])
def test_a_plan_that_is_no_longer_wanted_is_dropped(
    services: Services,
    origin: Origin,
    clock: Clock,
    edited: datetime,
    change: Callable[[Services, Origin], None],
) -> None:
    change(services, origin)
    clock.advance(PAST_DUE_S)
    work(services)
    assert len(requests_for_page(origin)) == 1
    with services.db.read() as connection:
        assert not rereads.has_due(connection, clock())


def test_a_job_that_runs_again_stays_when_its_article_turns_out_to_be_a_copy(
    services: Services, origin: Origin, clock: Clock, edited: datetime
) -> None:
    clock.advance(PAST_DUE_S)
    with services.db.write() as connection:
        rereads.start(connection, clock(), 9)
        before = len(connection.execute(select(Job.id)).all())
        article = connection.scalar(select(ArticleRow.id))
        job_store.drop_unstarted(connection, [article])
        assert len(connection.execute(select(Job.id)).all()) == before
    work(services)
    assert len(requests_for_page(origin)) == 2


def test_a_purged_article_takes_its_plan_with_it(
    services: Services, origin: Origin, clock: Clock, edited: datetime
) -> None:
    with services.db.write() as connection:
        connection.execute(delete(ArticleRow))
    clock.advance(PAST_DUE_S)
    with services.db.write() as connection:
        assert not rereads.has_due(connection, clock())
        assert rereads.start(connection, clock(), 9) == 0


def test_it_is_said_whether_the_page_is_read_again(
    services: Services, origin: Origin, clock: Clock, edited: datetime
) -> None:
    def told() -> str:
        age = age_of(services)
        assert age is not None
        return age_words(age, lambda at: f"{at:%H:%M}").partition("; ")[2]

    assert told() == "the page is read again at 13:00."
    clock.advance(PAST_DUE_S)
    with services.db.write() as connection:
        rereads.start(connection, clock(), 9)
    assert told() == "the page is being read again."
    with services.db.write() as connection:  # as after edits that an older version of the program stored
        values = {"state": "done", "finished_at": edited.replace(hour=11), "reread_at": None}
        connection.execute(update(Job.__table__).values(**values))
    assert told() == "the page is not read again."
    with services.db.write() as connection:
        connection.execute(delete(Job))
        article = connection.scalar(select(Version.article_id))
        age = rereads.page_age(connection, int(article or 0))
    assert age is not None
    assert not age.is_open
