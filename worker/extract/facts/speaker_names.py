"""Reads the speaker from the words next to a verb of saying: a bare name, else the noun phrase."""

import re

from worker.extract.facts.people import TITLES, strip_title

MAX_SPEAKER_CHARS = 80
MAX_WORDS = 9
_PRONOUNS = frozenset({"he", "she", "they", "it", "i", "we"})
_DETERMINERS = frozenset({
    "the", "a", "an", "one", "another", "his", "her", "its", "their", "this", "that", "some", "many",
    "several", "two", "three", "our", "no", "both", "most", "four", "five",
})  # fmt: skip
# Groups named without an article or a plural s.
_GROUPS = frozenset({
    "police", "people", "everyone", "nobody", "someone", "somebody", "media", "staff", "management",
    "parliament",
})  # fmt: skip
_CONJUNCTIONS = frozenset({"and", "but", "as", "when", "while", "that", "which", "who"})
_ADVERBS = frozenset(
    {"even", "only", "still", "now", "meanwhile", "however", "today", "yesterday", "then", "later"}
)
# People known by what they know: sources close to the club
_SOURCES = re.compile(
    r"^(?:(?:an?|one|two|three|several|some|multiple)\s)?(?:[A-Za-z.]+\s){0,3}(?:sources?|people|persons?"
    r"|officials?|diplomats?)"
    r"\s(?:close|familiar|briefed|involved)\s(?:to|with|on|in)\s",
    re.IGNORECASE,
)
# Sentence openers that end in s but are not speakers.
_NO_SPEAKERS = frozenset(
    {
        "it's",
        "that's",
        "this",
        "sometimes",
        "always",
        "yes",
        "besides",
        "thus",
        "as",
        "news",
        "days",
        "weeks",
        "months",
        "years",
        "hours",
        "minutes",
        "times",
        "headlines",
    }
)
# Institutions whose name may include "of": Bank of Korea, unlike Lee of the institute.
_INSTITUTIONS = frozenset({
    "bank", "house", "ministry", "department", "university", "council", "board", "court", "church",
    "institute", "bureau", "office", "federation", "association", "league", "union", "academy", "chamber",
    "society", "party", "city", "college", "school", "center", "centre", "commission", "committee",
    "state", "kingdom",
})  # fmt: skip
# Texts that bind, which speak for nobody: the contract states
_DOCUMENTS = frozenset({
    "document", "documents", "records", "transcripts", "filings", "contract", "agreement", "treaty",
    "constitution", "law", "clause", "article", "policy", "manual",
    "rules", "regulation", "regulations", "guidelines", "charter", "bylaws", "bill", "act", "banner", "label",
    "caption", "statement", "letter", "note", "notice", "sign", "memo", "memorandum", "email", "e-mail",
    "message", "leaflet", "poster", "plaque", "placard", "communique", "communiqué", "inscription",
    "newsletter", "transcript", "subtitle", "headline", "petition", "filing", "indictment", "complaint",
    "affidavit", "warrant", "invitation", "postcard", "telegram", "text", "tweet", "advertisement", "ad",
    "textbook", "dictionary", "encyclopedia", "bible",
    "brochure", "flyer", "ticket", "envelope", "website", "diary", "will", "graffiti", "billboard",
})  # fmt: skip
# Who wrote a document: a statement by the group, a letter from the mayor
_HEAD_END = re.compile(
    r"\s(?:of|on|from|in|at|by|for|to|with|that|left|found|seen|posted|pinned|taped|written|signed|dated"
    r"|addressed|attached"
    r"|stuck|published|released|issued)\b"
)
_REVEREND = re.compile(
    r"^(?:the\s)?(?:(?:Rt|Most|Very|Right)\s)?(?:Rev(?:erend)?|Hon(?:ourable)?|Venerable)\.?\s"
)
_KIN = frozenset({
    "sister", "brother", "mother", "father", "wife", "husband", "son", "daughter", "widow", "partner",
    "uncle",
    "aunt", "cousin", "grandmother", "grandfather", "grandson", "niece", "nephew", "mum", "dad",
    "friend", "colleague",
})  # fmt: skip
_ISSUER = re.compile(r"\s(?:by|from)\s(?P<who>.+)$")
_GROUP_IN = re.compile(r"^(?P<head>[a-z]+)\s(?:in|from|at|near)\s(?:the\s)?[A-Z]\S*(?:\s[A-Z]\S*)*$")
_PARTICLES = r"(?:and|&|de|van|von|bin|der|den|ter|da|dos|di|la|el|al)"
_NAME_WORD = rf"(?:[A-Z][\w.'’&/-]*|al-[A-Z]\w*|{_PARTICLES}(?=\s(?:{_PARTICLES}\s){{0,2}}[A-Z]))"
_NAMES = re.compile(rf"(?<!\S){_NAME_WORD}(?:\s{_NAME_WORD})*$")
_OF = re.compile(r"^(?P<head>.+?)\s(?:of|from|at|in|for|with)\s(?P<house>.+)$")
_PAIR = re.compile(r"^[A-Z][\w.'’-]*(?:\s[A-Z][\w.'’-]*)*\sand\s(?:his|her|their)\s[a-z]+$")
_OFFICE = re.compile(
    r"^.{0,40}\b(?:Secretary|Minister|Ministry|Department|Attorney|Director) of (?:the )?"
    r"(?:State|Defense|Defence|Foreign Affairs|Health|Interior|Education|Finance|Justice|Labor|Trade|Energy)"
    r"\s(?=[A-Z])"
)
_OWNED = re.compile(r"^(?:[A-Z][\w.-]*\s){0,3}[\w.-]+(?:['’]s|s['’])\s")
_GROUPS_OF = re.compile(
    r"^(?:Residents|Officials|Experts|Members|Sources|Workers|Hundreds|Thousands|Dozens|Scores|Analysts"
    r"|Researchers|Scientists"
    r"|Relatives|Friends|Neighbou?rs|Students|Teachers|Parents|Villagers|Supporters|Critics|Campaigners"
    r"|Activists|Protesters"
    r"|Demonstrators|Doctors|Fans|Players|People|Families|Leaders|Witnesses|Survivors|Employees|Customers"
    r"|Passengers"
    r"|Volunteers|Economists|Engineers|Colleagues|Users|Viewers|Voters)\s(?:of|from|at|in|for|with|on)\s"
)
_MEMBERS = re.compile(r"^(?:[a-z-]+\s){0,2}[a-z]{3,}s\s(?:of|from|at|in|for|with|on)\s")
# A name after one of these is part of an office title: ambassador to the U.N.
_LINKED = [["of"], ["to"], ["the"], ["for"], ["at"], ["in"], ["from"], ["with"], ["by"], ["on"]]
_PARTICIPLE = re.compile(r"^(?:\w{2,}ed|seen|held|known|made|written|given|taken)$")


