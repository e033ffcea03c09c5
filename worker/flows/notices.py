"""Corrections and withdrawals: recognized when an edit is stored, reported when its story is arranged.

Each is reported once, in the transaction that arranges the story. A feed that keeps changing its mark is
reported ever more rarely: three times a day at once, then after pauses that double.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection

from worker.agencies.marks import find_take
from worker.dedupe import Arrangement
from worker.dedupe.lineage import Correction, is_marked, is_repeated, read_correction, read_note
from worker.flows.lost_marks import describe_loss
from worker.records import ArticleState, Document, EventKind, Notice, NoticeKind
from worker.store import events as event_store
from worker.store import notices as notice_store
from worker.store.articles import Incoming
from worker.store.lineage import last_edits
from worker.store.stories import StoryFacts
from worker.text.amounts import count_of, shorten

DAY = timedelta(days=1)
AT_ONCE = 3  # tellings of an article within a day
FIRST_PAUSE_S = 900.0  # before the next one
APART = ((NoticeKind.CORRECTED,), (NoticeKind.WITHDRAWN, NoticeKind.RESTORED))  # told and counted
LONGEST_PAUSE_S = 21_600.0
EARLIER = 30  # versions that a feed may go back to
NOTE_CHARS = 300
TITLE_CHARS = 300  # of an event
PAGE_WAIT_S = (
    120.0  # a correction of which only a summary is known is reported when its page was read, or then
)
BY_HEADLINE = Correction("headline")


def note_new(
    connection: Connection,
    feed: str,
    articles: Sequence[tuple[int, Incoming]],
    now: datetime,
    read: Collection[int] = (),
) -> None:
    """Store what articles declare that were first seen with a mark; pages of those in `read` are read soon.

    Which article a summary corrects, and whether it is more than a notice, may only be known from its page.
    """
    marked = [(n, item) for n, item in articles if item.state != ArticleState.ACTIVE]
    planned = []
    for number, item in marked:
        is_summary = item.article.text in {None, item.article.summary}
        waits = item.state == ArticleState.CORRECTED and is_summary and number in read
        due_at = now + timedelta(seconds=PAGE_WAIT_S) if waits else now
        planned.append((_notice_of_new(number, feed, item, now), due_at))
    notice_store.add(connection, planned)


def _notice_of_new(number: int, feed: str, item: Incoming, now: datetime) -> Notice:
    title, text = item.article.title, item.article.text or item.article.summary or ""
    take = find_take(title or "", "")
    known_from = "headline" if take and take.kind == item.take_kind else "text"
    note = read_note(text) if item.state == ArticleState.CORRECTED else ""
    return Notice(number, feed, now, item.state.value, known_from, _shortened(note), None, title)


def note_edits(connection: Connection, articles: Collection[int], now: datetime) -> list[int]:
    """Store what the last edits of these articles declare; returns those that are to be read again soon."""
    edits = last_edits(connection, articles)
    states = notice_store.states(connection, edits)
    urgent = []
    for article, (old, new) in edits.items():
        found = _declared(connection, states[article], old, new, now)
        planned = [(notice, _due_at(connection, notice, now)) for notice in found]
        notice_store.add(connection, planned)
        urgent += [article] if any(due_at <= now for _, due_at in planned) else []
    return urgent


def _declared(
    connection: Connection, state: str, old: Document, new: Document, now: datetime
) -> list[Notice]:
    """What an edit declares of an article in this state."""
    was_withdrawn = state == ArticleState.WITHDRAWN
    if is_marked(new, "withdrawal"):
        return [] if was_withdrawn else [_notice(NoticeKind.WITHDRAWN, old, new, now)]
    found = [_notice(NoticeKind.RESTORED, old, new, now)] if was_withdrawn else []
    correction = read_correction(old, new)
    if correction is None:
        return found
    texts = notice_store.earlier_texts(connection, int(new.id), EARLIER)
    if is_repeated(correction, new, [Document(new.id, *text) for text in texts]):
        return found
    return [*found, _notice(NoticeKind.CORRECTED, old, new, now, correction)]


def _notice(
    kind: NoticeKind, old: Document, new: Document, now: datetime, correction: Correction = BY_HEADLINE
) -> Notice:
    note, known_from = _shortened(correction.note), correction.known_from
    return Notice(int(new.id), new.source, now, kind.value, known_from, note, old.title, new.title)


def _shortened(note: str) -> str | None:
    return shorten(note, NOTE_CHARS) or None


def _due_at(connection: Connection, notice: Notice, now: datetime) -> datetime:
    """When a notice may be reported, after those of its article before; corrections hold up no withdrawal."""
    kinds = next(kinds for kinds in APART if notice.kind in kinds)
    told = notice_store.due_times(connection, notice.article, kinds, now - DAY)
    if len(told) < AT_ONCE or told[-1] > now:  # the latest waits, and this one with it
        return max([now, *told[-1:]])
    pause_s = min(FIRST_PAUSE_S * 2 ** (len(told) - AT_ONCE), LONGEST_PAUSE_S)
    return max(now, told[-1] + timedelta(seconds=pause_s))


@dataclass(frozen=True, slots=True)
class Told:
    """What is reported of a story: a kind, and the notice if one is stored; `more` are changes before it.

    `headline` is the story's if a corrected article does not lead it, and has another one. `articles` are
    those of all notices that it reports.
    """

    kind: str
    notice: Notice | None = None
    more: int = 0
    headline: str = ""
    articles: frozenset[int] = frozenset()

    @property
    def event(self) -> str:
        """The kind of event, which is that of the message as well."""
        return f"story.{self.kind}"

    def details(self) -> dict[str, Any]:
        """What the message says besides the story, as JSON."""
        if self.notice is None:
            return {"notice": None}
        at = self.notice.at.strftime("%Y-%m-%dT%H:%M:%SZ")
        return {"notice": {**self.notice.as_object(), "at": at, "untold_before": self.more}}

    def words(self, story: int) -> str:
        """One sentence for the events."""
        said = {
            NoticeKind.CORRECTED: "was corrected by its publisher",
            NoticeKind.WITHDRAWN: "was withdrawn by its publisher",
            NoticeKind.RESTORED: "was withdrawn and is run again by its publisher",
        }[NoticeKind(self.kind)]
        about = _words(self.notice, self.more) if self.notice else ""
        leads = f"; the story leads with “{_shown(self.headline)}”" if self.headline else ""
        return f"story {story} {said}{about}{leads}"


def _words(notice: Notice, more: int) -> str:
    is_new = notice.title_before is not None and notice.title_before != notice.title
    was = f", was “{_shown(notice.title_before)}”" if is_new else ""
    note = f"; {notice.note}" if notice.note else ""
    often = f" (and {count_of(more, 'more change')} since it was last reported)" if more else ""
    title = _shown(notice.title or "(no headline)")
    return f": article {notice.article} of {notice.feed}, “{title}”{was}{note}{often}"


def _shown(title: str | None) -> str:
    return shorten(title or "", TITLE_CHARS)


def tell(
    connection: Connection,
    was: StoryFacts,
    order: Arrangement,
    untold: Sequence[tuple[Notice, datetime]],
    now: datetime,
    *,
    split_from: StoryFacts | None = None,
) -> tuple[Told, ...]:
    """Store an event for each thing that is reported of a story now; returns them.

    `untold` are its notices with the times when they are due; those that are due are settled, and those of
    other outlets' copies, which are not reported. What was reported of the story `split_from`, which this one
    left, is not reported again.
    """
    own = [one for one, due_at in untold if due_at <= now and one.article in order.publishers]
    # feeds show the latest entry first: of corrections seen together, that of the lead is the last
    own.sort(key=lambda one: (one.at, one.article == order.lead))
    own = [_with_headline(connection, notice, was, order) for notice in own]
    others = [one for one, _ in untold if one.article not in order.publishers]
    others = [_with_headline(connection, notice, was, order) for notice in others]
    notice_store.settle(connection, [*own, *others], now)
    still = _still_true(connection, own, order.mark)
    told = [one for one in _choose(still) if not _is_known(connection, one, was, order)]
    explained = {notice.kind for notice, _ in untold if notice.article in order.publishers}
    known = {was.mark, split_from.mark} if split_from else {was.mark}
    if order.mark and order.mark not in known | explained:
        told += _brought(connection, was, order, now, split_from.id if split_from else None)
    told = [_with_lead(connection, one, order) for one in told]
    for one in told:
        about = {"feed_id": one.notice.feed, "article_id": one.notice.article} if one.notice else {}
        event_store.add_events(connection, now, [(one.event, one.words(was.id))], **about)
    if not told:
        is_new = split_from is not None or order.mark in explained
        event_store.add_events(connection, now, _mark_events(was, order.mark, is_new=is_new))
    return tuple(told)


def _mark_events(was: StoryFacts, mark: str, *, is_new: bool) -> list[tuple[str, str]]:
    """The event about a story that lost its mark with an article, or has one again that is not `is_new`."""
    is_later = is_new and was.mark == ArticleState.RESTORED  # a correction that is reported when it is due
    lost = describe_loss(was.mark, mark)
    if lost and not is_later:
        return [(EventKind.STORY_UNMARKED, f"story {was.id} is {lost}")]
    if mark == was.mark or is_new:
        return []
    again = f"story {was.id} is marked {mark} again: the article of its publisher that says so is in it again"
    return [(EventKind.STORY_MARKED, again)]


def _with_headline(connection: Connection, notice: Notice, was: StoryFacts, order: Arrangement) -> Notice:
    """The notice with the headline before; in an entry of its own, the one that was last reported or shown.

    That is the headline of the publisher's article which was last reported of, or of the lead until now.
    """
    if notice.title_before is not None:
        return notice
    shown: list[int | None] = []
    if notice.article in order.publishers:
        lead = was.lead if was.lead in order.publishers else None
        shown = [notice_store.last_told(connection, [int(one) for one in order.publishers]), lead]
    known = replace(notice, title_before=notice_store.earlier_title(connection, notice, was.id, shown))
    if known.title_before is not None:
        notice_store.set_title_before(connection, known)
    return known


def _with_lead(connection: Connection, told: Told, order: Arrangement) -> Told:
    """The same with the story's headline, if it is another than that of a correction."""
    notice = told.notice
    if notice is None or told.kind != NoticeKind.CORRECTED or notice.article == order.lead:
        return told
    headline = notice_store.read_title(connection, int(order.lead))
    return told if headline == (notice.title or "") else replace(told, headline=headline)


