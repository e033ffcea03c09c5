"""Generate streams of articles of invented outlets, labeled with their stories."""

import random
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from tests.quality.outlets import (
    HALVES,
    TEXTS,
    Draft,
    Outlet,
    Printed,
    pick_kind,
    print_copy,
    read_houses,
    read_outlets,
)
from tests.quality.rows import Row
from tests.quality.strangers import Filled, invent_stories, make_strangers, read_templates

START = datetime(2031, 3, 3, 5, tzinfo=UTC)
FORTNIGHT = 14  # days; the counts of templates refer to this
LONGEST_DELAY_S = 86_400
USUAL_DELAY_S = 7_200
SHARE_OF_TEXTS = 0.92  # of all, so that different seeds have different texts
DIGEST_ITEMS = 5
APART_HOURS = {"followup": (18, 30), "independent": (0.2, 5)}
MOST_CLIENTS = 12  # of one text, so that no story dominates the pairs
INVENTED = 190  # stories from the grammar in two weeks


@dataclass(frozen=True, slots=True)
class Base:
    """A text written for the simulator: the first take, and other texts about the same event."""

    draft: Draft
    half: str
    swap: tuple[tuple[str, ...], ...] = ()  # names and their alternatives
    update: tuple[str, str] | None = None  # title and new top of a later take
    followup: tuple[str, str] | None = None  # title and new top of the next day's story
    independent: tuple[str, str] | None = None  # another reporter's title and text


@dataclass(slots=True)
class _Stream:
    """A stream under construction."""

    seed: int
    half: str | None
    days: int
    rng: random.Random = field(default_factory=random.Random)
    rows: list[Row] = field(default_factory=list)
    leads: list[tuple[datetime, Draft]] = field(default_factory=list)

    def turn_to(self, name: str) -> None:
        """Seed the generator for a part, so that additions to one part do not change others."""
        self.rng = random.Random(f"{self.seed} {name}")

    def outlets(self, lang: str) -> list[Outlet]:
        return [o for o in read_outlets() if o.lang == lang and self.half in (None, o.half)]

    def moment(self) -> datetime:
        """Return a random time of the stream, more often by day."""
        hour = min(23.9, max(0.0, self.rng.gauss(9, 5)))
        return START + timedelta(days=self.rng.randrange(self.days), hours=hour)

    def add(self, printed: Printed, draft: Draft, source: str, at: datetime, kind: str) -> None:
        self.rows.append(
            Row("", at, source, printed.title, printed.text, draft.story, printed.summary, draft.lang, kind)
        )


@cache
def read_bases() -> tuple[Base, ...]:
    """Return all texts in `texts/`; those of a file alternate between the halves."""
    return tuple(
        _read_base(entry, HALVES[place % 2])
        for path in sorted(TEXTS.glob("texts_*.toml"))
        for place, entry in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["text"])
    )


def _read_base(entry: dict[str, Any], half: str) -> Base:
    draft = Draft(
        story=entry["name"],
        lang=entry["lang"],
        title=entry["title"],
        paragraphs=_split(entry["body"]),
        place=entry.get("place", ""),
        agency=entry.get("agency", ""),
        titles=tuple(entry.get("titles", ())),
    )
    others = {
        name: (entry[f"{name}_title"], entry[name])
        for name in ("update", "followup", "independent")
        if name in entry
    }
    return Base(draft, half, swap=tuple(map(tuple, entry.get("swap", ()))), **others)


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip().replace("\n", " ") for part in text.strip().split("\n\n"))


