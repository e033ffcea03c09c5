"""What an operator sees of a running service: a live summary, or one line now and then. All pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from worker.records import Outcome

POLLS_SHOWN = 8
STORIES_SHOWN = 6
NEEDS_SHOWN = 6
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


def render(
    status: Status | None, children: Mapping[str, str], flower: str | None, problem: str | None = None
) -> RenderableType:
    """The live summary. `status` is None until it was first read; `flower` is its URL."""
    head = Table.grid(padding=(0, 2))
    head.add_column(style="bold")
    head.add_column()
    head.add_row("service", _processes(children))
    if flower is not None:
        head.add_row("monitor", Text(flower, style="cyan"))
    if status is None:
        head.add_row("", Text(problem or "reading the database ...", style="dim"))
        return head
    _add_figures(head, status)
    parts: list[RenderableType] = [head]
    if status.get("recent_polls"):
        parts += [Text(), _polls(status["recent_polls"])]
    if status.get("recent_stories"):
        parts += [Text(), _stories(status["recent_stories"])]
    lines = [*filter(None, (problem,)), *status.get("needs", ())]
    if lines:
        parts += [Text(), _needs(lines)]
    return Group(*parts)


def _processes(children: Mapping[str, str]) -> Text:
    return Text("  ").join(
        Text(name if state == "up" else f"{name} {state}", style=STATE_STYLES[state])
        for name, state in children.items()
    )


def _add_figures(table: Table, status: Status) -> None:
    oldest = status.get("oldest_due_s")
    late = f", oldest due {oldest:.0f} s ago" if oldest else ""
    table.add_row("feeds", counts(status.get("feeds", {})))
    table.add_row(
        "polls",
        Text(f"{status.get('polls_1h', 0)} in the last hour, {status.get('failures_1h', 0)} failed{late}"),
    )
    table.add_row("articles", Text(f"{status.get('articles', 0)} in {status.get('stories', 0)} stories"))
    table.add_row("jobs", counts(status.get("jobs", {})))


def _polls(polls: Sequence[Status]) -> Table:
    table = Table("last polls", "feed", "outcome", "new", box=None, header_style="dim", pad_edge=False)
    for poll in polls[:POLLS_SHOWN]:
        style = "yellow" if poll.get("outcome") in BAD_OUTCOMES else ""
        said = " ".join(filter(None, (poll.get("outcome"), poll.get("error"))))
        at = str(poll.get("at") or "")[11:19]
        table.add_row(at, Text(str(poll.get("feed"))), Text(said, style=style), str(poll.get("new") or ""))
    return table


def _stories(stories: Sequence[Status]) -> Table:
    table = Table("copies", "story", "title", box=None, header_style="dim", pad_edge=False)
    for story in stories[:STORIES_SHOWN]:
        title = Text(str(story.get("title") or ""), overflow="ellipsis", no_wrap=True)
        table.add_row(str(story.get("copies")), str(story.get("id")), title)
    return table


def _needs(lines: Sequence[str]) -> Group:
    more = len(lines) - NEEDS_SHOWN
    shown = [Text(f"! {line}", style="bold yellow") for line in lines[:NEEDS_SHOWN]]
    if more > 0:
        shown.append(Text(f"  and {more} more: wireroom status", style="yellow"))
    return Group(*shown)
