"""Wire agencies: their names and house forms, as a table of facts with pure finders.

The forms are those of the agencies' own published texts. An agency that is only mentioned in running
text ("told AFP", "Reuters reported") is never a credit: every form is anchored to the start of a text, to
a closing line of its own, or to a closing bracket.
"""

import re
from dataclasses import dataclass

# id -> spellings; the first is the display name, the rest are what feeds, bylines and datelines write
NAMES: dict[str, tuple[str, ...]] = {
    "yonhap": ("Yonhap", "Yonhap News", "Yonhap News Agency", "연합뉴스"),
    "newsis": ("Newsis", "뉴시스"),
    "news1": ("News1", "뉴스1"),
    "ap": ("AP", "The Associated Press", "Associated Press"),
    "reuters": (
        "Reuters",
        "Thomson Reuters",
        "Reuters Staff",
        "로이터",
        "로이터통신",
        "ロイター",
        "路透社",
        "Рейтер",
    ),
    "afp": ("AFP", "Agence France-Presse", "Agence France Presse", "法新社", "AFP通信", "AFP통신"),
    "dpa": ("dpa", "Deutsche Presse-Agentur", "Deutsche Presse Agentur", "dpa-infocom"),
    "apa": ("APA", "Austria Presse Agentur"),
    "efe": ("EFE", "Agencia EFE"),
    "ansa": ("ANSA",),
    "xinhua": ("Xinhua", "Xinhua News Agency", "新华社", "新華社", "新华网"),
    "cns": ("China News Service", "中新社", "中新网", "中国新闻社"),
    "cna": ("CNA", "Central News Agency", "中央社", "中央通訊社"),
    "kyodo": ("Kyodo", "Kyodo News", "共同通信", "共同通信社", "共同", "共同社"),
    "jiji": ("Jiji Press", "Jiji", "時事通信", "時事通信社", "時事"),
    "tass": ("TASS", "Itar-Tass", "ТАСС", "ИТАР-ТАСС"),
    "ria": ("RIA Novosti", "РИА Новости"),
    "interfax": ("Interfax", "Интерфакс", "INTERFAX.RU"),
    "upi": ("UPI", "United Press International", "UPI Staff"),
    "pti": ("PTI", "Press Trust of India"),
    "ians": ("IANS", "Indo-Asian News Service"),
    "ani": ("ANI", "Asian News International"),
    "bernama": ("Bernama",),
    "antara": ("ANTARA", "Antara News"),
    "vna": ("VNA", "Vietnam News Agency", "TTXVN", "Thông tấn xã Việt Nam"),
    "bloomberg": ("Bloomberg", "Bloomberg News"),
    "kcna": ("KCNA", "Korean Central News Agency", "조선중앙통신"),
    "cp": ("The Canadian Press", "Canadian Press"),
    "aap": ("AAP", "Australian Associated Press"),
    "pa": ("PA Media", "Press Association", "PA"),
    "anadolu": ("Anadolu", "Anadolu Agency", "AA"),
    "askanews": ("askanews",),
    "europapress": ("Europa Press",),
    "prensalatina": ("Prensa Latina",),
    "cnn": ("CNN",),
    "belga": ("Belga",),
    "ntb": ("NTB",),
    "tt": ("TT",),
    "lusa": ("Lusa", "Agência Lusa"),
    "pap": ("PAP", "Polska Agencja Prasowa"),
    "spa": ("SPA", "Saudi Press Agency"),
}
# too short or too common as words to be read without brackets around them
_ONLY_BRACKETED = frozenset(
    {"aa", "pa", "tt", "spa", "apa", "ani", "vna", "cna", "cp", "antara", "共同", "時事"}
)

