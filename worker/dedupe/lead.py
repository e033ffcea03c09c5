"""Which article represents a story, what the others are to it, and what became of its text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from worker.records import Role, StoryMember

FULL_SHARE = 0.7  # of the longest copy: shorter ones are not "full"
EXCERPT_SHARE = 0.5  # of the lead's text: less is an excerpt


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A story put in order; `mark` is "", corrected or withdrawn."""

    lead: int | str
    roles: Mapping[int | str, Role]
    mark: str = ""


def arrange(members: Sequence[StoryMember]) -> Arrangement:
    """The lead of a story, the role of each member, and whether its text was corrected or withdrawn.

    Raises ValueError for an empty story.
    """
    lead = elect_lead(members)
    head = next(member for member in members if member.article == lead)
    firsts: dict[str, StoryMember] = {}
    for member in sorted(members, key=lambda m: (m.seen_at, str(m.article))):
        firsts.setdefault(member.source, member)
    roles = {member.article: _role(member, head, firsts[member.source]) for member in members}
    return Arrangement(lead, roles, _mark(members, head))


def elect_lead(members: Sequence[StoryMember]) -> int | str:
    """The article that leads a story: the agency's own if seen, else the earliest of the full copies.

    Of full copies one that is no later take goes first. Withdrawn articles lead only when nothing else is
    left; raises ValueError for an empty story.
    """
    if not members:
        raise ValueError("a story without members has no lead")
    standing = [m for m in members if not m.withdrawn] or list(members)
    asked = [m for m in standing if m.is_agency] or standing
    longest = max(m.length for m in asked)
    full = [m for m in asked if m.length >= longest * FULL_SHARE]
    return min(full, key=lambda m: (m.take > 0, m.seen_at, -m.length, str(m.article))).article


def _role(member: StoryMember, lead: StoryMember, first: StoryMember) -> Role:
    """A later take is an update, and so is what an outlet runs again; half a lead is an excerpt."""
    if member is lead:
        return Role.LEAD
    if member.take > 0 or member is not first or member.withdrawn:
        return Role.UPDATE
    return Role.EXCERPT if member.length < lead.length * EXCERPT_SHARE else Role.COPY


def _mark(members: Sequence[StoryMember], lead: StoryMember) -> str:
    """What the text's maker said of it: its agency if the story has one, else the lead's own outlet.

    That an outlet corrects or withdraws its copy says nothing of the others.
    """
    has_agency = any(member.is_agency for member in members)
    makers = [m for m in members if (m.is_agency if has_agency else m.source == lead.source)]
    if any(m.withdrawn or m.take_kind == "withdrawal" for m in makers):
        return "withdrawn"
    return "corrected" if any(m.take_kind == "correction" for m in makers) else ""
