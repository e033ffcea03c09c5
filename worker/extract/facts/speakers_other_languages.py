"""Finds the speaker of a quote in text that is not English.

The languages are German, French, Spanish, Portuguese, Italian, Dutch, Russian, Korean, Japanese and Chinese.
"""

import re
from functools import cache

from worker.extract.facts.attributions import WORDS
from worker.extract.facts.speaker_resolution import JAPANESE_TITLES, PRONOUNS

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
    "|écrit|rappelé|répondu|confié|prévenu|martelé|insisté|reconnu|annoncé|demandé|dénoncé|raconté|réagi"
    "|promis|plaidé|résumé|conclu|regretté|salué|critiqué|témoigné|commenté)"
    "|déclare|affirme|explique|dit|assure|estime|souligne|indique|précise|ajoute|raconte|confie|écrit|lance"
    "|promet|réagit|témoigne|résume|regrette|prévient|insiste|rappelle|commente|poursuit|conclut|déplore"
    "|communique|annonce|informe|signale"
)
_SPANISH = (
    "dijo|afirmó|declaró|aseguró|explicó|señaló|agregó|añadió|escribió|indicó|manifestó|sostuvo|advirtió"
    "|subrayó|destacó|recalcó|comentó|insistió|preguntó|respondió|contó|apuntó|expresó|denunció|dice"
    "|explica|[a-záéíóúñ]{3,}ó"
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
    "disse|afirmou|declarou|explicou|ressaltou|destacou|acrescentou|escreveu|informou|garantiu|contou"
    "|comentou"
    "|apontou"
    "|alertou|criticou|defendeu|questionou|respondeu|relatou|lamentou|diz|afirma|explica|conta|completou"
    "|avaliou"
    "|reforçou|salientou|sublinhou|referiu|adiantou|admitiu|[a-zç]{3,}(?:ou|eu|iu)"
)
_ITALIAN = (
    "(?:ha|hanno|aveva) (?:detto|dichiarato|affermato|spiegato|aggiunto|sottolineato|scritto|commentato"
    "|ricordato"
    "|annunciato|assicurato|precisato|ribadito|osservato|raccontato|risposto)|dice|spiega|afferma|accusa"
    "|racconta"
    "|commenta|sottolinea|aggiunge|dichiara|scrive|disse|spiegò|osserva|assicura|avverte|denuncia|ricorda"
    "|promette|ammette|conclude|replica|attacca|rivendica|confessa|rivela|comunica|informa|segnala|avvisa"
    "|annuncia|assicurano|si legge|rende noto|ha reso noto|fa notare|ipotizza|auspica|esulta|ironizza"
)
_DUTCH = (
    "zei|zegt|verklaarde|verklaart|vertelde|vertelt|schreef|schrijft|aldus|liet weten|benadrukte|benadrukt"
    "|stelde|stelt"
    "|meldde|meldt|waarschuwde|waarschuwt|reageerde|reageert|vindt|vond|legt|legde"
)
_RUSSIAN = (
    "заявил[аи]?|сказал[аи]?|сообщил[аи]?|отметил[аи]?|подчеркнул[аи]?|добавил[аи]?|рассказал[аи]?"
    "|написал[аи]?"
    "|пояснил[аи]?|объяснил[аи]?|уточнил[аи]?|считает|говорит|цитирует|признал[аи]?|предупредил[аи]?"
    "|напомнил[аи]?"
    "|ответил[аи]?|спросил[аи]?|констатировал[аи]?|призвал[аи]?"
)
_CHINESE_SAID = (
    "表示|说|說|称|稱|指出|强调|強調|认为|認為|写道|寫道|问|問|回应|回應|告诉|告訴|坦言|直言|质疑|質疑|批评"
    "|批評|痛批|怒批|呼吁|呼籲"
    "|感叹|感嘆|感慨|回忆|回憶|透露|解释|解釋|补充|補充|提醒|警告|承认|承認|反问|反問|反驳|反駁|澄清|证实"
    "|證實|承诺|承諾|保证|保證|喊话|喊話"
    "|抱怨|介绍|介紹|总结|總結|追问|追問|留言|叹道|嘆道|喊道|笑道|谈道|談到|主张|主張|宣布|宣佈|断言|斷言"
    "|评价|評價|分析"
)
# A sentence that opens with one of these words has its speaker after the verb.
_NO_SUBJECT = (
    r"(?!(?:In|Im|Am|An|Auf|Bei|Beim|Nach|Vor|Zu|Zum|Zur|Weiter|Schließlich|Dann|Dabei|Dazu|Dort|Hier|Heute"
    r"|Gestern|Später"
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
                r"(?=[,.;]|\s(?:am|in|im|bei|dem|der|zu|auf|gegenüber|nach|vor|mit|hinzu|an|weiter|über"
                r"|kurz|seit|für|als|aus|zum|zur)\b|$)"
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
                r"(?=[,.;]|\s(?:à|lors|dans|au|en|sur|devant|après|qui|mardi|lundi|mercredi|jeudi"
                r"|vendredi)\s|$)"
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
            (
                rf"^\s?[,—–]?\s?(?:{_SPANISH}|según)\s{_NAME}(?=[,.;]|\s(?:a|en|durante|tras|el|ante|que|al|por"
                rf"|sobre|con)\s|$)"
            ),
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
                r"(?=[,.;]|\s(?:in|op|tegen|na|bij|tijdens|aan|over|van|maandag|dinsdag|woensdag|donderdag"
                r"|vrijdag)\s|$)"
            ),
        ),
    ),
    "ru": (
        (rf"(?:^|[.!?]\s){_NAME}\s(?:{_RUSSIAN})(?:\s[^.!?:]{{1,60}})?:\s?$",),
        (
            (
                r"^\s?,?\s?[—–-]?\s?(?:заявил|сказал|отметил|добавил|подчеркнул|рассказал"
                r"|сообщил)а?\s(?P<who>она?)\b"
            ),
            rf"^\s?,?\s?[—–-]?\s?(?:{_RUSSIAN})\s{_NAME}(?=[,.;]|\s(?:в|на|журналистам|по|о|во|ТАСС)\s|$)",
        ),
    ),
    "ko": (
        (
            (
                rf"(?:^|[.다]\s|\n)\s?(?:[^\"“”.]{{0,60}}\s)?{_HANGUL_NAME}"
                r"(?:\([^()]{1,20}\))?(?:은|는|이|가|에 따르면,?)\s(?:[^\"“”.]{0,60})?$"
            ),
        ),
        (
            (
                rf"^\s?(?:이?라고|이?라며|고|며|라는)\s{_HANGUL_NAME}(?:은|는|이"
                rf"|가)\s(?:[^\"“”.]{{0,60}})?(?:{KOREAN_SAID})"
            ),
            rf"^\s?{_HANGUL_NAME}(?:은|는|이|가)\s[^\"“”.]{{0,60}}(?:{KOREAN_SAID})",
            (
                rf"^\s?(?:(?:이?라)?는\s(?:게|것이|것은|것|이유는)\s)?{_HANGUL_NAME}의\s(?:말|설명|주장|지적"
                rf"|판단|생각|전언|각오|소감)"
            ),
        ),
    ),
    "ja": (
        (
            (
                r"(?:^|[。、])(?P<who>[^。、「」はが]{1,24})(?:は|が|によると|によれば)(?:[^。「」]"
                r"|「[^」]{1,20}」){0,60}$"
            ),
        ),
        (
            (
                rf"^。?\s?(?P<who>[^。、「」はが]{{2,24}})(?:は|が)(?:[^。「」]{{0,12}})?(?:こう|そう"
                rf"|このように|次のように)"
                rf"(?:{_JAPANESE_SAID})"
            ),
            r"^\s?と[^。、「」]{1,20}のは、?(?P<who>[^。、「」はが]{2,20}?)(?:だ|だった|である)?(?:。|$)",
            rf"^\s?と(?P<who>[^。、「」はがをに]{{1,16}}(?:{JAPANESE_TITLES}))(?:。|$)",
            (
                rf"^\s?と(?:、)?(?P<who>[^。、「」はが]{{1,24}})(?:は"
                rf"|が)(?:[^。「」]{{0,30}})?(?:{_JAPANESE_SAID})"
            ),
        ),
    ),
    "zh": (
        (
            (
                rf"(?:^|[。，,])(?P<who>[^。，,“”：:]{{1,24}}?)(?:{_CHINESE_SAID})(?:记者|記者|媒体"
                rf"|媒體)?[：:，,]?\s?$"
            ),
            (
                r"(?:^|[。])(?P<who>[^。，,“”：:]{1,24}?)(?:认为|認為|批评|批評|形容|痛批|直言"
                r"|直指)[，,]?[^。“”「」]{0,24}$"
            ),
        ),
        (
            rf"^\s?[，,]?(?P<who>[^。，,“”：:]{{1,24}}?)(?:{_CHINESE_SAID})(?!(?:道|记者|記者)?\s?[：:]|[，,]\s?[“「])",
        ),
    ),
}
_BASE = {
    "de": _GERMAN, "fr": _FRENCH, "es": _SPANISH, "pt": _PORTUGUESE, "it": _ITALIAN, "nl": _DUTCH,
    "ru": _RUSSIAN,
}  # fmt: skip
LANGUAGES = frozenset(_PATTERNS) | frozenset(WORDS)
# A person with at least two names after at most three words: le maire Jean Roux
_CAPITAL = r"[^\W\d_a-zß-ÿа-яёіїєґά-ώłśżźćńęąőűěščřžůďťňışğțșăîâ][\w'’.-]*"
_PERSON = (
    rf"(?:[^\W\d_][\w'’-]*\s){{0,4}}?(?:\w['’])?{_CAPITAL}(?:\s(?:de|da|do|di|del|van|von|der|den|el|al))?"
    rf"\s{_CAPITAL}(?:\s{_CAPITAL}){{0,2}}"
)
_SCRIPT_NAME = r"(?P<who>[\u0590-\u06ff][\u0590-\u06ff'’-]*(?:\s[\u0590-\u06ff'’-]+){1,5}?)"
# German and Dutch institutions behind an impersonal verb; documents are not speakers.
_IMPERSONAL = (
    r"^\s?,?\s?(?:hieß|heißt) es (?:aus|bei|beim|von|vom|im|in|seitens) (?:dem |der |den )?"
    r"(?P<who>(?!d(?:em|er|en)\b|\w*(?:[Bb]ericht|[Ss]chreiben|[Mm]itteilung|[Ee]rklärung|[Tt]ext|[Pp]apier"
    r"|[Gg]utachten|[Uu]rteil|[Bb]rief"
    r"|[Ss]tudie|[Dd]okument|[Aa]ntrag|[Kk]reise)\w*)[^\W\d_]\w+)"
)
_INSERTED = re.compile(rf",\s(?:{_FRENCH})\s{_NAME}(?=,)")
_QUOTE_PARTICLES = {
    "ko": re.compile(r"^\s?(?:이?라고|이?라며|이?라면서|고|며|면서|라는|이?란|는\s(?:것|게|설명|입장))"),
    "ja": re.compile(
        r"^\s?(?:など)?と(?:の(?:コメント|談話|声明|考え|見方|認識)|いう(?:。|$)"
        r"|(?!いう|い[いっ]た|呼|題|銘|名|の|同|比|並|共|一緒|書かれ|され|見られ|みられ|記され|ある|なる"
        r"|なっ|[「『、]?「|と))"
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
    if lang == "tr":
        return _turkish(before, after)
    needs = _QUOTE_PARTICLES.get(lang)
    if not needs or needs.search(after):
        for pattern in before_patterns:
            if found := pattern.search(before):
                start = _sentence_start(before, found.end("who")) if lang == "ko" else found.start("who")
                return _trim(before[start : found.end("who")], lang), False
    return None, False


def _turkish(before: str, after: str) -> tuple[str | None, bool]:
    """Returns the subject before a quote whose verb follows it: Ali Demir, “…” dedi."""
    subject = re.search(rf"(?:^|[.!?]\s)(?P<who>{_PERSON})(?:,|\s[^.!?:\"“”]{{0,60}}[,:])\s?$", before)
    if subject and re.match(rf"^\s?(?:{WORDS['tr'].said_last})\b", after):
        return _trim(subject["who"], "tr"), True
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
    before, after = _PATTERNS.get(lang, ((), ()))
    more_before, more_after = _of_words(lang) if lang in WORDS else ((), ())
    return tuple(map(re.compile, (*before, *more_before))), tuple(map(re.compile, (*after, *more_after)))


def _of_words(lang: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Returns the patterns before and after a quote that a language's words of attribution make."""
    words, opening = WORDS[lang], r"(?:^|[.!?]\s)"
    said = f"{_BASE[lang]}|{words.said}" if lang in _BASE else words.said
    end = rf"(?=\s?[,.;(:–—-]|\s(?:{words.ends})(?!\w)|$)"
    name = _SCRIPT_NAME if lang in {"ar", "he"} else _NAME
    if words.verb_last:
        return (), (rf"^[,.]?\s?(?:diyen|diye konuşan)\s{name}{end}",)
    if lang in {"ar", "he"}:
        return (
            rf"(?:^|[.!?]\s)(?:{said})\s{name}(?:\s(?:{words.ends})\s[^:\"«“]{{1,60}})?\s?:\s?$",
            rf"(?:^|[.!?]\s){name}\s(?:{said})\s?:\s?$",
        ), (rf"^\s?[،,]?\s?(?:{said})\s{name}(?=\s?[,،.]|\s(?:{words.ends})(?!\w)|$)",)
    object_ = (
        r"(?:(?:a|al|à|aux|ao|ai|den|der|til|till)\s(?:(?:la|los|le|les|os|gli)\s)?[a-zà-ÿ]+\s(?=[^\W\d_]))?"
    )
    return (
        rf"{opening}{_NAME}\s(?:{said})(?:\s[^.!?:]{{1,60}})?\s?[:,]\s?$",
        rf"{opening}(?P<who>{_PERSON})(?:,\s[^,.:]{{1,60}},)?(?:\s(?!{_CAPITAL}\s{_CAPITAL})[^\s.!?:;«»\"„“”]+){{1,9}}\s?:\s?$",
        rf"{opening}(?:{words.per})\s?{_NAME}(?=,|\s(?:{words.ends})\s)[^.!?:«»\"„“”]{{0,80}}$",
        (
            rf"{opening}(?P<who>{_PERSON}"
            rf"|{_CAPITAL})(?:,\s[^,.:]{{1,60}},)?\s(?:{words.called})\s[^.!?:«»\"„“”]{{0,80}}$"
        ),
    ), (
        *((_IMPERSONAL,) if lang == "de" else ()),
        rf"^\s?[,.—–-]{{0,2}}\s?[—–-]?\s?(?:{said})\s{object_}{_NAME}{end}",
        *((rf"^\s?,?\s?{_NAME}\s(?:{said})(?!\w)",) if lang in {"vi", "hu"} else ()),
    )


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


def _trim(who: str, lang: str) -> str | None:
    """Returns the speaker; an omitted subject is a pronoun."""
    text = who.strip(" ,;:、，")
    if text.split(" ", 1)[0].lower() in _PREPOSITIONS or re.fullmatch(
        _DOCUMENTS.get(lang, "(?!)"), text, re.IGNORECASE
    ):
        return None
    if not text and lang in _OMITTED:
        return _OMITTED[lang]
    is_pronoun = text.lower() in PRONOUNS
    return text if 1 < len(text) <= MAX_SPEAKER_CHARS or is_pronoun else None
