"""Sentences in which an outlet says that an agency wrote the text.

Dieser Artikel stammt von der Agentur dpa.
"""

from worker.agencies.name_slots import whole_name
from worker.agencies.spellings import SPELLINGS

_AGENCY = rf"(?P<agency>{whole_name(SPELLINGS)})"
# Each is a whole closing line, with the agency in the group `agency`.
ADOPTED: tuple[str, ...] = (
    (
        r"^(?:Diese[rs]?|Der|Die)\s(?:Text|Artikel|Beitrag|Meldung|Bericht|Nachricht|Inhalt)\s(?:stammt"
        r"|kommt|wurde|ist)\s"
        rf"(?:[a-zäöüß]+\s){{0,4}}?(?:von|vom|durch|aus)\s(?:der\s|einem\s|dem\s)?(?:(?:Nachrichtenagentur"
        rf"|Agentur|Feed der|Dienst der)\s)?{_AGENCY}"
        r"(?:\s(?:übernommen|verfasst|veröffentlicht|erstellt|verbreitet|geliefert|automatisch\s\w+))?\.?$"
    ),
    (
        r"^C(?:e|et|ette)\s(?:texte|article|dépêche|contenu|information|reportage)\s(?:de|d['’]"
        r"|provient\sde|émane\sde|a été\s\w+(?:\s\w+)?\spar)\s?"
        rf"(?:l['’]agence\s|l['’]|la\s(?=agence))?{_AGENCY}(?:\sa été (?:publi|produit|rédig|diffus"
        rf"|tradui)[^\n]{{0,60}})?\.?$"
    ),
    (
        r"^Est[ea]\s(?:texto|artículo|contenido|nota|noticia|información|conteúdo|artigo|notícia"
        r"|reportagem)\s(?:es|é|fue|foi|ha sido)\s"
        rf"(?:\w+\s){{0,2}}?(?:por|de|da|pela|pelo)\s(?:la\s|a\s)?(?:agencia\s|agência\s)?{_AGENCY}\.?$"
    ),
    (
        r"^Quest[oa]\s(?:articolo|testo|notizia|contenuto)\s(?:è|proviene)\s(?:\w+\s){0,3}?(?:di|da"
        r"|dall['’]|dalla|dell['’])\s?"
        rf"(?:agenzia\s)?{_AGENCY}\.?$"
    ),
    (
        rf"^Dit\s(?:artikel|bericht|verhaal)\s(?:is|komt|werd)\s(?:\w+\s){{0,3}}?(?:door|van)\s"
        rf"(?:persbureau\s"
        rf"|het\s)?{_AGENCY}\.?$"
    ),
    rf"^(?:Originally|First)\spublished\s(?:by|on|in)\s(?:the\s)?{_AGENCY}\.?$",
    rf"^Текст\s(?:агентства|информагентства)\s{_AGENCY}\.?$",
)