MONTHS = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?"
    r"|janv(?:ier|\.)|févr(?:ier|\.)|mars|avril|mai|juin|juil(?:let|\.)|août|décembre|septembre|octobre|novembre"
    r"|ene(?:ro|\.)?|febrero|marzo|abr(?:il|\.)?|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
    r"|gen(?:naio)?|feb(?:braio)?|mag(?:gio)?|giu(?:gno)?|lug(?:lio)?|ago|set(?:tembre)?|ott(?:obre)?|dic(?:embre)?"
    r"|Januar|Februar|März|Juni|Juli|Oktober|Dezember"
    r"|январ[ья]|феврал[ья]|марта?|апрел[ья]|ма[йя]|июн[ья]|июл[ья]|августа?|сентябр[ья]|октябр[ья]|ноябр[ья]|декабр[ья]"
    r"|янв|фев|мар|апр|июн|июл|авг|сен|окт|ноя|дек)"
)
_DATE = (
    rf"(?P<date>{MONTHS}\s+\d{{1,2}}(?:,?\s+\d{{4}})?|\d{{1,2}}\.?(?:\s+de)?\s+{MONTHS}\.?(?:\s+\d{{4}})?)"
)
_WORD = r"[^\W\d_][\w.'’\-]*"
_PLACE = rf"(?P<place>[A-ZÀ-ÞА-ЯŁŚŻĐ]{{1}}[\w.'’\-]*(?:(?:,\s|\s|/|\s?/\s?){_WORD}){{0,5}}?)"
_DASH = r"(?:--+|[—–―_-]|\.\s?-|:)"


