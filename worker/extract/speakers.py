"""Who said a quote, by what stands right before and after it."""

import re
from functools import cache

from worker.extract.people import strip_title

MAX_SPEAKER_CHARS = 80
# Verbs of saying, as news writes them.
_VERBS = (
    "said|says|told|wrote|writes|asked|asks|added|adds|stated|states|explained|explains|argued|argues"
    "|warned|warns"
    "|insisted|insists|noted|notes|replied|replies|recalled|recalls|shouted|claimed|claims|announced"
    "|announces"
    "|acknowledged|admitted|declared|declares|tweeted|posted|commented|concluded|continued|observed"
    "|remarked|stressed"
    "|stresses|emphasized|urged|urges|joked|quipped|lamented|complained|cautioned|conceded|confirmed"
    "|denied|testified"
    "|cried|whispered|yelled|read|reads|suggested|predicted|responded|pointed out|went on|thinks"
    "|believes|vowed"
    "|pledged|promised|countered|answered|exclaimed|boasted|demanded|reported|reports"
)
_VERB = rf"(?:{_VERBS})"
_HELP = (
    r"(?:(?:has|had|have|later|also|then|further|once|recently|earlier|reportedly|repeatedly"
    r"|\w{2,14}ly)\s){0,2}"
)
_ABBREVIATION = (
    r"(?:Dr|Mr|Mrs|Ms|Prof|Gen|Sen|Rep|Gov|St|Jr|Sr|Col|Lt|Sgt|Capt|Rev|Hon|Adm|Maj|U\.S|U\.N|U\.K|[A-Z])\."
)
_WORD = rf"(?:{_ABBREVIATION}|[^\W_][\w'’&/-]*)"
_PHRASE = rf"{_WORD}(?:\s{_WORD}){{0,8}}?"
_LONG_PHRASE = rf"{_WORD}(?:\s{_WORD}){{0,8}}"
_ASIDE = r"(?:,\s(?P<aside>[^,.;:\"“”«»]{1,80}),)?"
_PRONOUNS = frozenset({"he", "she", "they", "it", "i", "we"})
_DETERMINERS = frozenset({
    "the", "a", "an", "one", "another", "his", "her", "its", "their", "this", "that", "some", "many",
    "several", "two", "three", "our", "no",
})  # fmt: skip
_GROUPS = frozenset({
    "officials", "police", "residents", "sources", "authorities", "analysts", "experts", "witnesses",
    "prosecutors", "investigators", "organizers", "critics", "farmers", "scientists", "researchers",
    "doctors", "lawyers", "supporters", "activists", "protesters", "lawmakers", "economists",
    "villagers", "parents", "students", "teachers", "workers", "survivors", "relatives", "firefighters",
    "engineers", "forecasters", "diplomats", "observers", "traders", "campaigners", "everyone", "nobody",
    "people",
})  # fmt: skip
_STOP = (
    r"(?:in|on|at|of|to|during|after|before|as|when|while|who|which|that|with|by|from|about|for"
    r"|because|since|if|but"
    r"|and(?=\s[a-z]+(?:ed|s)\b)|last|next|yesterday|today|this|through|via|Monday|Tuesday|Wednesday"
    r"|Thursday|Friday"
    r"|Saturday|Sunday|was|were|is|are|had|has|have|would|will|could|can|may|might|should)"
)
_OFFICE = re.compile(
    r"^.{0,40}\b(?:Secretary|Minister|Ministry|Department|Attorney|Director) of (?:the )?"
    r"(?:State|Defense|Defence|Foreign Affairs|Health|Interior|Education|Finance|Justice|Labor|Trade|Energy)"
    r"\s(?=[A-Z])"
)
_NAMES = re.compile(
    r"(?:[A-Z][\w.'’&/-]*|(?:and|&|de|van|von|bin|der|da|dos|di|la|el|al)(?=\s[A-Z]))(?:\s(?:[A-Z]"
    r"[\w.'’&/-]*|(?:and|&|de|van|von|bin|der|la|da|dos|di|el|al)(?=\s[A-Z])))*$"
)

