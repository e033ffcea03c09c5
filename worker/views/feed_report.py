"""The report of one feed: from its record to lines of text. Pure functions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from worker.text.amounts import count_of, spell_bytes, spell_s
from worker.views.table import one_line
from worker.views.times import ago, due, show_time

if TYPE_CHECKING:
    from worker.flows.feed_report import FeedPage

LABEL = 12  # columns
BARS = "▁▂▃▄▅▆▇█"
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ARRIVALS_MIN = 12.0  # fewer give no reliable hourly pattern
STYLES = {"active": "green", "new": "green", "moved": "green", "failing": "yellow", "disabled": "dim"}
# what a state means to the operator
STATES = {
    "new": "not polled yet",
    "active": "responds",
    "moved": "responds at a new address",
    "failing": "its polls fail",
    "dead": "its polls have failed for a long time; polled about once a week",
    "gone": "is permanently gone (410); not polled until its config changes",
    "blocked": "leads to an address that is not allowed",
    "disabled": "is not polled; its history is kept",
}
POLL_FIELDS = (
    "ended_at", "outcome", "http_status", "error", "entries", "new", "updated", "wire_bytes",
    "fetch_s", "parse_s", "next_due_at", "next_due_reason",
)  # fmt: skip


def page_object(page: "FeedPage") -> dict[str, Any]:
    """The report as one JSON object: the documented keys, what was learned, recent polls and events."""
    polls = [{name: poll[name] for name in POLL_FIELDS} for poll in page.polls]
    events = [{"at": at, "kind": kind, "message": message} for at, kind, _, message in page.events]
    day = [asdict(hour) for hour in page.day]
    return {**page.facts, **page.learned, "last_polls": polls, "events": events, "last_day": day}


def page_lines(page: "FeedPage", width: int) -> Iterator[Text]:
    """The report as lines of at most `width` columns."""
    yield _headline(page)
    yield from _about(page, width)
    if any(hour.polls for hour in page.day):
        yield from (Text(), Text("last day", style="bold"))
        yield from _day(page, width)
    if page.polls:
        yield from (Text(), Text("last polls", style="bold"))
        yield from _timeline(page, width)
    if page.events:
        yield from (Text(), Text("events", style="bold"))
    for at, kind, _, message in page.events:
        said = f"{kind.removeprefix('feed.')}: {message.removeprefix(page.facts['id'] + ': ')}"
        yield from _hung(show_time(at, page.now, brief=True), one_line(said), width)
    if page.articles:
        yield from (Text(), Text("newest articles", style="bold"))
    for article in page.articles:
        at = article["published_at"] or article["fetched_at"]
        title = one_line(article["title"] or "-")
        yield _cut(f"{show_time(at, page.now, brief=True):12} {article['id']:>7}  {title}", width)


def _day(page: "FeedPage", width: int) -> Iterator[Text]:
    """A bar per hour for polls, new entries and failures, with their sums."""
    for name in ("polls", "new", "failures"):
        counts = [getattr(hour, name) for hour in page.day]
        style = "red" if name == "failures" and any(counts) else ""
        yield _cut(f"{name:{LABEL}} {_hourly(counts)} {sum(counts):,}", width, style)
    start, end = page.day[0].at, page.day[-1].at
    scale = f"{start:%H:%M}".ljust(len(page.day) - 5) + f"{end:%H:%M}"
    yield _cut(f"{'':{LABEL}} {scale} UTC", width, "dim")


def _hourly(counts: Sequence[int]) -> str:
    """Counts as bars, and a dot for none."""
    top = max(counts)
    return "".join(BARS[ceil(count / top * len(BARS)) - 1] if count else "·" for count in counts)


def _headline(page: "FeedPage") -> Text:
    state, facts = page.facts["state"], page.facts
    said = STATES[state]
    if state == "failing" and page.learned["failing_since_at"]:
        times = _in_a_row(facts["error_streak"])
        lasted = spell_s((page.now - page.learned["failing_since_at"]).total_seconds())
        said = f"{said}: {times}, for {lasted}"
    if state in {"active", "moved"} and facts["quiet_at"]:
        said += ", but has been quiet for longer than usual"
    return Text.assemble((facts["id"], "bold"), "  ", (state, STYLES.get(state, "red")), f"  {said}")


def _in_a_row(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times in a row"


def _about(page: "FeedPage", width: int) -> Iterator[Text]:
    facts, learned, now = page.facts, page.learned, page.now
    rows: list[tuple[str, str]] = [("url", facts["url"])]
    if facts["effective_url"]:
        rows.append(("polled at", facts["effective_url"]))
    if learned["moved_to"]:
        rows.append(
            (
                "redirects to",
                f"{learned['moved_to']} (seen {count_of(learned['moved_hits'], 'time')}, not adopted yet)",
            )
        )
    when = f"{due(facts['next_due_at'], now)}: " if facts["next_due_at"] else ""
    rows.append(("next poll", f"{when}{facts['next_due_reason']}"))
    if facts["last_polled_at"]:
        answer, news = ago(facts["last_success_at"], now), ago(facts["last_new_at"], now)
        rows.append(
            ("last poll", f"{ago(facts['last_polled_at'], now)}; last success {answer}; new entries {news}")
        )
    if facts["last_error"]:
        rows.append(("last error", facts["last_error"]))
    if learned["cut_entries"]:
        cut = count_of(learned["cut_entries"], "entry")
        rows.append(("not read", f"{cut} of the last document, which has too many"))
    rows += [("rhythm", line) for line in _rhythm(learned)]
    rows += [("hints", line) for line in _hints(learned["hints"])]
    rows += [("validators", line) for line in _validators(facts, learned, now)]
    outcomes = ", ".join(f"{count} {name}" for name, count in sorted(learned["outcomes"].items()))
    counted = count_of(facts["polls"], "poll") + (f" ({outcomes})" if outcomes else "")
    rows.append(("counts", f"{counted}, {count_of(facts['articles'], 'article')}"))
    before = ""
    for label, text in rows:
        yield from _hung(label if label != before else "", text, width)
        before = label


def _rhythm(learned: Mapping[str, Any]) -> Iterator[str]:
    rhythm = learned["rhythm"]
    if learned["rhythm_s"]:
        yield f"median gap {spell_s(learned['rhythm_s'])} between recent entries"
    if not rhythm or sum(rhythm["hours"]) < ARRIVALS_MIN:
        return
    yield f"by hour {_bars(rhythm['hours'], rhythm['hours_s'])} 00 to 23 UTC"
    if min(rhythm["days_s"]) > 0.0:
        yield f"by day  {_bars(rhythm['days'], rhythm['days_s'])} {DAYS[0]} to {DAYS[-1]}"
    if rhythm["page_s"]:
        fastest = spell_s(rhythm["page_s"])
        yield f"as many entries as the document holds appeared within {fastest} at the fastest"


def _bars(seen: list[float], watched_s: list[float]) -> str:
    """The rate per hour or day as bars; a space where there is no observation yet."""
    rates = [count / length if length > 0.0 else None for count, length in zip(seen, watched_s, strict=True)]
    top = max((rate for rate in rates if rate is not None), default=0.0) or 1.0
    return "".join(" " if rate is None else BARS[round(rate / top * (len(BARS) - 1))] for rate in rates)


def _hints(hints: Mapping[str, Any] | None) -> Iterator[str]:
    """The feed's own hints; max-age of the response is part of the next poll's reason."""
    found = []
    if hints and hints["ttl_s"]:
        found.append(f"ttl {spell_s(hints['ttl_s'])}")
    if hints and hints["update_interval_s"]:
        found.append(f"update period {spell_s(hints['update_interval_s'])}")
    if hints and hints["skip_hours"]:
        found.append("not at " + ", ".join(map(str, hints["skip_hours"])) + " h UTC")
    if hints and hints["skip_days"]:
        found.append("not on " + ", ".join(DAYS[day] for day in hints["skip_days"]))
    if found:
        yield "; ".join(found)


def _validators(facts: Mapping[str, Any], learned: Mapping[str, Any], now: datetime) -> Iterator[str]:
    if facts["etag"]:
        yield f"ETag {facts['etag']}"
    if facts["last_modified"]:
        yield f"Last-Modified {facts['last_modified']}"
    if learned["unmodified_streak"]:
        streak, full = learned["unmodified_streak"], ago(learned["full_fetch_at"], now)
        since = " before its polls failed" if facts["error_streak"] else ""
        yield f"304 {_in_a_row(streak)}{since}; last full response {full}"
    if facts["lying_304"]:
        lies = count_of(facts["lying_304"], "time")
        yield f"this server returned 304 although there were new entries ({lies})"


def _timeline(page: "FeedPage", width: int) -> Iterator[Text]:
    """Two lines per poll: the result, then the reason of the next due time if it changed."""
    said = ""
    for poll in page.polls:
        at = show_time(poll["ended_at"], page.now, brief=True)
        facts = f"{at:12} {poll['outcome']:12}"
        status = str(poll["http_status"] or "-")
        changes = ", ".join(f"{poll[n]} {w}" for n, w in (("new", "new"), ("updated", "changed")) if poll[n])
        seconds = f"{poll['fetch_s'] + poll['parse_s']:.2f} s"
        style = "" if poll["error"] is None else "yellow"
        length = spell_bytes(poll["wire_bytes"])
        yield _cut(f"{facts} {status:>4} {length:>9} {seconds:>8}  {changes}".rstrip(), width, style)
        if poll["error"]:
            yield _cut(f"{'':13}{poll['error']}", width, "yellow")
        if poll["next_due_reason"] != said:
            yield _cut(f"{'':13}then {poll['next_due_reason']}", width, "dim")
        said = poll["next_due_reason"]


def _hung(label: str, text: str, width: int) -> Iterator[Text]:
    """A label and its text with a hanging indent."""
    for line in Text(text).wrap(Console(), max(20, width - LABEL - 1)) or [Text()]:
        yield Text(f"{label:{LABEL}} {line.plain.rstrip()}")
        label = ""


def _cut(line: str, width: int, style: str = "") -> Text:
    text = Text(line, style=style, no_wrap=True, overflow="ellipsis")
    text.truncate(width, overflow="ellipsis")
    return text
