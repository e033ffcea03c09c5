"""Collects the dates that a page shows for its article: timestamps in the markup, and visible lines.

Dates of other articles, of comments, events and copyright notices are left out: no date is better than a
wrong one.
"""

import re
from collections.abc import Iterator
from itertools import islice

from lxml import html

from worker.extract.page.visible_dates import DAY, find_day
from worker.text.invisible import drop_invisible

MAX_VALUES = 10
MAX_DATED = 3  # lines of one kind
MIN_CHARS, MAX_CHARS = 8, 80
NEAR_ELEMENTS = 40  # a date within this many elements of the heading belongs to the article
MAX_LINES = 200  # so that hostile pages cost no more than others
MAX_PARTS = 30  # an element with more children is not a sentence
PROSE_CHARS = 40  # a timestamp beside at least this many characters is a date that a sentence mentions
_TAGS = frozenset(
    {"p", "span", "div", "time", "small", "li", "td", "em", "dd", "a", "abbr", "h2", "h3", "h4"}
)
_INLINE = frozenset({"a", "abbr", "em", "small", "span", "time"})
_SENTENCE_END = re.compile(r"[.!?。！？]")
_PUBLISHED = re.compile(r"publi[sc]|entry-date|posted|created", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
# Labels of the publication time.
_LABEL = re.compile(
    r"(?:first |last |zuletzt )?(?:published|posted|updated|veröffentlicht|erstellt|publié|publicado"
    r"|pubblicato"
    r"|입력|기사입력|등록|公開|更新|发布|發布|опубликовано)",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"(?:^|[\s_-])(?:date|datum|datetime|pubdate|published|timestamp|posted)(?:$|[\s_-])", re.IGNORECASE
)
_OTHER_MARKS = re.compile(
    r"event|expir|birth|deadline|(?:^|[\s_-])(?:due|start|end|today|now|current)(?:$|[\s_-])|copyright|joined",
    re.IGNORECASE,
)
_OTHER_PROPERTIES = re.compile(r"startDate|endDate|birthDate|deathDate|foundingDate|validThrough|expires")
# Words of lines with a date that is not that of publication.
_OTHER_WORDS = re.compile(
    r"©|ⓒ|\(c\)|copyright"
    r"|\b(?:since|seit|depuis|desde|founded|established|est|gegründet|fondée?|fundad[oa]|born|geboren|née?"
    r"|expires?|valid|gültig|until|till|bis|jusqu\w*|hasta|deadline|events?|tickets?|joined|registered"
    r"|member|mitglied|beigetreten|from|ab|opens?|starts?)\b",
    re.IGNORECASE,
)


def read_times(tree: html.HtmlElement, own: set[html.HtmlElement]) -> tuple[str, ...]:
    """Returns the timestamps in the markup of the article's own elements, marked ones first."""
    marked: list[str] = []
    others: list[str] = []
    for element in tree.xpath("//*[@itemprop='datePublished']|//time[@datetime]"):
        value = _clean(element.get("datetime") or element.get("content") or "")
        marks = f"{element.get('itemprop', '')} {element.get('class', '')}"
        if element not in own or _OTHER_MARKS.search(marks) or _OTHER_PROPERTIES.search(marks):
            continue
        is_marked = element.get("pubdate") is not None or bool(_PUBLISHED.search(marks))
        if is_marked or not _is_in_sentence(element):
            (marked if is_marked else others).append(value)
    return tuple(filter(None, [*marked, *others]))[:MAX_VALUES]


def _is_in_sentence(element: html.HtmlElement) -> bool:
    parent = element.getparent()
    if parent is None or element.tag not in _INLINE or len(parent) > MAX_PARTS:
        return False
    pieces = (parent.text, *(child.tail for child in parent))
    is_long = sum(len(piece.strip()) for piece in pieces if piece) >= PROSE_CHARS
    return is_long and bool(_SENTENCE_END.search(parent.text_content().rstrip()[-3:]))


def read_dated(tree: html.HtmlElement, own: set[html.HtmlElement]) -> tuple[str, ...]:
    """Returns lines with a full date: labelled ones, ones marked by class, and those near the heading."""
    labelled: list[str] = []
    marked: list[str] = []
    near: list[tuple[int, str]] = []
    heading = _place_of_heading(tree)
    for place, marks, text in islice(_iter_lines(tree, own), MAX_LINES):
        if _LABEL.match(text):
            labelled.append(text)
        elif _OTHER_WORDS.search(text) or _OTHER_MARKS.search(marks):
            continue
        elif _DATED.search(marks):
            marked.append(text)
        elif day := find_day(text):
            near.append((_distance(place, heading), day))
    best = [day for _, day in sorted(near, key=lambda one: one[0])]
    return (*labelled[:MAX_DATED], *marked[:MAX_DATED], *best[:1])


def _iter_lines(tree: html.HtmlElement, own: set[html.HtmlElement]) -> Iterator[tuple[int, str, str]]:
    """Yields place, class with id, and text of the article's short lines that have a date."""
    for place, element in enumerate(tree.iter()):
        if element.tag not in _TAGS or element not in own:
            continue
        marks = f"{element.get('class', '')} {element.get('id', '')}"[:300]
        pieces = [element.text, *(child.tail for child in element)]
        texts = [_clean(piece) for piece in pieces if piece]
        if _DATED.search(marks) and not any(texts):
            texts = [_clean(element.text_content())]
        for text in texts:
            if MIN_CHARS <= len(text) <= MAX_CHARS and _names_day(text) and not _is_in_sentence(element):
                yield place, marks, text


def _names_day(text: str) -> bool:
    return bool(_YEAR.search(text) or DAY.search(text))


def _place_of_heading(tree: html.HtmlElement) -> int:
    return next((place for place, element in enumerate(tree.iter()) if element.tag == "h1"), 0)


def _distance(place: int, heading: int) -> int:
    """Returns how far a line is from the heading; a line above it counts only where none is near below."""
    below = place - heading
    if 0 <= below <= NEAR_ELEMENTS:
        return below
    return NEAR_ELEMENTS - below if below < 0 else NEAR_ELEMENTS * 10 + below


def _clean(text: str) -> str:
    return " ".join(drop_invisible(text[:2_000]).split())
