"""Patterns of speakers before and after a quote in languages other than English; `who` is the speaker."""

from worker.extract.facts.speaker_names_cjk import JAPANESE_TITLES
from worker.extract.facts.speech_verbs import (
    CHINESE_SAID,
    DUTCH,
    FRENCH,
    GERMAN,
    ITALIAN,
    JAPANESE_SAID,
    KOREAN_SAID,
    PORTUGUESE,
    RUSSIAN,
    SPANISH,
)

# A sentence that opens with one of these words has its speaker after the verb.
NO_SUBJECT = (
    r"(?!(?:In|Im|Am|An|Auf|Как|Як|Jak|Wie|Como|Comme|Come|Bei|Beim|Nach|Vor|Zu|Zum|Zur|Weiter|Schließlich"
    r"|Dann|Dabei|Dazu|Dort|Hier|Heute"
    r"|Gestern|Später"
    r"|Zuletzt|Auch|So|Außerdem|Zudem|Au|Aux|Dans|Puis|Selon|En|Y|Que|y|que|Ayer|Hoy|Luego|Además)\s)"
)
NAME = (
    rf"(?P<who>{NO_SUBJECT}(?:(?:[^\W\d_][\w-]*\s){{0,3}}(?:Dr|Prof|Mr|Mme|Sr|Sra|Dra|Dott"
    rf"|Ing)\.\s){{0,2}}[^\W\d_][^,.;:!?\"“”„«»()\n]{{1,70}}?)"
)
# A name and a colon before a quote
NAMED = r"(?:^|[.!?]\s)(?P<who>(?:[^\W\d_]+\s){0,3}[A-ZÀ-Þ][\w'’-]+\s[A-ZÀ-Þ][\w'’-]+)\s?:\s?$"
HANGUL_NAME = r"(?P<who>[가-힣A-Za-z]{1,12}(?:\s[가-힣A-Za-z]{1,12}){0,2}?)"
# language -> (patterns before a quote, patterns after it); `who` is the speaker.
PATTERNS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "de": (
        (
            rf"(?:^|[.!?]\s)Wie\s{NAME}\s(?:{GERMAN}),\s[^.!?:;]{{0,80}}$",
            (
                rf"(?:^|[.!?]\s){NAME}\s(?:{GERMAN}),\s(?:dass|man|er|sie|es|die|der|das|dies|ein|eine|sein"
                rf"|seine|ihre?|alle|viele|niemand)\s[^.!?:;„“»«]{{0,80}}$"
            ),
            rf"(?:^|[.!?]\s){NAME}\s(?:{GERMAN})(?!\s(?:er|sie|ich|wir)\b)(?:\s[^.!?:]{{1,60}})?:\s?$",
        ),
        (
            (rf"^\s?,?\s?(?:wollte|will)\s{NAME}\swissen\b"),
            (
                rf"^\s?,?\s?(?:so\s|(?:{GERMAN})\s){NAME}"
                r"(?=[,.;]|\s(?:am|in|im|bei|dem|der|zu|auf|gegenüber|nach|vor|mit|hinzu|an|weiter|über"
                r"|kurz|seit|für|als|aus|zum|zur)\b|$)"
            ),
        ),
    ),
    "fr": (
        (
            rf"(?:^|[.!?]\s){NAME}(?:,\s[^,.:]{{1,50}},)?\s(?:{FRENCH})(?:\s[^.!?:]{{1,60}})?\s?:\s?$",
            NAMED,
            rf"(?:^|[.!?]\s)Selon\s{NAME},\s[^.!?:«»]{{1,60}}$",
        ),
        (
            r"^\s?,?\s?(?:se\s|s['’])?(?:a|ont|\w{3,12})-(?:t-)?(?P<who>ils?|elles?)\b",
            (
                rf"^\s?,?\s?(?:{FRENCH}|selon)\s{NAME}"
                r"(?=[,.;]|\s(?:à|lors|dans|au|en|sur|devant|après|qui|mardi|lundi|mercredi|jeudi"
                r"|vendredi)\s|$)"
            ),
        ),
    ),
    "es": (
        (
            rf"(?:^|[.!?]\s){NAME}(?:,\s[^,.:]{{1,50}},)?\s(?:{SPANISH})(?:\s[^.!?:]{{1,60}})?:\s?$",
            NAMED,
        ),
        (
            rf"^\s?[,—–]?\s?(?P<who>)(?:{SPANISH})(?=[,.;]|$)",
            (
                rf"^\s?[,—–]?\s?(?:{SPANISH}|según)\s{NAME}(?=[,.;]|\s(?:a|en|durante|tras|el|ante|que|al|por"
                rf"|sobre|con)\s|$)"
            ),
        ),
    ),
    "pt": (
        (
            rf"(?:^|[.!?]\s){NAME}(?:,\s[^,.:]{{1,50}},)?\s(?:{PORTUGUESE})(?:\s[^.!?:]{{1,60}})?:\s?$",
            NAMED,
            rf"(?:^|[.!?]\s)(?:Segundo|Para)\s{NAME},\s[^.!?:]{{0,40}}$",
        ),
        (
            (
                rf"^\s?[,—–-]?\s?(?:{PORTUGUESE}|segundo)\s{NAME}"
                r"(?=[,.;]|\s(?:a|em|durante|após|no|na|ao|à|que|por|sobre|com|nesta|neste)\s|$)"
            ),
            rf"^\s?[,—–-]?\s?(?P<who>)(?:{PORTUGUESE})(?=[,.;]|$)",
        ),
    ),
    "it": (
        (
            rf"(?:^|[.!?]\s){NAME}(?:,\s[^,.:]{{1,50}},)?\s(?:{ITALIAN})(?:\s[^.!?:]{{1,60}})?:\s?$",
            NAMED,
        ),
        (
            (
                rf"^\s?[,—–-]?\s?(?:così\s)?(?:{ITALIAN}|secondo)\s{NAME}"
                r"(?=[,.;]|\s(?:a|in|durante|dopo|al|alla|nel|nella|che|per|su|con|ai)\s|$)"
            ),
            rf"^\s?[,—–-]?\s?(?P<who>)(?:{ITALIAN})(?=[,.;]|$)",
        ),
    ),
    "nl": (
        (rf"(?:^|[.!?]\s){NAME}\s(?:{DUTCH})(?:\s[^.!?:]{{1,60}})?:\s?$",),
        (
            r"^\s?,?\s?(?:zei|zegt|verklaarde|vertelde|vertelt)\s(?P<who>hij|zij|ze)\b",
            (
                rf"^\s?,?\s?(?:{DUTCH}|volgens)\s{NAME}"
                r"(?=[,.;]|\s(?:in|op|tegen|na|bij|tijdens|aan|over|maandag|dinsdag|woensdag|donderdag"
                r"|vrijdag)\s|$)"
            ),
        ),
    ),
    "ru": (
        (rf"(?:^|[.!?]\s){NAME}\s(?:{RUSSIAN})(?:\s[^.!?:]{{1,60}})?:\s?$",),
        (
            (
                r"^\s?,?\s?[—–-]?\s?(?:заявил|сказал|отметил|добавил|подчеркнул|рассказал"
                r"|сообщил)а?\s(?P<who>она?)\b"
            ),
            rf"^\s?,?\s?[—–-]?\s?(?:{RUSSIAN})\s{NAME}(?=[,.;]|\s(?:в|на|журналистам|по|о|во|ТАСС)\s|$)",
        ),
    ),
    "ko": (
        (
            (
                rf"(?:^|[.다]\s|\n)\s?(?:[^\"“”.]{{0,60}}\s)?{HANGUL_NAME}"
                r"(?:\([^()]{1,20}\))?(?:은|는|이|가|에 따르면,?)\s(?:[^\"“”.]{0,60})?$"
            ),
        ),
        (
            (
                rf"^\s?(?:이?라고|이?라며|고|며|라는)\s{HANGUL_NAME}(?:은|는|이"
                rf"|가)\s(?:[^\"“”.]{{0,60}})?(?:{KOREAN_SAID})"
            ),
            rf"^\s?(?:이?라며|이?라면서|며|면서)\s{HANGUL_NAME}(?:은|는)\s",
            rf"^\s?(?:[가-힣]{{2,8}}\s){{0,2}}?{HANGUL_NAME}(?:은|는|이|가)\s[^\"“”.]{{0,60}}(?:{KOREAN_SAID})",
            (
                rf"^\s?(?:(?:이?라)?는\s(?:게|것이|것은|것|이유는)\s)?{HANGUL_NAME}의\s(?:말|발언|설명|주장|지적"
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
                rf"(?:{JAPANESE_SAID})"
            ),
            r"^\s?と[^。、「」]{1,20}のは、?(?P<who>[^。、「」はが]{2,20}?)(?:だ|だった|である)?(?:。|$)",
            rf"^\s?と(?P<who>[^。、「」はがをに]{{1,16}}(?:{JAPANESE_TITLES}))(?:。|$)",
            (
                rf"^\s?と(?:、)?(?P<who>[^。、「」はが]{{1,24}})(?:は"
                rf"|が)(?:[^。「」]{{0,30}})?(?:{JAPANESE_SAID})"
            ),
        ),
    ),
    "zh": (
        (
            (
                rf"(?:^|[。，,])(?P<who>[^。，,“”：:]{{1,24}}?)(?:{CHINESE_SAID})(?:记者|記者|媒体"
                rf"|媒體)?[：:，,]?\s?$"
            ),
            (
                r"(?:^|[。])(?P<who>[^。，,“”：:]{1,24}?)(?:认为|認為|批评|批評|形容|痛批|直言"
                r"|直指)[，,]?[^。“”「」]{0,24}$"
            ),
        ),
        (
            (
                rf"^\s?[，,]?(?P<who>[^。，,“”：:]{{1,24}}?)(?:{CHINESE_SAID})(?!(?:道|记者|記者)?\s?[：:]"
                rf"|[，,]\s?[“「])"
            ),
        ),
    ),
}
# A person with at least two names after at most three words: le maire Jean Roux
CAPITAL = r"[^\W\d_a-zß-ÿа-яёіїєґά-ώłśżźćńęąőűěščřžůďťňışğțșăîâ][\w'’.-]*"
PERSON = (
    rf"(?:[^\W\d_][\w'’-]*\s){{0,4}}?(?:\w['’])?{CAPITAL}(?:\s(?:de|da|do|di|del|van|von|der|den|el|al))?"
    rf"\s{CAPITAL}(?:\s{CAPITAL}){{0,2}}"
)
SCRIPT_NAME = r"(?P<who>[\u0590-\u06ff][\u0590-\u06ff'’-]*(?:\s[\u0590-\u06ff'’-]+){1,5}?)"
# German and Dutch institutions behind an impersonal verb; documents are not speakers.
IMPERSONAL = (
    r"^\s?,?\s?(?:hieß|heißt) es (?:aus|bei|beim|von|vom|im|in|seitens) (?:dem |der |den )?"
    r"(?P<who>(?!d(?:em|er|en)\b|eine[rm]?\b|\w*(?:[Bb]ericht|[Ss]chreiben|[Mm]itteilung|[Ee]rklärung"
    r"|[Tt]ext|[Pp]apier"
    r"|[Gg]utachten|[Uu]rteil|[Bb]rief"
    r"|[Ss]tudie|[Dd]okument|[Aa]ntrag|[Kk]reise)\w*)[^\W\d_]\w+)"
)
