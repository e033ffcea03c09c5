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

# How outlets begin a correction notice (newspaper style guides), what they put in brackets at the place of
# the correction, and how Korean, Japanese and Chinese outlets end such a notice.
_NOTICE = re.compile(
    rf"^\W{{0,3}}(?:{MARKED}(?:\s?\([^)]{{1,40}}\))?\s?[:：—–-]"
    r"|editor['’]?s note.{0,80}correct"
    r"|(?:an earlier|a previous|this) (?:version|story|article|report|headline)\b.{0,80}"
    r"(?:misstated|misspelled|incorrect|in error|corrected|wrong)"
    rf"|{ASIAN_MARK}\s?(?:[\])）】〕:：.。]|$)|바로\s?잡습니다)"
    rf"|[\[(（【〔［]\s?(?:{MARKED}|{ASIAN_MARK})\s?(?:[:：][^\])）】〕］]{{0,200}})?[\])）】〕］]"
    r"|(?:바로\s?잡습니다|정정합니다|訂正(?:いた)?します|更正[為为].{1,40})[.。]?$",
    re.IGNORECASE,
)

# An outlet's line that asks for corrections names a way to send them, and says nothing of an earlier version.
_ASKING = re.compile(
    r"@|https?:|www\.|\b(?:to\sreport|report\s(?:an?\s|any\s|all\s)?(?:error|mistake|correction)s?"
    r"|(?:see|spot|find|found|notice|spotted)\s(?:an?\s|any\s)?(?:error|mistake)s?|write\sto|contact|e-?mail|call|telephone)\b",
    re.IGNORECASE,
)
_EARLIER = re.compile(
    r"\b(?:earlier|previous(?:ly)?|original(?:ly)?|misstated|misspelled|misidentified|incorrect(?:ly)?|wrong(?:ly)?"
    r"|should\s(?:be|have|read)|has\sbeen\scorrected|früher|zunächst|ursprünglich|précédente?|anterior|precedente)\b",
    re.IGNORECASE,
)


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


def is_notice(paragraph: str) -> bool:
    """Whether a paragraph says that the text was corrected, in the words of outlets."""
    return _NOTICE.search(paragraph) is not None


def is_request(note: str) -> bool:
    """Whether a line asks readers for corrections, and does not tell of one."""
    return _ASKING.search(note) is not None and _EARLIER.search(note) is None
