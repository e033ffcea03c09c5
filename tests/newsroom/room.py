"""The newsroom: a clock advanced by the caller, and the entries published so far."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from tests.newsroom.model import (
    Entry,
    Outlet,
    Step,
    fill_slots,
    local_day,
    read_outlets,
    read_slots,
    read_steps,
    split_paragraphs,
)

ROUND_TICKS = 40  # the script's last step is earlier; then a new round starts
LATEST = 30  # entries in a feed document
# How outlets credit the desks' agencies if the dateline does not.
CLOSING = {"en": "(Yonhap)", "ko": "(뉴시스)"}
BYLINE = {"en": "Yonhap", "ko": "뉴시스"}


class Newsroom:
    """Sample outlets that publish as their clock advances; the ground truth is known at any time.

    `start_at` is the newsroom's start (aware UTC); `pace` is the length of a tick in seconds. After `rounds`
    rounds of the script nothing new is published; None continues indefinitely with other facts. Texts of
    ticks up to 0 are published at the start, dated ten minutes apart before `start_at`.
    """

    def __init__(self, start_at: datetime, pace: float = 60.0, rounds: int | None = None) -> None:
        self.start_at, self.pace, self.rounds, self.tick = start_at, pace, rounds, 0
        self.outlets = {outlet.id: outlet for outlet in read_outlets()}
        self.origins: dict[str, str] = {}  # outlet id -> scheme and host, set by the server
        self.entries: dict[str, list[Entry]] = {name: [] for name in self.outlets}
        self.changed_at = dict.fromkeys(self.outlets, start_at)
        self.clock: Callable[[], datetime] | None = None  # if set, texts of later ticks have its time
        self.broken: set[str] = set()  # outlets whose feed is an error page
        self.lock = threading.RLock()
        self._steps, self._slots = read_steps(), read_slots()
        self._takes: dict[tuple[str, str], list[str]] = {}
        first = self._steps[0].tick
        for tick in range(first, 1):
            self._play(tick, 0)

    @property
    def now(self) -> datetime:
        """The newsroom's current time."""
        return self._time(self.tick)

    def _time(self, tick: int) -> datetime:
        if tick > 0 and self.clock is not None:
            return self.clock()
        # the backlog is spaced by minutes whatever the pace, as in a feed that has existed for hours
        return self.start_at + timedelta(seconds=tick * (self.pace if tick > 0 else 600.0))

    def advance(self, ticks: int = 1) -> list[str]:
        """Advance the clock and publish what is due; returns a line for each event."""
        events = []
        with self.lock:
            for _ in range(ticks):
                self.tick += 1
                round_no, tick = divmod(self.tick, ROUND_TICKS)
                events += self._play(tick, round_no)
                # the next round's backlog is published during the quiet end of this round
                events += self._play(tick - ROUND_TICKS, round_no + 1)
        return events

    @property
    def script_ticks(self) -> int:
        """The number of ticks until the first round is complete."""
        return self._steps[-1].tick

    def _play(self, tick: int, round_no: int) -> list[str]:
        if self.rounds is not None and round_no >= self.rounds:
            return []
        at = self._time(tick + round_no * ROUND_TICKS)
        return [self._do(step, round_no, at) for step in self._steps if step.tick == tick]

    def _words(self, story: Mapping[str, Any], round_no: int) -> dict[str, str]:
        # all takes and copies of a story refer to the same day
        owner = story.get("slots_of", story["id"])
        filed = self._time(story["at"] + round_no * ROUND_TICKS)
        return fill_slots(self._slots[owner], owner, round_no, local_day(filed))

    def _do(self, step: Step, round_no: int, at: datetime) -> str:
        words = self._words(step.story, round_no)
        key = f"{step.story['id']}-{round_no}"
        if step.kind == "fix":
            return self._fix(step, key, words, at)
        take = step.spec.get("id" if step.kind == "take" else "take", "")
        if step.kind != "run":
            text = (step.spec or step.story)["text"].format_map(words)
            self._takes[key, take] = split_paragraphs(text)
        desk = self.outlets[step.story["desk"]]
        outlet = self.outlets[step.spec["outlet"]] if step.kind == "run" else desk
        title = (step.spec or step.story)["title"].format_map(words)
        if step.kind == "take":
            title = f"{step.spec['mark']} {title}"
        paragraphs, byline = _house_copy(step, outlet, desk, self._takes[key, take], words)
        entry = Entry(
            outlet=outlet,
            story=key,
            role={"file": "lead", "take": "update"}.get(
                step.kind, "excerpt" if step.spec.get("keep") else "copy"
            ),
            number=1000 + sum(map(len, self.entries.values())),
            title=title,
            byline=byline,
            paragraphs=paragraphs,
            published_at=at,
            updated_at=at,
            near_miss=step.story.get("near_miss"),
            members=step.story.get("members", False),
        )
        self.entries[outlet.id].append(entry)
        self.changed_at[outlet.id] = max(at, self.changed_at[outlet.id])
        return f"{outlet.name}: {title}"

    def _fix(self, step: Step, key: str, words: Mapping[str, str], at: datetime) -> str:
        old, new = (step.spec[name].format_map(words) for name in ("old", "new"))
        name = step.spec["outlet"]
        entry = next(entry for entry in self.entries[name] if entry.story == key)
        fixed = [paragraph.replace(old, new) for paragraph in entry.paragraphs]
        assert fixed != entry.paragraphs, f"{name} does not run the words to be corrected: {old!r}"
        entry.paragraphs = fixed
        entry.versions, entry.updated_at = entry.versions + 1, at
        self.changed_at[name] = at
        return f"{entry.outlet.name}: corrected: {entry.title}"

    def latest(self, outlet: str) -> list[Entry]:
        """Return the entries in the feed now, newest first."""
        return self.entries[outlet][: -LATEST - 1 : -1]

    def url(self, entry: Entry) -> str:
        """Return the URL of an entry's page."""
        return self.origins.get(entry.outlet.id, "") + entry.path

    def truth(self) -> list[dict[str, Any]]:
        """Return every published entry, to be stored exactly once, with its story and number of versions."""
        with self.lock:
            return [
                {
                    "feed": name,
                    "guid": entry.guid,
                    "url": self.url(entry),
                    "title": entry.title,
                    "story": entry.story,
                    "role": entry.role,
                    "versions": entry.versions,
                    "published_at": entry.published_at,
                    "lang": entry.outlet.lang,
                    "near_miss": entry.near_miss,
                    "robots": not entry.members,
                }
                for name, entries in self.entries.items()
                for entry in entries
            ]

    def feeds_toml(self, base: str) -> str:
        """Return a config for all feeds: no delay between requests to a host, polls every few seconds.

        `base` is the origin of outlets that were not assigned their own by a server.
        """
        head = (
            '[defaults]\ninterval = "5s"\nmin_interval = "5s"\nmax_interval = "30s"\nadaptive = false\n'
            'timeout = "10s"\n\n[http]\nallow_private = ["127.0.0.0/8"]\n\n'
            '[host."*"]\nconcurrency = 4\ndelay = "0s"\n'
        )
        return head + "".join(
            _feed_toml(outlet, self.origins.get(outlet.id, base)) for outlet in self.outlets.values()
        )


