"""`wireroom run`: run everything on this machine, supervised in the foreground."""

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import replace

import click

from worker.config import config_digest
from worker.errors import ServiceError, os_errors
from worker.flows.heartbeat_keys import ROLES
from worker.flows.local_service import begin_preparation, end_preparation, write_addresses
from worker.launcher.broker import broker_child, find_fault
from worker.launcher.child import CHILD_MARK, Child, Process, Starter, spawn
from worker.launcher.dashboard import summarize
from worker.launcher.flower import Flower, flower_url
from worker.launcher.instance import hold_instance
from worker.launcher.leftovers import end_leftovers
from worker.launcher.live_summary import LineDisplay, LiveDisplay
from worker.launcher.liveness import Reporter, check_roles
from worker.launcher.roles import READY_FILE, SERVERS, role_command
from worker.launcher.service_manager import ServiceManager
from worker.launcher.supervisor import PAUSE_S, Supervisor
from worker.launcher.watchdog import heal
from worker.launcher.web import Web, web_url
from worker.launcher.zygote import Zygote
from worker.logs import get_logger
from worker.service_urls import sqlite_path
from worker.settings import PREFIX, Settings, find_odd_variables
from worker.views.numbers import WholeNumber
from worker.views.times import zone_option

BEAT, WORKERS, MONITOR, BROKER = range(4)  # the order of stopping
PREPARATIONS = 10  # that may be killed before the service gives up
WARM_S, COLD_S = 7.0, 1.5  # for running tasks; interrupted ones are retried from the database


def child_env(settings: Settings) -> dict[str, str]:
    """Extra environment of every child: the same installation, whatever its working directory."""
    return {
        CHILD_MARK: str(settings.home),
        f"{PREFIX}HOME": str(settings.home),
        f"{PREFIX}CONFIG": str(settings.config),
        f"{PREFIX}FLOWER_PORT": str(settings.flower_port),
        "PYTHONUNBUFFERED": "1",
    }


def _worker_child(role: str, settings: Settings, start: Starter, *options: str, number: int = 1) -> Child:
    node = role if number == 1 else f"{role}-{number}"
    # With the embedded broker the plain name is unique, and the monitor keeps one line per role.
    name = () if settings.broker_url else ("--hostname", f"{node}@%h")
    child = Child(
        name=node,
        argv=role_command(role, *options, *name),
        log=settings.home / "log" / f"{node}.log",
        stage=WORKERS,
        after=("broker",),
        start=start,
        grace_s=WARM_S,
        quit_s=COLD_S,
    )
    return _with_sign(child, settings)


def _with_sign(child: Child, settings: Settings) -> Child:
    """The same child, which creates a file once it is ready."""
    sign = settings.home / "run" / f"{child.name}.ready"

    def prepare(failed_starts: int) -> None:
        child.prepare(failed_starts)
        sign.parent.mkdir(exist_ok=True)
        sign.unlink(missing_ok=True)

    return replace(child, env={READY_FILE: str(sign)}, is_ready=sign.exists, prepare=prepare)


def _extract_children(settings: Settings, start: Starter) -> list[Child]:
    """Extract workers of one process each: together they compute on several processors."""
    one = {f"{PREFIX}EXTRACT_CONCURRENCY": "1"}
    numbers = range(1, settings.extract_concurrency + 1)
    children = [_worker_child("extract", settings, start, number=number) for number in numbers]
    return [replace(child, env={**child.env, **one}) for child in children]


def _beat_child(settings: Settings, start: Starter) -> Child:
    return Child(
        "beat",
        role_command("beat"),
        log=settings.home / "log" / "beat.log",
        stage=BEAT,
        after=("broker",),
        rather_after=("flower",),  # which then sees the first polls from their beginning
        start=start,
    )


def _flower_child(settings: Settings, start: Starter, after: Sequence[str]) -> Child:
    flower = Flower(settings)
    return Child(
        "flower",
        role_command("flower"),
        log=settings.home / "log" / "flower.log",
        stage=MONITOR,
        after=tuple(after),
        is_ready=flower.is_ready,
        prepare=flower.prepare,
        start=start,
    )


def make_children(settings: Settings, *, with_flower: bool, start: Starter = spawn) -> list[Child]:
    """The children of this installation in the order of starting; `start` starts the roles.

    Raises ServiceError without a broker.
    """
    broker = broker_child(settings, stage=BROKER)
    workers = [
        _worker_child("control", settings, start, "--no-beat"),
        _worker_child("poll", settings, start),
        *_extract_children(settings, start),
    ]
    children = [*([broker] if broker else []), *workers, _beat_child(settings, start)]
    if with_flower:  # it lists the workers that responded when it started
        children.append(_flower_child(settings, start, [child.name for child in workers]))
    if settings.web_address is not None:
        children.append(_web_child(settings, start))
    return children


def _web_child(settings: Settings, start: Starter) -> Child:
    child = Child(
        "web",
        role_command("web"),
        log=settings.home / "log" / "web.log",
        stage=MONITOR,
        prepare=Web(settings).prepare,
        start=start,
    )
    return _with_sign(child, settings)


