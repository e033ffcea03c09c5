"""House forms of wire agencies as data: datelines and take marks.

The forms were collected from the agencies' own published texts. Every pattern is bounded, so matching time
stays linear in the length of a text.
"""

import re

from worker.agencies.correction_marks import (
    CORRECTION_MARKS,
    CORRECTION_NEEDS,
    WITHDRAWAL_MARKS,
    WITHDRAWAL_NEEDS,
)
from worker.agencies.lazy_pattern import LazyPattern
from worker.agencies.name_slots import any_name
from worker.agencies.names import WORDLIKE
from worker.agencies.spellings import COMMON, SPELLINGS

MONTHS = (
    r"(?i:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?"
    r"|janv(?:ier|\.)|févr?(?:ier|\.)?|mars|avril|mai|juin|juil(?:let|\.)|août|décembre|septembre|octobre"
    r"|novembre|ene(?:ro|\.)?|febrero|marzo|abr(?:il|\.)?|mayo|junio|julio|agosto|septiembre|octubre"
    r"|noviembre|diciembre|gen(?:naio)?|febbraio|mag(?:gio)?|giu(?:gno)?|lug(?:lio)?|ago|set(?:tembre)?"
    r"|ott(?:obre)?|dic(?:embre)?|Januar|Februar|März|Juni|Juli|Oktober|Dezember"
    r"|январ[ья]|феврал[ья]|марта?|апрел[ья]|ма[йя]|июн[ья]|июл[ья]|августа?|сентябр[ья]|октябр[ья]"
    r"|Januari|Februari|Maret|Mac|Okt\.?|Dez\.?|Juni|Juli|Julai|Agustus|Ogos|Desember|Disember"
    r"|janeiro|fevereiro|fev|março|maio|junho|julho|setembro|set|outubro|out|dezembro|dez"
    r"|січня|лютого|березня|квітня|травня|червня|липня|серпня|вересня|жовтня|листопада|грудня"
    r"|ноябр[ья]|декабр[ья]|янв|фев|мар|апр|июн|июл|авг|сен|окт|ноя|дек)"
)
DATE = (
    rf"(?P<date>{MONTHS}\s+\d{{1,2}}(?:,?\s+\d{{4}})?"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\.?(?:\s+de)?\s+{MONTHS}\.?(?:,?\s+(?:de\s+)?\d{{4}})?)"
)
_NAME = r"[^\W\d_a-zß-ÿа-я][\w.'’\-]*"
PLACE = (
    rf"(?P<place>{_NAME}(?:(?:,?\s|/)(?:{_NAME}|de|del|la|las|los|el|al|di|do|da|du|des|sur|of|the|and|y"
    rf"|am|an|der|bei|ob|upon)){{0,5}}?(?:\s\([A-Z][^)]{{2,30}}\))?(?:\s\[[^\]]{{2,30}}\])?)"
)
_UPPER = "A-ZÀ-ÞА-ЯΑ-ΩİŞĞČŠŽŁŚŻŹĆŃĘĄŐŰŘĚŮŤĎŇ"
CAPITALS = (
    r"(?P<place>(?!(?:NOTE|UPDATE|WATCH|BREAKING|EXCLUSIVE|LIVE|VIDEO|PHOTOS?|OPINION|ANALYSIS|READ|KILL"
    rf"|CORRECTION|ADVISORY|EDITORS?)\b)[{_UPPER}][{_UPPER}.'’\-]{{2,24}}(?:\s[{_UPPER}.'’\-]{{2,24}}){{0,2}}"
    r"(?:,\s[A-ZÀ-Þ][\w.]{1,20}(?:\s[A-ZÀ-Þ][\w.]{1,20}){0,3}?)?)"
)
DASH = r"(?:--+|[—–―_-]|\.\s?[-–—]|:|=(?=\s))"


