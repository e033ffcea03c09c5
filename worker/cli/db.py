"""`wireroom db`: upgrade, back up, restore and purge the database."""

from datetime import UTC, datetime
from pathlib import Path

import click


@click.group()
def db() -> None:
    """Upgrade, back up, restore or purge the database."""


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
    from worker.store.restore import require_sqlite, restore_sqlite

    current = services()
    require_sqlite(current.db)
    with hold_instance(current.settings.home):
        done = restore_sqlite(current.db, source, datetime.now(UTC))
    click.echo(f"{source} was restored to {done.path}")
    if done.aside:
        click.echo(f"the replaced database was saved as {done.aside}")
    if done.note:
        click.echo(f"note: {done.note}")


@db.command()
def purge() -> None:
    """Run all maintenance now: prune history and sketches, delete articles beyond their feed's `keep`."""
    from worker.flows import upkeep
    from worker.flows.services import services

    done = upkeep.run_all(services())
    click.echo(", ".join(f"{name} {count}" for name, count in done.items()))
