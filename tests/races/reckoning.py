"""Check the invariants of stored stories; an entry's key names its true text."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, func, select

from worker.extract import BUILT_IN
from worker.flows.services import Services
from worker.store.models import ArticleRow, Job, Link, Story, Tombstone


@dataclass(slots=True)
class Reckoning:
    """Counts of stored rows and of faults in them."""

    articles: int
    purged: int
    stories: int
    faults: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    @property
    def is_wrong(self) -> bool:
        """Whether there is any fault."""
        return any(self.faults.values())

    def blame(self, fault: str, example: object, number: int = 1) -> None:
        """Count a fault; the first example is reported."""
        self.faults[fault] += number
        if number and example:
            self.examples.setdefault(fault, str(example))

    def text(self) -> str:
        """Return one line per count."""
        lines = [f"  {self.articles:8} articles in {self.stories} stories, {self.purged} purged"]
        for fault, number in sorted(self.faults.items()):
            example = f"   ({self.examples[fault]})" if fault in self.examples else ""
            lines.append(f"  {number:8} {fault}{example}")
        return "\n".join(lines)


def reckon(services: Services) -> Reckoning:
    """Check every story against the texts: exactly the entries with equal keys belong together."""
    columns = (
        ArticleRow.id, ArticleRow.feed_id, ArticleRow.entry_key, ArticleRow.story_id, ArticleRow.role,
        ArticleRow.reasons, ArticleRow.matched_at,
    )  # fmt: skip
    with services.db.read() as connection:
        articles = connection.execute(select(*columns).order_by(ArticleRow.id)).all()
        stories = {row.id: row for row in connection.execute(select(Story.__table__))}
        jobs = Counter(connection.scalars(select(Job.article_id)))
        purged = connection.scalar(select(func.count()).select_from(Tombstone)) or 0
        links = connection.execute(select(Link.article_id, Link.other_id)).all()
    living = {story for story, row in stories.items() if row.merged_into is None}
    found = Reckoning(len(articles), purged, len(living))
    _check_texts(found, articles)
    _check_stories(found, articles, stories, living)
    _check_jobs(found, articles, jobs)
    story_of = {row.id: row.story_id for row in articles}
    lost = [tuple(row) for row in links if story_of[row[0]] != story_of[row[1]]]
    found.blame("links between stories", lost[:1], len(lost))
    unmatched = [row.id for row in articles if row.matched_at is None]
    found.blame("articles unmatched", unmatched[:1], len(unmatched))
    return found


def _check_texts(found: Reckoning, articles: Iterable[Row[Any]]) -> None:
    """Count missed and wrong joins, also by kind of text, the first part of its name."""
    by_text: dict[str, Counter[int]] = defaultdict(Counter)
    by_story: dict[int, Counter[str]] = defaultdict(Counter)
    for row in articles:
        by_text[row.entry_key][row.story_id] += 1
        by_story[row.story_id][row.entry_key] += 1
    found.blame("copies missed", "", 0)
    found.blame("strangers joined", "", 0)
    for text, places in by_text.items():
        if len(places) > 1:
            missed = places.total() - max(places.values())
            found.blame("copies missed", "", missed)
            found.blame(f"copies missed, {text.partition('-')[0]}", f"{text}: {dict(places)}", missed)
    for story, texts in by_story.items():
        if len(texts) > 1:
            joined = texts.total() - max(texts.values())
            kind = min(texts).partition("-")[0]
            found.blame("strangers joined", "", joined)
            found.blame(f"strangers joined, {kind}", f"story {story}: {dict(texts)}", joined)


def _check_stories(
    found: Reckoning, articles: Sequence[Row[Any]], stories: dict[int, Any], living: set[int]
) -> None:
    members: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in articles:
        members[row.story_id].append(row)
    for fault, wrong in {
        "stories without one lead": [
            story for story, rows in members.items() if [row.role for row in rows].count("lead") != 1
        ],
        "stories whose row names another lead": [
            story
            for story in living & members.keys()
            if stories[story].lead_id not in {row.id for row in members[story] if row.role == "lead"}
        ],
        "copies counted wrong": [
            story for story, row in stories.items() if row.copies != len(members.get(story, ()))
        ],
        "articles in no living story": [row.id for row in articles if row.story_id not in living],
        "stories without articles": sorted(living - members.keys()),
        "merged_into dangling": [
            story for story, row in stories.items() if row.merged_into not in {None, *living}
        ],
    }.items():  # fmt: skip
        found.blame(fault, wrong[:1], len(wrong))


def _check_jobs(found: Reckoning, articles: Sequence[Row[Any]], jobs: Counter[int]) -> None:
    """A lead has each job once; a copy has none, unless it is provisional."""
    for fault, wrong in {
        "leads without their one job a kind": [
            row.id for row in articles if row.role == "lead" and jobs[row.id] != len(BUILT_IN)
        ],
        "copies with jobs": [
            f"{row.id} {row.entry_key}"
            for row in articles
            if row.role != "lead" and jobs[row.id] and not (row.reasons or {}).get("provisional")
        ],
    }.items():
        found.blame(fault, wrong[:1], len(wrong))
