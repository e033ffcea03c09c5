"""Finds who is meant by the text before a quote: the body behind "the group", the other person."""

import re

_CAPITALS = r"[A-Z][\w'’&-]*+(?:\s(?:of\s(?:the\s)?|for\s|and\s|in\s|without\s)?[A-Z][\w'’&-]*+){0,5}"
_KINDS = (
    "group|charity|organi[sz]ation|company|firm|union|association|agency|airline|bank|club|team|party|network"
    "|foundation|operator|manufacturer|carmaker|retailer|supermarket|hospital|university|school|publisher"
    "|broadcaster|institute|council|watchdog|regulator|ngo|coalition|campaign|lobby|body|society|federation"
)
_NOUN = re.compile(rf"the\s(?:[a-z]+\s)?(?P<kind>{_KINDS})", re.IGNORECASE)
_MEMBERS = (
    "volunteers|members|activists|campaigners|supporters|workers|researchers|organi[sz]ers|divers|rescuers"
    "|staff|employees|protesters|lawyers|engineers|scientists|teams?|crews?"
)
# A body named by its members or beside its kind: volunteers of Clean Coast, the charity Open Doors
_OF_MEMBERS = re.compile(rf"\b(?i:{_MEMBERS})\s(?:of|from|with|for|at)\s(?:the\s)?(?P<body>{_CAPITALS})")
_BESIDE_KIND = re.compile(
    rf"\b(?:{_KINDS})\s(?P<body>{_CAPITALS})|(?P<body2>{_CAPITALS}),\s(?:an?|the)\s[^,.;:]{{0,40}}?\b(?:{_KINDS})\b"
)
_SUBJECT = re.compile(
    rf"(?:The\s)?(?P<body>{_CAPITALS})\s(?:has|had|is|was|will|later|also|[a-z]+(?:ed|s))\b"
)
_NO_BODIES = frozenset({
    "He", "She", "It", "They", "We", "I", "The", "A", "An", "This", "That", "These", "Those", "There",
    "What", "Who", "Nobody", "Everyone", "Police", "Prices", "Workers", "Residents",
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
    "January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December", "But", "And", "His", "Her", "Its", "Their", "Our", "One",
})  # fmt: skip
_HIS = re.compile(r"\b(?:his|sein(?:e[mnrs]?)?|zijn)\b")
_HER = re.compile(r"\b(?:her|ihr(?:e[mnrs]?)?|haar)\b")
_MALE, _FEMALE = frozenset({"he", "er", "hij"}), frozenset({"she", "sie", "zij", "ze"})


def body_named(speaker: str, before: str) -> str | None:
    """Returns the only body that a text names as a group of the kind of "the group", or None."""
    if not _NOUN.fullmatch(speaker):
        return None
    found = {one["body"] for one in _OF_MEMBERS.finditer(before)}
    found |= {one["body"] or one["body2"] for one in _BESIDE_KIND.finditer(before)}
    return found.pop() if len(found) == 1 else None


def body_subject(sentence: str) -> str | None:
    """Returns the body that is the subject of a sentence that names no other one, which "it" then means."""
    found = _SUBJECT.match(sentence)
    is_only = found and not re.search(rf"(?<!^)\b{_CAPITALS}", sentence[found.end() :])
    return found["body"] if found and is_only and found["body"].split()[0] not in _NO_BODIES else None


def is_other_person(pronoun: str, between: str) -> bool:
    """Whether a pronoun cannot mean the subject, by the words between the subject and the other person named.

    In "Cordero met his counterpart, Isabel Rojas" the possessive is the subject's: "she" is the other one.
    """
    is_male, is_female = bool(_HIS.search(between)), bool(_HER.search(between))
    return is_male != is_female and pronoun in (_FEMALE if is_male else _MALE)
