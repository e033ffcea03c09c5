"""Bad or missing article pages: each ends with a named reason within its limits; the feed text remains."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from sqlalchemy import select

from tests.conftest import Clock
from tests.fetch.conftest import Origin, reply
from tests.support import bad_pages as bad
from tests.support.bad_pages import HTML, PAGE, TEXT, TITLE, moved, page_of, shown, wall_of
from worker.errors import ExtractError
from worker.flows import extract, poll, reload
from worker.flows.services import Services
from worker.store import claims as claim_store
from worker.store import job_queue
from worker.store.models import ExtractionRow, Job

FIRST_PAUSE_S = 60  # the shortest pause before a page is requested again
PAGE_BYTES = 10 << 20  # the most that a page may have
SOCKETS_BYTES = 32 << 20  # the most that the buffers of both sockets hold when a reader hangs up


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Bad pages are the same to every database: one kind is enough."""
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture
def origin() -> Iterator[Origin]:
    made = Origin()
    yield made
    made.close()


@pytest.fixture
def services(services: Services, origin: Origin, clock: Clock) -> Services:
    """Services with the config of one feed with a short timeout."""
    services.clock = clock
    Path(services.settings.config).write_text(
        f'[defaults]\ntimeout = "{bad.TIMEOUT_S}s"\n[http]\nallow_private = ["127.0.0.0/8"]\n'
        f'[host."*"]\ndelay = "0s"\n[[feed]]\nid = "courier"\nurl = "{origin.url()}"\nlang = "en"\n',
        encoding="utf-8",
    )
    reload.run(services)
    return services


def work(services: Services) -> None:
    """Do what is due now, once."""
    with services.db.write() as connection:
        due = job_queue.queue_due(connection, services.clock(), limit=9, lease_s=60, slots_of=lambda _: 9)
    for job in due:
        with suppress(ExtractError):  # dead
            extract.run(services, job.id, kind=job.kind, article=job.article)


def told_of(services: Services, kind: str) -> tuple[Any, Any]:
    """The job of a kind, and its result or None."""
    with services.db.read() as connection:
        job = connection.execute(select(Job.__table__).where(Job.kind == kind)).one()
        result = connection.execute(select(ExtractionRow.__table__).where(ExtractionRow.kind == kind)).first()
    return job, result


def visit(
    services: Services, origin: Origin, pages: object, said: Sequence[str] = TEXT[:3]
) -> tuple[Any, Any, int]:
    """The page's job, its result and the number of requests, once a feed has brought what is `said`."""
    for path, answer in (pages if isinstance(pages, dict) else {PAGE: pages}).items():
        origin.answer(answer, path.encode())
    body = escape("".join(f"<p>{paragraph}</p>" for paragraph in said))
    item = (
        f"<title>{TITLE}</title><link>{origin.url(PAGE)}</link><description>{body}</description>"
        f"<pubDate>{format_datetime(services.clock().replace(hour=11))}</pubDate>"
    )
    feed = f'<rss version="2.0"><channel><title>Courier</title><item>{item}</item></channel></rss>'
    origin.answer(reply(200, feed.encode(), "Content-Type: application/rss+xml"))
    with services.db.write() as connection:
        claims = claim_store.claim_due(
            connection, services.clock(), limit=1, lease_s=60, slots_of=lambda _: 9
        )
    for claim in claims:
        poll.run(services, claim.feed, claim.lease)
    asked, sent = len(origin.asked), origin.sent_bytes
    work(services)
    assert origin.sent_bytes - sent <= PAGE_BYTES + SOCKETS_BYTES
    pages_asked = [one for one in origin.asked[asked:] if one.target != b"/robots.txt"]
    return *told_of(services, "fulltext"), len(pages_asked)


NOT_HAD = [
    pytest.param(bad.LONG, "done", (1, "larger than 10 MiB"), id="50 MB"),
    pytest.param(bad.endless, "done", (1, "larger than 10 MiB"), id="chunks without end"),
    pytest.param(
        shown(bad.bomb(), HTML, "Content-Encoding: gzip"), "done", (1, "larger than 10 MiB"), id="bomb"
    ),
    pytest.param(bad.TWICE, "done", (1, "encoded twice"), id="packed twice"),
    pytest.param(bad.dripped, "failed", (1, "incomplete response within 0.3 s"), id="dripped for ever"),
    pytest.param(bad.dripped_head, "failed", (1, "no response within 0.3 s"), id="header dripped for ever"),
    pytest.param(bad.CUT, "failed", (1, "incomplete response"), id="cut short"),
    pytest.param(shown(page_of(), HTML, "Content-Encoding: gzip"), "failed", (1, "broken gzip"), id="lie"),
    pytest.param({PAGE: moved("/b"), "/b": moved(PAGE)}, "dead", (2, "redirect loop"), id="redirect loop"),
    pytest.param(moved(PAGE), "dead", (1, "redirect loop"), id="redirect to itself"),
    pytest.param(bad.CHAIN, "dead", (11, "more than 10 redirects"), id="twelve redirects"),
    pytest.param(moved("file:///etc/passwd"), "done", (1, "file: is not allowed"), id="to a file"),
    pytest.param(reply(404), "dead", (1, "404 from"), id="not there"),
    pytest.param(reply(204), "dead", (1, "204 from"), id="no content"),
    pytest.param(reply(402), "dead", (1, "402 from"), id="payment required"),
    pytest.param(reply(503), "failed", (1, "503 from"), id="out of order"),
    pytest.param(bad.BLOCKED, "failed", (1, "403 from .*bot protection"), id="robot check, 403"),
    pytest.param(bad.CHALLENGED, "dead", (1, "202 from .*bot protection"), id="robot check, 202"),
]


