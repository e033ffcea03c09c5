"""Names of feeds, tags, agencies, languages and hosts on the command line: an unknown one is an error."""

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

import click

from worker.errors import WireroomError
from worker.redaction import redact
from worker.views.choices import nearest_of, require

if TYPE_CHECKING:
    from sqlalchemy import Connection


def no_feed(connection: "Connection", feed: str, commands: Collection[str] = ()) -> click.ClickException:
    """The error for an id that no feed has, with the nearest one, or the nearest of `commands`."""
    from worker.store.filters import known_feeds

    ids = known_feeds(connection)
    close = nearest_of(feed, {*ids, *commands})
    what = "" if close in ids else "the command "
    hint = f', did you mean {what}"{close}"?' if close else "; `wireroom feeds` lists them"
    return click.ClickException(redact(f'no feed "{feed}"{hint}'))


def complete_feed(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """The ids of feeds that begin so, for the shell's completion; none if the database cannot be read."""
    from worker.flows.services import services
    from worker.store.filters import known_feeds

    try:
        with services().db.read() as connection:
            return sorted(name for name in known_feeds(connection) if name.startswith(incomplete))
    except WireroomError:
        return []


def require_feed(connection: "Connection", feed: str | None) -> None:
    """Raise ClickException if a feed is named and unknown."""
    from worker.store.listing import has_feed

    if feed is not None and not has_feed(connection, feed):
        raise no_feed(connection, feed)


def require_known(connection: "Connection", wanted: Mapping[str, str | None]) -> None:
    """Raise ClickException for a value that nothing has; called where a list is empty.

    The keys are `tag`, `agency`, `lang`, `host` (of a feed) or `job_host`; others may be anything.
    """
    from worker.agencies.naming import agency_of
    from worker.store import filters

    known: dict[str, Callable[[Connection], set[str]]] = {
        "tag": filters.known_tags,
        "agency": filters.known_agencies,
        "lang": filters.known_langs,
        "host": filters.known_hosts,
        "job_host": filters.known_job_hosts,
    }
    for name, value in wanted.items():
        if value is not None and name in known:
            named = (agency_of(value) or value) if name == "agency" else value
            require(WORDS.get(name, name), named, known[name](connection))


WORDS = {"lang": "language", "job_host": "host"}