def make_stream(
    seed: int,
    days: int = FORTNIGHT,
    half: str | None = None,
    langs: Sequence[str] | None = None,
    scale: float = 1.0,
) -> list[Row]:
    """Return articles of `days` in order of time; deterministic.

    `half` "a" or "b" uses only that half of the base texts, outlets, grammar schemes and templates; `langs`
    selects languages; `scale` multiplies the numbers of template texts and invented stories.
    """
    stream = _Stream(seed, half, days)
    for base in read_bases():
        stream.turn_to(base.draft.story)
        if half in (None, base.half) and stream.rng.random() < SHARE_OF_TEXTS:
            _run_base(stream, base)
    for invented in invent_stories(round(INVENTED * scale * days / FORTNIGHT), half, seed):
        stream.turn_to(invented.draft.story)
        at = stream.moment()
        _run_story(stream, invented.draft, at, None)
        for kind, draft in invented.apart.items():
            _run_apart(stream, draft, at, kind)
    for template in read_templates():
        if half in (None, template.half):
            stream.turn_to(template.name)
            count = max(2, round(template.count * scale * days / FORTNIGHT))
            _run_template(stream, list(make_strangers(template, count, stream.rng)))
    _add_digests(stream)
    rows = sorted(stream.rows, key=lambda row: (row.at, row.source, row.title, row.text))
    kept = [row for row in rows if langs is None or row.lang in langs]
    return [replace(row, id=f"s{seed}-{number:05}") for number, row in enumerate(kept)]


def _run_base(stream: _Stream, base: Base) -> None:
    names = [(names[0], stream.rng.choice(names)) for names in base.swap]
    draft = _rename(base.draft, names)
    at = stream.moment()
    later = None
    if base.update:
        title, top = (_rename_text(text, names) for text in base.update)
        skipped = stream.rng.randint(1, 2)
        later = replace(draft, title=title, paragraphs=(*_split(top), *draft.paragraphs[skipped:]))
    _run_story(stream, draft, at, later)
    if base.followup:
        title, top = (_rename_text(text, names) for text in base.followup)
        after = replace(draft, title=title, titles=(), story=f"{draft.story}/followup")
        after = replace(after, paragraphs=(*_split(top), *_background(draft, len(top))))
        _run_apart(stream, after, at, "followup")
    if base.independent:
        title, text = (_rename_text(text, names) for text in base.independent)
        other = replace(draft, title=title, titles=(), story=f"{draft.story}/independent", agency="")
        other = replace(other, paragraphs=_split(text))
        _run_apart(stream, other, at, "independent")


def _background(draft: Draft, most: int) -> tuple[str, ...]:
    """Return up to three last paragraphs, not longer than the new text."""
    kept = draft.paragraphs[-3:]
    while len(kept) > 1 and sum(map(len, kept)) > most:
        kept = kept[1:]
    return kept


def _rename(draft: Draft, names: Sequence[tuple[str, str]]) -> Draft:
    return replace(
        draft,
        title=_rename_text(draft.title, names),
        titles=tuple(_rename_text(title, names) for title in draft.titles),
        paragraphs=tuple(_rename_text(text, names) for text in draft.paragraphs),
        place=_rename_text(draft.place, names),
    )


def _rename_text(text: str, names: Sequence[tuple[str, str]]) -> str:
    for old, new in names:
        text = text.replace(old, new)
    return text


def _run_story(stream: _Stream, draft: Draft, at: datetime, later: Draft | None) -> None:
    """Publish an agency's text, usually on its own wire too, at its clients, with any later take."""
    rng = stream.rng
    stream.leads.append((at, draft))
    wire = Outlet(
        f"{draft.agency} wire",
        draft.lang,
        "",
        _wire_dateline(draft),
        "",
        "agency",
        "",
        (),
        (),
        (),
        "",
        "lead",
    )
    later_at = at + timedelta(minutes=rng.uniform(25, 240))
    if rng.random() < 0.8:
        stream.add(print_copy(draft, wire, "house", at, rng=rng), draft, wire.name, at, "wire")
        if later:
            stream.add(
                print_copy(later, wire, "house", later_at, rng=rng), later, wire.name, later_at, "take"
            )
    clients = stream.outlets(draft.lang)
    for outlet in rng.sample(clients, min(len(clients), _client_count(rng, len(clients)))):
        seen_at = at + timedelta(seconds=min(LONGEST_DELAY_S, 120 + rng.expovariate(1 / USUAL_DELAY_S)))
        is_late = later is not None and seen_at > later_at and rng.random() < 0.75
        _run_copy(stream, later if later and is_late else draft, outlet, seen_at)


def _wire_dateline(draft: Draft) -> str:
    return read_houses()[draft.lang]["datelines"][0]


