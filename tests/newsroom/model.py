"""What the newsroom knows before it opens: outlets and story templates, read from `copy/*.toml`."""

import random
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

COPY = Path(__file__).with_name("copy")
# Month names as the Associated Press style writes them in datelines.
MONTHS = ("Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Outlet:
    """One feed of the newsroom and how its house looks."""

    id: str
    name: str
    lang: str
    format: str  # "rss" | "atom" | "json"
    full: bool
    bottom: tuple[str, ...] = ()
    charset: str = "utf-8"
    agency: str | None = None

    @property
    def feed_path(self) -> str:
        """Where the feed is on the outlet's host."""
        return f"/{self.id}/feed.{'json' if self.format == 'json' else 'xml'}"


@dataclass(slots=True)
class Entry:
    """One published entry; an edit in place changes it and counts a version."""

    outlet: Outlet
    story: str
    role: str  # "lead" | "copy" | "excerpt" | "update"
    number: int
    title: str
    byline: str
    paragraphs: list[str]
    published_at: datetime
    updated_at: datetime
    near_miss: str | None = None
    members: bool = False
    versions: int = 1

    @property
    def guid(self) -> str:
        """The publisher's id, stable over edits."""
        return f"{self.outlet.id}-{self.number}"

    @property
    def path(self) -> str:
        """The page's path; pages for members only lie where robots.txt forbids."""
        return f"/{self.outlet.id}/{'members/' if self.members else ''}{self.number}.html"

    @property
    def summary(self) -> str:
        """The first paragraph, cut at a word, as a summary-only feed shows it."""
        lead = self.paragraphs[0]
        return lead if len(lead) <= 200 else lead[:200].rsplit(" ", 1)[0] + "…"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens at one tick of a round: publish a text, or correct one."""

    tick: int
    story: Mapping[str, Any]
    kind: str  # "file" | "take" | "run" | "fix"
    spec: Mapping[str, Any] = field(default_factory=dict)


def read_outlets() -> tuple[Outlet, ...]:
    """The outlets in the order of the file."""
    rows = tomllib.loads((COPY / "outlets.toml").read_text(encoding="utf-8"))["outlet"]
    return tuple(Outlet(**{**row, "bottom": tuple(row.get("bottom", ()))}) for row in rows)


def read_steps() -> tuple[Step, ...]:
    """All steps of one round in order of time; a text is always filed before it is run."""
    steps = []
    for name in ("wire_en", "wire_ko", "own"):
        for story in tomllib.loads((COPY / f"{name}.toml").read_text(encoding="utf-8"))["story"]:
            steps.append(Step(story["at"], story, "file"))
            steps += [
                Step(spec["at"], story, kind, spec)
                for kind in ("take", "run", "fix")
                for spec in story.get(kind, ())
            ]
    return tuple(sorted(steps, key=lambda step: step.tick))


def read_slots() -> dict[str, dict[str, list[Any]]]:
    """What may stand in each story's slots, by story id."""
    return {step.story["id"]: step.story.get("slots", {}) for step in read_steps() if step.kind == "file"}


def fill_slots(choices: Mapping[str, list[Any]], story: str, round_no: int, at: datetime) -> dict[str, str]:
    """The words of one story in one round: lists in turn, number pairs drawn, the day from the clock."""
    rng = random.Random(f"{story}:{round_no}")
    values = {
        "weekday": WEEKDAYS[at.weekday()],
        "kday": f"{at.day}일",
        "day": str(at.day),
        "month": MONTHS[at.month - 1],
    }
    for name, options in choices.items():
        if isinstance(options[0], int):
            values[name] = str(rng.randint(options[0], options[1]))
        else:
            values[name] = options[round_no % len(options)]
    return values


def split_paragraphs(text: str) -> list[str]:
    """Paragraphs of a template: blank lines part them, other white space is one space."""
    return [re.sub(r"\s+", " ", part).strip() for part in text.strip().split("\n\n")]


def local_day(at: datetime) -> datetime:
    """The newsroom's wall clock: Seoul, nine hours ahead of UTC, without summer time."""
    return at + timedelta(hours=9)
