"""`wireroom diff`: word by word, what an outlet changed in a text, or what its later edits did."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from worker.dedupe.wording import Comparison, Passage
    from worker.store.lineage import KnownText

Piece = tuple[str, str]  # kind (same, cut, added, note), text
MARKS = {"cut": "[-{}-]", "added": "{{+{}+}}"}
STYLES = {"cut": "red strike", "added": "green underline", "note": "dim"}
PILCROW = "¶"
SOURCES = {"page": "text of its page", "feed": "text of its feed", "summary": "its feed's summary only"}


@click.command()
@click.argument("first", type=int)
@click.argument("second", type=int, required=False)
@click.option(
    "--version", "number", type=int, help="What FIRST's version of that number changed. [the latest]"
)
@click.option("--full", is_flag=True, help="Show also the paragraphs that are the same.")
def diff(first: int, second: int | None, number: int | None, full: bool) -> None:
    """Show word by word how article SECOND differs from FIRST, or what FIRST's edits changed in place.

    Compares the fullest texts known: of the page where it was extracted, otherwise of the feed. Versions
    are of the feed's text.
    """
    from worker.flows.services import services
    from worker.store import lineage

    if second is not None and number is not None:
        raise click.UsageError("--version is for the versions of one article")
    with services().db.read() as connection:
        if second is None:
            states = lineage.article_states(connection, first)
        else:
            texts = lineage.known_texts(connection, (first, second))
            missing = [article for article in (first, second) if article not in texts]
            if missing:
                raise click.ClickException(f"no article {missing[0]}")
            states = [texts[first], texts[second]]
    if second is None:
        states = _pick_version(first, states, number)
    _tell(*states, full=full)


def _pick_version(article: int, states: "Sequence[KnownText]", number: int | None) -> "list[KnownText]":
    """The state of that number (the latest) and the one before; tells the history on the way."""
    if not states:
        raise click.ClickException(f"no article {article}")
    if len(states) < 2:
        raise click.ClickException(f"article {article} has one version only: nothing was edited in place")
    numbers = [state.number for state in states[1:]]
    wanted = numbers[-1] if number is None else number
    if wanted not in numbers:
        known = ", ".join(map(str, numbers))
        raise click.ClickException(f"article {article} has no edit {wanted}: choose a version of {known}")
    for line in history_lines(states):
        click.echo(line)
    click.echo()
    at = numbers.index(wanted)
    return [states[at], states[at + 1]]


def history_lines(states: "Sequence[KnownText]") -> Iterator[str]:
    """One line a version: its number, when it was first seen, what it changed, and if it was a correction."""
    from worker.cli.lineage import count_of, tally_words, unit_of
    from worker.cli.output import shown
    from worker.dedupe.lineage import is_correction
    from worker.dedupe.wording import compare_texts, count_words

    head = states[0].document
    yield f"article {head.id}, {head.source}: {count_of(len(states), 'version')}"
    for old, new in zip([None, *states], states, strict=False):
        text = new.document.text
        told = [f"as first seen, {count_of(count_words(text), unit_of(text))}"]
        if old is not None:
            found = compare_texts(old.document.text, text)
            told = ["CORRECTION"] if is_correction(old.document, new.document) else []
            title = new.document.title
            told += [f"new headline “{title}”"] if old.document.title != title else []
            told.append("the text is the same" if found.is_same else tally_words(found.tally, unit_of(text)))
        yield f"  {new.number}  {shown(new.at)}  {'; '.join(told)}"


def _tell(old: "KnownText", new: "KnownText", *, full: bool) -> None:
    from worker.cli.lineage import tally_words, unit_of
    from worker.dedupe.wording import compare_texts

    title = compare_texts(old.document.title, new.document.title)
    text = compare_texts(old.document.text, new.document.text)
    pieces: list[Piece] = [
        ("note", f"- {_name(old)}\n+ {_name(new)}\n\n"),
        *((("note", "same headline: "),) if title.is_same else ()),
        *_pieces(title, full=True),
        ("note", "\n\n"),
        *_pieces(text, full=full),
    ]
    told = "same text" if text.is_same else tally_words(text.tally, unit_of(new.document.text))
    _print([*pieces, ("note", f"\n\ntext: {told}\n")])


def _name(state: "KnownText") -> str:
    from worker.cli.lineage import count_of, unit_of
    from worker.cli.output import shown
    from worker.dedupe.wording import count_words

    document = state.document
    size = count_of(count_words(document.text), unit_of(document.text))
    source = SOURCES.get(state.known_from)
    known = f"{source}, {size}" if source else "no text known"
    version = "" if state.known_from == "page" else f" version {state.number}"
    return f"article {document.id}{version}, {document.source}, {shown(state.at)}: {known}"


def _pieces(comparison: "Comparison", *, full: bool) -> Iterator[Piece]:
    from worker.cli.lineage import count_of
    from worker.dedupe.wording import BREAK

    for n, passage in enumerate(comparison.passages):
        yield ("same", BREAK if n else "")
        if passage.is_same and not full:
            yield ("note", f"… {count_of(passage.paragraphs, 'paragraph')} the same …")
        else:
            yield from _marked(passage)


def _marked(passage: "Passage") -> Iterator[Piece]:
    """Its spans with the space between words outside of marks, once, and each paragraph marked by itself."""
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
    """In color where there is one, else with [-cut-] and {+added+} marks; the terminal wraps."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    if console.is_terminal and console.color_system and not console.no_color:
        text = Text.assemble(*((part, STYLES.get(kind, "")) for kind, part in pieces))
        console.print(text, soft_wrap=True, end="")
        return
    click.echo("".join(MARKS.get(kind, "{}").format(part) if part else "" for kind, part in pieces), nl=False)
