"""`wireroom stories`: the copies of one text, what each outlet changed, and why they were joined."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
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
    from sqlalchemy import Connection

    from worker.flows.lineage import Trace
    from worker.store.lineage import LinkFacts

BRIEF = {"summary", "nothing"}  # the full text may contain more
MARK_WORDS = {
    "corrected": "CORRECTED: the source corrected this text",
    "withdrawn": "WITHDRAWN: the source withdrew this text, do not use it",
}


@dataclass(frozen=True, slots=True)
class _Screen:
    """One story to display; `asked` is the id given on the command line."""

    asked: int
    story: Mapping[str, Any]
    merged_at: datetime | None
    traces: "Mapping[int, Trace]"
    links: "Sequence[LinkFacts]"
    relations: Mapping[int, list[dict[str, Any]]]

    @property
    def members(self) -> list[Mapping[str, Any]]:
        """The copies in order of publication."""
        return sorted(self.story["members"], key=lambda member: (member["lag_s"], member["article"]))

    def clock(self, at: datetime) -> str:
        """A time of day, with its date unless all copies are of one day."""
        others = [self.story["first_seen_at"], *map(_at, self.members)]
        date, time = show_time(at).split(" ")
        return time if all(show_time(other).startswith(date) for other in others) else f"{date} {time}"

    @property
    def lead(self) -> Mapping[str, Any]:
        """The copy that represents the story."""
        lead: Mapping[str, Any] = next(m for m in self.members if m["article"] == self.story["lead"])
        return lead


@click.group(cls=SubjectGroup, invoke_without_command=True)
@click.argument("story", type=WholeNumber(), required=False)
@click.option("--tag", help="Only stories in a feed with this tag.")
@click.option("--agency", help="Only stories credited to this agency.")
@click.option("--search", help="Only stories with an article that has all these words.")
@click.option("--since", help='Only stories with a copy since: a duration back ("6h", "7d") or a time.')
@click.option(
    "--limit",
    type=WholeNumber(),
    help="Show at most N, latest first. [default: 40 in the table, all with --json]",
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
            _show_one(_read_screen(connection, story), as_json=as_json)
            return
        wanted = {"tag": tag, "agency": agency, "search": search}
        top, least = limit if as_json or limit else 40, 1 if as_json or singles else 2
        list_stories(connection, wanted, since_time(since), top, least, as_json=as_json)


stories.add_all(detach, merge, undo, feedback)


def _read_screen(connection: "Connection", asked: int) -> _Screen:
    from worker.dedupe.lineage import pick_bases
    from worker.flows.lineage import trace_story
    from worker.store import lineage, listing
    from worker.store.relations import relations_of
    from worker.store.stories import story_facts

    facts = story_facts(connection, asked)
    row = facts and next(listing.iter_stories(connection, story=facts["id"]), None)
    if row is None:
        raise click.ClickException(f"no story {asked}; `wireroom stories` lists them")
    links = lineage.links_within(connection, [member["article"] for member in row["members"]])
    takes = {member["article"] for member in row["members"] if member["is_agency"]}
    pairs = [(link.article, link.other, _shared(link)) for link in links]
    bases = pick_bases(row["lead"], [member["article"] for member in row["members"]], takes, pairs)
    traces = trace_story(connection, bases)
    if row["lead"] not in traces:
        raise click.ClickException(f"story {asked} was just deleted")
    there = [member for member in row["members"] if member["article"] in traces]
    when = None if asked == row["id"] else lineage.merged_at(connection, asked)
    relations = relations_of(connection, [member["article"] for member in there])
    return _Screen(asked, {**row, "members": there}, when, traces, links, relations)


def _shared(link: "LinkFacts") -> float:
    """Share of each text found in the other, summed: 0 to 2."""
    return sum(link.reasons.get(f"shared_of_{side}") or 0.0 for side in ("smaller", "larger"))


def _show_one(screen: _Screen, *, as_json: bool) -> None:
    from rich.console import Console

    from worker.views.output import print_json
    from worker.views.table import page_width

    if as_json:
        print_json({**screen.story, "members": [_with_edits(screen, m) for m in screen.story["members"]]})
        return
    console = Console(highlight=False, width=page_width())
    with console.capture() as drawn:
        for line in _head(screen):
            console.print(line, overflow="fold")
        console.print()
        console.print(_timeline(screen))
    click.echo("\n".join(map(str.rstrip, drawn.get().rstrip().splitlines())))


def _with_edits(screen: _Screen, member: Mapping[str, Any]) -> dict[str, Any]:
    trace = screen.traces[member["article"]]
    edits = {"against": trace.base.document.id, "known_from": trace.text.known_from, **asdict(trace.edits)}
    related = screen.relations.get(member["article"], [])
    return {**member, "edits": {**edits, "corrected_at": trace.corrected_at}, "relations": related}


def _head(screen: _Screen) -> "Iterator[Text]":
    from rich.text import Text

    from worker.text.amounts import count_of
    from worker.views.output import shown
    from worker.views.related import decision_words
    from worker.views.table import one_line

    story = screen.story
    if screen.asked != story["id"]:
        when = f" at {shown(screen.merged_at)}" if screen.merged_at else ""
        yield Text(f"story {screen.asked} was merged into story {story['id']}{when}:")
    yield Text.assemble(f"story {story['id']}: ", (one_line(story["title"] or "(no headline)"), "bold"))
    if story["mark"]:
        yield Text(MARK_WORDS.get(story["mark"], story["mark"]), style="bold red")
    where = f"{count_of(story['copies'], 'copy')} in {count_of(story['outlets'], 'outlet')}"
    parts = [story["agency"] or "no agency known", where]
    first, last = shown(story["first_seen_at"]), shown(story["last_seen_at"])
    parts.append(f"first seen {first}" if first == last else f"first seen {first}, last {last}")
    yield Text("; ".join(parts))
    for decision in story["decisions"]:
        yield Text(decision_words(decision))


def _timeline(screen: _Screen) -> "Table":
    """A table with time and lag on the left, details on the right; long lines wrap."""
    from rich.table import Table
    from rich.text import Text

    from worker.text.amounts import spell_lag_s

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", ratio=1)
    for n, member in enumerate(screen.members):
        time = screen.clock(_at(member))
        label = "published" if member["published_at"] else "seen"
        lag = spell_lag_s(member["lag_s"]) if n else "first"
        table.add_row(Text(f"{time}\n{label}\n{lag}"), Text("\n").join([*_lines(screen, member), Text("")]))
    return table


def _at(member: Mapping[str, Any]) -> datetime:
    at: datetime = member["published_at"] or member["fetched_at"]
    return at


def _lines(screen: _Screen, member: Mapping[str, Any]) -> "Iterator[Text]":
    from rich.text import Text

    from worker.views.related import relation_words

    trace = screen.traces[member["article"]]
    yield _facts(screen, member, trace)
    is_lead = member is screen.lead
    title = member["title"] if is_lead else trace.edits.title
    if title:
        yield Text(title, style="bold" if is_lead else "")
    told = "; ".join(_edits(screen, member, trace))
    if told and not is_lead:
        base = trace.base.document.id
        against = "" if base == screen.story["lead"] else f"Against article {base}: "
        yield Text(f"{against}{told}." if against else f"{told[0].upper()}{told[1:]}.")
    why = _why(screen, member)
    if why:
        yield Text(f"{why}.", style="dim")
    related = "; ".join(relation_words(screen.relations.get(member["article"], ())))
    if related:
        yield Text(f"{related[0].upper()}{related[1:]}.")


def _facts(screen: _Screen, member: Mapping[str, Any], trace: "Trace") -> "Text":
    from rich.text import Text

    from worker.text.amounts import count_of
    from worker.views.lineage import role_words, unit_of

    role = role_words(member["role"], member["take_kind"], member["take"])
    words, of = trace.edits.words, screen.traces[screen.story["lead"]].edits.words
    size = count_of(words, unit_of(trace.text.document.text))
    if member["article"] != screen.story["lead"] and of:
        size += f", {words / of:.0%} of the lead"
    parts = [f"article {member['article']}", role, size]
    if member["similarity"] is not None:
        parts.append(f"similarity {member['similarity']:.2f}")
    if member["published_at"] is None:
        parts.append("undated, sorted by the time it was seen")
    if trace.corrected_at:
        parts.append(f"corrected in place {screen.clock(trace.corrected_at)}")
    if member["state"] == "withdrawn":
        parts.append("WITHDRAWN")
    return Text.assemble((member["feed"], "cyan"), "  ", "; ".join(parts))


def _edits(screen: _Screen, member: Mapping[str, Any], trace: "Trace") -> Iterator[str]:
    from worker.views.lineage import edits_words, unit_of

    if not trace.edits.title:
        yield "same headline" if member["title"] else "no headline"
    is_brief, base_is_brief = (text.known_from in BRIEF for text in (trace.text, trace.base))
    unit = unit_of(trace.base.document.text)
    yield from edits_words(trace.edits, unit, is_brief=is_brief, lead_is_brief=base_is_brief)
    agency, own = screen.lead["agency"], member["agency"]
    if member["is_agency"]:
        return
    if agency and own:
        yield f"credit to {agency} kept" if own == agency else f"credits {own}, not {agency}"
    elif agency and not is_brief:
        yield f"credit to {agency} dropped"


def _why(screen: _Screen, member: Mapping[str, Any]) -> str:
    """Why an article was joined: its closest link to an earlier copy, or a later copy's link to it.

    Empty for the lead, to which the others were joined.
    """
    from worker.dedupe.lineage import changed_numbers
    from worker.views.lineage import reasons_words

    article, lengths = member["article"], {m["article"]: m["length"] for m in screen.members}
    own = [link for link in screen.links if link.article == article]
    late = [link for link in screen.links if link.other == article]
    if member is screen.lead or not (own or late):
        return ""
    late.sort(key=lambda link: link.article != screen.story["lead"])
    link = (own or late)[0]
    other = link.other if own else link.article
    texts = [screen.traces[n].text.document.text for n in (other, article) if n in screen.traces]
    numbers = changed_numbers(*texts) if len(texts) > 1 and link.reasons.get("numbers") else []
    is_longer = lengths[article] > lengths.get(other, 0)
    said = reasons_words(link.reasons, other, is_longer=is_longer, numbers=numbers)
    more = [str(n) for n in sorted(link.other for link in own[1:])]
    also = f"; also a copy of article{'s' if len(more) > 1 else ''} {', '.join(more)}" if more else ""
    return f"Joined: {said}{also}"