# Wordlike spellings that count when they are a whole closing line, or in brackets before a text.
CLEAR_ALONE = frozenset({
    "SDA", "sda", "ATS", "ats", "ANP", "DHA", "KUNA", "QNA", "PNA", "UNB", "WAFA", "NZPA", "KNA", "epd",
    "BELGA", "LUSA", "AWP", "awp", "TNS", "STT", "MTI", "CTK", "واس", "وام", "كونا", "قنا", "سانا", "بترا",
    "GNA", "APS", "BNS", "LETA", "ELTA", "BTA", "БТА", "NAN", "ISNA", "SUNA", "AKP", "NNA", "BNA", "BSS",
    "FENA", "Fena", "HINA", "Hina", "IHA", "AVN", "NAMPA", "SRNA", "СРНА", "KPL", "ATSH", "BOPA", "ZANIS",
    "МИА", "Nampa", "SID", "УзА", "UzA", "EPD", "NZN", "وفا", "JTA", "JNS", "SWNS", "RNZ", "UNI", "NNI",
    "INP", "ENS", "TNN", "DHNS", "KMS", "JIS", "SINC", "NPK", "ANB", "QMI", "SAPA", "IPS", "RNS", "dts",
    "URN", "STA", "KAI", "ANKA", "SITA", "भाषा", "VNS",
})  # fmt: skip
# Names that open a text before a dash, without a place: ANSA - Un nuovo tratto
_OPENERS = (
    "AFP|ANSA|Ansa|Adnkronos|ADNKRONOS|EFE|Reuters|REUTERS|Lusa|LUSA|Belga|BELGA|TASS|Xinhua|Bernama"
    "|BERNAMA|PTI"
    "|IANS|Bloomberg|Europa Press|Agencia EFE|Agência Brasil|Radiocor|LaPresse|Anadolu|ANP|dpa"
)
_ITALIAN = (
    r"(?=[^\n]{0,160}?\s(?:dell[aoe]|dei|degli|nell?[ao]?|sull?[ao]?|gli|è|ha|hanno|che|secondo"
    r"|all[ao]|dall?[ao]?)\s)"
)
ANY = rf"(?P<agency>{any_name(SPELLINGS)})"

