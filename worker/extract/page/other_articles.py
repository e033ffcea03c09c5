"""Tells the parts of a page that describe its article from teasers, comments and furniture of the site."""

import re
from collections.abc import Iterator

from lxml import html

MIN_HEADLINE_WORDS, MIN_DENSE_CHARS = 4, 10  # a link of this length is the headline of another article
MIN_LISTED_WORDS = 2  # in a list item that is nothing but a link and a date
MAX_TEASER_CHARS = 400
MAX_BESIDE_CHARS = 60  # text beside the link of a teaser, in the same element
MAX_LEVELS = 3
PROSE_CHARS = 80
_TAGS = frozenset({"aside", "nav", "figure", "figcaption", "dialog", "template", "noscript"})
_SITE_TAGS = frozenset({"footer", "header"})  # those of an article belong to it
_NAMES = re.compile(
    r"related|sidebar|side-?bar|recommend|popular|most-?read|promo(?!ted)|comment|carousel|ticker|breaking"
    r"|latest|trending|more-(?:news|from|stories|articles)|read-?(?:more|next)|also-?read|see-?also"
    r"|mast-?head|top-?bar|site-(?:header|footer)|copyright|colophon|weather|calendar|upcoming|widget|archive"
    r"|forum-message|disqus|reply|(?:wp|image|img|photo|picture)-caption",
    re.IGNORECASE,
)
_LAYOUT = re.compile(r"layout|(?:with|has|no|left|right)-?(?:side-?bar|widget)", re.IGNORECASE)
_META = re.compile(r"(?:^|[\s_-])(?:meta|info|byline|date)(?:$|[\s_-])", re.IGNORECASE)
_ABOUT = re.compile(r"author|byline|categor|section|topic|(?:^|[\s_-])tags?(?:$|[\s_-])", re.IGNORECASE)
_ABOUT_PATH = re.compile(
    r"/(?:auth?o?r?|autore?s?|people|staff|profile|tags?|categor\w*|sections?|topics?)/", re.IGNORECASE
)
_SPACED = re.compile(r"[a-zA-Z\u00c0-\u052f]")


def find_own_elements(tree: html.HtmlElement) -> set[html.HtmlElement]:
    """Returns the elements that may describe the article itself."""
    heads = {above for heading in tree.iter("h1") for above in heading.iterancestors()}
    teasers = set(_find_teasers(tree, heads))
    own: set[html.HtmlElement] = set()
    stack = [tree]
    while stack:
        element = stack.pop()
        if not isinstance(element.tag, str) or element in teasers:
            continue
        if element not in heads and _is_apart(element):
            continue
        own.add(element)
        stack += element
    return own


def _is_apart(element: html.HtmlElement) -> bool:
    if element.tag in {"html", "body", "main", "h1"}:
        return False
    if element.tag in _SITE_TAGS:
        is_of_article = next(element.iterancestors("article", "main"), None) is not None
        return not is_of_article or _is_named_apart(element)
    if element.tag == "aside" and _META.search(_marks(element)):
        return False
    return element.tag in _TAGS or _is_named_apart(element)


def _is_named_apart(element: html.HtmlElement) -> bool:
    marks = _marks(element)
    return bool(_NAMES.search(marks)) and not _LAYOUT.search(marks)


def _marks(element: html.HtmlElement) -> str:
    return f"{element.get('class', '')} {element.get('id', '')}"[:300]


def _find_teasers(tree: html.HtmlElement, heads: set[html.HtmlElement]) -> Iterator[html.HtmlElement]:
    """Yields the small elements around links with the headline of another article."""
    below_heading = _between_heading_and_text(tree)
    lengths: dict[html.HtmlElement, int] = {}
    for link in tree.iter("a"):
        text = link.text_content().strip()
        if not _is_headline(link, text) or link in below_heading:
            continue
        outer = link
        is_short = bool(_SPACED.search(text)) and len(text.split()) < MIN_HEADLINE_WORDS
        for above, _ in zip(link.iterancestors(), range(MAX_LEVELS), strict=False):
            if above not in lengths:
                lengths[above] = len(" ".join(above.text_content().split()))
            around = lengths[above]
            if above in heads or above.tag in {"body", "main"} or around > MAX_TEASER_CHARS:
                break
            if outer is link and around > len(text) + MAX_BESIDE_CHARS:
                break
            outer = above
            if is_short and above.tag == "li":
                break
        if outer is not link:
            yield outer


def _is_headline(link: html.HtmlElement, text: str) -> bool:
    if any(map(str.isdigit, text[:2])) or _ABOUT.search(f"{link.get('rel', '')} {_marks(link)}"):
        return False  # the article's own date, author or section
    if _ABOUT_PATH.search(link.get("href", "")[:300]):
        return False
    if not _SPACED.search(text):
        return len(text) >= MIN_DENSE_CHARS
    is_listed = next(link.iterancestors("li"), None) is not None
    return len(text.split()) >= (MIN_LISTED_WORDS if is_listed else MIN_HEADLINE_WORDS)


def _between_heading_and_text(tree: html.HtmlElement) -> set[html.HtmlElement]:
    """Returns the elements from the first h1 to the first sentence below it."""
    found: set[html.HtmlElement] = set()
    is_below = False
    for element in tree.iter():
        is_below = is_below or element.tag == "h1"
        if not is_below:
            continue
        if element.tag in {"p", "div"} and len((element.text or "").strip()) >= PROSE_CHARS:
            break
        found.add(element)
    return found if is_below else set()
