"""What an outlet made of a text: its edits against the lead, told as an editor would tell them."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from worker.agencies import find_credit_line, find_take
from worker.dedupe.furniture import strip_furniture
from worker.dedupe.text import split_paragraphs
from worker.dedupe.wording import Stretch, Units, count_words, find_stretches, key_of
from worker.records import Document

LEFT_SHARE = 0.25  # a paragraph of which no more words are left was cut; one with no more of the lead, added
OPENING_CHARS = 60
_END_MARK = re.compile(r"[(（\[【][^)）\]】]{1,24}[)）\]】]|-?\s?(?:30|0)\s?-?")  # "(END)", "(끝)", "-30-"
# How outlets begin the paragraph that says what they corrected (style guides of newspapers).
_CORRECTING = re.compile(
    r"\W{0,3}(?:"
    r"(?:corrections?|corrected|clarification|korrektur|berichtigung|rectificati(?:f|on)|correcci[óo]n"
    r"|fe de erratas|rettifica)(?:\s?\([^)]{1,40}\))?\s?[:：—–-]"
    r"|editor['’]?s note.{0,80}correct"
    r"|(?:an earlier|a previous|this) (?:version|story|article|report|headline)\b.{0,80}"
    r"(?:misstated|misspelled|incorrect|in error|corrected|wrong)"
    r"|(?:정정|고침|訂正|更正|勘误)\s?[\])）】:：]|바로\s?잡습니다)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Edits:
    """What an outlet changed against the lead, furniture aside.

    Words are characters in scripts without spaces. `title` is its own headline, "" when it took the
    lead's. `where` the cut paragraphs stood: "the end", "the start", "both ends", "the middle",
    "several places", or "" when none or all were cut. `changed` counts the words that were cut, put in or
    exchanged within paragraphs that stayed.
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
        """Whether the text is the lead's, word for word."""
        return not (self.cut or self.moved or self.added or self.changed)


def pick_bases(
    lead: int, articles: Iterable[int], takes: Collection[int], links: Iterable[tuple[int, int, float]]
) -> dict[int, int]:
    """What each article of a story is compared with: the agency's take it shares most with, else the lead.

    So what an agency changed in a later take is not held to be the work of the outlets that ran it.
    `takes` are the agency's own articles; links are (article, other, how much they share).
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
    """What a copy changed against its lead; furniture of each source as in `strip_furniture`."""
    before, after = _body(lead.text, lead_furniture), _body(copy.text, furniture)
    stretches = list(find_stretches(before, after))
    gone, fresh, changed = _strangers(stretches)
    moved = Counter(key_of(before[n]) for n in gone) & Counter(key_of(after[n]) for n in fresh)
    cut = [n for n in gone if key_of(before[n]) not in moved]
    added = [n for n in fresh if key_of(after[n]) not in moved]
    return Edits(
        title="" if _plain_title(lead) == _plain_title(copy) else copy.title,
        words=sum(stretch.b.count() for stretch in stretches),
        lead_words=sum(stretch.a.count() for stretch in stretches),
        paragraphs=len(before),
        cut=len(cut),
        where=_where(cut, len(before)),
        moved=moved.total(),
        added=len(added),
        added_words=sum(count_words(after[n]) for n in added),
        opening=_opening(after[added[0]]) if added else "",
        changed=changed,
    )


def is_correction(old: Document, new: Document) -> bool:
    """Whether an edit marks a correction: in the title, at the head of the text, or in a new paragraph."""
    before, after = find_take(old.title, old.text), find_take(new.title, new.text)
    if after and after.kind == "correction" and not (before and before.kind == "correction"):
        return True
    known = {key_of(paragraph) for paragraph in split_paragraphs(old.text)}
    fresh = (paragraph for paragraph in split_paragraphs(new.text) if key_of(paragraph) not in known)
    was_told = any(_CORRECTING.match(paragraph) for paragraph in split_paragraphs(old.text))
    return not was_told and any(_CORRECTING.match(paragraph) for paragraph in fresh)


def _body(text: str, furniture: Collection[int]) -> list[str]:
    """The paragraphs without what outlets and agencies put around them."""
    credit = find_credit_line(text)
    if credit:
        text = f"{text[: credit.start]}{text[credit.end :]}"
    found = (strip_furniture(paragraph, furniture) for paragraph in split_paragraphs(text))
    kept = (" ".join(part.text.split()) for part in found if not part.is_worn)
    return [paragraph for paragraph in kept if paragraph and not _END_MARK.fullmatch(paragraph)]


def _strangers(stretches: Iterable[Stretch]) -> tuple[list[int], list[int], int]:
    """The lead's paragraphs that are gone, the copy's that are new, and words changed in all others."""
    gone: list[int] = []
    fresh: list[int] = []
    changed = 0
    for stretch in stretches:
        if stretch.is_same:
            continue
        lost = _unshared(stretch.a, [(i, i + size) for i, _, size in stretch.runs])
        come = _unshared(stretch.b, [(j, j + size) for _, j, size in stretch.runs])
        for a0, a1, b0, b1 in stretch.gaps():
            changed += max(_count_in(stretch.a, a0, a1, lost), _count_in(stretch.b, b0, b1, come))
        gone += (stretch.box[0] + n for n in sorted(lost))
        fresh += (stretch.box[2] + n for n in sorted(come))
    return gone, fresh, changed


def _unshared(units: Units, shared: Sequence[tuple[int, int]]) -> set[int]:
    """The paragraphs of which next to nothing is shared."""
    words, kept = Counter[int](), Counter[int]()
    for counts, spans in ((words, [(0, len(units.keys))]), (kept, shared)):
        for start, stop in spans:
            for at in range(start, stop):
                counts[units.homes[at]] += units.count(at, at + 1)
    return {home for home, count in words.items() if kept[home] <= count * LEFT_SHARE}


def _count_in(units: Units, start: int, stop: int, strangers: Collection[int]) -> int:
    return sum(units.count(at, at + 1) for at in range(start, stop) if units.homes[at] not in strangers)


def _plain_title(document: Document) -> str:
    """The title without take mark."""
    title = document.title
    take = find_take(title, "")
    return key_of(f"{title[: take.start]}{title[take.end :]}" if take else title)


def _where(cut: Sequence[int], count: int) -> str:
    if not cut or len(cut) == count:
        return ""
    head = next((n for n, at in enumerate(cut) if n != at), len(cut))
    tail = next((n for n, at in enumerate(reversed(cut)) if count - 1 - n != at), len(cut))
    if head + tail == len(cut):
        return "both ends" if head and tail else "the start" if head else "the end"
    return "the middle" if not head + tail and cut[-1] - cut[0] == len(cut) - 1 else "several places"


def _opening(paragraph: str) -> str:
    """The first words of a paragraph."""
    if len(paragraph) <= OPENING_CHARS:
        return paragraph
    head, space, _ = paragraph[: OPENING_CHARS + 1].rpartition(" ")
    return f"{head if space else paragraph[:OPENING_CHARS]}…"
