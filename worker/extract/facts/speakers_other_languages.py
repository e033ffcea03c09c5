"""Finds the speaker of a quote in text that is not English.

The languages are German, French, Spanish, Portuguese, Italian, Dutch, Russian, Korean, Japanese and Chinese.
"""

import re
from functools import cache

from worker.extract.facts.speaker_resolution import PRONOUNS

MAX_SPEAKER_CHARS = 80
# A word after the verb that begins no speaker: "confesó entre lágrimas"
_PREPOSITIONS = frozenset({
    "entre", "en", "con", "tras", "ante", "por", "al", "durante", "desde", "sobre", "para", "de",
    "em", "com", "após",
    "depois", "no", "na", "nos", "nas", "in", "dopo", "nel", "nella", "avec", "dans", "lors",
    "devant", "à", "au", "après",
    "que", "che", "ayer", "hoy", "ontem", "hoje", "ieri", "oggi", "luego", "también", "também",
    "anche", "ainda", "ao",
})  # fmt: skip
_OMITTED = {"es": "él", "pt": "ele", "it": "lui"}  # languages that leave out the subject
# Verbs of saying in news texts.
_GERMAN = (
    "sagte|sagt|erklärte|erklärt|betonte|betont|schrieb|schreibt|warnte|warnt|meinte|meint|teilte|berichtete"
    "|kritisierte|forderte|fragte|ergänzte|kündigte|bekräftigte|mahnte|rief|fügte|antwortete|versicherte"
)
_FRENCH = (
    "(?:a|ont|avait) (?:déclaré|dit|affirmé|expliqué|ajouté|indiqué|souligné|lancé|estimé|assuré|précisé"
    "|écrit|rappelé|répondu|confié|prévenu|martelé|insisté|reconnu|annoncé|demandé|dénoncé|raconté|réagi|promis|plaidé|résumé|conclu|regretté|salué|critiqué|témoigné|commenté)"
    "|déclare|affirme|explique|dit|assure|estime|souligne|indique|précise|ajoute|raconte|confie|écrit|lance"
    "|promet|réagit|témoigne|résume|regrette|prévient|insiste|rappelle|commente|poursuit|conclut|déplore"
)
_SPANISH = (
    "dijo|afirmó|declaró|aseguró|explicó|señaló|agregó|añadió|escribió|indicó|manifestó|sostuvo|advirtió"
    "|subrayó|destacó|recalcó|comentó|insistió|preguntó|respondió|contó|apuntó|expresó|denunció|dice|explica|[a-záéíóúñ]{3,}ó"
)
KOREAN_SAID = (
    "말했|말한다|말이다|맞받|전망했|평가했|당부했|토로했|회상했|털어놨|일축했|되물|해명했|언급했"
    "|약속했|경고했|우려했|했다|밝혔|전했|설명했"
    "|강조했|덧붙였|주장했|지적했|답했|물었|적었|썼|반박했|호소했|비판했|촉구했|외쳤"
)
_JAPANESE_SAID = (
    "振り返|喜ん|話す|語る|談話|謝罪|反論|否定|述べ|語っ|話し|言っ"
    "|説明|強調|指摘|コメント|答え|訴え|批判|主張|明かし|書い|呼びかけ|叫ん"
)
_PORTUGUESE = (
    "disse|afirmou|declarou|explicou|ressaltou|destacou|acrescentou|escreveu|informou|garantiu|contou|comentou"
    "|apontou"
    "|alertou|criticou|defendeu|questionou|respondeu|relatou|lamentou|diz|afirma|explica|conta|completou|avaliou"
    "|reforçou|salientou|sublinhou|referiu|adiantou|admitiu|[a-zç]{3,}(?:ou|eu|iu)"
)
_ITALIAN = (
    "(?:ha|hanno|aveva) (?:detto|dichiarato|affermato|spiegato|aggiunto|sottolineato|scritto|commentato"
    "|ricordato"
    "|annunciato|assicurato|precisato|ribadito|osservato|raccontato|risposto)|dice|spiega|afferma|accusa|racconta"
    "|commenta|sottolinea|aggiunge|dichiara|scrive|disse|spiegò|osserva|assicura|avverte|denuncia|ricorda"
    "|promette|ammette|conclude|replica|attacca|rivendica|confessa|rivela"
)
_DUTCH = (
    "zei|zegt|verklaarde|verklaart|vertelde|vertelt|schreef|schrijft|aldus|liet weten|benadrukte|benadrukt"
    "|stelde|stelt"
    "|meldde|meldt|waarschuwde|waarschuwt|reageerde|reageert|vindt|vond|legt|legde"
)
_RUSSIAN = (
    "заявил[аи]?|сказал[аи]?|сообщил[аи]?|отметил[аи]?|подчеркнул[аи]?|добавил[аи]?|рассказал[аи]?|написал[аи]?"
    "|пояснил[аи]?|объяснил[аи]?|уточнил[аи]?|считает|говорит|цитирует|признал[аи]?|предупредил[аи]?|напомнил[аи]?"
    "|ответил[аи]?|спросил[аи]?|констатировал[аи]?|призвал[аи]?"
)
_CHINESE_SAID = "表示|说|說|称|稱|指出|强调|強調|认为|認為|写道|寫道|问|問|回应|回應|告诉|告訴"
# A sentence that opens with one of these words has its speaker after the verb.
_NO_SUBJECT = (
    r"(?!(?:In|Im|Am|An|Auf|Bei|Beim|Nach|Vor|Zu|Zum|Zur|Weiter|Schließlich|Dann|Dabei|Dazu|Dort|Hier|Heute|Gestern|Später"
    r"|Zuletzt|Auch|So|Außerdem|Zudem|Au|Aux|Dans|Puis|Selon|En|Y|Que|y|que|Ayer|Hoy|Luego|Además)\s)"
)
_NAME = rf"(?P<who>{_NO_SUBJECT}(?:(?:Dr|Prof|Mr|Mme|Sr|Sra)\.\s)*[^\W\d_][^,.;:!?\"“”„«»()\n]{{1,70}}?)"
# A name and a colon before a quote
_NAMED = r"(?:^|[.!?]\s)(?P<who>(?:[^\W\d_]+\s){0,3}[A-ZÀ-Þ][\w'’-]+\s[A-ZÀ-Þ][\w'’-]+)\s?:\s?$"
_HANGUL_NAME = r"(?P<who>[가-힣A-Za-z]{1,12}(?:\s[가-힣A-Za-z]{1,12}){0,2}?)"
# language -> (patterns before a quote, patterns after it); `who` is the speaker.
_PATTERNS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "de": (
        (rf"(?:^|[.!?]\s){_NAME}\s(?:{_GERMAN})(?!\s(?:er|sie|ich|wir)\b)(?:\s[^.!?:]{{1,60}})?:\s?$",),
        (
            (
                rf"^\s?,?\s?(?:so\s|(?:{_GERMAN})\s){_NAME}"
                r"(?=[,.;]|\s(?:am|in|im|bei|dem|der|zu|auf|gegenüber|nach|vor|mit|hinzu|an|weiter|über|kurz|seit|für|als|aus|zum|zur)\b|$)"
            ),
        ),
    ),
    "fr": (
        (
            rf"(?:^|[.!?]\s){_NAME}(?:,\s[^,.:]{{1,50}},)?\s(?:{_FRENCH})(?:\s[^.!?:]{{1,60}})?\s?:\s?$",
            _NAMED,
            rf"(?:^|[.!?]\s)Selon\s{_NAME},\s[^.!?:«»]{{1,60}}$",
        ),
        (
            r"^\s?,?\s?(?:a|ont|\w{3,12})-(?:t-)?(?P<who>ils?|elles?)\b",
            (
                rf"^\s?,?\s?(?:{_FRENCH}|selon)\s{_NAME}"
                r"(?=[,.;]|\s(?:à|lors|dans|au|en|sur|devant|après|qui|mardi|lundi|mercredi|jeudi|vendredi)\s|$)"
            ),
        ),
    ),
    "es": (
        (
            rf"(?:^|[.!?]\s){_NAME}(?:,\s[^,.:]{{1,50}},)?\s(?:{_SPANISH})(?:\s[^.!?:]{{1,60}})?:\s?$",
            _NAMED,
        ),
        (
            rf"^\s?[,—–]?\s?(?P<who>)(?:{_SPANISH})(?=[,.;]|$)",
            rf"^\s?[,—–]?\s?(?:{_SPANISH}|según)\s{_NAME}(?=[,.;]|\s(?:a|en|durante|tras|el|ante|que|al|por|sobre|con)\s|$)",
        ),
    ),
    "pt": (
        (
            rf"(?:^|[.!?]\s){_NAME}(?:,\s[^,.:]{{1,50}},)?\s(?:{_PORTUGUESE})(?:\s[^.!?:]{{1,60}})?:\s?$",
            _NAMED,
            rf"(?:^|[.!?]\s)(?:Segundo|Para)\s{_NAME},\s[^.!?:]{{0,40}}$",
        ),
        (
            (
                rf"^\s?[,—–-]?\s?(?:{_PORTUGUESE}|segundo)\s{_NAME}"
                r"(?=[,.;]|\s(?:a|em|durante|após|no|na|ao|à|que|por|sobre|com|nesta|neste)\s|$)"
            ),
            rf"^\s?[,—–-]?\s?(?P<who>)(?:{_PORTUGUESE})(?=[,.;]|$)",
        ),
    ),
    "it": (
        (
            rf"(?:^|[.!?]\s){_NAME}(?:,\s[^,.:]{{1,50}},)?\s(?:{_ITALIAN})(?:\s[^.!?:]{{1,60}})?:\s?$",
            _NAMED,
        ),
        (
            (
                rf"^\s?[,—–-]?\s?(?:così\s)?(?:{_ITALIAN}|secondo)\s{_NAME}"
                r"(?=[,.;]|\s(?:a|in|durante|dopo|al|alla|nel|nella|che|per|su|con|ai)\s|$)"
            ),
            rf"^\s?[,—–-]?\s?(?P<who>)(?:{_ITALIAN})(?=[,.;]|$)",
        ),
    ),
    "nl": (
        (rf"(?:^|[.!?]\s){_NAME}\s(?:{_DUTCH})(?:\s[^.!?:]{{1,60}})?:\s?$",),
        (
            r"^\s?,?\s?(?:zei|zegt|verklaarde|vertelde|vertelt)\s(?P<who>hij|zij|ze)\b",
            (
                rf"^\s?,?\s?(?:{_DUTCH}|volgens)\s{_NAME}"
                r"(?=[,.;]|\s(?:in|op|tegen|na|bij|tijdens|aan|over|van|maandag|dinsdag|woensdag|donderdag|vrijdag)\s|$)"
            ),
        ),
    ),
    "ru": (
        (rf"(?:^|[.!?]\s){_NAME}\s(?:{_RUSSIAN})(?:\s[^.!?:]{{1,60}})?:\s?$",),
        (
            r"^\s?,?\s?[—–-]?\s?(?:заявил|сказал|отметил|добавил|подчеркнул|рассказал|сообщил)а?\s(?P<who>она?)\b",
            rf"^\s?,?\s?[—–-]?\s?(?:{_RUSSIAN})\s{_NAME}(?=[,.;]|\s(?:в|на|журналистам|по|о|во|ТАСС)\s|$)",
        ),
    ),
    "ko": (
        (
            (
                rf"(?:^|[.다]\s|\n)\s?(?:[^\"“”.]{{0,60}}\s)?{_HANGUL_NAME}"
                r"(?:은|는|이|가)\s(?:[^\"“”.]{0,60})?$"
            ),
        ),
        (
            rf"^\s?(?:이?라고|이?라며|고|며|라는)\s{_HANGUL_NAME}(?:은|는|이|가)\s(?:[^\"“”.]{{0,60}})?(?:{KOREAN_SAID})",
            rf"^\s?{_HANGUL_NAME}(?:은|는|이|가)\s[^\"“”.]{{0,60}}(?:{KOREAN_SAID})",
        ),
    ),
    "ja": (
        (r"(?:^|[。、])(?P<who>[^。、「」はが]{1,24})(?:は|が)(?:[^。「」]{0,60})?$",),
        (
            (
                rf"^。?\s?(?P<who>[^。、「」はが]{{2,24}})(?:は|が)(?:[^。「」]{{0,12}})?(?:こう|そう|このように|次のように)"
                rf"(?:{_JAPANESE_SAID})"
            ),
            rf"^\s?と(?:、)?(?P<who>[^。、「」はが]{{1,24}})(?:は|が)(?:[^。「」]{{0,30}})?(?:{_JAPANESE_SAID})",
        ),
    ),
    "zh": (
        (
            rf"(?:^|[。，,])(?P<who>[^。，,“”：:]{{1,24}}?)(?:{_CHINESE_SAID})(?:记者|記者|媒体|媒體)?[：:，,]?\s?$",
        ),
        (rf"^\s?[，,]?(?P<who>[^。，,“”：:]{{1,24}}?)(?:{_CHINESE_SAID})",),
    ),
}
LANGUAGES = frozenset(_PATTERNS)
_INSERTED = re.compile(rf",\s(?:{_FRENCH})\s{_NAME}(?=,)")
_QUOTE_PARTICLES = {
    "ko": re.compile(r"^\s?(?:이?라고|이?라며|이?라면서|고|며|면서|라는|이?란)"),
    "ja": re.compile(
        r"^\s?(?:など)?と(?:の(?:コメント|談話|声明|考え|見方|認識)|も?(?:振り返|喜ん|謝罪|反論|否定|批判|主張)|し|述べ|語|話|言|説明|強調|指摘|コメント|、)"
    ),
}


