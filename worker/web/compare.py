"""Two texts side by side, word by word: two articles, or two versions of one."""

from collections.abc import Iterator
from dataclasses import dataclass

from worker.dedupe.wording import BREAK, Comparison, Span, compare_paragraphs, compare_texts
from worker.flows.lineage import Pair, edit_pair, read_pair
from worker.store import lineage
from worker.text.amounts import count_of
from worker.views.comparison import comparison_object
from worker.web.page import Page, Request
from worker.web.params import BadRequestError, NotFoundError
from worker.web.stories import id_of

MAX_CHARS = 100_000  # of each text; comparing two longer ones takes seconds


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a passage: its paragraphs, each a list of spans (kind, text)."""

    paragraphs: tuple[tuple[Span, ...], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A passage of two texts; `label` says how long an equal one is."""

    is_same: bool
    label: str
    old: Side
    new: Side


def show_pair(request: Request) -> Page:
    """Two articles by their ids. Raises NotFoundError."""
    first, second = (id_of(part, "article") for part in request.path)
    with request.db.read() as connection:
        pair = read_pair(connection, first, second)
    if pair is None:
        raise NotFoundError(f"no article {first}, or no article {second}")
    return _show(pair, {"first": first, "second": second})


def choose_pair(request: Request) -> Page:
    """Two articles that a form named. Raises BadRequestError, NotFoundError."""
    first, second = request.params.text("first"), request.params.text("second")
    if not first or not second:
        raise BadRequestError("write the numbers of two articles: first=1&second=2")
    return show_pair(Request(request.db, request.settings, request.params, (first, second), request.base))


def show_version(request: Request) -> Page:
    """What an edit of an article changed in place, by the number of the version. Raises NotFoundError."""
    article, number = id_of(request.path[0], "article"), id_of(request.path[1], "version")
    with request.db.read() as connection:
        states = lineage.article_states(connection, article)
    at = next((n for n, state in enumerate(states) if n and state.number == number), None)
    if at is None:
        raise NotFoundError(f"article {article} has no edit {number}")
    return _show(edit_pair(*states[at - 1 : at + 1]), {"article": article, "version": number})


def _show(pair: Pair, about: dict[str, int]) -> Page:
    if any(len(state.document.text) > MAX_CHARS for state in (pair.old, pair.new)):
        raise BadRequestError(f"a text has more than {MAX_CHARS:,} characters: use `wireroom diff`")
    title = compare_texts(pair.old.document.title, pair.new.document.title)
    text = compare_paragraphs(pair.old_body.paragraphs, pair.new_body.paragraphs)
    data = {**about, **comparison_object(pair, title, text)}
    more = {"title_rows": list(_rows(title)), "rows": list(_rows(text)), "pair": pair}
    return Page("Compare two texts", "compare.html", data, more)


def _rows(comparison: Comparison) -> Iterator[Row]:
    for passage in comparison.passages:
        label = f"{count_of(passage.paragraphs, 'paragraph')} the same" if passage.is_same else ""
        old = _side([span for span in passage.spans if span.kind != "added"])
        yield Row(passage.is_same, label, old, _side([s for s in passage.spans if s.kind != "cut"]))


def _side(spans: list[Span]) -> Side:
    """The spans of one text by paragraph."""
    paragraphs: list[list[Span]] = [[]]
    for span in spans:
        for n, part in enumerate(span.text.split(BREAK)):
            if n:
                paragraphs.append([])
            if part:
                paragraphs[-1].append(Span(span.kind, part))
    return Side(tuple(tuple(paragraph) for paragraph in paragraphs if paragraph))
