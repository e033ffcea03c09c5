"""An article whose feed edits it: its feed, its page, and what the tick does with both."""

from contextlib import suppress
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from sqlalchemy import select, update

from tests.conftest import Clock
from tests.fetch.conftest import Origin, reply
from tests.support.bad_pages import HTML, PAGE, TEXT, TITLE, page_of
from worker.errors import ExtractError
from worker.flows import dispatch, extract, poll, reload
from worker.flows.services import Services
from worker.store import claims as claim_store
from worker.store import job_queue, lineage, listing, search
from worker.store.models import Feed, Job
from worker.store.sql_views import ARTICLES

ETAG = 'ETag: "first"'


def configure(services: Services, origin: Origin, more: str = "") -> None:
    Path(services.settings.config).write_text(
        f'[defaults]\n{more}\n[http]\nallow_private = ["127.0.0.0/8"]\n[host."*"]\ndelay = "0s"\n'
        f'[[feed]]\nid = "courier"\nurl = "{origin.url()}"\nlang = "en"\n',
        encoding="utf-8",
    )
    reload.run(services)


def publish(services: Services, origin: Origin, said: str, title: str = TITLE) -> None:
    """Poll the feed, whose single entry says this."""
    item = (
        f"<guid>one</guid><title>{title}</title><link>{origin.url(PAGE)}</link>"
        f"<description>{escape(said)}</description>"
        f"<pubDate>{format_datetime(services.clock().replace(hour=11))}</pubDate>"
    )
    feed = f'<rss version="2.0"><channel><title>Courier</title><item>{item}</item></channel></rss>'
    origin.answer(reply(200, feed.encode(), "Content-Type: application/rss+xml"))
    with services.db.write() as connection:
        connection.execute(update(Feed.__table__).values(next_due_at=services.clock()))
        claims = claim_store.claim_due(
            connection, services.clock(), limit=1, lease_s=60, slots_of=lambda _: 9
        )
    assert claims
    for claim in claims:
        poll.run(services, claim.feed, claim.lease)


def show_page(origin: Origin, text: list[str], *fields: str) -> None:
    origin.answer(reply(200, page_of(text).encode(), f"Content-Type: {HTML}", *fields), PAGE.encode())


def work(services: Services) -> None:
    """Do what the tick would send now."""
    dispatch._start_rereads(services)
    with services.db.write() as connection:
        due = job_queue.queue_due(connection, services.clock(), limit=9, lease_s=60, slots_of=lambda _: 9)
    for job in due:
        with suppress(ExtractError):
            extract.run(services, job.id, kind=job.kind, article=job.article)


def requests_for_page(origin: Origin) -> list[Any]:
    return [one for one in origin.asked if one.target == PAGE.encode()]


def jobs(services: Services) -> dict[str, Any]:
    with services.db.read() as connection:
        return {row.kind: row for row in connection.execute(select(Job.__table__))}


def text_of(services: Services) -> str:
    with services.db.read() as connection:
        return str(next(listing.iter_articles(connection))["text"])


def says_before_edit(services: Services) -> bool:
    """Whether lists, texts and the view say that the text of the page is older than that of the feed."""
    with services.db.read() as connection:
        row = next(listing.iter_articles(connection))
        known = lineage.known_texts(connection, [row["id"]])[row["id"]]
        in_view = connection.scalar(select(ARTICLES.c.text_is_before_edit))
    assert row["text_is_before_edit"] == in_view == (known.age is not None)
    return bool(in_view)


def found_by(services: Services, word: str) -> int:
    with services.db.read() as connection:
        return len(search.newest_matches(connection, word, 5))


def edit(services: Services, origin: Origin, clock: Clock, *fields: str) -> datetime:
    """Read the page of an article, and let the feed edit it ten minutes later; returns that time.

    The page has these header fields.
    """
    configure(services, origin)
    show_page(origin, list(TEXT), *fields)
    publish(services, origin, TEXT[0])
    work(services)
    assert len(requests_for_page(origin)) == 1
    clock.advance(600)
    publish(services, origin, f"{TEXT[0]} A zeppelin was seen.")
    return clock.at
