"""Infers the time zone of an outlet from the country in its name, host or language tag."""

import re

# Country code or word of an outlet's name -> IANA zone; only countries with a single time zone.
_CODES = {
    "kr": "Asia/Seoul", "jp": "Asia/Tokyo", "cn": "Asia/Shanghai", "tw": "Asia/Taipei",
    "hk": "Asia/Hong_Kong", "sg": "Asia/Singapore", "my": "Asia/Kuala_Lumpur", "th": "Asia/Bangkok",
    "vn": "Asia/Ho_Chi_Minh", "ph": "Asia/Manila", "in": "Asia/Kolkata", "pk": "Asia/Karachi",
    "bd": "Asia/Dhaka", "ir": "Asia/Tehran", "tr": "Europe/Istanbul", "de": "Europe/Berlin",
    "at": "Europe/Vienna", "ch": "Europe/Zurich", "fr": "Europe/Paris", "it": "Europe/Rome",
    "nl": "Europe/Amsterdam", "be": "Europe/Brussels", "pl": "Europe/Warsaw", "cz": "Europe/Prague",
    "se": "Europe/Stockholm", "no": "Europe/Oslo", "dk": "Europe/Copenhagen", "fi": "Europe/Helsinki",
    "gr": "Europe/Athens", "ie": "Europe/Dublin", "uk": "Europe/London", "il": "Asia/Jerusalem",
    "eg": "Africa/Cairo", "za": "Africa/Johannesburg", "ke": "Africa/Nairobi", "ng": "Africa/Lagos",
    "ar": "America/Argentina/Buenos_Aires",
}  # fmt: skip
_WORDS = {
    "korea": "Asia/Seoul", "korean": "Asia/Seoul", "seoul": "Asia/Seoul", "japan": "Asia/Tokyo",
    "tokyo": "Asia/Tokyo", "taipei": "Asia/Taipei", "taiwan": "Asia/Taipei",
    "hong kong": "Asia/Hong_Kong", "singapore": "Asia/Singapore", "bangkok": "Asia/Bangkok",
    "manila": "Asia/Manila", "hindustan": "Asia/Kolkata", "india": "Asia/Kolkata",
    "jerusalem": "Asia/Jerusalem", "irish": "Europe/Dublin", "vietnam": "Asia/Ho_Chi_Minh",
}  # fmt: skip
# Languages spoken in one country (ISO 639-1) -> country code.
_LANGUAGES = {
    "ko": "kr", "ja": "jp", "vi": "vn", "th": "th", "he": "il", "el": "gr", "fi": "fi", "da": "dk",
    "pl": "pl", "cs": "cz", "sv": "se", "nb": "no", "no": "no", "tr": "tr",
}  # fmt: skip
_PAPER = (
    r"(?:times|herald|post|news|daily|today|journal|tribune|mail|express|gazette|star|sun|observer|wave|inquirer"
    r"|bulletin|press|standard)"
)
_NAME = re.compile(
    rf"\b(?:(?P<a>{'|'.join(_WORDS)})(?:\s\w+)?\s{_PAPER}|{_PAPER} of (?P<b>{'|'.join(_WORDS)}))\b"
)
_HOST = re.compile(r"^https?://[^/:?#]+\.([a-z]{2})(?=[/:?#]|$)")


def zone_of_outlet(*names: str) -> str | None:
    """Returns the zone of the first outlet name or URL that indicates one, or None."""
    for text in names:
        lower = text[:300].lower()
        if host := _HOST.match(lower):
            return _CODES.get(host[1])
        if name := _NAME.search(lower):
            return _WORDS[name["a"] or name["b"]]
    return None


def zone_of_language(*tags: str) -> str | None:
    """Returns the zone of the country that a language tag names or implies ("de-DE", "ko"), or None.

    English is ignored: outlets of other countries use its regional tags, too.
    """
    for tag in tags:
        language, _, region = tag.strip().lower().replace("_", "-").partition("-")
        code = region or _LANGUAGES.get(language, "")
        if language != "en" and code in _CODES:
            return _CODES[code]
    return None
