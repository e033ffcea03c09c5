"""`wireroom db`: the database's own care."""

from pathlib import Path

import click


@click.group()
def db() -> None:
    """Upgrade, back up or purge the database."""


@db.command()
def upgrade() -> None:
    """Bring the schema to the newest revision."""
    from worker.flows.services import services
    from worker.store.migrate import migrate

    migrate(services().db)
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
def purge() -> None:
    """Do the upkeep now: prune history and sketches, purge articles beyond their feed's `keep`."""
    from worker.flows import upkeep
    from worker.flows.services import services

    done = upkeep.run(services())
    click.echo(", ".join(f"{name} {count}" for name, count in done.items()))
