"""Texts from one template with different facts, which must never match each other."""

import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from tests.quality.outlets import HALVES, TEXTS, Draft

RANGE = re.compile(r"(-?[\d.]+)\.\.(-?[\d.]+)(,?)")
SLOT = re.compile(r"\{(\w+)\}")
APART_SHARE = 0.35  # of invented stories that another reporter covers as well
TRIES = 60  # to find facts that differ enough from previous ones


@dataclass(frozen=True, slots=True)
class Template:
    """A template, its `slots`, and those that a group of `group` texts shares (`fixed`).

    `count` is the number of texts in two weeks, `copied` the share that other outlets copy, `outlets` the
    number of outlets that use the template, 0 for any.
    """

    name: str
    kind: str
    lang: str
    half: str
    title: str
    body: str
    slots: Mapping[str, Any]
    count: int = 10
    outlets: int = 0
    copied: float = 0.0
    group: int = 1
    fixed: frozenset[str] = frozenset()
    place: str = ""
    agency: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """A text generated from a template, with its facts; texts of one `group` share some."""

    template: Template
    draft: Draft
    facts: Mapping[str, str]
    group: int


@cache
def read_templates() -> tuple[Template, ...]:
    """Return all templates; they alternate between the halves."""
    listed = [
        entry
        for path in sorted(TEXTS.glob("strangers_*.toml"))
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["template"]
    ]
    return tuple(
        Template(**{**entry, "fixed": frozenset(entry.get("fixed", ())), "half": HALVES[place % 2]})
        for place, entry in enumerate(listed)
    )


def fill_slots(slots: Mapping[str, Any], rng: random.Random) -> dict[str, str]:
    """Return a value per slot: one of a list, or a number of a range such as "1.0..9.9" or "100..9999,"."""
    return {name: _draw(choices, rng) for name, choices in slots.items()}


def _draw(choices: Any, rng: random.Random) -> str:
    if isinstance(choices, list):
        return rng.choice(choices)
    found = RANGE.fullmatch(choices)
    if found is None:
        raise ValueError(f"neither a list nor a range: {choices!r}")
    low, high, comma = found.groups()
    digits = len(low.partition(".")[2])
    return f"{rng.uniform(float(low), float(high)):{comma}.{digits}f}"


def fill_text(text: str, facts: Mapping[str, str]) -> str:
    """Fill the slots of a text; a value may contain slots itself."""
    filled = text.format_map(facts).format_map(facts)
    return filled[:1].upper() + filled[1:]


def make_strangers(template: Template, count: int, rng: random.Random) -> Iterator[Filled]:
    """Yield texts of the template, no two of which share more than half of their free facts."""
    made: list[dict[str, str]] = []
    common: dict[str, str] = {}
    for number in range(count):
        if number % template.group == 0:
            common = fill_slots(template.slots, rng)
        for _ in range(TRIES):
            facts = fill_slots(template.slots, rng) | {name: common[name] for name in template.fixed}
            if all(_differ(facts, other, template) for other in made):
                break
        else:
            continue
        made.append(facts)
        name = f"{template.name}/{number}"
        yield Filled(template, _draft(template, facts, name), facts, number // template.group)


def _differ(facts: Mapping[str, str], other: Mapping[str, str], template: Template) -> bool:
    free = [name for name in template.slots if name not in template.fixed]
    return sum(facts[name] != other[name] for name in free) * 2 > len(free)


def _draft(template: Template, facts: Mapping[str, str], name: str) -> Draft:
    body = fill_text(template.body, facts).strip()
    return Draft(
        story=name,
        lang=template.lang,
        title=fill_text(template.title, facts),
        paragraphs=tuple(body.split("\n\n")),
        place=fill_text(template.place, facts),
        agency=template.agency,
    )


@cache
def read_schemes() -> tuple[dict[str, Any], ...]:
    """Return the grammar schemes with leads, titles, sentences and slots; they alternate between halves."""
    listed = tomllib.loads((TEXTS / "grammar.toml").read_text(encoding="utf-8"))["scheme"]
    return tuple({**scheme, "half": HALVES[place % 2]} for place, scheme in enumerate(listed))


@dataclass(frozen=True, slots=True)
class Invented:
    """A story from the grammar, and by kind other texts with the same facts that are not copies."""

    draft: Draft
    apart: Mapping[str, Draft]


def invent_stories(count: int, half: str | None, seed: int) -> Iterator[Invented]:
    """Yield stories composed from the sentences of a scheme, no two with the same headline facts."""
    schemes = [scheme for scheme in read_schemes() if half in (None, scheme["half"])]
    for scheme in schemes:
        rng = random.Random(f"{seed} {scheme['name']}")
        made: list[dict[str, str]] = []
        total = max(1, round((count if half is None else count / 2) / len(schemes)))
        followed = rng.randrange(total)  # one story: the next day's text has too few facts for two
        for number in range(total):
            facts = _find_facts(scheme, made, rng)
            if facts:
                made.append(facts)
                yield _invent(scheme, facts, number, rng, has_followup=number == followed)


def _find_facts(
    scheme: Mapping[str, Any], made: Sequence[Mapping[str, str]], rng: random.Random
) -> dict[str, str] | None:
    """Return facts that share at most one headline fact with each previous story."""
    named = set(SLOT.findall(" ".join(scheme["titles"])))
    for _ in range(TRIES):
        facts = fill_slots(scheme["slots"], rng)
        if all(sum(facts[name] == other[name] for name in named) < 2 for other in made):
            return facts
    return None


def _invent(
    scheme: Mapping[str, Any],
    facts: Mapping[str, str],
    number: int,
    rng: random.Random,
    *,
    has_followup: bool,
) -> Invented:
    leads, titles, sentences = (
        [fill_text(text, facts) for text in rng.sample(scheme[part], len(scheme[part]))]
        for part in ("leads", "titles", "sentences")
    )
    used = rng.randint(6, len(sentences) - 1)
    story, unused = f"{scheme['name']}/{number}", sentences[used:]
    draft = Draft(
        story=story,
        lang=scheme.get("lang", "en"),
        title=titles[0],
        paragraphs=_join([leads[0]], sentences[:used], rng),
        place=facts["place"],
        agency=scheme["agency"],
        titles=tuple(titles[1:-1]),
    )
    apart = {}
    if len(unused) >= 3 and rng.random() < APART_SHARE:
        other = replace(draft, story=f"{story}/independent", title=titles[-1], titles=(), agency="")
        apart["independent"] = replace(other, paragraphs=_join([leads[1]], unused, rng))
    if "later" in scheme and has_followup:
        top = [fill_text(text, facts) for text in scheme["later"]]
        after = replace(draft, story=f"{story}/followup", title=top[0], titles=())
        apart["followup"] = replace(after, paragraphs=_join(top[1:], sentences[: rng.randint(1, 2)], rng))
    return Invented(draft, apart)


def _join(top: Sequence[str], sentences: Sequence[str], rng: random.Random) -> tuple[str, ...]:
    paragraphs, more = list(top), list(sentences)
    while more:
        step = rng.randint(1, 2)
        paragraphs.append(" ".join(more[:step]))
        more = more[step:]
    return tuple(paragraphs)
