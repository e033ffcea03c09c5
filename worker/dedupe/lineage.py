"""Trace what an outlet changed in a text: its edits against the lead, in an editor's terms."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from worker.agencies.correction_notes import is_refile, is_request, split_note
from worker.agencies.correction_notices import is_notice
from worker.agencies.marks import find_take, without_takes
from worker.dedupe.comparable_text import extract_bodies
from worker.dedupe.text import NUMBER, split_paragraphs
from worker.dedupe.wording import classify_paragraphs, compare_texts, count_words, find_stretches, key_of
from worker.records import Document

OPENING_CHARS = 60


@dataclass(frozen=True, slots=True)
class Edits:
    """What an outlet changed against the lead, not counting furniture.

    Words are characters in scripts without spaces. `title` is its own headline, "" if it is the lead's.
    `where` is the position of the cut paragraphs: "the end", "the start", "both ends", "the middle",
    "several places", or "" if none or all were cut. `changed` is the number of words cut, inserted or
    replaced within paragraphs that were kept.
    """

    title: str
    words: int
    lead_words: int
    paragraphs: int  # of the lead
    cut: int
    where: str
    moved: int
    added: int
    added_words: int
    opening: str  # of the first paragraph added
    changed: int

    @property
    def is_verbatim(self) -> bool:
        """Whether the text equals the lead's, word for word."""
        return not (self.cut or self.moved or self.added or self.changed)


def pick_bases(
    lead: int, articles: Iterable[int], takes: Collection[int], links: Iterable[tuple[int, int, float]]
) -> dict[int, int]:
    """Return what each article of a story is compared with: its most similar agency take, else the lead.

    This way changes that an agency made in a later take are not attributed to the outlets that ran it.
    `takes` are the agency's own articles; links are (article, other, similarity).
    """
    bases = dict.fromkeys(articles, lead)
    most: dict[int, float] = {}
    for one, other, share in links:
        for article, take in ((one, other), (other, one)):
            if take not in takes or article in takes or article == lead:
                continue
            if (share, take == lead) > (most.get(article, 0.0), False):
                most[article], bases[article] = share, take
    return bases


def trace_edits(
    lead: Document, copy: Document, lead_furniture: Collection[int] = (), furniture: Collection[int] = ()
) -> Edits:
    """Return what a copy changed against its lead; furniture of each source as in `strip_furniture`."""
    bodies = extract_bodies(lead.text, copy.text, lead_furniture, furniture)
    before, after = (body.paragraphs for body in bodies)
    stretches = list(find_stretches(before, after))
    changes = classify_paragraphs(before, after, stretches)
    added = changes.added
    return Edits(
        title="" if _plain_title(lead) == _plain_title(copy) else copy.title,
        words=sum(stretch.b.count() for stretch in stretches),
        lead_words=sum(stretch.a.count() for stretch in stretches),
        paragraphs=len(before),
        cut=len(changes.cut),
        where=_where(changes.cut, len(before)),
        moved=changes.moved.total(),
        added=len(added),
        added_words=sum(count_words(after[n]) for n in added),
        opening=_opening(after[added[0]]) if added else "",
        changed=sum(part.changed for part in stretches),
    )


def changed_numbers(old: str, new: str) -> list[tuple[str, str]]:
    """Return the numbers replaced between two texts as (new, old), in order."""
    found: list[tuple[str, str]] = []
    for passage in compare_texts(old, new).passages:
        for cut, added in pairwise(passage.spans):
            if (cut.kind, added.kind) == ("cut", "added"):
                before, after = NUMBER.findall(cut.text), NUMBER.findall(added.text)
                found += zip(after, before, strict=True) if len(before) == len(after) else ()
    return [(now, was) for now, was in found if now != was]


@dataclass(frozen=True, slots=True)
class Correction:
    """How a text says that it was corrected: `known_from` is headline or text, `note` is from the text."""

    known_from: str
    note: str = ""


def read_correction(old: Document, new: Document) -> Correction | None:
    """Return how an edit says that it corrects, or None.

    Its headline or its note to editors is marked, for the first time or over another headline or text; or
    there is a new note of correction. That such a note is gone corrects nothing.
    """
    known = _notes_of(old.text)
    note = next((note for key, note in _notes_of(new.text).items() if key not in known), "")
    take = find_take(new.title, new.text)
    if take and take.kind == "correction" and not (is_marked(old) and _is_same(old, new)):
        is_titled = take.end > 0
        return Correction("headline" if is_titled else "text", note or ("" if is_titled else take.mark))
    return Correction("text", note) if note else None


def is_repeated(correction: Correction, new: Document, earlier: Iterable[Document]) -> bool:
    """Return whether an earlier state of a text had the same correction: a feed went back to it."""
    note = key_of(correction.note)
    if note:
        return any(note in _notes_of(state.text) for state in earlier)
    return any(is_marked(state) and _is_same(state, new) for state in earlier)


def read_note(text: str) -> str:
    """Return the first note of a correction in a text, or an empty string."""
    return next(iter(_notes_of(text).values()), "")


def _notes_of(text: str) -> dict[str, str]:
    """Return the notes of a text that report corrections, by their normalized forms, in order."""
    found: dict[str, str] = {}
    for paragraph in split_paragraphs(text):
        note = split_note(paragraph)[0] or (paragraph if is_notice(paragraph) else "")
        if note and not is_request(note) and not is_refile(note):
            found.setdefault(key_of(note), note)
    return found


def is_marked(document: Document, kind: str = "correction") -> bool:
    """Return whether the headline or the note to editors has a mark of this kind now."""
    take = find_take(document.title, document.text)
    return take is not None and take.kind == kind


def _is_same(old: Document, new: Document) -> bool:
    """Return whether two states have the same words, apart from marks and notes of correction."""
    return _plain_title(old) == _plain_title(new) and _plain_text(old) == _plain_text(new)


def _plain_text(document: Document) -> list[str]:
    """Return the normalized paragraphs of a text without its notes of correction."""
    left = (split_note(paragraph)[1] for paragraph in split_paragraphs(document.text))
    return [key_of(paragraph) for paragraph in left if paragraph and not is_notice(paragraph)]


def _plain_title(document: Document) -> str:
    """Return the normalized title without its take marks."""
    return key_of(without_takes(document.title))


def _where(cut: Sequence[int], count: int) -> str:
    if not cut or len(cut) == count:
        return ""
    head = next((n for n, at in enumerate(cut) if n != at), len(cut))
    tail = next((n for n, at in enumerate(reversed(cut)) if count - 1 - n != at), len(cut))
    if head + tail == len(cut):
        return "both ends" if head and tail else "the start" if head else "the end"
    return "the middle" if not head + tail and cut[-1] - cut[0] == len(cut) - 1 else "several places"


def _opening(paragraph: str) -> str:
    """Return the first words of a paragraph, at most OPENING_CHARS characters."""
    if len(paragraph) <= OPENING_CHARS:
        return paragraph
    head, space, _ = paragraph[: OPENING_CHARS + 1].rpartition(" ")
    return f"{head if space else paragraph[:OPENING_CHARS]}…"