# partner agencies or a desk: (APA/dpa), (dpa-AFX), (Reuters, AFP)
JOINT = r"(?:\s(?:Broker|Analyser|Salute|Sport|Plus))?(?:(?:[/-]|\s/\s|,\s)[A-Za-zÀ-ž-]{2,14}){0,3}"
UNBRACKETED = any_name({name for name in SPELLINGS if not name.isascii() and name[0].isalpha()})
# Greek, Cyrillic, Armenian, Hebrew, Arabic, Indic, Thai and Georgian letters
SCRIPT = r"[\u0370-\u058f\u0590-\u06ff\u0900-\u0dff\u0e00-\u0eff\u10a0-\u10ff]"
_HAN = any_name(
    {name for name in SPELLINGS if re.fullmatch(r"[\u4e00-\u9fff]+", name)}
    - {"時事", "共同", "時事通信", "共同通信"}
)
_HAN_DAY = r"(?P<date>(?:[\d０-９]{1,2}月)?[\d０-９]{1,2}[日号號])"
_HAN_WIRE = r"(?:综合|綜合|外|专|專)*[电電讯訊](?:報導|报道|報道)?"
REPORTER = r"(?:기자|특파원|통신원|논설위원)"
# Matched at the start of a text. A bracketed agency requires a date, a dash or capitals next to it.
DATELINES: tuple[LazyPattern, ...] = tuple(
    LazyPattern(pattern)
    for pattern in (
        (
            r"[(\[【](?P<place>[가-힣A-Za-z·ㆍ・,/.\s]{1,24}?)\s?=\s?(?P<agency>[^)\]】=]{2,20})[)\]】]\s*"
            rf"(?:[가-힣·,\s]{{2,30}}?{REPORTER}\s*=?|=)?\s*"
        ),
        r"\((?P<place>[가-힣]{1,8})\s(?P<date>\d{1,2}월\s?\d{1,2}일)발\s?(?P<agency>조선중앙통신)\)\s*",
        rf"{PLACE}[,.:]?\s+{DATE}[.,]?\s*\({ANY}{JOINT}\)\s*{DASH}?\s*",
        rf"{PLACE},?\s*\({ANY}{JOINT}\)\s*{DASH}\s*",
        rf"{CAPITALS}\s*{DASH}\s*\({ANY}\)\s*{DASH}?\s*",
        rf"{CAPITALS},?\s*\({ANY}\)\s*",
        rf"{CAPITALS},?\s+(?P<date>\d{{1,2}})\s*\({ANY}\)\s*{DASH}\s*",
        rf"{DATE}\s*\({ANY}\)\s*{DASH}\s*",
        rf"\({ANY}\)\s*{DASH}\s*{PLACE},\s+{DATE}\s*{DASH}\s*",
        rf"{PLACE},\s+{DATE}\s*{DASH}\s*\({ANY}{JOINT}\)\s*{DASH}?\s*",
        rf"\((?P<agency>{any_name(SPELLINGS - (WORDLIKE - CLEAR_ALONE))}){JOINT}\)\s*{DASH}?\s*",
        rf"\({ANY}{JOINT}\)\s*{DASH}\s*",
        # any other way of writing the date: Praha 12. května (ČTK) -
        (rf"{PLACE}[,.]?\s+(?P<date>[^()\n]{{0,16}}\d[^()\n]{{0,24}})\s*\({ANY}{JOINT}\)\s*{DASH}\s*"),
        (
            r"(?P<place>[A-ZÄÖÜ][\w./-]*(?:\s[\w./-]+){0,2})\s\((?P<agency>epd|KNA|sid|SID|dpa)\)\.\s+"
            r"(?=[A-ZÄÖÜ\"„»])"
        ),
        rf"[^\n()/]{{3,40}}/\s?{CAPITALS},?\s*\({ANY}\)\s*{DASH}\s*",
        (
            rf"(?P<place>{SCRIPT}(?:[^\n()\[\]/–—:.]|\.(?=\s\d)){{1,40}}?)[،,.]?\s*[(\[]\s?{ANY}{JOINT}\s?[)\]]\s*"
            rf"(?:{DASH}|(?=\n))\s*"
        ),
        (
            rf"(?P<place>{SCRIPT}[\w\s،,]{{1,30}}?)\s?[-–—/]\s?\(?(?P<agency>{UNBRACKETED})\)?\s?"
            r"[-–—:/]\s*"
        ),
        rf"{PLACE}\s*\((?P<agency>CNN|TT|NTB|Ritzau){JOINT}\)\.?\s+(?=[A-ZÅÄÖØÆ])",
        # an Indian dateline has a comma before the day: लंदन, तीन मार्च (भाषा)
        (
            r"(?P<place>[\u0900-\u097f\s]{2,20}),\s(?P<date>[\u0900-\u097f\d\s]{3,20})\s\((?P<agency>भाषा"
            r"|पीटीआई|आईएएनएस|एएनआई|हि\.?\s?स\.?|वार्ता|यूनीवार्ता|यूएनआई|हिन्दुस्थान समाचार)"
            r"\)[।.:]?\s*"
        ),
        r"(?P<place>[\u0600-\u06ff]{2,20})\s(?P<date>[^\n]{10,50}?)\sم\s(?P<agency>واس)\s+",
        rf"{PLACE},\s+{DATE}\.?\s*/(?:(?:Корр|Кар|Кор)\.\s)?{ANY}(?:\s[^/\n]{{2,40}})?/\.?\s*",
        rf"{CAPITALS},?\s+(?P<agency>AAP|Reuters|AFP|Xinhua|Bernama|PTI|IANS)\s*[—–-]{{1,2}}\s+",
        (
            rf"{PLACE}[,.]\s+{DATE}\.?,?\s+(?P<agency>AAP|Kyodo|INTERFAX\.RU|Interfax|ИНТЕРФАКС)"
            rf"(?:-[^\W\d]{{2,12}})?\s*{DASH}\s*"
        ),
        (
            rf"{PLACE}[,.]\s+{DATE}\.?\s*[—–-]\s*(?P<agency>РИА Новости|ТАСС|Интерфакс|ПРАЙМ)"
            r"(?:,\s[^.\n]{3,40})?\.\s*"
        ),
        (
            rf"{PLACE}[,.]\s+{DATE}\.?[.,]?\s*[—–-]?\s*(?P<agency>УНІАН|УНИАН|Укрінформ|УКРІНФОРМ|Укринформ)"
            r"\.\s+"
        ),
        rf"(?P<agency>EFE)(?:\s?/\s?{_NAME})?\s?\.-\s*",
        (
            rf"(?P<agency>{_OPENERS})\s?(?:--?|[—–])\s(?=[\"“«„¿¡'‘]?[A-ZÀ-Þ])"
            rf"|(?P<agency2>AGI|DIRE)\s?[-—–]\s{_ITALIAN}"
        ),
        r"(?P<agency>AP|AFP|dpa)\s?[—–]\s*|(?P<agency2>THE CANADIAN PRESS)\s?[—–-]\s*",
        (
            r"[（(]?(?P<agency>新华社|新華社|新华网|中新社|中新网)(?P<place>[\u4e00-\u9fff]{0,12}?)"
            r"(?P<date>[\d０-９]{1,2}月[\d０-９]{1,2}日)[电電][）)]?\s*(?:[（(][^）)]{1,40}[）)])?\s*"
            r"(?:题：|題：)?\s*"
        ),
        (
            r"[（(](?P<agency>中央社|共同通信|共同|時事通信|時事)(?:記者"
            r"(?:[^）)、]{2,3}、){0,4}[^）)、]{2,3}(?=[^）)\d０-９]{2}))?(?P<place>[\u4e00-\u9fff]{0,6}?)"
            r"(?P<date>[\d０-９]{1,2}日)?(?:專?[电電]|綜合[^）)]{0,6}[电電導])?[）)]\s*"
        ),
        (
            r"[（](?P<agency>CNN|ブルームバーグ|ロイター|AFP|AP|共同通信|時事通信)[）]\s?[：:]?\s*"
            r"(?=[\u3040-\u30ff\u4e00-\u9fff])"
        ),
        (
            r"【(?P<agency>新華社|新华社|中新社|中央社|ロイター|AFP)(?P<place>[^】\d０-９]{1,10})"
            r"(?P<date>[\d０-９]{1,2}月[\d０-９]{1,2}日)[^】]{0,4}】\s*"
        ),
        r"【(?P<agency>AFP)[＝=](?:時事|共同)】\s*",
        (
            r"【(?P<place>[^】共時]{1,16}?)(?P<date>[\d０-９]{1,2}日)?"
            r"(?P<agency>共同|時事|ロイター|AFP|(?<![Ａ-Ｚ])(?:ＡＦＰ|ＡＰ))"
            r"(?:[＝=][^】]{1,20})?】\s*"
        ),
        r"【(?P<date>\d{1,2}月\d{1,2}日)\s(?P<agency>Xinhua News)】\s*",
        r"(?P<place>[\u30a1-\u30fc\u4e00-\u9fff・]{1,12})\s?[（(](?P<agency>CNN|AFP|ロイター)[）)]\s+",
        (
            r"[\[［](?P<place>[^\]］\s]{1,12})\s+(?P<date>[\d０-９]{1,2}日)\s+(?P<agency>ロイター|AFP|時事"
            r"|共同)[\]］]\s*[-–—]?\s*"
        ),
        # Chinese datelines of all agencies, with the place before or after the name
        (
            rf"[（(「【\[〔]?\s?[据據]?(?P<agency>{_HAN})"
            rf"(?P<place>[\u4e00-\u9fff]{{0,12}}?){_HAN_DAY}{_HAN_WIRE}"
            r"[）)」】\]〕]?\s*"
        ),
        (
            rf"[（(「【\[〔]\s?(?P<place>[\u4e00-\u9fff]{{0,8}}?)(?:[\d０-９]{{1,2}}[日號号])?"
            rf"(?P<agency>{_HAN})[\u4e00-\u9fff]{{0,8}}?{_HAN_DAY}?"
            rf"{_HAN_WIRE}[）)」】\]〕]\s*"
        ),
        rf"[（(「【\[〔]\s?(?P<agency>{_HAN})(?:\s?[、，／/・]\s?(?:{_HAN})){{0,3}}\s?[）)」】\]〕]\s*",
    )
)
# Datelines without an agency
PLACE_DATELINES: tuple[LazyPattern, ...] = (
    LazyPattern(rf"{CAPITALS},\s+{DATE}\s*(?:--+|[—–-])\s+"),
    LazyPattern(rf"{CAPITALS}(?:\s(?:--+|[—–])|:)\s+"),
)
# Agencies whose datelines always contain the day: brackets without one contain other initials.
DATED = frozenset({"ANI", "CNA"})
# First and last words of place names that consist of several words.
PLACE_OPENERS = frozenset(
    {"TP.", "San", "Santa", "Santo", "São", "Saint", "Las", "Los", "Ho", "Port", "Fort", "New"}
)
PLACES_WITH_ARTICLE = frozenset({"Hague", "Valley", "Woodlands", "Dalles", "Villages", "Bronx", "Bahamas"})
PLACE_ENDERS = frozenset({"City", "Base", "Beach", "Island", "Islands", "Springs", "Valley", "Airport"})
# Form of a dateline that is unambiguous even after a headline that was merged into the text.
LATE_DATELINE = LazyPattern(rf"(?<![^\s.)\]]){CAPITALS},\s+{DATE}\s*\({ANY}\)\s*{DASH}")
# What may precede a dateline: notes to editors, take marks, a byline.
OPENING = LazyPattern(
    r"\s*(?:\((?:ATTN|Eds|EDS)[^)]{0,200}\)\s*|\((?:\d{1,2}(?:st|nd|rd|th)\s)?(?:LEAD|LD)\)\s*){0,4}"
    r"(?:By (?:(?![A-Z]{3})\S{2,20} ){2,8}(?=[A-Z]{3}[^\n(]{0,40}\()|By [^\n]{2,80}\n\s*)?"
)

