"""Resolves speakers: the person that a pronoun means, names without titles."""

import re

from worker.extract.facts.attributions import WORDS
from worker.extract.facts.named_before import body_named, body_subject, is_other_person
from worker.extract.facts.people import strip_title
from worker.extract.facts.speaker_names_cjk import korean_subject, plain_name_cjk, subject_cjk
from worker.extract.facts.speakers_full_names import full_name
from worker.extract.facts.speakers_south_asia import hindi_name

# Pronouns as speakers, all languages together.
PRONOUNS = frozenset({
    "he", "she", "they", "it", "we", "er", "sie", "il", "elle", "ils", "elles", "él", "ella",
    "ellos", "ele", "ela",
    "lui", "lei", "hij", "zij", "ze", "он", "она", "они", "他", "她", "그", "그녀", "彼", "彼女", "dia",
    "він", "вона", "той", "тя", "han", "hun", "hon", "hän", "acesta", "aceasta",
    "ông", "bà", "ő", "on", "ona",
    "وی", "او", "הוא", "היא", "αυτός", "αυτή", "beliau",
})  # fmt: skip
SINGULAR = PRONOUNS - {"they", "it", "we", "ils", "elles", "ellos", "они"}
_CAP = r"(?<!\w)[^\W\d_a-zß-ÿа-яёіїєґά-ώłśżźćńęąőűěščřžůďťňışğțșă][^\W\d_]*+(?:['’-][^\W\d_]++)*+\.?+"
_PARTICLE = r"(?:de|da|do|dos|di|del|della|der|den|van|von|bin|al|la|le|el|ter|ten|zu)"
# A person's name: at least two capitalized words.
_NAME = re.compile(rf"{_CAP}(?:\s(?:{_PARTICLE}\s){{0,2}}{_CAP}){{1,5}}")
_ENGLISH_PREPOSITION = re.compile(r"\b(?:of|in|at|by|to|for|from|with|against|near|over)\s(?:the\s)?\Z")
_PREPOSITION = re.compile(
    r"\b(?:von|in|im|bei|aus|mit|zu|de|du|des|à|au|del|en|con|di|da|do|a"
    r"|van|met|bij|в|на|с|из|о)\s(?:the\s|la\s|le\s|el\s)?(?:[A-Z][a-z]+\s)?\Z"
)
# Words in names of places and bodies: these are not people.
_NO_PEOPLE = frozenset({
    "New", "San", "Los", "Las", "Saint", "St", "St.", "North", "South", "East", "West", "United",
    "White", "Supreme", "High",
    "Wall", "Hong", "Corp", "Corp.", "Inc", "Inc.", "Ltd", "Ltd.", "Co.", "Group", "Bank", "House",
    "Party", "City",
    "Street", "Police", "Department", "University", "Times", "Post", "Court", "Council",
    "Ministry", "Union", "States",
    "Kingdom", "Korea", "Zealand", "Africa", "Arabia", "Committee", "Commission", "Agency",
    "Airport", "Hospital", "Park",
    "League", "Cup", "Association", "Office", "County", "River", "Lake", "Mount", "Prize",
    "National", "European",
})  # fmt: skip
_APPOSED = re.compile(r"(?:The|A|An|Her|His|Der|Die|Le|La|El|O|Il|De)\s[^\s,]+(?:\s[^\s,]+){0,4},\s\Z")
# A clause without a person before the subject: Asked about the vote, Nadia Orr smiled.
_ASKED = re.compile(
    r"(?:Asked|Questioned|Speaking|Reached|Pressed|Contacted|Standing|Sitting|Outside|Wearing|Looking"
    r"|Holding)\b[^,;:]{0,60},\s"
)
_OPENERS = frozenset({
    "The", "A", "An", "In", "On", "At", "But", "And", "When", "After", "Before", "Der", "Die",
    "Das", "Le", "La", "Les",
    "El", "Los", "O", "Il", "Lo", "De", "Het", "Un", "Une", "Una", "Ein", "Eine", "L",
})  # fmt: skip
# Words that end a title before a name, by their endings: Pflegedirektorin, Innenminister.
_GERMAN_TITLE = re.compile(
    r"(?:minister|sprecher|chef|direktor|anwalt|anwält|leiter|präsident|trainer|meister|führer|forscher"
    r"|expert|ökonom"
    r"|professor|kanzler|politiker|vorsitzende|richter|autor|ärzt|arzt|wirt|psycholog|lehrer|rektor"
    r"|kommissar|admiral"
    r"|general|bischof|pfarrer|manager|sekretär|präfekt|landrat|rat|abgeordnete|senator|experte|kapitän"
    r"|inspektor"
    r"|kolleg|schwimmer|förster|turner|läufer|spieler|züchter|besitzer|betreiber"
    r"|küster|verteidiger|schäfer|bäcker|winzer|fischer|förderer|tischler|decker|maurer|maler|schreiner"
    r"|metzger|friseur|kellner|koch|köch|apotheker|camper|zeuge|bewohner|nachbar|mieter"
    r"|biolog|historiker|physiker|virolog|analyst|händler|bauer|gärtner|fahrer|schüler|student|beauftragte)"
    r"(?:in|innen|r|n)?\Z",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?…。])[\"”’»“」]?\s+|\n+")
