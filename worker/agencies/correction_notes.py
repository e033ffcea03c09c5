"""The notes in which agencies say what a corrected text corrects: "(Corrects metres in first paragraph)".

A note is in brackets, as a paragraph of its own, at the beginning of one or behind its last sentence, and
begins with a verb of correcting, or with a word for a correction and a colon. Forms are those of Reuters, AP,
AFP and dpa in their languages, and of Yonhap, Kyodo and Xinhua.
"""

import re

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
# how outlets begin the notice of a correction, and how Korean, Japanese and Chinese ones do
MARKED = (
    r"(?:corrections?|corrected|clarification|korrektur|berichtigung|rectificati(?:f|on)|correcci[óo]n"
    r"|fe de erratas|rettifica)"
)
ASIAN_MARK = (
    r"(?:바로\s?잡(?:습니다|음)|바로\s?잡았습니다|정정\s?(?:보도|합니다|했습니다)?|고침"
    r"|訂正(?:とおわび|します|しました)?|(?:おわび|お詫び)(?:と訂正|して訂正します)?"
    r"|(?:本文已)?更正(?:说明|說明)?|勘误|勘誤)"
)
_COLON = r"\s?[:：]\s?[^()（）\[\]［］【】\n]{3,300}"
_WITHIN = r"[^()（）\[\]［］【】\n]{0,300}"
_NOTE = (
    rf"[(（\[［【]\s?(?:(?:{_ENGLISH}|{_EUROPEAN})\b{_WITHIN}|{_TO_EDITORS}|{_EAST_ASIAN}"
    rf"|(?:{MARKED}|{ASIAN_MARK}){_COLON})[)）\]］】]"
)
# At the start of a text, where a word and a colon may as well ask for corrections. Refiling repairs spelling.
_CORRECTS = rf"corrects|{_THIS}(?:{_IS}corrected|corrects)|{_EUROPEAN}"
_OPENING = re.compile(
    rf"\s{{0,3}}([(（\[［【]\s?(?:(?:{_CORRECTS})\b{_WITHIN}|{_EAST_ASIAN})[)）\]］】])", re.IGNORECASE
)
_BRACKETS = frozenset("(（[［【)）]］】")
_AT_START = re.compile(rf"^[\s*]{{0,3}}({_NOTE})\s*", re.IGNORECASE)
_AT_END = re.compile(rf"(?<=[.!?。”\"])\s{{0,3}}({_NOTE})[\s*]{{0,3}}$", re.IGNORECASE)


def split_note(paragraph: str) -> tuple[str, str]:
    """Return the note of a paragraph and what is left without it; an empty note if there is none."""
    for form, bracket in ((_AT_START, paragraph[:8]), (_AT_END, paragraph[-8:])):
        if not _BRACKETS.isdisjoint(bracket) and (found := form.search(paragraph)):
            return found[1], f"{paragraph[: found.start()]}{paragraph[found.end() :]}".strip()
    return "", paragraph


def find_opening_note(text: str) -> str:
    """Return the note with which a corrected text begins, or an empty string."""
    found = _OPENING.match(text) if not _BRACKETS.isdisjoint(text[:4]) else None
    return found[1] if found else ""