@pytest.mark.parametrize(("pages", "state", "due"), NOT_HAD)
def test_a_page_that_cannot_be_had_leaves_a_reason_and_no_text(
    services: Services, origin: Origin, pages: object, state: str, due: tuple[int, str]
) -> None:
    """Temporary failures are retried after a pause; others are refused or dead after one bounded attempt."""
    job, result, asked = visit(services, origin, pages)
    requests, reason = due
    assert (job.state, job.attempts, asked) == (state, 1, requests)
    assert (result.status if result else None, state) in {
        ("refused", "done"),
        (None, "dead"),
        (None, "failed"),
    }
    assert re.search(reason, job.error)
    assert "\n" not in job.error
    if state == "failed":
        assert (job.next_attempt_at - services.clock()).total_seconds() >= FIRST_PAUSE_S


def test_a_redirect_to_an_address_that_is_not_public_ends_at_once(services: Services, origin: Origin) -> None:
    """Neither the page nor its robots.txt is requested, and the reason names the address."""
    job, _, asked = visit(services, origin, moved("http://169.254.169.254/latest"))
    assert (job.state, job.attempts, asked) == ("done", 1, 1)
    assert "169.254.169.254 is link-local" in job.error


def test_a_page_that_never_comes_right_is_given_up_after_a_few_requests(
    services: Services, origin: Origin, clock: Clock
) -> None:
    """The pauses grow; the feed text is used once the page is given up, without further requests."""
    job, _, _ = visit(services, origin, bad.CUT)
    pauses = []
    while job.state == "failed":
        pauses.append((job.next_attempt_at - clock.at).total_seconds())
        clock.advance(pauses[-1])
        work(services)
        job, _ = told_of(services, "fulltext")
    assert (job.state, job.attempts, len(pauses)) == ("dead", 6, 5)
    assert pauses == sorted(pauses)
    work(services)
    assert sum(one.target == PAGE.encode() for one in origin.asked) == job.attempts
    assert told_of(services, "credit")[1].payload["agency"] == "Yonhap"


NO_PAGES = [
    pytest.param(b"%PDF-1.7 tide", "application/pdf", "content type application/pdf", id="PDF"),
    pytest.param(b"%PDF-1.7 \x00\x01 tide", HTML, "not text .PDF", id="PDF as page"),
    pytest.param(b"\xff\xd8\xff\xe0", "image/jpeg", "content type image/jpeg", id="picture"),
    pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(500), HTML, "not text .image", id="picture as page"),
    pytest.param(bad.MP4, "video/mp4", "content type video/mp4", id="film"),
    pytest.param(bad.MP4, HTML, "not text .video", id="film as page"),
    pytest.param(b"PK\x03\x04" + bytes(99), "application/zip", "content type application/zip", id="archive"),
    pytest.param(b"PK\x03\x04" + bytes(99), HTML, "not text .archive", id="archive as page"),
    pytest.param(page_of().encode(), "application/octet-stream", "application/octet-stream", id="octets"),
    pytest.param(bad.RSS.encode(), "application/rss+xml", "content type application/rss.xml", id="feed"),
    pytest.param(bad.RSS.encode(), "text/xml", "feed", id="feed as XML"),
    pytest.param(bad.RSS.encode(), HTML, "feed", id="feed as page"),
    pytest.param(bad.JSON.encode(), "application/json", "content type application/json", id="JSON"),
    pytest.param(bad.JSON.encode(), HTML, "JSON", id="JSON as page"),
    pytest.param(bad.JSON.encode(), "text/plain", "JSON", id="JSON as text"),
]


@pytest.mark.parametrize(("body", "kind", "reason"), NO_PAGES)
def test_a_document_that_is_no_page_is_refused_by_what_it_is(
    services: Services, origin: Origin, body: bytes, kind: str, reason: str
) -> None:
    """By its type, or its first bytes if the type is wrong; requested once, and nothing of it is stored."""
    job, result, asked = visit(services, origin, shown(body, kind), said=())
    assert (job.state, job.attempts, asked, result.status) == ("done", 1, 1, "refused")
    assert re.search(reason, job.error)
    assert (result.reason, result.payload) == (job.error, {})


