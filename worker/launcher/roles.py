"""`wireroom worker ROLE`: run one role as a Celery worker, beat or Flower."""

import os
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from worker.launcher.flower import check_address, flower_argv, flower_env
from worker.launcher.schema_wait import stop_on_other_schema, wait_for_schema
from worker.launcher.supervisor import Child
from worker.logs import get_logger
from worker.settings import Settings
from worker.views.numbers import WholeNumber

ROLES = ("control", "poll", "extract", "beat", "flower")
CONTROL_THREADS = 4  # tick, reload, upkeep, alerts: at most one thread each, so none waits for another
READY_FILE = (
    "WIREROOM_READY_FILE"  # environment variable: the file that a worker creates once it accepts tasks
)


def role_argv(
    role: str, settings: Settings, *, hostname: str | None = None, concurrency: int | None = None
) -> list[str]:
    """Celery's arguments for a role: a worker on its own queue, beat or Flower.

    Tasks mostly wait for SQL and network, so they run in threads. CPU-heavy parsing of untrusted bytes runs
    in a few child processes with limits, shared by the threads.
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
    """The command line that runs one role in a separate process."""
    return (sys.executable, "-P", "-m", "worker.launcher.roles", role, *options)


def pair_children(*options: str) -> list[Child]:
    """A control worker and beat as separate children, so that each can be restarted."""
    return [
        Child("beat", role_command("beat"), stage=0),
        Child("control", role_command("control", "--no-beat", *options), stage=1, grace_s=7.0, quit_s=1.5),
    ]


def _announce_ready(**_: Any) -> None:
    if path := os.environ.get(READY_FILE):
        Path(path).touch()


def run_role(argv: list[str]) -> None:
    """Run Celery with these arguments until it ends."""
    from celery.signals import worker_ready

    from worker import app

    worker_ready.connect(_announce_ready, weak=False)
    if argv[0] == "worker":
        exit_code = stop_on_other_schema()
        app.start(argv=argv)
        sys.exit(exit_code())
    app.conf.include = ()  # beat and Flower use tasks by name only and need no task modules
    app.start(argv=argv)


@click.command()
@click.argument("role", type=click.Choice(ROLES))
@click.option("--concurrency", type=WholeNumber(1, 1000), help="Tasks at once; default from the settings.")
@click.option("--hostname", help="Node name. [default: ROLE-PID@HOST]")
@click.option("--no-beat", is_flag=True, help="Control only: without beat, which sends the ticks.")
def worker(role: str, concurrency: int | None, hostname: str | None, no_beat: bool) -> None:
    """Run one role as a plain Celery worker, for installations on many machines.

    Any number of each role may run, on any number of machines: claims are atomic. A role waits until the
    database has the schema of this program; it exits with 2 if the database is newer.
    """
    from worker.logs import configure_logging
    from worker.settings import read_settings

    settings = read_settings()
    configure_logging(settings)
    if role != "flower":  # all other roles depend on the database
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
    from worker.store.session import Database

    with closing(Database(settings.database_url)) as database:
        wait_for_schema(database, get_logger("wireroom.worker"))


def _run_pair(*options: str) -> None:
    import signal

    from worker.launcher.supervisor import Supervisor

    supervisor = Supervisor(pair_children(*options), get_logger("wireroom.worker"))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, supervisor.request_stop)
    supervisor.run()
    sys.exit(supervisor.exit_code)


if __name__ == "__main__":
    from worker.views.errors import run_command

    run_command(worker)
