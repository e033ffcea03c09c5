"""Outlets and story templates of the newsroom, read from `copy/*.toml`."""

import random
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

COPY = Path(__file__).with_name("copy")
# Month names in datelines, in Associated Press style.
MONTHS = ("Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Outlet:
    """One feed of the newsroom, with its format and furniture."""

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
        """The path of the feed on the outlet's host."""
        return f"/{self.id}/feed.{'json' if self.format == 'json' else 'xml'}"


@dataclass(slots=True)
class Entry:
    """One published entry; an edit changes it in place and increments `versions`."""

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
        """The publisher's id, stable across edits."""
        return f"{self.outlet.id}-{self.number}"

    @property
    def path(self) -> str:
        """The page's path; members-only pages are in a path disallowed by robots.txt."""
        return f"/{self.outlet.id}/{'members/' if self.members else ''}{self.number}.html"

    @property
    def summary(self) -> str:
        """The first paragraph, truncated at a word, as in a summary-only feed."""
        lead = self.paragraphs[0]
        return lead if len(lead) <= 200 else lead[:200].rsplit(" ", 1)[0] + "…"


@dataclass(frozen=True, slots=True)
class Step:
    """One event at a tick of a round: a text is published or corrected."""

    tick: int
    story: Mapping[str, Any]
    kind: str  # "file" | "take" | "run" | "fix"
    spec: Mapping[str, Any] = field(default_factory=dict)


def read_outlets() -> tuple[Outlet, ...]:
    """Return the outlets in file order."""
    rows = tomllib.loads((COPY / "outlets.toml").read_text(encoding="utf-8"))["outlet"]
    return tuple(Outlet(**{**row, "bottom": tuple(row.get("bottom", ()))}) for row in rows)


def read_steps() -> tuple[Step, ...]:
    """Return all steps of one round in order of time; a text is always filed before outlets run it."""
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
    """Return the options for each story's slots, by story id."""
    return {step.story["id"]: step.story.get("slots", {}) for step in read_steps() if step.kind == "file"}


def fill_slots(choices: Mapping[str, list[Any]], story: str, round_no: int, at: datetime) -> dict[str, str]:
    """Return the slot values of a story in a round: from lists in turn, number ranges, and the date."""
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
    """Split a template at blank lines; other white space becomes one space."""
    return [re.sub(r"\s+", " ", part).strip() for part in text.strip().split("\n\n")]


def local_day(at: datetime) -> datetime:
    """Convert UTC to the newsroom's local time: Seoul, UTC+9, without daylight saving time."""
    return at + timedelta(hours=9)
