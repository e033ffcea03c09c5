"""`wireroom diff`: word-level differences between two articles or two versions of one."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from worker.views.numbers import WholeNumber
from worker.views.times import zone_option

if TYPE_CHECKING:
    from worker.dedupe.wording import Comparison, Passage
    from worker.flows.lineage import Pair
    from worker.records import Notice
    from worker.store.lineage import KnownText

Piece = tuple[str, str]  # kind (same, cut, added, note), text
MARKS = {"cut": "[-{}-]", "added": "{{+{}+}}"}
STYLES = {"cut": "red strike", "added": "green underline", "note": "dim"}
NO_ARTICLE = "no article {}; `wireroom articles` lists them"
PILCROW = "¶"


@click.command()
@click.argument("first", type=WholeNumber())
@click.argument("second", type=WholeNumber(), required=False)
@click.option(
    "--version",
    "number",
    type=WholeNumber(),
    help="Show what this version of FIRST changed. [default: the latest]",
)
@click.option("--full", is_flag=True, help="Also show unchanged paragraphs.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with all paragraphs.")
@zone_option
def diff(first: int, second: int | None, *, number: int | None, full: bool, as_json: bool) -> None:
    """Show word by word how article SECOND differs from FIRST, or what FIRST's edits changed in place.

    Compares the longest known texts: the page text if it was extracted, otherwise the feed text; without
    datelines, credit lines and boilerplate. Versions are those of the feed text, compared in full.
    """
    from worker.flows.lineage import read_pair
    from worker.flows.services import services
    from worker.store import lineage
    from worker.store import notices as notice_store

    if second is not None and number is not None:
        raise click.UsageError("--version requires a single article")
    with services().db.read() as connection:
        if second is None:
            states = lineage.article_states(connection, first)
            notices = notice_store.of_versions(connection, first, len(states))
        else:
            pair = read_pair(connection, first, second)
            known = () if pair else lineage.known_texts(connection, (first,))
    if second is None and as_json:
        _print_edit(states, _find_edit(first, states, number), notices)
    elif second is None:
        _show_edit(states, _find_edit(first, states, number), notices, full=full)
    elif pair is None:
        raise click.ClickException(NO_ARTICLE.format(second if first in known else first))
    elif as_json:
        _print_pair(pair, {"first": first, "second": second})
    else:
        _show_pair(pair, full=full)


def _find_edit(article: int, states: "Sequence[KnownText]", number: int | None) -> int:
    """The place of an edit's version among all, by default the latest; 0 if there is none."""
    if not states:
        raise click.ClickException(NO_ARTICLE.format(article))
    last = len(states) - 1
    at = last if number is None else next((n for n, s in enumerate(states) if n and s.number == number), 0)
    if number is not None and not at:
        raise click.ClickException(f"article {article} has no edit {number}: {_range_words(states)}")
    return at


def _print_edit(states: "Sequence[KnownText]", at: int, notices: "Sequence[Notice]") -> None:
    """Print the history, and what an edit changed if there is one, as one JSON object."""
    from worker.flows.lineage import edit_pair
    from worker.views.comparison import history_objects
    from worker.views.output import print_json

    about = {"article": states[0].document.id, "versions": history_objects(states, notices)}
    if at:
        _print_pair(edit_pair(*states[at - 1 : at + 1]), about)
    else:
        print_json(about)


def _print_pair(pair: "Pair", about: dict[str, Any]) -> None:
    from worker.dedupe.wording import compare_paragraphs, compare_texts
    from worker.views.comparison import comparison_object
    from worker.views.output import print_json

    title = compare_texts(pair.old.document.title, pair.new.document.title)
    text = compare_paragraphs(pair.old_body.paragraphs, pair.new_body.paragraphs)
    print_json({**about, **comparison_object(pair, title, text)})


def _show_edit(states: "Sequence[KnownText]", at: int, notices: "Sequence[Notice]", *, full: bool) -> None:
    """Print the history and what an edit changed."""
    from worker.flows.lineage import edit_pair
    from worker.views.comparison import history_lines

    for line in history_lines(states, notices):
        click.echo(line)
    if not at:
        click.echo("never edited in place")
        return
    click.echo()
    _show_pair(edit_pair(*states[at - 1 : at + 1]), full=full)


def _range_words(states: "Sequence[KnownText]") -> str:
    numbers = [state.number for state in states[1:]]
    if not numbers:
        return f"it was never edited and has version {states[0].number} only"
    if len(numbers) == 1:
        return f"choose version {numbers[0]}, its only edit"
    return f"choose a version from {numbers[0]} to {numbers[-1]}"


def _show_pair(pair: "Pair", *, full: bool) -> None:
    from worker.dedupe.wording import compare_paragraphs, compare_texts
    from worker.views.comparison import around_lines, side_words, summary_words

    title = compare_texts(pair.old.document.title, pair.new.document.title)
    text = compare_paragraphs(pair.old_body.paragraphs, pair.new_body.paragraphs)
    pieces: list[Piece] = [
        ("note", f"- {side_words(pair.old, pair.old_body)}\n+ {side_words(pair.new, pair.new_body)}\n\n"),
        *((("note", "same headline: "),) if title.is_same else ()),
        *_pieces(title, full=True),
        ("note", "\n\n"),
        *_pieces(text, full=full),
        ("note", "\n"),
        *(("note", f"\n{line}") for line in around_lines(pair)),
        ("note", f"\ntext: {summary_words(text, pair)}\n"),
    ]
    _print(pieces)


def _pieces(comparison: "Comparison", *, full: bool) -> Iterator[Piece]:
    from worker.dedupe.wording import BREAK
    from worker.text.amounts import count_of

    for n, passage in enumerate(comparison.passages):
        yield ("same", BREAK if n else "")
        if passage.is_same and not full:
            yield ("note", f"… {count_of(passage.paragraphs, 'paragraph')} the same …")
        else:
            yield from _marked(passage)


def _marked(passage: "Passage") -> Iterator[Piece]:
    """The marked spans of a passage: spaces stay outside the marks, each paragraph is marked separately."""
    from worker.dedupe.wording import BREAK

    is_open, last = False, ""  # has anything been shown, the kind shown last
    for span in passage.spans:
        if span.text == BREAK and span.kind != "same":
            if is_open:
                yield (span.kind, PILCROW)
                yield ("same", BREAK if span.kind == "added" else "")
            continue
        for n, part in enumerate(span.text.split(BREAK)):
            yield ("same", BREAK if n and is_open else "")
            bare = part.lstrip()
            if not bare:
                continue
            is_replaced = span.kind == "added" and last == "cut" and not n
            yield ("same", "" if is_replaced else part[: len(part) - len(bare)])
            yield (span.kind, bare)
            is_open, last = True, span.kind


def _print(pieces: Sequence[Piece]) -> None:
    """Print in color if supported, otherwise with [-cut-] and {+added+} marks; the terminal wraps lines."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    if console.is_terminal and console.color_system and not console.no_color:
        text = Text.assemble(*((part, STYLES.get(kind, "")) for kind, part in pieces))
        console.print(text, soft_wrap=True, end="")
        return
    click.echo("".join(MARKS.get(kind, "{}").format(part) if part else "" for kind, part in pieces), nl=False)
