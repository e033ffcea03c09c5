"""A page is read again when its feed edits the article: once, conditionally, and not too soon."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from tests.conftest import Clock
from tests.fetch.conftest import Origin, reply
from tests.flows.edited_pages import (
    ETAG,
    configure,
    edit,
    found_by,
    jobs,
    publish,
    requests_for_page,
    says_before_edit,
    show_page,
    text_of,
    work,
)
from tests.support.bad_pages import PAGE, TEXT, TITLE
from worker.flows.services import Services
from worker.records import PushKind
from worker.store import events as event_store
from worker.store import job_reruns, push_receivers, rereads
from worker.store.models import ArticleRow, Job, PushNote

HOUR = timedelta(hours=1)


@pytest.fixture
def services(services: Services, origin: Origin, clock: Clock) -> Services:
    services.clock = clock
    return services


@pytest.fixture
def edited(services: Services, origin: Origin, clock: Clock) -> datetime:
    return edit(services, origin, clock, ETAG)


def test_the_page_is_read_again_an_hour_after_it_was_read_and_then_shown_and_found(
    services: Services, origin: Origin, clock: Clock, edited: datetime
) -> None:
    before = jobs(services)
    assert {job.state for job in before.values()} == {"done"}  # nothing is open meanwhile
    assert before["fulltext"].reread_at == edited - timedelta(minutes=10) + HOUR
    with services.db.read() as connection:
        age = rereads.page_age(connection, before["fulltext"].article_id)
    assert age is not None
    assert (age.edited_at, age.reread_at) == (edited, before["fulltext"].reread_at)
    clock.advance(49 * 60)
    work(services)
    assert len(requests_for_page(origin)) == 1
    show_page(origin, [*TEXT, "The correction names a zeppelin over the harbor of Velm on Monday."])
    clock.advance(60)
    work(services)
    work(services)
    first, second = requests_for_page(origin)
    assert (first.field("if-none-match"), second.field("if-none-match")) == (None, b'"first"')
    assert "zeppelin over the harbor" in text_of(services)
    assert found_by(services, "zeppelin harbor correction") == 1
    after = jobs(services)
    assert {job.state for job in after.values()} == {"done"}
    assert after["metadata"].finished_at == clock.at
    assert after["fulltext"].reread_at is None
    with services.db.read() as connection:
        assert rereads.page_age(connection, after["fulltext"].article_id) is None


@pytest.mark.parametrize(
    "said", ["CORRECTED: {}", "{}\n\nCorrection: An earlier version misstated the tons.", "WITHDRAWN: {}"]
)
def test_the_page_of_a_correction_is_read_again_after_a_few_minutes(
    services: Services, origin: Origin, clock: Clock, edited: datetime, said: str
) -> None:
    """So is that of a further correction; another edit waits as others."""
    clock.advance(60)
    title, text = (said.format(TITLE), TEXT[0]) if said.endswith("{}") else (TITLE, said.format(TEXT[0]))
    publish(services, origin, text, title)
    assert jobs(services)["fulltext"].reread_at == clock.at + timedelta(minutes=5)
    clock.advance(300)
    work(services)
    assert len(requests_for_page(origin)) == 2
    clock.advance(600)
    again = text.replace("the tons", "the tons and the day")
    again = f"{again} It was towed." if title.startswith("CORRECTED") else again
    publish(services, origin, again, title)
    is_further = "CORRECTED" in title or again != text
    soon = clock.at + timedelta(minutes=5)
    assert (jobs(services)["fulltext"].reread_at == soon) == is_further
    clock.advance(300)
    work(services)
    title = title if title.startswith("WITHDRAWN") else TITLE  # without it, it would be run again
    publish(services, origin, f"It was said before. {again}", title)
    assert jobs(services)["fulltext"].reread_at >= clock.at + HOUR / 2


def test_a_page_that_has_not_changed_keeps_its_text_and_what_depends_on_it_is_done_again(
    services: Services, origin: Origin, clock: Clock, edited: datetime
) -> None:
    origin.answer(reply(304, b"", ETAG), PAGE.encode())
    text = text_of(services)
    assert says_before_edit(services)
    clock.advance(3600)
    work(services)
    done = jobs(services)
    assert {job.state for job in done.values()} == {"done"}
    assert done["fulltext"].error == "304: the page has not changed since it was read"
    assert done["facts"].finished_at == clock.at
    assert text_of(services) == text
    assert not says_before_edit(services)
    with services.db.read() as connection:
        assert rereads.page_age(connection, done["fulltext"].article_id) is None
    clock.advance(86_400)
    work(services)
    assert len(requests_for_page(origin)) == 2


def test_a_feed_that_changes_its_entry_at_every_poll_causes_ever_fewer_requests(
    services: Services, origin: Origin, clock: Clock
) -> None:
    configure(services, origin)
    show_page(origin, list(TEXT), ETAG)
    started, sent = clock.at, []
    for number in range(6 * 48):
        publish(services, origin, f"{TEXT[0]} Read by {number}.")
        known = len(requests_for_page(origin))
        work(services)
        if len(requests_for_page(origin)) > known:
            sent.append((clock.at - started).total_seconds() / 3600)
        clock.advance(600)
    assert [round(at) for at in sent] == [0, 1, 2, 4, 8, 16, 32]


def test_a_page_that_cannot_be_read_again_leaves_its_text_and_says_so(
    services: Services, origin: Origin, clock: Clock, edited: datetime
) -> None:
    text = text_of(services)
    origin.answer(reply(404), PAGE.encode())
    clock.advance(3600)
    work(services)
    assert text_of(services) == text
    assert says_before_edit(services)
    job = jobs(services)["fulltext"]
    assert job.state == "dead"
    with services.db.read() as connection:
        age = rereads.page_age(connection, job.article_id)
    assert age is not None
    assert age.failure is not None
    assert age.failure.startswith("404 from")
    assert age.reread_at is None


def dead_told(services: Services) -> int:
    with services.db.read() as connection:
        return len(list(event_store.iter_events(connection, kind="job.dead")))


def test_a_page_that_is_still_gone_at_the_next_reading_is_told_once_until_it_is_back(
    services: Services, origin: Origin, clock: Clock
) -> None:
    """Another reason is told, and so is the same after the page was read in between."""
    configure(services, origin, 'extract = "new+updated"')
    told = []
    for number, status in enumerate((404, 404, 410, 404, 200, 404, 404)):
        origin.answer(reply(status), PAGE.encode())
        if status == 200:
            show_page(origin, list(TEXT))
        publish(services, origin, f"{TEXT[0]} Edited {number} times.")
        work(services)
        assert jobs(services)["fulltext"].state == ("done" if status == 200 else "dead")
        told.append(dead_told(services))
        clock.advance(7200)
    assert told == [1, 1, 2, 2, 2, 3, 3]


def test_an_operator_who_has_a_job_run_again_is_told_how_it_ends(
    services: Services, origin: Origin, clock: Clock
) -> None:
    configure(services, origin)
    origin.answer(reply(404), PAGE.encode())
    publish(services, origin, TEXT[0])
    work(services)
    clock.advance(60)
    with services.db.write() as connection:
        assert job_reruns.retry(connection, None, clock()) == 1
    work(services)
    assert dead_told(services) == 2


def test_a_text_that_comes_back_is_shown_again(
    services: Services, origin: Origin, clock: Clock, edited: datetime
) -> None:
    """Its result is stored already, before that of the text in between."""
    first = text_of(services)
    show_page(origin, [*TEXT, "This sentence is taken back later, as it was wrong in every respect."])
    clock.advance(3600)
    work(services)
    assert text_of(services) != first
    show_page(origin, list(TEXT))
    publish(services, origin, TEXT[0])
    clock.advance(2 * 3600)
    work(services)
    assert text_of(services) == first


@pytest.mark.parametrize(
    ("more", "due_after_s"), [('extract = "new+updated"', 0), ('extract_kinds = ["credit", "facts"]', 0)]
)
def test_every_edit_counts_at_once_if_wanted_or_if_no_page_is_requested(
    services: Services, origin: Origin, clock: Clock, more: str, due_after_s: int
) -> None:
    configure(services, origin, more)
    show_page(origin, list(TEXT), ETAG)
    publish(services, origin, TEXT[0])
    work(services)
    clock.advance(600)
    publish(services, origin, f"{TEXT[0]} A zeppelin was seen.")
    work(services)
    assert {job.finished_at for job in jobs(services).values()} == {clock.at}
    assert [one.field("if-none-match") for one in requests_for_page(origin)] == (
        [None, b'"first"'] if "updated" in more else []
    )


def test_an_edit_is_pushed_to_receivers_that_want_it(
    services: Services, origin: Origin, clock: Clock
) -> None:
    configure(services, origin)
    with services.db.write() as connection:
        push_receivers.put_receivers(connection, {"cms": (PushKind.ARTICLE_EDITED,)})
    show_page(origin, list(TEXT))
    publish(services, origin, TEXT[0])
    publish(services, origin, f"{TEXT[0]} Edited.")
    with services.db.read() as connection:
        noted = connection.execute(select(PushNote.kind, PushNote.article_id)).all()
        article = connection.scalar(select(ArticleRow.id))
    assert [tuple(row) for row in noted] == [("article.edited", article)]


def test_validators_of_another_url_are_not_sent(
    services: Services, origin: Origin, clock: Clock, edited: datetime
) -> None:
    with services.db.write() as connection:
        connection.execute(
            update(Job.__table__)
            .where(Job.kind == "fulltext")
            .values(validators={"url": "https://elsewhere.example/", "etag": '"first"'})
        )
    clock.advance(3600)
    work(services)
    assert [one.field("if-none-match") for one in requests_for_page(origin)] == [None, None]
