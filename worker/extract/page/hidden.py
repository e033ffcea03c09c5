"""Removes what no browser shows: text hidden by attribute, style, style sheet or a common class."""

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml import html

from worker.extract.page.prose import MIN_CHARS, weigh_prose

MAX_SHEET_CHARS = 500_000
RULES_KEPT, MAX_RULE_CHARS = 4_096, 400  # pages of a site have the same rules; longer ones are rare
FAR = -500  # an offset of at most this many pixels (or em, or %) moves text out of sight
_TAGS = frozenset({"noscript", "template"})
# Classes of Bootstrap, Tailwind, Foundation, UIkit, WordPress, Drupal and the HTML5 Boilerplate.
_CLASSES = frozenset(
    {
        "a11y-hidden", "assistive-text", "d-none", "display-none", "element-hidden", "element-invisible",
        "hidden", "hidden-text", "hide", "invisible", "is-hidden", "is-invisible", "js-hidden", "ng-hide",
        "off-screen", "offscreen", "screen-reader", "screen-reader-only", "screen-reader-text",
        "screenreader", "screenreader-only", "show-for-sr", "sr-only", "u-hidden", "u-hide",
        "u-visually-hidden", "uk-hidden", "visually-hidden", "visuallyhidden", "vh",
    }
)  # fmt: skip
# The same element is shown from some width on: "d-none d-md-block", "hidden lg:flex".
_SHOWN_WIDE = re.compile(
    r"(?:d-(?:sm|md|lg|xl|xxl)-|(?:sm|md|lg|xl|2xl):)"
    r"(?:block|contents|flex|grid|inline|table|visible|not-sr-only)[\w-]*"
)
_DIALOG = re.compile(  # dialogs and what belongs to others stay hidden, however long they are
    r"comment|consent|cookie|dialog|menu|modal|nav|newsletter|overlay|popup|related|sidebar|subscribe",
    re.IGNORECASE,
)
_BLOCK_TAGS = frozenset({"article", "aside", "div", "li", "ol", "p", "section", "table", "ul"})
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)  # an unclosed one is to the end, as browsers read it
_BRACE = re.compile(r"(?<![^{}])([^{}]*)([{}])")
_NO_STYLE = re.compile(r"(?<!\s)\s*!important|/\*.*?(?:\*/|\Z)", re.DOTALL)
_SELECTOR = re.compile(r"[a-z0-9]*([.#][\w-]+)", re.IGNORECASE)
_NUMBER = re.compile(r"(-?[\d.]+)(?:px|em|rem|%|vw|vh|pt)?")
_NOTHING = re.compile(r"[01](?:\.0+)?(?:px)?|0\w*")
_CLIPPED = re.compile(r"rect\((?:[01](?:px)?[,\s]*){4}\)|inset\((?:50|100)%\)|circle\(0\)")
_SHRUNK = re.compile(r"scale\(0(?:,0)?\)|translate[xy]?\(-\d{4,}px")


def drop_hidden(tree: html.HtmlElement) -> None:
    """Removes the hidden elements from a tree.

    If they have more running text than the rest of the page, a script is to show it, and only hidden dialogs
    and the like are removed.
    """
    body = tree.find("body")
    if body is None:
        return
    found = list(_find_hidden(body, _read_sheets(tree)))
    article = [one for one in found if _has_prose(one) and not _DIALOG.search(_names(one))]
    weights = weigh_prose(body) if article else {}
    hidden = sum(weights[one] for one in article)
    is_shown_by_script = bool(article) and hidden > weights[body] - sum(weights[one] for one in found)
    kept = {one for one in article if weights[one]} if is_shown_by_script else set()
    for element in found:
        if element not in kept:
            element.drop_tree()


def _has_prose(element: html.HtmlElement) -> bool:
    return len(element.text_content().strip()) >= MIN_CHARS