def _alternatives(names: list[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


_ALL = _alternatives([name for names in NAMES.values() for name in names])
_BRACKETED = rf"\((?P<agency>{_ALL})\)"
_HANGUL_DATELINE = r"[(\[](?P<place>[가-힣A-Za-z·,.\s]{1,24}?)\s?=\s?(?P<agency>[^)\]=]{2,20})[)\]]\s*(?:[가-힣·,\s]{2,30}?(?:기자|특파원|통신원|논설위원)\s*=?|=)?\s*"
_DATELINES = tuple(
    re.compile(pattern)
    for pattern in (
        _HANGUL_DATELINE,
        rf"{_PLACE}(?:[,.]?\s+{_DATE})?[.,]?\s*\((?P<agency>{_ALL})\)\s*{_DASH}?\s*",
        rf"{_DATE}\s*\((?P<agency>{_ALL})\)\s*{_DASH}\s*",
        rf"\((?P<agency>{_ALL})\)\s*{_DASH}\s*(?:{_PLACE},\s+{_DATE}\s*{_DASH}\s*)?",
        rf"{_PLACE},\s+{_DATE}\.?\s*/(?P<agency>{_ALL})/\.?\s*",
        rf"{_PLACE},\s+{_DATE}\.?,?\s+(?P<agency>AAP|Kyodo|INTERFAX\.RU)\s*{_DASH}\s*",
        rf"{_PLACE}[,.]\s+{_DATE}\.?\s*[—–-]\s*(?P<agency>РИА Новости|ТАСС|Интерфакс)\.\s*",
        rf"{_PLACE}[.]\s+{_DATE}\.?\s*(?P<agency>INTERFAX\.RU)\s*{_DASH}\s*",
        r"(?P<agency>EFE|THE CANADIAN PRESS|AP|AFP|dpa)\s?(?:\.-|—|–)\s*",
        r"(?P<agency>新华社|新華社|中新社|中新网)(?P<place>[\u4e00-\u9fff]{0,12}?)(?P<date>[\d０-９]{1,2}月[\d０-９]{1,2}日)[电電](?:\s*[（(][^）)]{1,40}[）)])?(?:题：|電題：|电题：)?\s*",
        r"[（(](?P<agency>中央社|共同通信|共同|時事通信|時事)(?:記者[^）)]{2,8}?)?(?P<place>[\u4e00-\u9fff]{0,6}?)(?P<date>[\d０-９]{1,2}日)?(?:專?[电電]|綜合[^）)]{0,6}[电電])?[）)]\s*",
        r"【(?P<place>[^】共時]{1,16}?)(?:(?P<date>[\d０-９]{1,2}日))?(?P<agency>共同|時事|ロイター|AFP)】\s*",
        rf"(?P<place>[A-ZÀ-ÞА-Я][A-ZÀ-ÞА-Я.'’\- ]{{2,40}}(?:,\s[A-ZÀ-Þ][\w. ]{{1,24}}?)?),\s+{_DATE}\s*(?:--+|[—–-])\s+",
        r"(?P<place>[A-ZÀ-Þ][A-ZÀ-Þ.'’\- ]{2,40}(?:,\s[A-ZÀ-Þ][\w. ]{1,24}?)?)(?:\s(?:--+|[—–])|:)\s+",
    )
)
_BY_NAME = {name.casefold(): ident for ident, names in NAMES.items() for name in names}


@dataclass(frozen=True, slots=True)
class Dateline:
    """Where a text says it was filed; `start` and `end` are offsets in the text."""

    place: str
    date: str
    agency_id: str | None
    agency: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Credit:
    """A closing line that names who made the text; `kind` is mark, desk, copyright, source or syndicated."""

    agency_id: str | None
    agency: str | None
    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Take:
    """A later edition of a wire text; `kind` is lead, update, correction or withdrawal.

    `start` and `end` are the mark's offsets in the title, both 0 when it stood in the text.
    """

    kind: str
    number: int
    mark: str
    start: int = 0
    end: int = 0


def agency_id_of(name: str) -> str | None:
    """The id of the agency that is spelled so, or None."""
    return _BY_NAME.get(" ".join(name.split()).strip(" .").casefold())


def agency_of(name: str) -> str | None:
    """The display name of the agency that is spelled so, or None."""
    ident = agency_id_of(name)
    return NAMES[ident][0] if ident else None


_OPENING = re.compile(
    r"\s*(?:\((?:ATTN|Eds)[^)]{0,200}\)\s*|\(\d?(?:st|nd|rd|th)?\s?(?:LEAD|LD)\)\s*)*(?:By [^\n]{2,80}\n\s*)?"
)


def find_dateline(text: str) -> Dateline | None:
    """The dateline a text opens with, after take marks and byline, or None."""
    head = text[:400]
    start = _OPENING.match(head)
    at = start.end() if start else 0
    for pattern in _DATELINES:
        found = pattern.match(head, at)
        if found:
            parts = found.groupdict()
            ident = agency_id_of(parts.get("agency") or "")
            name = NAMES[ident][0] if ident else None
            return Dateline(
                (parts.get("place") or "").strip(),
                parts.get("date") or "",
                ident,
                name,
                found.start(),
                found.end(),
            )
    return None


_CREDIT_LINES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("mark", re.compile(rf"[(（\[<]\s*(?P<agency>{_ALL})\s*[)）\]>]\.?")),
    ("mark", re.compile(rf"[-—–]+\s?(?P<agency>{_ALL})(?:\s[A-Za-z]{{1,4}}/[A-Za-z]{{1,4}})?")),
    (
        "mark",
        re.compile(
            r"(?P<agency>PTI|EFE|IANS|UPI|APA|dpa)(?:\s[A-Z]{2,4}){1,4}|(?P<agency2>EFE|ANSA)\s[a-z]{2,4}/[a-z]{2,4}"
        ),
    ),
    (
        "desk",
        re.compile(
            r"[(（\[]?\s*(?:Additional )?(?:Reporting|Writing|Compiled|Editing)\s(?:and [a-z]+ )?by\s[^\n]{3,300}"
        ),
    ),
    ("desk", re.compile(r"[（(]編輯：[^）)]{2,12}[）)][\d０-９]{0,8}")),
    (
        "copyright",
        re.compile(
            rf"[^\n]{{0,12}}(?:Copyright|©|ⓒ|\([cC]\)|저작권자)[^\n]{{0,40}}?(?P<agency>{_ALL})\b[^\n]{{0,260}}"
        ),
    ),
    (
        "source",
        re.compile(
            rf"(?:출처|来源|來源|本文来源|Source|Quelle|Fuente|Fonte)\s?[:：]\s?(?P<agency>{_ALL})[^\n]{{0,80}}"
        ),
    ),
    (
        "syndicated",
        re.compile(
            rf"This (?:story|report|article) (?:by|was (?:first )?published by|was provided by) (?P<agency>{_ALL})\b[^\n]{{0,260}}"
        ),
    ),
)
_INLINE = re.compile(rf"[.!?。다]['\"”’]?\s*[(（](?P<agency>{_ALL})[)）]\s*$")


def find_credit_line(text: str) -> Credit | None:
    """The closing line that names the maker of a text, or None; a mention in running text is none."""
    tail = max(0, len(text) - 1600)
    lines = list(re.finditer(r"[^\n]+", text[tail:]))[-6:]
    for line in reversed(lines):
        stripped = line.group().strip()
        for kind, pattern in _CREDIT_LINES:
            found = pattern.fullmatch(stripped)
            if found:
                parts = found.groupdict()
                ident = agency_id_of(parts.get("agency") or parts.get("agency2") or "")
                return Credit(
                    ident,
                    NAMES[ident][0] if ident else None,
                    kind,
                    stripped,
                    tail + line.start(),
                    tail + line.end(),
                )
        inline = _INLINE.search(line.group().rstrip())
        if inline:
            ident = agency_id_of(inline["agency"])
            return Credit(
                ident,
                NAMES[ident][0] if ident else None,
                "mark",
                inline["agency"],
                tail + line.start() + inline.start() + 1,
                tail + line.end(),
            )
    return None


# mark in a title -> kind; a group holds the number (Reuters "UPDATE 2-", Yonhap "(2nd LD)", Korean "(종합2보)")
_TAKES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "withdrawal",
        re.compile(
            r"^\s*\W{0,2}(?:MANDATORY |BULLETIN )?KILL\b\W*|^\s*(?:STORY )?(?:WITHDRAWN|RETRACTED)\b\W*|^\s*[\[(]?\s?전문\s?취소\s?[\])]?\s*|^\s*ADVISORY[-:\s]+(?=.*withdraw)"
        ),
    ),
    (
        "correction",
        re.compile(
            r"^\s*\W?(?:OFFICIAL |CLARIFICATION|REFILE|CORRECT(?:ED|ION|S))(?:\s\d)?\W{1,3}\s*|^\s*[\[(（【]\s?(?:정정|訂正|更正|고침)\s?[\])）】]\s*|[\[(]\s?정정\s?[\])]\s*$"
        ),
    ),
    (
        "lead",
        re.compile(
            r"^\s*\(\s?(?:(?P<n>\d{1,2})(?:st|nd|rd|th)?\s)?(?:LEAD|Lead|LD)\s?\)\s*|^\s*(?:(?P<m>\d{1,2})(?:st|nd|rd|th)\s)?LEAD(?:\s\d)?\s?[-:]\s*"
        ),
    ),
    (
        "update",
        re.compile(
            r"^\s*UPDATE\s(?P<n>\d{1,2})\s?[-:]\s*|^\s*(?:UPDATED?|WRAPUP(?:\s\d{1,2})?|RPT|ACTUALIZA(?:CIÓN)?)\s?\d{0,2}[-:]\s*|\s*\((?i:updated)\)\s*$|\s*[\[(]\s?종합\s?(?P<m>\d{0,2})보?\s?\d?[\])]\s*$|\s*\((?P<k>\d)보\)\s*$|^\s*【続報】\s*"
        ),
    ),
)
_TAKE_IN_TEXT = re.compile(r"\s*\((?:ATTN|Eds)\s?:\s*(?P<what>[^)]{3,200})\)")


def find_take(title: str, text: str) -> Take | None:
    """The mark of a later edition in a title, or in the note to editors a text opens with, or None."""
    for kind, pattern in _TAKES:
        found = pattern.search(title)
        if found:
            number = next((int(v) for v in found.groupdict().values() if v), 1)
            return Take(kind, number, found.group().strip(), found.start(), found.end())
    note = _TAKE_IN_TEXT.match(text[:300])
    if note:
        kind = "correction" if re.search(r"(?i)correct", note["what"]) else "update"
        return Take(kind, 1, note.group().strip())
    return None
