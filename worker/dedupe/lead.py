"""Which article represents a story, and what the others are to it."""

from collections.abc import Sequence

from worker.dedupe.features import compare
from worker.dedupe.signature import Signature
from worker.records import Match, Role, StoryMember

FULL_SHARE = 0.7  # of the longest copy: shorter ones are not "full"
EXCERPT_SHARE = 0.5  # of the lead's text: less is an excerpt
UPDATE_SHARE = 0.85  # of the new text already in an earlier one of the same source: a re-run, not a take


def elect_lead(members: Sequence[StoryMember]) -> int | str:
    """The article that leads a story: the agency's own if seen, else the earliest of the full copies.

    Withdrawn articles lead only when nothing else is left; raises ValueError for an empty story.
    """
    if not members:
        raise ValueError("a story without members has no lead")
    standing = [m for m in members if not m.withdrawn] or list(members)
    own = [m for m in standing if m.is_agency]
    if own:
        return max(own, key=lambda m: (m.take, m.length, -m.seen_at.timestamp())).article
    longest = max(m.length for m in standing)
    full = [m for m in standing if m.length >= longest * FULL_SHARE]
    return min(full, key=lambda m: (m.seen_at, -m.length, str(m.article))).article


def role_of(member: Signature, lead: Signature, match: Match | None) -> Role:
    """What a member is to its story's lead: a copy, an excerpt, or an update."""
    if member.take and (member.take, member.take_number) != (lead.take, lead.take_number):
        return Role.UPDATE
    if member.source and member.source == lead.source:
        return Role.UPDATE
    if match is not None and match.role is Role.UPDATE:
        return Role.UPDATE
    features = compare(member, lead)
    if member.length < lead.length * EXCERPT_SHARE and features.small >= EXCERPT_SHARE:
        return Role.EXCERPT
    return Role.COPY
