"""`wireroom db`: upgrade, back up, restore, copy and purge the database."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from worker.cli.groups import NamingGroup

if TYPE_CHECKING:
    from worker.flows.services import Services

DELETED = {
    "purged": "articles", "sketches": "sketches of articles outside the window", "history": "rows of history",
    "push": "push messages", "furniture": "learned paragraphs", "sites": "files and waits of sites",
}  # fmt: skip


@click.group(cls=NamingGroup)
def db() -> None:
    """Upgrade, back up, restore, copy or purge the database."""


@db.command()
@click.option("--no-copy", is_flag=True, help="SQLite: do not keep a copy of the previous database.")
def upgrade(no_copy: bool) -> None:
    """Upgrade the schema to the newest revision; a SQLite database is copied first."""
    from worker.flows.services import services
    from worker.store.schema import migrate

    copy = migrate(services().db, keep_copy=not no_copy)
    if copy:
        click.echo(f"the database before the upgrade was saved as {copy}")
    click.echo("the schema is up to date")


@db.command()
@click.argument("target", type=click.Path(path_type=Path))
def backup(target: Path) -> None:
    """Write a consistent copy of the SQLite database to TARGET while the service runs."""
    from worker.flows.services import services
    from worker.store.backup import backup_sqlite
    from worker.text.amounts import spell_bytes

    size = backup_sqlite(services().db, target)
    click.echo(f"{target}: {spell_bytes(size)}")


@db.command()
@click.argument("source", type=click.Path(path_type=Path))
def restore(source: Path) -> None:
    """Replace the SQLite database of a stopped service by the backup SOURCE.

    The replaced database is kept under another name.
    """
    from worker.flows.services import services
    from worker.launcher.instance import hold_instance
    from worker.store.restore import require_backup, restore_sqlite

    current = services()
    require_backup(current.db, source)  # before the state directory is created
    _require_stopped(current)
    with hold_instance(current.settings.home):
        done = restore_sqlite(current.db, source, datetime.now(UTC))
    click.echo(f"{source} was restored to {done.path}")
    if done.aside:
        click.echo(f"the replaced database was saved as {done.aside}")
    for note in done.notes:
        click.echo(f"note: {note}")


@db.command()
@click.argument("target")
def copy(target: str) -> None:
    """Copy the database of a stopped service to TARGET, which must be empty.

    TARGET is a URL, or env:NAME or file:PATH with one; the directory of a SQLite file must exist. All rows
    are read back and compared. Afterwards set WIREROOM_DATABASE_URL to the new database.
    """
    from contextlib import closing

    from worker.flows.services import services
    from worker.launcher.instance import hold_instance
    from worker.store import Database
    from worker.store.transfer import copy_database_to
    from worker.text.amounts import count_of

    current = services()
    url = _url_of(target, str(current.settings.home))
    _require_directory(url)
    current.db.check_schema()  # before the state directory is created
    _require_stopped(current)
    with hold_instance(current.settings.home), closing(Database(url)) as other:
        tables = copy_database_to(current.db, other)
    for table in tables:
        click.echo(f"{table.rows:>12,}  {table.name}")
    rows = sum(table.rows for table in tables)
    click.echo(f"{count_of(rows, 'row')} in {count_of(len(tables), 'table')} copied, read back and compared")
    click.echo("now set WIREROOM_DATABASE_URL to the new database, and start the service")


def _require_stopped(current: "Services") -> None:
    """Raise ClickException if a worker is alive, whatever it is called and consumes."""
    from worker.flows import heartbeats

    if alive := heartbeats.machines(current):
        raise click.ClickException(f"workers are alive on {', '.join(sorted(alive))}: stop them first")


def _url_of(target: str, home: str) -> str:
    """The database URL that a target names. Raises BadParameter, without the URL, if there is none."""
    from worker.config import is_reference, resolve_secret
    from worker.errors import ConfigError
    from worker.settings import read_settings

    try:
        url = resolve_secret(target) if is_reference(target) else target
        return read_settings({"WIREROOM_DATABASE_URL": url, "WIREROOM_HOME": home}).database_url
    except ConfigError as exc:
        said = "; ".join(problem.message.removeprefix("WIREROOM_DATABASE_URL: ") for problem in exc.problems)
        raise click.BadParameter(said, param_hint="TARGET") from exc


def _require_directory(url: str) -> None:
    """Raise BadParameter if a SQLite file has no directory: a mistyped path must not create one."""
    from worker.service_urls import sqlite_path

    path = sqlite_path(url)
    if path is not None and not path.parent.is_dir():
        said = f"the directory {path.parent} does not exist: create it first, or correct the path"
        raise click.BadParameter(said, param_hint="TARGET")


@db.command()
def purge() -> None:
    """Run all maintenance now: prune history and sketches, delete articles beyond their feed's `keep`."""
    from worker.flows import upkeep
    from worker.flows.services import services

    done = upkeep.run_all(services())
    click.echo("deleted: " + ", ".join(f"{done[name]} {words}" for name, words in DELETED.items()))
    click.echo(f"made due: {done['released']} jobs that waited for a page that is not read any more")
