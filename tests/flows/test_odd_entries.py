"""No entry stops its feed: what cannot be stored fails by name, all else is stored, the poll is written."""

import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from html import escape
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update

from tests.conftest import Clock
from tests.fetch.conftest import Origin, reply
from tests.store.samples import set_back
from tests.support.scripted import claim_one, configure, document, poll_one, rss
from worker.errors import ServiceError, StoreError
from worker.fetch.pacing import Slot
from worker.flows import dispatch, extract, extraction, intake, joins, match, poll, second_look, upkeep
from worker.flows.extraction import MadeExtraction
from worker.flows.services import Services
from worker.flows.turns import Turns
from worker.records import Article, Extraction, FeedConfig, Outcome, ParsedFeed
from worker.store import articles as article_store
from worker.store import events as event_store
from worker.store import feeds as feed_store
from worker.store import listing
from worker.store.job_queue import QueuedJob, queue_due
from worker.store.models import ArticleRow, ExtractionRow, Feed, Job, Poll
from worker.store.types import storable


@pytest.fixture
def services(services: Services, clock: Clock) -> Services:
    services.clock = clock
    return services


def forbid(services: Services, title: str) -> Callable[[], None]:
    """Let the database refuse articles of this title; returns how to let it take them again."""
    add = f"ALTER TABLE articles ADD CONSTRAINT refused CHECK (title <> '{title}')"
    drop = "ALTER TABLE articles DROP CONSTRAINT refused"
    if services.db.is_sqlite:
        add = (
            f"CREATE TRIGGER refused BEFORE INSERT ON articles WHEN NEW.title = '{title}' "
            "BEGIN SELECT RAISE(ABORT, 'refused'); END"
        )
        drop = "DROP TRIGGER refused"

    def execute(statement: str) -> None:
        with services.db.write() as connection:
            connection.exec_driver_sql(statement)

    execute(add)
    return partial(execute, drop)


def stored_titles(services: Services) -> set[str | None]:
    with services.db.read() as connection:
        return set(connection.scalars(select(ArticleRow.title)))


def attempts(services: Services) -> list[tuple[str, str | None, int]]:
    with services.db.read() as connection:
        rows = connection.execute(select(Poll.outcome, Poll.error, Poll.new).order_by(Poll.id))
        return [tuple(row) for row in rows]


def told(services: Services, kind: str) -> list[str]:
    with services.db.read() as connection:
        since = services.clock() - timedelta(days=9)
        return [m for _, k, _, m in event_store.recent_events(connection, since, 99) if k == kind]


def title(n: int) -> str:
    return f"Report {n} from the harbour"


def test_an_entry_that_the_database_refuses_fails_by_name_and_the_others_are_stored(
    services: Services, origin: Origin
) -> None:
    """The attempt row and an event name the entry and the reason; the event comes once a day."""
    configure(services, origin, "harbour")
    origin.answer(document(*map(str, range(9))), b"/harbour.xml")

    allow = forbid(services, title(4))
    summary = poll_one(services, "harbour")
    assert (summary.outcome, summary.new) == (Outcome.UPDATED, 8)
    assert stored_titles(services) == {title(n) for n in range(9) if n != 4}
    [(outcome, error, new)] = attempts(services)
    assert (outcome, new) == ("updated", 8)
    assert error is not None
    assert error.startswith(f'1 of 9 entries could not be stored: "{title(4)}": the database refused it')
    assert told(services, "feed.entry_failed") == [f"harbour: {error}"]
    services.clock.advance(3600)  # type: ignore[attr-defined]
    assert poll_one(services, "harbour").outcome is Outcome.UNCHANGED, "an entry that fails again is no news"
    assert len(told(services, "feed.entry_failed")) == 1
    allow()
    services.clock.advance(3600)  # type: ignore[attr-defined]
    assert poll_one(services, "harbour").new == 1, "stored as soon as it can be"


