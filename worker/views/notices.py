"""Phrases for what outlets declare of their articles."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from worker.records import ArticleState, Notice, NoticeKind

if TYPE_CHECKING:
    from worker.flows.story_report import Rerun

SAID = {
    NoticeKind.CORRECTED: "corrected",
    NoticeKind.WITHDRAWN: "withdrawn",
    NoticeKind.RESTORED: "run again after its withdrawal",
}


def notice_words(notice: Notice, spell: Callable[[datetime], str], *, of_story: bool = False) -> str:
    """What was declared and where, without the time; in the list of a story with article and feed.

    `spell` writes the time until which it waits to be reported.
    """
    who = f"article {notice.article} of {notice.feed} " if of_story else ""
    where = _WHERE[notice.known_from] if notice.kind == NoticeKind.CORRECTED else ""
    is_new = notice.title_before is not None and notice.title_before != notice.title
    was = f"; the headline was “{notice.title_before}”" if is_new else ""
    note = f": “{notice.note}”" if notice.note else ""
    waits = f"; waits until {spell(notice.waits_until)} to be reported" if notice.waits_until else ""
    return f"{who}{SAID[NoticeKind(notice.kind)]}{where}{note}{was}{waits}"


def rerun_words(rerun: "Rerun") -> str:
    """What to do if the publisher ended a withdrawal by articles without a mark, which do not end it."""
    is_one = len(rerun.articles) == 1
    which = f"article{'' if is_one else 's'} {', '.join(map(str, rerun.articles))}"
    commands = " and ".join(f"`wireroom stories detach {article}`" for article in rerun.withdrawn)
    return (
        f"{which} came after the withdrawal without a mark, which does not end it: "
        f"if {'it was' if is_one else 'they were'} run again, {commands} does"
    )


def state_words(state: str, story_mark: str) -> str | None:
    """What an article's outlet declared of it, or that its story is withdrawn; None if there is nothing."""
    if story_mark == ArticleState.WITHDRAWN and state != ArticleState.WITHDRAWN:
        return "story withdrawn"
    return None if state == ArticleState.ACTIVE else state


_WHERE = {"headline": ", by its headline", "text": ", by a note in the text"}
