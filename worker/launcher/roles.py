"""`wireroom worker ROLE`: run one role as a Celery worker, beat, Flower or the web pages."""

import gc
import os
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from worker import flower_guard
from worker.flows.heartbeat_keys import ROLES as HEALTH_ROLES
from worker.launcher.child import CHILD_MARK, Child
from worker.launcher.flower import Flower, check_address, flower_argv, flower_env
from worker.launcher.schema_wait import stop_on_other_schema, wait_for_schema
from worker.launcher.service_manager import ServiceManager
from worker.launcher.stopping import bound_stop
from worker.launcher.web import Web, web_address
from worker.logs import get_logger
from worker.processes import keep_heap_small
from worker.settings import Settings
from worker.views.choices import OneOf
from worker.views.numbers import WholeNumber

ROLES = ("control", "poll", "extract", "beat", "flower", "web")
NICENESS = {"extract": 5}  # see nice(2): a page may wait, a poll has its time
# New objects until young ones are collected, and how many times that until older ones are. Cycles are few:
# Python's 700 took a thirtieth of the CPU time, and its 10 kept forgotten statements for most of an hour.
COLLECT_EVERY = (10_000, 3, 3)
GRACE_S, QUIT_S = 15.0, 1.5  # for running tasks; interrupted ones are retried from the database
# tick, reload, upkeep, alerts, push: at most one thread each, so none waits for another; and senders of push
CONTROL_THREADS = 5 + 4
WAITS_FOR = {"flower": "the broker", "web": "the database"}  # before it is ready; others wait for both
SERVERS: Mapping[str, type[Flower | Web]] = {"flower": Flower, "web": Web}  # roles without a queue
READY_FILE = (
    "WIREROOM_READY_FILE"  # environment variable: the file that a worker creates once it accepts tasks
)


def worker_options(
    role: str, settings: Settings, *, hostname: str | None = None, concurrency: int | None = None
) -> dict[str, Any]:
    """The options of `celery worker` for a role: a worker on its own queue.

    Tasks mostly wait for SQL and network, so they run in threads. CPU-heavy parsing of untrusted bytes runs
    in a few child processes with limits, shared by the threads.
    """
    usual = {
        "control": CONTROL_THREADS, "poll": settings.poll_concurrency, "extract": settings.extract_threads
    }  # fmt: skip
    return {
        "queues": [role],
        "pool_cls": "threads",
        "concurrency": max(concurrency or usual[role], CONTROL_THREADS if role == "control" else 1),
        "hostname": hostname or f"{role}-{os.getpid()}@%h",
        "loglevel": settings.log_level,
        "task_events": True,
        "without_gossip": True,
        "without_mingle": True,
    }


def role_command(role: str, *options: str) -> tuple[str, ...]:
    """The command line that runs one role in a separate process."""
    return (sys.executable, "-P", "-m", "worker.launcher.roles", role, *options)


def role_children(role: str, settings: Settings, *options: str, sign: Path | None = None) -> list[Child]:
    """The processes of one role as children of a supervisor, so that each can be restarted.

    Control has beat as a separate process. A worker creates the file `sign` when it accepts tasks; without
    one it counts as ready when it runs.
    """
    if role in SERVERS:
        return [Child(role, role_command(role), is_ready=SERVERS[role](settings).is_ready, grace_s=GRACE_S)]
    beat = [Child("beat", role_command("beat"), stage=0)] if role == "control" else []
    argv = role_command(role, *(["--no-beat"] if role == "control" else []), *options)
    own = Child(role, argv, stage=1, grace_s=GRACE_S, quit_s=QUIT_S)
    if sign is None:
        return [*beat, own]
    path = sign

    def remove_sign(_failed_starts: int) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.unlink(missing_ok=True)

    return [*beat, replace(own, env={READY_FILE: str(path)}, is_ready=path.exists, prepare=remove_sign)]


def _announce_ready(**_: Any) -> None:
    if path := os.environ.get(READY_FILE):
        Path(path).touch()


