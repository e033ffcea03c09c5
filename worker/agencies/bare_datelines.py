"""Datelines that name the agency without brackets, before the place or in the letters of other scripts.

The forms were collected from the agencies' own published texts. Every pattern is bounded.
"""

from worker.agencies.forms import (
    ANY,
    CAPITALS,
    DASH,
    DATE,
    JOINT,
    PLACE,
    REPORTER,
    SCRIPT,
    UNBRACKETED,
)
from worker.agencies.lazy_pattern import LazyPattern
from worker.agencies.name_slots import any_name
from worker.agencies.names import WORDLIKE
from worker.agencies.spellings import SPELLINGS

_CAPITAL_WORDS = frozenset(
    {"MAP", "TAP", "APP", "SPA", "PA", "AA", "CP", "TT", "PC", "MENA", "CNN", "DIRE", "MIA", "UNI"}
)
# Names in capitals, without English words: they may be bare between a place and a dash.
_INITIALS = any_name(
    {name for name in SPELLINGS if name.isupper() and name.isascii() and 2 < len(name) < 11} - _CAPITAL_WORDS
    | {"dpa", "AP", "Lusa", "Petra", "Armenpress", "Reuters", "Hina", "Mana"},
    may_touch=True,
)
# Those that open a text before a dash, without a place
_OPENERS = any_name({
    "NNA", "AKP", "KUNA", "SANA", "IRNA", "ISNA", "WAFA", "QNA", "WAM", "ANTARA", "APS", "VNA", "TTXVN",
    "GNA",
    "BSS", "UNB", "NAMPA", "ANGOP", "STT", "NTB", "BTA", "MTI", "TASR", "HINA", "AGERPRES", "LETA", "BNS",
    "ELTA", "TANJUG", "ČTK", "MONTSAME", "KPL", "JTA", "JNS", "TPS", "IPS", "RNS", "NAN", "PNA", "SWNS",
    "FENA", "SRNA",
})  # fmt: skip
_DAY = (
    r"(?P<date>(?:\d{1,2}\.?\s[^\W\d]{2,12}\.?|[^\W\d]{2,12}\.?\s\d{1,2}|\d{1,2}[./-]\d{1,2})"
    r"(?:[,./-]?\s?\d{4})?(?:\s(?:d|г|р|ж)\.)?)"
)
_ARABIC = "واس|وام|وفا|قنا|كونا|بترا|سانا|سبأ|الأناضول|العمانية|سونا|رويترز"
_LONG_NAMES = any_name(
    {
        name
        for name in SPELLINGS
        if (len(name) > 4 and ("A" <= name[0] <= "Z")) or "\u0400" <= name[0] < "\u0530"
    }
    - WORDLIKE
)
# Names in Cyrillic letters, without words such as Фокус
_CYRILLIC = any_name(
    {name for name in SPELLINGS if "\u0400" <= name[0] < "\u0530"} - WORDLIKE | {"УНН", "УзА"}
)
_SENTENCE = r"(?=[\"“«„'‘(]?[^\W\d_a-zß-ÿа-яё])"  # begins with a capital, or in a script without case

