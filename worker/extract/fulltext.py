"""The `fulltext` extractor: a page's bytes to an article's text and metadata, or a reason why not."""

import re
from datetime import datetime
from typing import Any

from lxml import html

from worker.errors import ExtractError
from worker.extract.body.article_text import Body, extract_body, read_plain
from worker.extract.page import byline_and_date, titles, urls
from worker.extract.page.block_pages import count_letters, name_detour, name_refusal
from worker.extract.page.markup import Markup, read_markup
from worker.extract.page.page_facts import PageFacts, parse_tree, read_facts
from worker.extract.page.stored_facts import to_marks
from worker.records import Extraction, Page
from worker.text.language import detect_language, primary_subtag

NAME, VERSION, SCHEMA = "wireroom", "3", "fulltext/1"
THIN_SHARE = 0.7  # a page with less than this of the feed's own letters is worse than the feed
SHARED_WORDS = 0.3  # a page of the same article holds at least this share of the feed's words
MIN_COMPARED_LETTERS = 120  # a shorter feed text is a teaser, often in other words
# htmldate searches all text of a page for a date: 10 MB of it took 12 s; real pages have 1.5 MB at the most
MAX_SEARCHED_CHARS = 3_000_000
MIN_TOLD_LETTERS = 40  # a shorter feed text could be told by chance
_WORD = re.compile(r"\w+")


def extract_fulltext(page: Page, *, now: datetime) -> Extraction:
    """The article of a page, with status ok, empty, refused or thin and the reason; no bytes make it raise.

    A body that is no page at all is `refused` without payload. Otherwise the payload has the metadata, and
    `text`, which is null unless the status is ok.
    """
    try:
        markup = read_markup(page.body, page.content_type)
    except ExtractError as exc:
        return Extraction("refused", str(exc))
    payload, refusal = (
        _read_html(page, markup, now) if markup.is_html else (_read_plain(page, markup, now), None)
    )
    status, reason = _judge(payload["text"], refusal, page)
    if status in {"ok", "thin"} and payload["is_paid"] and page.feed_text:
        status, reason = "thin", "the page is for subscribers; the feed's text stands"
    if status != "ok":
        payload["text"] = None
    return Extraction(status, reason, payload)


def _judge(text: str, refusal: str | None, page: Page) -> tuple[str, str | None]:
    if refusal and not _is_of_feed(text, page.feed_text or ""):
        return "refused", refusal
    if not text:
        return "empty", "no article text on the page"
    reason = compare_with_feed(text, page.feed_text or "")
    return ("thin", reason) if reason else ("ok", None)


def _is_of_feed(text: str, feed_text: str) -> bool:
    """Whether a text says what the feed did: no wall does, whatever an article talks of."""
    wanted = _units(feed_text)
    is_told = count_letters(feed_text) >= MIN_TOLD_LETTERS
    return is_told and len(wanted & _units(text)) >= THIN_SHARE * len(wanted)


def compare_with_feed(text: str, feed_text: str) -> str | None:
    """Why a page's text is worse than what the feed gave, or None."""
    given = count_letters(feed_text)
    if given < MIN_COMPARED_LETTERS:
        return None
    if count_letters(text) < THIN_SHARE * given:
        return "shorter than the feed's own text"
    wanted = _units(feed_text)
    if wanted and len(wanted & _units(text)) < SHARED_WORDS * len(wanted):
        return "does not share the feed's words"
    return None


def _units(text: str) -> set[str]:
    # words, or pairs of characters where words are not parted by spaces
    words = _WORD.findall(text.casefold())
    return (
        {word[at : at + 2] for word in words for at in range(max(1, len(word) - 1))}
        if _is_dense(words)
        else set(words)
    )


def _is_dense(words: list[str]) -> bool:
    return bool(words) and any("\u2e80" <= word[0] <= "\ud7ff" for word in words[:20])


def _read_html(page: Page, markup: Markup, now: datetime) -> tuple[dict[str, Any], str | None]:
    tree = parse_tree(markup.text)
    if tree is None:
        return _payload(page, markup, PageFacts(), Body("", []), now=now), None
    facts = read_facts(tree)
    site = titles.find_site(facts, page.url)
    title = titles.find_title(page, facts, site)
    author = byline_and_date.find_author(facts)
    body = extract_body(tree, title, author, facts.headings)
    searched = tree if len(markup.text) <= MAX_SEARCHED_CHARS else None
    payload = _payload(page, markup, facts, body, now=now, tree=searched)
    payload |= {"title": title, "author": author, "site": site}
    refusal = name_detour(page.asked_url, page.url) or name_refusal(body.text, _visible(tree), facts)
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
    tree: html.HtmlElement | None = None,
) -> dict[str, Any]:
    published = byline_and_date.find_published(page, facts, tree, now)
    declared = facts.lang or facts.meta.get("content-language") or facts.meta.get("og:locale") or page.lang
    return {
        "schema": SCHEMA,
        "url": page.url or None,
        "canonical_url": urls.find_canonical(facts, page.url),
        "title": None,
        "author": None,
        "published_at": published.at.isoformat().replace("+00:00", "Z") if published.at else None,
        "published_raw": published.raw,
        "published_from": published.source,
        "timezone": byline_and_date.find_zone(page, facts),
        "lang": primary_subtag(detect_language(body.text, declared)),
        "site": None,
        "image": urls.find_image(facts, page.url),
        "text": body.text,
        "is_paid": byline_and_date.is_paid(facts),
        "noarchive": byline_and_date.has_noarchive(facts, page.robots_tag),
        "charset": markup.charset,
        "marks": to_marks(facts, body.ends),
    }
