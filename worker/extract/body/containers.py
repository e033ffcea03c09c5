"""Frees the article's text from containers that extraction discards, such as `aside` or `form`.

Some templates put the whole article into an element that is meant for something else.
"""

import re
from itertools import islice

from lxml import html

from worker.extract.page.prose import MIN_CHARS, weigh_prose

MIN_PROSE = 400  # characters; a shorter text in such a container is furniture
MIN_PIECES = 3
MAX_CONTAINERS = 20  # nested in each other
LONG_CHARS = 3_000  # a page with so long a text is left alone
LOST_FACTOR = 1.5  # the container has this many times the text that was found without it
MAIN_SHARE = 0.66  # minimum share of the page's running text in the container
_TAGS = frozenset(
    {
        "aside", "button", "datalist", "details", "dialog", "fieldset", "figcaption", "figure", "form",
        "header", "ins", "label", "legend", "map", "marquee", "menu", "object", "picture", "time",
    }
)  # fmt: skip
_SITE_TAGS = frozenset({"footer", "nav"})  # those of the site are furniture, those of an article may hold it
_NAMES = re.compile(
    r"sidebar|header|related|promo|teaser|widget|banner|caption|gallery|hero|overlay|footer|\bnav|menu|\bad-|share"
    r"|social|author|metadata|bottom|tags|elementor-button|timestamp|rating|attachment",
    re.IGNORECASE,
)
_SITE_NAMES = re.compile(r"footer|\bnav|menu", re.IGNORECASE)
_OTHERS = re.compile(
    r"comment|consent|cookie|disqus|modal|newsletter|popup|reply|respond|subscribe", re.IGNORECASE
)
_ATTRIBUTES = ("class", "id", "role", "itemtype", "data-component")


def free_containers(tree: html.HtmlElement, found_chars: int) -> bool:
    """Makes a plain `div` of each odd container with most of the page's running text; False if there is none.

    A page is left alone if `found_chars` characters were found of it without that, and this is not much less.
    """
    body = tree.find("body")
    if body is None or found_chars > LONG_CHARS:
        return False
    is_freed = False
    weights = weigh_prose(body)
    total = _own_prose(body, weights)
    least = max(MIN_PROSE, MAIN_SHARE * total)
    large = (one for one in weights if one is not body and weights[one] >= least and _is_odd(one))
    for element in islice(large, MAX_CONTAINERS):
        own = _own_prose(element, weights)
        if own >= MAIN_SHARE * total and own > LOST_FACTOR * found_chars and _has_pieces(element):
            is_freed = True
            element.tag = "div"
            for name in _ATTRIBUTES:
                element.attrib.pop(name, None)
    return is_freed


def _own_prose(element: html.HtmlElement, weights: dict[html.HtmlElement, int]) -> int:
    """Returns the running text of an element without comments, dialogs and the like in it."""
    own, stack = weights[element], list(element)
    while stack:
        child = stack.pop()
        if not weights[child]:
            continue
        if _is_others(child):
            own -= weights[child]
        else:
            stack += child
    return own


def _names(element: html.HtmlElement) -> str:
    return f"{element.get('class', '')} {element.get('id', '')} {element.get('role', '')}"[:300]


def _is_others(element: html.HtmlElement) -> bool:
    return bool(_OTHERS.search(_names(element)))


def _is_odd(element: html.HtmlElement) -> bool:
    if _is_others(element):
        return False
    if element.tag in _SITE_TAGS or _SITE_NAMES.search(_names(element)):
        return element.find(".//h1") is not None or any(
            above.tag in {"article", "main"} for above in element.iterancestors()
        )
    return element.tag in _TAGS or "-" in str(element.tag) or bool(_NAMES.search(_names(element)))


def _has_pieces(element: html.HtmlElement) -> bool:
    pieces = (text for text in element.itertext() if len(text.strip()) >= MIN_CHARS)
    return sum(1 for _, _ in zip(range(MIN_PIECES), pieces, strict=False)) == MIN_PIECES
