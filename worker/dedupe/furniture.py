"""Furniture: what an outlet or an agency puts around a text, and how it is taken off."""

import re
from collections.abc import Collection

from xxhash import xxh3_64_intdigest

from worker.agencies import find_credit_line, find_dateline
from worker.dedupe.text import count_letters, split_paragraphs
from worker.records import Document

MAX_FURNITURE_LETTERS = 600  # a longer paragraph is text, however often it came
MIN_LEFT_LETTERS = 24  # less than this left over means that what was stripped was the text itself

# Whole paragraphs that are an outlet's on their face, in any source and on its first day.
_PHRASES = re.compile(
    r"(?i)^(?:"
    r"(?:share|print|e-?mail|save|bookmark|follow us|tweet|pin it|link copied|copy link)\b.{0,60}"
    r"|advertisement|continue reading.{0,60}|read (?:more|also|next)\b.{0,200}|related(?: (?:stories|articles|news|topics|content))?\s?[:|].{0,300}"
    r"|(?:also|more|most) (?:read|popular|stories)\b.{0,120}|(?:click|tap) here\b.{0,160}|sign (?:up|in)\b.{0,220}|subscribe\b.{0,220}"
    r"|by (?:continuing|using|signing up)\b.{0,240}|comments are (?:closed|off)\b.{0,160}|support (?:independent|our|local)\b.{0,200}"
    r"|(?:©|ⓒ|\(c\)|copyright)\s.{0,300}|all rights reserved.{0,200}"
    r"|this (?:material|content|article) may not be\b.{0,200}|get (?:the|our) .{0,120}(?:inbox|newsletter|app).{0,120}"
    r"|this story (?:was first published by|has been updated with)\b.{0,240}|download (?:the|our) app.{0,120}"
    r"|(?:photo|image|picture)s?(?: credit| by)?\s?[:/].{0,160}|thank you for reading.{0,160}"
    r"|lire aussi.{0,200}|à lire aussi.{0,200}|abonnez-vous.{0,200}|lesen sie (?:auch|mehr).{0,200}|leer (?:más|también).{0,200}|suscríbe(?:te|se).{0,200}|leggi anche.{0,200}"
    r"|читайте также.{0,200}|подпис(?:ывайтесь|аться).{0,200}"
    r")$"
)
_CJK_PHRASES = re.compile(
    r"^(?:[<〈\[(]?\s?(?:저작권자|ⓒ|Copyright).{0,200}|.{0,40}무단\s?전재.{0,120}|기사\s?제보.{0,120}|.{0,24}기자\s*[\w.+-]+@[\w.-]+|[\w.+-]+@[\w.-]+\.\w+"
    r"|▶.{0,120}|관련\s?기사.{0,160}|구독.{0,80}|사진\s?[=:].{0,80}"
    r"|関連(?:記事|ニュース).{0,160}|.{0,40}無断(?:転載|複製).{0,80}|あわせて読みたい.{0,120}|最新ニュースを.{0,80}|続きを読む.{0,40}|この記事を.{0,40}"
    r"|[（(]完[）)]|[（(]?(?:责任)?编辑[：:].{0,40}|(?:本文)?(?:来源|來源)[：:].{0,80}|.{0,40}转载请注明.{0,60}|相关(?:新闻|阅读|报道).{0,160}|扫码.{0,60}|.{0,40}版权所有.{0,80})$"
)
_BYLINE = re.compile(
    r"(?i)^(?:by|von|par|por|di)\s[^.!?\n]{2,90}$|^[가-힣]{2,4}\s(?:기자|특파원)$|^(?:staff|wire|agencies|associated press)(?: (?:reports?|services?|writers?))?$"
)


def paragraph_keys(document: Document) -> tuple[int, ...]:
    """Signed 64-bit hashes of a document's paragraphs that may be furniture, each once.

    Furniture is what a source repeats: count, per source, the distinct articles that hold each key.
    """
    return tuple({_key(p): None for p in split_paragraphs(document.text) if _may_repeat(p)})


def strip_furniture(text: str, furniture: Collection[int]) -> list[str]:
    """The paragraphs of a text without dateline, byline, credit line and furniture.

    Never strips to nothing: a text that is all furniture is a text sent again and keeps its paragraphs.
    """
    credit = find_credit_line(text)
    if credit and credit.start > 0:
        text = text[: credit.start]
    paragraphs = split_paragraphs(text)
    own = [p for p in paragraphs if not is_boilerplate(p)]
    if furniture:
        kept = [p for p in own if not (_may_repeat(p) and _key(p) in furniture)]
        if count_letters(" ".join(kept)) >= MIN_LEFT_LETTERS:
            own = kept
    while len(own) > 1 and _BYLINE.match(own[0]):
        own = own[1:]
    own = own or paragraphs
    dateline = find_dateline(own[0]) if own else None
    if dateline:
        own = [own[0][dateline.end :], *own[1:]]
    return own


def is_boilerplate(paragraph: str) -> bool:
    """Whether a paragraph is an outlet's own on its face: sharing, subscribing, copyright, related."""
    if len(paragraph) > 400:
        return False
    return bool(_PHRASES.match(paragraph) or _CJK_PHRASES.match(paragraph))


def _may_repeat(paragraph: str) -> bool:
    return len(paragraph) <= MAX_FURNITURE_LETTERS


def _key(paragraph: str) -> int:
    value = xxh3_64_intdigest(" ".join(paragraph.lower().split()).encode("utf-8", "replace"))
    return value - (1 << 64) if value >> 63 else value
