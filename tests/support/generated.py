"""Made-up wire texts, the same for the same name, and what outlets make of them."""

import random
import zlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import accumulate

from worker.records import Article, FeedConfig

SYLLABLES = (
    "ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "wu", "za", "flo",
    "cri", "ston", "ver", "land", "mer",
)  # fmt: skip
PLACES = ["SEOUL", "OSLO", "LIMA", "CAIRO", "QUITO", "DAKAR", "HANOI", "TUNIS", "ACCRA", "BERN"]
GLUE = ["the", "of", "and", "to", "in", "a", "that", "for", "on", "with", "as", "by", "at", "from"]
WORDS = 12_000  # other than glue
GLUE_SHARE = 3.0  # of all words one in so many is glue
SENTENCES = 3  # in a paragraph
SENTENCE_WORDS = (12, 22)


@dataclass(frozen=True, slots=True)
class Text:
    """A headline and paragraphs."""

    title: str
    paragraphs: tuple[str, ...]

    def part(self, start: int, end: int) -> "Text":
        """Some of its paragraphs, under its first words as the headline."""
        paragraphs = self.paragraphs[start:end]
        return Text(" ".join(paragraphs[0].split()[:8]), paragraphs)


@cache
def vocabulary() -> tuple[list[str], list[float]]:
    """Words and their summed weights, the n-th word as frequent as 1/n (Zipf's law)."""
    rng = random.Random("vocabulary")
    words = ["".join(rng.choices(SYLLABLES, k=rng.choice((2, 2, 3, 3, 4)))) for _ in range(WORDS)]
    weights = [1 / (rank + 20) for rank in range(WORDS)]
    glue = sum(weights) / GLUE_SHARE / len(GLUE)
    return GLUE + words, list(accumulate([glue] * len(GLUE) + weights))


def make_text(name: str, paragraphs: int = 5) -> Text:
    """A text about people and places of its own, about 50 words a paragraph."""
    rng = random.Random(name)
    words, weights = vocabulary()
    cast = [" ".join(rng.choices(words[len(GLUE) :], k=2)).title() for _ in range(4)]
    sentences = []
    for _ in range(paragraphs * SENTENCES):
        said = rng.choices(words, cum_weights=weights, k=rng.randint(*SENTENCE_WORDS))
        said[rng.randrange(2, len(said))] = rng.choice(cast)
        if rng.random() < 0.5:
            said[rng.randrange(2, len(said))] = str(rng.randint(2, 9999))
        said[0] = said[0].capitalize()  # the names keep their capitals
        sentences.append(" ".join(said) + ".")
    title = " ".join((rng.choice(cast), *rng.choices(words, cum_weights=weights, k=6)))
    parts = [" ".join(sentences[i : i + SENTENCES]) for i in range(0, len(sentences), SENTENCES)]
    return Text(title, (f"{rng.choice(PLACES)}, Nov. 24 (AP) - {parts[0]}", *parts[1:]))


def edit_text(text: Text, outlet: str, rng: random.Random) -> Text:
    """What an outlet makes of a text: a headline of its own, a cut tail, a changed word, its furniture."""
    title = text.title
    if rng.random() < 0.6:
        title = " ".join((*rng.choices(vocabulary()[0], k=2), *title.split()[:-2]))
    paragraphs = list(text.paragraphs)
    if len(paragraphs) > 2 and rng.random() < 0.5:
        paragraphs.pop()
    if rng.random() < 0.3:
        words = paragraphs[-1].split()
        words[rng.randrange(len(words))] = rng.choice(vocabulary()[0])
        paragraphs[-1] = " ".join(words)
    furniture = (
        f"Read more at {outlet} and subscribe to the morning letter of the {outlet} newsroom for free."
    )
    return Text(title, (*paragraphs, furniture))


def make_feed(name: str) -> FeedConfig:
    """A feed of an outlet."""
    return FeedConfig(id=name, url=f"https://{name}.example/feed.xml")


def make_article(source: str, key: str, text: Text, at: datetime) -> Article:
    """An entry of a feed with this text."""
    body = "\n\n".join(text.paragraphs)
    return Article(
        entry_key=key, guid=key, url=f"https://{source}.example/{key}",
        canonical_url=f"{source}.example/{key}", title=text.title, summary=None, text=body,
        author=None, lang="en", tags=(), published_at=at, updated_at=None, sort_at=at,
        content_hash=f"{source} {key} {zlib.crc32(f'{text.title} {body}'.encode())}",
    )  # fmt: skip


def teaser_of(text: Text) -> Text:
    """What a feed may show of a text: its headline and first sentence."""
    return Text(text.title, (_opening(text),))


def with_opening(text: Text, other: Text) -> Text:
    """A text under the headline and first sentence of another."""
    return Text(other.title, (_opening(other), *text.paragraphs[1:]))


def _opening(text: Text) -> str:
    return ". ".join(text.paragraphs[0].split(". ")[:2]) + "."  # the dateline holds a full stop, too