def _client_count(rng: random.Random, most: int) -> int:
    return min(most, MOST_CLIENTS, 2 + round(rng.expovariate(1 / 5)))


def _run_copy(stream: _Stream, draft: Draft, outlet: Outlet, at: datetime, prefix: str = "") -> None:
    kind = pick_kind(stream.rng)
    printed = print_copy(draft, outlet, kind, at, rng=stream.rng, others=_other_titles(stream, draft))
    stream.add(printed, draft, outlet.name, at, prefix + kind)
    if stream.rng.random() < 0.04:
        again = at + timedelta(hours=stream.rng.uniform(0.1, 9))
        stream.add(printed, draft, outlet.name, again, prefix + "rerun")


def _other_titles(stream: _Stream, draft: Draft) -> list[str]:
    near = [lead for _, lead in stream.leads[-40:] if lead.story != draft.story and lead.lang == draft.lang]
    return [lead.title for lead in near]


def _run_apart(stream: _Stream, draft: Draft, at: datetime, kind: str) -> None:
    """Publish an independent text related to a story that began at `at`, in one to three outlets."""
    at += timedelta(hours=stream.rng.uniform(*APART_HOURS[kind]))
    clients = stream.outlets(draft.lang)
    for outlet in stream.rng.sample(clients, min(len(clients), stream.rng.randint(1, 3))):
        edit = stream.rng.choice(["house", "trimmed", "noise"]) if kind == "independent" else "house"
        printed = print_copy(draft, outlet, edit, at, rng=stream.rng, others=_other_titles(stream, draft))
        stream.add(printed, draft, outlet.name, at, kind)
        at += timedelta(minutes=stream.rng.uniform(5, 300))


def _run_template(stream: _Stream, made: Sequence[Filled]) -> None:
    rng = stream.rng
    if not made:
        return
    template = made[0].template
    clients = stream.outlets(template.lang)
    users = rng.sample(clients, template.outlets) if template.outlets else clients
    moments = {filled.group: stream.moment() for filled in made}
    for filled in made:
        outlet = rng.choice(users)
        at = moments[filled.group] + timedelta(minutes=rng.uniform(0, 90))
        printed = print_copy(filled.draft, outlet, "house", at, rng=rng)
        stream.add(printed, filled.draft, outlet.name, at, template.kind)
        if rng.random() < template.copied:
            others = [other for other in clients if other != outlet]
            for other in rng.sample(others, min(len(others), rng.randint(1, 3))):
                _run_copy(stream, filled.draft, other, at + timedelta(minutes=rng.uniform(3, 400)), "notice-")


def _add_digests(stream: _Stream) -> None:
    """Add daily digests, which summarize other outlets' stories in a paragraph each."""
    stream.turn_to("digests")
    rng = stream.rng
    for day, lang in ((day, lang) for day in range(stream.days) for lang in ("en", "ko", "ja")):
        at = START + timedelta(days=day + 1, minutes=rng.uniform(0, 90))
        leads = [
            lead for then, lead in stream.leads if lead.lang == lang and at > then > at - timedelta(days=1)
        ]
        rng.shuffle(leads)
        for outlet in stream.outlets(lang)[:2]:
            chosen, leads = leads[:DIGEST_ITEMS], leads[DIGEST_ITEMS - 1 :]  # one is shared
            if len(chosen) < DIGEST_ITEMS:
                break
            draft = _digest(outlet, at, chosen)
            stream.add(print_copy(draft, outlet, "house", at, rng=rng), draft, outlet.name, at, "digest")


def _digest(outlet: Outlet, at: datetime, leads: Sequence[Draft]) -> Draft:
    style = random.Random(f"digest of {outlet.name}")
    forms = read_houses()[outlet.lang]["digests"]
    title = style.choice(forms[::2]).format(m=at.month, d=at.day, outlet=outlet.name, title=leads[0].title)
    title = title.replace("The The", "The")
    hello = style.choice(forms[1::2]).format(titles="; ".join(lead.title for lead in leads[:3]))
    items = tuple(f"{lead.title}. {lead.paragraphs[0]}" for lead in leads)
    return Draft(f"digest {outlet.name}/{at:%j}", outlet.lang, title, (hello, *items))
