"""Joins a surname or a title with a surname to the full name that a text gives before."""

import re

from worker.text.month_names import MONTH_OF
from worker.text.weekday_names import WEEKDAYS

# Forms of address before a surname, without full stops, in lower case
_ADDRESS = frozenset({
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "dame", "lord", "lady",
    "baroness", "rev",
    "herr", "herrn", "frau", "monsieur", "madame", "mademoiselle", "m", "mm", "mme", "mlle", "me", "maître",
    "sr", "sra", "srta", "señor", "señora", "señorita", "don", "doña", "d", "dña", "senhor", "senhora",
    "dom", "dona",
    "signor", "signora", "sig", "sigra", "dott", "dottor", "dottoressa", "avv", "ing", "meneer",
    "mevrouw", "dhr", "mevr",
    "heer", "de heer", "hr", "fru", "fröken", "pan", "pani", "pana", "pán", "paní", "bay", "bayan",
    "bapak", "ibu", "pak", "bu",
    "г-н", "г-жа", "господин", "госпожа", "пан", "пані", "domnul", "doamna", "dl", "dna", "κ", "κα",
    "κος", "κυρία", "κύριος",
    "captain", "capt", "sgt", "lt", "col", "gen", "sen", "rep", "gov", "judge", "justice", "senator",
    "governor",
    "mayor", "minister", "president", "councillor", "inspector", "superintendent", "detective",
    "constable", "officer",
    "pope", "king", "queen", "prince", "princess", "saint", "coach", "chairman", "pastor", "father",
    "sister", "bishop", "archbishop", "cardinal",
})  # fmt: skip
_BY_FIRST_NAME = frozenset(
    {"sir", "dame", "don", "doña", "dom", "dona", "bapak", "ibu", "pak", "bu", "sister", "father"}
)
_PARTICLES = frozenset({
    "de", "da", "do", "dos", "di", "del", "della", "der", "den", "van", "von", "bin", "al", "la", "le",
    "el", "ter", "ten", "zu",
})  # fmt: skip
_ARTICLES = frozenset({"la", "el", "le", "o", "a", "il", "der", "die", "de", "the", "η", "ο"})
MAX_NAME_WORDS = 4
_WORD = re.compile(r"[^\W\d_]+(?:['’.-]+[^\W\d_]+)*\.?")
_INITIAL = re.compile(r"(?:[^\W\d_]\.){1,3}|[^\W\d_]")


def full_name(speaker: str, before: str) -> str:
    """Returns the only full name in the text before that ends in the speaker's surname, else the speaker.

    After "Sir", "don" and the like the first name is given: Sir Alan is Alan Boyd.
    """
    words = speaker.split()
    address = ""
    if len(words) > 2 and words[0].lower() in _ARTICLES and words[1].rstrip(".").lower() in _ADDRESS:
        words = words[1:]
    while len(words) > 1 and words[0].rstrip(".").lower() in _ADDRESS:
        address, words = words[0].rstrip(".").lower(), words[1:]
    if len(words) != 1 or not words[0][:1].isupper() or len(words[0]) < 2:
        return speaker
    name = re.escape(words[0].rstrip("."))
    hits = re.finditer(rf"(?<![\w'’-]){name}(?![\w-])", before)
    if address in _BY_FIRST_NAME:
        found = {full for hit in hits if (full := _following(before, hit))}
    else:
        found = {full for hit in hits if (full := _leading(before, hit))}
    return found.pop() if len(found) == 1 else speaker


def _leading(text: str, hit: re.Match[str]) -> str | None:
    """Returns a surname with the first names before it, or None."""
    kept: list[str] = []
    for word in reversed(text[max(0, hit.start() - 60) : hit.start()].split()):
        if word.lower() not in _PARTICLES and not _is_first_name(word):
            break
        kept.insert(0, word)
        if len(kept) == MAX_NAME_WORDS - 1:
            break
    while kept and kept[0].lower() in _PARTICLES:
        kept.pop(0)
    is_apart = text[hit.start() - 1 : hit.start()] == " "
    return " ".join([*kept, hit[0]]) if kept and is_apart else None


def _following(text: str, hit: re.Match[str]) -> str | None:
    """Returns a first name with the surname behind it, or None."""
    after = re.match(r"\s(?:[a-z]{2,3}\s){0,2}[^\W\d_]+(?:[-'’][^\W\d_]+)*", text[hit.end() : hit.end() + 40])
    return hit[0] + after[0] if after and after[0].split()[-1][0].isupper() else None


def _is_first_name(word: str) -> bool:
    """Whether a capitalized word may be a first name: an initial, not a title, a day, a month, an opener."""
    if _INITIAL.fullmatch(word):
        return word.endswith(".") and word[0].isupper()
    bare = word.lower()
    if not word[0].isupper() or not _WORD.fullmatch(word) or word.endswith("."):
        return False
    return bare not in _ADDRESS and bare not in WEEKDAYS and bare not in MONTH_OF and bare not in _OPENERS


_OPENERS = frozenset(
    [
        "the",
        "a",
        "an",
        "in",
        "on",
        "at",
        "but",
        "and",
        "when",
        "after",
        "before",
        "for",
        "with",
        "from",
        "to",
        "as",
        "by",
        "if",
        "so",
        "yet",
        "while",
        "since",
        "today",
        "yesterday",
        "however",
        "then",
        "later",
        "now",
        "der",
        "die",
        "das",
        "dem",
        "den",
        "ein",
        "eine",
        "auch",
        "für",
        "mit",
        "von",
        "nach",
        "laut",
        "so",
        "doch",
        "und",
        "aber",
        "als",
        "wie",
        "denn",
        "dann",
        "le",
        "la",
        "les",
        "un",
        "une",
        "des",
        "pour",
        "selon",
        "avec",
        "mais",
        "et",
        "dans",
        "chez",
        "après",
        "quand",
        "el",
        "los",
        "las",
        "una",
        "para",
        "según",
        "con",
        "pero",
        "y",
        "en",
        "tras",
        "cuando",
        "o",
        "os",
        "as",
        "um",
        "uma",
        "segundo",
        "com",
        "mas",
        "e",
        "em",
        "il",
        "lo",
        "gli",
        "per",
        "secondo",
        "ma",
        "di",
        "da",
        "het",
        "een",
        "voor",
        "volgens",
        "met",
        "maar",
        "en",
        "bij",
        "в",
        "на",
        "по",
        "с",
        "о",
        "и",
        "но",
        "а",
        "как",
        "по-словам",
        "для",
        "у",
        "за",
        "из",
        "det",
        "den",
        "för",
        "enligt",
        "men",
        "och",
        "som",
        "ved",
        "ifølge",
        "według",
        "dla",
        "ale",
        "podle",
        "pro",
        "i",
    ]
)
