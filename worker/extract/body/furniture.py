"""Removes furniture (boilerplate paragraphs around a text), by position and whole paragraphs only."""

import re

from worker.extract.body.siblings import ends_sentence, to_key

MAX_BYLINE_CHARS = 90
MAX_CALL_CHARS = 250
TOP, BOTTOM = 5, 8  # paragraphs at either end that may be furniture
# Whole paragraphs that are furniture at the top or the bottom of an article.
_FURNITURE = re.compile(
    "|".join(
        (
            r"advertise?ment|advertising|story continues below.{0,40}|close|menu|print|save|comments?",
            r"share this.{0,40}|link copied!?|copy link|listen to this article.{0,60}",
            r"\(?end\)?|follow us on .{0,80}",
            r"(?:©|\(c\)|ⓒ|copyright)\s.{0,200}all rights reserved\.?|all rights reserved\.?",
            r"sign up for .{0,160}newsletter.{0,80}|tags?:?|(?:tags?|filed under|topics):.{0,200}",
            r"photo: .{0,80}|image source.{0,80}|(?:image|media) caption.{0,200}",
        )
    ),
    re.IGNORECASE,
)
# Labels of links to other articles, alone in a paragraph or followed by the title.
_RELATED = "|".join(
    (
        r"read (?:more|also|next)|also read|see also|(?:related|recommended)(?: \w+)?|watch(?: now| also)?",
        r"more(?: on this| stories| from \w.{0,30})?|don.t miss|editors?.? (?:picks|choice|recommendations)",
        r"you (?:may|might) (?:also )?(?:like|be interested in)",
        r"lesen sie (?:auch|hier|mehr).{0,30}|lies auch|mehr(?: zum thema| dazu)?|siehe auch",
        r"auch interessant|(?:das )?(?:thema )?könnte (?:sie|dich|euch) (?:auch )?interessieren",
        r"(?:à )?(?:lire|voir) (?:aussi|également)|sur le même sujet",
        r"le[ae] (?:también|más)|(?:te|le) puede interesar|ver también",
        r"(?:notas|noticias|artículos) relacionad[ao]s",
        r"(?:leia|veja) (?:também|mais)|saiba mais|(?:leggi|vedi) anche|potrebbe interessarti",
        r"lees ook|l[äe]s (?:också|mer|også)|læs også|(?:czytaj|zobacz) (?:też|także|również|więcej)",
        r"читайте также|관련 ?기사|関連(?:記事|ニュース)|あわせて読みたい",
        r"相关(?:新闻|阅读|报道)|延伸阅读|延伸閱讀",
    )
)
# Whole paragraphs of furniture between those of an article.
_BETWEEN = re.compile(
    r"advertise?ment|advertising|story continues below.{0,40}|(?:[-*•|]\s*)?link copied!?|copy link"
    rf"|(?:[-*•|►>»]+\s*)?(?:{_RELATED})\s?(?:[:：>»…!.]{{0,3}}|[:：>»|]\s?.{{1,160}}(?<![.。]))",
    re.IGNORECASE,
)
_REFERENCE = re.compile(rf"(?:[-*•|►>»]+\s*)?(?:{_RELATED})\s?[:：>»|]", re.IGNORECASE)
# Calls to follow, subscribe or write at the end of an article: a verb first, then a channel.
_CALL = re.compile(
    r"(?:.{0,60}[.?!]\s)?(?:"
    r"follow (?:us|me|him|her|them|our|@|[^.]{1,60}\bon\b)|(?:subscribe|sign up|click here)\b"
    r"|download (?:the|our)\b|get (?:the|our|more|access)\b|write to\b"
    r"|email (?:us|me|him|her|them|the|[^\s@]+@)"
    r"|(?:contact|join|support|listen to|like) (?:us|our)\b|please (?:subscribe|follow|support|sign)\b"
    r"|to (?:view|read) the\b|for (?:more (?!than\b)|the latest\b)|never miss\b"
    r"|folgen sie\b|folge uns\b|abonnier|suivez\b|abonnez|s[ií]guenos\b|suscr[ií]b[ae]"
    r"|descarga (?:la|nuestra)\b"
    r"|siga\b|assine\b|seguici\b|iscriviti\b)",
    re.IGNORECASE,
)
_CHANNEL = re.compile(
    r"twitter|facebook|instagram|telegram|whatsapp|newsletter|inbox|\bapps?\b|e-?mail|@\w|https?://"
    r"|subscri|abonn|suscri|assin",
    re.IGNORECASE,
)
PUBLISHED = re.compile(
    r"(?:(?:first |last )?(?:published|posted|updated|modified)|(?:기사)?입력|수정|등록|公開|更新)"
    r".{0,40}\d.{0,40}",
    re.IGNORECASE,
)
# a date and a clock time and little else
DATE_LINE = re.compile(r"(?=.{0,60}\b(?:19|20)\d\d\b)(?=.{0,60}\d[:.h시時]\s?\d\d).{8,60}")
BYLINE = re.compile(r"(?:by|von|par|por|di|door)\s[^.!?]{2,80}", re.IGNORECASE)
_BULLET = re.compile(r"^[-*•|]\s+")


