"""Finds agency names, datelines and take marks of wire texts.

A mention in running text ("told AFP", "Reuters reported") never counts as a dateline: every form is anchored
to the start of the text, or requires both a date and an agency.
"""

import re
from dataclasses import dataclass, replace

from worker.agencies.correction_notes import find_opening_note
from worker.agencies.forms import (
    DATED,
    EDITORS_NOTE,
    LATE_DATELINE,
    OPENING,
    PLACE_DATELINES,
    PLACE_ENDERS,
    PLACE_OPENERS,
    PLACES_WITH_ARTICLE,
    TAKES,
)
from worker.agencies.head_datelines import agency_forms_for
from worker.agencies.lazy_pattern import LazyPattern
from worker.agencies.names import NAMES
from worker.agencies.naming import agency_id_of
from worker.agencies.other_names import is_other_name

HEAD_CHARS = 400  # only the start of a text is searched for a dateline
TITLE_CHARS = 400
MOST_TAKES = 3  # marks of one title
STAND_IN = "Yonhap"  # a name that all forms of datelines take
MIN_SPELLED = 3  # fewer letters appear in order in a place name by chance
PLACE_CHARS = 20  # of one word
STORY_MARKS = {"correction": "corrected", "withdrawal": "withdrawn"}  # by the kind of take of a headline
PLACE_WORDS = 3  # limit for a place without date or comma that is not all capitals

