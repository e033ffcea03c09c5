"""Patterns of speakers in Hindi, Urdu, Bengali and Persian, whose verb follows its subject."""

import re

_HINDI = r"(?P<who>[\u0900-\u0963.]+(?:\s[\u0900-\u0963.]+){0,7}?)"
_HINDI_SAID = (
    "कहा|बताया|लिखा|पूछा|दावा किया|आरोप लगाया|चेतावनी दी|ट्वीट किया|जवाब दिया|स्पष्ट किया|जोड़ा"
    "|बयान दिया|मांग की|अपील की"
    "|आश्वासन दिया|दोहराया|स्वीकार किया"
)
_ARABIC_LETTERS = r"[\u0600-\u06ff\u200c]+"
_URDU = rf"(?P<who>{_ARABIC_LETTERS}(?:\s{_ARABIC_LETTERS}){{0,6}}?)"
_URDU_SAID = "کہا|بتایا|لکھا|دعویٰ کیا|خبردار کیا|مطالبہ کیا"
_BENGALI = r"(?P<who>[\u0980-\u09ff.]+(?:\s[\u0980-\u09ff.]+){0,5}?)"
_BENGALI_SAID = "বলেন|বলেছেন|বললেন|জানান|জানিয়েছেন|লিখেছেন|লেখেন|মন্তব্য করেন|দাবি করেন"
_PERSIAN_SAID = "گفت|گفته است|نوشت|افزود|اظهار داشت|تأکید کرد|تاکید کرد|اعلام کرد|هشدار داد|تصریح کرد"
_OPENING = r"(?:^|[।.!?۔]\s|[”\"’]\s)"
_REST = r"[^\"“”।:۔«»]"
# language -> (patterns before a quote, patterns after it); `who` is the speaker
SOUTH_ASIAN: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "hi": (
        (
            rf"{_OPENING}{_HINDI}\sने\s(?:{_REST}{{1,60}}\s)?(?:{_HINDI_SAID})(?:\s(?:कि|है|था))?\s?[,:—–-]?\s?$",
            rf"{_OPENING}{_HINDI}\s(?:का कहना है|बोले|बोलीं|कहते हैं|कहती हैं)(?:\sकि)?\s?[,:—–-]?\s?$",
            rf"{_OPENING}{_HINDI}\sके\s(?:अनुसार|मुताबिक),?\s{_REST}{{0,60}}$",
            rf"{_OPENING}{_HINDI}\sने\s{_REST}{{1,60}}$",
        ),
        (
            rf"^\s?[,—–-]?\s?(?:यह\s)?{_HINDI}\sने\s(?:{_REST}{{1,60}}\s)?(?:{_HINDI_SAID})",
            rf"^\s?[,—–-]?\s?{_HINDI}\s(?:का कहना है|बोले|बोलीं|कहते हैं|कहती हैं)",
        ),
    ),
    "ur": (
        (rf"{_OPENING}{_URDU}\sنے\s(?:{_REST}{{1,60}}\s)?(?:{_URDU_SAID})(?:\sکہ)?\s?[,:،]?\s?$",),
        (rf"^\s?[,،]?\s?{_URDU}\sنے\s(?:{_REST}{{1,60}}\s)?(?:{_URDU_SAID})",),
    ),
    "bn": (
        (rf"{_OPENING}{_BENGALI}\s(?:{_REST}{{1,40}}\s)?(?:{_BENGALI_SAID})\s?[,:]\s?$",),
        (
            rf"^\s?,?\s?(?:{_BENGALI_SAID})\s{_BENGALI}(?=[।,]|$)",
            rf"^\s?,?\s?(?:বলে\s)?{_BENGALI}\s(?:{_BENGALI_SAID})",
        ),
    ),
    "fa": (
        (rf"{_OPENING}{_URDU}\s(?:{_REST}{{1,60}}\s)?(?:{_PERSIAN_SAID})\s?:\s?$",),
        (rf"^\s?[،,]?\s?{_URDU}\s(?:{_REST}{{1,40}}\s)?(?:{_PERSIAN_SAID})",),
    ),
}
_HINDI_ROLES = re.compile(
    r"^(?:(?:पूर्व|मुख्य|उप|केंद्रीय|वरिष्ठ|राज्य|जिला|नगर|स्थानीय|पुलिस|प्रदेश|कांग्रेस|भाजपा|बीजेपी|भारतीय|रक्षा|वित्त|गृह|विदेश|शिक्षा|स्वास्थ्य|रेल"
    r"|कृषि|डॉ\.?|श्री|श्रीमती|प्रो\.?)\s)*"
    r"(?:मुख्यमंत्री|प्रधानमंत्री|राष्ट्रपति|मंत्री|विधायक|सांसद|जिलाधिकारी|अधिकारी|प्रवक्ता|अध्यक्ष|महापौर|मेयर|नेता|कप्तान|कोच|खिलाड़ी|अभियंता"
    r"|निदेशक|प्रोफेसर|वकील|अधीक्षक|आयुक्त|सचिव|राज्यपाल|न्यायाधीश|न्यायमूर्ति|सरपंच|किसान|डॉक्टर|अभिनेता|अभिनेत्री|लेखक|वैज्ञानिक|डॉ\.?|श्री|श्रीमती)\s"
)
_HINDI_UNNAMED = re.compile(r"^एक\s|(?:सूत्रों|चश्मदीद|प्रत्यक्षदर्शी)$")
MAX_HINDI_WORDS = 3  # of a name


def hindi_name(speaker: str) -> str | None:
    """Returns a Hindi speaker without titles; None for a person who is not named."""
    if _HINDI_UNNAMED.search(speaker):
        return None
    bare = _HINDI_ROLES.sub("", speaker)
    words = bare.split()
    return " ".join(words[-2:]) if len(words) > MAX_HINDI_WORDS else bare
