"""Finds the speaker of a quote in text that is not English.

The languages are German, French, Spanish, Portuguese, Italian, Dutch, Russian, Korean, Japanese and Chinese.
"""

import re
from functools import cache

from worker.extract.facts.attributions import WORDS
from worker.extract.facts.speaker_patterns import CAPITAL, IMPERSONAL, NAME, PATTERNS, PERSON, SCRIPT_NAME
from worker.extract.facts.speaker_trim import PREPOSITIONS, trim_speaker
from worker.extract.facts.speakers_after_sentence import after_sentence
from worker.extract.facts.speakers_any_verb import ARTICLES, STRICT, any_verb
from worker.extract.facts.speakers_behind_quotes import BEHIND_QUOTES
from worker.extract.facts.speakers_south_asia import SOUTH_ASIAN
from worker.extract.facts.speech_verbs import BASE, FRENCH, MORE

_PATTERNS = {**PATTERNS, **SOUTH_ASIAN}
LANGUAGES = frozenset(_PATTERNS) | frozenset(WORDS)
# The listener, between the verb and the speaker: dijo a EFE el alcalde, a confié à l’AFP Marie Leduc
_TOLD = {
    "el": r"(?:στον?|στην?|στα|στους)\s",
    "de": r"(?:der|dem|den|im|in der|bei|gegenüber (?:der|dem)|zu)\s",
    "fr": r"(?:sur\s|dans\s|devant\s|auprès de (?:la\s|l['’])?|au micro de\s|à l['’]|à la\s|à\s|au\s|aux\s)",
    "es": r"(?:ante los\s|ante la\s|ante\s|a la\s|al\s|a los\s|a\s|en\s)",
    "pt": r"(?:na\s|no\s|à\s|ao\s|aos\s|a\s|em\s)",
    "it": r"(?:all['’]|alla\s|al\s|ai\s|a\s)",
    "nl": r"(?:tegen (?:de |het )?|aan (?:de |het )?)",
}
_MEDIUM = (
    r"(?:(?:[Aa]gence|[Aa]gencia|[Aa]gência|[Aa]genzia|Nachrichtenagentur|quotidien|journal|diario"
    r"|periódico|jornal|giornale"
    r"|quotidiano|chaîne|cadena|emissora|krant|Zeitung|Sender|radio|rádio)\s)?"
    r"(?:[A-ZÀ-ÞΑ-Ω][\w-]*|g1|presse|prensa|imprensa|stampa|Presse|journalistes|periodistas|jornalistas"
    r"|giornalisti)(?:\s[A-ZÀ-Þ][\w-]*)?"
    rf"\s(?=(?:{ARTICLES})[\s'’]|[a-zà-ÿ]+\s{CAPITAL}\s{CAPITAL}|{CAPITAL}\s{CAPITAL})"
)
_APPOSED = re.compile(rf"(?:\s[a-zà-ÿ'’-]+){{0,4}},\s(?P<name>{STRICT})(?=\s?[,.;:()–—]|\s[a-zà-ÿа-я]|$)")
_IS_TITLE = re.compile(rf"[^\W\d_A-ZÀ-ÞА-ЯЁЄІЇ]|(?:{ARTICLES})[\s'’]", re.IGNORECASE)
_INSERTED_PRONOUN = re.compile(r",\s(?:a|ont|\w{3,12})-(?:t-)?(?P<who>ils?|elles?)\b[^,.]{0,40}[,.]")
# A name at the end of a speaker that is not of the house: el portavoz de la Casa Blanca
_OWN_NAME = re.compile(
    r"(?<!\bde\s)(?<!\bla\s)(?<!\bdel\s)(?<!\bdu\s)(?<!\bda\s)(?<!\bdo\s)(?<!\bder\s)(?<!\bdes\s)"
    r"(?<!\bdi\s)(?<!\bdella\s)(?<!\bvan\s)"
    rf"{STRICT}$"
)
_INSERTED = re.compile(rf",\s(?:{FRENCH})\s{NAME}(?=,)")
_DASH_LANGUAGES = frozenset(
    {"ru", "uk", "es", "pt", "pl", "it", "cs"}
)  # attributions between dashes in a quote
# Endings behind a colon: vd:n, EU:n
_NORDIC = frozenset({"sv", "no", "nb", "nn", "da", "fi"})
_ENDED = re.compile(r"\b([a-zåäö]{2,6}):([a-zåäö]{1,4})\b")
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
    after = _ENDED.sub(r"\1\2", after) if lang in _NORDIC else after
    after = _told(lang).sub(r"\g<verb>", after, count=1) if lang in _TOLD else after
    follows = False
    for pattern in after_patterns:
        if found := pattern.search(after):
            follows = True
            if speaker := trim_speaker(_holder(found["who"], after[found.end("who") :]), lang):
                return speaker, True
    if follows:
        return None, True
    if lang == "tr" and (found_subject := _turkish(before, after))[0]:
        return found_subject
    needs = _QUOTE_PARTICLES.get(lang)
    if not needs or needs.search(after):
        for pattern in before_patterns:
            if found := pattern.search(before):
                start = _sentence_start(before, found.end("who")) if lang == "ko" else found.start("who")
                return trim_speaker(before[start : found.end("who")], lang), False
    return None, False


