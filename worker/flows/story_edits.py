"""What matching found of articles, and the stories that are being changed by it."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from worker.dedupe import Assembly
from worker.flows.push_notes import StoryChange
from worker.records import Match, Relation
from worker.store.stories import StoryFacts


@dataclass(frozen=True, slots=True)
class MatchResult:
    """The result of matching an article.

    `matches` are earlier articles with the same text, most similar first; `late` are (article, match) of
    later ones matched before this one was visible; `refuted` are articles that it is not a copy of, and
    `among` (article, match) of the copies among these; `strangers` are compared ones with hardly anything in
    common; `related` says which of the others it contains or quotes, or is contained or quoted in;
    `is_marked` if it may change the mark of its story, `is_replaced` if its outlet put another text in the
    place of the one that was linked.
    """

    article: int
    matches: tuple[Match, ...] = ()
    late: tuple[tuple[int, Match], ...] = ()
    refuted: frozenset[int] = frozenset()
    strangers: frozenset[int] = frozenset()
    related: tuple[Relation, ...] = ()
    among: tuple[tuple[int, Match], ...] = ()
    is_marked: bool = False
    is_replaced: bool = False

    @property
    def links(self) -> list[tuple[int, Match]]:
        """All pairs as (article, match)."""
        return [*((self.article, match) for match in self.matches), *self.late]

    @property
    def articles(self) -> set[int]:
        """Every article that it refers to."""
        pairs = ((article, int(match.article)) for article, match in self.links)
        linked = {article for pair in pairs for article in pair}
        return {self.article, *self.refuted, *linked, *self.related_articles}

    @property
    def related_articles(self) -> set[int]:
        """The articles of its relations."""
        return {int(end) for one in self.related for end in (one.article, one.other)}


@dataclass(slots=True)
class StoryEdits:
    """The stories being changed, all locked, and the pending changes to them."""

    connection: Connection
    now: datetime
    facts: dict[int, StoryFacts]
    assembly: Assembly
    touched: set[int] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)  # articles whose links changed
    parted: set[int] = field(default_factory=set)  # both sides of splits
    split_from: dict[int, int] = field(default_factory=dict)
    events: list[tuple[str, str]] = field(default_factory=list)
    changes: list[StoryChange] = field(default_factory=list)