def run_role(
    role: str, settings: Settings, *, hostname: str | None = None, concurrency: int | None = None
) -> None:
    """Run Celery for a role until it ends.

    Workers and beat do without Celery's command line, which loads Flower and a shell for each of them.
    """
    gc.set_threshold(*COLLECT_EVERY)
    from celery.signals import worker_ready
    from celery.utils.nodenames import default_nodename, host_format

    from worker import app

    worker_ready.connect(_announce_ready, weak=False)
    if role in SERVERS or role == "beat":
        app.conf.include = ()  # beat and Flower use tasks by name only and need no task modules
    if role == "flower":
        flower_guard.guard()
        app.start(argv=flower_argv(settings))
    elif role == "beat":
        app.Beat(loglevel=settings.log_level).run()
    else:
        options = worker_options(role, settings, hostname=hostname, concurrency=concurrency)
        bound_stop(GRACE_S + QUIT_S)
        exit_code = stop_on_other_schema()
        app.Worker(**options | {"hostname": host_format(default_nodename(options["hostname"]))}).start()
        sys.exit(exit_code())


@click.command()
@click.argument("role", type=OneOf("role", ROLES))
@click.option("--concurrency", type=WholeNumber(1, 1000), help="Tasks at once; default from the settings.")
@click.option("--hostname", help="Node name. [default: ROLE-PID@HOST]")
@click.option("--no-beat", is_flag=True, help="Control only: without beat, which sends the ticks.")
def worker(role: str, concurrency: int | None, hostname: str | None, no_beat: bool) -> None:
    """Run one role as a process of its own, for installations on many machines.

    Any number of each role may run, on any number of machines: claims are atomic. A role waits until the
    database has the schema of this program; it exits with 2 if the database is newer.
    """
    from worker.logs import configure_logging
    from worker.settings import read_settings

    keep_heap_small()
    settings = read_settings()
    os.umask(0o077)  # logs and data may hold what only their owner may read
    configure_logging(settings)
    manager = ServiceManager.take(os.environ)
    if CHILD_MARK not in os.environ:  # else `wireroom run` says when it is ready
        waits_for = WAITS_FOR.get(role, "the database and the broker")
        get_logger("wireroom.worker").info("starting", role=role, waits_for=waits_for)
    if role == "flower":
        check_address(settings)
        os.environ.update(flower_env(settings))
    elif role != "beat" or CHILD_MARK not in os.environ:  # else `wireroom run` prepared the database before
        if role == "web":
            web_address(settings)
        manager.show_status("waiting for the database")
        _wait_for_schema(settings)
    if manager.is_there or (role == "control" and not no_beat):
        given = {"--concurrency": concurrency, "--hostname": hostname}
        _supervise(role, settings, manager, *(f"{k}={v}" for k, v in given.items() if v is not None))
        return
    if role == "web":
        from worker.web.server import serve

        serve(settings, web_address(settings), _announce_ready)
        return
    # not relative: SIGHUP starts a worker again in the same process
    os.setpriority(os.PRIO_PROCESS, 0, max(os.getpriority(os.PRIO_PROCESS, 0), NICENESS.get(role, -20)))
    run_role(role, settings, hostname=hostname, concurrency=concurrency)


def _wait_for_schema(settings: Settings) -> None:
    from worker.store.session import Database

    with closing(Database(settings.database_url)) as database:
        wait_for_schema(database, get_logger("wireroom.worker"))


def _supervise(role: str, settings: Settings, manager: ServiceManager, *options: str) -> None:
    """Run a role in child processes, reporting to the service manager."""
    import signal

    from worker.launcher.liveness import Reporter, check_roles
    from worker.launcher.supervisor import Supervisor

    sign = settings.home / "run" / f"{role}-{os.getpid()}.ready" if manager.is_there else None
    children = role_children(role, settings, *options, sign=sign)
    supervisor = Supervisor(children, get_logger("wireroom.worker"))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, supervisor.request_stop)
    checked = [role] if role in (*HEALTH_ROLES, *SERVERS) else []
    needed = [child.name for child in children]
    reporter = Reporter(manager, supervisor, needed, lambda: check_roles(settings, checked))
    supervisor.run(reporter.report, reporter.stop)
    sys.exit(supervisor.exit_code)


main = worker  # what the zygote calls

if __name__ == "__main__":
    from worker.views.errors import run_command

    run_command(worker)
