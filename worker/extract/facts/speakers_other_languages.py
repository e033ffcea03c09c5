"""Finds the speaker of a quote in German, French, Spanish, Korean, Japanese and Chinese text."""

import re
from functools import cache

MAX_SPEAKER_CHARS = 80
# Verbs of saying in news texts.
_GERMAN = (
    "sagte|sagt|erklärte|erklärt|betonte|betont|schrieb|schreibt|warnte|warnt|meinte|meint|teilte|berichtete"
    "|kritisierte|forderte|fragte|ergänzte|kündigte|bekräftigte|mahnte|rief|fügte|antwortete|versicherte"
)
_FRENCH = (
    "(?:a|ont|avait) (?:déclaré|dit|affirmé|expliqué|ajouté|indiqué|souligné|lancé|estimé|assuré|précisé"
    "|écrit|rappelé|répondu|confié|prévenu|martelé|insisté|reconnu|annoncé|demandé|dénoncé|raconté)"
    "|déclare|affirme|explique|dit|assure|estime|souligne|indique|précise|ajoute|raconte|confie|écrit|lance"
)
_SPANISH = (
    "dijo|afirmó|declaró|aseguró|explicó|señaló|agregó|añadió|escribió|indicó|manifestó|sostuvo|advirtió"
    "|subrayó|destacó|recalcó|comentó|insistió|preguntó|respondió|contó|apuntó|expresó|denunció|dice|explica"
)
_KOREAN_SAID = (
    "말했|밝혔|전했|설명했|강조했|덧붙였|주장했|지적했|답했|물었|적었|썼|반박했|호소했|비판했|촉구했|외쳤"
)
_JAPANESE_SAID = "述べ|語っ|話し|言っ|説明|強調|指摘|コメント|答え|訴え|批判|主張|明かし|書い|呼びかけ|叫ん"
_CHINESE_SAID = "表示|说|說|称|稱|指出|强调|強調|认为|認為|写道|寫道|问|問|回应|回應|告诉|告訴"
# A sentence that opens with one of these words has its speaker after the verb.
_NO_SUBJECT = (
    r"(?!(?:In|Im|Am|An|Auf|Bei|Beim|Nach|Vor|Zu|Zum|Zur|Weiter|Schließlich|Dann|Dabei|Dazu|Dort|Hier|Heute|Gestern|Später"
    r"|Zuletzt|Auch|So|Außerdem|Zudem|Au|Aux|Dans|Puis|Selon|En|Y|Que|y|que|Ayer|Hoy|Luego|Además)\s)"
)
_NAME = rf"(?P<who>{_NO_SUBJECT}(?:(?:Dr|Prof|Mr|Mme|Sr|Sra)\.\s)*[^\W\d_][^,.;:!?\"“”„«»()\n]{{1,70}}?)"
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
        (rf"(?:^|[.!?]\s){_NAME}\s(?:{_FRENCH})(?:\s[^.!?:]{{1,60}})?\s?:\s?$",),
        (
            r"^\s?,?\s?(?:a|ont|\w{3,12})-(?:t-)?(?P<who>ils?|elles?)\b",
            (
                rf"^\s?,?\s?(?:{_FRENCH}|selon)\s{_NAME}"
                r"(?=[,.;]|\s(?:à|lors|dans|au|en|sur|devant|après|qui|mardi|lundi|mercredi|jeudi|vendredi)\s|$)"
            ),
        ),
    ),
    "es": (
        (rf"(?:^|[.!?]\s){_NAME}\s(?:{_SPANISH})(?:\s[^.!?:]{{1,60}})?:\s?$",),
        (
            rf"^\s?,?\s?(?:{_SPANISH}|según)\s{_NAME}(?=[,.;]|\s(?:a|en|durante|tras|el|ante|que|al|por|sobre|con)\s|$)",
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
            rf"^\s?(?:이?라고|이?라며|고|며|라는)\s{_HANGUL_NAME}(?:은|는|이|가)\s(?:[^\"“”.]{{0,60}})?(?:{_KOREAN_SAID})",
        ),
    ),
    "ja": (
        (r"(?:^|[。、])(?P<who>[^。、「」はが]{1,24})(?:は|が)(?:[^。「」]{0,60})?$",),
        (
            rf"^\s?と(?:、)?(?P<who>[^。、「」はが]{{1,24}})(?:は|が)(?:[^。「」]{{0,30}})?(?:{_JAPANESE_SAID})",
        ),
    ),
    "zh": (
        (rf"(?:^|[。，,])(?P<who>[^。，,“”：:]{{1,24}}?)(?:{_CHINESE_SAID})[：:，,]?\s?$",),
        (rf"^\s?[，,]?(?P<who>[^。，,“”：:]{{1,24}}?)(?:{_CHINESE_SAID})",),
    ),
}
LANGUAGES = frozenset(_PATTERNS)
_QUOTE_PARTICLES = {
    "ko": re.compile(r"^\s?(?:이?라고|이?라며|고|며|라는)"),
    "ja": re.compile(r"^\s?(?:など)?と(?:し|述べ|語|話|言|説明|強調|指摘|コメント|、)"),
}


def find_speaker_by_language(before: str, after: str, lang: str) -> tuple[str | None, bool]:
    """Returns the speaker of a quote from its context, or None, and whether the attribution follows it.

    `lang` is one of `LANGUAGES`.
    """
    before_patterns, after_patterns = _compiled(lang)
    for pattern in after_patterns:
        if found := pattern.search(after):
            return _trim(found["who"]), True
    needs = _QUOTE_PARTICLES.get(lang)
    if not needs or needs.search(after):
        for pattern in before_patterns:
            if found := pattern.search(before):
                return _trim(found["who"]), False
    return None, False


@cache
def _compiled(lang: str) -> tuple[tuple[re.Pattern[str], ...], tuple[re.Pattern[str], ...]]:
    before, after = _PATTERNS[lang]
    return tuple(map(re.compile, before)), tuple(map(re.compile, after))


def _trim(who: str) -> str | None:
    text = who.strip(" ,;:、，")
    return text if 1 < len(text) <= MAX_SPEAKER_CHARS else None
