"""Determines the direction of a weekday by the words beside it: "from Thursday", a participle of an event."""

import re

from worker.extract.facts.date_words import CLAUSE_END, joins_of

# In these tables "<" and ">" enclose the weekday.
# From it on something holds: the next one, except in the past.
_FROM = {
    "de": r"\bab(?:\sdem)?\s<|\bvo[mn]\s<[^<>]*>\san\b",
    "nl": r"\b(?:vanaf|met\singang\svan)\s<",
    "fr": r"\bà\s(?:partir|compter)\sd[eu]\s(?:ce\s)?<|\bdès\s(?:le\s|ce\s)?<",
    "es": r"\ba\spartir\sdel?\s(?:este\s)?<",
    "pt": r"\ba\spartir\sd(?:e|a|o|esta|este)\s<",
    "it": r"\ba\s(?:partire|decorrere|cominciare)\sda(?:l|lla)?\s(?:quest[oa]\s)?<",
    "pl": r"\b(?:począwszy\sod|już\sod)\s<",
    "ru": r"\bначиная\sсо?\s<",
    "sv": r"\bfrån\soch\smed\s(?:på\s)?<|\bfr\.?o\.?m\.?\s<",
    "no": r"\bfra\sog\smed\s<|\bf\.?o\.?m\.?\s<",
    "da": r"\bfra\sog\smed\s<",
    "fi": r"sta>\s(?:alkaen|lähtien|eteenpäin)\b",
    "hu": r"t[óő]l>\skezdve\b",
    "ro": r"\bîncepând\s(?:de|cu|din)\s<",
    "tr": r">\sitibaren\b",
    "id": r"\b(?:mulai|terhitung)\s(?:hari\s)?<",
    "ar": r"(?:اعتبارا|اعتبارًا|ابتداء|ابتداءً|بدءا|بدءًا)\sمن\s(?:يوم\s)?<",
    "he": r"\bהחל\sמ\S{0,6}\s<",
}  # fmt: skip
# The same words for "since" and "from": the last one beside a verb that describes a state
_SINCE_OR_FROM = {
    "es": r"\bdesde\s(?:el\s|este\s)<",
    "pt": r"\bdesde\s(?:[ao]\s)?<",
    "it": r"\bda\s<",
    "pl": r"\bod\s<",
    "cs": r"\bod\s<",
    "ru": r"\bсо?\s<",
    "uk": r"\b(?:з|із|зі|від)\s<",
    "el": r"\bαπό\s(?:την?\s|το\s)?<",
    "hu": r"t[óő]l>",
    "vi": r"\b[Tt]ừ\s(?:ngày\s|hôm\s)?<",
}
_STATES = {
    "es": "est[áa]n?|siguen?|permanecen?|llevan?|continúan?|hay|es|son|faltan?|buscan?",
    "pt": "está|estão|seguem?|permanecem?|continuam?|há|é|são|faltam?",
    "it": "è|sono|manca|mancano|resta|restano|continua|continuano|prosegue|si trova",
    "pl": "trwa|trwają|jest|są|nie ma|czeka|czekają|pada|brakuje",
    "cs": "trvá|trvají|je|jsou|leží|prší|hledá|chybí",
    "ru": r"ид[её]т|идут|продолжа\w+|наход\w+|держится|оста[её]тся|остаются|бастуют|ищут|нет|длится",
    "uk": r"трива\w+|йде|йдуть|перебува\w+|немає|шукають|лишається",
    "el": r"είναι|συνεχίζ\w+|βρίσκ\w+",
    "hu": "tart|van|vannak|áll|zárva",
    "vi": "đang",
}
# Nordic "from", which also tells where something comes from: only beside a verb or at the start of a clause
_FROM_OR_OF = {"sv": r"\bfrån\s<", "no": r"\bfra\s<", "da": r"\bfra\s<"}
# Forms of "to be", which with a participle describe what holds from a day on
_BE = re.compile(r"(?:ist|sind|is|zijn|est|sont|è|sono|foi|är|er|on|ovat)", re.IGNORECASE)
_IS = re.compile(r"\b(?:är|er|blir|bliver)\b")
_TURKISH_PAST = (
    r"\w{2,}(?:[ıiuü]l|n|l[ae]n)[ae]n|(?:çök|öl|çık|düş|gel|bat|yan|yap|kaç|patla|vur|kal|dön|bit|yık|başla|geç|kur|ver|gir"
    r"|çarp|dağıl|sön|yaralan|kaybol|tutuş|devril|oyna|yaşa|gerçekleş|kesinleş|sun|aç|kazan)(?:y?[ae])n"
    r"|giden|eden|[ae]ld[ıi]ğı\w*|\w{3,}(?:d[ıiuü]|t[ıiuü])ğ[ıiuü]\w*"
)
_GERMAN_DONE = (
    r"(?:ge|ein|aus|ab|an|auf|zu|ver|be|ent|er|zer|um|über|unter|vor|weg|hin|nieder"
    r"|zusammen)[a-zäöüß]{2,}(?:te|ene)[nrsm]?"
)
_GERMAN_DUE = r"(?:[a-zäöüß]{3,}ende|geplante|vorgesehene|angesetzte|erwartete|anstehende|terminierte)[nrsm]?"
# The participle of the event that has the weekday, behind it: am Dienstag eingestürzte, çöken, järjestettävä
_ATTRIBUTES = {
    "de": (
        r"(?:\b(?i:der|die|das|den|dem|des|eine?[nrms]?)\s(?:erst\s|bereits\s|schon\s|noch\s)?(?:am|für|vom|zum)\s<[^<>]*>"
        rf"(?:\s[\w.-]+){{0,3}}?|>)\s(?:(?P<future>{_GERMAN_DUE})|(?P<past>{_GERMAN_DONE}))\s(?=[A-ZÄÖÜ])"
    ),
    "nl": (
        r"\b(?i:de|het|een)\s(?:op\s|voor\s|sinds\s)?<[^<>]*>(?:\s[\w.-]+){0,2}?\s(?:(?P<future>geplande|verwachte|voorziene|\w{3,}ende)"
        r"|(?P<past>(?:ge|in|ont|ver|be|om|af|uit|op|aan|over|neer|weg)\w{2,}(?:te|de|en)|\w+ge\w+(?:te|de|en)))\s(?=[a-z])"
    ),
    "tr": (
        r">(?:\s[\w'’-]+){0,3}?\s(?:(?P<future>\w{2,}[ae]c[ae][kğ]\w*(?:\solan)?)"
        rf"|(?P<past>{_TURKISH_PAST}))\s(?=\w)"
    ),
    "fi": (
        r"(?<![\s,]on\s)(?<!ovat\s)<[^<>]*>(?:\s[\w-]+)?\s(?:(?P<future>\w{3,}(?:tt[aä]v[aä]\w{0,4}|[aeiouyäö]v[aä](?:n|ssa|ssä|t|an|än)?))"
        r"(?<!hyvä)(?<!päivä)(?<!kova)(?<!päivän)|(?P<past>\w{3,}(?:n[uy]t|neen|neet|neissa|neessa|neesta|neiden|t[uy]n|ttu|tty"
        r"|tut|tyt|tujen|tyjen)))\s(?=\w)"
    ),
    "hu": (
        r">(?:\sa\w*)?\s(?:(?P<future>(?!(?:első|késő|utolsó|fő|adó)\s)\w{4,}[óő])"
        r"|(?P<past>\w{3,}(?:[oeö]tt|tott|tett|lt)))\s(?=\w)"
    ),
    "sv": (
        r"\b(?i:den|det|de|en|ett)\s(?:på|i|under|till)\s<[^<>]*>\s"
        r"(?:(?P<future>planerade|kommande|väntade)|(?P<past>\w{3,}(?:ade|dda|da|ta|na)))\s(?=\w)"
    ),
}  # fmt: skip
_PATTERNS = {
    name: {
        lang: re.compile(form, re.IGNORECASE if name != "_ATTRIBUTES" else 0) for lang, form in table.items()
    }
    for name, table in (
        ("_FROM", _FROM),
        ("_SINCE", _SINCE_OR_FROM),
        ("_OF", _FROM_OR_OF),
        ("_ATTRIBUTES", _ATTRIBUTES),
    )
}
_STATE = {lang: re.compile(rf"(?<!\w)(?:{form})(?!\w)", re.IGNORECASE) for lang, form in _STATES.items()}
_LEAD_CHARS, _CLAUSE_CHARS = 32, 160


