"""An article's own text, out of a page's tree or of plain text."""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass

import trafilatura
from lxml import html
from trafilatura.settings import DEFAULT_CONFIG

from worker.extract.body.furniture import (
    BYLINE,
    DATE_LINE,
    MAX_BYLINE_CHARS,
    PUBLISHED,
    TOP,
    strip_ends,
)
from worker.extract.body.lede import add_lead
from worker.extract.body.link_cards import drop_cards
from worker.extract.body.siblings import add_siblings, ends_sentence, to_key
from worker.text.invisible import drop_unseen

MAX_TEXT_CHARS = 200_000
MAX_HEADLINE_CHARS = 200
MAX_RUBRIC_WORDS, MAX_HEADLINE_WORDS = 4, 24
# trafilatura's second opinion compares each short block with all around it: 60,000 of them took it 75 s
MAX_BLOCKS = 5_000
# of a text as short as this a careful reading may have lost the most: a wider one is that much longer
SHORT_CHARS, LOST_SHARE = 1_500, 3.0
# trafilatura tells on every page what it found too short; the result says it already
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Body:
    """An article's text, and the lines at its end that were taken off as furniture."""

    text: str
    ends: list[str]


@dataclass(frozen=True, slots=True)
class PlainArticle:
    """A plain text taken apart; `dated` is its line on when it was published."""

    title: str | None
    author: str | None
    body: Body
    dated: str | None = None
    above: str = ""  # what stands above the title: an outlet's name, a rubric


def extract_body(
    tree: html.HtmlElement, title: str | None, author: str | None, headings: Sequence[str] = ()
) -> Body:
    """The article's paragraphs, parted by a blank line; empty when there are none.

    `headings` are the page's own: its headline may be worded otherwise than the feed's.
    """
    is_fast = _count_blocks(tree) > MAX_BLOCKS
    found = _run_library(tree, is_fast=is_fast, with_precision=True)
    if len(found) < SHORT_CHARS and not is_fast:
        wider = _run_library(tree, is_fast=False, with_precision=False)
        found = wider if len(wider) > LOST_SHARE * len(found) else found
    kept = [line.strip() for line in found.split("\n") if line.strip()]
    if kept and to_key(kept[0]) in {to_key(heading) for heading in headings}:
        del kept[0]
    paragraphs, ends = strip_ends(drop_cards(tree, add_siblings(tree, kept)), title, author)
    return Body(join_paragraphs(add_lead(tree, paragraphs, title)), ends)


def _run_library(tree: html.HtmlElement, *, is_fast: bool, with_precision: bool) -> str:
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
        return ""  # a tree that the library trips over holds no text for us
    return found or ""


def _count_blocks(tree: html.HtmlElement) -> int:
    return sum(1 for _ in tree.iter("p", "div", "td", "li", "tr", "br", "section"))


def join_paragraphs(paragraphs: list[str]) -> str:
    """One text of bounded length, without characters that nobody sees."""
    return drop_unseen("\n\n".join(paragraphs))[:MAX_TEXT_CHARS].rstrip()


def read_plain(text: str) -> PlainArticle:
    """The headline, the byline below it, the line on when it was published, and the rest as text."""
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
        elif author is None and len(line) <= MAX_BYLINE_CHARS and not ends_sentence(line):
            author = line
        else:
            break
        rest += 1
    kept, ends = strip_ends(lines[rest:], title, author)
    body = Body(join_paragraphs(kept), ends)
    return PlainArticle(title, author, body, dated, " ".join(lines[:at]))


def _find_headline(lines: list[str]) -> int | None:
    """The index of the headline: the first line, or a longer one of those above the first paragraph."""
    head = []
    for index, line in enumerate(lines[: TOP + 1]):
        if index == len(lines) - 1 or not is_headline(line) or BYLINE.fullmatch(line):
            break
        head.append(index)
    if not head:
        return None
    if len(lines[head[0]].split()) > MAX_RUBRIC_WORDS or len(head) == 1:
        return head[0]
    # an outlet's name and a rubric are short; a paragraph without a full stop is longer than a headline
    return next((i for i in head if MAX_RUBRIC_WORDS < len(lines[i].split()) <= MAX_HEADLINE_WORDS), head[0])


def is_headline(line: str) -> bool:
    """Whether a line has the shape of a headline: short, and no full stop at its end."""
    return len(line) <= MAX_HEADLINE_CHARS and not re.search(r"[.。]$", line)
