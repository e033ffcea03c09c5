"""Patterns by which closing lines and copyright lines name wire agencies.

The forms were collected from published texts. Every pattern is bounded, so matching time stays linear.
"""

import re

from worker.agencies.adopted_forms import ADOPTED
from worker.agencies.bureau_forms import BUREAU_ENDS
from worker.agencies.credit_forms import (
    AGENCY,
    DOUBTFUL,
    LABEL,
    OUTLET,
    PERSON,
    PLAIN,
    SOURCE,
    SOURCE_MARKS,
)
from worker.agencies.forms import ONE_SENTENCE, SAME_OWNER
from worker.agencies.helper_forms import AGENCIES, CLOSE, INITIAL, OPEN
from worker.agencies.lazy_pattern import LazyPattern
from worker.agencies.name_slots import any_name, whole_name
from worker.agencies.names import WORDLIKE
from worker.agencies.spellings import COMMON, SPELLINGS

# Mail domains of agencies: a reporter's address ends the text.
MAIL_HOSTS = {"yna.co.kr": "yonhap", "newsis.com": "newsis", "news1.kr": "news1"}

_END = r"(?:^|(?<=[.!?。…다।۔؟][\"'”’」)\]])|(?<=[.!?。…다।۔؟\"'”’」)]))"
# Reuters closes with the names of writers and editors, in the language of the text.
_WROTE = (
    r"(?i:(?:reporting|writing|compiled|editing) (?:and [a-z]+ )?by|reporte de|reportagem de|bericht von"
    r"|reportage)"
)
_EDITED = r"(?i:writing|edit(?:ing|ed)|compiled|editado|edición|edição|édité|version française|redigiert)"
_WRITTEN = r"(?:Reporting|Report|Text|Texte|Texto|Testo|Tekst|Story|Article|Bericht|Reportage)"
_NO_NAME = rf"(?![^()]{{0,200}}{whole_name(COMMON)})"
# Initials of writer and editor
_CODES = r"(?:[A-Za-z]{1,6}/[A-Za-z]{1,6}|[\u0900-\u097f]{2,10}/[\u0900-\u097f]{2,10})"
# What an agency is, before its name: Quelle: Nachrichtenagentur dpa
_AGENCY_KIND = (
    r"(?i:nachrichtenagentur|(?:news|wire) agency|agencia(?: de noticias)?|agência(?: de notícias)?|agenzia"
    r"|agence|persbureau|nyhetsbyrån|nyhetsbyrået|agencja|agentura|(?:информ)?агентство|(?:інформ)?агенція"
    r"|haber ajansı|hãng tin|kantor berita|وكالة)"
)
# Initials of writer and editor before the agency: ARYL // MLL
_INITIALED = r"[A-Z]{2,5}(?:\s?[,/(]\s?[A-Z]{2,5}\)?){0,2}\s?//?\s?[A-Z]{2,5}"
_THAI = {name for name in SPELLINGS if "\u0e00" <= name[0] <= "\u0e7f"}
_BIG = "A-ZÀ-ÞĄĆĘŁŃÓŚŹŻČĎĚŇŘŠŤŮŽİŞĞ"
_WRITER = rf"(?!(?:The|A|An|In|By|Photo|Foto)\b)[{_BIG}][\w'’-]{{1,20}}(?:\s[{_BIG}][\w'’.-]{{1,24}}){{1,2}}"
# Where the writer filed from, before the name: Z Brukseli Jan Kowalski (PAP)
_FROM_CITY = rf"(?:(?:Z|Ze|Iz|Din|Da)\s[{_BIG}][\w-]{{2,20}}(?:\s[{_BIG}][\w-]{{2,20}})?\s)?"
# End mark that may follow the credit.
ENDING = LazyPattern(r"\s{0,3}[(（](?:END|End|end|끝|完|FIN|(?:https?://|www\.)[^()\s]{3,40})[)）]\s{0,3}$")
# What may follow a credit in brackets: initials of writer and editor (ako/ mok/), or the editor's name.
SIGNED = re.compile(
    r"(?<=[)\]）］])\.?\s{1,3}(?:(?:[a-ząćęłńóśźżčďěňřšťůžáéíúýäöüß]{2,5}/\s?){1,4}(?:[a-ząćęłńóśźżčšž]{2,5}/?)?"
    r"|(?:Edited|Edited and vetted|Vetted|Editing) by:?\s[A-Z][\w.'’/ -]{2,60}"
    r"|(?:https?://|www\.)[^()\s]{3,60}"
    r"|[A-Z\d]{2,4}(?:[/-][A-Za-z\d]{1,4}){1,2})\s{0,3}$"
)
# Several sources of what a text tells: Sources: Reuters, company data
_NO_SOURCES = (
    r"(?!(?i:sources|quellen|fuentes|fontes|fonti)\s?:\s?[^,;\n]{2,30}[,;]"
    rf"(?!\s?(?:and\s|und\s|y\s|e\s)?(?:{whole_name(COMMON)})))"
)
# (agency id or None, pattern), searched in closing lines; without an id the group `agency` names the agency.
_CLOSINGS = tuple(
    (ident, LazyPattern(pattern))
    for ident, pattern in (
        # with a desk, a partner or the date: (dpa/tmn), (APA/dpa), (APA, 3.3.2024)
        (
            None,
            (
                rf"{_END}\s{{0,3}}{OPEN}\s?{AGENCY}(?:(?:/[A-Za-z][a-z]{{1,3}}){{1,2}}|/"
                rf"(?!{AGENCIES})[a-z]{{4,9}}"
                rf"|/(?!{whole_name(COMMON)}|(?i:{AGENCIES}))[A-Z][\w+.]{{2,12}}"
                rf"|(?:,\s?(?:red|ag|ots|[a-z]{{2,3}})\.?){{0,2}},\s[\d.]{{6,10}}|(?:,\s?(?:red|ag"
                rf"|ots)\.?){{1,2}})?"
                rf"\s?{CLOSE}\.?\s{{0,3}}$"
            ),
        ),
        # an outlet that is also a source of others
        (None, rf"{_END}\s{{0,3}}[-–—]{{0,2}}\s?RNZ\s?/\s?{AGENCY}$"),
        (None, rf"{_END}\s{{0,3}}(?:[-–—=]{{1,3}}|\.?/\.?|\|)\s?{AGENCY}(?:\s{_CODES})?\.?\s{{0,3}}$"),
        (None, rf"^[-–—]{{0,2}}\s?{AGENCY}\s[a-z]{{2,5}}(?:/[a-z]{{2,5}}){{1,3}}/?$"),
        (None, rf"\bsyndicated (?:news )?feed\b[^\n]{{0,40}}?[-–—(:,.]\s?{AGENCY}\)?\.?$"),
        (
            None,
            (
                r"(?<=[.!?\"”’)])\s(?P<agency>PTI|IANS|ANI|UNI)(?:\s(?:[A-Z]{2,5}|[a-z]{2,4}"
                r"(?:/[a-z]{2,4}){1,2}))"
                r"{1,5}(?:\s\d{3,4})?$"
            ),
        ),
        ("cnn", r"(?:The-CNN-Wire|©)[^\n]{0,24}\bCable News Network\b"),
        # initials of the desk or a partner first: mkl/dpa, red/sda, lo/rt (dpa), MACAUHUB/LUSA
        (
            None,
            (
                rf"^[-–—]?\s?[(]?(?:{INITIAL}\s?[/,]\s?){{0,3}}{INITIAL}(?:\s?[/,]\s?|\s(?=\())[(/]?\s?"
                rf"(?P<agency>{whole_name(SPELLINGS - DOUBTFUL)})\)?\.?$"
            ),
        ),
        (None, rf"(?:^|(?<=[.!?…”»])\s|{_INITIALED}\s)/{{0,2}}{AGENCY}/(?:[Ff]im|FIM)\.?$"),
        (None, rf"{_END}\s{{0,3}}{AGENCY}/?\s?\(A[A-Z]?\s?[-–—,]"),
        (
            None,
            (
                r"(?:^|(?<=[.!?…”»])\s)(?P<agency>afp|dpa|sda|ats|apa|rtr)(?:/(?!awp|dpa|afp|ats|sda|apa|rtr|sid|epd"
                r"|kna)[a-z]{2,4}){1,3}$"
            ),
        ),
        (None, r"^(?P<agency>WAM|وام)\s?/\s?[^\W\d_][\w.’'-]{1,15}(?:\s[\w.’'-]{2,15}){0,2}$"),
        ("spa", r"^--\s?SPA\b.{0,40}$"),
        ("petra", r"^//\s?Petra\s?//.{0,12}$"),
        ("antara", rf"{_END}\s{{0,3}}\((?:Ant|ANT|ant)(?:/[\w-]{{1,8}})?\)$"),
        (None, rf"^(?:{OUTLET}\s?/\s?{AGENCY}|{AGENCY.replace('agency', 'agency2')}\s?/\s?{OUTLET})$"),
        (None, rf"^{LABEL}\s?{AGENCY}$|^[(]{LABEL}\s?{AGENCY.replace('agency', 'agency2')}[)]$"),
        (None, rf"^{OPEN}?\s?{AGENCY}\s?(?:제공|종합|供本[报報].{{0,4}})\s?{CLOSE}?$"),
        ("yonhap", r"(?<=[다요]\.)\s?[(\[]연합[)\]]$"),
        (None, r"[（(〔][\u4e00-\u9fff\u30a1-\u30fcA-Z]{2,8}[＝=](?P<agency>共同|時事)[）)〕]$"),
        (None, rf"^[Vv]ia\s(?:the\s)?{AGENCY}\s(?:news\s?wire|wire)\b"),
        (None, rf"^(?:[综綜]合|[据據])[：:]?{AGENCY}(?:[电電]|消息)?$"),
        (None, rf"[（(](?:综合|綜合|据|據){AGENCY}[^）)\n]{{0,16}}[）)]$"),
        (None, rf"^{_WRITTEN}\s(?:by|from|de|von|par|por|di|van)\s(?:the\s)?{AGENCY}\.?$"),
        (None, r"^(?P<agency>PTI|IANS|ANI|UNI)(?:\s[A-Z]{2,5}){1,5}(?:\s\d{3,4})?$"),
        (None, rf"^(?:By\s)?(?P<agency>{whole_name(SPELLINGS - DOUBTFUL)})\.?$"),
        (
            None,
            (
                rf"(?<=[.!?。…\"”’)])(?<!\s[A-Z]\.)(?<!\b[Ff]ot\.)(?<!\b[Pp]h\.)\s"
                rf"(?P<agency>{whole_name(SPELLINGS - DOUBTFUL)})(?:\s{_CODES})?\.?$"
            ),
        ),
        (None, rf"^[(\[【][가-힣·\sA-Z]{{1,12}}=\s?{AGENCY}[)\]】]$"),
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
        (
            None,
            (
                rf"^{PERSON},\s(?P<agency>The Canadian Press|La Presse [Cc]anadienne|(?:The )?Associated "
                rf"Press|Press Association"
                r"|Agence France-Presse|Press Trust of India|Australian Associated Press|Bloomberg News"
                r"|Tribune News Service)$"
            ),
        ),
        # the writer behind the last sentence: … w Gdańsku. Anna Kowalczyk (PAP)
        (
            None,
            (
                rf"(?:(?<=\w\w[.!?…])|(?<=[.!?…][\"”’»]))\s{_FROM_CITY}(?P<writer>{_WRITER})\s"
                rf"\((?P<agency>{whole_name(COMMON - WORDLIKE - DOUBTFUL)})\)$"
            ),
        ),
        (
            None,
            rf"^{_FROM_CITY}(?P<writer>{_WRITER})\s\((?P<agency>PAP|ČTK|TASR|MTI|Hina|Tanjug|STA|ANSA|Lusa|LUSA|SITA)\)$",
        ),
        # who wrote it, and the agency in brackets: Muhabir: Ayşe Yılmaz (AA)
        (
            None,
            (
                r"^(?:[Aa]utor(?:ka)?|Muhabir|Yazar|Yazan|Author|Text|Tekst|Redaktor|Reporter|Pewarta"
                r"|Editor|Haber|Auteur|Auteure"
                rf"|Autore|Автор)\s?:\s?{PERSON}\s\({AGENCY}\)$"
            ),
        ),
        (
            None,
            (
                rf"^Edited by\s[^()\n]{{3,60}}\s\({AGENCY}\)\.?$"
                rf"|^{AGENCY.replace('agency', 'agency2')}\s?/\s?Edited by\s"
            ),
        ),
        (None, rf"^{AGENCY}\s?[/·,|]?\s?무단\s?전재[^\n]{{0,30}}$"),
        *((None, pattern) for pattern in (*ADOPTED, *BUREAU_ENDS)),
        (None, r"(?<=/Italpress\s[–-])\s\((?P<agency>ITALPRESS)\)\.?$"),
        # สำนักข่าวอินโฟเควสท์ (14 ต.ค. 69)
        (None, rf"^(?:โดย\s?)?(?P<agency>{any_name(_THAI)})\s?\(\d[^)]{{3,16}}\)$"),
        (None, r"^(?P<agency>भाषा)(?:\s[\u0900-\u097f]{2,12}){1,5}$"),
        (
            None,
            (
                r"^(?P<agency>PAP|ANSA|EFE|AFP|DPA|APA|ČTK|TASR|NTB|TT|STT|ANP|AP)\s?/\s?"
                r"(?!(?:awp|dpa|afp|ats|sda|apa|rtr|sid|epd|kna|ap|efe)\b)[a-z]{2,4}$"
            ),
        ),
        (
            None,
            (
                r"This (?:story|report|article)(?:(?: is| was| has been)? (?:by|from)|[^\n]{0,80}?\s"
                r"(?:first |originally )?(?:(?:auto-generated|syndicated|published|produced|reported"
                r"|distributed|provided|supplied|shared) (?:by|from|via|through)"
                r"|(?:first |originally )?(?:appeared|ran) (?:on|in|at)))\s"
                r"(?:the\s|a syndicated feed (?:of|from)\s|an?\s(?=[\w\s-]{2,30}?\s(?:feed|service"
                r"|wire)\b))?"
                rf"{AGENCY}"
            ),
        ),
    )
)
CLOSINGS: tuple[tuple[str | None, LazyPattern], ...] = (
    *_CLOSINGS,
    (None, LazyPattern(rf"{_NO_SOURCES}{SOURCE}{AGENCY}", needs=SOURCE_MARKS)),
    (None, LazyPattern(rf"(?<![Vv]erwendete\s){SOURCE}{_AGENCY_KIND}\s{AGENCY}$", needs=SOURCE_MARKS)),
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
            rf"(?:[Cc]opyrights?|COPYRIGHT|©|ⓒ|[(（][cC][)）]|저작권자"
            rf"|版[权權]所有)[^\n가-힣A-Za-z]{{0,30}}(?:by\s|"
            rf"[Cc]opyright\s)?(?:The\s)?{AGENCY}{SAME_OWNER}"
        ),
        rf"(?:[Cc]opyright|©){ONE_SENTENCE}{{0,40}}?{PLAIN}{SAME_OWNER}",
        r"(?P<agency>AAP) content is owned by",
        rf"(?i:riproduzione riservata)\s?[-–|©/]\s?{AGENCY}(?:\s\d{{4}})?$",
        rf"(?:^|\s)[Dd]istributed by\s(?:the\s)?{AGENCY}",
    )
)