def test_an_entry_that_cannot_be_sketched_fails_by_name(
    services: Services, origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(services, origin, "harbour")
    origin.answer(document("1", "2", "3"), b"/harbour.xml")
    sketch = intake.make_signature

    def broken(document, furniture):
        if document.title == title(2):
            raise RecursionError("too odd")
        return sketch(document, furniture)

    monkeypatch.setattr(intake, "make_signature", broken)
    assert poll_one(services, "harbour").new == 2
    assert stored_titles(services) == {title(1), title(3)}
    assert (
        attempts(services)[0][1]
        == f'1 of 3 entries could not be stored: "{title(2)}": RecursionError: too odd'
    )


def test_a_database_that_is_away_writes_nothing_and_leaves_the_claim(
    services: Services, origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(services, origin, "harbour")
    origin.answer(document("1", "2"), b"/harbour.xml")

    def away(*_: object) -> None:
        raise ServiceError("the database does not respond")

    monkeypatch.setattr(article_store, "add_articles", away)
    monkeypatch.setattr("worker.flows.patience.PATIENCE_S", 0.0)
    with pytest.raises(ServiceError):
        poll_one(services, "harbour")
    assert attempts(services) == []


def test_a_poll_whose_end_cannot_be_decided_has_an_attempt_and_a_due_time(
    services: Services, origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if the schedule itself fails, the feed is not polled again at once."""
    configure(services, origin, "harbour")
    origin.answer(document("1"), b"/harbour.xml")

    def broken(*_: object, **__: object) -> None:
        raise ArithmeticError("no due time")

    monkeypatch.setattr("worker.flows.store_poll.decide_next", broken)
    summary = poll_one(services, "harbour")
    assert summary.outcome is Outcome.FAILED
    [(outcome, error, _)] = attempts(services)
    assert (outcome, error) == ("failed", "internal error: ArithmeticError: no due time")
    with services.db.read() as connection:
        row = connection.execute(select(Feed.next_due_at, Feed.lease, Feed.error_streak)).one()
    assert row.next_due_at >= services.clock() + timedelta(minutes=1)
    assert (row.lease, row.error_streak) == (None, 1)


def test_a_feed_whose_row_cannot_be_read_has_an_attempt_and_a_due_time(
    services: Services, origin: Origin
) -> None:
    """Another version of the program wrote it; the feed is not claimed again and again."""
    configure(services, origin, "harbour")
    with services.db.write() as connection:
        connection.execute(update(Feed).values(status="unheard of"))
    assert poll_one(services, "harbour").outcome is Outcome.FAILED
    [(outcome, error, _)] = attempts(services)
    assert outcome == "failed"
    assert "unheard of" in str(error)
    with services.db.read() as connection:
        row = connection.execute(select(Feed.next_due_at, Feed.lease)).one()
    assert row.next_due_at == services.clock() + timedelta(seconds=poll.UNREADABLE_S)
    assert row.lease is None


def test_an_article_purged_during_its_poll_does_not_fail_it(
    services: Services, origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the comparison with what is stored and the storing of an edit."""
    configure(services, origin, "harbour", harbour='keep = "1h"')
    origin.answer(document("1", "2"), b"/harbour.xml")
    poll_one(services, "harbour")
    services.clock.advance(7200)  # type: ignore[attr-defined]
    edited = rss("1", "2", "3").replace(b"Text of report 1.", b"Another text.")
    origin.answer(reply(200, edited, "Content-Type: application/rss+xml"), b"/harbour.xml")
    prepare = poll.prepare

    def purge_after(*args):
        found = prepare(*args)
        assert len(found.changed) == 1
        upkeep.run(services)
        return found

    monkeypatch.setattr(poll, "prepare", purge_after)
    summary = poll_one(services, "harbour")
    assert (summary.outcome, summary.new, summary.updated, summary.error) == (Outcome.UPDATED, 1, 0, None)
    assert stored_titles(services) == {title(3)}


def test_sequences_that_are_behind_lose_no_entry_of_a_poll(services: Services, origin: Origin) -> None:
    """After a restore of the rows alone: articles, jobs, versions and the attempt itself."""
    configure(services, origin, "harbour", harbour='extract = "new"')
    origin.answer(document(*map(str, range(9))), b"/harbour.xml")
    poll_one(services, "harbour")
    set_back(services.db, "articles", "jobs", "polls", "events", "versions")
    services.clock.advance(3600)  # type: ignore[attr-defined]
    origin.answer(document(*map(str, range(30))), b"/harbour.xml")
    summary = poll_one(services, "harbour")
    assert (summary.outcome, summary.new, summary.error) == (Outcome.UPDATED, 21, None)
    assert stored_titles(services) == {title(n) for n in range(30)}
    assert [new for _, _, new in attempts(services)] == [9, 21]


def test_an_address_of_endless_letters_keeps_the_feed_and_its_entry(
    services: Services, origin: Origin
) -> None:
    """Two addresses that differ only beyond what is kept of them stay two articles, and stay known."""
    rng = random.Random(3)
    letters = "".join(chr(rng.randrange(0xAC00, 0xD7A3)) for _ in range(1_900))
    items = "".join(
        f"<item><title>Report {n}</title><link>https://news.example/#!/{letters}{n}</link>"
        f"<description>Text of report {n}.</description></item>"
        for n in (1, 2)
    )
    body = f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'.encode()
    configure(services, origin, "harbour")
    origin.answer(reply(200, body, "Content-Type: application/rss+xml"), b"/harbour.xml")
    assert poll_one(services, "harbour").new == 2
    with services.db.read() as connection:
        urls = [a["canonical_url"] for a in listing.iter_articles(connection)]
    assert len(set(urls)) == 2
    assert all(len(str(url).encode()) <= 2_048 for url in urls)
    services.clock.advance(3600)  # type: ignore[attr-defined]
    edited = body.replace(b"Text of report 1", b"Other text of report 1")
    origin.answer(reply(200, edited, "Content-Type: application/rss+xml"), b"/harbour.xml")
    summary = poll_one(services, "harbour")
    assert (summary.new, summary.updated, summary.error) == (0, 1, None)


def test_one_article_that_cannot_be_compared_does_not_block_the_sweep(
    services: Services, origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is put aside with its reason; the others are matched, and the next sweep has nothing to do."""
    configure(services, origin, "harbour")
    origin.answer(document(*map(str, range(30))), b"/harbour.xml")
    with monkeypatch.context() as patch:
        patch.setattr(match, "run", lambda *_: 0)
        poll_one(services, "harbour")
    with services.db.read() as connection:
        odd = connection.scalar(select(ArticleRow.id).where(ArticleRow.title == title(13)))
    apply = joins.apply

    def broken(services, ids, verdicts, basis):
        if odd in ids:
            raise StoreError("the database refused it")
        apply(services, ids, verdicts, basis)

    monkeypatch.setattr(joins, "apply", broken)
    services.clock.advance(dispatch.SWEEP_AFTER_S + 1)  # type: ignore[attr-defined]
    assert dispatch._sweep(services) == 30
    with services.db.read() as connection:
        unmatched = select(func.count()).select_from(ArticleRow).where(ArticleRow.matched_at.is_(None))
        assert connection.scalar(unmatched) == 0
    [message] = told(services, "article.unmatched")
    assert message.startswith(f"article {odd} could not be compared with others")
    assert message.endswith("StoreError: the database refused it")
    assert dispatch._sweep(services) == 0


FILTERED = 'include = ["Report 1 "]'


def test_newly_wanted_entries_are_not_hidden_behind_a_304(services: Services, origin: Origin) -> None:
    """A change of `include` drops the validators: the same document is fetched and read again."""
    origin.answer(
        lambda asked: [
            reply(304, b"") if asked.field("If-None-Match") else document("1", "2", fields=('ETag: "x"',))
        ],
        b"/harbour.xml",
    )
    configure(services, origin, "harbour", harbour=FILTERED)
    assert poll_one(services, "harbour").new == 1
    services.clock.advance(3600)  # type: ignore[attr-defined]
    assert poll_one(services, "harbour").outcome is Outcome.NOT_MODIFIED
    configure(services, origin, "harbour")
    services.clock.advance(3600)  # type: ignore[attr-defined]
    assert poll_one(services, "harbour").new == 1
    assert stored_titles(services) == {title(1), title(2)}
    services.clock.advance(3600)  # type: ignore[attr-defined]
    assert poll_one(services, "harbour").outcome is Outcome.NOT_MODIFIED, "the new validator holds"


def test_a_filter_that_changes_during_a_poll_keeps_no_validator(services: Services, origin: Origin) -> None:
    """What this poll took was filtered by what no longer holds."""

    def script(_: object) -> list[bytes]:
        if len(origin.asked) == 1:
            configure(services, origin, "harbour")
        return [document("1", "2", fields=('ETag: "x"',))]

    configure(services, origin, "harbour", harbour=FILTERED)
    origin.answer(script, b"/harbour.xml")
    assert poll_one(services, "harbour").new == 1
    with services.db.read() as connection:
        assert connection.scalar(select(Feed.etag)) is None
    services.clock.advance(3600)  # type: ignore[attr-defined]
    assert poll_one(services, "harbour").new == 1


ODD = "a\x00b\ud800c" + "長" * 4_000


def claimed_job(services: Services, origin: Origin, kind: str) -> QueuedJob:
    """A job that the relay sent, of the only article of a feed."""
    configure(services, origin, "harbour", harbour=f'extract = "new"\nextract_kinds = ["fulltext", "{kind}"]')
    origin.answer(document("1"), b"/harbour.xml")
    poll_one(services, "harbour")
    with services.db.write() as connection:
        if kind != "fulltext":
            connection.execute(delete(Job).where(Job.kind == "fulltext"))
            connection.execute(update(Job).values(next_attempt_at=services.clock()))
        sent = queue_due(connection, services.clock(), limit=9, lease_s=60, slots_of=lambda _: 9)
    return next(job for job in sent if job.kind == kind)


def test_a_result_with_odd_values_is_stored(
    services: Services, origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NUL, lone surrogates, NaN and very long names, as a page or a plug-in may return them."""
    job = claimed_job(services, origin, "facts")
    payload = {"kind": "facts", ODD: [ODD, float("nan"), float("-inf"), 10**30, {"x": (1, ODD)}]}
    monkeypatch.setattr(
        extract, "make_extraction", lambda *_: MadeExtraction(Extraction("ok", ODD, payload), ODD)
    )
    assert extract.run(services, job.id, kind=job.kind, article=job.article)["outcome"] == "done"
    with services.db.read() as connection:
        row = connection.execute(select(ExtractionRow.reason, ExtractionRow.payload)).one()
    clean = ODD.replace("\x00", "").replace("\ud800", "")
    assert row.reason == clean
    assert row.payload == {"kind": "facts", clean: [clean, None, None, 10**30, {"x": [1, clean]}]}


def test_a_job_whose_article_is_purged_while_it_runs_ends_quietly(
    services: Services, origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = claimed_job(services, origin, "facts")
    derive = extraction._derive

    def purge_first(*args):
        with services.db.write() as connection:
            connection.execute(delete(ArticleRow))
        return derive(*args)

    monkeypatch.setattr(extraction, "_derive", purge_first)
    assert extract.run(services, job.id, kind=job.kind, article=job.article) == {"outcome": "stale"}
    assert told(services, "job.dead") == []


def test_a_page_whose_text_cannot_be_sketched_keeps_its_result(
    services: Services, origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = claimed_job(services, origin, "fulltext")
    result = Extraction("ok", None, {"kind": "fulltext", "text": "The words of the page."})
    monkeypatch.setattr(extract, "make_extraction", lambda *_: MadeExtraction(result, "digest"))

    def broken(*_: object) -> None:
        raise RecursionError("too odd")

    monkeypatch.setattr(second_look, "prepare", broken)
    assert extract.run(services, job.id, kind=job.kind, article=job.article)["outcome"] == "done"
    with services.db.read() as connection:
        assert connection.scalar(select(Job.state).where(Job.kind == "fulltext")) == "done"


# Any characters at all, those that XML forbids too, and long runs of them.
CHARACTERS = st.characters(exclude_categories=())
WORDS = st.one_of(
    st.text(CHARACTERS, max_size=30),
    st.builds(lambda seed, n: "".join(random.Random(seed).choices("가나다라㐀漢字𝄞é&#", k=n)),
              st.integers(0, 99), st.integers(1_000, 4_000)),
    st.sampled_from(["&#0;", "&#xD800;", "\x00", "\ud800", "https://news.example/#!/", "9" * 400, "1e999"]),
)  # fmt: skip
DATES = st.one_of(st.text(max_size=20), st.sampled_from(
    ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "Mon, 32 Foo 99999 25:61:61 +9999"]
))  # fmt: skip
ENTRIES = st.lists(st.fixed_dictionaries({}, optional={
    "guid": WORDS, "title": WORDS, "link": WORDS.map(lambda w: f"https://news.example/{w}"),
    "description": WORDS, "pubDate": DATES, "author": WORDS, "category": WORDS,
}), max_size=4)  # fmt: skip
FEED = '<rss version="2.0"><channel><title>x</title><ttl>{0}</ttl>{1}</channel></rss>'


VALUES = st.none() | WORDS | st.text(CHARACTERS, max_size=9)
MOMENTS = st.datetimes().map(lambda at: at.replace(tzinfo=timezone(timedelta(hours=14))))
ARTICLES = st.builds(
    Article, entry_key=WORDS, guid=VALUES, url=VALUES, canonical_url=VALUES, title=VALUES, summary=VALUES,
    text=VALUES, author=VALUES, lang=VALUES, tags=st.lists(WORDS, max_size=2).map(tuple),
    published_at=st.none() | MOMENTS, updated_at=st.none() | MOMENTS, sort_at=MOMENTS, content_hash=WORDS,
    published_raw=VALUES, published_from=VALUES, source_name=VALUES,
)  # fmt: skip


MIDNIGHT = datetime(2000, 1, 1, tzinfo=UTC)
SAME_CONTENT = [
    Article(
        entry_key=key, guid=None, url=None, canonical_url=None, title=None, summary=None, text="0",
        author=None, lang=None, tags=(), published_at=MIDNIGHT, updated_at=None, sort_at=MIDNIGHT,
        content_hash="",
    )
    for key in ("", "0", "00")
]  # fmt: skip


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(ARTICLES, max_size=4))
@example(SAME_CONTENT)
def test_any_entries_are_stored_or_fail_by_name(services: Services, articles: list[Article]) -> None:
    """For any parser output: no entry is lost silently, and no entry affects another."""
    feed = FeedConfig(id="odd", url="https://odd.example/feed.xml")
    with services.db.write() as connection:
        feed_store.sync_feeds(connection, [feed], services.clock())
        connection.execute(delete(ArticleRow))
    found = intake.prepare(services, feed, ParsedFeed(None, None, tuple(articles)))
    with services.db.write() as connection:
        stored = intake.store_each(connection, feed, found, services.clock())
    with services.db.read() as connection:
        assert set(connection.scalars(select(ArticleRow.id))) == set(stored.new)
        assert list(listing.iter_articles(connection)) or not stored.new
    keys = {storable(article.entry_key): article for article in articles}
    contents = {(article.content_hash, article.published_at) for article in keys.values()}
    assert len(stored.new) + len(stored.failed) >= len(contents), (
        "the same key or content twice is one article"
    )


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    """A feed with any entries, raw or escaped; or bytes of any kind."""
    if draw(st.integers(0, 4)) == 0:
        return draw(st.binary(max_size=300))
    wrap = draw(st.sampled_from([str, escape]))
    items = "".join(
        "<item>" + "".join(f"<{k}>{wrap(v)}</{k}>" for k, v in entry.items()) + "</item>"
        for entry in draw(ENTRIES)
    )
    return FEED.format(draw(st.sampled_from(["5", "1e999", "-1", "9" * 30])), items).encode(
        "utf-8", "replace"
    )


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(documents(), st.binary(max_size=20))
def test_no_document_ends_a_poll_without_an_attempt_and_a_due_time(
    services: Services, origin: Origin, body: bytes, tag: bytes
) -> None:
    """Whatever a server sends."""
    with services.db.read() as connection:
        before = connection.scalar(select(func.count()).select_from(Poll))
        is_configured = connection.scalar(select(func.count()).select_from(Feed))
    if not is_configured:
        configure(services, origin, "odd")
    services.clock.advance(86_400)  # type: ignore[attr-defined]
    fields = ("Content-Type: application/rss+xml", "ETag: " + tag.decode("latin-1").replace("\n", ""))
    origin.answer(reply(200, body, *fields), b"/odd.xml")
    claimed = claim_one(services, "odd")
    poll.run(services, "odd", claimed.lease)
    with services.db.read() as connection:
        assert connection.scalar(select(func.count()).select_from(Poll)) == (before or 0) + 1
        row = connection.execute(select(Feed.next_due_at, Feed.lease)).one()
        error = connection.scalar(select(Poll.error).order_by(Poll.id.desc()).limit(1))
    assert row.next_due_at > services.clock()
    assert row.lease is None
    assert not (error or "").startswith("internal error"), error


def test_an_entry_inside_which_its_document_ends_is_no_new_version(
    services: Services, origin: Origin
) -> None:
    """Wherever the document ends, the stored text stays, and the feed's reason says that it was cut."""
    whole = rss("1", "2")
    begins = whole.index(b"<title>Report 1")
    bodies = [
        whole,
        *(whole[:end] for end in range(begins, len(whole), 23)),
        whole.replace(b"Text of", b"On"),
    ]
    configure(services, origin, "harbour")
    origin.answer(lambda _: [reply(200, bodies[0], "Content-Type: application/rss+xml")], b"/harbour.xml")
    assert poll_one(services, "harbour").new == 2
    for body in bodies[1:-1]:
        bodies[0] = body
        services.clock.advance(3600)  # type: ignore[attr-defined]
        summary = poll_one(services, "harbour")
        assert (summary.new, summary.updated) == (0, 0), body
        assert summary.outcome is Outcome.FAILED or "incomplete" in summary.next_due_reason, body
    bodies[0] = bodies[-1]
    services.clock.advance(3600)  # type: ignore[attr-defined]
    assert poll_one(services, "harbour").updated == 2


def test_the_next_poll_is_planned_from_the_response_however_long_storing_takes(
    services: Services, origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(services, origin, "harbour")
    origin.answer(document("1"), b"/harbour.xml")
    read_feed, received_at = services.parse_pool.read_feed, services.clock()

    def read_slowly(*args: Any, **options: Any) -> ParsedFeed:
        services.clock.advance(200)  # type: ignore[attr-defined]
        return read_feed(*args, **options)

    monkeypatch.setattr(services.parse_pool, "read_feed", read_slowly)
    slow = poll_one(services, "harbour").next_due_at
    assert slow is not None
    with services.db.read() as connection:
        assert connection.scalar(select(Feed.last_polled_at)) == received_at
    assert slow < received_at + timedelta(seconds=600 + 110)  # jitter included, the 200 s of storing not


def test_a_poll_that_waits_for_its_turn_has_released_its_host_and_is_planned_from_the_response(
    services: Services, origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(services, origin, "harbour")
    origin.answer(document("1"), b"/harbour.xml")
    services.turns = Turns(1)
    fetch, release, received_at = services.fetcher.fetch, services.pacer.release, services.clock()
    is_taken, is_released = threading.Event(), threading.Event()
    released_in_time: list[bool] = []

    def compute_for_long() -> None:
        with services.turns.taken():
            is_taken.set()
            released_in_time.append(is_released.wait(3))
            services.clock.advance(200)  # type: ignore[attr-defined]

    other = threading.Thread(target=compute_for_long)

    def fetch_meanwhile(*args: Any, **options: Any) -> Any:
        response = fetch(*args, **options)
        other.start()
        assert is_taken.wait(20)
        return response

    def release_at_once(slot: Slot) -> None:
        release(slot)
        is_released.set()

    monkeypatch.setattr(services.fetcher, "fetch", fetch_meanwhile)
    monkeypatch.setattr(services.pacer, "release", release_at_once)
    summary = poll_one(services, "harbour")
    other.join()
    assert (summary.new, released_in_time) == (1, [True])
    with services.db.read() as connection:
        assert connection.scalar(select(Feed.last_polled_at)) == received_at