_AFTER = tuple(
    re.compile(pattern)
    for pattern in (
        (
            rf"^\s?[,—–-]?\s?(?:and\s|but\s)?{_VERB}\s(?P<who>(?!{_STOP}\b){_WORD}(?:\s"
            rf"(?!{_STOP}\b){_WORD}){{0,8}}){_ASIDE}"
        ),
        rf"^\s?[,—–-]?\s?(?:as\s|and\s|but\s)?(?P<who>{_PHRASE}){_ASIDE}\s{_HELP}{_VERB}\b",
        (
            rf"^\s?[,—–-]?\s?according to\s(?P<who>(?!{_STOP}\b){_WORD}(?:\s"
            rf"(?!{_STOP}\b){_WORD}){{0,8}}){_ASIDE}"
        ),
    )
)
_BEFORE = tuple(
    re.compile(pattern)
    for pattern in (
        (
            rf"(?:^|[.!?;,:”\"]\s|\s(?:and|but|as|when|while|that)\s)"
            rf"(?P<who>{_PHRASE}){_ASIDE}\s{_HELP}{_VERB}(?:\s(?!that\b)[^.!?:;\"“”]{{1,100}})?\s?(?:"
            rf"[,:]|\sthat)\s?$"
        ),
        (
            rf"(?:^|[.!?;,:”\"]\s|\s(?:and|but|as|when|while|that)\s)"
            rf"(?P<who>{_PHRASE}){_ASIDE}\s{_HELP}{_VERB}\s?$"
        ),
        r"^(?P<who>[A-Z][\w.'’-]*(?:\s[A-Z][\w.'’-]*){0,3})(?P<aside>):\s?$",
        rf"(?:^|[.!?;]\s)According to\s(?P<who>{_LONG_PHRASE}){_ASIDE},?\s?$",
    )
)
# A quote that is part of a sentence: Police said the man "was acting in a strange manner."
_PARTLY = re.compile(
    rf"(?:^|[.!?;]\s)(?P<who>{_PHRASE}){_ASIDE}\s{_HELP}(?:said|says|told|added|wrote|argued|warned|noted|insisted)\s"
    r"(?:(?!call|dub|descri|label|accus|quot|cit|known|nam|titl)[^.!?:;\"“”\s]+\s){1,14}$"
)
# Other languages: (before, after) patterns by language; `who` is the speaker.
_NAME_PHRASE = r"(?P<who>[^\W\d_][^,.;:!?\"“”„«»()\n]{1,70}?)"
_OTHER: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "de": (
        ((
            rf"(?:^|[.!?]\s){_NAME_PHRASE}\s(?:sagte|erklärte|betonte|schrieb|warnte|fügte hinzu|sagt"
            rf"|meinte)(?:\s[^.!?:]{{1,60}})?:\s?$"
        ),),
        ((
            rf"^\s?,?\s?(?:so\s|(?:sagte|sagt|erklärte|betonte|schrieb|warnte|meinte"
            rf"|teilte)\s){_NAME_PHRASE}(?=[,.;]|\s(?:am|in|im|bei|dem|der|zu|auf|gegenüber|nach|vor"
            rf"|mit)\s|$)"
        ),),
    ),
    "fr": (
        ((
            rf"(?:^|[.!?]\s){_NAME_PHRASE}\s(?:a (?:déclaré|dit|affirmé|expliqué|ajouté|indiqué"
            rf"|souligné)|déclare|affirme|explique)(?:\s[^.!?:]{{1,60}})?\s?:\s?$"
        ),),
        ((
            rf"^\s?,?\s?(?:a (?:déclaré|dit|affirmé|expliqué|ajouté|indiqué|souligné|lancé|estimé)"
            rf"|déclare|affirme|explique|dit|selon|assure|estime)\s{_NAME_PHRASE}(?=[,.;]|\s(?:à|lors"
            rf"|dans|au|en|sur|devant|après|qui|mardi|lundi|mercredi|jeudi|vendredi)\s|$)"
        ),),
    ),
    "es": (
        ((
            rf"(?:^|[.!?]\s){_NAME_PHRASE}\s(?:dijo|afirmó|declaró|aseguró|explicó|señaló|agregó"
            rf"|escribió)(?:\s[^.!?:]{{1,60}})?:\s?$"
        ),),
        ((
            rf"^\s?,?\s?(?:dijo|afirmó|declaró|aseguró|explicó|señaló|agregó|añadió|escribió|según"
            rf"|indicó|manifestó)\s{_NAME_PHRASE}(?=[,.;]|\s(?:a|en|durante|tras|el|ante|que|al)\s|$)"
        ),),
    ),
    "ko": (
        ((
            r"(?:^|[.다]\s|\n)\s?(?:[^\"“”.]{0,60}\s)?(?P<who>[가-힣A-Za-z]{2,12}(?:\s"
            r"[가-힣A-Za-z]{2,12}){0,2}?)(?:은|는|이|가)\s(?:[^\"“”.]{0,60})?$"
        ),),
        ((
            r"^\s?(?:이?라고|이?라며|고|며|라는)\s(?P<who>[가-힣A-Za-z]{2,12}(?:\s[가-힣A-Za-z]{2,12}){0,2}?)(?:은|는"
            r"|이|가)\s(?:[^\"“”.]{0,60})?(?:말했|밝혔|전했|설명했|강조했|덧붙였|주장했|지적했)"
        ),),
    ),
    "ja": (
        (r"(?:^|[。、])(?P<who>[^。、「」はが]{1,24})(?:は|が)(?:[^。「」]{0,60})?$",),
        (r"^\s?と(?:、)?(?P<who>[^。、「」はが]{1,24})(?:は|が)(?:[^。「」]{0,30})?(?:述べ|語っ|話し|言っ|説明|強調|指摘|コメント)",),
    ),
    "zh": (
        (r"(?:^|[。，,])(?P<who>[^。，,“”：:]{1,24}?)(?:表示|说|說|称|稱|指出|强调|強調|认为|認為)[：:，,]?\s?$",),
        (r"^\s?[，,]?(?P<who>[^。，,“”：:]{1,24}?)(?:表示|说|說|称|稱|指出|强调|強調)",),
    ),
}  # fmt: skip
_SAID_EAST = {
    "ko": re.compile(r"^\s?(?:이?라고|이?라며|고|며|라는)"),
    "ja": re.compile(r"^\s?(?:など)?と(?:し|述べ|語|話|言|説明|強調|指摘|コメント|、)"),
}