_SENTENCE_END = re.compile(r"(?<=\w\w\w)[.!?]\s")


def _holder(who: str, after: str) -> str:
    """Returns the holder of an office who is named behind it: "der Präsident des Verbands, Rolf Timm"."""
    apposed = _APPOSED.match(_SENTENCE_END.split(after, maxsplit=1)[0])
    if not apposed or _OWN_NAME.search(who):
        return who
    is_closed = who[:1].islower() and re.match(r"\s?(?:[,.;]|$)", after[apposed.end() :])
    return apposed["name"] if is_closed or _IS_TITLE.match(who) else who


@cache
def said_words(lang: str) -> str:
    """Returns the verbs of saying of a language, which is one of `WORDS`, as a regular expression."""
    return "|".join(part for part in (BASE.get(lang), WORDS[lang].said, MORE.get(lang)) if part)


@cache
def _told(lang: str) -> re.Pattern[str]:
    """Returns the pattern of a verb of saying and of the listener behind it."""
    said = said_words(lang)
    return re.compile(rf"^(?P<verb>\s?[,.—–-]{{0,2}}\s?(?:{said})\s){_TOLD[lang]}{_MEDIUM}")


_SURNAME = re.compile(
    r"(?:^|[.!?]\s)(?!(?:Bakan|Başkan|Vali|Müdür|Kaymakam|Cumhurbaşkanı|Sözcü|Doktor|Uzman|Avukat|Ancak|Ayrıca|Öte|Polis"
    rf"|Savcı|Bilirkişi|Yetkililer|Yetkili)\b)(?P<who>{CAPITAL}),\s?$"
)


def _turkish(before: str, after: str) -> tuple[str | None, bool]:
    """Returns the subject before a quote whose verb follows it: Ali Demir, “…” dedi."""
    subject = re.search(
        rf"(?:^|[.!?]\s)(?P<who>{PERSON})(?:,|\s[^.!?:\"“”]{{0,60}}[,:])\s?$", before
    ) or _SURNAME.search(before)
    if subject and re.match(rf"^\s?(?:{WORDS['tr'].said_last})\b", after):
        return trim_speaker(subject["who"], "tr"), True
    return None, False


def find_inserted_speaker(quote: str, lang: str) -> str | None:
    """Returns the speaker of an attribution inside the quotation marks, or None.

    It is between commas in French, and between dashes in some others: «Нет, — сказал он, — не уйдём».
    """
    if lang == "fr":
        found = _INSERTED.search(quote) or _INSERTED_PRONOUN.search(quote)
    else:
        found = _dashed(lang).search(quote) if lang in _DASH_LANGUAGES else None
    return trim_speaker(_holder(found["who"], ""), lang) if found else None


@cache
def _dashed(lang: str) -> re.Pattern[str]:
    """Returns the pattern of an attribution between dashes."""
    said = said_words(lang)
    return re.compile(rf"[,.?!…]?\s[—–-]\s?(?:{said})\s{NAME}(?=[,.]?\s?[—–-]\s)")


def _sentence_start(text: str, end: int) -> int:
    """Returns where the sentence that contains an offset starts."""
    return max(text.rfind(mark, 0, end) for mark in '.!?"“”\n,') + 1


@cache
def _compiled(lang: str) -> tuple[tuple[re.Pattern[str], ...], tuple[re.Pattern[str], ...]]:
    before, after = _PATTERNS.get(lang, ((), ()))
    more_before, more_after = _of_words(lang) if lang in WORDS else ((), ())
    return tuple(map(re.compile, (*_led_by_title(lang), *before, *more_before))), tuple(
        map(re.compile, (*after_sentence(lang), *_with_aside(lang), *after, *more_after, *any_verb(lang)))
    )


_THAT = "que|che|dat|dass|att|at|že|że|що|что"