# The day may end in the letters of the name: 12 FebGNA.
AFTER_DAY = rf"{PLACE}[,.]?\s+{_DAY}[.,]{{0,2}}\s*[—–-]?\s*(?P<agency>{_INITIALS})\s*(?:{DASH}|\.)\s+"
BARE_DATELINES: tuple[LazyPattern, ...] = tuple(
    LazyPattern(pattern)
    for pattern in (
        # the name between two marks: BAGHDAD / INA / Iraq's
        rf"{PLACE}\s?(?P<mark>[/–—])\s?(?P<agency>{_INITIALS})\s?(?P=mark)\s+{_SENTENCE}",
        # two calendars: Riyadh, Muharram 13, 1448, June 28, 2026, SPA --
        (
            rf"{PLACE},\s+[A-Z][\w'’-]{{2,12}}(?:\s[\w'’-]{{1,12}})?\s\d{{1,2}},?\s\d{{4}}\s?(?:AH"
            rf"|H)?,\s+{DATE}\s?(?:AD)?,\s+"
            rf"(?P<agency>SPA|QNA|KUNA|WAM|BNA|ONA)\s*{DASH}\s*"
        ),
        # with the day: Accra, Feb. 10, GNA – · YEREVAN, FEBRUARY 10, ARMENPRESS.
        rf"{PLACE}[,.]?\s+(?:{DATE})\.?,\s*(?P<agency>{_INITIALS})\s*(?:{DASH}|\.)\s*",
        AFTER_DAY,
        rf"{PLACE}[,.]?\s+{DATE},?\s(?P<agency>AZERTAC|AZƏRTAC|ARMENPRESS|KAZINFORM)\s+{_SENTENCE}",
        # without it: Tehran, IRNA - · BRIDGETOWN, Barbados, CMC –
        rf"{PLACE},\s(?P<agency>{_INITIALS})\s*(?:--?|[—–―])\s*{_SENTENCE}",
        # the agency before the place: AKP Phnom Penh, February 10, 2026 -- · NAMPA / WINDHOEK, 10 FEB
        rf"(?P<agency>{_INITIALS})\s?[/,–-]?\s?{PLACE},?\s+{DATE}\s*(?:--?|[—–―]|\n)\s*",
        rf"(?P<agency>{_OPENERS})\s?(?:--?|[—–])\s{_SENTENCE}",
        # between bars or full stops: Paris, France | AFP | · ASTANA. KAZINFORM -
        rf"{PLACE}\s?\|\s?(?:{_DAY}\s?\|\s?)?{ANY}\s?\|\s?",
        # КИЇВ. 12 листопада. УНН. · МИНСК. БЕЛТА.
        rf"{PLACE}[.,]\s+{_DAY}[.,]{{0,2}}\s+(?P<agency>{_CYRILLIC})(?:\.|,?\s*{DASH})\s+{_SENTENCE}",
        rf"{CAPITALS}\.\s+(?P<agency>{_CYRILLIC})\.\s+{_SENTENCE}",
        rf"{PLACE}\.\s+(?:{_DAY}\.?\s+)?(?P<agency>{_LONG_NAMES})\s*(?:--?|[—–―])\s*",
        # the day in any language, the name in slashes or brackets: БАЊАЛУКА, 10. ФЕБРУАРА /СРНА/ -
        rf"{PLACE},?\s+{_DAY}[.,]?\s*[/(\[](?:(?:Корр|Кар|Кор)\.\s)?{ANY}{JOINT}[/)\]]\.?\s*(?:{DASH})?\s*",
        rf"{_DAY},\s{PLACE}\s*[/(](?:(?:Корр|Кар|Кор)\.\s)?{ANY}[/)]\.?\s*(?:{DASH})?\s*",
        rf"\({ANY}\)\s*{PLACE},\s+{DATE}\s*{DASH}\s*",
        # the day of the month alone, and no dash: MADRID, 10 (EUROPA PRESS)
        rf"{CAPITALS},?\s+(?P<date>\d{{1,2}})\s*\({ANY}\)\s*",
        (
            r"(?P<place>[A-ZÀ-Þ][\w./-]*(?:\s[\w./-]+){0,2})\s\((?P<agency>epd|KNA|sid|SID|dpa|APA|AFP|AP"
            r"|Reuters|ATS|ats|SDA|sda|awp|Keystone-(?:SDA|ATS)|Belga|BELGA|ANP)"
            r"(?:/[\w-]{2,12}){0,2}\)\.?\s+(?=[A-ZÀ-Þ\"„»«])"
        ),
        # after the place or the day, in scripts without capitals
        (
            rf"(?P<place>[\u0600-\u06ff\s]{{2,24}}?)\s?[-–/،,]?\s?(?P<date>[^\n()]{{0,4}}?\d[^\n"
            rf"()]{{3,36}}?)[\s(/]{{1,2}}"
            rf"(?P<agency>{_ARABIC})\s?[)/]?\s?[-–—:/]{{0,2}}\s+"
        ),
        (
            r"(?P<place>[\u0600-\u06ff]{2,16}(?:\s[\u0600-\u06ff]{2,16})?)\s?/\s?(?:[^\n/]{2,30}/\s?)?"
            r"(?P<agency>الأناضول|وكالة الأناضول)\s+"
        ),
        (
            rf"(?P<place>[\u0600-\u06ff]{{2,16}}(?:\s[\u0600-\u06ff]{{2,16}})?)\s?/\s?"
            rf"(?P<date>[^/\n]{{0,6}}\d[^/\n]{{3,30}})"
            rf"\s?/\s?{ANY}\s?/\s*"
        ),
        r"(?P<place>[\u0600-\u06ff]{2,16})\s?[-–]\s?(?P<agency>سانا|وفا|قنا|كونا|واج|وال|سبأ)\s+",
        rf"(?P<agency>وطنية)\s?[-–—]\s+|به گزارش\s(?:خبرنگار\s)?{ANY.replace('agency', 'agency2')}[،,:]\s*",
        (
            rf"(?P<place>{SCRIPT}\S{{1,14}}(?:\s{SCRIPT}\S{{1,14}})?)\s?\(\s?"
            rf"(?P<agency>{UNBRACKETED})\s?\)\s+"
            rf"(?={SCRIPT})"
        ),
        # Korean and Japanese: 시드니=AFP연합뉴스 · 【北京=新華社】
        rf"(?P<place>[가-힣·]{{2,12}})\s?[=＝]\s?{ANY}(?:\s[가-힣]{{2,4}}\s{REPORTER})?\s*=?\s+",
        rf"【(?P<place>[^】=＝\d]{{1,16}}?)(?:[\d０-９]{{1,2}}日)?[=＝・]{ANY}(?:[=＝][^】]{{1,20}})?】\s*",
        r"【(?P<place>[^】=＝\d]{1,16}?)(?P<agency>聯合ニュース|新華社|タス通信)】\s*",
    )
)
