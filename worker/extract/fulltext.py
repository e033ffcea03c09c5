"""The `fulltext` extractor: reads an article's text and metadata from a page, or reports why it cannot."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from lxml import html

from worker.errors import ExtractError
from worker.extract.body.article_text import Body, extract_body, read_plain
from worker.extract.body.linked_paragraphs import unlink_paragraphs
from worker.extract.compared_texts import compare_with_feed, is_of_feed
from worker.extract.page import byline_and_date, titles, urls
from worker.extract.page.block_pages import find_block_kind, find_detour
from worker.extract.page.hidden import drop_hidden
from worker.extract.page.markup import Markup, read_markup
from worker.extract.page.page_facts import PageFacts, parse_tree, read_facts
from worker.extract.page.stored_facts import pack_facts
from worker.records import Extraction, Page
from worker.text.language import detect_language, primary_subtag

SCHEMA = "fulltext/1"


def extract_fulltext(page: Page, *, now: datetime) -> Extraction:
    """Returns the article of a page with status ok, empty, refused or thin, and the reason; never raises.

    A body that is not a page is `refused` without payload. Otherwise the payload has the metadata, and
    `text`, which is null unless the status is ok.
    """
    try:
        markup = read_markup(page.body, page.content_type)
    except ExtractError as exc:
        return Extraction("refused", str(exc))
    payload, refusal = (
        _read_html(page, markup, now) if markup.is_html else (_read_plain(page, markup, now), None)
    )
    status, reason = _decide_status(payload["text"], refusal, page)
    if status in {"ok", "thin"} and payload["is_paid"] and page.feed_text:
        status, reason = "thin", "the page is for subscribers; the feed's text is kept"
    if status != "ok":
        payload["text"] = None
    return Extraction(status, reason, payload)


def _decide_status(text: str, refusal: str | None, page: Page) -> tuple[str, str | None]:
    if refusal and not is_of_feed(text, page.feed_text or ""):
        return "refused", refusal
    if not text:
        return "empty", "no article text on the page"
    reason = compare_with_feed(text, page.feed_text or "")
    return ("thin", reason) if reason else ("ok", None)


def _read_html(page: Page, markup: Markup, now: datetime) -> tuple[dict[str, Any], str | None]:
    tree = parse_tree(markup.text)
    if tree is None:
        return _payload(page, markup, PageFacts(), Body("", []), now=now), None
    facts = read_facts(tree)
    drop_hidden(tree)
    unlink_paragraphs(tree)
    site = titles.find_site(facts, page.url)
    title = titles.find_title(page, facts, site)
    author = byline_and_date.find_author(facts)
    body = extract_body(tree, title, author, facts.headings)
    if body.byline and not author:
        author = byline_and_date.clean_author(body.byline)
        facts = replace(facts, bylines=(*facts.bylines, body.byline))
    payload = _payload(page, markup, facts, body, now=now)
    payload |= {"title": title, "author": author, "site": site}
    refusal = find_detour(page.asked_url, page.url) or find_block_kind(body.text, _visible(tree), facts)
    return payload, refusal


def _visible(tree: html.HtmlElement) -> str:
    body = tree.find("body")
    if body is None:
        return ""
    parts = (
        element.text
        for element in body.iter("p", "h1", "h2", "div", "span", "button", "a", "li")
        if element.text
    )
    return " ".join(part for part, _ in zip(parts, range(500), strict=False))


def _read_plain(page: Page, markup: Markup, now: datetime) -> dict[str, Any]:
    article = read_plain(markup.text)
    facts = PageFacts(
        title=article.above,
        bylines=(article.author,) if article.author else (),
        dated=(article.dated,) if article.dated else (),
    )
    payload = _payload(page, markup, facts, article.body, now=now)
    title = " ".join((page.feed_title or "").split()) or article.title
    author = byline_and_date.clean_author(article.author or "")
    return payload | {"title": title, "author": author, "site": urls.bare_host(page.url) or None}


def _payload(
    page: Page,
    markup: Markup,
    facts: PageFacts,
    body: Body,
    *,
    now: datetime,
) -> dict[str, Any]:
    published = byline_and_date.find_published(page, facts, now)
    declared = byline_and_date.find_declared_lang(facts) or page.lang
    return {
        "schema": SCHEMA,
        "url": page.url or None,
        "canonical_url": urls.find_canonical(facts, page.url),
        "title": None,
        "author": None,
        "published_at": published.at.isoformat().replace("+00:00", "Z") if published.at else None,
        "published_raw": published.raw,
        "published_from": published.source,
        "timezone": byline_and_date.find_page_zone(page, facts),
        "lang": primary_subtag(detect_language(body.text, declared)),
        "site": None,
        "image": urls.find_image(facts, page.url),
        "text": body.text,
        "is_paid": byline_and_date.is_paid(facts),
        "noarchive": byline_and_date.has_noarchive(facts, page.robots_tag),
        "charset": markup.charset,
        "marks": pack_facts(facts, body.ends),
    }
