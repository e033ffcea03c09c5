"""Cuts what a pattern found to the speaker; a document, a time and an unnamed person count as none."""

import re

from worker.extract.facts.attributions import WORDS
from worker.extract.facts.speaker_resolution import PRONOUNS
from worker.extract.facts.speakers_any_verb import STRICT

MAX_SPEAKER_CHARS = 80
# A word after the verb that begins no speaker: "confesó entre lágrimas"
PREPOSITIONS = frozenset({
    "entre", "en", "con", "tras", "ante", "por", "al", "durante", "desde", "sobre", "para", "de",
    "em", "com", "após",
    "depois", "no", "na", "nos", "nas", "in", "dopo", "nel", "nella", "avec", "dans", "lors",
    "devant", "à", "au", "après",
    "que", "che", "ayer", "hoy", "ontem", "hoje", "ieri", "oggi", "luego", "también", "também",
    "anche", "ainda", "ao",
})  # fmt: skip
_OTHERWISE = {"nl": frozenset({"de"})}  # a word that is not a preposition in a language
_OMITTED = {"es": "él", "pt": "ele", "it": "lui", "id": "dia"}  # languages that leave out the subject
# Persons without a name: ein Augenzeuge, un témoin
_UNNAMED = re.compile(
    r"(?:(?:eine?|une?|una|um|uma|uno|en|ett|et|een|jeden|jedna|jeden ze|bir|một|seorang)\s)?"
    r"(?:Augenzeug|Zeug|Anwohner|Nachbar|Passant|témoin|habitant|voisin|riverain|passag|passant|testigo"
    r"|vecin|testimon|residente"
    r"|vittne|granne|vitne|nabo|vidne|svěd|soused|świad|sąsiad|mieszkan|свидет|очевид|прохож"
    r"|свід|очевидец|tanı[kğ]|görgü tanığ|saksi"
    r"|silminnäkij|ooggetuige|buurtbewo|omwonende|testemunha|morador|μάρτυρας|κάτοικος|szemtanú"
    r"|martor|nhân chứng|người dân|شاهد عيان|شهود عيان|شاهد|مصدر|مسؤول)[^\W\d_]*",
    re.IGNORECASE,
)
# A name before what the person does: Mona Bello mientras abrazaba
_LED_ON = re.compile(
    rf"(?P<name>(?:[^\W\d_][\w'’-]*\s){{0,6}}?{STRICT})\s(?!(?:de|da|do|dos|di|del|della|der|den|des|du|van|von|la|le|el|al|bin|y|e|i|a|et"
    r"|und|oder|en|og|och|ja|ve|și|și|και|и|та|й|f|f\.|ja|z|ze|zu|vom|zum|of)\s)"
    rf"(?![^,;]{{0,60}}{STRICT})"
    r"[a-zà-ÿа-яёąćęłńóśźżčďěňřšťůžőűășțα-ωά-ώ]"
)
_ADDED_TO = re.compile(r"\s(?:eraan|daaraan|er\s(?:nog\s)?aan)\stoe\Z")  # voegde ze eraan toe
# A pronoun before adverbs and another verb: 他补充说
_PRONOUN_FIRST = re.compile(
    r"^([他她])(?:补充|補充|强调|強調|还|還|也|又|接着|接著|进一步|進一步|同时|同時|继续|繼續|随后|隨後|最后|最後).*$"
)
_JE = frozenset({"hr", "sr", "bs", "sl"})  # "is" behind the verb: dodao je
_JAPANESE_WHEN = re.compile(r"(?:後|前|際|中|会見|席上|場)?(?:に|で|から)\Z")
# Documents, which are not speakers: the statement, the letter, the sign.
_DOCUMENTS = {
    "de": r"(?:(?:di|ein|jen)e[rsmn]?|das|ein) "
    r"\w*(?:[Mm]itteilung|[Ee]rklärung|[Ss]chreiben|[Bb]rief|[Ss]child|[Dd]okument)",
    "fr": r"(?:le|un|la|une|ce|cette) "
    r"(?:communiqué|lettre|texte|panneau|note|message|déclaration|courrier|affiche)",
    "es": r"(?:el|un|la|una) (?:comunicado|carta|nota|cartel|texto|mensaje|declaración|escrito|documento)",
    "pt": r"(?:o|um|a|uma) (?:comunicado|carta|nota|placa|texto|mensagem|declaração|documento)",
    "it": r"(?:il|un|la|una) (?:comunicato|nota|lettera|cartello|testo|messaggio|documento)",
    "nl": r"(?:het|de|een) (?:verklaring|brief|persbericht|bord|tekst|bericht|mededeling)",
    "ru": r"(?:заявление|сообщение|письмо|пресс-релиз|документ|объявление|табличка)",
    "ko": r"(?:.*\s)?(?:공동)?(?:성명서?|입장문|보도자료|편지|안내문|공고문|표지판|현수막|메시지|유서)",
    "ja": r"(?:この|その|共同)?(?:声明|書簡|手紙|看板|メッセージ|文書|張り紙|通知|遺書)文?",
    "zh": r"(?:[该該这這一]份?)?(?:联合|聯合|公开|公開|书面|書面)?"
    r"(?:声明|聲明|信件?|公告|告示|牌子|标语|標語|通知|文件|短信)",
}


def trim_speaker(who: str, lang: str) -> str | None:
    """Returns the speaker or None; an omitted subject is a pronoun."""
    text = who.strip(" ,;:、，")
    if text.split(" ", 1)[0].lower() in PREPOSITIONS - _OTHERWISE.get(lang, frozenset()) or re.fullmatch(
        _DOCUMENTS.get(lang, "(?!)"), text, re.IGNORECASE
    ):
        return None
    if lang == "ja" and _JAPANESE_WHEN.search(text):
        return None
    text = _PRONOUN_FIRST.sub(r"\1", text)
    if text == "je" and lang in _JE:
        return None
    if not text and lang in _OMITTED:
        return _OMITTED[lang]
    if _UNNAMED.fullmatch(text):
        return None
    if lang in WORDS and (named := _LED_ON.match(text)):
        text = named["name"]
    text = re.sub(r"(?<=[^\W\d_]{2})\.\Z", "", text)  # it ends the sentence
    text = _ADDED_TO.sub("", text) if lang == "nl" else text
    is_pronoun = text.lower() in PRONOUNS
    return text if 1 < len(text) <= MAX_SPEAKER_CHARS or is_pronoun else None
