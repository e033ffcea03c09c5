"""Restores the lede: the opening paragraph between headline and text, which trafilatura drops as a teaser.

Many templates give the first paragraph its own class (`lead`, `intro`, `teaser-text`) and put it into the
page's header. A short line there is a subheadline and does not belong to the text.
"""

import re

from lxml import html

from worker.extract.body.siblings import MAX_LINKED, ends_sentence, find_text, iter_blocks, to_key

MIN_CHARS, MAX_CHARS = 150, 1_000
MAX_BLOCKS = 400  # a lede is at most this many blocks below the headline
SHARED_LETTERS = 60  # a block with at least this many letters that the text contains marks its beginning
TOP, TOP_CHARS = 10, 10_000  # paragraphs and characters of the text that are searched for a block
LEVELS = 3  # elements whose class is checked: the block and its closest ancestors
_HEADLINES = ("h1", "h2", "h3")
_APART_TAGS = frozenset(
    {"aside", "footer", "nav", "form", "figure", "figcaption", "a", "button", "label", "td", "noscript"}
)
_APART = re.compile(
    r"comment|related|footer|sidebar|newsletter|recommend|author|caption|copyright|cookie|consent|subscribe"
    r"|popup|modal|menu|share|social|widget|banner|gallery",
    re.IGNORECASE,
)


def add_lede(tree: html.HtmlElement, kept: list[str], title: str | None) -> list[str]:
    """Returns the paragraphs, preceded by the page's lede if it is missing."""
    lede = _find_lede(tree, kept, to_key(title or "")) if kept else None
    return [lede, *kept] if lede else kept


def _find_lede(tree: html.HtmlElement, kept: list[str], title: str) -> str | None:
    start, top = to_key(kept[0]), to_key(" ".join(kept[:TOP])[:TOP_CHARS])
    lede, since_headline = None, MAX_BLOCKS
    for block in iter_blocks(tree):
        line = find_text(block)
        key = to_key(line)
        if block.tag == "h1" or (block.tag in _HEADLINES and key == title):
            lede, since_headline = None, 0
        elif key and (start in key or (len(key) >= SHARED_LETTERS and key in top)):
            return lede
        elif lede is None and since_headline < MAX_BLOCKS:
            since_headline += 1
            lede = line if _is_lede(block, line) else None
    return None


def _is_lede(block: html.HtmlElement, line: str) -> bool:
    if block.tag in _HEADLINES or not MIN_CHARS <= len(line) <= MAX_CHARS or not ends_sentence(line):
        return False
    around = [block, *block.iterancestors()]
    if any(element.tag in _APART_TAGS for element in around):
        return False
    if any(
        _APART.search(f"{element.get('class', '')} {element.get('id', '')}") for element in around[:LEVELS]
    ):
        return False
    linked = sum(len(link.text_content()) for link in block.iter("a"))
    return linked <= MAX_LINKED * len(line)
