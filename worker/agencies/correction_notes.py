"""The notes in which agencies say what a corrected text corrects: "(Corrects metres in first paragraph)".

A note is in brackets, as a paragraph of its own, at the beginning of one or behind its last sentence, and
begins with a verb of correcting. Forms are those of Reuters, AP and AFP in their languages, and of Yonhap,
Kyodo and Xinhua.
"""

import re

_DATE = r"(?:[^\W\d_]{3,9}\.?\s\d{1,2}(?:,\s\d{4})?\s)?"  # "This Nov. 30 story"
_ENGLISH = (
    r"corrects|refiles|clarifies"
    rf"|this\s{_DATE}(?:story|version|article|report|item|headline)\s"
    r"(?:(?:has\sbeen|was|is)\s(?:officially\s)?(?:corrected|refiled|clarified)|corrects|refiles|clarifies)"
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
_WITHIN = r"[^()（）\[\]［］【】\n]{0,300}"
_NOTE = rf"[(（\[［【]\s?(?:(?:{_ENGLISH}|{_EUROPEAN})\b{_WITHIN}|{_TO_EDITORS}|{_EAST_ASIAN})[)）\]］】]"
_AT_START = re.compile(rf"^[\s*]{{0,3}}({_NOTE})\s*", re.IGNORECASE)
_AT_END = re.compile(rf"(?<=[.!?。”\"])\s{{0,3}}({_NOTE})[\s*]{{0,3}}$", re.IGNORECASE)


def split_note(paragraph: str) -> tuple[str, str]:
    """Return the note of a paragraph and what is left without it; an empty note if there is none."""
    for form in (_AT_START, _AT_END):
        if found := form.search(paragraph):
            return found[1], f"{paragraph[: found.start()]}{paragraph[found.end() :]}".strip()
    return "", paragraph
