"""Patterns by which bylines, closing lines, copyright lines, captions and running text name wire agencies.

The forms were collected from published texts. Every pattern is bounded, so matching time stays linear.
"""

import re

from worker.agencies.forms import ONE_SENTENCE, SAME_OWNER, SPELLINGS, WIDE_SPELLINGS
from worker.agencies.lazy_pattern import LazyPattern
from worker.agencies.names import WORDLIKE
from worker.agencies.picture_forms import PICTURE_DESKS

# Spellings that are also words, initials or surnames: they count only in an unambiguous form.
_INITIALS = frozenset({
    "AP", "AFP", "PTI", "ANI", "APA", "DPA", "VNA", "CNA", "SPA", "AA", "PA", "TT", "PAP", "CNN", "NTB",
    "AAP", "CP", "ANSA", "Ansa", "MENA", "WAM", "Antara", "Efe", "Belga", "Lusa", "TASS", "Jiji", "JIJI",
    "Kyodo", "Anadolu", "Bloomberg", "共同", "時事",
})  # fmt: skip
SHORT = _INITIALS | WORDLIKE | WIDE_SPELLINGS
# Wordlike spellings that count when they are a whole closing line.
CLEAR_ALONE = frozenset({
    "SDA", "sda", "ATS", "ats", "ANP", "DHA", "KUNA", "QNA", "PNA", "UNB", "WAFA", "NZPA", "KNA", "epd",
    "BELGA", "LUSA", "AWP", "awp", "TNS", "STT", "MTI", "CTK", "واس", "وام", "كونا", "قنا", "سانا", "بترا",
})  # fmt: skip
# Spellings that stay ambiguous even when they are the whole closing line.
_DOUBTFUL = (WORDLIKE - CLEAR_ALONE) | frozenset({
    "AA", "PA", "CP", "CNN", "SPA", "MENA", "共同", "時事",
})  # fmt: skip
# Mail domains of agencies: a reporter's address ends the text.
MAIL_HOSTS = {"yna.co.kr": "yonhap", "newsis.com": "newsis", "news1.kr": "news1"}


def alternatives(names: set[str] | frozenset[str]) -> str:
    """Returns an alternation of names, longest first, at word boundaries in scripts that have spaces.

    Wordlike names keep their case in patterns that ignore it.
    """
    exact = names & WORDLIKE
    parts = [*_bounded(names - exact), *(f"(?-i:{part})" for part in _bounded(exact))]
    first = "".join(sorted({re.escape(name[0]) for name in names}))
    return f"(?=[{first}])(?:{'|'.join(parts)})"  # the set lets the regex engine skip ahead


def _bounded(names: set[str] | frozenset[str]) -> list[str]:
    """Returns one pattern for each kind of script: Latin, other alphabets, those without spaces."""
    ordered = sorted(names, key=lambda name: (-len(name), name))
    latin = [name for name in ordered if name[0].isascii() and name[-1].isascii()]
    wide = [name for name in ordered if name in WIDE_SPELLINGS]
    dense = [name for name in ordered if max(name) > "\u0e00" and name not in {*latin, *wide}]
    others = [name for name in ordered if name not in {*latin, *wide, *dense}]
    forms = (
        (wide, r"(?<![Ａ-Ｚａ-ｚ])(?:{})(?![Ａ-Ｚａ-ｚ])"),
        (dense, "{}"),
        (others, r"(?<!\w)(?:{})(?!\w)"),
        (latin, r"(?<![A-Za-z])(?:{})(?![A-Za-z])"),
    )
    return [form.format("|".join(map(re.escape, some))) for some, form in forms if some]


AGENCY = rf"(?P<agency>{alternatives(SPELLINGS)})"
AGENCY_ALONE = LazyPattern(AGENCY)
PLAIN = rf"(?P<agency>{alternatives(SPELLINGS - SHORT - frozenset(name.upper() for name in SHORT))})"