def _feed_toml(outlet: Outlet, origin: str) -> str:
    rows = [
        f'\n[[feed]]\nid = "{outlet.id}"\nurl = "{origin.rstrip("/")}{outlet.feed_path}"',
        f'lang = "{outlet.lang}"\ntimezone = "Asia/Seoul"',
        f'tags = ["sample", "{"wire" if outlet.agency else "outlet"}"]',
    ]
    if outlet.agency:
        rows.append(f'agency = "{outlet.agency}"')
    return "\n".join(rows) + "\n"


def _house_copy(
    step: Step, outlet: Outlet, desk: Outlet, text: list[str], words: Mapping[str, str]
) -> tuple[list[str], str]:
    """Return the text as the outlet prints it (dateline, cuts, addition, furniture), and the byline."""
    spec, story = step.spec if step.kind == "run" else {}, step.story
    reporter = story.get("reporter", "")
    paragraphs = [p for number, p in enumerate(text) if number not in spec.get("cut", ())][: spec.get("keep")]
    credit = spec.get("credit", "dateline")
    if desk.agency:
        dateline = _dateline(desk, story, words) if spec.get("dateline") != "strip" else ""
        paragraphs[0] = f"{dateline}{paragraphs[0]}"
    if extra := spec.get("extra"):
        paragraphs.append(extra.format_map(words))
    if desk.agency and credit == "closing":
        paragraphs.append(CLOSING[desk.lang])
    byline = BYLINE[desk.lang] if desk.agency and credit == "byline" and outlet is not desk else reporter
    return [*paragraphs, *outlet.bottom], byline


def _dateline(desk: Outlet, story: Mapping[str, Any], words: Mapping[str, str]) -> str:
    if desk.lang == "ko":
        reporter = story.get("reporter")
        return f"[{story['place']}=뉴시스] {f'{reporter} 기자 = ' if reporter else ''}"
    return f"{story['place']}, {words['month']} {words['day']} (Yonhap) -- "
