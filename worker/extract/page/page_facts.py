"""Collects the facts of a page's tree (head, headings, marked elements) as plain values."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from lxml import etree, html

from worker.extract.page.date_lines import read_dated, read_times
from worker.extract.page.jsonld import find_articles, find_nodes, read_jsonld, text_of
from worker.extract.page.other_articles import find_own_elements
from worker.text.invisible import drop_invisible

MAX_SCRIPTS = 50
MAX_HEADINGS = 10
MAX_VALUE_CHARS = 2_000
MAX_LINE_CHARS = 400
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class PageFacts:
    """The metadata of a page; `meta` has lower-case names and the first content of each."""

    meta: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    articles: list[dict[str, Any]] = field(default_factory=list)  # JSON-LD, outermost first
    values: list[Any] = field(default_factory=list)  # all JSON-LD
    title: str = ""
    headings: tuple[str, ...] = ()
    bylines: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    lang: str = ""
    noscript: str = ""
    captions: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()  # copyright lines
    dated: tuple[str, ...] = ()  # short lines with the publication date, labelled ones first


def parse_tree(markup: str) -> html.HtmlElement | None:
    """Returns the document's root, or None; libxml2 itself stops at 256 levels."""
    parser = html.HTMLParser(collect_ids=False, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        return html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, ValueError):
        return None


def read_facts(tree: html.HtmlElement) -> PageFacts:
    """Returns the facts of a page; the tree is not modified."""
    scripts = (one for one in tree.iter("script") if _is_jsonld(one))
    values = [
        value
        for script, _ in zip(scripts, range(MAX_SCRIPTS), strict=False)
        if (value := read_jsonld(script.text or ""))
    ]
    own = find_own_elements(tree)
    return PageFacts(
        meta=_read_meta(tree),
        links=_read_links(tree),
        articles=find_articles(values),
        values=values,
        title=clean_text(tree.findtext(".//title")),
        headings=_texts(tree.iter("h1")),
        bylines=_texts(_by_attribute(tree)),
        times=read_times(tree, own),
        lang=tree.get("lang")
        or tree.get("xml:lang")
        or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
        or "",
        noscript=" ".join(_texts(tree.iter("noscript"))),
        captions=_read_captions(tree, values),
        dated=read_dated(tree, own),
        notices=_texts(element for element in tree.iter("p", "div", "span", "small") if _is_notice(element)),
    )


def _is_jsonld(script: html.HtmlElement) -> bool:
    # a MIME type: case-insensitive, parameters allowed (RFC 2045, section 5.1)
    return str(script.get("type", "")).strip().lower().startswith("application/ld+json")


def clean_text(text: str | None) -> str:
    """Returns the text on one line, of bounded length."""
    return _SPACE.sub(" ", drop_invisible((text or "")[: 4 * MAX_VALUE_CHARS])).strip()[:MAX_VALUE_CHARS]


def _read_meta(tree: html.HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = (
            element.get("property")
            or element.get("name")
            or element.get("itemprop")
            or element.get("http-equiv")
        )
        content = clean_text(element.get("content"))
        if name and content:
            found.setdefault(name.strip().lower()[:100], content)
    return found


def _read_links(tree: html.HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in tree.iter("link"):
        for kind in (element.get("rel") or "").lower().split():
            if element.get("href"):
                found.setdefault(kind, element.get("href", "").strip()[:MAX_VALUE_CHARS])
    return found


_BYLINE = re.compile(
    r"(?:^|[\s_-])(?:by-?line|author|reporter|writer|journalist)(?:$|[\s_-]|name)", re.IGNORECASE
)


def _by_attribute(tree: html.HtmlElement) -> Iterable[html.HtmlElement]:
    for element in tree.iter("a", "p", "span", "div", "address", "em", "strong", "li"):
        marks = " ".join(element.get(name, "") for name in ("class", "itemprop", "rel"))[:300]
        if marks.strip() and _BYLINE.search(marks) and not _is_apart(element):
            yield element


# Elements with captions, comments and the bylines of other articles.
_APART_TAGS = frozenset({"aside", "nav", "footer", "figure", "figcaption"})
_APART = re.compile(
    r"related|ticker|breaking|teaser|sidebar|recommend|popular|most-?read|promo|comment|caption|carousel",
    re.IGNORECASE,
)
MAX_LEVELS_UP = 8


def _is_apart(element: html.HtmlElement) -> bool:
    for above, _ in zip(element.iterancestors(), range(MAX_LEVELS_UP), strict=False):
        if above.tag in {"article", "main", "body"}:
            return False
        if above.tag in _APART_TAGS or _APART.search(f"{above.get('class', '')} {above.get('id', '')}"[:300]):
            return True
    return False


def _read_captions(tree: html.HtmlElement, values: list[Any]) -> tuple[str, ...]:
    """Returns the captions of pictures, and their credits in JSON-LD."""
    shown = _texts(
        element
        for element in tree.iter("figcaption", "p", "span", "div")
        if element.tag == "figcaption"
        or _CAPTION.search(element.get("class", "")[:300])
        or (_is_notice(element) and _follows_picture(element))
    )
    credited = (text_of(node.get("creditText")) for node in find_nodes(values))
    return tuple(text[:MAX_LINE_CHARS] for text in (*shown, *filter(None, credited)))[:MAX_HEADINGS]


def _is_notice(element: html.HtmlElement) -> bool:
    text = element.text or ""
    return len(text) < MAX_LINE_CHARS and bool(_NOTICE.search(text))


def _follows_picture(element: html.HtmlElement) -> bool:
    before = element.getprevious()
    if before is None or clean_text(before.text_content()):
        return False
    return before.tag == "img" or before.find(".//img") is not None


_CAPTION = re.compile(r"caption|photo-?credit|image-?credit|img-?credit", re.IGNORECASE)
_NOTICE = re.compile(r"©|ⓒ|\([cC]\)\s|\bcopyright\b|저작권자", re.IGNORECASE)


def _texts(elements: Iterable[html.HtmlElement]) -> tuple[str, ...]:
    texts = (
        clean_text(element.text_content()) for element, _ in zip(elements, range(MAX_HEADINGS), strict=False)
    )
    return tuple(text for text in texts if text)
