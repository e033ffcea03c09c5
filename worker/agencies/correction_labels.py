"""The words before a colon that begin a note of correction within a text: those of headlines, and dates.

All words are in lower case. docs/corrections.md says which words count in headlines only.
"""

import re

from worker.agencies.correction_marks import CORRECTIONS
from worker.agencies.forms import MONTHS

# A refiled text had its spelling repaired; "Korr." is a correspondent's line as well.
HEADLINE_ONLY = ("refile", "refiled", "korr")
_TEXT_ONLY = (
    "corrections", "correction appended", "story correction", "article corrected",
    "korrekturhinweis", "rectificatifs", "erramos", "fe de erratas y aclaraciones", "rettelser",
)  # fmt: skip
LABELS = tuple(sorted({*CORRECTIONS, *_TEXT_ONLY} - {*HEADLINE_ONLY}, key=lambda word: (-len(word), word)))
LABEL = rf"(?:{'|'.join(map(re.escape, LABELS))})"
# at the start of a sentence
_SPELLED = (form for word in LABELS for form in (word.capitalize(), word.upper()))
SENTENCE_LABEL = rf"(?:{'|'.join(map(re.escape, _SPELLED))})"
# How Korean, Japanese and Chinese notices begin, also in brackets without a colon.
ASIAN_LABEL = (
    r"(?:바로\s?잡(?:습니다|음)|바로\s?잡았습니다|정정\s?(?:보도|합니다|했습니다)?|고침"
    r"|訂正(?:して(?:おわび|お詫び)(?:いた)?します|と(?:おわび|お詫び)|します|しました)?"
    r"|(?:おわび|お詫び)(?:と訂正|して訂正します)?"
    r"|(?:本文已)?更正(?:说明|說明)?|勘误|勘誤)"
)
_DAY = r"\d{1,2}(?:er|st|nd|rd|th|º|\.)?"
DATE = (
    rf"(?:{MONTHS}\s{_DAY}(?:,?\s\d{{4}})?|{_DAY}\s(?:de\s|of\s)?{MONTHS}\.?(?:,?\s(?:de\s)?\d{{4}})?"
    r"|\d{1,4}[./-]\d{1,2}[./-]\d{2,4})"
)
_PREPOSITION = r"(?:(?:on|of|from|vom|du|del|de|van|av|af|от|від)\s)?"
# "(Dec. 1)", ", Dec. 1", " vom 1. Dezember 2026" between label and colon
STAMP = rf"(?:\s?\([^()]{{1,40}}\)|,?\s{_PREPOSITION}{DATE})?"
