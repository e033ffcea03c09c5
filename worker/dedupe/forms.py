"""Recognize texts that are put together from parts: live blogs and digests of several stories."""

import re
from collections.abc import Sequence

from worker.agencies.lazy_pattern import LazyPattern
from worker.dedupe.short_text import APPENDED
from worker.dedupe.text import is_sentence_long

MIN_ENTRIES = 3
LIVE_SHARE = 0.3  # of the paragraphs begin with a time of day
DIGEST_SHARE = 0.15  # of the paragraphs begin an item; an item may have several
LIVE, DIGEST = "live", "digest"
_FORMS = ("", LIVE, DIGEST)

_CLOCK = re.compile(
    r"\W{0,3}(?:[01]?\d|2[0-3])(?:[:.h]|\s?[時时点點시]\s?)[0-5]\d(?:\s?[分분])?(?![\d.:%])"
    r"(?:\s?(?:[ap]\.?m\.?|uhr|[A-Z]{2,4}\b))?\W",
    re.IGNORECASE,
)
_ITEM = re.compile(r"\W{0,2}(\d{1,2})\s?[.)\]:、．]\s*\S|([•●▪■◆▶*–—-])\s+\S")
# how outlets title rolling reports and digests; agencies' "The Latest" is run by outlets like other texts
_LIVE_TITLE = LazyPattern(
    r"^\W{0,2}(?:live(?: (?:blog|updates?|coverage|text|ticker))?|liveblog|live-?ticker|en direct|direct"
    r"|en vivo|en directo|in diretta|la diretta|diretta|ao vivo|онлайн|прямая трансляция|canlı|실시간"
    r"|속보 상황|実況|ライブ|【?直播】?|مباشر)\s?[:：|–—-]"
    r"|\blive\s?(?:updates|blog|coverage|ticker)\b|\blive(?:\s?updates?)?\s*[:|–—]|[:|–—-]\s?live\s*$"
    r"|\bas it happened\b|\bminute by minute\b|\blive-?ticker\b|\bnews(?:blog|ticker)\b"
    r"|\ben (?:direct|directo|vivo)\b|\b(?:in|la) diretta\b|\bao vivo\b|\bcanlı (?:yayın|anlatım|blog)\b"
    r"|онлайн-трансляция|بث مباشر|ライブ速報|直播|생중계",
    re.IGNORECASE,
    needs="live|direct|vivo|dirett|canl|minute by|as it happened|newsblog|newsticker|онлайн|прямая|مباشر"
    "|실시간|속보|생중계|実況|ライブ|直播",
)
_COUNT = (
    r"(?:\d{1,2}|three|four|five|six|seven|eight|nine|ten|drei|vier|fünf|sechs|sieben|acht|zehn|trois"
    r"|quatre|cinq|six|sept|huit|dix|tres|cuatro|cinco|seis|siete|ocho|diez|tre|quattro|cinque|dieci"
    r"|três|sete|dez|vijf|tien)"
)
_DIGEST_TITLE = LazyPattern(
    r"\b(?:news|morning|midday|evening|daily|weekly|weekend|world|business|markets?|politics|sports?) "
    r"(?:in brief|briefs?|briefing|digest|round-?up|wrap|summary|headlines|bulletin|recap)\b"
    rf"|\b{_COUNT} (?:things|stories|headlines|news items)\b.{{0,12}}\b(?:know|today|watch|day|week)\b"
    r"|\bthings to know\b|\btop stories\b|\b(?:day|week) in review\b|\bthe (?:day|week) in\b"
    r"|\b(?:digest|round-?up|newsletter|briefing|in brief|at a glance)(?:\s*[:|–—-]|$)"
    r"|\byour (?:\w+ ){0,2}newsletter\b|\bnewsletter from\b|\bwhat (?:mattered|you missed)\b"
    r"|^\W*(?:your |the )?(?:morning|evening|sunday|weekend) (?:reads?|reading)\b"
    r"|\bder (?:tag|morgen|mittag|abend)\b.{0,10}\b(?:kompakt|kurz|überblick)\b"
    r"|\b(?:tag|morgen|abend)s? kompakt\b|\b(?:nachrichten)?überblick\b|\bkurz notiert\b"
    r"|\b(?:kurz)?meldungen des tages\b|\bl['’]essentiel de (?:l['’]actu|la (?:journée|semaine))"
    rf"|\bl['’]actu(?:alité)? en bref\b|\ben bref\s*(?:[:|–—-]|$)|\b{_COUNT} noticias\b"
    rf"|\b(?:las|los) {_COUNT} (?:del día|noticias|titulares)\b|\btitulares del día\b"
    r"|\bresumen (?:del día|de noticias|informativo)\b|\ble notizie del giorno\b|\brassegna stampa\b"
    r"|\bnotícias do dia\b|\bresumo do dia\b|\bprzegląd (?:dnia|prasy)\b|\bw skrócie\b"
    r"|\bgünün (?:özeti|haberleri)\b|\bhaber bülteni\b|\bновости дня\b|дайджест|главное за|موجز"
    r"|まとめ|要闻|要聞|早报|晚报|简报|브리핑|간추린|주요\s?뉴스",
    re.IGNORECASE,
    needs="brief|digest|round|wrap|summary|headlines|bulletin|recap|things|stories|news items|in review"
    "|the day in|the week in|newsletter|what |read|at a glance|kompakt|kurz|berblick|meldungen"
    "|essentiel|en bref|noticias|titulares|del día|resum|notizie|rassegna|notícias|przegląd|w skrócie|günün"
    "|haber b|новости дня|дайджест|главное за|موجز|まとめ|要闻|要聞|早报|晚报|简报|브리핑|간추린|주요",
)
# a newsletter greets its readers; a report may quote a greeting
_GREETING = LazyPattern(
    r"(?:\A|[.!?:|—–-]\s{1,3})(?:good (?:morning|afternoon|evening)|guten (?:morgen|tag|abend)"
    r"|bonjour|bonsoir|buenos días|buenas (?:tardes|noches)|buongiorno|buonasera|bom dia"
    r"|boa (?:tarde|noite)|goede(?:morgen|navond)|dzień dobry|доброе утро|добрый (?:день|вечер)|günaydın"
    r"|iyi akşamlar|صباح الخير|早上好|おはようございます|안녕하세요|dear readers?|liebe leser(?:innen)?"
    r"|chers lecteurs|queridos lectores|cari lettori|caros leitores|beste lezers)"
    r"(?:,? [\w'’]+){0,3}\s?[.,!:;–—。！،]",
    re.IGNORECASE,
    needs="good |guten |bonjour|bonsoir|buenos d|buenas |buongiorno|buonasera|bom dia|boa |goede|dzień|доброе"
    "|добрый|günayd|iyi ak|صباح|早上好|おはよう|안녕하세요|dear reader|liebe leser"
    "|lecteurs|lectores|lettori|leitores|lezers",
)
GREETED = 160  # characters within which a newsletter greets
MIN_HEADLINES = 3  # joined by semicolons


