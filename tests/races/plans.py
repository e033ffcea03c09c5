"""The plan of the forced races, equal in all workers: which feed publishes which text in each round."""

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import count

from tests.support.generated import (
    Text,
    edit_text,
    make_article,
    make_text,
    teaser_of,
    with_opening,
)
from worker.dedupe import Candidate, Signature, decide_matches, make_signature
from worker.records import Article, Document

NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
WORKERS = 4
TEXTS = 8  # copied by all workers in every round
FEEDS = ("outlet", "early", "extra", "brief")  # of each worker; articles of the brief ones are purged soon


@dataclass(frozen=True, slots=True)
class Part:
    """What one worker does in a round: first alone, then simultaneously with the others."""

    before: tuple[tuple[str, Article], ...] = ()  # (feed, entry)
    purges: bool = False
    raced: tuple[tuple[str, Article], ...] = ()


def plan_round(round_no: int, worker: int) -> Part:
    """Return the part of a worker; an entry's key names the text that determines its story."""
    outlet, part = f"outlet-{worker}", Part()
    if round_no % 2:
        part = KINDS[round_no // 2 % len(KINDS)](round_no, worker)
    copies = [_entry(outlet, f"copy-{round_no}-{n}") for n in range(TEXTS)]
    stranger = _entry(outlet, f"alone-{round_no}-{worker}")
    return replace(part, raced=(*part.raced, *copies, stranger))


def _entry(feed: str, name: str, text: Text | None = None) -> tuple[str, Article]:
    rng = random.Random(f"{feed} {name}")
    text = edit_text(text or make_text(name), feed, rng)
    return feed, make_article(feed, name, text, NOW - timedelta(minutes=rng.randrange(40)))


def _teaser(feed: str, name: str, text: Text) -> tuple[str, Article]:
    return feed, make_article(feed, name, teaser_of(text), NOW)


def _merge(round_no: int, worker: int) -> Part:
    """Stories of two parts of a text exist; two full texts and two more parts arrive simultaneously."""
    name = f"merge-{round_no}"
    text = make_text(name, 8)
    half = text.part(0, 4) if worker % 2 == 0 else text.part(4, 8)
    before = (_entry(f"early-{worker}", name, half),) if worker < 2 else ()
    return Part(before, raced=(_entry(f"outlet-{worker}", name, text if worker in {0, 3} else half),))


def _purge(round_no: int, worker: int) -> Part:
    """Two upkeep runs purge copies while more copies arrive."""
    name = f"purge-{round_no}"
    before = (_entry(f"brief-{worker}", name),) if worker < 3 else ()
    return Part(before, worker < 2, (_entry(f"outlet-{worker}", name),))


def _crowd(round_no: int, worker: int) -> Part:
    """More copies arrive than stay in the index for one story."""
    name = f"crowd-{round_no}"
    return Part(raced=tuple(_entry(f"{kind}-{worker}", name) for kind in FEEDS[:3]))


def _fuller(round_no: int, worker: int) -> Part:
    """All outlets publish a teaser of a text, then simultaneously the full text."""
    name, outlet = f"fuller-{round_no}", f"outlet-{worker}"
    return Part((_teaser(outlet, name, make_text(name)),), raced=(_entry(outlet, name),))


def _split(round_no: int, worker: int) -> Part:
    """Two texts share an opening; two outlets publish only that, then the full text, as copies arrive."""
    texts = _alike(round_no)
    name, outlet = f"split-{round_no}-{'xy'[worker % 2]}", f"outlet-{worker}"
    before = (_teaser(outlet, name, texts[0]),) if worker < 2 else ()
    return Part(before, raced=(_entry(outlet, name, texts[worker % 2]),))


@lru_cache(maxsize=WORKERS)
def _alike(round_no: int) -> tuple[Text, Text]:
    """Return two texts with the same opening that do not match in full."""
    for variant in count():
        first = make_text(f"split-{round_no}-{variant}")
        texts = first, with_opening(make_text(f"split-{round_no}-{variant} other"), first)
        sketches = [_sketch(texts[worker % 2], f"outlet-{worker}", round_no) for worker in range(WORKERS)]
        pairs = [(x, y) for x in sketches[::2] for y in sketches[1::2]]
        if not any(decide_matches(x, [Candidate(0, y)]) for x, y in pairs):
            return texts
    raise AssertionError


def _sketch(text: Text, outlet: str, round_no: int) -> Signature:
    _, article = _entry(outlet, f"split-{round_no}-{'xy'[int(outlet[-1]) % 2]}", text)
    body = (article.text or "").rpartition("\n\n")[0]  # its furniture is learned by then
    document = Document(id="", title=article.title or "", text=body, published_at=NOW)
    return make_signature(document, frozenset())


KINDS = (
    _merge,
    _purge,
    _crowd,
    _fuller,
    _split,
)  # one per second round, in turn, in addition to plain copies
RACES_OF_A_ROUND = TEXTS + 0.5
