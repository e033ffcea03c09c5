"""Closing credit lines: which agency wrote a text, or contributed to it, according to its last lines.

A mention in running text is not a credit: every form is anchored to a line of its own, to the end of a line
after a full sentence, or to a copyright mark. Photo captions and photo credits are ignored.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from worker.agencies import closing_forms, helper_forms
from worker.agencies import credit_forms as forms
from worker.agencies.credit_hints import may_credit
from worker.agencies.names import NAMES
from worker.agencies.naming import agency_id_of
from worker.agencies.picture_forms import PHOTO_WORD, PICTURE_LINE

TAIL_CHARS = 1_600  # only the end of a text is searched for a credit line
CLOSING_LINES = 6
LINE_CHARS = 600  # the rest of a longer line is ignored
OWN_LINE_CHARS = 300  # a longer line is a paragraph that contains the credit
_PICTURED_BY = re.compile(r"\s?/\s?[A-Z][\w.'’-]+\s[A-Z]")  # the photographer after a copyright mark
KEPT_LINES = 1_000  # credits that were read last; outlets print the same line below many texts
SIGNED_CHARS = 100  # what follows a credit is not longer
PROSE_BYTES = 55  # a shorter line below a credit is furniture
_SENTENCE_END = re.compile(r"[.!?。…다।۔؟][\"'”’」)\]]?\s{0,3}$")


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit found in a closing line; offsets refer to the text that was passed in.

    `kind` is credit, contributor (the agency helped) or desk (staff names without an agency).
    `form` is closing, copyright or contributor: the table of forms that matched.
    """

    kind: str
    agency_id: str | None
    form: str
    text: str  # the matched words
    start: int
    end: int

    @property
    def agency(self) -> str | None:
        """The display name of the credited agency; None for contributors and unnamed agencies."""
        return NAMES[self.agency_id][0] if self.kind == "credit" and self.agency_id in NAMES else None


def is_caption(lines: Sequence[str], number: int) -> bool:
    """Whether a line is what remains of a picture's caption: names of agencies between two paragraphs."""
    bare = lines[number].strip("()[]（）【】<>〔〕/—–-©. ")
    if not (forms.AGENCY_ALONE.fullmatch(bare) or forms.AGENCY_LIST.fullmatch(bare)):
        return False
    return any(map(_is_prose, lines[:number])) and any(map(_is_prose, lines[number + 1 :]))


def _is_prose(line: str) -> bool:
    return len(line.encode()) >= PROSE_BYTES and _SENTENCE_END.search(line) is not None


def read_closing_line(line: str) -> Credit | None:
    """Returns the credit in one closing line, or None: the author, else the rights holder, else helpers."""
    line = line[:LINE_CHARS]
    return _read_crediting(line) if may_credit(line) else None


@lru_cache(maxsize=KEPT_LINES)
def _read_crediting(line: str) -> Credit | None:
    return read_closing(line) or read_rights(line) or read_helper(line) or _read_desk(line)


def read_closing(line: str) -> Credit | None:
    """Returns the credit if a closing line names the agency that wrote the text, or None."""
    if PICTURE_LINE.match(line):
        return None
    for ident, pattern in closing_forms.CLOSINGS:
        found = pattern.search(line)
        if found and not PHOTO_WORD.search(found[0]) and not _is_spelled_out(found):
            return Credit("credit", ident or agency_in(found), "closing", found[0], *found.span())
    return None


def _is_spelled_out(found: re.Match[str]) -> bool:
    """Whether the writer's name before brackets is what they abbreviate: Australian Federal Police (AFP)."""
    words = (found.groupdict().get("writer") or "").split()
    initials = "".join(word[0] for word in words).casefold()
    return bool(words) and found["agency"].casefold() in {initials, initials[1:]}


def read_rights(line: str) -> Credit | None:
    """Returns the credit if a line names the copyright holder, or None."""
    if PICTURE_LINE.match(line):
        return None
    for pattern in closing_forms.RIGHTS:
        found = pattern.search(line)
        before = re.split(r"[\]>]", line[: found.start()])[-1] if found else ""
        after = line[found.end() :] if found else ""
        if found and not PHOTO_WORD.search(f"{before}{found[0]}") and not _PICTURED_BY.match(after):
            return Credit("credit", agency_in(found), "copyright", found[0], *found.span())
    return None


def read_helper(line: str) -> Credit | None:
    """Returns the contributor that a closing line or a byline names, or None."""
    if PICTURE_LINE.match(line):
        return None
    whole = (0, len(line))
    for pattern in (*helper_forms.HELPERS, helper_forms.LISTED, helper_forms.SLASHED):
        if found := pattern.search(line):
            start = found.start() + 1 if _SENTENCE_END.search(line[: found.start() + 1]) else 0
            return Credit("contributor", agency_in(found), "contributor", line[start:], start, len(line))
    bare = line.strip("()[] ")
    if found := forms.AGENCY_LIST.fullmatch(bare) or forms.SHARED_LINE.fullmatch(bare):
        return Credit("contributor", agency_in(found), "contributor", line, *whole)
    if helper_forms.HELPERS_UNNAMED.search(line) or any(
        p.fullmatch(line) for p in closing_forms.CONTRIBUTOR_LINES
    ):
        return Credit("contributor", None, "contributor", line, *whole)
    return None


def find_credit_line(text: str) -> Credit | None:
    """Returns the last closing credit of a text (agency, contributor or desk), or None.

    `start` and `end` enclose the characters to remove: the whole line, or only the mark at its end.
    """
    tail = max(0, len(text) - TAIL_CHARS)
    lines = list(re.finditer(r"[^\n]+", text[tail:]))
    plain = [line[0].strip() for line in lines]
    for number in reversed(range(max(0, len(lines) - CLOSING_LINES), len(lines))):
        line, words = lines[number], drop_ending(plain[number])
        found = read_closing_line(words)
        if found and not is_caption(plain, number):
            at = tail + line.start() + len(line[0]) - len(line[0].lstrip())
            start, end = _extent(words, found)
            end = len(line[0].strip()) if end == len(words) else end
            return Credit(found.kind, found.agency_id, found.form, found.text, at + start, at + end)
    return None


def drop_ending(line: str) -> str:
    """Returns a line without what may follow a credit: "(END)", "(www.nannews.ng)", "ako/ mok/"."""
    kept, end = line[:-SIGNED_CHARS], line[-SIGNED_CHARS:]
    end = closing_forms.SIGNED.sub("", end)
    line = f"{kept}{end}"
    return closing_forms.ENDING.sub("", line) if line.rstrip().endswith((")", "）")) else line


def _extent(line: str, found: Credit) -> tuple[int, int]:
    """Returns the span to remove: from the mark on if it follows a full sentence, else the whole line."""
    if found.form != "copyright" and found.start and _SENTENCE_END.search(line[: found.start]):
        return found.start, len(line)
    return (0, len(line)) if len(line) <= OWN_LINE_CHARS else (found.start, found.end)


def _read_desk(line: str) -> Credit | None:
    if any(pattern.fullmatch(line) for pattern in closing_forms.DESK_LINES):
        return Credit("desk", None, "closing", line, 0, len(line))
    return None


def agency_in(found: re.Match[str]) -> str | None:
    """Returns the id of the agency that the groups of a matched form name, or None."""
    parts = found.groupdict()
    named = (
        parts[name] for name in ("agency", "agency2", "agency3", "agency4", "agency5") if parts.get(name)
    )
    return agency_id_of(next(named, ""))