# Names of places with a small word between hyphens, whose initials mean nothing: PORT-AU-PRINCE (AP)
_LINKED_PLACE = re.compile(
    r"[^\W\d_]+(?:-[^\W\d_]+){0,2}-(?:aux?|de|du|des|la|le|les|en|sur|sous|am|an|der|upon|on|in|el|al)"
    r"(?:-[^\W\d_]+){1,3}(?:,.*)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Dateline:
    """The place and date of filing that a text states; `start` and `end` are offsets in the text."""

    place: str
    date: str  # as written
    agency_id: str | None
    agency: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Take:
    """A later edition of a wire text; `kind` is lead, update, correction or withdrawal.

    `start` and `end` are the mark's offsets in the title, both 0 if the mark was in the text.
    """

    kind: str
    number: int
    mark: str
    start: int = 0
    end: int = 0


def find_dateline(text: str) -> Dateline | None:
    """Returns the dateline at the start of a text, after take marks and byline, or None."""
    head = text[:HEAD_CHARS]
    opening = OPENING.match(head)
    at = opening.end() if opening else 0
    for pattern in _forms_for(head, at):
        found = pattern.match(head, at)
        if found is None:
            continue
        parts = found.groupdict()
        name = parts.get("agency") or parts.get("agency2") or ""
        place = (parts.get("place") or "").strip()
        if not place and _is_spelled(name, head[found.end() :]):
            continue
        if parts.get("date") or not (
            name in DATED
            or _is_abbreviation(name, place)
            or _is_phrase(place)
            or (name and is_other_name(name, place, head))
        ):
            return _dateline(found)
    return None


def _forms_for(head: str, at: int) -> tuple[LazyPattern, ...]:
    """Returns the forms that may match the start of a text at an offset."""
    return (*agency_forms_for(head, at), *PLACE_DATELINES)


def find_late_dateline(text: str) -> Dateline | None:
    """Returns the dateline (with date and agency) that follows a headline merged into the text, or None."""
    found = LATE_DATELINE.search(text[:HEAD_CHARS])
    return _dateline(found) if found else None


def read_dateline(text: str, *agencies: str | None) -> Dateline | None:
    """Returns the dateline at the start of a text, or after a headline merged into it, or None.

    `agencies` are the names of those whose text it may be, which need not be known here.
    """
    found = find_dateline(text) or find_late_dateline(text)
    if found and found.agency:
        return found
    names = (name for name in agencies if name and name in text[:HEAD_CHARS] and not agency_id_of(name))
    return next(filter(None, (_own_dateline(text, name) for name in names)), found)


def _own_dateline(text: str, own: str) -> Dateline | None:
    """The dateline with an agency that has no forms here: read with a known name in its place."""
    named = re.search(rf"(?<!\w){re.escape(own)}(?!\w)", text[:HEAD_CHARS])
    if named is None:
        return None
    found = find_dateline(f"{text[: named.start()]}{STAND_IN}{text[named.end() :]}")
    if found is None or found.agency is None or not found.start <= named.start() < found.end:
        return None
    return replace(found, agency_id=None, agency=own, end=found.end + len(named[0]) - len(STAND_IN))


def _dateline(found: re.Match[str]) -> Dateline:
    parts = found.groupdict()
    name = parts.get("agency") or parts.get("agency2") or ""
    named = next((key.removeprefix("id_") for key in parts if key.startswith("id_")), None)
    ident, display = _named(name if agency_id_of(name) else name.rpartition("/")[2])  # relayed: AP/뉴시스
    ident, display = (named, NAMES[named][0]) if named else (ident, display)
    place, date = (parts.get("place") or "").strip(), parts.get("date") or ""
    return Dateline(place, date, ident, display, found.start(), found.end())


def find_take(title: str, text: str) -> Take | None:
    """Returns the take mark in a title, or or in the note with which the text begins, or None."""
    title = title[:TITLE_CHARS]
    for kind, pattern in TAKES:
        found = pattern.search(title)
        if found:
            number = next((int(value) for value in found.groupdict().values() if value), 1)
            return Take(kind, number, found.group().strip(), found.start(), found.end())
    note = EDITORS_NOTE.match(text[:HEAD_CHARS])
    if note:
        kind = "correction" if "correct" in note["what"].lower() else "update"
        return Take(kind, 1, note.group().strip())
    corrected = find_opening_note(text[:HEAD_CHARS])
    return Take("correction", 1, corrected) if corrected else None


def without_takes(title: str) -> str:
    """A title without its take marks: a notice has its own and that of its text ("WITHDRAWN: UPDATE 1-…")."""
    for _ in range(MOST_TAKES):
        take = find_take(title, "")
        if take is None:
            break
        title = f"{title[: take.start]} {title[take.end :]}".strip()
    return title


def _named(name: str) -> tuple[str | None, str | None]:
    ident = agency_id_of(name)
    return ident, NAMES[ident][0] if ident else None


def _is_abbreviation(name: str, place: str) -> bool:
    """Whether the bracketed name abbreviates the words before it: "Acute Flaccid Paralysis (AFP)"."""
    if _LINKED_PLACE.fullmatch(place):
        return False
    words = [word for word in re.split(r"[\s\-/]+", place.casefold()) if word]
    short, initials = name.casefold(), "".join(word[0] for word in words)
    capitals = "".join(word[0] for word in re.split(r"[\s\-/]+", place) if word[:1].isupper()).casefold()
    if len(short) > 1 and (initials.endswith(short) or capitals.endswith(short)):
        return True
    if len(short) < MIN_SPELLED or len(words) < 2:
        return False
    return (len(capitals) > 1 and short.endswith(capitals)) or _spells(short, place.casefold())


def _is_spelled(name: str, after: str) -> bool:
    """Whether the words after an abbreviation spell it: "AFP - Australian Federal Police"."""
    words = re.findall(r"[^\W\d_]+", after[: 20 * len(name)])[: len(name)]
    return len(name) > 1 and "".join(word[0] for word in words).casefold() == name.casefold()


def _spells(short: str, place: str) -> bool:
    """Whether a place name contains the letters of an abbreviation in order, starting with its first."""
    letters = iter(place)
    return short[0] == place[0] and all(letter in letters for letter in short)


def _is_phrase(place: str) -> bool:
    """Whether the words before the brackets are too long for a place: "Sistema Privado de Pensiones"."""
    words = place.partition(" (")[0].split()
    is_place = place.isupper() or "," in place or not words or words[0] in PLACE_OPENERS
    names = [word for word in words if word[0].isupper()]
    if words[:1] == ["The"] and words[1:2] and words[1] not in PLACES_WITH_ARTICLE:
        return True  # The Princess Royal (PA)
    if max(map(len, re.split(r"[\W_]+", place))) > PLACE_CHARS:
        return True
    is_long = len(words) > PLACE_WORDS and len(names) >= PLACE_WORDS
    return is_long and not is_place and words[-1] not in PLACE_ENDERS


def marked_title(title: str, mark: str) -> str:
    """A headline with the mark of its story ("WITHDRAWN: …"), which replaces that of a correction, before it.

    A headline that has the mark of its story itself stays as it is.
    """
    take = find_take(title, "") if mark else None
    if take is not None and STORY_MARKS.get(take.kind) == mark:
        return title
    if take is not None and take.kind == "correction":  # no "RESTORED: CORRECTED-…"
        title = f"{title[: take.start]}{title[take.end :]}"
    return f"{mark.upper()}: {title}" if mark else title