def find_form(title: str, paragraphs: Sequence[str]) -> str:
    """Return LIVE for a rolling report of timed entries, DIGEST for items of many stories, else "".

    A digest is known by its title, by numbered items, or by greeting its readers.
    """
    timed = sum(_CLOCK.match(paragraph) is not None for paragraph in paragraphs)
    if timed >= MIN_ENTRIES and timed >= LIVE_SHARE * len(paragraphs):
        return LIVE
    if _is_marked(title, _LIVE_TITLE):
        return LIVE
    is_listed = title.count(";") + 1 >= MIN_HEADLINES
    is_greeting = bool(paragraphs) and _GREETING.search(" ".join(paragraphs[:2])[:GREETED])
    if _is_marked(title, _DIGEST_TITLE) or is_listed or is_greeting or _has_items(paragraphs):
        return DIGEST
    return ""


def _is_marked(title: str, pattern: LazyPattern) -> bool:
    """Whether a title has the mark of a form, not counting an outlet's name at its end (`| The Briefing`)."""
    if not pattern.may_match(title):
        return False
    name = APPENDED.search(title)
    last = name.start(1) if name else len(title)
    return any(mark.start() <= last for mark in pattern.finditer(title))


def form_code(form: str) -> int:
    """Return the number (0 to 3) by which a form is stored."""
    return _FORMS.index(form)


def form_of(code: int) -> str:
    """Return the form of a stored number; raises IndexError for an unknown one."""
    return _FORMS[code]


def _has_items(paragraphs: Sequence[str]) -> bool:
    """Whether long paragraphs are items, numbered in order or marked alike; short ones list facts."""
    found = [match for match in map(_ITEM.match, filter(is_sentence_long, paragraphs)) if match]
    numbers = [int(match[1]) for match in found if match[1]]
    marks = [match[2] for match in found if match[2]]
    rising = sorted(set(numbers)) == numbers
    counts = (len(numbers) if rising and numbers[:1] <= [2] else 0, len(marks) if len(set(marks)) == 1 else 0)
    return max(counts) >= max(MIN_ENTRIES, DIGEST_SHARE * len(paragraphs))