def weekday_direction(text: str, start: int, end: int, lang: str, verbs: re.Pattern[str]) -> int:
    """Returns 1 for the next, -1 for the last such weekday, 0 if no words beside it decide.

    `start` and `end` are its offsets; `verbs` finds verbs of the language, in the group "future" or another.
    """
    before = text[max(0, start - _LEAD_CHARS) : start]
    joined = f"{before}<{text[start:end]}>{text[end : end + _CLAUSE_CHARS]}"
    attribute = _search("_ATTRIBUTES", lang, joined)
    if attribute:
        return 1 if attribute["future"] else -1
    for name in ("_FROM", "_SINCE", "_OF"):
        if found := _search(name, lang, joined):
            lead = len(before) - min(found.start(), len(before))
            return _from(text[max(0, start - _CLAUSE_CHARS) : start - lead], text[end:], lang, verbs, name)
    return 0


def _search(name: str, lang: str, joined: str) -> re.Match[str] | None:
    return _PATTERNS[name][lang].search(joined) if lang in _PATTERNS[name] else None


def _verbs(clause: str, lang: str, verbs: re.Pattern[str]) -> list[re.Match[str]]:
    """Returns the verbs of a clause; in German a word with a capital is a noun."""
    return [one for one in verbs.finditer(clause) if lang != "de" or one[0][0].islower()]


def _from(before: str, after: str, lang: str, verbs: re.Pattern[str], name: str) -> int:
    """Returns the direction of a day from which something holds, by the nearest verb of its clause."""
    before = CLAUSE_END.split(before)[-1]
    before = "" if joins_of(lang).search(before) else before
    after = after if before.strip() else after.removeprefix(",")
    after = CLAUSE_END.split(after[:_CLAUSE_CHARS], maxsplit=1)[0]
    found = _verbs(before, lang, verbs)[-1:] or _verbs(after, lang, verbs)[:1]
    if name == "_OF" and before.strip() and not (verbs.search(before) or _IS.search(before)):
        return 0  # pictures from Thursday
    is_doubtful = name == "_SINCE"
    if is_doubtful and _STATE[lang].search(f"{before} {after}") and not (found and found[0]["future"]):
        return -1
    if not found or found[0]["future"]:
        return 1
    return 1 if not is_doubtful and _BE.fullmatch(found[0][0]) else -1