# A capitalized word after the name indicates another firm: "PA Consulting Group", "AP Systems Inc."
SAME_OWNER = (
    rf"(?!\s(?!(?:{any_name(COMMON)}|All|Alle|Tutti|Todos|Tous|This|Click|News|Media|Agency"
    r"|Inc|Ltd|Limited|LLC|L\.P|LP|GmbH|Corp|Pty|S\.A|SA|plc|Co)\b)[A-Z]\w)"
)
ONE_SENTENCE = r"(?:(?!\.\s[A-Z])[^\n])"  # one character within the same sentence

# (kind of take, pattern of its mark in a title); a named group captures the number
# (Reuters "UPDATE 2-", Yonhap "(2nd LD)", "(종합2보)").
TAKES: tuple[tuple[str, LazyPattern], ...] = tuple(
    (kind, LazyPattern("|".join(patterns), needs=needs))
    for kind, needs, patterns in (
        ("withdrawal", WITHDRAWAL_NEEDS, WITHDRAWAL_MARKS),
        ("correction", CORRECTION_NEEDS, CORRECTION_MARKS),
        (
            "lead",
            "ld|lead",
            (
                r"^\s*\(\s?(?:(?P<a>\d{1,2})(?:st|nd|rd|th)?\s)?(?:LEAD|Lead|LD)\s?\)\s*",
                r"^\s*(?:(?P<b>\d{1,2})(?:st|nd|rd|th)\s)?LEAD(?:\s\d)?\s?[-:]\s*",
            ),
        ),
        (
            "update",
            "update|wrapup|rpt|actualiza|zusammenfassung|zf|종합|보)|続報",
            (
                r"^\s*UPDATE\s(?P<a>\d{1,2})\s?[-:]\s*",
                r"^\s*(?:UPDATED?|WRAPUP(?:\s\d{1,2})?|RPT|ACTUALIZA(?:CIÓN)?)\s?\d{0,2}[-:]\s*",
                r"^\s*(?P<b>\d{1,2})\.\s?(?:Zusammenfassung|ZF)\s?[-:]?\s*",
                r"\s{0,3}\((?i:updated?)\)\s{0,3}$",
                r"\s{0,3}[\[(]\s?종합\s?(?P<c>\d{0,2})보?\s?[\])]\s{0,3}$",
                r"\s{0,3}\((?P<d>\d)보\)\s{0,3}$",
                r"^\s*【続報】\s*",
            ),
        ),
    )
)
EDITORS_NOTE = LazyPattern(r"\s*\((?:ATTN|Eds|EDS)\s?:\s*(?P<what>[^)]{3,200})\)")
