"""Patterns by which closing lines and copyright lines name wire agencies.

The forms were collected from published texts. Every pattern is bounded, so matching time stays linear.
"""

import re

from worker.agencies.credit_forms import (
    AGENCY,
    DOUBTFUL,
    LABEL,
    LIST_SEPARATOR,
    OUTLET,
    PERSON,
    PLAIN,
    SOURCE,
    SOURCE_MARKS,
    WITH,
)
from worker.agencies.adopted_forms import ADOPTED
from worker.agencies.forms import ONE_SENTENCE, SAME_OWNER
from worker.agencies.lazy_pattern import LazyPattern
from worker.agencies.name_slots import whole_name
from worker.agencies.picture_forms import PICTURE_DESKS
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
_CODES = r"[A-Za-z]{1,6}/[A-Za-z]{1,6}"  # initials of writer and editor
_INITIAL = (
    r"(?:(?!(?:sda|ats|awp|epd|dpa|sid|afp|apa)\b)[a-z]{2,4}|[Rr]ed(?:aktion)?\.?"
    rf"|(?!{whole_name(COMMON)}|{PICTURE_DESKS})[A-Z][A-Za-z.]{{1,14}}(?=\s?/))"
)
_OPEN, _CLOSE = r"[(（\[<【〔［/]", r"[)）\]>】〕］/]"
# What an agency is, before its name: Quelle: Nachrichtenagentur dpa
_AGENCY_KIND = (
    r"(?i:nachrichtenagentur|(?:news|wire) agency|agencia(?: de noticias)?|agência(?: de notícias)?|agenzia"
    r"|agence|persbureau|nyhetsbyrån|nyhetsbyrået|agencja|agentura|(?:информ)?агентство|(?:інформ)?агенція"
    r"|haber ajansı|hãng tin|kantor berita|وكالة)"
)
# Agencies in general, before their names: Agencias ANSA y AFP
_AGENCIES = (
    r"(?:agencias(?: de noticias)?|agências|agences|agenzie|(?:news |wire )?agencies"
    r"|(?:nachrichten)?agenturen|persbureaus|agencje|agentury|agentúry|агентства|агенції|информагентства"
    r"|інформагенції|haber ajansları|ajanslar)"
)
# Before the agency whose news a line of its own repeats
_ACCORDING = (
    r"(?:за інформацією|за даними|за повідомленням(?:и)?|по информации|по сообщени(?:ю|ям)|по данным|według"
    r"|wg|podle)"
)
# End mark that may follow the credit.
ENDING = LazyPattern(r"\s{0,3}[(（](?:END|End|end|끝|完|FIN|(?:https?://|www\.)[^()\s]{3,40})[)）]\s{0,3}$")
# Several sources of what a text tells: Sources: Reuters, company data
_NO_SOURCES = r"(?!(?i:sources|quellen|fuentes|fontes|fonti)\s?:\s?[^,;\n]{2,30}[,;])"
# (agency id or None, pattern), searched in closing lines; without an id the group `agency` names the agency.
_CLOSINGS = tuple(
    (ident, LazyPattern(pattern))
    for ident, pattern in (
        # with a desk, a partner or the date: (dpa/tmn), (APA/dpa), (APA, 3.3.2024)
        (
            None,
            (
                rf"{_END}\s{{0,3}}{_OPEN}\s?{AGENCY}(?:(?:/[A-Za-z][a-z]{{1,3}}){{1,2}}|/(?!{_AGENCIES})[a-z]{{4,9}}"
                rf"|/(?!{whole_name(COMMON)}|(?i:{_AGENCIES}))[A-Z][\w+.]{{2,12}}"
                rf"|(?:,\s?(?:red|ag|ots|[a-z]{{2,3}})\.?){{0,2}},\s[\d.]{{6,10}}|(?:,\s?(?:red|ag"
                rf"|ots)\.?){{1,2}})?"
                rf"\s?{_CLOSE}\.?\s{{0,3}}$"
            ),
        ),
        # an outlet that is also a source of others
        (None, rf"{_END}\s{{0,3}}[-–—]{{0,2}}\s?RNZ\s?/\s?{AGENCY}$"),
        (None, rf"{_END}\s{{0,3}}(?:[-–—=]{{1,3}}|\.?/\.?)\s?{AGENCY}(?:\s{_CODES})?\.?\s{{0,3}}$"),
        (None, rf"^[-–—]{{0,2}}\s?{AGENCY}\s[a-z]{{2,5}}(?:/[a-z]{{2,5}}){{1,3}}/?$"),
        (None, rf"\bsyndicated (?:news )?feed\b[^\n]{{0,40}}?[-–—(:,.]\s?{AGENCY}\)?\.?$"),
        (
            None,
            r"(?<=[.!?\"”’)])\s(?P<agency>PTI|IANS|ANI|UNI)(?:\s(?:[A-Z]{2,5}|[a-z]{2,4}(?:/[a-z]{2,4}){1,2}))"
            r"{1,5}(?:\s\d{3,4})?$",
        ),
        ("cnn", r"(?:The-CNN-Wire|©)[^\n]{0,24}\bCable News Network\b"),
        # initials of the desk or a partner first: mkl/dpa, red/sda, lo/rt (dpa), MACAUHUB/LUSA
        (
            None,
            (
                rf"^[-–—]?\s?[(]?(?:{_INITIAL}\s?[/,]\s?){{0,3}}{_INITIAL}(?:\s?[/,]\s?|\s(?=\())[(/]?\s?"
                rf"(?P<agency>{whole_name(SPELLINGS - DOUBTFUL)})\)?\.?$"
            ),
        ),
        (None, r"^/{0,2}(?P<agency>Lusa|LUSA)/(?:[Ff]im|FIM)\.?$"),
        (None, rf"{_END}\s{{0,3}}{AGENCY}/?\s?\(A[A-Z]?\s?[-–—]"),
        (
            None,
            r"^(?P<agency>afp|dpa|sda|ats|apa|rtr)(?:/(?!awp|dpa|afp|ats|sda|apa|rtr|sid|epd|kna)[a-z]{2,4}){1,3}$",
        ),
        (None, r"^(?P<agency>WAM|وام)\s?/\s?[^\W\d_][\w.’'-]{1,15}(?:\s[\w.’'-]{2,15}){0,2}$"),
        ("spa", r"^--\s?SPA\b.{0,40}$"),
        ("petra", r"^//\s?Petra\s?//.{0,12}$"),
        ("antara", rf"{_END}\s{{0,3}}\((?:Ant|ANT|ant)(?:/[\w-]{{1,8}})?\)$"),
        (None, rf"^(?:{OUTLET}\s?/\s?{AGENCY}|{AGENCY.replace('agency', 'agency2')}\s?/\s?{OUTLET})$"),
        (None, rf"^{LABEL}\s?{AGENCY}$|^[(]{LABEL}\s?{AGENCY.replace('agency', 'agency2')}[)]$"),
        (None, rf"^{_OPEN}?\s?{AGENCY}\s?(?:제공|종합|供本[报報].{{0,4}})\s?{_CLOSE}?$"),
        ("yonhap", r"(?<=[다요]\.)\s?[(\[]연합[)\]]$"),
        (None, r"[（(〔][\u4e00-\u9fff\u30a1-\u30fcA-Z]{2,8}[＝=](?P<agency>共同|時事)[）)〕]$"),
        (None, rf"^[Vv]ia\s(?:the\s)?{AGENCY}\s(?:news\s?wire|wire)\b"),
        (None, rf"^(?:[综綜]合|[据據])[：:]?{AGENCY}(?:[电電]|消息)?$"),
        (None, rf"[（(](?:综合|綜合|据|據){AGENCY}[^）)\n]{{0,16}}[）)]$"),
        (None, rf"^{_WRITTEN}\s(?:by|from|de|von|par|por|di|van)\s(?:the\s)?{AGENCY}\.?$"),
        (None, r"^(?P<agency>PTI|IANS|ANI|UNI)(?:\s[A-Z]{2,5}){1,5}(?:\s\d{3,4})?$"),
        (None, rf"^(?:By\s)?(?P<agency>{whole_name(SPELLINGS - DOUBTFUL)})\.?$"),
        (None, rf"(?<=[.!?。…\"”’)])(?<!\s[A-Z]\.)(?<!\b[Ff]ot\.)(?<!\b[Pp]h\.)\s(?P<agency>{whole_name(SPELLINGS - DOUBTFUL)})\.?$"),
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
                rf"^{PERSON},\s(?P<agency>The Canadian Press|La Presse [Cc]anadienne|(?:The )?Associated Press|Press Association"
                r"|Agence France-Presse|Press Trust of India|Australian Associated Press|Bloomberg News|Tribune News Service)$"
            ),
        ),
        # who wrote it, and the agency in brackets: Muhabir: Ayşe Yılmaz (AA)
        (
            None,
            (
                r"^(?:[Aa]utor(?:ka)?|Muhabir|Yazar|Yazan|Author|Text|Tekst|Redaktor|Reporter|Pewarta|Editor|Haber|Auteur|Auteure"
                rf"|Autore|Автор)\s?:\s?{PERSON}\s\({AGENCY}\)$"
            ),
        ),
        *((None, pattern) for pattern in ADOPTED),
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
            rf"(?:[Cc]opyrights?|COPYRIGHT|©|ⓒ|[(（][cC][)）]|저작권자|版[权權]所有)[^\n가-힣A-Za-z]{{0,30}}(?:by\s|"
            rf"[Cc]opyright\s)?(?:The\s)?{AGENCY}{SAME_OWNER}"
        ),
        rf"(?:[Cc]opyright|©){ONE_SENTENCE}{{0,40}}?{PLAIN}{SAME_OWNER}",
        r"(?P<agency>AAP) content is owned by",
        rf"(?:^|\s)[Dd]istributed by\s(?:the\s)?{AGENCY}",
    )
)
_STUFF = (
    r"(?:inputs?|reports?|reporting|files?|information|informationen|(?:agentur)?material"
    r"|contributions?|información|datos"
    r"|informações|informazioni|informatie|notas|matériel|données|dépêches"
    r"|(?:les )?informations|fonte)"
)
_OF = (
    r"(?:(?:from|by|de|da|do|di|von|der|van)\s|d['’]|dell['’])?(?:the\s|la\s|der\s|het\s|l['’])?"
    r"(?:ag[eê]n[cz]i?[ae]\s)?"
)
# Help, before the agency that gave it: Met medewerking van ANP
_HELP = (
    r"(?:unter\s)?mitarbeit|(?:mit|unter)\s(?:der\s)?(?:hilfe|mitwirkung|unterstützung|zuhilfenahme)"
    r"|avec\s(?:la\s|le\s|l['’])?(?:collaboration|contribution|concours|aide|appui)"
    r"|con\s(?:la\s|el\s|il\s|l['’])?(?:colaboración|contribución|aporte|apoyo|collaborazione|contributo|ausilio)"
    r"|com\s(?:a\s|o\s)?(?:colaboração|contribuição|apoio)|(?:met\s)?(?:medewerking|bijdragen?|hulp)"
    r"|(?:med\s)?(?:bidrag|bistand|hjælp|hjälp)(?:\sfr[åa]n?)?|(?:we\s)?współprac[aąy](?:\sz)?|(?:ve\s)?spolupráci\ss"
    r"|с\s(?:использованием\sматериалов|участием)|при\sучастии|з\s(?:використанням\sматеріалів|участю)"
    r"|zusammengestellt\saus|basierend\sauf|in\s(?:collaboration|partnership|association)\swith|contributing|contributors?"
)
_STAFF = (
    r"(?:our\s|local\s|news\s)?(?:staff|wires?|correspondents?|newsroom)"
    r"(?:\s(?:writers?|reports?|reporters?|correspondents?|services?|wires?))?"
)
# Contributors, searched in closing lines and bylines.
HELPERS: tuple[LazyPattern, ...] = tuple(
    LazyPattern(pattern, re.IGNORECASE, needs)
    for needs, pattern in (
        ("", rf"(?:^\W{{0,3}}|(?:{WITH}|includes?|contains?)\s)(?:\w+ )?{_STUFF}\s{_OF}{AGENCY}"),
        ("with", rf"with\s(?:\w+ )?{AGENCY}\s{_STUFF}"),
        (
            "",
            (
                rf"(?:^\W{{0,3}}|,\s|[.!?…»”\"]\s|\s[(\[]|\s[–—-]\s){WITH}\s{_OF}{AGENCY}"
                r"(?:[/,\s]{1,3}[\w-]{2,12}){0,3}\W{0,3}$"
            ),
        ),
        (
            "additional|contributing",
            (
                r"(?:additional|contributing)(?:\s(?:reporting|material|information))?\s?(?:by|from|:)\s[^\n]{0,60}?"
                rf"{AGENCY}"
            ),
        ),
        (
            "contributed",
            rf"{AGENCY}\b[^\n]{{0,120}}\scontributed(?:\s(?:to (?:this|the)|reporting|from)\b|\W{{0,3}}$)",
        ),
        (
            "based",
            (
                r"^\W{0,3}based\son\s(?:reporting|reports|material|dispatches|information)\s(?:by|from)\s(?:the\s)?"
                rf"{AGENCY}(?:(?:,\sand\s|{LIST_SEPARATOR})(?:{whole_name(COMMON)})){{0,4}}\W{{0,3}}$"
            ),
        ),
        ("files", rf"{WITH}\sfiles\sfrom\s[^\n]{{2,60}}?{AGENCY}\W{{0,3}}$"),
        ("", rf"^\W{{0,3}}(?:{_HELP}):?\s{_OF}{AGENCY}\W{{0,3}}$"),
        # a staff and an agency: From staff and AP reports
        (
            "",
            (
                rf"^\W{{0,3}}(?:from\s)?{_STAFF}\s?(?:and|&|,|/)\s?(?:the\s)?{AGENCY}"
                r"(?:\s(?:wires?|news)?\s?(?:reports?|services?|dispatches))?\W{0,3}$"
            ),
        ),
        (
            "",
            (
                rf"^\W{{0,3}}(?:from\s)?(?:the\s)?{AGENCY}(?:\swires?)?(?:\sreports?)?\s?(?:and|&|,|/)\s?{_STAFF}"
                r"\W{0,3}$"
            ),
        ),
        ("compiled", rf"^\W{{0,3}}compiled\s(?:from|by|with)\s[^\n]{{0,30}}?{AGENCY}"),
        ("agentur|agenc", rf"{WITH}\s\w{{0,12}}(?:agentur|agenc)\w{{0,16}}\s?[(:]\s?{AGENCY}"),
        ("agenc|agenturen", rf"(?:agencies|nachrichtenagenturen)\s?[:(/]\s?{AGENCY}"),
        (
            "",
            rf"^\W{{0,3}}{_AGENCIES}\s?:?\s{AGENCY}(?:{LIST_SEPARATOR}(?:{whole_name(COMMON)})){{0,4}}\W{{0,3}}$",
        ),
        ("", rf"^\W{{0,3}}{_ACCORDING}:?\s{AGENCY}\W{{0,3}}$"),
        (
            "quellen",
            rf"^\W{{0,3}}(?:verwendete\s)?quellen:\s[^\n]{{0,60}}?nachrichtenagentur(?:en)?\s{AGENCY}",
        ),
        ("इनपुट", rf"^\W?इनपुट\s?[-–:]\s?{AGENCY}\W?$"),
        (
            "",
            rf"^\W?{LABEL}\s?{AGENCY}(?:{LIST_SEPARATOR}(?:{whole_name(COMMON)})){{1,4}}\W?$",
        ),
        ("इनपुट", rf"^\W?{AGENCY}\s(?:के\s)?इनपुट"),
        (
            SOURCE_MARKS,
            (
                rf"{SOURCE}[\w\s.&'’-]{{2,24}}?{LIST_SEPARATOR}{AGENCY}"
                rf"(?:{LIST_SEPARATOR}[\w.-]{{2,16}}){{0,3}}\W?$"
            ),
        ),
    )
)
HELPED = LazyPattern(rf"{WITH}\b", re.IGNORECASE)
# Several agencies at the end of a text, also after initials: lo/rt (dpa, Reuters, AFP), mkl/Reuters/dpa
LISTED = LazyPattern(
    rf"(?:^|(?<=[.!?…\"”’»)])\s|(?<=[。」])\s?)(?:(?:[-–—]{{1,2}}"
    rf"|/)\s?)?(?:{_INITIAL}[/,\s]\s?){{0,3}}{_OPEN}?\s?{AGENCY}"
    rf"(?:{LIST_SEPARATOR}(?:{whole_name(COMMON)}|Agenturen|agences|agencias|agencies|وكالات"
    rf"|[a-z]{{2,4}})){{1,4}}"
    rf"\s?{_CLOSE}?\.?$"
)
# The outlet, agencies and initials between slashes: © SZ/AFP/KNA/abc, SZ/dpa/red
SLASHED = LazyPattern(
    rf"^(?:©|\([cC]\))\s?(?:(?!{PICTURE_DESKS})[\w.]{{2,14}}\s?/\s?){{0,3}}{AGENCY}(?:\s?/\s?[\w.-]{{2,14}}){{0,4}}$"
    rf"|^(?:(?!{PICTURE_DESKS})[A-Z]{{2,5}}\s?/\s?){{1,2}}(?P<agency2>{whole_name(SPELLINGS - DOUBTFUL)})"
    r"(?:\s?/\s?[\w.-]{2,14}){0,3}$"
    rf"|^\(?[\w-]{{2,24}}\.[a-z]{{2,4}}\s?/\s?{AGENCY.replace('agency', 'agency3')}"
    rf"(?:\s?/\s?[\w.-]{{2,14}}){{0,3}}\)?$"
)
HELPERS_UNNAMED = LazyPattern(
    r"(?:with|from|compiled from)\s(?:inputs? from |reports? (?:from|by) )?(?:news |wire )?agenc(?:y|ies)\b"
    r"|^from (?:news |wire )(?:services|reports)\b|^[(\[—–-]{0,2}\s?(?:news )?agencies\s?[)\]]?$"
    r"|(?<=[.!?\"”’])\s[(\[—–-]{1,2}\s?(?:news )?agencies\s?[)\]]?$"
    r"|^[(\[]?(?:avec|con|com|mit|met)\s(?:les\s|las\s|le\s)?(?:agencias|agências|agences|agenzie|agenturen|persbureaus)[)\]]?\.?$"
    r"|एजेंसी\sइनपुट",
    re.IGNORECASE,
    needs="agenc|from|agênc|agenz|agentur|persbur|एजेंसी",
)
