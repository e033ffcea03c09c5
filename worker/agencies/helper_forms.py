"""Patterns by which closing lines and bylines name agencies that helped, and the parts that credits share.

The forms were collected from published texts. Every pattern is bounded, so matching time stays linear.
"""

import re

from worker.agencies.credit_forms import (
    AGENCY,
    DOUBTFUL,
    LABEL,
    LIST_SEPARATOR,
    SOURCE,
    SOURCE_MARKS,
    WITH,
)
from worker.agencies.lazy_pattern import LazyPattern
from worker.agencies.name_slots import whole_name
from worker.agencies.picture_forms import PICTURE_DESKS
from worker.agencies.spellings import COMMON, SPELLINGS

INITIAL = (
    r"(?:(?!(?:sda|ats|awp|epd|dpa|sid|afp|apa)\b)[a-z]{2,4}|[Rr]ed(?:aktion)?\.?"
    rf"|(?!{whole_name(COMMON)}|{PICTURE_DESKS})[A-Z][A-Za-z.]{{1,14}}(?=\s?/))"
)
OPEN, CLOSE = r"[(（\[<【〔［/]", r"[)）\]>】〕］/]"
# Agencies in general, before their names: Agencias ANSA y AFP
AGENCIES = (
    r"(?:agencias(?: de noticias)?|agências|agences|agenzie|(?:news |wire )?agencies"
    r"|(?:nachrichten)?agenturen|persbureaus|agencje|agentury|agentúry|агентства|агенції|информагентства"
    r"|інформагенції|haber ajansları|ajanslar)"
)
# Before the agency whose news a line of its own repeats
_ACCORDING = (
    r"(?:за інформацією|за даними|за повідомленням(?:и)?|по информации|по сообщени(?:ю|ям)|по данным|według"
    r"|wg|podle)"
)
_STUFF = (
    r"(?:inputs?|reports?|reporting|files?|information|informationen|(?:agentur)?material"
    r"|contributions?|información|datos"
    r"|informações|informazioni|informatie|notas|matériel|données|dépêches"
    r"|(?:les )?informations|fonte)"
)
_OF = (
    r"(?:(?:from|by|de|da|do|di|von|der|van)\s|d['’]|dell['’])?(?:the\s|la\s|der\s|het\s|l['’])?"
    r"(?:(?:ag[eê]n[cz]i?[ae]s?|nachrichtenagentur(?:en)?|agenturen)\s)?"
)
# Help, before the agency that gave it: Met medewerking van ANP
_HELP = (
    r"(?:unter\s)?mitarbeit|(?:mit|unter)\s(?:der\s)?(?:hilfe|mitwirkung|unterstützung|zuhilfenahme)"
    r"|avec\s(?:la\s|le\s|l['’])?(?:collaboration|contribution|concours|aide|appui)"
    r"|con\s(?:la\s|el\s|il\s|l['’])?(?:colaboración|contribución|aporte|apoyo|collaborazione|contributo"
    r"|ausilio)"
    r"|com\s(?:a\s|o\s)?(?:colaboração|contribuição|apoio)|(?:met\s)?(?:medewerking|bijdragen?|hulp)"
    r"|(?:med\s)?(?:bidrag|bistand|hjælp|hjälp)(?:\sfr[åa]n?)?|(?:we\s)?współprac[aąy](?:\sz)?|"
    r"(?:ve\s)?spolupráci\ss"
    r"|с\s(?:использованием\sматериалов|участием)|при\sучастии|з\s(?:використанням\sматеріалів|участю)"
    r"|zusammengestellt\saus|basierend\sauf|in\s(?:collaboration|partnership|association)\swith"
    r"|contributing|contributors?"
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
        ("", rf"{WITH}\s(?:\w+ )?{AGENCY}[\s-]{_STUFF}"),
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
                r"(?:additional|contributing)(?:\s(?:reporting|material|information))?\s?(?:by|from"
                r"|:)\s[^\n]{0,60}?"
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
                r"^\W{0,3}based\son\s(?:reporting|reports|material|dispatches|information)\s(?:by|from)\s"
                r"(?:the\s)?"
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
                rf"^\W{{0,3}}(?:from\s)?(?:the\s)?{AGENCY}(?:\swires?)?(?:\sreports?)?\s?(?:and|&|,"
                rf"|/)\s?{_STAFF}"
                r"\W{0,3}$"
            ),
        ),
        ("compiled", rf"^\W{{0,3}}compiled\s(?:from|by|with)\s[^\n]{{0,30}}?{AGENCY}"),
        ("agentur|agenc", rf"{WITH}\s\w{{0,12}}(?:agentur|agenc)\w{{0,16}}\s?[(:]\s?{AGENCY}"),
        ("agenc|agenturen", rf"(?:agencies|nachrichtenagenturen)\s?[:(/]\s?{AGENCY}"),
        (
            "",
            (
                rf"^\W{{0,3}}{AGENCIES}\s?:?\s{AGENCY}(?:{LIST_SEPARATOR}"
                rf"(?:{whole_name(COMMON)})){{0,4}}\W{{0,3}}$"
            ),
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
    rf"|/)\s?)?(?:{INITIAL}[/,\s]\s?){{0,3}}{OPEN}?\s?{AGENCY}"
    rf"(?:{LIST_SEPARATOR}(?:{whole_name(COMMON)}|Agenturen|agences|agencias|agencies|وكالات"
    rf"|[a-z]{{2,4}})){{1,4}}"
    rf"\s?{CLOSE}?\.?$"
)
# The outlet, agencies and initials between slashes: © SZ/AFP/KNA/abc, SZ/dpa/red
SLASHED = LazyPattern(
    rf"^(?:©|\([cC]\))\s?(?:(?!{PICTURE_DESKS})[\w.]{{2,14}}\s?/\s?){{0,3}}{AGENCY}"
    rf"(?:\s?/\s?[\w.-]{{2,14}}){{0,4}}$"
    rf"|^(?:(?!{PICTURE_DESKS})[A-Z]{{2,5}}\s?/\s?){{1,2}}(?P<agency2>{whole_name(SPELLINGS - DOUBTFUL)})"
    r"(?:\s?/\s?[\w.-]{2,14}){0,3}$"
    rf"|^\(?[\w-]{{2,24}}\.[a-z]{{2,4}}\s?/\s?{AGENCY.replace('agency', 'agency3')}"
    rf"(?:\s?/\s?[\w.-]{{2,14}}){{0,3}}\)?$"
)
HELPERS_UNNAMED = LazyPattern(
    r"(?:with|from|compiled from)\s(?:inputs? from |reports? (?:from|by) )?(?:news |wire )?agenc(?:y|ies)\b"
    r"|^from (?:news |wire )(?:services|reports)\b|^[(\[—–-]{0,2}\s?(?:news )?agencies\s?[)\]]?$"
    r"|(?<=[.!?\"”’])\s[(\[—–-]{1,2}\s?(?:news )?agencies\s?[)\]]?$"
    r"|^[(\[]?(?:avec|con|com|mit|met)\s(?:les\s|las\s|le\s)?(?:agencias|agências|agences|agenzie"
    r"|agenturen|persbureaus)[)\]]?\.?$"
    r"|एजेंसी\sइनपुट",
    re.IGNORECASE,
    needs="agenc|from|agênc|agenz|agentur|persbur|एजेंसी",
)
