"""Patterns of a sentence behind a quote that names its speaker: So lautete das Fazit von Anna Holm."""

from worker.extract.facts.speaker_patterns import PERSON

# What such a sentence says before it names the speaker, by language
_LEADS: dict[str, str] = {
    "de": (
        r"So (?:lautete?|war|ist|klang|klingt) (?:das|der|die) [^\W\d_]+ (?:von|des|der)"
        r"|(?:So|Mit diesen Worten|Damit|Derart) (?:fasste?|beschrieb|beschreibt|kommentierte?"
        r"|bilanzierte?|resümierte?|urteilte?"
        r"|sprach|spricht|brachte|begründete|erklärte?|schloss|verabschiedete(?: sich)?|reagierte"
        r"|antwortete|schilderte?|sah|sieht"
        r"|erinnerte? sich|umschrieb)|Das (?:sind|waren|seien) (?:die )?Worte (?:von|des|der)"
        r"|Das (?:sagt|sagte|meint|meinte|schrieb|findet)"
    ),
    "fr": (
        r"(?:C['’](?:est|était) (?:en ces termes|par ces mots|ainsi|avec ces mots|en ces mots)"
        r"|Voilà comment) (?:que |qu['’](?:a|ont) [^\W\d_]+ )"
        r"|Voilà comment|Ainsi (?:parlait|parle|a parlé|s['’]exprimait|s['’]exprime|s['’]est exprimée?"
        r"|résumait|résume|concluait|conclut|commentait)"
        r"|(?:Ce sont|Tels sont|Telles furent) les (?:mots|paroles) d[eu]|Tel est l['’]avis d[eu]"
    ),
    "es": (
        r"(?:Así|Con estas palabras|De este modo|De esta (?:manera|forma)|En estos términos)(?: lo| la"
        r"| se)? "
        r"(?:[^\W\d_]{3,}ó|resume|describe|define|cuenta|explica|recuerda|ve|valora)|Así (?:es|fue) como"
        r"|(?:Son|Eran|Fueron|Estas (?:son|fueron)) (?:las )?palabras del?"
    ),
    "pt": (
        r"(?:Assim|Com estas palavras|Deste modo|Desta forma|Nestes termos)(?: o| a"
        r"| se)? (?:[^\W\d_]{3,}(?:ou|eu|iu)|resume|descreve|define|conta)"
        r"|(?:Foi|É) assim que|(?:São|Foram|Estas (?:são|foram)) (?:as )?palavras d[aeo]"
    ),
    "it": (
        r"(?:Così|Con queste parole|In questi termini)(?: lo| la| si)? (?:ha [^\W\d_]+[ot]o"
        r"|ha [^\W\d_]+|riassume|descrive|racconta|commenta|conclude)"
        r"|Così(?= (?:il|la|lo|l['’]))|È così che|(?:Sono|Queste) (?:sono )?le parole d(?:i|el|ella)"
        r"|(?:Parola|Parole) di"
    ),
    "nl": (
        r"(?:Zo|Met deze woorden|Daarmee) (?:vatte?|omschreef|omschrijft|beschreef|beschrijft"
        r"|verwoordde|verwoordt|sprak|besloot|reageerde|klonk|zei)"
        r"|Zo (?:luidde|luidt|was|is) (?:de|het) [^\W\d_]+ van|Dat (?:zijn|waren) de woorden van"
        r"|Dat (?:zei|zegt|vindt)"
    ),
    "sv": r"(?:Så|Med de orden) (?:sammanfattade|sammanfattar|beskrev|beskriver|kommenterade|uttryckte"
    r"|minns|löd orden från)|Orden kommer från",
    "no": r"(?:Slik|Med de ordene) (?:oppsummerte|oppsummerer|beskrev|beskriver|kommenterte"
    r"|lød ordene fra)|Ordene kommer fra",
    "da": r"(?:Sådan|Med de ord) (?:opsummerede|opsummerer|beskrev|beskriver|kommenterede|lød det fra"
    r"|lyder det fra)|Ordene kommer fra",
    "fi": r"Näin (?:tiivisti|tiivistää|kuvaili|kuvailee|summasi|kommentoi|kiteytti|muisteli|totesi)",
    "pl": (
        r"(?:Tak|Tymi słowami|W ten sposób) (?:podsumowa(?:ł|ła)|opisa(?:ł|ła)|skomentowa(?:ł|ła)"
        r"|streści(?:ł|ła)|oceni(?:ł|ła)"
        r"|wspomina(?:ł|ła)?|pożegna(?:ł|ła) się)|To słowa"
    ),
    "cs": r"(?:Tak|Těmito slovy|Takto) (?:shrnula?|popsala?|zhodnotila?|okomentovala?|vzpomínala?"
    r"|uzavřela?)|To jsou slova",
    "ru": (
        r"(?:Так|Этими словами|Такими словами|Вот так) (?:подытожил|описал|прокомментировал|резюмировал"
        r"|оценил|отреагировал|вспоминал"
        r"|объяснил|охарактеризовал|завершил)а?|(?:Это|Таковы) слова"
    ),
    "uk": r"(?:Так|Цими словами|Ось так) (?:підсумува|описа|прокоментува|оціни|відреагува|згадува"
    r"|поясни)(?:в|ла)|Це слова",
    "ro": r"(?:Așa|Cu aceste cuvinte|Astfel) (?:a|și-a) [^\W\d_]+(?:at|it|ut|s)|Sunt cuvintele lui",
    "el": r"(?:Έτσι|Με αυτά τα λόγια) (?:συνόψισε|περιέγραψε|σχολίασε|έκλεισε)"
    r"|Αυτά είναι τα λόγια (?:του|της)",
    "id": r"(?:Demikian|Begitulah|Itulah) (?:kata|ungkapan|ucapan|kesan|cara|pernyataan)",
}  # fmt: skip
_END = r"(?=\s?[,.;:(–—]|\s[^\W\d_A-ZÀ-ÞА-ЯЁЄІЇ]|\s?$)"


def after_sentence(lang: str) -> tuple[str, ...]:
    """Returns the patterns behind a quote of a sentence that names its speaker in a language."""
    if lang not in _LEADS:
        return ()
    return (rf"^\.?\s?(?:{_LEADS[lang]})\s?(?P<who>(?<=[\s'’]){PERSON}){_END}",)
