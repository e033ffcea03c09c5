"""Removes invisible characters, which must not reach the database or a reader.

The joiners U+200C and U+200D are spelling in some scripts and make one picture of several emoji (Unicode 16,
section 23.2); there they stay, and everywhere else they go.
"""

import re
import unicodedata
from typing import Any

# Unicode controls except tab and line ends, soft hyphen, zero-width and bidirectional marks, lone surrogates
INVISIBLE_CHARS = re.compile(
    "[\u0000-\u0008\u000e-\u001b\u007f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff]"
)
JOINERS = re.compile("[\u200c\u200d]+")
# Scripts whose letters change their form beside others, or whose words are written with joiners: Arabic
# (Persian, Urdu, Kurdish...), Syriac, N'Ko, Mandaic, Indic scripts to Sinhala, Tibetan, Myanmar, Khmer,
# Mongolian, and their extensions; newer Indic scripts
JOINING_SCRIPTS = re.compile(
    "[\u0600-\u07ff\u0840-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18aa\ua8e0-\ua8ff\ua9e0-\ua9ff\uaa60-\uaa7f"
    "\ufb50-\ufdff\ufe70-\ufefc\U00010d00-\U00010d3f\U00011000-\U00011fff\U0001e900-\U0001e95f]"
)
VIRAMA = 9  # canonical combining class: a consonant without its vowel, whose form a joiner selects
# emoji and what follows them: pictographs, arrows and signs in sequences, variation selector, skin tones
EMOJI = re.compile("[\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]")
EMOJI_END = re.compile("[\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff\ufe0f\u20e3]")


def drop_invisible(text: str) -> str:
    """Returns the text without invisible characters, except joiners that belong to the spelling."""
    return keep_spelled_joiners(INVISIBLE_CHARS.sub("", text))


def keep_spelled_joiners(text: str) -> str:
    """Returns the text with U+200C and U+200D only between letters of scripts that use them and in emoji."""
    if "\u200c" not in text and "\u200d" not in text:
        return text
    return JOINERS.sub(_spelled, text)


def drop_joiners(text: str) -> str:
    """Returns the text without U+200C and U+200D, for comparison."""
    return text.replace("\u200c", "").replace("\u200d", "")


def _spelled(match: re.Match[str]) -> str:
    text, start, end = match.string, match.start(), match.end()
    before, after = text[start - 1 : start], text[end : end + 1]
    if _is_joining_letter(before) and (_is_joining_letter(after) or unicodedata.combining(before) == VIRAMA):
        return match[0][0]
    is_emoji = EMOJI_END.match(before) is not None and EMOJI.match(after) is not None
    return "\u200d" if is_emoji and "\u200d" in match[0] else ""


def _is_joining_letter(character: str) -> bool:
    """Whether a character is a letter or a vowel sign of a script that uses joiners."""
    return JOINING_SCRIPTS.match(character) is not None and unicodedata.category(character)[0] in "LM"


def drop_invisible_in(value: Any) -> Any:
    """Returns a JSON value without invisible characters in its strings; the caller limits its nesting."""
    if isinstance(value, str):
        return drop_invisible(value)
    if isinstance(value, list):
        return [drop_invisible_in(part) for part in value]
    if isinstance(value, dict):
        return {drop_invisible(key): drop_invisible_in(part) for key, part in value.items()}
    return value
