"""Pictures of every page at phone and desk width, in light and dark: `python -m tests.web.pictures FOLDER`.

The newsroom is made up and served on loopback for as long as the pictures take.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright
from sqlalchemy import select, update

from tests.e2e.test_flower import BROWSER_OPTIONS, BROWSERS
from tests.store.samples import NOW, join, later, make_feed, sync
from tests.support.large_story import store_large_story
from tests.support.schema import with_schema
from tests.web.conftest import LEAD, LOCAL, POLL, RESULT, Site, credit, settings_for, store
from worker.records import JobState, PushKind
from worker.store import Database, push_messages, push_receivers
from worker.store import jobs as job_store
from worker.store.jobs import NewJob
from worker.store.models import ArticleRow, ExtractionRow, Poll, Version

LARGE = 1_001  # the id of a story of very many copies
SIZES = {"desk": (1280, 900), "phone": (390, 844)}
PLACES = {
    "stories": "/stories?since=all", "story": "/stories/1", "compare": "/compare/1/2",
    "articles": "/articles?since=all", "article": "/articles/1", "feeds": "/feeds", "feed": "/feeds/wire",
    "jobs": "/jobs", "job": "/jobs/1", "push": "/push", "message": "/push/1", "needs": "/needs",
    "version": "/articles/1/versions/2", "copies": "/articles?story=1&since=all",
    "nothing": "/articles?lang=xx", "large": f"/stories/{LARGE}", "error": "/stories/999",
}  # fmt: skip
OUTLETS = ("coast-courier", "inland-post", "metro-daily", "harbor-ledger", "northern-times", "evening-star")
STORIES = (
    ("Central bank holds rate at 2.5 percent for fourth straight meeting", "en", (2, 3, 9, 21, 64, 190)),
    ("한국은행, 기준금리 연 2.5%로 동결", "ko", (4, 11, 38)),
    ("台風25号、沖縄に接近　気象庁が警戒呼びかけ", "ja", (6, 50)),
    ("Typhoon nears southern islands, ferries stopped", "en", (1, 5, 7, 8)),
    ("港口货运量十月增长百分之四", "zh", (14,)),
    ("Parliament passes budget after all-night session; opposition leaves the chamber", "en", (3, 90)),
)  # fmt: skip


def furnish(database):
    """One long story, several shorter ones, polls of a week, jobs."""
    with database.write() as connection:
        feeds = [make_feed("wire", agency="Yonhap", tags=("wire",)), *(make_feed(name) for name in OUTLETS)]
        sync(connection, *feeds)
        lead = store(connection, "wire", *LEAD, title="Ferry links islands with the capital after nine years")
        credit(connection, lead, "Yonhap")
        for n, (name, minutes) in enumerate(zip(OUTLETS, (4, 12, 26, 75, 410, 1500), strict=True)):
            title = ("Islands get a ferry", "Ferry links islands", "New ferry begins service")[n % 3]
            text = (*LEAD[: 4 - n % 3], LOCAL) if n % 2 else LEAD[: 4 - n % 3]
            join(connection, store(connection, name, *text, minutes=minutes, title=title), lead)
        for n, (title, lang, lags) in enumerate(STORIES, 1):
            at = 1500 + 20 * n
            first = store(connection, "wire", f"{title}. {LEAD[n % 4]}", minutes=at, title=title, lang=lang)
            credit(connection, first, "Yonhap")
            for name, lag in zip(OUTLETS, lags, strict=False):
                copy = store(
                    connection, name, f"{title}. {LEAD[n % 4]}", minutes=at + lag, title=title, lang=lang
                )
                join(connection, copy, first)
        connection.execute(Poll.__table__.insert(), [*map(_poll, range(7 * 48))])
        jobs = [NewJob(lead, kind, "1", "news.example") for kind in ("facts", "credit", "fulltext")]
        job_store.add_jobs(connection, jobs, NOW)
        connection.execute(ExtractionRow.__table__.insert(), {**RESULT, "article_id": lead})
        _push(connection, lead)
        edit(connection, lead)
    store_large_story(database, 120, NOW, LARGE, feeds)
    return database


def _push(connection, lead):
    """Receivers in each state, with what they said, and messages of each kind."""
    refused = (
        "503 from cms.newsroom-with-a-long-name.example: the upstream connection was refused, try again later"
    )
    push_receivers.put_receivers(connection, {"cms-of-the-newsroom": ["story.new"], "chat": [], "search": []})
    push_receivers.save_outcome(
        connection, "cms-of-the-newsroom", failures=4, note=refused, not_before_at=later(90_000)
    )
    gone = "410 Gone: the receiver wants no more messages"
    push_receivers.save_outcome(connection, "search", failures=1, note=gone, paused_at=NOW)
    rows = [
        {
            "receiver": receiver, "story_id": 1, "article_id": lead, "kind": kind.value, "body": "{}",
            "message": f"msg_{n:02}1f0e6d5c4b3a29180706f5e4d3c2b1", "title": STORIES[n % len(STORIES)][0],
        }
        for n, kind in enumerate(PushKind)
        for receiver in ("cms-of-the-newsroom", "chat")
    ]  # fmt: skip
    push_messages.add_messages(connection, rows, NOW)
    for message in push_messages.find_due(connection, "cms-of-the-newsroom", NOW, 2):
        failed = JobState.FAILED
        push_messages.end_attempt(connection, message, failed, NOW, note=refused, retry_at=later(90_000))
    for message in push_messages.find_due(connection, "chat", NOW, 9):
        push_messages.end_attempt(connection, message, JobState.DONE, NOW, note="204")


def edit(connection, article):
    """Store a second version of an article, with other numbers and a correction."""
    row = connection.execute(select(ArticleRow.__table__).where(ArticleRow.id == article)).mappings().one()
    earlier = {name: row[name] for name in ("title", "text", "summary", "content_hash")}
    first = {**earlier, "article_id": article, "number": 1, "replaced_at": later(600)}
    connection.execute(Version.__table__.insert(), first)
    text = f"{row['text'].replace('378', '387')}\n\nCorrection: An earlier version misstated the passengers."
    connection.execute(update(ArticleRow).where(ArticleRow.id == article).values(text=text, versions=2))


def _poll(n):
    at = later(1800 * n - 6 * 86_400)
    is_bad = 150 < n < 160
    outcome = "failed" if is_bad else "updated" if n % 3 else "not_modified"
    new = (n * 7) % 11 if outcome == "updated" else 0
    return {
        **POLL,
        "ended_at": at,
        "outcome": outcome,
        "new": new,
        "error": "503 from wire.example" if is_bad else None,
    }


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    program = next(path for path in BROWSERS if Path(path).exists())
    with tempfile.TemporaryDirectory(prefix="wr-pages-") as home, sync_playwright() as driver:
        settings = settings_for(Path(home))
        furnish(with_schema(Database(settings.database_url))).close()
        site = Site(settings, later(86_400 + 3 * 3600))
        browser = driver.chromium.launch(executable_path=program, headless=True, args=BROWSER_OPTIONS)
        for theme in ("light", "dark"):
            for size, (width, height) in SIZES.items():
                page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=theme)
                page.set_default_timeout(600_000)
                for name, path in PLACES.items():
                    page.goto(f"http://127.0.0.1:{site.port}{path}")
                    page.screenshot(path=folder / f"{name}-{size}-{theme}.png", full_page=True)
                page.close()
        browser.close()
        site.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