_QUOTED = re.compile(r"[\"“„«»”‘][^\"“”„«»\n]{0,600}[\"”“»«’]")


def resolve_pronoun(pronoun: str, before: str, last: str | None, lang: str) -> str | None:
    """Returns the person that a pronoun before or after a quote means, or None if that is uncertain.

    `before` is the text before the quote; `last` is the previous quote's speaker if nobody is named since.
    The pronoun itself is returned if no person is named before it.
    """
    if lang == "ko":
        return korean_subject(before)
    if pronoun in SINGULAR and last and last.lower() not in PRONOUNS:
        return last
    plain = _QUOTED.sub(" ", before)
    if pronoun == "it" and lang in {"en", ""}:
        return body_subject(_SENTENCE.split(plain.strip())[-1])
    if not _NAME.search(plain):
        return pronoun if lang not in {"zh", "ja"} else subject_cjk(before, lang)
    return _subject(plain, lang, pronoun) if pronoun in SINGULAR else None


def names_person(text: str) -> bool:
    """Whether a text names somebody with at least two capitalized words."""
    return bool(_NAME.search(text))


def _subject(plain: str, lang: str, pronoun: str) -> str | None:
    """Returns the person that the last sentence is about, or the other one if only that fits the pronoun."""
    sentences = [one.strip() for one in _SENTENCE.split(plain) if one.strip()]
    for sentence in reversed(sentences[-2:]):
        names = [found for found in _NAME.finditer(sentence) if _bare_words(found[0])]
        place = _ENGLISH_PREPOSITION if lang == "en" else _PREPOSITION
        others = [one for one in names if not place.search(sentence[: one.start()])]
        if not names:
            continue
        opening = sentence[: others[0].start()] if others else ""
        opens = (
            _APPOSED.fullmatch(opening)
            or _ASKED.fullmatch(opening)
            or (not re.search(r"[,;:]|\band\b", opening) and len(opening.split()) <= 4)
        )
        if len(others) == 2 and is_other_person(pronoun, sentence[others[0].end() : others[1].start()]):
            others = others[1:]
        elif len(others) != 1 or not opens:
            return None
        return strip_role(strip_title(" ".join(_bare_words(others[0][0])))[0])
    return None


def _bare_words(name: str) -> list[str]:
    words = name.split()
    while words and (words[0] in _OPENERS or (len(words) > 2 and _is_role(words[0]))):
        words = words[1:]
    return words if len(words) > 1 and not _NO_PEOPLE.intersection(words) else []


