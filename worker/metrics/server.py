"""The HTTP endpoint of the metrics, in the process of a control worker."""

import socket
import threading
import time
from collections.abc import Callable, Iterable
from socketserver import TCPServer, ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from celery.signals import task_postrun, task_prerun
from prometheus_client import (
    CollectorRegistry,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    make_wsgi_app,
)

from worker.errors import ServiceError
from worker.flows.services import Services
from worker.logs import get_logger
from worker.metrics.address import check_address
from worker.metrics.families import TASK_BUCKETS
from worker.metrics.gatherer import Gatherer
from worker.service_urls import has_login

TIMEOUT_S = 10  # of a connection that sends nothing
HOUSEKEEPING = "control."  # how the names of the control role's tasks begin

log = get_logger(__name__)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def server_bind(self) -> None:
        """Bind without asking the name service for this machine's name: without a network it hangs."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]
        self.setup_environ()


class _Server6(_Server):
    address_family = socket.AF_INET6


class _Handler(WSGIRequestHandler):
    timeout = TIMEOUT_S

    def log_message(self, *_args: Any) -> None:
        """Scrapes are not logged."""


Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def _guarded(application: Application, logins: str) -> Application:
    """The application for requests with one of the logins: Basic authentication (RFC 7617)."""

    def guarded(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if has_login(environ.get("HTTP_AUTHORIZATION", ""), logins):
            return application(environ, start_response)
        wanted = ("WWW-Authenticate", 'Basic realm="wireroom metrics", charset="UTF-8"')
        start_response("401 Unauthorized", [wanted, ("Content-Type", "text/plain")])
        return [b"the metrics need the login of WIREROOM_METRICS_BASIC_AUTH\n"]

    return guarded


class Endpoint:
    """A running endpoint: `/metrics` on `port`, in threads that end with the process."""

    def __init__(self, services: Services, address: tuple[str, int]) -> None:
        """Raises ServiceError if the address cannot be listened on, or may not without a password."""
        check_address(services.settings, address[0])
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a series beside each histogram
        self.registry = CollectorRegistry(auto_describe=False)
        self.gatherer = Gatherer(services)
        self.registry.register(self.gatherer)
        ProcessCollector(registry=self.registry)
        host, port = address
        server = _Server6 if ":" in host else _Server
        try:
            application: Application = make_wsgi_app(self.registry)
            if logins := services.settings.metrics_basic_auth:
                application = _guarded(application, logins)
            self._http = make_server(host, port, application, server, _Handler)
        except (OSError, UnicodeError) as exc:  # a label of a name may be too long
            reason = getattr(exc, "strerror", None) or exc
            raise ServiceError(
                f"metrics are not served on {host}:{port}: {reason}; "
                "choose another address with WIREROOM_METRICS_ADDRESS"
            ) from exc
        self.port = self._http.server_port
        self._times = _TaskTimes(self.registry)  # kept: signals refer to their receivers weakly
        self.gatherer.start()
        threading.Thread(target=self._http.serve_forever, name="metrics http", daemon=True).start()

    def close(self) -> None:
        """Stop listening and reading."""
        self.gatherer.close()
        self._http.shutdown()
        self._http.server_close()


def serve_metrics(services: Services, address: tuple[str, int]) -> Endpoint | None:
    """Serve the metrics on (host, port); without it, the worker works on, and its log says why."""
    try:
        endpoint = Endpoint(services, address)
    except ServiceError as exc:
        log.warning(str(exc))
        return None
    log.info("metrics are served", address=f"http://{address[0]}:{address[1]}/metrics")
    return endpoint


class _TaskTimes:
    """How long the tasks of the control role take in this process, by Celery's signals."""

    def __init__(self, registry: CollectorRegistry) -> None:
        about = "Time that a task of this control worker took."
        self._took = Histogram(
            "wireroom_control_task_seconds", about, ["task"], buckets=TASK_BUCKETS, registry=registry
        )
        self._began: dict[str, float] = {}
        task_prerun.connect(self._begin)
        task_postrun.connect(self._end)

    def _begin(self, task_id: str, **_: Any) -> None:
        self._began[task_id] = time.monotonic()

    def _end(self, task_id: str, task: Any, **_: Any) -> None:
        began_s = self._began.pop(task_id, None)
        if began_s is not None and task.name.startswith(HOUSEKEEPING):
            self._took.labels(task.name).observe(time.monotonic() - began_s)