def name_speaker(who: str, aside: str | None) -> str | None:
    """Returns the speaker as named in the text, or None if the words do not identify one."""
    words, aside = who.strip().split(" "), _REVEREND.sub("", aside or "") or None
    if words[0].lower() in _CONJUNCTIONS | _ADVERBS and not words[0].isupper():
        words = words[1:]
    if not words or not words[0] or len(words) > MAX_WORDS:
        return None
    if len(words) == 1 and words[0].lower() in _PRONOUNS:
        return "I" if words[0] == "I" else words[0].lower()
    phrase = _OFFICE.sub("", " ".join(words))
    if _is_document(phrase):
        return _of_issuer(phrase)
    if _SOURCES.match(phrase):
        return phrase
    group = _GROUP_IN.match(phrase)
    if group and _of_group(group["head"]):
        return phrase
    if _is_noun(phrase, aside):
        return _of_noun(phrase, aside)
    if _PAIR.match(phrase) or _GROUPS_OF.match(phrase) or _MEMBERS.match(phrase):
        return phrase
    return _of_owner(phrase) or _of_name(phrase)


def _is_document(phrase: str) -> bool:
    """Whether a noun phrase means a document, not a person: the letter, a note on the gate."""
    head = _HEAD_END.split(phrase)[0].split()
    return bool(head) and head[-1] in _DOCUMENTS


