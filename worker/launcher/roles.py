"""`wireroom worker ROLE`: one role as a plain Celery worker, beat or Flower with its right options."""

import os
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from worker.launcher.flower import check_address, flower_argv, flower_env
from worker.launcher.schema_wait import stop_on_other_schema, wait_for_schema
from worker.launcher.supervisor import Child
from worker.settings import Settings

ROLES = ("control", "poll", "extract", "beat", "flower")
CONTROL_THREADS = 3  # tick, reload, upkeep: each task has one thread at most, and none waits for another
READY_FILE = "WIREROOM_READY_FILE"  # environment: written by a worker once it takes tasks


def role_argv(
    role: str, settings: Settings, *, hostname: str | None = None, concurrency: int | None = None
) -> list[str]:
    """Celery's arguments for a role: a worker on its own queue, beat or Flower.

    All work waits for SQL and network, so threads. What is heavy on the CPU and meets hostile bytes is done
    in a few child processes with limits, which the threads share.
    """
    if role == "beat":
        return ["beat", "--pidfile=", "-l", settings.log_level]
    if role == "flower":
        return flower_argv(settings)
    usual = {
        "control": CONTROL_THREADS, "poll": settings.poll_concurrency, "extract": settings.extract_threads
    }  # fmt: skip
    threads = max(concurrency or usual[role], CONTROL_THREADS if role == "control" else 1)
    argv = ["worker", "-Q", role, "-P", "threads", "-c", str(threads), "-E"]
    argv += ["--without-gossip", "--without-mingle", "-l", settings.log_level]
    return [*argv, "-n", hostname or f"{role}-{os.getpid()}@%h"]


def role_command(role: str, *options: str) -> tuple[str, ...]:
    """The command line that runs one role in a process of its own."""
    return (sys.executable, "-P", "-m", "worker.launcher.roles", role, *options)


def pair_children(*options: str) -> list[Child]:
    """A control worker and its beat, which apart can each be started again when it dies."""
    return [
        Child("beat", role_command("beat"), stage=0),
        Child("control", role_command("control", "--no-beat", *options), stage=1, grace_s=7.0, quit_s=1.5),
    ]


def _announce_ready(**_: Any) -> None:
    if path := os.environ.get(READY_FILE):
        Path(path).touch()


def run_role(argv: list[str]) -> None:
    """Be the Celery worker or beat that these arguments describe, until it ends."""
    from celery.signals import worker_ready

    from worker import app

    worker_ready.connect(_announce_ready, weak=False)
    if argv[0] == "worker":
        exit_code = stop_on_other_schema()
        app.start(argv=argv)
        sys.exit(exit_code())
    app.conf.include = ()  # beat and Flower send and show tasks by name: they start in half the time
    app.start(argv=argv)


@click.command()
@click.argument("role", type=click.Choice(ROLES))
@click.option("--concurrency", type=click.IntRange(1, 1000), help="Tasks at once; else from the settings.")
@click.option("--hostname", help="Node name; else the role, the process id and the host.")
@click.option("--no-beat", is_flag=True, help="Control only: without the clock that sends ticks.")
def worker(role: str, concurrency: int | None, hostname: str | None, no_beat: bool) -> None:
    """Run one role as a plain Celery worker, for installations on many machines.

    Any number of each role may run, on any number of machines: claims are atomic. A role waits until the
    database has the schema of this program; it ends with exit 2 when the database is newer.
    """
    from worker.logs import configure_logging
    from worker.settings import read_settings

    settings = read_settings()
    configure_logging(settings)
    if role != "flower":  # the others work with the database, or send those to work that do
        _wait_for_schema(settings)
    if role == "control" and not no_beat:
        given = {"--concurrency": concurrency, "--hostname": hostname}
        _run_pair(*(f"{name}={value}" for name, value in given.items() if value is not None))
        return
    if role == "flower":
        check_address(settings)
        os.environ.update(flower_env(settings))
    run_role(role_argv(role, settings, hostname=hostname, concurrency=concurrency))


def _wait_for_schema(settings: Settings) -> None:
    import structlog

    from worker.store.session import Database

    with closing(Database(settings.database_url)) as database:
        wait_for_schema(database, structlog.get_logger("wireroom.worker"))


def _run_pair(*options: str) -> None:
    import signal

    import structlog

    from worker.launcher.supervisor import Supervisor

    supervisor = Supervisor(pair_children(*options), structlog.get_logger("wireroom.worker"))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, supervisor.request_stop)
    supervisor.run()
    sys.exit(supervisor.exit_code)


if __name__ == "__main__":
    from worker.views.errors import run_command

    run_command(worker)