def strip_ends(paragraphs: list[str], title: str | None, author: str | None) -> tuple[list[str], list[str]]:
    """Returns the paragraphs without title, byline, dates and furniture, and the furniture from their end."""
    start, end = 0, len(paragraphs)
    for index, paragraph in enumerate(paragraphs[:TOP]):
        if _same(paragraph, title) or (index == start and _is_top_furniture(paragraph, author)):
            start = index + 1
    while end > max(start, len(paragraphs) - BOTTOM) and _is_bottom_furniture(paragraphs[end - 1]):
        end -= 1
    kept = [paragraph for paragraph in paragraphs[start:end] if not _BETWEEN.fullmatch(paragraph)]
    return kept, paragraphs[end:]


def find_byline(paragraphs: list[str], title: str | None) -> str | None:
    """Returns the byline above a text that `strip_ends` removes, or None."""
    for paragraph in paragraphs[:TOP]:
        if _is_byline(paragraph):
            return paragraph
        if not _same(paragraph, title) and not _is_top_furniture(paragraph, None):
            return None
    return None


def _is_byline(paragraph: str) -> bool:
    is_short = len(paragraph) <= MAX_BYLINE_CHARS and not ends_sentence(paragraph)
    return is_short and bool(BYLINE.fullmatch(paragraph))


def is_reference(paragraph: str) -> bool:
    """Whether a paragraph refers to another article or calls to subscribe, whatever its punctuation."""
    return bool(_REFERENCE.match(paragraph)) or _is_call(paragraph)


def _is_top_furniture(paragraph: str, author: str | None) -> bool:
    if _is_furniture(paragraph) or PUBLISHED.fullmatch(paragraph):
        return True
    if len(paragraph) > MAX_BYLINE_CHARS or ends_sentence(paragraph):
        return False
    return (
        bool(DATE_LINE.fullmatch(paragraph)) or _same(paragraph, author) or bool(BYLINE.fullmatch(paragraph))
    )


def _is_bottom_furniture(paragraph: str) -> bool:
    if _is_furniture(paragraph):
        return True
    return _is_call(paragraph)


def _is_call(paragraph: str) -> bool:
    return len(paragraph) <= MAX_CALL_CHARS and bool(_CALL.match(paragraph) and _CHANNEL.search(paragraph))


def _is_furniture(paragraph: str) -> bool:
    return bool(_BETWEEN.fullmatch(paragraph) or _FURNITURE.fullmatch(_BULLET.sub("", paragraph)))


def _same(paragraph: str, other: str | None) -> bool:
    key = to_key(paragraph)
    return bool(key) and key == to_key(other or "")
