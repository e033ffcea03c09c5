"""Writes letters and digits in one way where a script allows several, for comparing texts.

Sources: Unicode 16, sections 9.1-9.2 (Hebrew, Arabic), 12.1 (Devanagari), 16.1 (Thai); Unicode character
names.
"""

import re
import unicodedata

# signs that outlets write or leave out: vowel points and marks of Arabic and Hebrew, tatweel, nukta
_OMITTED = (
    (0x0591, 0x05BD), (0x05BF, 0x05BF), (0x05C1, 0x05C2), (0x05C4, 0x05C5), (0x05C7, 0x05C7),
    (0x0610, 0x061A), (0x0640, 0x0640), (0x064B, 0x065F), (0x0670, 0x0670), (0x06D6, 0x06DC),
    (0x06DF, 0x06E8), (0x06EA, 0x06ED), (0x093C, 0x093C),
)  # fmt: skip
# letters and punctuation that stand for each other
_SAME = str.maketrans(
    "\u0622\u0623\u0625\u0671\u0649\u06cc\u06a9\u0629\u0901\u0130\u0131\u05f3\u05f4\u05be\u05c3\u060c\u061b\u061f"
    "\u066b\u066c\u0964",
    "\u0627\u0627\u0627\u0627\u064a\u064a\u0643\u0647\u0902Ii'\"-.,;?.,.",
)
_DIGITS = {
    code: str(unicodedata.digit(chr(code)))
    for code in range(0x80, 0xFE00)
    if unicodedata.category(chr(code)) == "Nd"
}
_TABLE = {
    **_SAME,
    **_DIGITS,
    **{code: None for first, last in _OMITTED for code in range(first, last + 1)},
}
_VARIED = re.compile("[\u0130\u0131\u0591-\u1c59\ua620-\uabf9]")  # where most of them are; CJK has none
# Thai: a vowel typed as two signs that look the same
_THAI = (("\u0e4d\u0e32", "\u0e33"), ("\u0e40\u0e40", "\u0e41"))
# Vietnamese: the tone of a final "oa", "oe" or "uy" is on the second vowel in the newer spelling
_TONES = ("\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_TONED = {unicodedata.normalize("NFC", vowel + tone): (vowel, tone) for vowel in "aeyAEY" for tone in _TONES}
_FINAL_TONE = re.compile(
    rf"(?<![qQ])(?:[oO][{''.join(v for v in _TONED if v[0] not in 'ỳýỹỷỵỲÝỸỶỴ')}]"
    r"|[uU][ỳýỹỷỵỲÝỸỶỴ])(?![^\W\d_])"
)
_TONE = re.compile("[oOuU][\u00e0\u00e1\u00e3\u00e8\u00e9\u00fd\u1ea0-\u1ef9]")
_TONED_LETTER = re.compile("[\u00e0\u00e1\u00e3\u00e8\u00e9\u00fd\u1ea0-\u1ef9]")
_PRESENTED = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]")  # Arabic letters in the form of their place in a word
# letters and signs that no composition changes: Latin with accents, dashes, quotes, currencies
_COMPOSED = re.compile("[\u0080-\u02ff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf]*")
_ASCII = bytes(range(128))


def foreign_letters(text: str) -> str:
    """Returns the characters of a text that are not ASCII, in order.

    Most texts have few, and a search among these is much faster than one in the text.
    """
    if text.isascii():
        return ""
    return text.encode("utf-8", "replace").translate(None, _ASCII).decode()


def write_alike(text: str) -> str:
    """Returns the text without optional signs, and with one form of each letter and digit.

    Arabic and Hebrew without points, Arabic alef, ya, kaf and final ta in one form, Devanagari without nukta,
    the Turkish i with or without a dot, Vietnamese tones on the first vowel; digits are ASCII.
    """
    if text.isascii():
        return text
    foreign = foreign_letters(text)
    if not _COMPOSED.fullmatch(foreign):
        text = unicodedata.normalize("NFC", text)
        foreign = foreign_letters(text)
    if _PRESENTED.search(foreign):
        text = _PRESENTED.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    if _VARIED.search(foreign_letters(text)):
        text = text.translate(_TABLE)
    for typed, meant in _THAI:
        text = text.replace(typed, meant)
    has_tone = _TONED_LETTER.search(foreign_letters(text)) and _TONE.search(text)
    return _FINAL_TONE.sub(_on_first_vowel, text) if has_tone else text


def _on_first_vowel(found: re.Match[str]) -> str:
    vowel, tone = _TONED[found[0][1]]
    return unicodedata.normalize("NFC", found[0][0] + tone) + vowel