def _of_issuer(phrase: str) -> str | None:
    """Returns who issued a document, or None: the document itself is not a speaker."""
    issuer = _ISSUER.search(phrase)
    return name_speaker(issuer["who"], None) if issuer and not _is_document(issuer["who"]) else None


def _is_noun(phrase: str, aside: str | None) -> bool:
    """Whether a phrase is a noun with determiner or possessive, or an office with its holder as aside."""
    words = phrase.split(" ")
    if words[0].lower() in _DETERMINERS or _OWNED.match(phrase):
        return True
    return words[-1].lower() in TITLES and " " in (aside or "") and _is_name(aside or "")


def _of_owner(phrase: str) -> str | None:
    """Returns the person in "Lee of the institute", or the whole phrase for "Bank of Korea"."""
    split = _OF.match(phrase)
    if not split or _has_title(split["house"]):
        return None
    owner = _NAMES.search(split["head"])
    if owner and owner[0].rsplit(" ", 1)[-1].lower() in _INSTITUTIONS:
        return phrase
    return _bare(owner[0]) if owner else None


def _of_name(phrase: str) -> str | None:
    name = _NAMES.search(phrase)
    if not name:
        return _of_group(phrase)
    return None if phrase[: name.start()].rsplit(maxsplit=1)[-1:] in _LINKED else _bare(name[0])


def _bare(name: str) -> str | None:
    return strip_title(name)[0] or None


def _has_title(house: str) -> bool:
    """Whether lower-case words separate an institution from a name: "Bank of Korea governor Lee"."""
    return bool(
        re.search(r"\b(?!(?:of|the|for|and|in|at|de|y)\b)[a-z]\w+\s[A-Z]", re.sub(r"^the\s", "", house))
    )


def _of_noun(phrase: str, aside: str | None) -> str | None:
    """Returns the name in the aside or at the end of a noun phrase, else the phrase itself."""
    if aside and _is_name(aside):
        return _bare(aside)
    owned = _OWNED.match(phrase)
    if owned and _has_bare_name(phrase[owned.end() :]):
        return _bare(phrase[owned.end() :])
    words, name = phrase.split(" "), _NAMES.search(phrase)
    rest = phrase[: name.start()].split() if name else []
    if name and len(rest) > 1 and rest[-1][0].islower() and rest[-1:] not in _LINKED:
        is_person = rest[0].lower() in {"a", "an"} or " " in name[0] or rest[-1] in TITLES or rest[-1] in _KIN
        return _bare(name[0]) if is_person else None  # "the letter Mike (wrote)" has no speaker
    if len(words) > 2 and _PARTICIPLE.match(words[-1]):
        words = words[:-1]  # a report seen (by Reuters)
    return " ".join(words) if len(words) > 1 and len(phrase) <= MAX_SPEAKER_CHARS else None


def _has_bare_name(phrase: str) -> bool:
    """Whether a title is followed by both names of a person: (Brazil's) President Joao Lemos."""
    bare, cut = strip_title(phrase)
    return cut > 0 and " " in bare and _is_name(bare)


def _of_group(phrase: str) -> str | None:
    """Returns a plural or collective noun without article as speaker: "union leaders", "Police"."""
    words = phrase.split(" ")
    last = words[-1].lower()
    is_plural = (
        last.endswith("s")
        and not last.endswith(("ss", "us"))
        and not _NO_SPEAKERS.intersection(map(str.lower, words))
    )
    counted = words[1:] if words[0].isdigit() else words
    plain = all(re.fullmatch(r"[^\W\d][\w-]*", word) and not _PARTICIPLE.match(word) for word in counted)
    return phrase if len(words) <= 4 and plain and (is_plural or last in _GROUPS) else None


def _is_name(text: str) -> bool:
    return bool(_NAMES.fullmatch(text)) and text.split(maxsplit=1)[0].lower() not in _DETERMINERS
