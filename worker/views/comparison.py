"""Phrases for two texts that are compared, and for the history of an article."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from worker.dedupe.wording import compare_texts, count_words
from worker.records import Notice, NoticeKind
from worker.text.amounts import count_of
from worker.views.lineage import tally_words, unit_of
from worker.views.output import shown

if TYPE_CHECKING:
    from worker.dedupe.comparable_text import Body
    from worker.dedupe.wording import Comparison
    from worker.flows.lineage import Pair
    from worker.store.lineage import KnownText

TAGS = {
    NoticeKind.CORRECTED: "CORRECTION",
    NoticeKind.WITHDRAWN: "WITHDRAWAL",
    NoticeKind.RESTORED: "RUN AGAIN",
}
SOURCES = {"page": "text of its page", "feed": "text of its feed", "summary": "its feed's summary only"}


def history_lines(states: "Sequence[KnownText]", notices: Iterable[Notice]) -> Iterator[str]:
    """One line per version: number, first seen, changes, and what its outlet declared by it."""
    head = states[0].document
    yield f"article {head.id}, {head.source}: {count_of(len(states), 'version')}"
    for state, told in history_of(states, notices):
        yield f"  {state.number}  {shown(state.at)}  {told}"


def history_of(states: "Sequence[KnownText]", notices: Iterable[Notice]) -> Iterator[tuple["KnownText", str]]:
    """Each version with what its edit changed, and what its outlet declared by it, of these notices."""
    tags: dict[Any, list[str]] = {}  # by the time
    for notice in notices:
        tags.setdefault(notice.at, []).append(TAGS[NoticeKind(notice.kind)])
    for old, new in zip([None, *states], states, strict=False):
        text = new.document.text
        told = [f"as first seen, {count_of(count_words(text), unit_of(text))}"]
        if old is not None:
            found = compare_texts(old.document.text, text)
            told = tags.get(new.at, [])
            title = new.document.title
            told += [f"new headline “{title}”"] if old.document.title != title else []
            told.append("the text is the same" if found.is_same else tally_words(found.tally, unit_of(text)))
        yield new, "; ".join(told)


def summary_words(text: "Comparison", pair: "Pair") -> str:
    """How two texts differ, in one line of counts."""
    tally = text.tally
    if text.is_same:
        return "same text"
    if not (tally.cut or tally.added or tally.changed or tally.moved):
        return "word for word the same; only punctuation or paragraph breaks differ"
    told = tally_words(tally, unit_of(pair.new.document.text))
    shares = tally.kept or tally.moved or not (pair.old_body.paragraphs and pair.new_body.paragraphs)
    return told if shares else f"{told}; the two share no text"


def around_lines(pair: "Pair") -> Iterator[str]:
    """What was excluded from the comparison, per text."""
    for sign, body in (("-", pair.old_body), ("+", pair.new_body)):
        if body.around:
            yield f"{sign} excluded boilerplate: {' | '.join(body.around)}"


def side_words(state: "KnownText", body: "Body") -> str:
    """Which text of an article is compared, from when, and its length."""
    document = state.document
    size = count_of(sum(map(count_words, body.paragraphs)), unit_of(document.text))
    source = SOURCES.get(state.known_from)
    known = f"{source}, {size}" if source else "no text known"
    version = "" if state.known_from == "page" else f" version {state.number}"
    known += f", read before the edit of {shown(state.age.edited_at)}" if state.age else ""
    return f"article {document.id}{version}, {document.source}, {shown(state.at)}: {known}"


def comparison_object(pair: "Pair", title: "Comparison", text: "Comparison") -> dict[str, Any]:
    """Two compared texts as a JSON object: both sides, the summary, and the passages of headline and text."""
    return {
        "old": _side_object(pair.old, pair.old_body),
        "new": _side_object(pair.new, pair.new_body),
        "summary": summary_words(text, pair),
        "title": _passage_objects(title),
        "text": _passage_objects(text),
    }


def history_objects(states: "Sequence[KnownText]", notices: Iterable[Notice]) -> list[dict[str, Any]]:
    """The versions of an article as JSON objects."""
    return [
        {"version": state.number, "at": state.at, "title": state.document.title, "change": told}
        for state, told in history_of(states, notices)
    ]


def _side_object(state: "KnownText", body: "Body") -> dict[str, Any]:
    return {
        "article": state.document.id, "feed": state.document.source, "title": state.document.title,
        "known_from": state.known_from, "at": state.at, "version": state.number,
        "text_is_before_edit": state.age is not None,
        "words": side_words(state, body), "excluded": body.around,
    }  # fmt: skip


def _passage_objects(comparison: "Comparison") -> list[dict[str, Any]]:
    return [
        {"same": passage.is_same, "spans": [{"kind": s.kind, "text": s.text} for s in passage.spans]}
        for passage in comparison.passages
    ]
