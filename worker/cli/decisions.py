"""`wireroom stories detach|merge|undo|feedback`: an editor's decisions about stories."""

import os
import pwd
from typing import TYPE_CHECKING

import click

from worker.views.numbers import WholeNumber

if TYPE_CHECKING:
    from collections.abc import Callable

    from worker.flows.decisions import Decided
    from worker.flows.services import Services

MAX_NAME_CHARS = 200
ID = WholeNumber()


def _name(_context: click.Context, _option: click.Parameter, value: str | None) -> str:
    """The editor's name: that of the option, else of the user of the operating system."""
    name = _os_user() if value is None else value.strip()
    if not name or len(name) > MAX_NAME_CHARS or not name.isprintable():
        raise click.BadParameter(f"write a name of 1 to {MAX_NAME_CHARS} characters in one line")
    return name


def _os_user() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # in a container, a user may have no name
        return f"uid {os.getuid()}"


by_option = click.option(
    "--by", callback=_name, help="Name of the editor. [default: the user of this process]"
)
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object.")


def _decide(decide: "Callable[[Services], Decided]", *, as_json: bool) -> None:
    from dataclasses import asdict

    from worker.errors import DecisionError
    from worker.flows.services import services
    from worker.views.output import print_json

    try:
        done = decide(services())
    except DecisionError as exc:
        raise click.ClickException(str(exc)) from exc
    if as_json:
        print_json(asdict(done))
    else:
        click.echo(f"decision {done.decision}: {done.message}")


@click.command()
@click.argument("article", type=ID)
@by_option
@json_option
def detach(article: int, by: str, as_json: bool) -> None:
    """Take ARTICLE out of its story for good: matching never joins it to that story again."""
    from worker.flows import decisions

    _decide(lambda current: decisions.detach(current, article, by), as_json=as_json)


@click.command()
@click.argument("first", metavar="STORY", type=ID)
@click.argument("second", metavar="STORY", type=ID)
@by_option
@json_option
def merge(first: int, second: int, by: str, as_json: bool) -> None:
    """Make two stories one for good: matching never splits their articles again."""
    from worker.flows import decisions

    _decide(lambda current: decisions.merge(current, first, second, by), as_json=as_json)


@click.command()
@click.argument("decision", type=ID, required=False)
@by_option
@json_option
def undo(decision: int | None, by: str, as_json: bool) -> None:
    """Undo DECISION, or the latest one in force."""
    from worker.flows import decisions

    _decide(lambda current: decisions.undo(current, decision, by), as_json=as_json)


@click.command()
def feedback() -> None:
    """Print the articles of all decisions as JSON Lines that `wireroom cluster` reads."""
    from worker.flows.feedback import iter_feedback
    from worker.flows.services import services
    from worker.views.output import print_json

    with services().db.read() as connection:
        for row in iter_feedback(connection):
            print_json(row)
