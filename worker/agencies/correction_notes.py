"""The notes in which agencies say what a corrected text corrects: "(Corrects metres in first paragraph)".

A note is in brackets, as a paragraph of its own, at the beginning of one or behind its last sentence, and
begins with a verb of correcting, or with a word for a correction and a colon; behind the last sentence such a
word needs no brackets. Forms are those of Reuters, AP, AFP and dpa in their languages, and of Yonhap, Kyodo
and Xinhua. Notices in whole sentences are in `correction_notices`.
"""

import re

from worker.agencies.correction_labels import ASIAN_LABEL, LABEL, SENTENCE_LABEL, STAMP
from worker.agencies.lazy_pattern import LazyPattern

_DATE = r"(?:[^\W\d_]{3,9}\.?\s\d{1,2}(?:,\s\d{4})?\s)?"  # "This Nov. 30 story"
_THIS = rf"this\s{_DATE}(?:story|version|article|report|item|headline)\s"
_IS = r"(?:has\sbeen|was|is)\s(?:officially\s)?"
_ENGLISH = (
    rf"corrects|refiles|clarifies|{_THIS}(?:{_IS}(?:corrected|refiled|clarified)|corrects|refiles|clarifies)"
)
_TO_EDITORS = r"(?:attn|eds)\s?:[^()\n]{0,200}correct[^()\n]{0,200}"
_EUROPEAN = (
    r"korrigiert|berichtigt|stellt\sklar"  # German
    r"|corrige|rectifie|rectifica"  # French, Spanish, Portuguese
    r"|corregge|rettifica|corrigeert"  # Italian, Dutch
    r"|rättar|korrigerar|korrigerer|retter"  # Nordic
    r"|исправляет|исправлен[аоы]?|виправлено"  # Russian, Ukrainian
)
_EAST_ASIAN = (
    r"[^()（）\n]{1,200}(?:바로\s?잡(?:습니다|았습니다|음)|정정(?:합니다|했습니다|함)"
    r"|訂正(?:しました|します|いたしました|いたします|済み?)?)[.。]?"
    r"|(?:更正|勘误|勘誤)[^()（）\n]{1,200}"
)
_COLON = r"\s?[:：]\s?[^()（）\[\]［］【】\n]{3,300}"
_WITHIN = r"[^()（）\[\]［］【】\n]{0,300}"
_NOTE = (
    rf"[(（\[［【]\s?(?:(?:{_ENGLISH}|{_EUROPEAN})\b{_WITHIN}|{_TO_EDITORS}|{_EAST_ASIAN}"
    rf"|(?:{LABEL}{STAMP}|{ASIAN_LABEL}){_COLON})[)）\]］】]"
)
# At the start of a text, where a word and a colon may as well ask for corrections. Refiling repairs spelling.
_CORRECTS = rf"corrects|{_THIS}(?:{_IS}corrected|corrects)|{_EUROPEAN}"
_OPENING = re.compile(
    rf"\s{{0,3}}([(（\[［【]\s?(?:(?:{_CORRECTS})\b{_WITHIN}|{_EAST_ASIAN})[)）\]］】])", re.IGNORECASE
)
_BRACKETS = frozenset("(（[［【)）]］】")
_AT_START = LazyPattern(rf"^[\s*]{{0,3}}({_NOTE})\s*", re.IGNORECASE)
_AT_END = LazyPattern(rf"(?<=[.!?。”\"])\s{{0,3}}({_NOTE})[\s*]{{0,3}}$", re.IGNORECASE)

# behind the last sentence, in no brackets
_LAST = LazyPattern(rf"(?<=[.!?…”\"»)])\s{{1,3}}({SENTENCE_LABEL}{STAMP}\s?:\s[^\n]{{3,300}})$")
_REFILED = re.compile(rf"\W{{0,3}}(?:refiles|{_THIS}{_IS}refiled|{_THIS}refiles)\b", re.IGNORECASE)

# An outlet's line that asks for corrections names a way to send them, or its policy, and says nothing of an
# earlier version.
_DESK = r"(?:us\b|our\b|(?:the\s)?(?:\w+\s)?(?:editors?|newsroom|(?:news\s)?desk)\b)"
_ASKING = re.compile(
    r"@|https?:|www\.|\b(?:to\sreport|report\s(?:an?\s|any\s|all\s)?(?:error|mistake|correction)s?"
    r"|(?:see|spot|find|found|notice|spotted)\s(?:an?\s|any\s)?(?:error|mistake)s?|write\sto"
    rf"|(?:contact|call|e-?mail|telephone|phone)\s(?:{_DESK}|[(+]?\d)|(?:e-?mail|telephone|phone)\s?:"
    r"|corrections\W.{0,80}\b(?:contact|e-?mail|call|telephone|phone)\b"
    r"|see\s(?:page|p\.)|(?:our|corrections?)\spolicy|strives?\s(?:for\saccuracy|to\scorrect))",
    re.IGNORECASE,
)
_EARLIER = re.compile(
    r"\b(?:earlier|previous(?:ly)?|original(?:ly)?|mis(?:stated|spelled|identified|attributed|quoted)"
    r"|incorrect(?:ly)?|wrong(?:ly)?|erroneous(?:ly)?|mistakenly|should\s(?:be|have|read)"
    r"|(?:has\sbeen|was)\s(?:corrected|amended)"
    r"|früher(?:en)?|zunächst|ursprünglich(?:en)?|fälschlich(?:erweise)?|irrtümlich"
    r"|précédente?|à\stort|anterior|por\serror|precedente|erroneamente)\b",
    re.IGNORECASE,
)


def split_note(paragraph: str) -> tuple[str, str]:
    """Return the note of a paragraph and what is left without it; an empty note if there is none.

    It is in brackets at the start or the end, or begins with a label behind the last sentence.
    """
    for form, bracket in ((_AT_START, paragraph[:8]), (_AT_END, paragraph[-8:])):
        if not _BRACKETS.isdisjoint(bracket) and (found := form.search(paragraph)):
            return found[1], f"{paragraph[: found.start()]}{paragraph[found.end() :]}".strip()
    if ":" in paragraph and (found := _LAST.search(paragraph)):
        return found[1], paragraph[: found.start()]
    return "", paragraph


def find_opening_note(text: str) -> str:
    """Return the note with which a corrected text begins, or an empty string."""
    found = _OPENING.match(text) if not _BRACKETS.isdisjoint(text[:4]) else None
    return found[1] if found else ""


def is_request(note: str) -> bool:
    """Whether a line asks readers for corrections, and does not tell of one."""
    return _ASKING.search(note) is not None and _EARLIER.search(note) is None


def is_refile(note: str) -> bool:
    """Whether a note says that the text was refiled, which repairs its spelling."""
    return _REFILED.match(note) is not None