def find_speaker_by_language(before: str, after: str, lang: str) -> tuple[str | None, bool]:
    """Returns the speaker of a quote from its context, or None, and whether the attribution follows it.

    `lang` is one of `LANGUAGES`.
    """
    before_patterns, after_patterns = _compiled(lang)
    for pattern in after_patterns:
        if found := pattern.search(after):
            return _trim(found["who"], lang), True
    needs = _QUOTE_PARTICLES.get(lang)
    if not needs or needs.search(after):
        for pattern in before_patterns:
            if found := pattern.search(before):
                start = _sentence_start(before, found.end("who")) if lang == "ko" else found.start("who")
                return _trim(before[start : found.end("who")], lang), False
    return None, False


def find_inserted_speaker(quote: str) -> str | None:
    """Returns the speaker of a French attribution inside the quotation marks, or None."""
    found = _INSERTED.search(quote)
    return _trim(found["who"], "fr") if found else None


def _sentence_start(text: str, end: int) -> int:
    """Returns where the sentence that contains an offset starts."""
    return max(text.rfind(mark, 0, end) for mark in '.!?"“”\n,') + 1


@cache
def _compiled(lang: str) -> tuple[tuple[re.Pattern[str], ...], tuple[re.Pattern[str], ...]]:
    before, after = _PATTERNS[lang]
    return tuple(map(re.compile, before)), tuple(map(re.compile, after))


def _trim(who: str, lang: str) -> str | None:
    """Returns the speaker; an omitted subject is a pronoun."""
    text = who.strip(" ,;:、，")
    if text.split(" ", 1)[0].lower() in _PREPOSITIONS:
        return None
    if not text and lang in _OMITTED:
        return _OMITTED[lang]
    is_pronoun = text.lower() in PRONOUNS
    return text if 1 < len(text) <= MAX_SPEAKER_CHARS or is_pronoun else None
