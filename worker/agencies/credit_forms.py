"""Patterns by which bylines name wire agencies, and the parts that closing lines share with them.

The forms were collected from published texts. Every pattern is bounded, so matching time stays linear.
"""

import re

from worker.agencies.bureau_forms import BUREAU_BYLINES
from worker.agencies.forms import CLEAR_ALONE
from worker.agencies.lazy_pattern import LazyPattern
from worker.agencies.name_slots import whole_name
from worker.agencies.names import WORDLIKE
from worker.agencies.spellings import COMMON, SPELLINGS, WIDE_SPELLINGS

# Spellings that are also words, initials or surnames: they count only in an unambiguous form.
INITIALS = frozenset({
    "AP", "AFP", "PTI", "ANI", "APA", "DPA", "VNA", "CNA", "SPA", "AA", "PA", "TT", "PAP", "CNN", "NTB",
    "AAP", "CP", "ANSA", "Ansa", "MENA", "WAM", "Antara", "Efe", "Belga", "Lusa", "TASS", "Jiji", "JIJI",
    "Kyodo", "Anadolu", "Bloomberg", "共同", "時事",
})  # fmt: skip
SHORT = INITIALS | WORDLIKE | WIDE_SPELLINGS
# Spellings that stay ambiguous even when they are the whole closing line.
DOUBTFUL = (WORDLIKE - CLEAR_ALONE) | frozenset({
    "AA", "PA", "CP", "CNN", "SPA", "MENA", "共同", "時事",
})  # fmt: skip


AGENCY = rf"(?P<agency>{whole_name(SPELLINGS)})"
AGENCY_ALONE = LazyPattern(AGENCY)
PLAIN = rf"(?P<agency>{whole_name(SPELLINGS - SHORT - frozenset(name.upper() for name in SHORT))})"