def _find_hidden(body: html.HtmlElement, selectors: set[str]) -> Iterator[html.HtmlElement]:
    """Yields the outermost hidden elements."""
    stack = list(body)
    while stack:
        element = stack.pop()
        if not isinstance(element.tag, str):
            continue
        if element.tag in _TAGS or (element.attrib and _is_hidden(element, selectors)):
            yield element
        else:
            stack += element


def _is_hidden(element: html.HtmlElement, selectors: set[str]) -> bool:
    if element.get("hidden") is not None or (element.tag == "dialog" and element.get("open") is None):
        return True
    if element.tag in _BLOCK_TAGS and element.get("aria-hidden", "").strip().lower() == "true":
        return True
    style = element.get("style")
    if style and _is_hiding(style):
        return True
    classes = element.get("class", "").split()
    if not selectors.isdisjoint({f"#{element.get('id', '')}", *(f".{name}" for name in classes)}):
        return True
    return not _CLASSES.isdisjoint(name.lower() for name in classes) and not any(
        _SHOWN_WIDE.fullmatch(name) for name in classes
    )


def _names(element: html.HtmlElement) -> str:
    return f"{element.tag} {element.get('class', '')} {element.get('id', '')}"[:300]


def _read_sheets(tree: html.HtmlElement) -> set[str]:
    """Returns what the page's own style sheets hide on every screen: ".class" and "#id"."""
    sheets = (
        sheet.text or "" for sheet in tree.iter("style") if not sheet.get("media", "").startswith("print")
    )
    text = _COMMENT.sub("", "\n".join(sheets)[:MAX_SHEET_CHARS])
    hidden: set[str] = set()
    depth, selector = 0, ""
    for found in _BRACE.finditer(text):
        if found[2] == "{":
            selector = (
                found[1].rpartition(";")[2] if depth == 0 else "@"
            )  # rules inside @media hold for some screens only
            depth += 1
            continue
        depth = max(0, depth - 1)
        names = {name[1] for part in selector.split(",") if (name := _SELECTOR.fullmatch(part.strip()))}
        if names and _is_hiding(found[1]):
            hidden |= names
        elif names and "display" in found[1]:
            hidden -= names
        selector = ""
    return hidden


def _is_hiding(style: str) -> bool:
    """Whether the declarations of a style attribute or rule leave nothing to be seen."""
    return _is_known_hiding(style) if len(style) <= MAX_RULE_CHARS else _judge_style(style)


@lru_cache(maxsize=RULES_KEPT)
def _is_known_hiding(style: str) -> bool:
    return _judge_style(style)


def _judge_style(style: str) -> bool:
    pairs = (part.partition(":") for part in _NO_STYLE.sub("", style.lower()).split(";"))
    rules = {name.strip(): "".join(value.split()) for name, _, value in pairs}
    if rules.get("display") == "none" or rules.get("visibility") in {"hidden", "collapse"}:
        return True
    if rules.get("content-visibility") == "hidden" or rules.get("color") == "transparent":
        return True
    if re.fullmatch(r"0?\.?0+%?", rules.get("opacity", "")) or re.fullmatch(
        r"0\w*", rules.get("font-size", "")
    ):
        return True
    if any(_CLIPPED.fullmatch(rules.get(name, "")) for name in ("clip", "clip-path")):
        return True
    if _SHRUNK.search(rules.get("transform", "")) or _is_far(rules.get("text-indent", "")):
        return True
    if rules.get("position") in {"absolute", "fixed"}:
        return any(_is_far(rules.get(side, "")) for side in ("left", "top", "right", "bottom"))
    is_cut = any(
        rules.get(name, "").startswith(("hidden", "clip"))
        for name in ("overflow", "overflow-x", "overflow-y")
    )
    sizes = (rules.get(name, "") for name in ("height", "max-height", "width", "max-width"))
    return is_cut and any(_NOTHING.fullmatch(size) for size in sizes)


def _is_far(value: str) -> bool:
    number = _NUMBER.fullmatch(value)
    try:
        return number is not None and float(number[1]) <= FAR
    except ValueError:
        return False
