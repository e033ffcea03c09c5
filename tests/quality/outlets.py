"""Invented outlets, each with its own house style, and their edits of an agency's text."""

import random
import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path

TEXTS = Path(__file__).parent / "texts"
HALVES = ("a", "b")
SPACELESS = {"ja", "zh", "th"}
SENTENCE_END = re.compile(r"(?<=[^A-Z\s][.!?؟।])[\"”’»]?\s+(?=[\"“‘«]?\w)|(?<=[。！？])(?=[^」』”])")
SHORTER = re.compile(r".{32,}(?=, | as | after | over | in | from )")
Paragraphs = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A text before any edit; `titles` are alternative headlines."""

    story: str
    lang: str
    title: str
    paragraphs: Paragraphs
    place: str = ""
    agency: str = ""
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outlet:
    """An outlet and its house style: `words` are spelling preferences, the rest is furniture."""

    name: str
    lang: str
    half: str
    dateline: str
    credit: str
    headline: str
    quotes: str
    words: tuple[tuple[str, str], ...]
    top: Paragraphs
    bottom: Paragraphs
    links: str
    summary: str


@dataclass(frozen=True, slots=True)
class Printed:
    """An article as an outlet published it."""

    title: str
    text: str
    summary: str


@cache
def read_houses() -> dict[str, dict[str, list[str]]]:
    """Return, by language, outlet names, furniture, datelines, credits, words and own paragraphs."""
    return tomllib.loads((TEXTS / "houses.toml").read_text(encoding="utf-8"))


@cache
def read_outlets() -> tuple[Outlet, ...]:
    """Return all outlets; those of a language alternate between the halves."""
    return tuple(
        _furnish(name, lang, HALVES[place % 2])
        for lang, house in read_houses().items()
        for place, name in enumerate(house["outlets"])
    )


def _furnish(name: str, lang: str, half: str) -> Outlet:
    """Return an outlet with a style derived from its name only."""
    rng, house = random.Random(f"house of {name}"), read_houses()[lang]
    own = [line.replace("{outlet}", name).replace("The The", "The") for line in house["furniture"]]
    rng.shuffle(own)
    top, bottom = rng.randint(0, 2), rng.randint(1, 4)
    pairs = [tuple(pair.split(" = ")) for pair in house["spelling"]]
    return Outlet(
        name=name,
        lang=lang,
        half=half,
        dateline=rng.choice([*house["datelines"], ""]),
        credit=rng.choice([*house["credits"], "", ""]),
        headline=rng.choice(["own", "own", "agency", "agency", "short", "suffix"]),
        quotes=rng.choice(["straight", "curly", "single"]) if lang == "en" else "as is",
        words=tuple((a, b) for a, b in pairs if rng.random() < 0.4),
        top=tuple(own[:top]),
        bottom=tuple(own[top : top + bottom]),
        links=rng.choice([*house["links"], "", ""]),
        summary=rng.choice(["lead", "lead", "dateline", "sentence", "long"]),
    )


def split_sentences(paragraph: str) -> list[str]:
    """Split a paragraph into sentences, roughly; single-letter abbreviations do not end one."""
    return [sentence for sentence in SENTENCE_END.split(paragraph) if sentence]


def join_sentences(sentences: Sequence[str], lang: str) -> str:
    """Join sentences into a paragraph."""
    return ("" if lang in SPACELESS else " ").join(sentences)


def _trim(draft: Draft, rng: random.Random) -> Paragraphs:
    keep = max(3, round(len(draft.paragraphs) * rng.uniform(0.5, 0.9)))
    return draft.paragraphs[:keep]


def _cut(draft: Draft, rng: random.Random) -> Paragraphs:
    kept = list(draft.paragraphs)
    for _ in range(rng.randint(1, 2)):
        if len(kept) > 4:
            del kept[rng.randrange(2, len(kept))]
    place = rng.randrange(1, len(kept)) if len(kept) > 1 else 0
    sentences = split_sentences(kept[place])
    if len(sentences) > 1:
        del sentences[rng.randrange(1, len(sentences))]
        kept[place] = join_sentences(sentences, draft.lang)
    return tuple(kept)


def _reflow(draft: Draft, rng: random.Random) -> Paragraphs:
    kept = list(draft.paragraphs)
    if len(kept) > 5:
        place = rng.randrange(2, len(kept) - 1)
        kept[place], kept[place + 1] = kept[place + 1], kept[place]
    if rng.random() < 0.5:
        return tuple(sentence for paragraph in kept for sentence in split_sentences(paragraph))
    step = rng.choice([2, 2, 3])
    return tuple(join_sentences(kept[i : i + step], draft.lang) for i in range(0, len(kept), step))


def _reword(draft: Draft, rng: random.Random) -> Paragraphs:
    pairs = [pair.split(" = ") for pair in read_houses()[draft.lang]["synonyms"]]
    chosen = [pair if rng.random() < 0.5 else pair[::-1] for pair in pairs if rng.random() < 0.6]
    return tuple(_swap_words(paragraph, chosen, draft.lang) for paragraph in draft.paragraphs)


def _swap_words(text: str, pairs: Sequence[Sequence[str]], lang: str) -> str:
    edges = (r"(?<![\w.,$])", r"(?!\w|[.,]\d)") if lang not in SPACELESS | {"ko", "hi"} else ("", "")
    for old, new in pairs:
        before, after = (
            edge if end.isalnum() else "" for edge, end in zip(edges, (old[0], old[-1]), strict=True)
        )
        text = re.sub(before + re.escape(old) + after, new, text)
    return text


def _localize(draft: Draft, rng: random.Random) -> Paragraphs:
    local = rng.choice(read_houses()[draft.lang]["local"])
    place = rng.randint(2, max(2, len(draft.paragraphs)))
    return (*draft.paragraphs[:place], local, *draft.paragraphs[place:])


def _frame(draft: Draft, rng: random.Random) -> Paragraphs:
    house = read_houses()[draft.lang]
    intro, end = rng.choice(house["intros"]), rng.choice(house["explainers"])
    before, after = rng.choice([((intro,), ()), ((), (end,)), ((intro,), (end,))])
    return (*before, *draft.paragraphs, *after)


def _excerpt(draft: Draft, rng: random.Random) -> Paragraphs:
    return draft.paragraphs[: rng.randint(2, 3)]


def _feed(draft: Draft, rng: random.Random) -> Paragraphs:
    """Truncate at a word, as feeds do that show only the beginning."""
    text = " ".join(draft.paragraphs[:4])
    limit = rng.randint(260, 600) // (2 if draft.lang in SPACELESS | {"ko"} else 1)
    short = text[:limit]
    if draft.lang not in SPACELESS:
        short = short.rsplit(" ", 1)[0]
    return (short + rng.choice(["…", "...", " […]", " [...]"]),)


def _noise(draft: Draft, rng: random.Random) -> Paragraphs:
    """Add the artifacts of converting an HTML page to text."""
    lines = read_houses()[draft.lang]["noise"]
    kept = list(draft.paragraphs)
    for _ in range(rng.randint(1, 4)):
        kept.insert(rng.randint(0, len(kept)), rng.choice(lines))
    mess = rng.choice([("&", "&amp;"), ("'", "&#8217;"), (" - ", " \u2013 "), (" ", "\u00a0"), ("\n", " ")])
    return tuple(paragraph.replace(*mess) if rng.random() < 0.5 else paragraph for paragraph in kept)


def _typos(draft: Draft, rng: random.Random) -> Paragraphs:
    kept = list(draft.paragraphs)
    for _ in range(rng.randint(1, 4)):
        place = rng.randrange(len(kept))
        at = rng.randrange(1, max(2, len(kept[place]) - 2))
        kept[place] = kept[place][:at] + kept[place][at + 1 :]
    return tuple(kept)


def _rewrite(draft: Draft, rng: random.Random) -> Paragraphs:
    """Apply several of the other edits in sequence."""
    for step in (_reword, _cut, rng.choice([_reflow, _trim]), rng.choice([_localize, _frame, _typos])):
        draft = replace(draft, paragraphs=step(draft, rng))
    return draft.paragraphs


EDITS: dict[str, tuple[Callable[[Draft, random.Random], Paragraphs], int]] = {  # kind -> edit, weight
    "house": (lambda draft, _: draft.paragraphs, 5),
    "trimmed": (_trim, 4),
    "cut": (_cut, 3),
    "reflowed": (_reflow, 2),
    "reworded": (_reword, 3),
    "localized": (_localize, 2),
    "framed": (_frame, 2),
    "excerpt": (_excerpt, 1),
    "feed": (_feed, 2),
    "noise": (_noise, 2),
    "typos": (_typos, 1),
    "rewritten": (_rewrite, 3),
}


def pick_kind(rng: random.Random) -> str:
    """Return the name of a random edit, common ones more often."""
    return rng.choices(list(EDITS), [weight for _, weight in EDITS.values()])[0]


def print_copy(
    draft: Draft, outlet: Outlet, kind: str, at: datetime, *, rng: random.Random, others: Sequence[str] = ()
) -> Printed:
    """Return the draft as the outlet publishes it: edited by `kind`, then in house style."""
    edit, _ = EDITS[kind]
    paragraphs = [_spell(p, outlet) for p in edit(draft, rng)]
    credit = _fill_form(outlet.credit, draft, at, rng)
    dateline = _fill_form(outlet.dateline, draft, at, rng) if draft.place else ""
    first = int(paragraphs[0] in read_houses()[outlet.lang]["intros"])
    body = [*paragraphs[:first], dateline + paragraphs[first], *paragraphs[first + 1 :]]
    if credit.startswith("^"):
        body.insert(0, credit[1:])
    elif credit:
        body.append(credit)
    tail = [] if kind == "feed" else list(outlet.bottom)
    if outlet.links and kind != "feed":
        tail += [outlet.links, *rng.sample(list(others), min(len(others), rng.randint(2, 4)))]
    title = _retitle(draft, outlet, rng)
    if kind == "feed" and rng.random() < 0.4:
        tail = [read_houses()[outlet.lang]["appeared"][0].format(title=title, outlet=outlet.name)]
    text = "\n\n".join([*([] if kind == "feed" else outlet.top), *body, *tail])
    return Printed(title, text, _summarize(paragraphs[first:], dateline, outlet, rng))


def _spell(paragraph: str, outlet: Outlet) -> str:
    text = _swap_words(paragraph, outlet.words, outlet.lang)
    if outlet.quotes == "curly":
        text = re.sub(r'"([^"]*)"', "“\\1”", text).replace("'", "’")
    if outlet.quotes == "single":
        text = re.sub(r'"([^"]*)"', "‘\\1’", text)
    return text


def _fill_form(form: str, draft: Draft, at: datetime, rng: random.Random) -> str:
    people = read_houses()[draft.lang]["reporters"]
    return form.format(
        place=draft.place,
        PLACE=draft.place.upper(),
        agency=draft.agency,
        AGENCY=draft.agency.upper(),
        month=f"{at:%b}",
        m=at.month,
        d=at.day,
        reporter=rng.choice(people),
        editor=rng.choice(people),
    )


def _retitle(draft: Draft, outlet: Outlet, rng: random.Random) -> str:
    title = draft.title
    if outlet.headline == "own" and draft.titles:
        title = rng.choice(draft.titles)
    if outlet.headline == "short":
        title = SHORTER.match(title).group() if SHORTER.match(title) else title
    if outlet.headline == "suffix":
        title = f"{title}{rng.choice([' - ', ' | '])}{outlet.name}"
    return title


def _summarize(paragraphs: Sequence[str], dateline: str, outlet: Outlet, rng: random.Random) -> str:
    lead = paragraphs[0]
    if outlet.summary == "dateline":
        lead = dateline + lead
    if outlet.summary == "long" or len(lead) < 60:
        lead = " ".join([lead, *paragraphs[1:3]])
    if outlet.summary == "sentence":
        return split_sentences(lead)[0]
    limit = rng.choice([160, 200, 250, 300]) if outlet.summary != "long" else 480
    if len(lead) <= limit:
        return lead
    cut = lead[:limit] if outlet.lang in SPACELESS else lead[:limit].rsplit(" ", 1)[0]
    return cut + rng.choice(["…", "...", " [...]"])
