"""The pages of feeds: state, reason, next poll, and the last days as a picture."""

from datetime import datetime, timedelta

from worker.flows.feed_report import read_feed
from worker.records import FeedStatus
from worker.store import filters, listing
from worker.store.poll_history import poll_history
from worker.views.feed_report import STATES, page_object
from worker.web.drawing import Bar, draw_bars
from worker.web.page import Page, Request, page_of
from worker.web.params import NotFoundError, make_cursor

PARAMS = ("state", "tag", "host", "limit", "cursor")
USUAL, MOST = 40, 200
LIST_STEP_S, LIST_BARS = 6 * 3600, 12  # three days
PAGE_STEP_S, PAGE_BARS = 3600, 7 * 24
POLLS, EVENTS, ARTICLES = 24, 12, 12
STATUSES = [status.value for status in FeedStatus]
TONES = {
    "active": "good", "moved": "good", "new": "", "failing": "warn", "dead": "bad", "gone": "bad",
    "blocked": "bad", "disabled": "",
}  # fmt: skip


def show_feeds(request: Request) -> Page:
    """The feeds by id, without their counts, which would take long."""
    params = request.params
    state = params.one_of("state", STATUSES)
    wanted = {"tag": params.text("tag"), "host": params.text("host")}
    top, after = params.number("limit", USUAL, MOST), params.after_name()
    with request.db.read() as connection:
        where = list(filters.feed_conditions(connection, **wanted, state=state, after=after))
        rows = listing.list_feeds(connection, where=where, limit=top + 1, counted=False)
        data = page_of(rows, top, lambda row: make_cursor(row["id"]))
        ids = [row["id"] for row in data["items"]]
        start = _start(request.now, LIST_STEP_S, LIST_BARS)
        counts = poll_history(connection, ids, start, LIST_STEP_S)
    bars = {name: draw_bars(counts.get(name, {}), start, LIST_STEP_S, LIST_BARS) for name in ids}
    more = {
        "bars": bars,
        "states": STATES,
        "tones": TONES,
        "statuses": STATUSES,
    }
    return Page("Feeds", "feeds.html", data, more)


def show_feed(request: Request) -> Page:
    """One feed. Raises NotFoundError."""
    feed = request.path[0]
    start = _start(request.now, PAGE_STEP_S, PAGE_BARS)
    with request.db.read() as connection:
        page = read_feed(connection, feed, request.now, polls=POLLS, events=EVENTS, articles=ARTICLES)
        if page is None:
            raise NotFoundError("no such feed")
        counts = poll_history(connection, [feed], start, PAGE_STEP_S)
    bars = draw_bars(counts.get(feed, {}), start, PAGE_STEP_S, PAGE_BARS)
    more = {"page": page, "facts": page.facts, "days": _days(bars), "bars": bars, "states": STATES}
    return Page(feed, "feed.html", page_object(page), {**more, "tones": TONES})


def _start(now: datetime, step_s: int, bars: int) -> datetime:
    """The start of the first of some stretches of time, the last of which is the present one."""
    this = now.replace(minute=0, second=0, microsecond=0)
    this -= timedelta(hours=this.hour % (step_s // 3600))
    return this - timedelta(seconds=step_s * (bars - 1))


def _days(bars: tuple[Bar, ...]) -> list[tuple[float, str]]:
    """Where each day begins, in percent, and its name."""
    return [(bar.x, f"{bar.at:%a %d}") for bar in bars if bar.at.hour == 0]