def _is_known(connection: Connection, told: Told, was: StoryFacts, order: Arrangement) -> bool:
    """Whether a story stays withdrawn by another article of its publisher, which was reported before."""
    if told.kind == NoticeKind.CORRECTED or not was.mark == order.mark == ArticleState.WITHDRAWN:
        return False
    article = told.notice.article if told.notice else None
    others = [int(one) for one in order.publishers if one != article]
    return notice_store.has_told_withdrawal(connection, others)


def _brought(
    connection: Connection, was: StoryFacts, order: Arrangement, now: datetime, split_from: int | None
) -> list[Told]:
    """A mark that came with another story or another lead, unless it was reported of this story before."""
    known = notice_store.latest(connection, [int(n) for n in order.publishers], order.mark)
    stories = [was.id] if split_from is None else [was.id, split_from]
    if known is not None and any(notice_store.was_told(connection, known, one) for one in stories):
        return []
    if known is not None:
        notice_store.settle(connection, [known], now)
        known = _with_headline(connection, known, was, order)
    return [Told(order.mark, known, articles=frozenset([known.article] if known else []))]


def _still_true(connection: Connection, due: Sequence[Notice], mark: str) -> list[Notice]:
    """These notices without the corrections that waited until their article was withdrawn, or their story.

    `mark` is that of the story. A feed that is read rarely shows a correction and the withdrawal at once.
    """
    if mark == ArticleState.WITHDRAWN and any(one.kind == NoticeKind.WITHDRAWN for one in due):
        return [one for one in due if one.kind != NoticeKind.CORRECTED]
    corrected = {one.article for one in due if one.kind == NoticeKind.CORRECTED}
    states = notice_store.states(connection, corrected)
    return [
        one
        for one in due
        if one.kind != NoticeKind.CORRECTED or states.get(one.article) != ArticleState.WITHDRAWN
    ]


def _choose(due: Sequence[Notice]) -> list[Told]:
    """Of the notices of a story the last correction, and the last withdrawal or return."""
    parts = [[one for one in due if one.kind in kinds] for kinds in reversed(APART)]
    return [
        Told(part[-1].kind, part[-1], _count_before(part), articles=frozenset(one.article for one in part))
        for part in parts
        if part
    ]


def _count_before(notices: Sequence[Notice]) -> int:
    """The changes before the last of these; a withdrawal that a notice and its article declare is one."""
    both = (NoticeKind.WITHDRAWN, NoticeKind.WITHDRAWN)
    return sum((one.kind, later.kind) != both for one, later in pairwise(notices))
