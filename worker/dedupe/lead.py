"""Elect the lead of a story, assign roles to its members, and detect corrections and withdrawals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from worker.records import ArticleState, Role, StoryMember

FULL_SHARE = 0.7  # of the longest copy: shorter copies are not "full"
WITHDRAWN, CORRECTED = ArticleState.WITHDRAWN.value, ArticleState.CORRECTED.value
RESTORED = ArticleState.RESTORED.value
MARKS = (WITHDRAWN, RESTORED, CORRECTED)  # of a story, gravest first
EXCERPT_SHARE = 0.5  # of the lead's text: a shorter copy is an excerpt


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The lead and roles of a story; `mark` is "", corrected, withdrawn or restored.

    `publishers` are the articles whose outlet speaks for the text.
    """

    lead: int | str
    roles: Mapping[int | str, Role]
    mark: str = ""
    publishers: frozenset[int | str] = frozenset()


def arrange(members: Sequence[StoryMember]) -> Arrangement:
    """Return the lead of a story, the role of each member, and whether it was corrected or withdrawn.

    Raises ValueError for an empty story.
    """
    lead = elect_lead(members)
    head = next(member for member in members if member.article == lead)
    firsts: dict[str, StoryMember] = {}
    for member in sorted(members, key=lambda m: (m.seen_at, str(m.article))):
        firsts.setdefault(member.source, member)
    roles = {member.article: _role(member, head, firsts[member.source]) for member in members}
    publishers = _publishers(members)
    speaking = frozenset(member.article for member in publishers)
    return Arrangement(lead, roles, _mark(publishers), speaking)


def elect_lead(members: Sequence[StoryMember]) -> int | str:
    """Return the article that leads a story: the agency's own if present, else the earliest full copy.

    Among full copies, those that are not later takes come first. The last correction by its publisher leads
    instead. A withdrawn article leads only if all are withdrawn; raises ValueError for an empty story.
    """
    if not members:
        raise ValueError("a story without members has no lead")
    available = [m for m in members if m.state != WITHDRAWN] or list(members)
    of_agency = {member.article for member in _of_agencies(members)}
    first = _first_full([m for m in available if m.article in of_agency] or available)
    corrected = [m for m in available if _replaces(m, first)]
    if not corrected:
        return first.article
    own = {member.article for member in _publishers(members)}
    return max((m for m in corrected if m.article in own), key=_in_order, default=first).article


def _replaces(member: StoryMember, first: StoryMember) -> bool:
    """Whether it is a correction of the whole text, not a notice about it, and not an earlier one.

    Until its page is read, what its feed gives is compared with what the other's gives.
    """
    is_whole = max(member.length, member.first_length) >= first.length * EXCERPT_SHARE
    if not member.is_read and first.feed_chars:
        is_whole = is_whole or member.feed_chars >= first.feed_chars * EXCERPT_SHARE
    is_correction = member.state == CORRECTED or member.is_rerun_correction
    return is_correction and is_whole and member.seen_at >= first.seen_at


def _in_order(member: StoryMember) -> tuple[datetime, int, str]:
    """The order of time, and of storing for the same time."""
    name = str(member.article)
    return member.seen_at, len(name), name


def _first_full(members: Sequence[StoryMember]) -> StoryMember:
    """The earliest full text; what replaced a withdrawn one counts as full, and no correction as a take."""
    longest = max(m.length for m in members)
    full = [m for m in members if _is_full(m, longest) or m.state == WITHDRAWN]
    return min(full, key=lambda m: (_is_later_take(m), m.seen_at, -m.length, str(m.article)))


def _is_full(member: StoryMember, longest: int) -> bool:
    """Whether a text is full; one that was stays so until an edit leaves less than half of a full text."""
    least = EXCERPT_SHARE if member.first_length >= longest * FULL_SHARE else FULL_SHARE
    return member.length >= longest * least


def _is_later_take(member: StoryMember) -> bool:
    return member.take > 0 and member.state not in {WITHDRAWN, CORRECTED}


def _role(member: StoryMember, lead: StoryMember, first: StoryMember) -> Role:
    """Return UPDATE for later takes and an outlet's repeats, EXCERPT for short copies, else COPY."""
    if member is lead:
        return Role.LEAD
    if member.take > 0 or member is not first or member.state == WITHDRAWN:
        return Role.UPDATE
    return Role.EXCERPT if member.length < lead.length * EXCERPT_SHARE else Role.COPY


def _of_agencies(members: Sequence[StoryMember]) -> list[StoryMember]:
    """The articles of agencies' own feeds, without those of a feed that first ran the text of another agency.

    Such a feed is an outlet in this story: its notices, which name no agency, are about its copy.
    """
    firsts: dict[str, StoryMember] = {}
    for member in sorted(members, key=_in_order):
        firsts.setdefault(member.source, member)
    return [m for m in members if m.is_agency and firsts[m.source].is_agency]


def _publishers(members: Sequence[StoryMember]) -> list[StoryMember]:
    """The articles of the publisher: the agency if the story has one, else the first full text's outlet.

    Other outlets may correct or withdraw their own copies. Edits change no publisher: neither a copy that
    leads because the first text was withdrawn or cut makes its outlet one, nor one that was extended.
    """
    if of_agency := _of_agencies(members):
        return of_agency
    longest = max(m.first_length for m in members)
    full = [m for m in members if m.first_length >= longest * FULL_SHARE or m.state == WITHDRAWN]
    first = min(full, key=lambda m: (m.seen_at, -m.first_length, str(m.article)))
    return [m for m in members if m.source == first.source]


def _mark(publishers: Sequence[StoryMember]) -> str:
    """Return what the publisher declared of the text: a withdrawal first, else what came last, or ""."""
    marked = [member for member in publishers if member.state in MARKS]
    last = max(marked, key=lambda m: (m.state == WITHDRAWN, m.declared, m.state == RESTORED), default=None)
    return last.state if last else ""
