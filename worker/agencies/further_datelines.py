"""Datelines of single agencies and newspapers, and names that are clear whatever is before the brackets.

The forms were collected from the agencies' own published texts. Every pattern is bounded. A group `id_` with
the id of an agency is for initials that name it in this form only.
"""

from worker.agencies.credit_forms import INITIALS
from worker.agencies.forms import ANY, CAPITALS, DASH, DATE, JOINT, PLACE
from worker.agencies.lazy_pattern import LazyPattern
from worker.agencies.name_slots import any_name
from worker.agencies.names import WORDLIKE
from worker.agencies.spellings import SPELLINGS

_CLEAR_LETTERS = 6  # shorter names also stand for other things in brackets
_CLEAR = any_name({
    name
    for name in SPELLINGS - WORDLIKE - INITIALS
    if (name.isascii() and len(name) >= _CLEAR_LETTERS) or name == "AGÊNCIA BRASIL"
})  # fmt: skip
_SENTENCE = r"(?=[\"“«„'‘(¿¡]?[^\W\d_a-zß-ÿа-яё])"
# Names in capitals that are words as well: only behind a whole date
_WORDS = any_name({"SPA", "APP", "MENA", "MAP", "TAP", "UNI", "MIA", "AA", "CP", "PA"})
_ARGENTINE = (
    r"(?i:buenos aires|la plata|mar del plata|rosario|córdoba|cordoba|mendoza|tucumán|salta|santa fe|neuquén"
    r"|bariloche|paraná|bahía blanca)"
)
_GERMAN = r"(?P<agency>dpa|afp|epd|kna|KNA|sid|SID)"

FURTHER_DATELINES: tuple[LazyPattern, ...] = tuple(
    LazyPattern(pattern)
    for pattern in (
        # initials that are also a word: Buenos Aires, 14 octubre (NA) --
        rf"(?P<place>{_ARGENTINE})(?:[,.]?\s+{DATE})?[.,]?\s*\((?P<id_noticias_argentinas>NA)\)\s*{DASH}\s*",
        # several places, a partner before the name: SÃO PAULO, SP, E RIO DE JANEIRO, RJ (UOL/FOLHAPRESS) -
        (
            rf"(?P<place>[A-ZÀ-Þ][^\n().:;!?]{{1,70}}?)\s?\((?:[\w .]{{2,12}}/)?(?P<agency>{_CLEAR}){JOINT}"
            rf"\)\s*{DASH}\s*{_SENTENCE}"
        ),
        r"(?P<id_apanews>APA)-(?P<place>[A-ZÀ-Þ][\w'’ -]{2,24}\s\([^)\n]{3,30}\))\s?(?:--?|[—–])\s*",
        # German newspapers: dpa Berlin. Der Bundestag · BERLIN dpa | Der Bundestag
        (
            rf"{_GERMAN}(?:/[\w-]{{2,8}})?\s(?!Bild|Foto|Picture)"
            r"(?P<place>[A-ZÄÖÜ][\w/-]{2,20}(?:\s(?:(?:am|an der|a\.d\.|im)\s)?[A-ZÄÖÜ][\w/-]{2,20})?)\.\s+"
            r"(?=[A-ZÄÖÜ\"„»])"
        ),
        (
            rf"{CAPITALS}\s(?:taz/)?(?P<agency>dpa|afp|ap|epd|reuters|sid|kna)(?:/[a-z]{{2,8}}){{0,3}}"
            r"\s?\|\s+"
        ),
        # the agency before the place: EFE Girona.- El Govern · Europa Press La Coruña.-
        (
            r"(?P<agency>EFE|Efe|Europa Press|EUROPA PRESS)\s"
            r"(?P<place>(?:(?:La|El|Las|Los|San|Santa)\s)?[A-ZÀ-Þ][\w'’·-]{2,20}"
            r"(?:\s(?:(?:del?|i|y)\s)?[A-ZÀ-Þ][\w'’·-]{2,20}){0,2})"
            rf"\.\s?[-–—]{{1,2}}\s?{_SENTENCE}"
        ),
        # ТАСС, 14 октября. · /ТАСС/.
        rf"/?(?P<agency>ТАСС|TASS)/?,\s{DATE}\.\s+{_SENTENCE}",
        rf"/{ANY}/[.:]?\s*(?:{DASH})?\s*{_SENTENCE}",
        # Riyadh, October 14, 2026, SPA --
        rf"{PLACE}[,.]?\s+{DATE},\s(?P<agency>{_WORDS})\s*(?:--|[—–―]|:)\s*",
        (
            rf"{PLACE}(?:,\s[^\W\d_]{{3,14}})?,\s+{DATE}[.,]?\s*/(?P<id_trend>Trend|TREND|Тренд)/\.?"
            rf"\s*(?:{DASH})?\s*"
        ),
        rf"{PLACE}[,.]?\s+{DATE},\s(?P<agency>АЗЕРТАДЖ|AZERTAC|AZƏRTAC|AZERTAG)\s*(?:{DASH})?\s*",
    )
)
