"""`wireroom articles`: list stored articles, or show one."""

from typing import TYPE_CHECKING, Any

import click

from worker.cli.lookups import require_feed, require_known
from worker.views.table import wide_option
from worker.views.times import zone_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from worker.store.lineage import KnownText

COLUMNS = ("id", "feed", "published_at", "agency", "story", "role", "title")
DROPPED = ("role", "agency", "story", "published_at")  # first to last, on narrow terminals
HIDDEN = {"reasons"}


@click.command()
@click.argument("article", type=click.IntRange(1, 2**63 - 1), required=False)
@click.option("--feed", help="Only articles of this feed.")
@click.option("--tag", help="Only articles of feeds with this tag.")
@click.option("--agency", help="Only articles credited to this agency.")
@click.option("--lang", help='Only articles in this language: "pt" includes "pt-BR".')
@click.option("--search", help="Only articles with all these words in title, summary or text.")
@click.option("--since", help='Stored since: a duration back ("6h", "7d") or a time.')
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    help="Show at most N, newest first. [default: 40 in the table, all with --json]",
)
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one article per line.")
@wide_option
@zone_option
def articles(
    article: int | None,
    feed: str | None,
    since: str | None,
    limit: int | None,
    as_json: bool,
    **wanted: str | None,
) -> None:
    """List articles, newest first, or show one ARTICLE by its id."""
    from worker.cli.diff import NO_ARTICLE
    from worker.flows.services import services
    from worker.store import filters, lineage, listing
    from worker.store import results as result_store
    from worker.store.relations import relations_of
    from worker.views.extractions import finding_lines
    from worker.views.output import print_json, print_rows, since_time
    from worker.views.related import relation_words

    top = limit if as_json or limit else 40
    with services().db.read() as connection:
        require_feed(connection, feed)
        where = list(filters.article_conditions(connection, **wanted))
        rows = listing.iter_articles(
            connection, article=article, feed=feed, since=since_time(since), limit=top, where=where
        )
        results = [] if article is None else result_store.newest_results(connection, article)
        if article is not None and not listing.has_article(connection, article):
            raise click.ClickException(NO_ARTICLE.format(article))
        related = {} if article is None else relations_of(connection, [article])
        if as_json:
            extra = {} if article is None else {"relations": related.get(article, []), "extracted": results}
            is_empty = True
            for row in rows:
                is_empty = False
                print_json({name: value for name, value in row.items() if name not in HIDDEN} | extra)
            if is_empty:
                require_known(connection, wanted)
            return
        found = list(rows)
        if not found:
            require_known(connection, wanted)
        states = [] if article is None else lineage.article_states(connection, article)
    if article is None:
        print_rows(found, COLUMNS, dropped=DROPPED)
        return
    _show_one(found[0], states)
    if told := relation_words(related.get(article, [])):
        click.echo(f"\nThis article {'; '.join(told)}.")
    click.echo("\n".join(finding_lines(results)), nl=bool(results))


def _show_one(row: dict[str, Any], states: "Sequence[KnownText]") -> None:
    """Print the fields, the text and the edit history of one article."""
    from worker.cli.diff import history_lines
    from worker.views.output import shown

    for name, value in row.items():
        if name not in {*HIDDEN, "text", "text_from"}:
            click.echo(f"{name.replace('_', ' '):16} {shown(value)}")
    if row["text"]:
        click.echo(f"\nText of the {row['text_from']}:\n{row['text']}")
    if len(states) > 1:
        click.echo("\n".join(["", *history_lines(states)]))
        click.echo(f"What an edit changed: wireroom diff {row['id']} --version N")
