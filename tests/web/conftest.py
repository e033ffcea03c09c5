"""A web server on a database with a few stories, shared by the tests of a module."""

import asyncio
import http.client
import json
import shutil
import threading
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import update

from tests.e2e.test_flower import BROWSER_OPTIONS, BROWSERS
from tests.store.samples import NOW, add, join, later, make_feed, sync
from tests.support.schema import with_schema
from worker.records import Relation, RelationKind
from worker.settings import read_settings
from worker.store import Database, push_messages, push_receivers
from worker.store import jobs as job_store
from worker.store import relations as relation_store
from worker.store.jobs import NewJob
from worker.store.models import ArticleRow, ExtractionRow, Link, Poll
from worker.web.server import WebServer, make_context

LEAD = (
    "SEOUL, Nov. 24 (Yonhap) -- A ferry that carries 378 passengers began service to the islands on Tuesday.",
    "The vessel was built in a yard at Geoje for 60 billion won and will make six round trips a day.",
    "Fares stay at 6,500 won for residents and rise slightly for visitors.",
    "Environmental groups asked the city to limit the number of day trippers.",
)
LOCAL = "Pupils of Narin's only school will cross by the noon boat from next month."
REASONS = {
    "shared_of_smaller": 1.0, "shared_of_larger": 0.62, "numbers": {"agree": 5, "differ": 0},
    "names": {"agree": 1, "differ": 2}, "title": 0.3,
}  # fmt: skip
LIMIT_S = 250.0  # of a query, on a machine that does much else
AT = later(7200)  # the time of the pages
HOSTILE = '<script>document.title="hit"</script>"\'><img src=x onerror=document.title="hit">'


@dataclass(frozen=True)
class Response:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self):
        return self.body.decode()

    def json(self):
        return json.loads(self.body)


class Site:
    """A running server; `get` sends a request and returns the response."""

    def __init__(self, settings, at=AT):
        self.settings, self.at = settings, at
        self.loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        assert self._started.wait(30)

    def _run(self):
        self.loop.run_until_complete(self._serve())

    async def _serve(self):
        self._end = asyncio.Event()
        server = WebServer(make_context(self.settings, lambda: self.at, LIMIT_S), ("127.0.0.1", 0))
        self.port = server.port
        self._started.set()
        await self._end.wait()
        await server.close()

    def get(self, path, method="GET", **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=280)
        try:
            connection.request(
                method, path, headers={name.replace("_", "-"): v for name, v in headers.items()}
            )
            response = connection.getresponse()
            return Response(response.status, response.headers, response.read())
        finally:
            connection.close()

    def close(self):
        self.loop.call_soon_threadsafe(self._end.set)
        self.thread.join(30)


def settings_for(folder, url=None, **more):
    names = {f"WIREROOM_{name}": value for name, value in more.items()}
    given = {"WIREROOM_HOME": str(folder), **({"WIREROOM_DATABASE_URL": url} if url else {})}
    return read_settings({**given, **names})


def store(connection, feed, *paragraphs, minutes=0.0, **values):
    at = later(60 * minutes)
    text = "\n\n".join(paragraphs)
    return add(
        connection,
        feed,
        f"{feed}-{minutes}",
        now=at,
        text=text,
        **{"sort_at": at, "published_at": at, **values},
    )[0]


def credit(connection, article, agency):
    connection.execute(update(ArticleRow).where(ArticleRow.id == article).values(agency=agency))


def add_pushed(connection, story):
    """A receiver that fails, and two messages to it with a hostile headline."""
    push_receivers.put_receivers(connection, {"cms": ["story.new", "story.grew"]})
    push_receivers.save_outcome(connection, "cms", failures=2, note=HOSTILE, not_before_at=later(7260))
    body = json.dumps({"type": "story.new", "data": {"story": {"title": HOSTILE}}})
    shared = {"receiver": "cms", "story_id": story, "article_id": story, "title": HOSTILE, "body": body}
    rows = [{**shared, "message": f"msg_{kind}", "kind": kind} for kind in ("story.new", "story.grew")]
    push_messages.add_messages(connection, rows, NOW)


