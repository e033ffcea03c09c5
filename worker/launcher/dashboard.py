"""Rendering of the live summary and of the periodic log line. Pure functions."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.console import ConsoleDimensions, Group
from rich.text import Text

from worker.agencies.marks import marked_title
from worker.records import Outcome
from worker.text.amounts import spell_s
from worker.views.times import show_time

POLLS_SHOWN = 8
STORIES_SHOWN = 6
NEEDS_SHOWN = 6
LABEL = 10  # columns of the label of a line
# what a small terminal shows first, below the needs
SERVED_BY = {"pages": "web", "monitor": "flower"}  # the processes whose URLs are shown while they are up
FIGURES = ("service", "feeds", "polls", "jobs", "articles", "pages", "monitor")
STATE_STYLES = {
    "active": "green",
    "done": "green",
    "up": "green",
    "failing": "yellow",
    "failed": "yellow",
    "starting": "yellow",
    "waiting": "dim",
    "dead": "red",
    "blocked": "red",
    "gone": "red",
    "down": "red",
}
BAD_OUTCOMES = frozenset({Outcome.FAILED, Outcome.BLOCKED, Outcome.GONE})

Status = Mapping[str, Any]


def counts(values: Mapping[str, int]) -> Text:
    """`12 active, 1 failing`, colored, without zeros."""
    parts = [
        Text(f"{number} {state}", style=STATE_STYLES.get(state, ""))
        for state, number in values.items()
        if number
    ]
    return Text(", ").join(parts) if parts else Text("none yet", style="dim")


def summary_fields(status: Status) -> dict[str, object]:
    """The figures of one log line: feeds and jobs by state, articles, stories, polls, oldest due feed."""
    states = {f"feeds_{key}": number for key, number in status.get("feeds", {}).items() if number}
    jobs = {f"jobs_{key}": number for key, number in status.get("jobs", {}).items() if number}
    plain = ("articles", "stories", "polls_1h", "failures_1h", "oldest_due_s")
    return {
        **states,
        **{key: status.get(key) for key in plain},
        **jobs,
        "needs": len(status.get("needs", ())),
    }


def summarize(status: Status | None) -> str:
    """One line for `systemctl status`: feeds by state, articles, how many lines need attention."""
    if status is None:
        return ""
    feeds = ", ".join(f"{number} {state}" for state, number in status.get("feeds", {}).items() if number)
    needs = len(status.get("needs", ()))
    attention = f"; {needs} in need of attention: wireroom status" if needs else ""
    return f"working; feeds: {feeds or 'none yet'}; articles: {status.get('articles', 0)}{attention}"


def render(
    status: Status | None,
    children: Mapping[str, str],
    flower: str | None,
    problem: str | None = None,
    *,
    pages: str | None = None,
    size: ConsoleDimensions,
    now: datetime,
) -> Group:
    """The live summary within `size`: what needs attention, then figures, then recent polls and stories.

    `status` is None until it was first read; `flower` and `pages` are the URLs of Flower and of the web
    pages, if they are served. Lines are truncated.
    """
    needs = [*filter(None, (problem,)), *(status or {}).get("needs", ())]
    lines = list(_needs(needs, size.width, size.height))
    figures = _figures(status, children, {"pages": pages, "monitor": flower})
    is_roomy = size.height > len(lines) + len(figures)
    lines += [Text()] if lines and is_roomy else []
    kept = [name for name in FIGURES if name in figures][: max(0, size.height - len(lines))]
    lines += [Text.assemble((f"{name:{LABEL}}", "bold"), figures[name]) for name in figures if name in kept]
    if status is None and not needs and len(lines) < size.height:
        lines.append(Text(f"{'':{LABEL}}reading the database ...", style="dim"))
    lines += _news(status or {}, size.width, size.height - len(lines), now)
    for line in lines:
        line.truncate(size.width, overflow="ellipsis")
        line.no_wrap = True
    return Group(*lines)


def plain(text: object) -> str:
    """A text as one line without control characters."""
    line = " ".join(str(text).split())
    return "".join(sign if sign.isprintable() else "?" for sign in line)


def _needs(needs: Sequence[str], width: int, height: int) -> Iterator[Text]:
    """One line per need on at most half of the terminal, and how many more there are."""
    room = max(1, min(NEEDS_SHOWN + 1, height // 2)) if height else 0
    count = len(needs) if len(needs) <= min(room, NEEDS_SHOWN) else max(1, room - 1)
    for need in needs[: count if room else 0]:
        more = f" +{len(needs) - count}" if room == 1 and len(needs) > count else ""
        line = Text(f"! {plain(need)}", style="bold yellow")
        line.truncate(max(0, width - cell_len(more)), overflow="ellipsis")
        yield line.append(more)
    if room > 1 and len(needs) > count:
        yield Text(f"  and {len(needs) - count} more: wireroom status", style="yellow")


def _figures(
    status: Status | None, children: Mapping[str, str], urls: Mapping[str, str | None]
) -> dict[str, Text]:
    """The lines of figures by label, in order."""
    found = {"service": _processes(children)}
    served = {name: url for name, url in urls.items() if children.get(SERVED_BY[name], "up") == "up"}
    found |= {name: Text(url, style="cyan") for name, url in served.items() if url is not None}
    if status is None:
        return found
    oldest = status.get("oldest_due_s")
    late = f", oldest due {spell_s(round(oldest))} ago" if oldest else ""
    polls = f"{status.get('polls_1h', 0)} in the last hour, {status.get('failures_1h', 0)} failed{late}"
    articles = f"{status.get('articles', 0)} in {status.get('stories', 0)} stories"
    return {
        **found,
        "feeds": counts(status.get("feeds", {})),
        "polls": Text(polls),
        "articles": Text(articles),
        "jobs": counts(status.get("jobs", {})),
    }


def _processes(children: Mapping[str, str]) -> Text:
    """All processes; those that are not up come first, so that truncation does not hide them."""
    ordered = sorted(children.items(), key=lambda child: child[1] == "up")
    return Text("  ").join(
        Text(name if state == "up" else f"{name} {state}", style=STATE_STYLES[state])
        for name, state in ordered
    )


def _news(status: Status, width: int, room: int, now: datetime) -> list[Text]:
    """The last polls and stories, each with a blank line and a header, as many as fit."""
    polls = list(status.get("recent_polls") or ())[:POLLS_SHOWN]
    stories = list(status.get("recent_stories") or ())[:STORIES_SHOWN]
    least = 3  # lines of a table: a blank one, the head, a row
    if not polls or not stories or room < 2 * least:
        return (_polls(polls, width, room, now) if polls else _stories(stories, room))[: max(0, room)]
    shared = room - 2 * (least - 1)
    story_lines = _stories(stories, least - 1 + max(shared // 2, shared - len(polls)))
    return [*_polls(polls, width, room - len(story_lines), now), *story_lines]


def _polls(polls: Sequence[Status], width: int, room: int, now: datetime) -> list[Text]:
    if room < 3:
        return []
    ids = [plain(poll.get("feed")) for poll in polls]
    wide = max(4, min(max(map(cell_len, ids)), width // 3))
    lines = [Text(), Text(f"last polls    {set_cell_size('feed', wide)}  new  outcome", style="dim")]
    for poll, feed in zip(polls[: room - 2], ids, strict=False):
        at = poll.get("at")
        time = show_time(datetime.fromisoformat(str(at)), now, brief=True) if at else "-"
        name = set_cell_size(feed, wide) if cell_len(feed) <= wide else f"{set_cell_size(feed, wide - 1)}…"
        said = plain(" ".join(filter(None, (poll.get("outcome"), poll.get("error")))))
        style = "yellow" if poll.get("outcome") in BAD_OUTCOMES else ""
        lines.append(Text.assemble(f"{time:12}  {name}  {poll.get('new') or '':>3}  ", (said, style)))
    return lines


def _headline(story: Status) -> str:
    return marked_title(story.get("title") or "", story.get("mark") or "")


def _stories(stories: Sequence[Status], room: int) -> list[Text]:
    if room < 3 or not stories:
        return []
    rows = (
        f"{story.get('copies')!s:>6}  {story.get('id')!s:>6}  {plain(_headline(story))}"
        for story in stories[: room - 2]
    )
    return [Text(), Text("copies   story  title", style="dim"), *map(Text, rows)]
