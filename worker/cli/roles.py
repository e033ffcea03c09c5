"""`wireroom worker ROLE`: one role as a plain Celery worker, beat or Flower with its right options."""

import os
import sys
from pathlib import Path
from typing import Any

import click

from worker.cli.monitor import check_address, flower_argv, flower_env
from worker.cli.supervisor import Child
from worker.settings import Settings

ROLES = ("control", "poll", "extract", "beat", "flower")
READY_FILE = "WIREROOM_READY_FILE"  # environment: written by a worker once it takes tasks
# A page that holds a child for longer is given up; below the longest lease of a job.
SOFT_LIMIT_S, HARD_LIMIT_S = 240, 270
TASKS_PER_CHILD = 500  # extraction children are renewed against slow leaks in HTML libraries
MEMORY_PER_CHILD_KB = 600_000  # a child above this is renewed after its task


def role_argv(
    role: str, settings: Settings, *, hostname: str | None = None, concurrency: int | None = None
) -> list[str]:
    """Celery's arguments for a role: a worker on its own queue with the pool that suits it, beat or Flower.

    Control and poll work waits for SQL and network, so threads; extraction is heavy on the CPU and meets
    hostile HTML, so processes that are renewed.
    """
    if role == "beat":
        # The schedule in memory: intervals are short, and a file could be broken by a kill.
        return ["beat", "-S", "celery.beat:Scheduler", "--pidfile=", "-l", settings.log_level]
    if role == "flower":
        return flower_argv(settings)
    pool, default = {
        "control": ("threads", 1),
        "poll": ("threads", settings.poll_concurrency),
        "extract": ("prefork", settings.extract_concurrency),
    }[role]
    argv = ["worker", "-Q", role, "-P", pool, "-c", str(concurrency or default), "-E"]
    argv += ["--without-gossip", "--without-mingle", "-l", settings.log_level]
    argv += ["-n", hostname or f"{role}-{os.getpid()}@%h"]
    if role == "extract":
        argv += [f"--max-tasks-per-child={TASKS_PER_CHILD}"]
        argv += [f"--max-memory-per-child={MEMORY_PER_CHILD_KB}"]
        argv += [f"--soft-time-limit={SOFT_LIMIT_S}", f"--time-limit={HARD_LIMIT_S}"]
    return argv


def role_command(role: str, *options: str) -> tuple[str, ...]:
    """The command line that runs one role in a process of its own."""
    return (sys.executable, "-P", "-m", "worker.cli.roles", role, *options)


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
    from celery.signals import worker_process_init, worker_ready

    from worker import app
    from worker.processes import die_with_parent

    parent = os.getpid()

    def bind_to_parent(**_: Any) -> None:
        die_with_parent(parent)

    worker_process_init.connect(bind_to_parent, weak=False)
    worker_ready.connect(_announce_ready, weak=False)
    if argv[0] != "worker":
        app.conf.include = ()  # beat and Flower send and show tasks by name: they start in half the time
    app.start(argv=argv)


@click.command()
@click.argument("role", type=click.Choice(ROLES))
@click.option("--concurrency", type=click.IntRange(1, 1000), help="Tasks at once; else from the settings.")
@click.option("--hostname", help="Node name; else the role, the process id and the host.")
@click.option("--no-beat", is_flag=True, help="Control only: without the clock that sends ticks.")
def worker(role: str, concurrency: int | None, hostname: str | None, no_beat: bool) -> None:
    """Run one role as a plain Celery worker, for installations on many machines.

    Any number of each role may run, on any number of machines: claims are atomic.
    """
    from worker.settings import read_settings

    settings = read_settings()
    if role == "control" and not no_beat:
        given = {"--concurrency": concurrency, "--hostname": hostname}
        _run_pair(settings, *(f"{name}={value}" for name, value in given.items() if value is not None))
        return
    if role == "flower":
        check_address(settings)
        os.environ.update(flower_env(settings))
    run_role(role_argv(role, settings, hostname=hostname, concurrency=concurrency))


def _run_pair(settings: Settings, *options: str) -> None:
    import signal

    import structlog

    from worker.cli.supervisor import Supervisor
    from worker.logs import configure_logging

    configure_logging(settings)
    supervisor = Supervisor(pair_children(*options), structlog.get_logger("wireroom.worker"))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, supervisor.request_stop)
    supervisor.run()


if __name__ == "__main__":
    worker()
