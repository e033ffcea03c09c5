"""The reckoning after a storm over a whole service: each invariant, what was counted, and what broke it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.storms.growing import BRIEF_ENTRIES, GrowingWorld
from tests.storms.origin import Request
from tests.storms.page_reckoning import (
    EARLY,
    JOBS_LOST,
    LOST,
    REQUESTS_TWICE,
    RESULTS_TWICE,
    TWICE,
    Reckoning,
)

RESUME_S = 15.0  # after the last fault, on a machine that does nothing else
FEED_EARLY_S = 0.5
RESUMED = "from the last fault to the next request"
COUNTED = (LOST, TWICE, JOBS_LOST, RESULTS_TWICE, EARLY, REQUESTS_TWICE)
NAMES = {
    0: "the service stops when told",
    1: "every entry is stored exactly once",
    2: "every article is in one story, copies in the same",
    3: "every job ends, with one result or a reason",
    4: "no request is early, doubled or against robots.txt",
    5: "a failing feed breaks no other",
    6: "no feed falls silent",
    7: "nothing stored is lost",
    8: "what was purged does not come back",
}


@dataclass(slots=True)
class WholeReckoning(Reckoning):
    """All checks; `seen` are the articles that were ever stored, `ended_at` is when the service stopped."""

    world: GrowingWorld
    seen: Mapping[int, str] = field(default_factory=dict)
    interval_s: float = 10.0
    last_fault_at: float = 0.0
    resume_s: float = RESUME_S
    began_at: float = 0.0
    ended_at: float = 0.0

    def __post_init__(self) -> None:
        """Run all checks."""
        Reckoning.__post_init__(self)
        self.faults_of[2] += self._check_stories()
        self.faults_of[4] += self._check_feeds()
        self.faults_of[5] += self._check_bad_feeds()
        self.faults_of[6] += self._check_silence()
        kept = {article for article, _ in self.stored.articles}
        purged = [url for url in self.seen.values() if urlsplit(url).hostname == self.world.brief]
        lost = [
            a for a, url in self.seen.items() if a not in kept and urlsplit(url).hostname != self.world.brief
        ]
        self.faults_of[7] += [f"article {article} is gone" for article in sorted(lost)]
        again = [url for url, count in Counter(purged).items() if count > 1]
        self.faults_of[8] += [f"{url} was stored again after it was purged" for url in again]
        if len(set(purged)) < BRIEF_ENTRIES:
            self.faults_of[8].append(f"{len(set(purged))} entries were seen that are to be purged")
        self.figures["entries purged while their feed shows them"] = len(set(purged))
        self._count()

    def table(self) -> Iterator[str]:
        """A line for each thing that must not happen, for the time until work went on, and each invariant."""
        yield from (f"  {self.broken[name]:6} {name}" for name in COUNTED)
        yield f"  {self.shortest_s[RESUMED]:6.2f} s {RESUMED}, at most {self.resume_s:.0f}"
        for number, name in NAMES.items():
            faults = len(self.faults_of[number])
            yield f"  {number}  {'ok   ' if not faults else f'BROKEN {faults}'}  {name}"

    def _count(self) -> None:
        self.figures["entries published"] = len(self.world.page_of)
        self.figures["articles stored"] = len(self.stored.articles)
        self.figures["jobs"] = len(self.stored.jobs)
        self.figures["results"] = len(self.stored.results)
        self.figures["stories"] = len(self.stored.leads)
        self.figures["requests for feeds"] = sum(one.path == "/feed.xml" for one in self.requests)

    def _check_stories(self) -> Iterator[str]:
        story_of = dict(self.stored.stories)
        leads = {story: (lead, copies) for story, lead, copies in self.stored.leads}
        members: dict[int, set[int]] = defaultdict(set)
        for article, story in story_of.items():
            if story is None or story not in leads:
                yield f"article {article} is in no story"
            else:
                members[story].add(article)
        for story, (lead, copies) in leads.items():
            if copies != len(members[story]) or lead not in members[story]:
                yield f"story {story} has {len(members[story])} articles, not {copies} with the lead {lead}"
        yield from self._check_groups({article: story or 0 for article, story in story_of.items()})

    def _check_groups(self, story_of: dict[int, int]) -> Iterator[str]:
        groups: dict[int, set[int]] = defaultdict(set)
        texts: dict[int, set[int]] = defaultdict(set)
        for article, url in self.stored.articles:
            parts = urlsplit(url)
            page = self.world.page_of.get((parts.hostname or "", parts.path))
            if page is not None:
                groups[self.world.text_number(page)].add(story_of[article])
                texts[story_of[article]].add(self.world.text_number(page))
        yield from (
            f"the copies of text {text} are {len(of)} stories" for text, of in groups.items() if len(of) > 1
        )
        yield from (f"story {story} has {len(of)} texts" for story, of in texts.items() if len(of) > 1)

    def _check_feeds(self) -> Iterator[str]:
        feeds = sorted((one for one in self.requests if one.path == "/feed.xml"), key=lambda one: one.at)
        latest = dict[str, Request]()
        for request in feeds:
            before = latest.get(request.site)
            latest[request.site] = request
            if before is None or request.at - before.at >= self.interval_s - FEED_EARLY_S:
                continue
            if any(kill.hits_feeds and kill.explains(before) for kill in self.kills):
                self.figures["feeds requested again because of a fault"] += 1
            else:
                self.broken[EARLY] += 1
                gap_s, at_s = request.at - before.at, request.at - self.began_at
                yield f"{request.site}/feed.xml was requested again after {gap_s:.1f} s, at {at_s:.0f} s"

    def _check_bad_feeds(self) -> Iterator[str]:
        """Those that fail say so; all others work."""
        states = {feed: status for feed, status, _ in self.stored.feeds}
        for name in self.world.bad.values():
            if states.get(name) not in {"failing", "dead", "new"}:
                yield f"the feed {name} is {states.get(name)}"
        works = Counter(status for feed, status in states.items() if feed not in self.world.bad.values())
        yield from (f"{count} feeds are {status}" for status, count in works.items() if status != "active")

    def _check_silence(self) -> Iterator[str]:
        """Each feed has a due time and was polled lately; work went on soon after the last fault."""
        yield from (f"the feed {feed} has no due time" for feed, _, due in self.stored.feeds if due is None)
        last = {
            one.site: one.at
            for one in sorted(self.requests, key=lambda one: one.at)
            if one.path == "/feed.xml"
        }
        for site in self.world.sites:
            silent_s = self.ended_at - last.get(site, 0.0)
            if silent_s > 1.3 * self.interval_s + self.resume_s:
                yield f"{site} was not polled for {silent_s:.0f} s"
        after = [one.at for one in self.requests if one.at > self.last_fault_at]
        resumed_s = min(after, default=float("inf")) - self.last_fault_at
        self.shortest_s[RESUMED] = resumed_s
        if resumed_s > self.resume_s:
            yield f"work resumed {resumed_s:.1f} s after the last fault"
