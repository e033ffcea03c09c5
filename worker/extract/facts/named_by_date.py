"""Tells places and persons that are named after a date or a weekday, such as ulica 3 Maja, from dates."""

import re

_BACK_CHARS = 32
# Streets, squares and buildings named after a date.
_PLACE = re.compile(
    r"(?:\b(?:rue|place|avenue|boulevard|stade|quai|pont|lycée|collège|école|métro|plaza|plaça|avenida|ponte|rua|praça|calle"
    r"|barrio|bairro|escuela|escola|estádio|parque|puente|club|ruta|teatro|colegio|instituto|ciudad|brigada|movimiento"
    r"|estadio|hospital|universidad|stadio|via|viale|corso|piazza|largo|straße des|platz des|brücke des"
    r"|ulic\w*|plac\w{0,3}|al\.|alej\w*|rond\w{1,3}|most\w{0,3}|park\w{0,4}|osiedl\w+|náměst\w+|tříd\w+|nábřeží|strad[aă]|bulevardul|piața|calea"
    r"|straat|plein|laan|jalan|jl\.|universitas|stadion|jembatan|đường|phố|cầu|quảng trường|gata"
    r"|gade|plads|torg|ul\.|trg|οδό?ς?|οδού|πλατεία"
    r"|λεωφόρου?|restaurantes?|bar|cine|mercado|cervecería|taberna|cafetería|farmacia|gimnasio|coliseo|aeropuerto|cinema"
    r"|(?:gasth(?:of|aus|öfe)|wirtshaus|kneipe|hotel|restaurant|café|pension|lokal|taverne)\s(?-i:Z)u[mr])|улиц\w+|площад\w+|проспект\w*|шоссе|вулиц\w+|площ\w+|майдан\w*|شارع|ميدان|جسر|ساحة|ملعب|جامعة|مدينة|حي"
    r"|רחוב|כיכר|خیابان|میدان|چوک|मार्ग|चौक)"
    r"\s(?:du |de |del |do |dell['’])?\Z",
    re.IGNORECASE,
)
# The same in languages that put the kind of place last: 19 Mayıs Stadyumu
_PLACE_AFTER = re.compile(
    r"\s(?:[A-ZÇĞİÖŞÜ]\w+\s){0,2}(?:(?:Cadde|Stadyum|Köprü|Park|Meydan|Mahalle|Üniversite|Bulvar|Soka[ğk]|Hastane|Lise|Havaliman|Kampüs|Kapalı|Spor)\w*"
    r"|utc[aá]\w*|tér\w*|körút\w*|híd\w*)"
)
_AND = re.compile(r"(?:,|\s(?:i|oraz|ani|a|und|et|y|e|en|и|й|і|та|dan|ve))\s")  # between two streets
# A person or a work as subject: Vendredi est le compagnon de
_IS_SOMEBODY = re.compile(
    r"\s(?:est|était|es|era|è|é)\s(?:le|la|un|une|el|il|lo|o|a|uno|una|um|uma)\s"
    r"(?!jour|dernier|premier|date|día|último|primer|giorno|ultimo|primo|dia|primeiro)"
)


def is_place(text: str, start: int, end: int, place_end: int) -> bool:
    """Whether a day and month name a place; `place_end` is where the previous place ends, or -1."""
    if _PLACE.search(text[max(0, start - _BACK_CHARS) : start]) or _PLACE_AFTER.match(text, end):
        return True
    return place_end >= 0 and _AND.fullmatch(text, place_end, start) is not None


def is_somebody(text: str, end: int) -> bool:
    """Whether a capitalized weekday that ends at `end` is a person or a work: Vendredi est un personnage."""
    return _IS_SOMEBODY.match(text, end) is not None