_PERSON = r"[^\W\d_][\w.'’\-]{0,24}(?:\s[^\W\d_][\w.'’\-]{0,24}){0,4}"
_ROLE = (
    r"(?:(?:Staff|News(?: Agency| Service)?|news agency|Sports|Business|Wire|Newswire|Agency)"
    r"|(?:[A-Z][a-z]+\s){0,2}(?:Writer|Writers|Correspondent|Reporter|Editor|Bureau)|Scotland)"
)
_JOB = r"(?:기자|특파원|통신원)"
# before a name, as a byline
_DESK = r"(?:Dalla redazione|Redazione|Redacción|Redaktion|Agencia|Agence|Agenzia|Source|Theo)"
_SOURCE = (
    r"(?:(?<!\w)(?i:출처|자료|기사\s?제공|المصدر|المصادر|منبع|источники?|джерел[оа]|πηγ(?:ή|ές)|מקור(?:ות)?|מאת|kaynak|bron(?:nen)?"
    r"|källa|källor|źródł[oa]|zdroje?|forrás|läh(?:de|teet)|kilder?|sumber|haber|sursa|sursă|izvor"
    r"|(?:本文|文章|稿件|資料|资料|信息|新闻)?[来來]源|稿源|提供|sources?|source\(s\)|quelle(?:n|\(n\))?|fuente(?:s|\(s\))?|fonte(?:s|\(s\))?|fonti|nguồn|autor|door"
    r"|story|स्रोत|साभार|इनपुट|ที่มา|แหล่งข่าว)"
    r"\s?[:：=/]|文[／/])\s?"
)
# Labels without a colon: written by, after, edited from
_LABEL = (
    r"(?:נכתב (?:בידי|על ידי)|نقلا? عن|نقلاً عن|Theo(?: hãng tin)?|Fonte|Fuente|[Oo]prac\.|Na podstawie"
    r"|انتهای پیام\s?/)"
)
_WHEN = r"(?:\s?[|,–-]\s.{1,60}|\sin\s.{2,40}|\s[A-Z][a-z]{2,8}\.?\s\d{1,2},?\s\d{4}.{0,20})?"  # date, place
_CLEAR = alternatives(SPELLINGS - _DOUBTFUL)
_CITY = r"[A-ZÀ-Þ][\w'’-]{2,24}(?:(?:,\s|[\s/])[\w'’-]{2,24}){0,3}"
# A whole byline without its "By".
BYLINES: tuple[LazyPattern, ...] = tuple(
    LazyPattern(pattern, re.IGNORECASE if no_case else 0)
    for no_case, pattern in (
        (True, rf"(?:the\s|la\s|l['’]|dell?['’]|{_DESK}\s)?{AGENCY}(?:\s{_ROLE})?{_WHEN}"),
        (False, rf"{_PERSON}\s?[,|/–—-]\s?(?:The\s)?{AGENCY}(?:\s{_ROLE})?"),
        (False, rf"{_PERSON}\s\((?:The\s)?{AGENCY}\)"),
        (False, rf"{_PERSON},?\s(?:for|pour|für|para|per|voor)\s(?:the\s|l['’])?{AGENCY}"),
        (False, rf"{_PERSON}\s(?P<agency>AP|AFP|UPI)\s{_ROLE}"),
        (False, rf"{_PERSON}\s(?:The\s)?{PLAIN}(?:\s{_ROLE})?"),
        # the agency and the place of filing: EFE. Zaragoza
        (False, rf"(?P<agency>{_CLEAR})\.\s{_CITY}|{_CITY}\.\s(?P<agency2>{_CLEAR})"),
        (False, rf"(?:Edited|Written|Posted) by\s[^|]{{2,40}}\|\s?{AGENCY}"),
        (False, rf"\W{{0,4}}{_SOURCE}{AGENCY}(?:\s?\([^)]{{2,30}}\))?{_WHEN}"),
        (
            False,
            (
                rf"[가-힣]{{2,4}}\s{_JOB}\s?[/(=]\s?{AGENCY}\)?|{AGENCY.replace('agency', 'agency2')}\s"
                rf"[가-힣]{{2,4}}\s{_JOB}|[가-힣]{{2,8}}\s?=\s?{AGENCY.replace('agency', 'agency3')}"
                rf"|{AGENCY.replace('agency', 'agency4')}\s?제공"
            ),
        ),
        (False, rf"{AGENCY}\s?(?:記者|记者)\s?[\u4e00-\u9fff]{{2,4}}"),
    )
)
# dpa and APA list co-authors of their own text this way; for other agencies a list names contributors.
JOINT_BYLINE = LazyPattern(r"(?P<agency>dpa|apa|afp|sid|ots)(?:\s?/\s?[a-zäöü-]{2,12}){1,4}", re.IGNORECASE)
_LIST_SEPARATOR = (
    r"(?:\s?[/+|・·／、]\s?|[-–]|[,،]\s|\sو\s?"
    r"|\s(?:and|&|und|et|y|e|en|och|og|ja|i|a|ve|și|και|и|та|dan|và)\s)"
)
AGENCY_LIST = LazyPattern(
    rf"{AGENCY}(?:{_LIST_SEPARATOR}(?:{alternatives(SPELLINGS)}|Agencies|agencies|Staff|Newsroom)){{1,4}}"
)
_WITH = (
    r"(?:with|con|com|c/|avec|mit|met|по материалам:?|за матеріалами:?|με πληροφορίες(?: από)?|z informacji"
    r"|na podstawie)"
)
# A house and the agency that it used, as a line of their own: RFI avec AFP, Staff writers with AAP
SHARED_LINE = LazyPattern(
    rf"(?:[A-ZÀ-Þ][\w.'’-]*\s){{1,3}}(?:(?:writers|staff|reporters)\s)?(?:with|avec|mit|con|com|met)\s"
    rf"(?P<agency>{alternatives(SPELLINGS - WORDLIKE)})"
)
_AND = r"(?:and|&|und|et|y|e)"
SHARED_BYLINE = LazyPattern(
    rf"{AGENCY}\s(?:{_WITH}|{_AND}|/)\s[\w\s]{{2,40}}|[\w\s]{{2,40}},?\s(?:{_WITH}|{_AND})\s"
    rf"{AGENCY.replace('agency', 'agency2')}"
)
AGENCIES_BYLINE = LazyPattern(
    r"(?:from )?(?:(?:news |wire )?agencies|(?:agency|wire) (?:services?|reports?))", re.IGNORECASE
)

