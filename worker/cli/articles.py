"""`wireroom articles`: list stored articles, or show one."""

from typing import TYPE_CHECKING, Any

import click

from worker.cli.lookups import complete_feed, require_feed, require_known
from worker.views.numbers import WholeNumber
from worker.views.table import wide_option
from worker.views.times import zone_option

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

COLUMNS = ("id", "feed", "published_at", "agency", "story", "role", "title")
STATED = (*COLUMNS[:-1], "state", "title")  # if one of them was corrected, withdrawn or run again
DROPPED = ("role", "agency", "story", "published_at")  # first to last, on narrow terminals
HIDDEN = {"reasons"}
NOTICES = 20  # the latest


@click.command()
@click.argument("article", type=WholeNumber(), required=False)
@click.option("--feed", shell_complete=complete_feed, help="Only articles of this feed.")
@click.option("--tag", help="Only articles of feeds with this tag.")
@click.option("--agency", help="Only articles credited to this agency.")
@click.option("--lang", help='Only articles in this language: "pt" includes "pt-BR".')
@click.option("--search", help="Only articles with all these words in title, summary or text.")
@click.option("--since", help='Stored since: a duration back ("6h", "7d") or a time.')
@click.option(
    "--limit",
    type=WholeNumber(),
    help="Show at most N, newest first. [default: 40 in the table, all with --json]",
)
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one article per line.")
@wide_option
@zone_option
def articles(
    *,
    article: int | None,
    feed: str | None,
    since: str | None,
    limit: int | None,
    as_json: bool,
    search: str | None,
    **wanted: str | None,
) -> None:
    """List articles, newest first, or show one ARTICLE by its id, with the source of each field."""
    from worker.cli.diff import NO_ARTICLE
    from worker.flows.services import services
    from worker.store import filters, listing
    from worker.views.notices import state_words
    from worker.views.output import print_rows, since_time

    top = limit if as_json or limit else 40
    with services().db.read() as connection:
        require_feed(connection, feed)
        where, _ = filters.article_conditions(connection, **wanted)
        rows = listing.iter_articles(
            connection, article=article, feed=feed, since=since_time(since), limit=top, where=where,
            search=search,
        )  # fmt: skip
        if article is not None and not listing.has_article(connection, article):
            raise click.ClickException(NO_ARTICLE.format(article))
        if article is not None:
            for row in list(rows):
                _show_details(connection, row, as_json=as_json)
            return
        if as_json:
            if not _print_lines(rows):
                require_known(connection, wanted)
            return
        found = list(rows)
        if not found:
            require_known(connection, wanted)
    for row in found:
        row["state"] = state_words(row["state"], row["story_mark"])
    columns = STATED if any(row["state"] for row in found) else COLUMNS
    print_rows(found, columns, dropped=DROPPED, whole=("state",))


def _print_lines(rows: "Iterable[dict[str, Any]]") -> bool:
    """Print one JSON line for each article; returns whether there was one."""
    from worker.views.output import print_json

    is_any = False
    for row in rows:
        is_any = True
        print_json(_without_hidden(row))
    return is_any


def _without_hidden(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in HIDDEN}


def _show_details(connection: "Connection", row: dict[str, Any], *, as_json: bool) -> None:
    """Print one article with the sources of its fields, its relations and everything extracted from it."""
    from worker.store import lineage
    from worker.store import notices as notice_store
    from worker.store import results as result_store
    from worker.store.relations import relations_of
    from worker.store.rereads import page_age
    from worker.views.comparison import history_lines
    from worker.views.extractions import finding_lines
    from worker.views.notices import notice_words
    from worker.views.output import print_json
    from worker.views.page_age import age_words, findings_age
    from worker.views.related import relation_words
    from worker.views.sources import source_words
    from worker.views.times import show_time

    article = row["id"]
    results = result_store.newest_results(connection, article)
    related = relations_of(connection, [article]).get(article, [])
    stored, is_agency = result_store.stored_sources(connection, article)
    sources = source_words(row, stored, results, is_agency=is_agency)
    states = lineage.article_states(connection, article)
    declared = notice_store.of_versions(connection, article, len(states))
    notices = declared[-NOTICES:]
    if as_json:
        extra = {"sources": sources, "relations": related, "extracted": results}
        extra["notices"] = [notice.as_listed() for notice in notices]
        print_json(_without_hidden(row) | extra)
        return
    age = page_age(connection, article)
    note = age_words(age, show_time) if age else None
    history = list(history_lines(states, declared)) if len(states) > 1 else []
    _show_one(row, sources, history, note)
    if notices:
        click.echo("\nCorrections and withdrawals:")
    for notice in notices:
        click.echo(f"  {show_time(notice.at)}  {notice_words(notice, show_time)}")
    if told := relation_words(related):
        click.echo(f"\nThis article {'; '.join(told)}.")
    if age and results:
        click.echo(f"\nCredit and facts: {findings_age(age, show_time)}")
    click.echo("\n".join(finding_lines(results)), nl=bool(results))


def _show_one(
    row: dict[str, Any], sources: dict[str, str], history: "Sequence[str]", note: str | None
) -> None:
    """Print the fields with their sources, the text and the edit history of one article."""
    from worker.views.output import shown
    from worker.views.table import one_line

    for name, value in row.items():
        if name not in {*HIDDEN, "text", "text_from", "text_is_before_edit"}:
            source = f"  (from {sources[name]})" if name in sources else ""
            click.echo(f"{name.replace('_', ' '):16} {one_line(shown(value))}{source}")
    if row["text"]:
        click.echo(f"\nText of the {row['text_from']} (from {sources['text']}):\n{row['text']}")
    if note:
        click.echo(f"\n{note}")
    if history:
        click.echo("\n".join(["", *history]))
        click.echo(f"What an edit changed: wireroom diff {row['id']} --version N")
