"""`wireroom db`: the database's own care."""

from datetime import UTC, datetime
from pathlib import Path

import click


@click.group()
def db() -> None:
    """Upgrade, back up, restore or purge the database."""


@db.command()
@click.option("--no-copy", is_flag=True, help="SQLite: without keeping a copy of what was there before.")
def upgrade(no_copy: bool) -> None:
    """Bring the schema to the newest revision; a SQLite database is copied before."""
    from worker.flows.services import services
    from worker.store.schema import migrate

    copy = migrate(services().db, keep_copy=not no_copy)
    if copy:
        click.echo(f"the database from before the upgrade is kept as {copy}")
    click.echo("the schema is up to date")


@db.command()
@click.argument("target", type=click.Path(path_type=Path))
def backup(target: Path) -> None:
    """Write a consistent copy of the SQLite database to TARGET while the service runs."""
    from worker.flows.services import services
    from worker.store.backup import backup_sqlite

    size = backup_sqlite(services().db, target)
    click.echo(f"{target}: {size / 1e6:.1f} MB")


@db.command()
@click.argument("source", type=click.Path(path_type=Path))
def restore(source: Path) -> None:
    """Put the backup SOURCE in the place of the SQLite database of a stopped service.

    The database that was there is kept under another name.
    """
    from worker.flows.services import services
    from worker.launcher.instance import hold_instance
    from worker.store.restore import require_sqlite, restore_sqlite

    desk = services()
    require_sqlite(desk.db)
    with hold_instance(desk.settings.home):
        done = restore_sqlite(desk.db, source, datetime.now(UTC))
    click.echo(f"{source} is restored to {done.path}")
    if done.aside:
        click.echo(f"the database that was there is kept as {done.aside}")
    if done.note:
        click.echo(f"note: {done.note}")


@db.command()
def purge() -> None:
    """Do all of the upkeep now: prune history and sketches, purge articles beyond their feed's `keep`."""
    from worker.flows import upkeep
    from worker.flows.services import services

    done = upkeep.run_all(services())
    click.echo(", ".join(f"{name} {count}" for name, count in done.items()))
