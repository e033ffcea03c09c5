"""Extracts an article's text from a page's tree or from plain text."""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass

import trafilatura
from lxml import html
from trafilatura.settings import DEFAULT_CONFIG

from worker.agencies.marks import find_dateline
from worker.extract.body.containers import free_containers
from worker.extract.body.furniture import (
    BYLINE,
    DATE_LINE,
    MAX_BYLINE_CHARS,
    PUBLISHED,
    TOP,
    find_byline,
    strip_ends,
)
from worker.extract.body.lede import add_lede
from worker.extract.body.link_cards import drop_link_cards
from worker.extract.body.siblings import add_siblings, ends_sentence, to_key
from worker.text.invisible import drop_invisible

MAX_TEXT_CHARS = 200_000
MAX_HEADLINE_CHARS = 200
MAX_RUBRIC_WORDS, MAX_HEADLINE_WORDS = 4, 24
LEDE_WORDS = 4  # a line with fewer words behind what looks like a dateline is a byline: EFE. Madrid
# trafilatura's fallback compares each short block with all others: 60,000 blocks took 75 s
MAX_BLOCKS = 5_000
# precision mode may have lost most of a text this short; a result LOST_SHARE times as long replaces it
SHORT_CHARS, LOST_SHARE = 1_500, 3.0
# both libraries log each page with too little text; the result reports it already
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Body:
    """An article's text, the lines removed from its end as furniture, and the byline removed above it."""

    text: str
    ends: list[str]
    byline: str | None = None


@dataclass(frozen=True, slots=True)
class PlainArticle:
    """The parts of a plain-text article; `dated` is the line with its publication date."""

    title: str | None
    author: str | None
    body: Body
    dated: str | None = None
    above: str = ""  # the lines above the title: an outlet's name, a section


def extract_body(
    tree: html.HtmlElement, title: str | None, author: str | None, headings: Sequence[str] = ()
) -> Body:
    """Returns the article's paragraphs, separated by blank lines; an empty text if there are none.

    `headings` are the page's h1 texts: its headline may differ from the feed's. The tree may be modified.
    """
    found = _find_text(tree)
    if free_containers(tree, len(found)):
        found = _find_text(tree)
    kept = [line.strip() for line in found.split("\n") if line.strip()]
    if kept and to_key(kept[0]) in {to_key(heading) for heading in headings}:
        del kept[0]
    found_paragraphs = drop_link_cards(tree, add_siblings(tree, kept))
    paragraphs, ends = strip_ends(found_paragraphs, title, author)
    text = join_paragraphs(add_lede(tree, paragraphs, title))
    return Body(text, ends, find_byline(found_paragraphs, title))


def _find_text(tree: html.HtmlElement) -> str:
    is_fast = _count_blocks(tree) > MAX_BLOCKS
    found = _run_trafilatura(tree, is_fast=is_fast, with_precision=True)
    if len(found) < SHORT_CHARS and not is_fast:
        wider = _run_trafilatura(tree, is_fast=False, with_precision=False)
        found = wider if len(wider) > LOST_SHARE * len(found) else found
    return found


def _run_trafilatura(tree: html.HtmlElement, *, is_fast: bool, with_precision: bool) -> str:
    try:
        found = trafilatura.extract(
            tree,
            fast=is_fast,
            favor_precision=with_precision,
            include_comments=False,
            include_tables=True,
            config=DEFAULT_CONFIG,
        )
    except (ValueError, TypeError, AttributeError, IndexError, KeyError, RecursionError):
        return ""  # a tree that the library fails on is treated as empty
    return found or ""


def _count_blocks(tree: html.HtmlElement) -> int:
    return sum(1 for _ in tree.iter("p", "div", "td", "li", "tr", "br", "section"))


def join_paragraphs(paragraphs: list[str]) -> str:
    """Joins paragraphs to a text of bounded length, without invisible characters."""
    return drop_invisible("\n\n".join(paragraphs))[:MAX_TEXT_CHARS].rstrip()


def read_plain(text: str) -> PlainArticle:
    """Splits a plain text into headline, byline, line with the publication date, and body."""
    blocks = [" ".join(block.split()) for block in re.split(r"\n[ \t\r\f\v]*\n", text)]
    lines = [block for block in blocks if block]
    if len(lines) < 3 and text.count("\n") > 1:  # no blank lines: each line is a paragraph
        lines = [line for raw in text.splitlines() if (line := " ".join(raw.split()))]
    at = _find_headline(lines)
    if at is None:
        kept, ends = strip_ends(lines, None, None)
        return PlainArticle(None, None, Body(join_paragraphs(kept), ends))
    title, author, dated = lines[at], None, None
    rest = at + 1
    while rest < min(len(lines) - 1, at + TOP) and not dated:
        line = lines[rest]
        if PUBLISHED.fullmatch(line) or DATE_LINE.fullmatch(line):
            dated = line
            before, bar, _ = line.partition(" | ")  # "By UPI Staff | June 28, 2012 at 3:04 PM"
            author = author or (before if bar else None)
        elif author is None and len(line) <= MAX_BYLINE_CHARS and not (ends_sentence(line) or _is_lede(line)):
            author = line
        else:
            break
        rest += 1
    kept, ends = strip_ends(lines[rest:], title, author)
    body = Body(join_paragraphs(kept), ends)
    return PlainArticle(title, author, body, dated, " ".join(lines[:at]))


def _is_lede(line: str) -> bool:
    """Whether a line begins with a dateline and goes on: SÃO PAULO (FOLHAPRESS) - O dólar fechou (14)."""
    dateline = find_dateline(line)
    return dateline is not None and len(line[dateline.end :].split()) >= LEDE_WORDS


def _find_headline(lines: list[str]) -> int | None:
    """Returns the index of the headline: the first line, or a longer one above the first paragraph."""
    head: list[int] = []
    for index, line in enumerate(lines[: TOP + 1]):
        if index == len(lines) - 1 or not is_headline(line) or BYLINE.fullmatch(line):
            break
        if head and _is_lede(line):
            break
        head.append(index)
    if not head:
        return None
    if len(lines[head[0]].split()) > MAX_RUBRIC_WORDS or len(head) == 1:
        return head[0]
    # outlet names and sections are short; a paragraph without a full stop is longer than a headline
    return next((i for i in head if MAX_RUBRIC_WORDS < len(lines[i].split()) <= MAX_HEADLINE_WORDS), head[0])


def is_headline(line: str) -> bool:
    """Whether a line looks like a headline: short, without a full stop at its end."""
    return len(line) <= MAX_HEADLINE_CHARS and not re.search(r"[.。।۔።։។။]$", line)
