"""Restores paragraphs that trafilatura dropped although their container is of the article's kind.

Long articles are split into several containers of one class with advertisements between them; a library that
picks the best container keeps a third of such a text. From paywalled templates it extracts the wrong text.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import html

MIN_LETTERS = 60  # a shorter paragraph is often a caption or a link
MAIN_SHARE = 0.5  # minimum share of the kept text in one kind of container; else nothing is added
LOST_FACTOR = 4.0  # if the largest container has this many times the kept text, the wrong text was kept
MAX_PARAGRAPHS = 5_000
MAX_LINKED = 0.5  # maximum share of link text in a paragraph
BLOCKS = (
    "p",
    "div",
    "section",
    "article",
    "ul",
    "ol",
    "li",
    "table",
    "td",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
)
_SENTENCE = re.compile(r"[.!?。！？…।॥؟۔።։។။][\"'”’»)\]）]*$")
_APART = re.compile(
    r"comment|related|footer|sidebar|promo|teaser|newsletter|recirc|recommend|disclaimer|author-?bio|caption"
    r"|copyright|cookie|consent|subscribe|popup|modal",
    re.IGNORECASE,
)
_APART_TAGS = frozenset({"aside", "footer", "nav", "header", "figure", "form", "blockquote", "li", "td"})


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """A paragraph of the page: its text, a key for comparison, and its kind of container."""

    text: str
    key: str
    container: tuple[str, str]
    article: int


def add_siblings(tree: html.HtmlElement, kept: list[str]) -> list[str]:
    """Returns the kept and the dropped paragraphs of the same kind of container, in document order."""
    page = _read_paragraphs(tree)
    keys = {to_key(text): index for index, text in enumerate(kept)}
    letters: Counter[tuple[str, str]] = Counter()
    whole: Counter[tuple[str, str]] = Counter()
    for paragraph in page:
        whole[paragraph.container] += len(paragraph.key)
        if paragraph.key in keys:
            letters[paragraph.container] += len(paragraph.key)
    total = sum(map(len, keys))
    if lost := _find_lost_container(whole, total):
        return [paragraph.text for paragraph in page if paragraph.container == lost]
    if not letters or letters.most_common(1)[0][1] < MAIN_SHARE * total:
        return kept
    return _merge(page, kept, keys, letters.most_common(1)[0][0])


def _find_lost_container(whole: Counter[tuple[str, str]], total: int) -> tuple[str, str] | None:
    if not whole:
        return None
    container, size = whole.most_common(1)[0]
    return container if size > max(LOST_FACTOR * total, 10 * MIN_LETTERS) else None


def _merge(
    page: list[_Paragraph], kept: list[str], keys: dict[str, int], container: tuple[str, str]
) -> list[str]:
    articles = {paragraph.article for paragraph in page if paragraph.key in keys}
    after: dict[int, list[str]] = {}
    place, seen = -1, set(keys)
    for paragraph in page:
        if paragraph.key in keys:
            place = keys[paragraph.key]
        elif paragraph.container == container and paragraph.article in articles and paragraph.key not in seen:
            seen.add(paragraph.key)
            after.setdefault(place, []).append(paragraph.text)
    merged = after.get(-1, [])
    for index, text in enumerate(kept):
        merged += [text, *after.get(index, ())]
    return merged


def _read_paragraphs(tree: html.HtmlElement) -> list[_Paragraph]:
    # keep references: lxml creates a new proxy object for an element without one
    articles = {element: number for number, element in enumerate(tree.iter("article"), 1)}
    found = []
    for element, _ in zip(tree.iter("p"), range(MAX_PARAGRAPHS), strict=False):
        parent = element.getparent()
        text = find_text(element)
        key = to_key(text)
        if parent is None or len(key) < MIN_LETTERS or not ends_sentence(text) or _is_apart(element):
            continue
        linked = sum(len(to_key(link.text_content())) for link in element.iter("a"))
        if linked <= MAX_LINKED * len(key):
            article = next((articles[one] for one in element.iterancestors("article")), 0)
            found.append(_Paragraph(text, key, (str(parent.tag), _kind(parent)), article))
    return found


def _kind(parent: html.HtmlElement) -> str:
    return " ".join(word for word in parent.get("class", "").split() if not any(map(str.isdigit, word)))[:200]


def _is_apart(element: html.HtmlElement) -> bool:
    for ancestor in element.iterancestors():
        if ancestor.tag in _APART_TAGS or _APART.search(
            f"{ancestor.get('class', '')} {ancestor.get('id', '')}"
        ):
            return ancestor.tag not in {"body", "html"}
    return False


def iter_blocks(tree: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """Yields the blocks of a page that contain no other block, in document order."""
    for block in tree.iter(*BLOCKS):
        if next(block.iterdescendants(*BLOCKS), None) is None:
            yield block


def find_text(element: html.HtmlElement) -> str:
    """Returns an element's text on one line, with spaces for line breaks."""
    if element.find(".//br") is None:
        return " ".join(element.text_content().split())
    parts = (
        f" {part}" if part.is_tail and part.getparent().tag == "br" else part
        for part in element.xpath(".//text()")
    )
    return " ".join("".join(parts).split())


def ends_sentence(text: str) -> bool:
    """Whether a text ends like a sentence."""
    return bool(_SENTENCE.search(text))


def to_key(text: str) -> str:
    """Returns the lower-case letters and digits of a text, for comparison."""
    return re.sub(r"\W+", "", text.casefold())
