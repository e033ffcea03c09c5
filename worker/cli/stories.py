"""`wireroom stories`: the copies of one text, and why they are held to be copies."""

import click

COLUMNS = ("id", "copies", "agency", "last_seen_at", "title")
MEMBER_COLUMNS = ("article", "feed", "role", "similarity", "published_at", "title")


@click.command()
@click.argument("story", type=int, required=False)
@click.option("--since", help='With a copy since: a duration back ("6h", "7d") or a time.')
@click.option(
    "--limit", type=int, help="At most so many, latest first. [default: 40 in the table, all with --json]"
)
@click.option("--all", "singles", is_flag=True, help="In the table, also stories of one article.")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one story a line.")
def stories(story: int | None, since: str | None, limit: int | None, singles: bool, as_json: bool) -> None:
    """List stories, latest first, or show one STORY with its copies and why they were joined."""
    from worker.cli.output import print_json, print_rows, since_time
    from worker.flows.services import services
    from worker.store import listing
    from worker.store.stories import story_facts

    top = limit if as_json or limit else 40
    least = 1 if as_json or singles or story is not None else 2
    with services().db.read() as connection:
        if story is not None:
            facts = story_facts(connection, story)
            if facts is None:
                raise click.ClickException(f"no story {story}")
            story = facts["id"]
        found = listing.iter_stories(
            connection, story=story, since=since_time(since), limit=top, min_copies=least
        )
        if as_json:
            for row in found:
                members = [{k: v for k, v in m.items() if k != "reasons"} for m in row["members"]]
                print_json({**row, "members": members})
            return
        rows = list(found)
    if story is None:
        print_rows(rows, COLUMNS)
        return
    _show_one(rows[0])


def _show_one(row: dict[str, object]) -> None:
    from worker.cli.output import print_rows

    click.echo(f"story {row['id']}: {row['title']}")
    members = row["members"]
    assert isinstance(members, list)
    print_rows(members, MEMBER_COLUMNS)
    for member in members:
        if member["reasons"]:
            why = ", ".join(f"{name} {value}" for name, value in member["reasons"].items())
            click.echo(f"article {member['article']}: {why}")