PERSON = r"[^\W\d_][\w.'’\-]{0,24}(?:\s[^\W\d_][\w.'’\-]{0,24}){0,4}"
_ROLE = (
    r"(?:(?:Staff|News(?: Agency| Service)?|news agency|Sports?|Business|Wire|Newswires?|Agency"
    r"|International|English|Fact Check|Syndicate|(?:Sports?|News|Business|World)\sDesk)"
    r"|(?:[A-Z][a-z]+\s){0,3}(?:[Ww]riters?|[Cc]orrespondents?|[Rr]eporters?|[Ee]ditors?|Bureau|Analyst"
    r"|Newsroom)"
    r"|(?:[A-Z][a-z]+\s)?Staff|Scotland)"
)
# A newspaper whose name begins with an article
OUTLET = r"(?:The|Le|La|El|Il|Die|Der|Báo)\s[A-ZÀ-Þ][\w'’-]{1,14}(?:\s[\w'’-]{1,14}){0,2}"
_JOB = r"(?:기자|특파원|통신원)"
# before a name, as a byline
DESK = (
    r"(?:Dalla redazione|Redazione|Redacción|Redaktion|Rédaction|Redactie|Redação|Redakcja|Redaksi|Agencia"
    r"|Agence|Agenzia|Agência|Persbureau|Source|Theo|Quelle|Bron|Piše|Oprac\.|Opr\.|Fonte|Fuente|Kaynak"
    r"|Źródło|Zdroj|Kilde|Källa|Sumber|Autor|Foto og tekst)"
)
DESK_ALONE = re.compile(DESK)
SOURCE = (
    r"(?:(?<!\w)(?i:출처|piše|пише|извор(?:и)?|източни(?:к|ци)|vir|allikas?|avots|šaltinis|mənbə|manba"
    r"|дереккөз|heimild|burimi"
    r"|(?:তথ্য)?সূত্র|ماخذ|بشکریہ|წყარო|աղբյուր|ប្រភព|szerző|yazar|yazan|text|tekst|besedilo"
    r"|autor(?:en)?|자료|기사\s?제공|المصدر|المصادر|منبع|источники?|джерел[оа]|πηγ(?:ή|ές)|מקור(?:ות)?|מאת"
    r"|kaynak|bron(?:nen)?"
    r"|källa|källor|źródł[oa]|zdroje?|forrás|läh(?:de|teet)|kilder?|sumber|haber|sursa|sursă|izvor"
    r"|(?:本文|文章|稿件|資料|资料|信息|新闻)?[来來]源|稿源|提供|sources?|source\(s\)|reporter|agency|quelle(?:n|\(n\))?"
    r"|fuente(?:s|\(s\))?"
    r"|fonte(?:s|\(s\))?|fonti|nguồn|autor|door"
    r"|story|स्रोत|साभार|इनपुट|ที่มา|แหล่งข่าว)"
    r"\s?[:：=/]|文[／/])\s?"
)
SOURCE_MARKS = ":|：|=|/|／"  # one of them ends every SOURCE
# Labels without a colon: written by, after, edited from
LABEL = (
    r"(?:נכתב (?:בידי|על ידי)|نقلا? عن|نقلاً عن|Theo(?: hãng tin)?|Fonte|Fuente|[Ss]ources?"
    r"|Quelle|Bron|Kaynak|Sumber|Källa|Kilde|Źródło|Zdroj|Izvor|Извор|Източник"
    r"|Джерело|Источник|सौजन्य|Tomado de|Con datos de|Extraído de|Repris de|Ripreso da|[Oo]prac\."
    r"|Na podstawie"
    r"|Agencia|Agência|Agence|Agenzia|Nachrichtenagentur|انتهای پیام\s?/)"
)
_WHEN = (  # date, place
    r"(?:\s?[|,–—·•-]\s.{1,60}|\sin\s.{2,40}|\s[A-Z][a-z]{2,8}\.?\s\d{1,2},?\s\d{4}.{0,20})?"
)
_CLEAR = whole_name(SPELLINGS - DOUBTFUL)
_TWO_NAMES = r"[A-ZÀ-Þ][\w'’-]{1,24}\s(?:[A-ZÀ-Þ]\.\s)?[A-ZÀ-Þ][\w'’-]{1,24}"
_CITY = r"[A-ZÀ-Þ][\w'’-]{2,24}(?:(?:,\s|[\s/])[\w'’-]{2,24}){0,3}"
# Where agencies file from, behind their name and a slash: EFE / Madrid
_CITIES = (
    "Madrid|Barcelona|Bogotá|Lima|Quito|Caracas|La Habana|Buenos Aires|Santiago(?: de Chile)?|Montevideo"
    "|Ciudad de México"
    "|México|San José|Washington|Nueva York|New York|Bruselas|Brussels|Bruxelles|Paris|París|Roma|Rome"
    "|Milano|Berlin|Berlín"
    "|Londres|London|Lisboa|Lisbon|Ankara|İstanbul|Istanbul|İzmir|Moscow|Moscú|Kyiv|Kiev|Warsaw|Vienna"
    "|Wien|Bern|Geneva"
    "|Genève|Ginebra|Athens|Cairo|Jerusalem|Jerusalén|Beirut|Gaza|Tehran|Baghdad|Riyadh|Dubai|Doha|Kabul"
    "|Islamabad|Delhi"
    "|New Delhi|Mumbai|Dhaka|Colombo|Kathmandu|Beijing|Pekín|Pékin|Shanghai|Hong Kong|Taipei|Tokyo|Tokio"
    "|Seoul|Bangkok"
    "|Hanoi|Jakarta|Manila|Kuala Lumpur|Singapore|Sydney|Canberra|Nairobi|Lagos|Abuja|Johannesburg|Ottawa"
    "|Toronto"
)
FILED_FROM = LazyPattern(rf"{AGENCY}\s?[/|]\s?(?:{_CITIES})(?:\s?[/|,]\s?[^/|]{{4,30}})?")
# A whole byline without its "By".
BYLINES: tuple[LazyPattern, ...] = tuple(
    LazyPattern(pattern, re.IGNORECASE if no_case else 0)
    for no_case, pattern in (
        (True, rf"(?:the\s|la\s|l['’]|dell?['’]|{DESK}\s)?{AGENCY}(?:\s{_ROLE})?{_WHEN}"),
        (False, rf"{PERSON}\s?[,|/–—-]\s?(?:The\s)?{AGENCY}(?:\s{_ROLE})?"),
        *((False, pattern) for pattern in BUREAU_BYLINES),
        (False, rf"{PERSON}\s?[,|;/]\s?{SOURCE}{AGENCY}"),
        (False, rf"{AGENCY}\s?/\s?{OUTLET}|{OUTLET}\s?/\s?{AGENCY.replace('agency', 'agency2')}"),
        (False, rf"{PERSON}\s\((?:The\s)?{AGENCY}\)"),
        (False, rf"{PERSON},?\s(?:for|pour|für|para|per|voor)\s(?:the\s|l['’])?{AGENCY}"),
        (False, rf"{PERSON}\s(?P<agency>AP|AFP|UPI)\s{_ROLE}"),
        (False, rf"{PERSON}\s(?:The\s)?{PLAIN}(?:\s{_ROLE})?"),
        (False, rf"{_TWO_NAMES}\s(?P<agency>AP|AFP|AAP|UPI|PTI|IANS|EFE|CNN|Bloomberg)"),
        # the agency above the place of filing: STT–Rovaniemi
        (False, rf"(?P<agency>{_CLEAR})[–—]{_CITY}"),
        # the agency and the place of filing: EFE. Zaragoza
        (False, rf"(?P<agency>{_CLEAR})\.\s{_CITY}|{_CITY}\.\s(?P<agency2>{_CLEAR})"),
        (False, rf"(?:Edited|Written|Posted) by\s[^|]{{2,40}}\|\s?{AGENCY}"),
        (False, rf"\W{{0,4}}{SOURCE}{AGENCY}(?:\s?\([^)]{{2,30}}\))?{_WHEN}"),
        (
            False,
            (
                rf"[가-힣]{{2,4}}\s{_JOB}\s?[/(=]\s?{AGENCY}\)?|[가-힣]{{2,4}}\s"
                rf"{AGENCY.replace('agency', 'agency5')}\s{_JOB}|{AGENCY.replace('agency', 'agency2')}\s"
                rf"[가-힣]{{2,4}}\s{_JOB}|[가-힣]{{2,8}}\s?=\s?{AGENCY.replace('agency', 'agency3')}"
                rf"|{AGENCY.replace('agency', 'agency4')}\s?제공"
            ),
        ),
        # staff of the agency by name: Xinhua writers Li Ming, Wang Fang
        (
            False,
            (
                rf"{AGENCY}\s(?:[Ww]riters?|[Rr]eporters?|[Cc]orrespondents?)\s{PERSON}(?:(?:,\s"
                rf"|\sand\s){PERSON}){{0,3}}"
            ),
        ),
        (False, r"(?P<agency>Reuters)/[A-Z][\w'’-]+\s[A-Z][\w'’-]+"),
        (False, rf"{AGENCY}\s?(?:記者|记者)\s?[\u4e00-\u9fff]{{2,4}}"),
    )
)
# dpa and APA list co-authors of their own text this way; for other agencies a list names contributors.
JOINT_BYLINE = LazyPattern(r"(?P<agency>dpa|apa|afp|sid|ots)(?:\s?/\s?[a-zäöü-]{2,12}){1,4}", re.IGNORECASE)
LIST_SEPARATOR = (
    r"(?:\s?[/+|・·／、]\s?|[-–]|[,،]\s|\sو\s?"
    r"|\s(?:and|&|und|et|y|e|en|och|og|ja|i|a|ve|și|και|и|та|dan|và)\s)"
)
LIST_PARTS = re.compile(r",\s|\s?[/|]\s?")
AGENCY_LIST = LazyPattern(
    rf"{AGENCY}(?:{LIST_SEPARATOR}(?:{whole_name(COMMON)}|Agencies|agencies|Staff|Newsroom)){{1,4}}"
)
WITH = (
    r"(?:with|con|com|c/|avec|mit|met|по материалам:?|за матеріалами:?|με πληροφορίες(?: από)?|z informacji"
    r"|na podstawie)"
)
# A byline of somebody who used an agency: Anna Muster mit Material der dpa
WITH_WITHIN = re.compile(r"\s(?:with|mit|avec|con|com|met|med)\s")
# A house and the agency that it used, as a line of their own: RFI avec AFP, Staff writers with AAP
SHARED_LINE = LazyPattern(
    rf"(?:[A-ZÀ-Þ][\w.'’-]*\s){{1,3}}(?:(?:writers|staff|reporters)\s)?(?:with|avec|mit|con|com|met)\s"
    rf"(?P<agency>{whole_name(SPELLINGS - WORDLIKE)})"
)
_AND = r"(?:and|&|und|et|y|e)"
SHARED_BYLINE = LazyPattern(
    rf"{AGENCY}\s(?:{WITH}|{_AND}|/)\s[\w\s]{{2,40}}|[\w\s]{{2,40}},?\s(?:{WITH}|{_AND})\s"
    rf"{AGENCY.replace('agency', 'agency2')}"
)
AGENCIES_BYLINE = LazyPattern(
    r"(?:from |[\w .'’-]{2,40},?(?:\s(?:and|&|with)|,)\s)?"
    r"(?:(?:news |wire )?agencies|(?:agency|wire) (?:services?|reports?))"
    r"|(?:[\w .'’-]{2,40}\s(?:avec|con|com|mit|met|et|e|y|und)\s)?(?:agencias|agências|agences|agenzie"
    r"|agenturen|persbureaus"
    r"|agencje|agentury|агентства|ajanslar|haber ajansları|وكالات)",
    re.IGNORECASE,
)

HEADLINE_CREDIT = LazyPattern(
    r"^\s?[【\[(（]\s?(?P<agency>共同通信|時事通信|連合ニュース|聯合ニュース|연합뉴스|新华社|新華社)\s?[】\])）]"
)
