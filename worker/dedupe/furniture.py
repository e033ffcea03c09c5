"""Furniture: what an outlet or an agency puts around a text, and how it is taken off."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from xxhash import xxh3_64_intdigest

from worker.agencies import find_credit_line, find_dateline
from worker.dedupe.text import count_letters, split_paragraphs
from worker.records import Document

MAX_FURNITURE_LETTERS = 600  # a longer paragraph is text, however often it came
MIN_LEFT_LETTERS = 24  # less than this left over means that what was stripped was the text itself
MIN_UNIT_LETTERS = 10  # "Inc." is no sentence to learn
SHORT_CHARS = 1_200  # a text this short may hold its furniture as sentences of one line

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


_NOTE = re.compile(
    r"^\s*\((?:ATTN|Eds|EDS|UPDATES?|LEAD|RECAST|ADDS?|CORRECTS?|\d(?:st|nd|rd|th) L)[^)]{0,200}\)\s*"
)
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]{0,2}\s+|(?<=[。！？])")


@dataclass(frozen=True, slots=True)
class Stripped:
    """A text without its furniture; `is_worn` when all of it was furniture and so nothing was taken off."""

    text: str
    is_worn: bool = False
    place: str = ""  # of the dateline
    agency: str = ""  # of the dateline or the credit line


FURNITURE_SIGHTINGS = 2  # a paragraph that so many other articles of a source held is its furniture


def paragraph_keys(document: Document) -> tuple[int, ...]:
    """Signed 64-bit hashes of the parts of a document that may be furniture, each once.

    The parts are its paragraphs, and the sentences too when the text is short. Furniture is what a source
    repeats: count, per source, the distinct articles that hold each key.
    """
    return tuple({_key(unit): None for unit in _units(document.text) if _may_repeat(unit)})


def strip_furniture(text: str, furniture: Collection[int]) -> Stripped:
    """A text without dateline, byline, credit line, editors' notes and furniture.

    Never strips to nothing what was only learned to be furniture: such a text is a text sent again, or
    holds nothing of its own, and says so.
    """
    credit = find_credit_line(text)
    if credit and credit.start > 0:
        text = f"{text[: credit.start]}{text[credit.end :]}"
    units = [unit for unit in _units(text) if not is_boilerplate(unit)]
    kept = [u for u in units if not (_may_repeat(u) and _key(u) in furniture)] if furniture else units
    is_worn = len(kept) < len(units) and count_letters(" ".join(kept)) < MIN_LEFT_LETTERS
    body = units if is_worn else kept
    while body and _BYLINE.match(body[0]):
        body = body[1:]
    joined = _NOTE.sub("", "\n".join(body))
    dateline = find_dateline(joined)
    if dateline:
        joined = joined[dateline.end :]
    agency = (dateline and dateline.agency_id) or (credit and credit.agency_id) or ""
    return Stripped(_NOTE.sub("", joined), is_worn, dateline.place if dateline else "", agency)


def is_boilerplate(paragraph: str) -> bool:
    """Whether a paragraph is an outlet's own on its face: sharing, subscribing, copyright, related."""
    if len(paragraph) > 400:
        return False
    return bool(_PHRASES.match(paragraph) or _CJK_PHRASES.match(paragraph))


def _units(text: str) -> list[str]:
    paragraphs = split_paragraphs(text)
    if len(text) > SHORT_CHARS:
        return paragraphs
    return [unit for paragraph in paragraphs for unit in _SENTENCE_END.split(paragraph) if unit]


def _may_repeat(unit: str) -> bool:
    return MIN_UNIT_LETTERS <= len(unit) <= MAX_FURNITURE_LETTERS


def _key(paragraph: str) -> int:
    value = xxh3_64_intdigest(" ".join(paragraph.lower().split()).encode("utf-8", "replace"))
    return value - (1 << 64) if value >> 63 else value