WALLS = [
    pytest.param(
        wall_of("<noscript>Please enable JavaScript.</noscript>"), "refused", "JavaScript shell", id="shell"
    ),
    pytest.param(wall_of("Please log in to continue reading."), "refused", "login page", id="login"),
    pytest.param(wall_of(bad.COOKIES), "refused", "consent page", id="consent"),
    pytest.param(wall_of("Verifying.", title="Just a moment..."), "refused", "check for robots", id="robots"),
    pytest.param(wall_of("Oh no!", title="404 Not Found"), "refused", "page not found", id="not found, 200"),
    pytest.param(wall_of(head=bad.FORWARD), "refused", "a page that forwards elsewhere", id="meta refresh"),
    pytest.param(
        {PAGE: moved("/login"), "/login": bad.SIGN_IN}, "refused", "login page", id="redirect to login"
    ),
    pytest.param({PAGE: moved("/"), "/": bad.FRONT}, "refused", "home page", id="redirect home"),
    pytest.param(bad.PAID, "thin", "for subscribers", id="paywall"),
    pytest.param(shown(page_of(TEXT[:1])), "thin", "shorter than the feed's own text", id="teaser"),
    pytest.param(shown(b""), "empty", "no article text", id="nothing"),
    pytest.param(shown(b" \n\t" * 999), "empty", "no article text", id="white space"),
    pytest.param(shown("<html><body></body></html>"), "empty", "no article text", id="empty document"),
]


@pytest.mark.parametrize(("pages", "status", "reason"), WALLS)
def test_what_stands_in_an_article_s_place_is_named_and_the_feed_s_text_stands(
    services: Services, origin: Origin, pages: object, status: str, reason: str
) -> None:
    """Done at once, without its text; credit and facts come of the feed's text, without another request."""
    job, result, asked = visit(services, origin, pages)
    assert (job.state, job.attempts, asked) == ("done", 1, len(pages) if isinstance(pages, dict) else 1)
    assert (result.status, result.payload["text"]) == (status, None)
    assert reason in result.reason
    requests = len(origin.asked)
    work(services)
    assert len(origin.asked) == requests
    assert told_of(services, "credit")[1].payload["agency"] == "Yonhap"
    assert [quote["speaker"] for quote in told_of(services, "facts")[1].payload["quotes"]] == [
        "Greta Amundsen"
    ]


TOLD_BADLY = [
    pytest.param(shown(bad.ELSEWHERE), {"canonical_url": None}, id="canonical of another site"),
    pytest.param(shown(bad.AMP), {"is_paid": False}, id="AMP"),
    pytest.param(shown(bad.BROKEN), {"author": None}, id="broken JSON-LD"),
    pytest.param(shown(bad.YEAR_ONE), {"published_at": "2026-11-24T11:00:00Z"}, id="the year one"),
    pytest.param(shown(page_of(), ""), {"charset": "utf-8"}, id="no content type"),
    pytest.param(
        shown(page_of(head='<meta charset="euc-kr">')), {"charset": "utf-8"}, id="meta says otherwise"
    ),
    pytest.param({PAGE: moved("/tide-2"), "/tide-2": shown(page_of())}, {"title": TITLE}, id="moved within"),
]


@pytest.mark.parametrize(("pages", "facts"), TOLD_BADLY)
def test_a_good_page_with_bad_marks_is_read(
    services: Services, origin: Origin, pages: object, facts: dict[str, object]
) -> None:
    """Wrong metadata of a page loses none of its text."""
    job, result, _ = visit(services, origin, pages)
    assert (job.state, result.status, result.reason) == ("done", "ok", None)
    assert result.payload["text"] == "\n\n".join(TEXT)
    assert {name: result.payload[name] for name in facts} == facts


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(shown(page_of(head='<meta name="robots" content="noarchive">')), id="meta"),
        pytest.param(shown(page_of(), HTML, "X-Robots-Tag: noarchive"), id="field"),
    ],
)
def test_a_page_that_may_not_be_kept_leaves_no_text(services: Services, origin: Origin, page: bytes) -> None:
    """It is read and marked, and no sentence of it is stored."""
    _, result, _ = visit(services, origin, page)
    assert (result.status, result.reason) == ("ok", "noarchive: the text is not stored")
    assert not any(line in json.dumps(result.payload) for line in TEXT)


@pytest.mark.parametrize("told", ["text/html; charset=utf-8", "text/html"])
@pytest.mark.parametrize("encoding", bad.IN_OTHER_LETTERS)
def test_letters_survive_a_wrong_or_missing_charset(
    services: Services, origin: Origin, encoding: str, told: str
) -> None:
    """The encoding of the bytes outranks the header, with or without a byte order mark."""
    paragraphs = bad.IN_OTHER_LETTERS[encoding]
    page = page_of(paragraphs).encode(encoding, "xmlcharrefreplace")
    _, result, _ = visit(services, origin, shown(page, told), said=())
    assert (result.status, result.payload["text"]) == ("ok", "\n\n".join(paragraphs))


def test_a_few_letters_that_are_no_utf_8_survive_a_wrong_charset(services: Services, origin: Origin) -> None:
    """Curly quotes of windows-1252 in English: hardly any, and the only sign that the header is wrong."""
    said = (*TEXT, "The harbor’s oldest wall stands since 1911.")
    _, result, _ = visit(services, origin, shown(page_of(said).encode("cp1252")), said=())
    assert result.payload["text"] == "\n\n".join(said)
