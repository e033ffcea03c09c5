"""Records of push: receivers, and what each of them gets."""

from dataclasses import dataclass
from enum import StrEnum


class PushKind(StrEnum):
    """What a message reports."""

    ARTICLE_NEW = "article.new"
    ARTICLE_EDITED = "article.edited"
    STORY_NEW = "story.new"
    STORY_GREW = "story.grew"
    STORY_CORRECTED = "story.corrected"
    STORY_WITHDRAWN = "story.withdrawn"
    STORY_RESTORED = "story.restored"
    STORY_CHANGED = "story.changed"
    EXTRACTION_DONE = "extraction.done"


STORY_KINDS = tuple(kind.value for kind in PushKind if kind.value.startswith("story."))
"""The kinds that are sent unless a receiver selects others."""


@dataclass(frozen=True, slots=True)
class PushRule:
    """One `[[push]]`: a receiver, and what it gets; `url` and `secrets` are references.

    With tags or agencies it gets what at least one copy of the story has: a tag of its feed, an agency.
    """

    name: str
    url: str
    secrets: tuple[str, ...] = ()  # each signs every message, so that keys can be changed one after the other
    events: tuple[str, ...] = STORY_KINDS
    tags: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    form: str = "standard"  # "standard" | "slack"
