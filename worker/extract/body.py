"""An article's own text, out of a page's tree or of plain text; furniture goes by position, never by word."""

import logging
import re
from dataclasses import dataclass

import trafilatura
from lxml import html
from trafilatura.settings import DEFAULT_CONFIG

from worker.extract.lead import add_lead
from worker.extract.siblings import add_siblings

MAX_TEXT_CHARS = 200_000
MAX_HEADLINE_CHARS = 200
MAX_BYLINE_CHARS = 90
MAX_RUBRIC_WORDS, MAX_HEADLINE_WORDS = 4, 24
# trafilatura's second opinion compares each short block with all around it: 60,000 of them took it 75 s
MAX_BLOCKS = 5_000
# of a text as short as this a careful reading may have lost the most: a wider one is that much longer
SHORT_CHARS, LOST_SHARE = 1_500, 3.0
TOP, BOTTOM = 5, 8  # paragraphs at either end where furniture stands
# Whole paragraphs that are furniture at the top or the bottom of an article.
_FURNITURE = re.compile(
    "|".join(
        (
            r"advertise?ment|advertising|story continues below.{0,40}|close|menu|print|save|comments?",
            r"read more|share this.{0,40}|link copied!?|copy link|listen to this article.{0,60}",
            r"\(?end\)?|related(?: articles| stories)?:?|follow us on .{0,80}",
            r"(?:©|\(c\)|ⓒ|copyright)\s.{0,200}all rights reserved\.?|all rights reserved\.?",
            r"sign up for .{0,160}newsletter.{0,80}|tags?:?|(?:tags?|filed under|topics):.{0,200}",
            r"photo: .{0,80}|image source.{0,80}|(?:image|media) caption.{0,200}",
        )
    ),
    re.IGNORECASE,
)
# Whole paragraphs that stand between those of an article.
_BETWEEN = re.compile(
    r"advertise?ment|advertising|story continues below.{0,40}|(?:[-*•|]\s*)?link copied!?|copy link",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"(?:(?:first |last )?(?:published|posted|updated|modified)|(?:기사)?입력|수정|등록|公開|更新)"
    r".{0,40}\d.{0,40}",
    re.IGNORECASE,
)
# a day and a clock time and little else
_DATE_LINE = re.compile(r"(?=.{0,60}\b(?:19|20)\d\d\b)(?=.{0,60}\d[:.h시時]\s?\d\d).{8,60}")
_BYLINE = re.compile(r"(?:by|von|par|por|di)\s[^.!?]{2,80}", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?。！？…][\"'”’»)\]）]*$")
_BULLET = re.compile(r"^[-*•|]\s+")

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


def extract_body(tree: html.HtmlElement, title: str | None, author: str | None) -> Body:
    """The article's paragraphs, parted by a blank line; empty when there are none."""
    is_fast = _count_blocks(tree) > MAX_BLOCKS
    found = _run_library(tree, is_fast=is_fast, with_precision=True)
    if len(found) < SHORT_CHARS and not is_fast:
        wider = _run_library(tree, is_fast=False, with_precision=False)
        found = wider if len(wider) > LOST_SHARE * len(found) else found
    kept = [line.strip() for line in found.split("\n") if line.strip()]
    paragraphs, ends = strip_ends(add_siblings(tree, kept), title, author)
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
    """One text of bounded length."""
    return "\n\n".join(paragraphs)[:MAX_TEXT_CHARS].rstrip()


def strip_ends(paragraphs: list[str], title: str | None, author: str | None) -> tuple[list[str], list[str]]:
    """The paragraphs without title, byline, dates and furniture, and the furniture at their end."""
    start, end = 0, len(paragraphs)
    for index, paragraph in enumerate(paragraphs[:TOP]):
        if _same(paragraph, title) or (index == start and _is_top_furniture(paragraph, author)):
            start = index + 1
    while end > max(start, len(paragraphs) - BOTTOM) and _is_furniture(paragraphs[end - 1]):
        end -= 1
    kept = [paragraph for paragraph in paragraphs[start:end] if not _BETWEEN.fullmatch(paragraph)]
    return kept, paragraphs[end:]


def _is_top_furniture(paragraph: str, author: str | None) -> bool:
    if _is_furniture(paragraph) or _PUBLISHED.fullmatch(paragraph):
        return True
    if len(paragraph) > MAX_BYLINE_CHARS or _SENTENCE_END.search(paragraph):
        return False
    return (
        bool(_DATE_LINE.fullmatch(paragraph))
        or _same(paragraph, author)
        or bool(_BYLINE.fullmatch(paragraph))
    )


def _is_furniture(paragraph: str) -> bool:
    return bool(_FURNITURE.fullmatch(_BULLET.sub("", paragraph)))


def _same(paragraph: str, other: str | None) -> bool:
    key = re.sub(r"\W+", "", paragraph.casefold())
    return bool(key) and key == re.sub(r"\W+", "", (other or "").casefold())


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
        if _PUBLISHED.fullmatch(line) or _DATE_LINE.fullmatch(line):
            dated = line
        elif author is None and len(line) <= MAX_BYLINE_CHARS and not _SENTENCE_END.search(line):
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
        if index == len(lines) - 1 or not is_headline(line) or _BYLINE.fullmatch(line):
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
