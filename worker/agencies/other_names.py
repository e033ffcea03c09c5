"""Words before brackets that name no place: organizations, things with articles, cities of Brazil."""

import re

from worker.agencies.names import WORDLIKE

_ORGANIZATIONS = re.compile(
    r"\b(?:associa(?:tion|ción|ção|zione)|asociación|verband|verein|agen(?:cy|cia|ce|tur|zia)|agência|authority"
    r"|autori(?:dad|té|tà)|autoridade|part(?:ido|ei|i|y|ito)|movement|movimento|mouvement|movimiento|instituto?"
    r"|institute|union|unión|união|unione|federation|federación|fédération|federação|federazione"
    r"|ministry|ministerio|ministère|commission|comisión|council|society|company|group|fund|bank|university"
    r"|ассоциация|агентство|партия|союз|фонд|институт|комитет|движение|асоціація|партія|спілка"
    r"|udruga|udruženje|stowarzyszenie|sdružení|derneği|partisi|ajansı)\b",
    re.IGNORECASE,
)
_ARTICLES = frozenset(
    {"Il", "Lo", "La", "Le", "Les", "El", "Los", "Las", "Der", "Die", "Das", "O", "Un", "Une"}
)
_PLACES_WITH_ARTICLE = re.compile(
    r"L[aeo]s? (?:Paz|Plata|Habana|Haye|Havre|Mans|Caire|Mecque|Valette|Spezia|Rioja|Coruña|Serena|Romana"
    r"|Vega|Guaira|Laguna|Palma|Palmas|Vegas|Angeles|Ángeles|Rochelle|Réunion|Chaux-de-Fonds|Cruces|Mesa|Línea"
    r"|Puy|Touquet|Creusot|Locle)|El (?:Cairo|Salvador|Alto|Paso|Ejido|Escorial|Hierro|Aaiún|Tigre)|O Grove"
)
# Brazilian states with an agency's initials, behind a city: Macapá (AP), Belém (PA)
_STATES = frozenset({"AP", "PA"})
_PORTUGUESE = re.compile(r"(?<=\s)(?:do|da|em|uma?|foi|são|não|com|no|na|os|ao|à)(?=\s)")
_FEW = 2


def is_other_name(name: str, place: str, head: str) -> bool:
    """Whether brackets without a date abbreviate something else than an agency.

    `name` is what they contain, `place` what is before them, `head` the start of the text.
    """
    if _ORGANIZATIONS.search(place):
        return True
    if name in _STATES and not place.isupper() and len(_PORTUGUESE.findall(head)) >= _FEW:
        return True
    first = place.partition(" ")[0]
    return name in WORDLIKE and first in _ARTICLES and not _PLACES_WITH_ARTICLE.match(place)