@click.command()
@click.option("--flower-port", type=WholeNumber(1, 65535), help="Port of the monitor. [default: 5555]")
@click.option("--no-flower", is_flag=True, help="Do not start the monitor.")
@zone_option
def run(flower_port: int | None, no_flower: bool) -> None:
    """Run everything on this machine: broker, workers, beat and monitor, until SIGINT or SIGTERM."""
    from worker.logs import configure_logging
    from worker.settings import read_settings

    settings = read_settings()
    if flower_port is not None:
        settings = replace(settings, flower_port=flower_port)
    _require_config(settings)
    os.umask(0o077)  # logs and data may hold what only their owner may read
    configure_logging(settings)
    manager = ServiceManager.take(os.environ)
    with hold_instance(settings.home):
        with os_errors(f"{settings.home} cannot be used"):
            begin_preparation(settings.home)
            write_addresses(settings, with_flower=not no_flower)
        _serve(settings, manager, with_flower=not no_flower)


def _require_config(settings: Settings) -> None:
    """Raise ConfigError, before anything is written, if neither the database nor a config file exists."""
    path = sqlite_path(settings.database_url)
    if path and not path.exists():
        config_digest(settings.config)


def _serve(settings: Settings, manager: ServiceManager, *, with_flower: bool) -> None:
    log = get_logger("wireroom.run")
    env = {**os.environ, **child_env(settings)}
    with closing(Zygote(env, log, output=settings.home / "log" / "zygote.log")) as zygote:
        start = zygote.start if sys.platform == "linux" else spawn
        supervisor = Supervisor(make_children(settings, with_flower=with_flower, start=start), log, env=env)
        zygote.is_stopping = supervisor.is_stopping
        _stop_on_signals(supervisor)
        if ended := end_leftovers(settings.home):
            log.warning("killed leftovers of an earlier run", pids=ended)
        if start is not spawn:
            with suppress(OSError):  # it imports while this process prepares the data; `start` reports errors
                zygote.open()
        for line in find_odd_variables():
            log.warning(line)
        if fault := find_fault(settings):
            log.warning(fault)
        manager.show_status("preparing the database")
        if _prepare_data(env, supervisor.is_stopping):
            end_preparation(settings.home)
            display = _display(supervisor, settings, lambda child: start(child, env), with_flower=with_flower)
            _supervise(supervisor, zygote, settings, manager, display)
    log.info("stopped")
    sys.exit(supervisor.exit_code)


def _display(
    supervisor: Supervisor, settings: Settings, start: Callable[[Child], Process], *, with_flower: bool
) -> LiveDisplay | LineDisplay:
    """What shows the service's state here: a picture on a terminal, log lines otherwise."""
    monitor, log = flower_url(settings) if with_flower else None, get_logger("wireroom.run")
    log.info(
        "starting",
        home=str(settings.home),
        config=str(settings.config),
        monitor=monitor,
        pages=web_url(settings),
    )
    if sys.stderr.isatty():
        return LiveDisplay(supervisor, settings, monitor)
    return LineDisplay(settings.home, start, log)


def _supervise(
    supervisor: Supervisor,
    zygote: Zygote,
    settings: Settings,
    manager: ServiceManager,
    display: LiveDisplay | LineDisplay,
) -> None:
    needed = supervisor.states().keys() - SERVERS.keys()  # without them everything else works
    reporter = Reporter(manager, supervisor, needed, lambda: check_roles(settings, ROLES))

    def on_pass() -> None:
        display.show()
        zygote.reap_orphans(known={*supervisor.pids().values(), *display.reader.pids()})
        if (status := display.reader.news()) is not None:
            heal(supervisor, status)
        reporter.report(summarize(display.reader.status))

    with display:
        supervisor.run(on_pass, reporter.stop)


def _prepare_data(env: Mapping[str, str], is_stopping: Callable[[], bool]) -> bool:
    """Have a process prepare the data before the first worker starts; False if stopped before.

    If it fails, which it reports itself, this process exits with its code. One that is killed is started
    again, as any other child is. Raises ServiceError if that happens `PREPARATIONS` times.
    """
    killed = 0
    while (exit_code := _run_preparation(env, is_stopping)) < 0 and not is_stopping():
        killed += 1
        if killed == PREPARATIONS:
            raise ServiceError(f"preparing the database was ended by signal {-exit_code}, {killed} times")
        get_logger("wireroom.run").warning(
            "preparing the database was killed, starting it again", signal=-exit_code
        )
        time.sleep(PAUSE_S)
    if exit_code > 0:
        sys.exit(exit_code)
    return not is_stopping()


def _run_preparation(env: Mapping[str, str], is_stopping: Callable[[], bool]) -> int:
    """The exit code of the process that prepares the data, which gets SIGTERM if the service is to stop."""
    process = spawn(Child("prepare", (sys.executable, "-P", "-m", "worker.launcher.prepare")), env)
    is_told = False
    while process.poll() is None:
        if is_stopping() and not is_told:
            process.send_signal(signal.SIGTERM)
            is_told = True
        time.sleep(PAUSE_S / 2)
    return process.returncode


def _stop_on_signals(supervisor: Supervisor) -> None:
    """Stop on SIGINT, also where a script's shell has it ignored in the background; nohup is respected."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, supervisor.request_stop)
