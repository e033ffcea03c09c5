"""Takes the links off paragraphs that are entirely a link and yet are text of the article.

The libraries discard blocks of links, because most of them show other articles. A paragraph among others of
the text that is written in sentences is not such a block.
"""

import re

from lxml import html

from worker.extract.body.furniture import is_reference
from worker.extract.body.siblings import MAX_LINKED, ends_sentence, find_text, to_key

MIN_BESIDE = 2  # paragraphs beside it that are not links
MIN_LETTERS = 30  # a shorter one is a label or a call
LONG_LETTERS = 120  # a shorter question or exclamation is a headline
MAX_LEVELS = 4
MAX_PARTS = 10  # an element with more children holds more than one paragraph
_PARAGRAPHS = ("p", "div", "blockquote")
_BLOCKS = (*_PARAGRAPHS, "article", "li", "section", "table", "td", "ul")
_CARD = ("h1", "h2", "h3", "h4", "h5", "h6", "img", "picture", "li", "time")
_FULL_STOP = re.compile(r"[.。…][\"'”’»」』)\]）]*$")


def unlink_paragraphs(tree: html.HtmlElement) -> None:
    """Replaces the links of such paragraphs by their text."""
    counts: dict[html.HtmlElement, int] = {}
    for paragraph in list(tree.iter(*_PARAGRAPHS)):
        if not _is_leaf(paragraph) or not _is_linked(paragraph) or not _is_sentence(find_text(paragraph)):
            continue
        outer = _outermost(paragraph)
        parent = outer.getparent()
        if parent is None or next(outer.iter(*_CARD), None) is not None:
            continue
        if parent not in counts:
            counts[parent] = sum(map(_is_plain, parent))
        if counts[parent] >= MIN_BESIDE:
            _unlink(outer)


def _unlink(outer: html.HtmlElement) -> None:
    for link in list(outer.iter("a")):
        if link is outer:
            link.tag = "div"
        else:
            link.drop_tag()


def _is_leaf(element: html.HtmlElement) -> bool:
    return next(element.iterdescendants(*_BLOCKS), None) is None


def _is_linked(paragraph: html.HtmlElement) -> bool:
    """Whether most of a paragraph is link text."""
    if next(paragraph.iterancestors("a"), None) is not None:
        return True
    links = [len(to_key(link.text_content())) for link in paragraph.iter("a")]
    return bool(links) and sum(links) > MAX_LINKED * len(to_key(paragraph.text_content()))


def _is_sentence(text: str) -> bool:
    letters = len(to_key(text))
    is_full = bool(_FULL_STOP.search(text)) or (letters >= LONG_LETTERS and ends_sentence(text))
    return is_full and letters >= MIN_LETTERS and not is_reference(text)


def _outermost(paragraph: html.HtmlElement) -> html.HtmlElement:
    """Returns the outermost element that holds this paragraph and no other text."""
    outer, key = paragraph, to_key(paragraph.text_content())
    for above, _ in zip(paragraph.iterancestors(), range(MAX_LEVELS), strict=False):
        if above.tag in {"article", "body", "main", "li", "td"} or len(above) > MAX_PARTS:
            break
        if to_key(above.text_content()) != key:
            break
        outer = above
    return outer


def _is_plain(sibling: html.HtmlElement) -> bool:
    """Whether an element is one paragraph of sentences without being a link."""
    if not isinstance(sibling.tag, str) or sibling.tag == "a":
        return False
    blocks = [one for one in sibling.iter(*_BLOCKS) if _is_leaf(one)]
    if len(blocks) != 1 or _is_linked(blocks[0]):
        return False
    text = find_text(blocks[0])
    return len(to_key(text)) >= MIN_LETTERS and ends_sentence(text)
