"""Assemble stories from matches: which links are made, which stories merge, which copies can be found."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from worker.records import Match, Role

# The maximum number of a story's copies that can be found by their keys. More would only crowd out other
# holders of a key: a text published by a hundred outlets must still be found by the next one.
KEY_HOLDERS = 8
LARGE_STORY = 500  # copies; in larger stories a new copy no longer rearranges all members
SAME_TEXT = 0.8  # the minimum similarity of a copy that need not be found, as other copies are
# The minimum similarity for merging an already joined article's story: one wrong merge joins all copies of
# two texts. Below SURE_MERGE a second copy of that story must match, too; on labeled summaries this finds
# three points more of the pairs and costs no precision.
MERGE_TEXT, SURE_MERGE = 0.7, 0.8
STRANGERS_PER_COPY = 2  # more of them among the compared copies of a story keep an article out of it


@dataclass(frozen=True, slots=True)
class Merge:
    """A story that went into another because an article has the text of both.

    `is_visible` if both had several copies, so that readers may know either.
    """

    article: int
    goes: int
    stays: int
    is_visible: bool


@dataclass(slots=True)
class Assembly:
    """The stories of some articles, while links between the articles are made.

    Articles and stories are numbered in order of arrival; a story has the number of its first article.
    """

    story_of: dict[int, int]
    copies: dict[int, int]  # of each story
    known: Collection[tuple[int, int]] = ()  # (article, other) that were linked before
    apart: Collection[tuple[int, int]] = ()  # stories that an editor keeps apart
    linked: set[int] = field(default_factory=set)  # articles joined to an earlier one
    links: dict[tuple[int, int], Match] = field(default_factory=dict)  # made now
    hidden: set[int] = field(default_factory=set)  # joined now, and no longer found by their keys
    merges: list[Merge] = field(default_factory=list)
    moves: dict[int, int] = field(default_factory=dict)  # merged story -> the one it went into

    def __post_init__(self) -> None:
        self.linked |= {article for article, _ in self.known}

    def story(self, article: int) -> int | None:
        """Return the story of an article after all merges, or None if the article is not known."""
        story = self.story_of.get(article)
        return None if story is None else self.final(story)

    def final(self, story: int) -> int:
        """Return the story that a story went into, or itself if it was not merged."""
        while story in self.moves:
            story = self.moves[story]
        return story

    def add(self, article: int, matches: Sequence[Match], strangers: Collection[int] = ()) -> None:
        """Link an article to the earlier ones that decide its story; `matches` begin with the best.

        These are the best match and all others that are good enough for merging their stories: a later,
        fuller text shows that two excerpts with little in common are of the same text. A story most of whose
        compared copies are `strangers` of the article is not joined by a part: a rolling report may hold a
        short copy whole, and is a stranger to the full ones.
        """
        seen = [
            match
            for match in matches
            if match.article not in self.hidden and not self._are_apart(article, int(match.article))
        ]
        copies = Counter(self.story(int(match.article)) for match in seen)
        apart = Counter(map(self.story, strangers))
        found = [match for match in seen if not (match.is_part and self._is_foreign(match, copies, apart))]
        for place, match in enumerate(found):
            if place == 0 or self._may_merge(match, copies):
                self._link(article, match, is_best=place == 0)
        self._hide_surplus(article)

    def add_late(self, article: int, match: Match) -> None:
        """Link an article that was matched before to an earlier one that was not visible then."""
        self._link(article, match, is_best=False)
        self._hide_surplus(article)

    def keep_together(self, article: int, other: int) -> None:
        """Merge the stories of two articles by an editor's decision, unless another one keeps them apart."""
        first, second = self.story(article), self.story(other)
        if first is None or second is None or self._are_apart(article, other):
            return
        self.linked.add(article)
        if first != second:
            self._merge(article, first, second)

    def _are_apart(self, article: int, other: int) -> bool:
        """Whether an editor keeps the present stories of two articles apart."""
        both = {self.story(article), self.story(other)}
        return any({self.final(a), self.final(b)} == both for a, b in self.apart)

    def _link(self, article: int, match: Match, *, is_best: bool) -> None:
        """Link two articles and merge their stories.

        No link is made if it adds no information, if one of the articles was removed, or if an article that
        is joined already is only similar to the other: its whole story would come along, which requires the
        same text.
        """
        other = int(match.article)
        first, second = self.story(article), self.story(other)
        if first is None or second is None:
            return
        if first == second and not is_best and (article, other) not in self.known:
            return
        if first != second:
            if article in self.linked and match.similarity < MERGE_TEXT:
                return
            if self._are_apart(article, other):
                return
            self._merge(article, first, second)
        self.links[article, other] = match
        self.linked.add(article)

    def _may_merge(self, match: Match, copies: Mapping[int | None, int]) -> bool:
        """Whether a match is good enough to merge its story: surely, or with a second copy of that story."""
        story = self.story(int(match.article))
        if story is None or match.similarity >= SURE_MERGE:
            return story is not None
        return match.similarity >= MERGE_TEXT and copies[story] >= min(2, self.copies[story])

    def _is_foreign(
        self, match: Match, copies: Mapping[int | None, int], apart: Mapping[int | None, int]
    ) -> bool:
        """Whether most compared copies of the match's story are strangers of the article."""
        story = self.story(int(match.article))
        return apart.get(story, 0) > STRANGERS_PER_COPY * copies[story]

    def _hide_surplus(self, article: int) -> None:
        """Hide an article with the text of a story that enough other copies are found for.

        One that also has much other text is the only one by which further copies of that text can be found.
        """
        story = self.story(article)
        links = (match for (joined, _), match in self.links.items() if joined == article)
        best = max((m.similarity for m in links if not m.is_part or m.role is Role.EXCERPT), default=0.0)
        if story is not None and best >= SAME_TEXT and self.copies[story] > KEY_HOLDERS:
            self.hidden.add(article)

    def _merge(self, article: int, first: int, second: int) -> None:
        stays, goes = pick_survivor(first, second, self.copies)
        is_visible = min(self.copies[first], self.copies[second]) > 1
        self.merges.append(Merge(article, goes, stays, is_visible))
        self.moves[goes] = stays
        self.copies[stays] += self.copies[goes]


def pick_survivor(first: int, second: int, copies: Mapping[int, int]) -> tuple[int, int]:
    """Return (survivor, merged story): the larger survives if one has a single article, else the older."""
    low, high = sorted((first, second))
    return (high, low) if copies[low] == 1 and copies[high] > 1 else (low, high)


def reach(start: Collection[int], links: Sequence[tuple[int, int]]) -> set[int]:
    """The articles connected by links with those of `start`, these included."""
    neighbors: dict[int, list[int]] = {}
    for a, b in links:
        neighbors.setdefault(a, []).append(b)
        neighbors.setdefault(b, []).append(a)
    reached, waiting = set(start), list(start)
    while waiting:
        fresh = [other for other in neighbors.get(waiting.pop(), ()) if other not in reached]
        reached.update(fresh)
        waiting += fresh
    return reached
