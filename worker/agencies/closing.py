"""Closing lines: which agency made a text, or helped with it, as its last lines say.

A mention in running text is not a credit: every form is anchored to a line of its own, to the end of a line
after a full sentence, or to a mark of rights. Captions and pictures' lines are not read.
"""

import re
from dataclasses import dataclass

from worker.agencies import credit_forms as forms
from worker.agencies.forms import NAMES
from worker.agencies.marks import agency_id_of

TAIL_CHARS = 1_600  # where a credit line may be
CLOSING_LINES = 6
LINE_CHARS = 600  # of a line that are read
OWN_LINE_CHARS = 300  # a longer line is a paragraph that holds the credit
_SENTENCE_END = re.compile(r"[.!?。…다][\"'”’」)\]]?\s{0,3}$")


@dataclass(frozen=True, slots=True)
class Credit:
    """What a closing line says of an agency; offsets are those of the text that was read.

    `kind` is credit, contributor (it helped) or desk (people of an agency that is not named).
    `form` is closing, copyright or contributor: which table of forms matched.
    """

    kind: str
    agency_id: str | None
    form: str
    text: str  # the words that say so
    start: int
    end: int

    @property
    def agency(self) -> str | None:
        """The agency's display name; None when it helped only, or is not named."""
        return NAMES[self.agency_id][0] if self.kind == "credit" and self.agency_id in NAMES else None


def read_closing_line(line: str) -> Credit | None:
    """Returns what one closing line says, or None; the credit before rights, rights before helpers."""
    line = line[:LINE_CHARS]
    return read_closing(line) or read_rights(line) or read_helper(line) or _read_desk(line)


def read_closing(line: str) -> Credit | None:
    """Returns the credit of a closing line that names the maker of the text, or None."""
    for ident, pattern in forms.CLOSINGS:
        found = pattern.search(line)
        if found and not forms.PHOTO_WORD.search(found[0]):
            return Credit("credit", ident or agency_in(found), "closing", found[0], *found.span())
    return None


def read_rights(line: str) -> Credit | None:
    """Returns the credit of a line that names the holder of the rights, or None."""
    for pattern in forms.RIGHTS:
        found = pattern.search(line)
        before = re.split(r"[\]>]", line[: found.start()])[-1] if found else ""
        if found and not forms.PHOTO_WORD.search(f"{before}{found[0]}"):
            return Credit("credit", agency_in(found), "copyright", found[0], *found.span())
    return None


def read_helper(line: str) -> Credit | None:
    """Returns whom a closing line or a byline names as a helper, or None."""
    whole = (0, len(line))
    for pattern in forms.HELPERS:
        if found := pattern.search(line):
            return Credit("contributor", agency_in(found), "contributor", line, *whole)
    if found := forms.AGENCY_LIST.fullmatch(line.strip("()[] ")):
        return Credit("contributor", agency_in(found), "contributor", line, *whole)
    if forms.HELPERS_UNNAMED.search(line) or any(p.fullmatch(line) for p in forms.CONTRIBUTOR_LINES):
        return Credit("contributor", None, "contributor", line, *whole)
    return None


def find_credit_line(text: str) -> Credit | None:
    """Returns the last closing line of a text that names an agency, a helper or a desk, or None.

    `start` and `end` enclose what is not part of the article: the whole line, or the mark at its end.
    """
    tail = max(0, len(text) - TAIL_CHARS)
    for line in reversed(list(re.finditer(r"[^\n]+", text[tail:]))[-CLOSING_LINES:]):
        words = forms.ENDING.sub("", line[0].strip())
        found = read_closing_line(words)
        if found:
            at = tail + line.start() + len(line[0]) - len(line[0].lstrip())
            start, end = _extent(words, found)
            end = len(line[0].strip()) if end == len(words) else end
            return Credit(found.kind, found.agency_id, found.form, found.text, at + start, at + end)
    return None


def _extent(line: str, found: Credit) -> tuple[int, int]:
    """The part of a line that is taken off: from a mark after a full sentence on, else the whole line."""
    if found.form == "closing" and _SENTENCE_END.search(line[: found.start]):
        return found.start, len(line)
    return (0, len(line)) if len(line) <= OWN_LINE_CHARS else (found.start, found.end)


def _read_desk(line: str) -> Credit | None:
    if any(pattern.fullmatch(line) for pattern in forms.DESK_LINES):
        return Credit("desk", None, "closing", line, 0, len(line))
    return None


def agency_in(found: re.Match[str]) -> str | None:
    """Returns the id of the agency that a form's groups name, or None."""
    parts = found.groupdict()
    named = (parts[name] for name in ("agency", "agency2", "agency3", "agency4") if parts.get(name))
    return agency_id_of(next(named, ""))