_END = r"(?:^|(?<=[.!?。…다][\"'”’」)\]])|(?<=[.!?。…다\"'”’」)]))"
# Reuters closes with the names of writers and editors, in the language of the text.
_WROTE = (
    r"(?i:(?:reporting|writing|compiled|editing) (?:and [a-z]+ )?by|reporte de|reportagem de|bericht von"
    r"|reportage)"
)
_EDITED = r"(?i:writing|edit(?:ing|ed)|compiled|editado|edición|edição|édité|version française|redigiert)"
_WRITTEN = r"(?:Reporting|Report|Text|Texte|Texto|Testo|Tekst|Story|Article|Bericht|Reportage)"
_NO_NAME = rf"(?![^()]{{0,200}}{alternatives(SPELLINGS)})"
_CODES = r"[A-Za-z]{1,6}/[A-Za-z]{1,6}"  # initials of writer and editor
_INITIAL = (
    r"(?:(?!(?:sda|ats|awp|epd|dpa|sid|afp|apa)\b)[a-z]{2,4}|[Rr]ed(?:aktion)?\.?"
    rf"|(?!{alternatives(SPELLINGS)}|{PICTURE_DESKS})[A-Z][A-Za-z.]{{1,14}}(?=\s?/))"
)
_OUTLET = r"The(?:\s[A-Z][\w'’-]{1,14}){1,3}"
_OPEN, _CLOSE = r"[(（\[<【〔［/]", r"[)）\]>】〕］/]"
# End mark that may follow the credit.
ENDING = LazyPattern(r"\s{0,3}[(（](?:END|End|end|끝|完)[)）]\s{0,3}$")
# (agency id or None, pattern), searched in closing lines; without an id the group `agency` names the agency.
CLOSINGS: tuple[tuple[str | None, LazyPattern], ...] = tuple(
    (ident, LazyPattern(pattern))
    for ident, pattern in (
        # with a desk, a partner or the date: (dpa/tmn), (APA/dpa), (APA, 3.3.2024)
        (
            None,
            (
                rf"{_END}\s{{0,3}}{_OPEN}\s?{AGENCY}(?:(?:/[A-Za-z][a-z]{{1,3}}){{1,2}}|,\s[\d.]{{6,10}})?"
                rf"\s?{_CLOSE}\.?\s{{0,3}}$"
            ),
        ),
        (None, rf"{_END}\s{{0,3}}(?:[-–—=]{{1,3}}|\.?/\.?)\s?{AGENCY}(?:\s{_CODES})?\.?\s{{0,3}}$"),
        (None, rf"^\s?{AGENCY}\s[a-z]{{2,5}}(?:/[a-z]{{2,5}}){{1,3}}$"),
        # initials of the desk or a partner first: mkl/dpa, red/sda, lo/rt (dpa), MACAUHUB/LUSA
        (
            None,
            (
                rf"^[-–—]?\s?[(]?(?:{_INITIAL}\s?[/,]\s?){{0,3}}{_INITIAL}(?:\s?[/,]\s?|\s(?=\())[(/]?\s?"
                rf"(?P<agency>{alternatives(SPELLINGS - _DOUBTFUL)})\)?\.?$"
            ),
        ),
        (None, r"^/{0,2}(?P<agency>Lusa|LUSA)/[Ff]im\.?$"),
        (None, rf"^(?:{_OUTLET}\s?/\s?{AGENCY}|{AGENCY.replace('agency', 'agency2')}\s?/\s?{_OUTLET})$"),
        (None, rf"^{_LABEL}\s?{AGENCY}$|^[(]{_LABEL}\s?{AGENCY.replace('agency', 'agency2')}[)]$"),
        (None, rf"^{_OPEN}?\s?{AGENCY}\s?(?:제공|종합|供本[报報].{{0,4}})\s?{_CLOSE}?$"),
        ("yonhap", r"(?<=[다요]\.)\s?[(\[]연합[)\]]$"),
        (None, r"[（(〔][\u4e00-\u9fff\u30a1-\u30fcA-Z]{2,8}[＝=](?P<agency>共同|時事)[）)〕]$"),
        (None, rf"^[Vv]ia\s(?:the\s)?{AGENCY}\s(?:news\s?wire|wire)\b"),
        (None, rf"^(?:[综綜]合|[据據])[：:]?{AGENCY}(?:[电電]|消息)?$"),
        (None, rf"[（(](?:综合|綜合|据|據){AGENCY}[^）)\n]{{0,16}}[）)]$"),
        (None, rf"^{_WRITTEN}\s(?:by|from|de|von|par|por|di|van)\s(?:the\s)?{AGENCY}\.?$"),
        (None, r"^(?P<agency>PTI|IANS|ANI)(?:\s[A-Z]{2,4}){1,4}$"),
        (None, rf"^(?:By\s)?(?P<agency>{alternatives(SPELLINGS - _DOUBTFUL)})\.?$"),
        (None, rf"(?<=[.!?。…\"”’)])\s(?P<agency>{alternatives(SPELLINGS - _DOUBTFUL)})\.?$"),
        (None, rf"^[(\[【][가-힣·\s]{{1,12}}=\s?{AGENCY}[)\]】]$"),
        (None, r"[（(](?P<agency>新华社|新華社|中新社|中央社)[\u4e00-\u9fff\d０-９]{1,14}[电電][）)]$"),
        (
            "reuters",
            (
                rf"(?:^|[(（\[])\s?(?:Additional )?{_WROTE}\s{_NO_NAME}[^()]{{2,300}}?[\s;.,]{_EDITED}\b"
                rf"[^()]{{2,200}}[)）\]]?|^[(\[]{_WROTE}\s{_NO_NAME}[^()]{{2,200}}[)\]]$"
                r"|^\([^()]{3,200}, édité par [^()]{3,80}\)$"
            ),
        ),
        ("cna", r"[（(]\s?(?:編輯|譯者|核稿)\s?[:：／/][^）)]{2,30}[）)]\s?[\d０-９]{0,8}$"),
        ("kcna", r"www\.kcna\.kp\b|\(Juche\s?\d{2,3}\.\d{1,2}\.\d{1,2}\.?\)"),
        ("reuters", r"^Our Standards: The Thomson Reuters Trust Principles"),
        ("newsis", r"공감언론\s?뉴시스"),
        *((ident, rf"\S@{re.escape(host)}$") for host, ident in MAIL_HOSTS.items()),
        ("cp", rf"^{_PERSON},\s(?P<agency>The Canadian Press)$"),
        (
            None,
            (
                r"This (?:story|report|article)(?:(?: is| was| has been)? (?:by|from)|[^\n]{0,80}?\s"
                r"(?:first )?(?:auto-generated|syndicated|published|provided|supplied) (?:by|from))\s"
                rf"(?:the\s|a syndicated feed (?:of|from)\s)?{AGENCY}"
            ),
        ),
        (None, rf"{_SOURCE}{AGENCY}"),
    )
)
# Whole closing lines that name staff of a desk without an agency.
DESK_LINES: tuple[LazyPattern, ...] = tuple(
    LazyPattern(pattern)
    for pattern in (
        r"[(（\[]?\s*(?:Reporting|Writing|Compiled|Editing)\s(?:and [a-z]+ )?by\s[^\n]{3,300}",
        r"[（(]編輯：[^）)]{2,12}[）)][\d０-９]{0,8}",
    )
)
CONTRIBUTOR_LINES: tuple[LazyPattern, ...] = tuple(
    LazyPattern(pattern)
    for pattern in (
        r"[(（\[]?\s*(?:Additional reporting by|With inputs? from|Con información de)\s[^\n]{2,300}",
        r"AP [^\n]{3,120} contributed to this report[^\n]{0,60}",
    )
)
RIGHTS: tuple[LazyPattern, ...] = tuple(
    LazyPattern(pattern)
    for pattern in (
        (
            rf"(?:[Cc]opyrights?|COPYRIGHT|©|ⓒ|[(（][cC][)）]|저작권자|版[权權]所有)[^\n가-힣A-Za-z]{{0,30}}(?:by\s|"
            rf"[Cc]opyright\s)?(?:The\s)?{AGENCY}{SAME_OWNER}"
        ),
        rf"(?:[Cc]opyright|©){ONE_SENTENCE}{{0,40}}?{PLAIN}{SAME_OWNER}",
        r"(?P<agency>AAP) content is owned by",
        rf"(?:^|\s)[Dd]istributed by\s(?:the\s)?{AGENCY}",
    )
)
_STUFF = (
    r"(?:inputs?|reports?|reporting|files?|information|informationen|(?:agentur)?material|contributions?|información|datos"
    r"|informações|informazioni|informatie|notas|matériel|données|dépêches"
    r"|(?:les )?informations|fonte)"
)
_OF = (
    r"(?:(?:from|by|de|da|do|di|von|der|van)\s|d['’]|dell['’])?(?:the\s|la\s|der\s|het\s|l['’])?"
    r"(?:ag[eê]n[cz]i?[ae]\s)?"
)
# Contributors, searched in closing lines and bylines.
HELPERS: tuple[LazyPattern, ...] = tuple(
    LazyPattern(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:^\W{{0,3}}|(?:{_WITH}|includes?|contains?)\s)(?:\w+ )?{_STUFF}\s{_OF}{AGENCY}",
        rf"with\s(?:\w+ )?{AGENCY}\s{_STUFF}",
        (
            rf"(?:^\W{{0,3}}|,\s|[.!?…»”\"]\s|\s[(\[]|\s[–—-]\s){_WITH}\s{_OF}{AGENCY}"
            r"(?:[/,\s]{1,3}[\w-]{2,12}){0,3}\W{0,3}$"
        ),
        rf"(?:additional|contributing)\s(?:reporting|material)\s?(?:by|from|:)\s[^\n]{{0,60}}?{AGENCY}",
        rf"{AGENCY}\b[^\n]{{0,120}}\scontributed(?:\s(?:to (?:this|the)|reporting|from)\b|\W{{0,3}}$)",
        rf"(?:agencies|nachrichtenagenturen)\s?[:(/]\s?{AGENCY}",
        rf"^\W?{AGENCY}\s(?:के\s)?इनपुट",
        (
            rf"{_SOURCE}[\w\s.&'’-]{{2,24}}?{_LIST_SEPARATOR}{AGENCY}"
            rf"(?:{_LIST_SEPARATOR}[\w.-]{{2,16}}){{0,3}}\W?$"
        ),
    )
)
HELPED = LazyPattern(rf"{_WITH}\b", re.IGNORECASE)
# Several agencies at the end of a text, also after initials: lo/rt (dpa, Reuters, AFP), mkl/Reuters/dpa
LISTED = LazyPattern(
    rf"(?:^|(?<=[.!?…\"”’»)])\s|(?<=[。」])\s?)(?:(?:[-–—]{{1,2}}|/)\s?)?(?:{_INITIAL}[/,\s]\s?){{0,3}}{_OPEN}?\s?{AGENCY}"
    rf"(?:{_LIST_SEPARATOR}(?:{alternatives(SPELLINGS)}|Agenturen|agences|agencias|agencies|وكالات|[a-z]{{2,4}})){{1,4}}"
    rf"\s?{_CLOSE}?\.?$"
)
HELPERS_UNNAMED = LazyPattern(
    r"(?:with|from|compiled from)\s(?:inputs? from |reports? (?:from|by) )?(?:news |wire )?agenc(?:y|ies)\b"
    r"|^from (?:news |wire )(?:services|reports)\b|^[(\[—–-]{0,2}\s?(?:news )?agencies\s?[)\]]?$",
    re.IGNORECASE,
)
# Running text: an unambiguous name, or a short one beside a verb of reporting.
_SAYING = (
    r"(?:reported|reports|said|says|quoted|cited|learned|has (?:called|learned|reported)|news agency"
    r"|agency|poll|survey|analysis|investigation|tally|(?:Top )?News"
    r"|sources?|[Ii]nterview|exclusive|Exclusive:?|(?:journalist|correspondent|reporter|photographer)s?|PHOTOS?|Explains|Analysis|berichtete?|meldete?)"
)
_DIJO = r"\b\w{2,12}(?:ó|jo|ron|sse|ou|eu|ram)"  # a past tense of Spanish or Portuguese
_TELLING = (
    r"(?:told|tells|talked to|said to|spoke to|via|citing|cites|cited|quoting|quoted|according to|said"
    r"|(?:[Ss]peaking|spoke|spoken|talking|confirmed|statement|comment|e-?mail|message|letter) (?:to|with)"
    r"|interview(?:ed)? (?:with|by|to)"
    rf"|{_DIJO}\s(?:\w+\s){{0,2}}(?:a|à|ao)|kepada|menurut"
    r"|(?:seen|obtained|quoted|reviewed|contacted|cited|reached|carried|verified|compiled) by"
    r"|entrevista (?:con|a)|dikutip|mengutip|inform[óa]|report[óa]|Nachrichtenagentur"
    r"|gegenüber|según|selon|à l['’]|all['’]|dell['’]|agenzia|agence|agencia|agência|secondo|segundo|@)"
)
_SHORT_NAMES = alternatives((_INITIALS | frozenset(name.upper() for name in _INITIALS)) - {"Ansa"})
MENTIONS: tuple[LazyPattern, ...] = tuple(
    LazyPattern(pattern)
    for pattern in (
        rf"{PLAIN}(?!\s(?:Institute|Foundation|Memorial|Square|Building|Tower)\b|[区區会會])",
        rf"(?:{_TELLING}\s?(?:the\s|news agency\s|la\s|l['’])?)(?P<agency>{_SHORT_NAMES})(?!\s[A-Z(]|\)|-)",
        rf"(?P<agency>{_SHORT_NAMES})\s{_SAYING}\b",
        rf"The\s(?P<agency>{_SHORT_NAMES})\s(?:has|had|is|was|could|cannot|does|did|will|would|also|\w{{3,12}}ed)\b",
        rf"\s[-–—:]\s(?P<agency>{_SHORT_NAMES})$|\b(?:der|die)\s(?P<agency2>AFP|APA|Bloomberg)\b(?!-)",
        r"\b[lL]['’](?P<agency>AFP|ANSA|Ansa|EFE)\b|\btill?\s(?P<agency2>NTB|TT)\b",
        r"(?<![\w])(?P<agency>Efe)(?!\w)",
        r"(?P<agency>共同|時事|AFP)(?=通信|電|によると|が伝え)",
    )
)
HEADLINE_CREDIT = LazyPattern(
    r"^\s?[【\[(（]\s?(?P<agency>共同通信|時事通信|連合ニュース|聯合ニュース|연합뉴스|新华社|新華社)\s?[】\])）]"
)
