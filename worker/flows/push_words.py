"""The body of a push message: JSON as Standard Webhooks have it, or a line for a chat."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from worker.agencies.marks import marked_title
from worker.flows.alert_words import escape_chat, spell_time
from worker.records import ArticleState, PushKind
from worker.text.amounts import count_of, shorten

SUMMARY_CHARS = 4_000
TEXT_CHARS = 100_000
RESULT_BYTES = 256 * 1024  # of an extraction; a longer one is only named
CHAT_CHARS = 1_900
TITLE_CHARS = 300
_CHAT_HEADS = {
    PushKind.ARTICLE_NEW: "New article",
    PushKind.ARTICLE_EDITED: "Edited article",
    PushKind.STORY_NEW: "New story",
    PushKind.STORY_GREW: "Story with {copies}",
    PushKind.STORY_CORRECTED: "Corrected",
    PushKind.STORY_WITHDRAWN: "Withdrawn",
    PushKind.STORY_RESTORED: "Run again after its withdrawal",
    PushKind.STORY_CHANGED: "Changed story",
    PushKind.EXTRACTION_DONE: "Extracted",
}


def story_data(facts: Mapping[str, Any], lead: Mapping[str, Any] | None, tags: list[str]) -> dict[str, Any]:
    """What a message says of a story."""
    articles = facts["articles"]
    first = lead or articles[0]
    return {
        "id": facts["id"],
        "title": first["title"],
        "url": first["url"],
        "summary": shorten(first.get("summary") or "", SUMMARY_CHARS),
        "lead": facts["lead"],
        "copies": facts["copies"],
        "tags": tags,
        "agencies": sorted({one["agency"] for one in articles if one["agency"]}),
        "first_seen_at": facts["first_seen_at"],
        "last_seen_at": facts["last_seen_at"],
        "mark": facts["mark"],
        "articles": articles,
    }


def article_data(article: Mapping[str, Any], tags: list[str]) -> dict[str, Any]:
    """What a message says of an article."""
    texts = {
        "summary": shorten(article["summary"] or "", SUMMARY_CHARS),
        "text": shorten(article["text"] or "", TEXT_CHARS),
    }
    return {**article, **texts, "tags": tags}


def extraction_data(extraction: Mapping[str, Any]) -> dict[str, Any]:
    """What a message says of an extraction; a very large result is left out, and `is_cut` says so."""
    size = len(json.dumps(extraction["payload"], ensure_ascii=False).encode("utf-8", "replace"))
    is_cut = size > RESULT_BYTES
    return {**extraction, "payload": None if is_cut else extraction["payload"], "is_cut": is_cut}


def make_body(form: str, kind: str, at: datetime, data: Mapping[str, Any], lost: str = "") -> str:
    """The body to post: `{"type", "timestamp", "data"}`, or `{"text"}` for a chat.

    `lost` says which mark of the story is not there any longer; `data` has the mark that is.
    """
    chat: dict[str, Any] = {"text": _chat_text(kind, data, lost)}
    standard: dict[str, Any] = {"type": kind, "timestamp": spell_time(at), "data": data}
    payload = chat if form == "slack" else standard
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return spell_time(value)
    raise TypeError(f"{type(value).__name__} is not a JSON value")


def _chat_text(kind: str, data: Mapping[str, Any], lost: str) -> str:
    """Some lines: what happened, the headline, its address; of a notice those of its article.

    A correction of an article that does not lead its story names the story's headline as well.
    """
    story, article, notice = data.get("story"), data.get("article"), data.get("notice")
    about: Mapping[str, Any] = story or article or {}
    copies = count_of(about["copies"], "copy") if "copies" in about else ""
    head = _CHAT_HEADS[PushKind(kind)].format(copies=copies)
    agency = ", ".join(about["agencies"]) if story else about.get("agency") or ""
    title, mark = (notice or about).get("title") or "(no headline)", about.get("mark") or ""
    is_shown = not notice or (mark == ArticleState.WITHDRAWN and kind != PushKind.STORY_WITHDRAWN)
    title = shorten(marked_title(title, mark) if is_shown else title, TITLE_CHARS)
    if notice:
        head = f"{head} by {notice['feed']}"
    first = f"*{escape_chat(head)}*{f' · {escape_chat(agency)}' if agency else ''}"
    url = _chat_url(_url_of(notice, about) if notice else about.get("url"))
    unmarked = [f"{lost[0].upper()}{lost[1:]}"] if lost else []
    further = [*unmarked, *_chat_notice(notice), *_chat_lead(kind, notice, story)]
    lines = [first, escape_chat(title), *map(escape_chat, further), *([url] if url else [])]
    return shorten("\n".join(lines), CHAT_CHARS)


def _chat_notice(notice: Mapping[str, Any] | None) -> list[str]:
    """The headline before, if it was another one, and the note in the text, if there is one."""
    if not notice:
        return []
    was, now = notice["title_before"], notice["title"]
    before = [f"Before: {shorten(was, TITLE_CHARS)}"] if was and was != now else []
    return [*before, *([notice["note"]] if notice["note"] else [])]


def _chat_lead(kind: str, notice: Mapping[str, Any] | None, story: Mapping[str, Any] | None) -> list[str]:
    """The headline of a story that another article than the corrected one leads."""
    if kind != PushKind.STORY_CORRECTED or not notice or not story or story["lead"] == notice["article"]:
        return []
    headline = story["title"] or ""
    is_other = headline and headline != notice["title"]
    return [f"The story leads with: {shorten(headline, TITLE_CHARS)}"] if is_other else []


def _url_of(notice: Mapping[str, Any], story: Mapping[str, Any]) -> str | None:
    """The address of a notice's article, or else that of its story."""
    own = (one["url"] for one in story.get("articles", ()) if one["id"] == notice["article"])
    return next(own, None) or story.get("url")


def _chat_url(url: str | None) -> str | None:
    """The address as a link of a chat; None unless it is a web address without marks that end one."""
    if not url or not url.startswith(("http://", "https://")) or any(mark in url for mark in "<>| \n\t"):
        return None
    return f"<{url.replace('&', '&amp;')}>"
