"""Everything known of one story: its copies, their edits, why they were joined, what is related."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from worker.dedupe import arrange
from worker.dedupe.lineage import pick_bases
from worker.flows.lineage import Trace, trace_story
from worker.records import ArticleState, Notice, NoticeKind
from worker.store import lineage, listing
from worker.store import notices as notice_store
from worker.store.lineage import LinkFacts
from worker.store.relations import relations_of
from worker.store.stories import load_members, story_facts

NOTICES = 20  # shown of a story


@dataclass(frozen=True, slots=True)
class Rerun:
    """Articles that the publisher of a withdrawn story ran later without a mark, and the withdrawn ones."""

    articles: Sequence[int]
    withdrawn: Sequence[int]


@dataclass(frozen=True, slots=True)
class StoryPage:
    """One story; `asked` is the id that was requested, which may have been merged into it.

    `links` are those among its articles, most similar first; `relations` are by article.
    """

    asked: int
    story: Mapping[str, Any]
    merged_at: datetime | None
    traces: Mapping[int, Trace]
    links: Sequence[LinkFacts]
    relations: Mapping[int, list[dict[str, Any]]]
    notices: Sequence[Notice] = ()  # the latest corrections and withdrawals, oldest first
    rerun: Rerun | None = None

    @property
    def members(self) -> list[Mapping[str, Any]]:
        """The copies in order of publication."""
        return sorted(self.story["members"], key=lambda member: (member["lag_s"], member["article"]))

    @property
    def lead(self) -> Mapping[str, Any]:
        """The copy that represents the story."""
        lead: Mapping[str, Any] = next(m for m in self.members if m["article"] == self.story["lead"])
        return lead

    def as_object(self) -> dict[str, Any]:
        """The story as one JSON object: each member with its edits and relations."""
        members = [self._with_edits(member) for member in self.story["members"]]
        return {**self.story, "members": members, "notices": [one.as_listed() for one in self.notices]}

    def _with_edits(self, member: Mapping[str, Any]) -> dict[str, Any]:
        trace = self.traces[member["article"]]
        edits = {
            "against": trace.base.document.id,
            "known_from": trace.text.known_from,
            "text_is_before_edit": trace.text.age is not None,
            **asdict(trace.edits),
            "corrected_at": trace.corrected_at,
        }
        return {**member, "edits": edits, "relations": self.relations.get(member["article"], [])}


def read_story(connection: Connection, asked: int, *, members: int | None = None) -> StoryPage | None:
    """The report of a story, by its id or that of one merged into it; None if there is none.

    With `members`, at most that number of its articles: the lead and the first ones.
    """
    facts = story_facts(connection, asked)
    row = facts and next(listing.iter_stories(connection, story=facts["id"], members=members), None)
    if row is None:
        return None
    articles = [member["article"] for member in row["members"]]
    links = [link for link in lineage.links_within(connection, articles) if link.other in set(articles)]
    takes = {member["article"] for member in row["members"] if member["is_agency"]}
    pairs = [(link.article, link.other, _shared(link)) for link in links]
    traces = trace_story(connection, pick_bases(row["lead"], articles, takes, pairs))
    if row["lead"] not in traces:  # it was just deleted
        return None
    there = [member for member in row["members"] if member["article"] in traces]
    when = None if asked == row["id"] else lineage.merged_at(connection, asked)
    relations = relations_of(connection, [member["article"] for member in there])
    notices = notice_store.of_articles(connection, [member["article"] for member in there], NOTICES)
    rerun = _find_rerun(connection, row["id"]) if row["mark"] == ArticleState.WITHDRAWN else None
    return StoryPage(asked, {**row, "members": there}, when, traces, links, relations, notices, rerun)


def _find_rerun(connection: Connection, story: int) -> Rerun | None:
    """What the publisher of a withdrawn story stored after its last withdrawal; None if there is nothing."""
    members = load_members(connection, [story]).get(story, [])
    publishers = arrange([member.facts for member in members]).publishers if members else ()
    own = {int(one.facts.article): one for one in members if one.facts.article in publishers}
    withdrawn = sorted(n for n, one in own.items() if one.facts.state == ArticleState.WITHDRAWN)
    notices = notice_store.of_articles(connection, withdrawn, NOTICES)
    times = [notice.at for notice in notices if notice.kind == NoticeKind.WITHDRAWN]
    unmarked = {n: one for n, one in own.items() if one.facts.state == ArticleState.ACTIVE}
    later = sorted(n for n, one in unmarked.items() if times and one.fetched_at > max(times))
    return Rerun(later, withdrawn) if later else None


def _shared(link: LinkFacts) -> float:
    """Share of each text found in the other, summed: 0 to 2."""
    return sum(link.reasons.get(f"shared_of_{side}") or 0.0 for side in ("smaller", "larger"))