_ROLES = frozenset({
    "Judge", "Architect", "Sculptor", "Nurse", "Coach", "Mayor", "President", "Minister",
    "Professor", "Chef", "Doctor",
    "Captain", "Farmer", "Baker", "Pilot", "Teacher", "Lawyer", "Engineer", "Author", "Singer",
    "Actor", "Actress",
    "Senator", "Governor", "Director", "Artist", "Painter", "Writer", "Poet", "Historian",
    "Biologist", "Scientist",
    "Мэр", "Губернатор", "Министр", "Президент", "Депутат", "Глава", "Премьер", "Тренер",
    "Адвокат", "Режиссер",
    "Lawyers", "Officer", "Detective", "Midwife", "Surgeon", "Dr", "Dr.", "Prof", "Prof.", "Mr",
    "Mr.", "Mrs", "Mrs.",
    "Ms", "Ms.", "Economist", "Analyst", "Striker", "Goalkeeper", "Manager", "Fisherman",
    "Photographer", "Musician",
})  # fmt: skip


# Occupations before a name in English, by their endings: Zookeeper Ann Boyd
_ENGLISH_ROLE = re.compile(
    r"(?:keeper|maker|farmer|worker|driver|owner|player|grower|breeder|teacher|trainer|builder|seller"
    r"|dresser|designer"
    r"|ranger|skipper|brewer|butcher|camper|ringer|monger|leader|runner|swimmer|climber|diver|dealer"
    r"|lawyer|founder"
    r"|organi[sz]er|employee|[a-z]{3,}ist|naut|[a-z]wright|(?:fisher|sports|police|fire|business|crafts"
    r"|chair|spokes|boat|camera)(?:wo)?man|widow|pupil|student|tenant|resident|volunteer|neighbou?r"
    r"|grandmother|grandfather|mother|activist|counsell?or|curator|conductor|sailor|tailor|doctor|MP"
    r"|MEP|Cllr|QC|KC)s?\Z",
    re.IGNORECASE,
)


def _without_role(speaker: str) -> str:
    """Returns an English speaker without an occupation before both names."""
    words = speaker.split()
    while (
        len(words) > 2 and words[1][0].isupper() and _is_english_role(words[0]) and not _NO_PEOPLE & {*words}
    ):
        words = words[1:]
    return " ".join(words)


def _is_english_role(word: str) -> bool:
    return word[0].isupper() and (word in _ROLES or bool(_ENGLISH_ROLE.search(word)))


def _is_role(word: str) -> bool:
    return word in _ROLES or bool(_GERMAN_TITLE.search(word) or re.match(r"L['’][a-zà-ÿ]", word))


def strip_role(speaker: str) -> str:
    """Returns a speaker of a European language without the title before a full name: "le ministre A. B."."""
    words = speaker.split(" ")
    names = [found for found in _NAME.finditer(speaker) if found.end() == len(speaker)]
    if not names:
        return speaker
    lead = speaker[: names[0].start()].split()
    if lead and ((len(lead) > 1 and lead[-1].lower() in _LINKS) or not lead[-1][0].isalpha()):
        return speaker
    kept = names[0][0].split() if lead else words
    while len(kept) > 2 and (_is_role(kept[0]) or kept[0] in _OPENERS):
        kept = kept[1:]
    return " ".join(kept)


_LINKS = frozenset({
    "de", "du", "des", "del", "da", "do", "dos", "di", "della", "von", "van", "of", "der", "die",
    "das", "the", "und",
    "and", "et", "y", "e", "en", "la", "le", "el", "les", "los", "l'", "für", "para", "pour", "per", "voor",
})  # fmt: skip


# A name before an occupation: Kiss Éva szomszéd
_HUNGARIAN_LED = re.compile(rf"(?P<name>{_CAP}(?:\s{_CAP}){{1,2}})(?:\s[a-záéíóöőúüű-]+){{1,4}}\Z")


def plain_name(speaker: str, before: str, lang: str) -> str | None:
    """Returns a speaker as its bare name, without title; None for a person who is not named.

    A surname is joined to the full name before it.
    """
    if lang == "hi":
        return hindi_name(speaker)
    if lang in {"zh", "ja"}:
        return plain_name_cjk(speaker, before, lang)
    if lang == "hu" and (named := _HUNGARIAN_LED.match(speaker)):
        speaker = named["name"]
    if lang in WORDS:
        return strip_role(full_name(strip_role(speaker), before))
    return body_named(speaker, before) or _without_role(full_name(speaker, before))
