"""`wireroom stories`: the copies of one text, what each outlet changed, and why they were joined."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from worker.cli.decisions import detach, feedback, merge, undo
from worker.cli.groups import SubjectGroup
from worker.cli.story_list import list_stories
from worker.views.numbers import WholeNumber
from worker.views.table import wide_option
from worker.views.times import show_time, zone_option

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from worker.flows.lineage import Trace
    from worker.flows.story_report import StoryPage


BADGES = {"withdrawn": "WITHDRAWN", "restored": "run again after its withdrawal"}  # by state
COPIES, JSON_COPIES = 50, 1_000  # of one story: each is compared with another text


@click.group(cls=SubjectGroup, invoke_without_command=True)
@click.argument("story", type=WholeNumber(), required=False)
@click.option("--tag", help="Only stories in a feed with this tag.")
@click.option("--agency", help="Only stories credited to this agency.")
@click.option("--search", help="Only stories with an article that has all these words.")
@click.option("--since", help='Only stories with a copy since: a duration back ("6h", "7d") or a time.')
@click.option(
    "--limit",
    type=WholeNumber(),
    help="Show at most N, latest first; of one STORY, its first N copies. [default: 40 in the table, all "
    "with --json; 50 copies of one, 1,000 with --json]",
)
@click.option("--all", "singles", is_flag=True, help="Also list stories with one article.")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one story per line.")
@wide_option
@zone_option
@click.pass_context
def stories(
    ctx: click.Context,
    *,
    tag: str | None,
    agency: str | None,
    search: str | None,
    since: str | None,
    limit: int | None,
    singles: bool,
    as_json: bool,
    story: int | None = None,
) -> None:
    """List stories, latest first, or show one STORY: its copies, their edits, why they were joined."""
    if ctx.invoked_subcommand is not None:
        return
    from worker.flows.services import services
    from worker.views.output import since_time

    with services().db.read() as connection:
        if story is not None:
            from worker.flows.story_report import read_story  # it reads texts, which the list does not

            most = limit or (JSON_COPIES if as_json else COPIES)
            _show_one(read_story(connection, story, members=most), story, as_json=as_json)
            return
        wanted = {"tag": tag, "agency": agency}
        top, least = limit if as_json or limit else 40, 1 if as_json or singles else 2
        list_stories(connection, wanted, since_time(since), top, least, search=search, as_json=as_json)


stories.add_all(detach, merge, undo, feedback)


def _show_one(page: "StoryPage | None", asked: int, *, as_json: bool) -> None:
    from rich.console import Console

    from worker.views.output import print_json
    from worker.views.table import page_width

    if page is None:
        raise click.ClickException(f"no story {asked}; `wireroom stories` lists them")
    if as_json:
        print_json(page.as_object())
        return
    left = page.story["copies"] - len(page.members)
    console = Console(highlight=False, width=page_width())
    with console.capture() as drawn:
        for line in _head(page):
            console.print(line, overflow="fold")
        console.print()
        console.print(_timeline(page))
    click.echo("\n".join(map(str.rstrip, drawn.get().rstrip().splitlines())))
    if left > 0:
        later = "later copy" if left == 1 else "later copies"
        click.echo(f"\nand {left:,} {later}; `--limit N` shows the first N")


def _head(page: "StoryPage") -> "Iterator[Text]":
    from rich.text import Text

    from worker.text.amounts import count_of
    from worker.views.notices import notice_words, rerun_words
    from worker.views.output import shown
    from worker.views.related import decision_words
    from worker.views.story import MARK_WORDS
    from worker.views.table import one_line

    story = page.story
    if page.asked != story["id"]:
        when = f" at {shown(page.merged_at)}" if page.merged_at else ""
        yield Text(f"story {page.asked} was merged into story {story['id']}{when}:")
    yield Text.assemble(f"story {story['id']}: ", (one_line(story["title"] or "(no headline)"), "bold"))
    if story["mark"]:
        yield Text(MARK_WORDS.get(story["mark"], story["mark"]), style="bold red")
    for notice in page.notices:
        yield Text(f"{shown(notice.at)}  {notice_words(notice, show_time, of_story=True)}")
    if page.rerun:
        yield Text(rerun_words(page.rerun))
    where = f"{count_of(story['copies'], 'copy')} in {count_of(story['outlets'], 'outlet')}"
    parts = [story["agency"] or "no agency known", where]
    first, last = shown(story["first_seen_at"]), shown(story["last_seen_at"])
    parts.append(f"first seen {first}" if first == last else f"first seen {first}, last {last}")
    yield Text("; ".join(parts))
    for decision in story["decisions"]:
        yield Text(decision_words(decision))


def _timeline(page: "StoryPage") -> "Table":
    """A table with time and lag on the left, details on the right; long lines wrap."""
    from rich.table import Table
    from rich.text import Text

    from worker.text.amounts import spell_lag_s

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", ratio=1)
    for n, member in enumerate(page.members):
        time = _clock(page, _at(member))
        label = "published" if member["published_at"] else "seen"
        lag = spell_lag_s(member["lag_s"]) if n else "first"
        table.add_row(Text(f"{time}\n{label}\n{lag}"), Text("\n").join([*_lines(page, member), Text("")]))
    return table


def _clock(page: "StoryPage", at: datetime) -> str:
    """A time of day, with its date unless all copies are of one day."""
    others = [page.story["first_seen_at"], *map(_at, page.members)]
    date, time = show_time(at).split(" ")
    return time if all(show_time(other).startswith(date) for other in others) else f"{date} {time}"


def _at(member: Mapping[str, Any]) -> datetime:
    at: datetime = member["published_at"] or member["fetched_at"]
    return at


def _lines(page: "StoryPage", member: Mapping[str, Any]) -> "Iterator[Text]":
    from rich.text import Text

    from worker.views.output import shown
    from worker.views.related import relation_words
    from worker.views.story import edit_phrases, why_joined

    trace = page.traces[member["article"]]
    yield _facts(page, member, trace)
    is_lead = member is page.lead
    title = member["title"] if is_lead else trace.edits.title
    if title:
        yield Text(title, style="bold" if is_lead else "")
    told = "; ".join(edit_phrases(page, member))
    if told and not is_lead:
        base = trace.base.document.id
        against = "" if base == page.story["lead"] else f"Against article {base}: "
        yield Text(f"{against}{told}." if against else f"{told[0].upper()}{told[1:]}.")
    if trace.text.age:
        edited = shown(trace.text.age.edited_at)
        yield Text(
            f"Text of the page, read before the edit of {edited}; so are words, edits and credit here."
        )
    why = why_joined(page, member)
    if why:
        yield Text(f"{why}.", style="dim")
    related = "; ".join(relation_words(page.relations.get(member["article"], ())))
    if related:
        yield Text(f"{related[0].upper()}{related[1:]}.")


def _facts(page: "StoryPage", member: Mapping[str, Any], trace: "Trace") -> "Text":
    from rich.text import Text

    from worker.views.lineage import role_words
    from worker.views.story import size_words

    role = role_words(member["role"], member["take_kind"], member["take"])
    parts = [f"article {member['article']}", role, size_words(page, member)]
    if member["similarity"] is not None:
        parts.append(f"similarity {member['similarity']:.2f}")
    if member["published_at"] is None:
        parts.append("undated, sorted by the time it was seen")
    if trace.corrected_at:
        parts.append(f"corrected in place {_clock(page, trace.corrected_at)}")
    if member["state"] in BADGES:
        parts.append(BADGES[member["state"]])
    return Text.assemble((member["feed"], "cyan"), "  ", "; ".join(parts))