def _led_by_title(lang: str) -> tuple[str, ...]:
    """Returns patterns before a quote of a name in an aside: Le maire, Paul Gaudin, dénonce."""
    if lang not in WORDS or WORDS[lang].verb_last or lang in {"ar", "he"}:
        return ()
    words, opening, plain = WORDS[lang], r"(?:^|[.!?]\s)", r"[^.!?:;«»\"„“”]"
    said = said_words(lang)
    title = r"(?:[^,.!?:;«»\"„“”]{1,40},\s)?[^,.!?:;«»\"„“”]{2,80}"
    return (
        rf"{opening}{title},\s(?P<who>{STRICT}),\s(?:{said})(?!\w)(?:\s{plain}{{1,60}})?\s?:\s?$",
        (
            rf"{opening}{title},\s(?P<who>{STRICT}),\s(?:{words.called}|(?:{said})\s(?:{_THAT}))"
            rf"(?!\w){plain}{{0,80}}$"
        ),
        (
            rf"{opening}(?!\w{{1,5}}\s[A-Z],)(?P<who>{PERSON}),\s"
            rf"(?!{plain.replace('.', ',.')}{{0,60}}\s{STRICT}){plain.replace('.', ',.')}{{1,60}}\s?:\s?$"
        ),
        rf"{opening}(?:{words.per})\s[^,.!?:;«»\"„“”]{{2,60}},\s(?P<who>{STRICT}),\s{plain}{{0,80}}$",
        rf"{opening}[^,.!?:;«»\"„“”]{{1,60}},\s(?P<who>{PERSON})\s(?:{words.called})(?!\w){plain}{{0,80}}$",
        rf"{opening}{plain}{{1,40}},\s(?P<who>{PERSON})\s(?:{said})(?!\w)(?:\s{plain}{{1,60}})?\s?:\s?$",
    )


def _with_aside(lang: str) -> tuple[str, ...]:
    """Returns the pattern behind a quote of an aside before the speaker: defendeu, em Brasília, o senador."""
    if lang not in {"es", "pt", "it", "fr"}:
        return ()
    said, before_aside = said_words(lang), "|".join(sorted(PREPOSITIONS))
    pattern = (
        rf"^\s?[,—–-]?\s?(?:{said}),\s(?:{before_aside})\s[^,.;]{{1,50}},\s"
        rf"(?P<who>(?:(?:{ARTICLES})[\s'’])?[^,.;:!?\"“”«»()\n]{{3,60}}?)(?=[,.;]|$)"
    )
    return (pattern,)


_ARTICLED = (
    r"(?:(?:Le|La|Les|El|Los|Las|O|A|Os|As|Il|Lo|I|Gli|Der|Die|Das|De|Het)\s"
    r"|L['’])[^\W\d_][\w'’-]*(?:\s[\w'’-]+){0,4}?"
)


def _of_words(lang: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Returns the patterns before and after a quote that a language's words of attribution make."""
    words, opening = WORDS[lang], r"(?:^|[.!?]\s)"
    said = said_words(lang)
    end = rf"(?=\s?[,.;(:–—]|\s-|\s(?:{words.ends})(?!\w)|$)"
    name = SCRIPT_NAME if lang in {"ar", "he"} else NAME
    if words.verb_last:
        return (rf"{opening}(?P<who>{PERSON})\s?:\s?$",), (
            rf"^[,.]?\s?(?:diyen|diye konuşan|dedi|diye (?:konuştu|belirtti|ekledi))\s(?=\w){name}{end}",
        )
    if lang in {"ar", "he"}:
        return (
            rf"(?:^|[.!?]\s)(?:{said})\s{name}(?:\s(?:{words.ends})\s[^:\"«“]{{1,60}})?\s?:\s?$",
            rf"(?:^|[.!?]\s){name}\s(?:{said})\s?:\s?$",
            rf"(?:^|[.!?]\s)(?:{said})\s{name}\s(?:على أن|أن|إن|بأن|כי)\s[^:\"«“]{{0,40}}$",
        ), (rf"^\s?[،,]?\s?(?:{said})\s{name}(?=\s?[,،.]|\s(?:{words.ends})(?!\w)|$)",)
    object_ = (
        r"(?:(?:a|al|à|aux|ao|ai|den|der|til|till)\s(?:(?:la|los|le|les|os|gli)\s)?[a-zà-ÿ]+\s(?=[^\W\d_]))?"
    )
    return (
        rf"{opening}{NAME}\s(?:{said})(?:\s[^.!?:]{{1,60}})?\s?[:,]\s?$",
        (
            rf"{opening}(?P<who>{PERSON})(?:,\s[^,.:]{{1,60}},)?(?:\s"
            rf"(?!{CAPITAL}\s{CAPITAL})[^\s.!?:;«»\"„“”]+){{1,9}}\s?:\s?$"
        ),
        rf"{opening}(?:{words.per})\s?{NAME}(?=,|\s(?:{words.ends})\s)[^.!?:«»\"„“”]{{0,80}}$",
        (
            rf"{opening}(?P<who>{PERSON}"
            rf"|{CAPITAL}|{_ARTICLED})(?:,\s[^,.:]{{1,60}},)?\s(?:{words.called})\s[^.!?:«»\"„“”]{{0,80}}$"
        ),
    ), (
        *((IMPERSONAL,) if lang == "de" else ()),
        rf"^\s?[,.—–-]{{0,2}}\s?[—–-]?\s?(?:{said})\s{object_}{NAME}{end}",
        *((rf"^\s?,?\s?{NAME}\s(?:{said})(?!\w)",) if lang in {"vi", "hu"} else ()),
        *BEHIND_QUOTES.get(lang, ()),
    )
