"""The part of `wireroom doctor` about the ports on which the service listens."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from worker.cli.doctor_findings import BAD, OK, Finding
from worker.errors import ServiceError

if TYPE_CHECKING:
    from worker.settings import Settings


@dataclass(frozen=True, slots=True)
class _Server:
    """What listens on a port, the settings of the port and of the address, and the check of its password."""

    what: str
    address: str
    port: int
    setting: str
    host_setting: str
    check: "Callable[[Settings], None]"


def examine_ports(settings: "Settings", unread: Collection[str] = ()) -> Iterator[Finding]:
    """Whether each server can listen, or does so in the running service; without `unread` settings.

    The running service has an environment of its own, and perhaps the option `--flower-port`. The settings
    as they are read here are for its next start.
    """
    from worker.flows.local_service import find_local_service, settings_of_service
    from worker.launcher.flower import flower_url

    service = find_local_service(settings.home)
    read = [one for one in _servers(settings) if one.setting not in unread] if service else []
    next_faults = [fault for one in read if (fault := _examine_login(settings, one))]
    settings, has_monitor = settings_of_service(settings)
    held = _ports_of(service.pid) if service else set()
    left_out = {*unread, *(() if has_monitor else ("FLOWER_PORT",))}
    servers = [one for one in _servers(settings) if one.setting not in left_out]
    found = [finding for one in servers if (finding := _examine(settings, one, held))]
    faults = list(dict.fromkeys([*found, *next_faults]))
    yield from faults
    if faults:
        return
    if service:
        monitor = f"its monitor is {flower_url(settings)}" if has_monitor else "without a monitor"
        yield Finding("ports", OK, f"the service runs with pid {service.pid}; {monitor}")
    else:
        yield Finding(
            "ports", OK, ", ".join(f"{one.address}:{one.port} is free for {one.what}" for one in servers)
        )


def _servers(settings: "Settings") -> Iterator[_Server]:
    from worker.cli.environment import examine_metrics, examine_monitor, examine_web

    host, port = settings.flower_address, settings.flower_port
    yield _Server("the monitor", host, port, "FLOWER_PORT", "FLOWER_ADDRESS", examine_monitor)
    if settings.web_address is not None:
        yield _Server("the web pages", *settings.web_address, "WEB_ADDRESS", "WEB_ADDRESS", examine_web)
    if settings.metrics_address is not None:
        yield _Server(
            "the metrics", *settings.metrics_address, "METRICS_ADDRESS", "METRICS_ADDRESS", examine_metrics
        )


def _examine_login(settings: "Settings", server: _Server) -> Finding | None:
    """A server beyond loopback that has no password."""
    try:
        server.check(settings)
    except ServiceError as exc:
        remedy = f"set the password, or WIREROOM_{server.host_setting} to loopback"
        return Finding("ports", BAD, str(exc), remedy)
    return None


def _examine(settings: "Settings", server: _Server, held: Collection[int] | None) -> Finding | None:
    """What is wrong with a server; `held` are the ports of the running service, None if not known."""
    from worker.launcher.listening import find_port_fault

    if fault := _examine_login(settings, server):
        return fault
    if held is None or server.port in held:
        return None
    said = find_port_fault(server.address, server.port)
    remedy = f"set WIREROOM_{server.setting} to a free port, or stop the other program"
    return Finding("ports", BAD, f"{said}: it is needed for {server.what}", remedy) if said else None


def _ports_of(pid: int) -> set[int] | None:
    """The ports on which a process and its descendants listen; None if this user may not know."""
    import psutil

    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
        return {
            link.laddr.port
            for one in family
            for link in one.net_connections("tcp")
            if link.status == psutil.CONN_LISTEN
        }
    except psutil.Error:
        return None