def fill(database):
    """Article 1 to 3 are one story; 4 contains it; 5 and 6 are a story with hostile texts; 7 is in Korean."""
    with database.write() as connection:
        sync(
            connection,
            make_feed("wire", agency="Yonhap", tags=("wire", "kr")),
            make_feed("coast-courier", tags=("local",)),
            make_feed("inland"),
        )
        wire = store(connection, "wire", *LEAD, title="Ferry links islands")
        copy = store(connection, "coast-courier", *LEAD[:3], LOCAL, minutes=12, title="Islands get a ferry")
        brief = store(connection, "inland", LEAD[1], summary=LEAD[1], minutes=75, title="Ferry links islands")
        credit(connection, wire, "Yonhap")
        join(connection, copy, wire)
        join(connection, brief, wire)
        digest = store(connection, "inland", "The week in the islands.", minutes=80, title="The week")
        relation_store.put_relations(connection, [Relation(digest, wire, RelationKind.CONTAINS, 0.9)])
        hostile = {"title": HOSTILE, "author": HOSTILE, "summary": HOSTILE, "url": "javascript:alert(1)"}
        first = store(connection, "wire", HOSTILE, minutes=90, **hostile)
        second = store(connection, "inland", f"{HOSTILE} again", minutes=95, **hostile)
        join(connection, second, first)
        credit(connection, first, HOSTILE)
        connection.execute(update(Link).where(Link.article_id == copy).values(reasons=REASONS))
        store(connection, "wire", "배가 섬에 닿았다.", minutes=99, title="연합뉴스 여객선 취항", lang="ko")
        jobs = [
            (wire, "facts", "news"),
            (copy, "credit", "coast"),
            (copy, "facts", "coast"),
            (digest, "facts", "news"),
        ]
        new = [NewJob(article, kind, "1", f"{host}.example") for article, kind, host in jobs]
        job_store.add_jobs(connection, new, NOW)
        add_pushed(connection, wire)
        connection.execute(Poll.__table__.insert(), POLL)
        connection.execute(ExtractionRow.__table__.insert(), {**RESULT, "article_id": wire})
    return database


POLL = {
    "feed_id": "wire", "ended_at": NOW, "outcome": "updated", "http_status": 200, "error": None, "entries": 1,
    "new": 1, "updated": 0, "wire_bytes": 900, "fetch_s": 0.2, "parse_s": 0.1, "next_due_at": NOW,
    "next_due_reason": "interval 15 min",
}  # fmt: skip
RESULT = {
    "kind": "facts", "extractor": "facts", "extractor_version": "1", "input_sha256": "", "status": "ok",
    "reason": None, "payload": {"schema": "facts/1"}, "created_at": NOW,
}  # fmt: skip


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def site(request, tmp_path_factory):
    """The pages on a filled database, on SQLite and on PostgreSQL."""
    folder = tmp_path_factory.mktemp("web")
    if request.param == "sqlite":
        yield from _running(settings_for(folder))
        return
    server = request.getfixturevalue("postgres_server")
    with server.database(is_migrated=True) as url:
        yield from _running(settings_for(folder, url))


def _running(settings):
    database = fill(with_schema(Database(settings.database_url)))
    database.close()
    found = Site(settings)
    yield found
    found.close()


@pytest.fixture(scope="module")
def small_site(tmp_path_factory):
    """Starts a server with these settings on a filled SQLite file."""
    folder = tmp_path_factory.mktemp("small")
    settings = settings_for(folder)
    fill(with_schema(Database(settings.database_url))).close()
    started = []

    def start(**changes):
        started.append(Site(replace(settings, **changes)))
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.fixture(scope="module")
def browser():
    """A real Chromium; the test is skipped without one, or without the package that drives it."""
    playwright = pytest.importorskip("playwright.sync_api")
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(BROWSERS)} is there")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=found, headless=True, args=BROWSER_OPTIONS)
        yield chromium
        chromium.close()
