"""Finds people with their titles: "Foreign Ministry spokesman Cho Byung-jae", "김관진 국방부 장관"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# The last word of a title before a name.
TITLES = frozenset({
    "president", "vice-president", "premier", "minister", "secretary", "chancellor", "ambassador",
    "spokesman", "spokeswoman", "spokesperson", "senator", "governor", "mayor", "congressman",
    "congresswoman", "representative", "judge", "justice", "general", "colonel", "admiral", "captain",
    "commander", "chairman", "chairwoman", "chair", "chief", "director", "professor", "doctor", "king",
    "queen", "prince", "princess", "pope", "archbishop", "bishop", "cardinal", "coach", "analyst",
    "economist", "prosecutor", "attorney", "lawyer", "commissioner", "inspector", "sergeant",
    "lieutenant", "officer", "detective", "sheriff", "archaeologist", "historian", "scientist",
    "researcher", "biologist", "engineer", "envoy", "diplomat", "lawmaker", "leader", "founder",
    "author", "writer", "actor", "actress", "singer", "striker", "goalkeeper", "manager",
    "president-elect", "councilor", "deputy", "foreman", "warden", "editor", "journalist", "reporter",
    "ceo", "executive", "principal", "superintendent", "treasurer", "co-founder", "owner",
})  # fmt: skip
HONORIFICS = frozenset({
    "Mr.", "Mrs.", "Ms.", "Dr.", "Prof.", "Gen.", "Sen.", "Rep.", "Gov.", "Col.", "Lt.", "Sgt.", "Capt.",
    "Rev.", "Sir", "Dame", "Lord", "Adm.", "Maj.", "Hon.",
})  # fmt: skip
_QUALIFIERS = frozenset({
    "Prime", "Foreign", "Finance", "Defense", "Defence", "Interior", "Justice", "Deputy", "Vice",
    "First", "Acting", "Former", "Chief", "Health", "Education", "Trade", "Energy", "Culture",
    "Unification", "Environment", "Labor", "Labour", "Agriculture", "Transport", "Executive", "General",
    "Managing", "Senior", "Home", "State", "Assistant", "Attorney", "Crown", "Lead", "Brigadier",
    "Major", "Lieutenant",
})  # fmt: skip
_NAME_WORD = (
    r"(?:[A-Z][\w'’]+(?:-[\w'’]+)*|[A-Z]\.|al-[A-Z]\w+|(?:de|van|von|bin|der|la|da|dos|el|di)(?=\s[A-Z]))"
)
# A full stop is part of a name only after an initial; after a word it ends the sentence.
NAME = rf"[A-Z](?:\.|[\w'’]*(?:-[\w'’]+)*)(?:\s{_NAME_WORD}){{0,4}}"
_NAME = re.compile(NAME)
# Each pattern begins with a letter, not an assertion, so that the regex engine can skip ahead.
_CAPITAL = re.compile(r"\s(?<=[a-zO,]\s)(?=[A-Z])")  # a title ends in a lower-case letter, except CEO
_BEFORE_NAME = re.compile(r"(?P<word>[\w-]+)(?:\sto\s[A-Z]\w{1,30},|,)?\Z")
_CAPITALS_BEFORE = re.compile(r"(?:\b[A-Z](?:[\w'’-]{1,30}|\.(?:[A-Z]\.){1,3})[^\S\n]){1,4}\Z")
_LOOK_BACK_CHARS = 64
_TITLE = "|".join(sorted((re.escape(word) for word in TITLES), key=len, reverse=True))
_AFTER = re.compile(
    rf"(?P<name>[A-Z](?<![\w'’-].)[\w'’-]{{1,40}}(?:\s{_NAME_WORD}){{1,3}}),\s(?P<title>(?:the|a|an|its|his"
    rf"|her|who"
    rf" is)?\s?(?:[\w'’-]{{1,30}}\s){{0,4}}(?:{_TITLE})\b(?:\s(?:of|at|for|to)\s(?:the\s)?[\w'’-]+(?:\s[A-Z]"
    rf"[\w'’-]+){{0,3}})?)(?=[,.;])"
)
_HONORIFIC = re.compile(
    rf"(?P<title>{'|'.join(re.escape(word) for word in sorted(HONORIFICS))})\s(?P<name>{NAME})"
)
# Most common Korean family names.
FAMILY_NAMES = (
    "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구나민진지엄채원천방공현함변염여추도소석"
    "선설마길연위표명기반왕금옥육인맹제모탁국"
)
_KOREAN_TITLE = (
    r"대통령|총리|장관|차관|대변인|대표|의원|위원장|시장|지사|대사|교수|회장|사장|총재|국장|청장|감독|총장"
    r"|실장|수석"
    r"|원장|판사|검사"
)
_KOREAN = re.compile(
    rf"(?P<name>[{FAMILY_NAMES}](?<![가-힣].)[가-힣]{{1,2}})\s(?P<title>(?:[가-힣A-Z]{{2,12}}\s)?(?:[가-힣]{{0,8}})"
    rf"(?:{_KOREAN_TITLE}))(?=[은는이가을를의과와도에,.\s]|$)"
)


@dataclass(frozen=True, slots=True)
class Person:
    """A name, its title in the text, and the offset of the name."""

    name: str
    title: str
    offset: int


def find_people(text: str) -> list[Person]:
    """Returns the people with titles in a text, in order of appearance, each name and title once."""
    found: dict[tuple[str, str], Person] = {}
    for title, name, offset in (*_titled(text), *_matched(text)):
        person = _person(title, name, offset)
        if person:
            found.setdefault((person.name, person.title), person)
    return sorted(found.values(), key=lambda person: person.offset)


def _matched(text: str) -> Iterator[tuple[str, str, int]]:
    for pattern in (_AFTER, _HONORIFIC, _KOREAN):
        for hit in pattern.finditer(text):
            yield hit["title"], hit["name"], hit.start("name")


def _titled(text: str) -> Iterator[tuple[str, str, int]]:
    """Yields names preceded by a title, as (title, name, offset of the name)."""
    end = 0
    for capital in _CAPITAL.finditer(text):
        at = capital.end()
        last = text[max(end, at - _LOOK_BACK_CHARS) : capital.start()].rsplit(maxsplit=1)[-1:]
        if not last or not (last[0].endswith(",") or _is_title(last[0].strip("(\"“'‘"))):
            continue
        title = _title_before(text, max(end, at - _LOOK_BACK_CHARS), capital.start())
        if title:
            name = _NAME.match(text, at)
            end = name.end() if name else at
            _, cut = strip_title(text[at:end])
            yield f"{title} {text[at : at + cut]}", text[at:end], at


def _is_title(word: str) -> bool:
    return word.lower().rpartition("-")[2] in TITLES or word.lower() in TITLES


def _title_before(text: str, start: int, end: int) -> str | None:
    """Returns the title that ends at `end`, with preceding capitals: "Foreign Ministry spokesman"."""
    found = _BEFORE_NAME.search(text, start, end)
    if not found or not _is_title(found["word"]):
        return None
    capitals = _CAPITALS_BEFORE.search(text, max(0, found.start() - 2 * _LOOK_BACK_CHARS), found.start())
    return (capitals[0] if capitals else "") + found["word"]


def _person(title: str, name: str, offset: int) -> Person | None:
    title = re.sub(
        r"^(?:(?:and|but|then|when|while)\s)?(?:(?:the|a|an|its|his|her|who is)\s)?",
        "",
        title.strip(),
        flags=re.IGNORECASE,
    )
    bare, cut = strip_title(re.sub(r"(?<=\w\w)\.\Z|['’]s?\Z", "", name))  # a full stop, a possessive
    words = bare.split()
    if (
        not words
        or words[0] in _STOPS | _ORGANIZATIONS
        or all(word in _QUALIFIERS or _is_title(word) for word in words)
    ):
        return None
    return Person(bare, title, offset + cut)


_STOPS = frozenset({
    "The", "A", "An", "In", "On", "At", "He", "She", "It", "They", "We", "I", "But", "And", "Monday",
    "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
})  # fmt: skip
# After a title word these denote organizations: "General Assembly", "King County".
_ORGANIZATIONS = frozenset({
    "Agreement", "Airport", "Assembly", "Association", "Avenue", "Board", "Committee", "Council", "County",
    "Court", "Cup", "Department", "Election", "Elections", "Electric", "Hospital", "Hotel", "Island",
    "League", "Ministry", "Motors", "Office", "Security", "Service", "Services",
    "Staff", "Street", "Strike", "Union", "University",
})  # fmt: skip


def strip_title(name: str) -> tuple[str, int]:
    """Returns a name without leading title words, and the number of characters removed."""
    words = name.split(" ")
    cut = 0
    for index, word in enumerate(words[:-1]):
        plain = word.lower().strip(".,")
        if (
            plain in TITLES or plain.endswith(("-general", "-elect", "-designate"))
        ) and word not in HONORIFICS:
            cut = index + 1
        elif not (word in _QUALIFIERS and any(w.lower() in TITLES for w in words[index + 1 : -1])):
            continue
    kept = words[cut:]
    if cut and kept and kept[0].endswith(","):
        return name, 0
    return " ".join(kept), len(name) - len(" ".join(kept))