def find_speaker(before: str, after: str, quote: str, lang: str) -> str | None:
    """The speaker of a quote between these contexts, or None."""
    if lang in _OTHER:
        return _find_other(before, after, lang)
    found = _AFTER[0].search(after) if re.search(r"[,.?!…—-]$", quote) or re.match(r"\s?,", after) else None
    for pattern in (*(_AFTER[1:] if re.search(r"[,?!…—-]$", quote) or re.match(r"\s?,", after) else ()),):
        found = found or pattern.search(after)
    if found and (speaker := name_speaker(found["who"], found["aside"], is_after=True)):
        return speaker
    for pattern in _BEFORE if not quote[0].islower() else (*_BEFORE, _PARTLY):
        hit = pattern.search(before)
        if hit and (speaker := name_speaker(hit["who"], hit["aside"], is_after=False)):
            return speaker
    return None


def follows(after: str, lang: str) -> bool:
    """Whether an attribution follows a quote."""
    if lang in _OTHER:
        return any(pattern.search(after) for pattern in _compiled(lang)[1])
    return any(pattern.search(after) for pattern in _AFTER)


def _find_other(before: str, after: str, lang: str) -> str | None:
    before_patterns, after_patterns = _compiled(lang)
    for pattern in after_patterns:
        if found := pattern.search(after):
            return _trim(found["who"])
    needs = _SAID_EAST.get(lang)
    if needs and not needs.search(after):
        return None
    for pattern in before_patterns:
        if found := pattern.search(before):
            return _trim(found["who"])
    return None


@cache
def _compiled(lang: str) -> tuple[tuple[re.Pattern[str], ...], tuple[re.Pattern[str], ...]]:
    before, after = _OTHER[lang]
    return tuple(map(re.compile, before)), tuple(map(re.compile, after))


def _trim(who: str) -> str | None:
    text = who.strip(" ,;:、，")
    return text if 1 < len(text) <= MAX_SPEAKER_CHARS else None


def name_speaker(who: str, aside: str | None, *, is_after: bool) -> str | None:
    """The speaker out of the words beside the verb: a name without its title, else the noun as it stands."""
    words = who.strip().split(" ")
    if len(words) > 9 or not words[0]:
        return None
    if words[0].lower() in {"and", "but", "as", "when", "while", "that", "which", "who"}:
        words = words[1:]
    if len(words) == 1 and words[0].lower() in _PRONOUNS:
        return words[0].lower() if words[0] != "I" else "I"
    phrase = _OFFICE.sub("", " ".join(words))
    words = phrase.split(" ")
    is_noun = words[0].lower() in _DETERMINERS if words else False
    name = _NAMES.search(phrase)
    if is_noun and aside and _is_name(aside):
        return aside
    if name and (not is_noun or _ends_in_name(words, name)):
        bare, _ = strip_title(name[0])
        return bare or None
    if is_noun and len(words) > 1:
        return phrase if len(phrase) <= MAX_SPEAKER_CHARS else None
    if words and words[-1].lower() in _GROUPS and len(words) <= 4:
        return phrase
    if is_after and words and words[-1].endswith("s") and len(words) <= 3 and words[0][0].isupper():
        return phrase
    return None


def _ends_in_name(words: list[str], name: re.Match[str]) -> bool:
    """Whether a phrase with an article ends in a person's name: "the spokesman Cho"."""
    rest = " ".join(words)[: name.start()].split()
    return len(rest) > 1 and rest[-1].islower() and " " in name[0]


def _is_name(text: str) -> bool:
    return bool(_NAMES.fullmatch(text)) and text.split(maxsplit=1)[0].lower() not in _DETERMINERS
