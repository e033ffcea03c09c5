"""The server of the web role: Tornado on one address, until SIGINT or SIGTERM."""

import asyncio
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.template import Loader
from tornado.web import Application, StaticFileHandler

from worker.agencies.lazy_pattern import compile_patterns
from worker.errors import ServiceError
from worker.logs import get_logger
from worker.settings import Settings
from worker.store.clock import DatabaseClock
from worker.store.read_only import ReadOnlyDatabase
from worker.web.handlers import SECURITY, BaseHandler, Context, HealthHandler, MissingHandler, PageHandler
from worker.web.routes import ROUTES, pattern_of

THREADS = 4  # that wait for the database
LIMIT_S = 5.0  # of a query
IDLE_S = 60.0  # of a connection without a request
MAX_BYTES = 65_536  # of a request's header; there are no bodies
DRAIN_S = 2.0  # for responses under way at the end
FOLDER = Path(__file__).parent

log = get_logger(__name__)


class StaticHandler(StaticFileHandler):
    """The style sheet, which needs no login."""

    def set_default_headers(self) -> None:
        for name, value in SECURITY.items():
            self.set_header(name, value)

    def set_extra_headers(self, path: str) -> None:
        self.set_header("Cache-Control", "public, max-age=3600")


def make_application(context: Context) -> Application:
    """The routes with their handlers."""
    handlers: list[Any] = [
        ("/health", HealthHandler),
        (r"/static/(style\.css|icon\.svg)", StaticHandler, {"path": str(FOLDER / "static")}),
    ]
    for route in ROUTES:
        for ending in route.endings:
            given = {"route": route, "ending": ending}
            handlers.append((pattern_of(route, ending), PageHandler, given))
    return Application(
        handlers,
        context=context,
        default_handler_class=MissingHandler,
        compress_response=True,
        log_function=_log_request,
    )


def _log_request(handler: BaseHandler) -> None:
    """Requests are not logged, except those that took long: their path alone, since searches are private."""
    if (took_s := handler.request.request_time()) > LIMIT_S:
        log.warning("a page took long", path=handler.request.path, took_s=round(took_s, 2))


def make_context(
    settings: Settings, clock: Callable[[], datetime] | None = None, limit_s: float = LIMIT_S
) -> Context:
    """The database, which is only read, and the threads in which pages are made."""
    threads = ThreadPoolExecutor(THREADS, thread_name_prefix="page")
    templates = Loader(str(FOLDER / "templates"), whitespace="oneline")
    database = ReadOnlyDatabase(settings.database_url, limit_s)
    now = clock or DatabaseClock(lambda: database)
    return Context(settings, database, threads, templates, set(), now)


class WebServer:
    """A running server; `port` is the one that it listens on."""

    def __init__(self, context: Context, address: tuple[str, int]) -> None:
        """Listen, in the running event loop. Raises ServiceError."""
        from tornado.netutil import bind_sockets  # noqa: PLC0415 - beside its only use

        self._context = context
        application = make_application(context)
        self._http = HTTPServer(
            application, idle_connection_timeout=IDLE_S, max_header_size=MAX_BYTES, max_body_size=0,
            no_keep_alive=False,
        )  # fmt: skip
        host, port = address
        try:
            sockets = bind_sockets(port, host)
        except (OSError, UnicodeError) as exc:
            reason = getattr(exc, "strerror", None) or exc
            raise ServiceError(
                f"the web pages are not served on {host}:{port}: {reason}; "
                "choose another address with WIREROOM_WEB_ADDRESS"
            ) from exc
        self.port: int = sockets[0].getsockname()[1]
        self._http.add_sockets(sockets)

    async def close(self) -> None:
        """Stop listening, end the connections, close the database."""
        self._http.stop()
        try:
            await asyncio.wait_for(self._http.close_all_connections(), DRAIN_S)
        except TimeoutError:
            log.warning("connections were cut at the end")
        self._context.threads.shutdown(wait=False, cancel_futures=True)
        self._context.db.close()


def serve(settings: Settings, address: tuple[str, int], on_ready: Callable[[], object]) -> None:
    """Serve the pages until SIGINT or SIGTERM; `on_ready` is called once they are served.

    Raises ServiceError if the address cannot be used.
    """
    asyncio.run(_serve(settings, address, on_ready))


async def _serve(settings: Settings, address: tuple[str, int], on_ready: Callable[[], object]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    context = make_context(settings)
    server = WebServer(context, address)
    on_ready()
    # the forms of agencies, where no zygote has compiled them
    loop.run_in_executor(context.threads, compile_patterns)
    log.info("web pages are served", address=f"http://{address[0]}:{server.port}/")
    await stop.wait()
    await server.close()
