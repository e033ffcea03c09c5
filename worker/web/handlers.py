"""How a request becomes a response: checks, the page made in a thread, HTML or JSON, errors in words."""

import asyncio
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from tornado.template import Loader
from tornado.web import HTTPError, RequestHandler

from worker.errors import ServiceError, TooSlowError, WireroomError
from worker.logs import get_logger
from worker.redaction import redact, redact_data
from worker.service_urls import has_login, is_loopback
from worker.settings import Settings
from worker.store.search import BadSearchError
from worker.store.session import Database
from worker.views.output import rfc3339
from worker.web import words
from worker.web.page import Document, Page, Request, Route
from worker.web.params import BadRequestError, NotFoundError, Params

WAITING = 32  # requests for a thread; more are refused until some are done
WATCH_S = 10  # between two loads of a page that is watched
SECURITY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}
STATUS: dict[type[BaseException], int] = {
    BadRequestError: 400, BadSearchError: 400, NotFoundError: 404, TooSlowError: 503, ServiceError: 503,
}  # fmt: skip
NARROW = "; narrow it by time, with fewer words or with another filter"

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Context:
    """What the handlers of a process share."""

    settings: Settings
    db: Database
    threads: ThreadPoolExecutor
    templates: Loader
    waiting: set[object]
    clock: Callable[[], datetime]


class BaseHandler(RequestHandler):
    """Checks that hold for every address, and errors as pages or objects with one sentence."""

    is_json = False

    @property
    def context(self) -> Context:
        """What the handlers share."""
        context: Context = self.settings["context"]
        return context

    def set_default_headers(self) -> None:
        self.set_header("Server", "wireroom")
        for name, value in SECURITY.items():
            self.set_header(name, value)

    def prepare(self) -> None:
        """Refuse a request without the login, or for a host name that is not ours."""
        logins = self.context.settings.web_basic_auth
        if logins and not has_login(self.request.headers.get("Authorization", ""), logins):
            self.set_header("WWW-Authenticate", 'Basic realm="wireroom", charset="UTF-8"')
            self.refuse(401, "these pages need a login")
        elif not logins and not self._is_own_host():
            self.refuse(403, "this host name is allowed only with a password: set WIREROOM_WEB_BASIC_AUTH")

    def _is_own_host(self) -> bool:
        """Whether the host is this machine or the one that is set: other sites' names may lead here, too."""
        host = self.request.host_name.strip("[]").lower()
        settings = self.context.settings
        named = {settings.web_address[0] if settings.web_address else "", words.host_of(settings.web_url)}
        return is_loopback(host) or host in named - {""}

    def refuse(self, status: int, message: str) -> None:
        """Respond with an error, as an object or as a page."""
        self.set_status(status)
        message = redact(message)
        if self.is_json:
            self.send_json({"error": message})
            return
        values = {"title": words.STATUS_TITLES.get(status, "Error"), "message": message}
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(self.context.templates.load("error.html").generate(**words.HELPERS, **values))

    def send_json(self, data: Mapping[str, Any]) -> None:
        """Respond with an object."""
        self.set_header("Content-Type", "application/json; charset=utf-8")
        text = json.dumps(redact_data(data), ensure_ascii=False, default=_plain)
        self.finish(text.encode("utf-8", "replace") + b"\n")

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """An error that a page did not expect is logged, and told without its details."""
        if status_code == 405:
            self.set_header("Allow", ", ".join(self.SUPPORTED_METHODS))
        self.refuse(status_code, words.STATUS_WORDS.get(status_code, "something went wrong; see the log"))

    def log_exception(self, *about: Any) -> None:
        """Log what a page did not expect; a request that cannot be read is the client's fault."""
        if not isinstance(about[1], HTTPError):
            log.error("a page broke", path=self.request.path, exc_info=about)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return rfc3339(value)
    raise TypeError(f"{type(value).__name__} is not a JSON value")


class MissingHandler(BaseHandler):
    """Addresses without a page."""

    def prepare(self) -> None:
        self.is_json = self.request.path.endswith(".json")
        super().prepare()
        if not self._finished:
            self.refuse(404, "there is no page at this address")


class HealthHandler(RequestHandler):
    """Responds while the server works, without a login and without the database."""

    def get(self) -> None:
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish("ok\n")

    head = get


class PageHandler(BaseHandler):
    """One route: its page as HTML, with `.json` as an object, or its feed."""

    SUPPORTED_METHODS = ("GET", "HEAD")

    def initialize(self, route: Route, ending: str) -> None:
        self.route, self.is_json = route, ending == ".json"

    async def get(self, *path: str) -> None:
        """Make the page in a thread, since it waits for the database."""
        waiting = self.context.waiting
        if len(waiting) >= WAITING:
            self.set_header("Retry-After", "2")
            self.refuse(503, "too many requests at a time; try again in a moment")
            return
        waiting.add(self)
        try:
            loop = asyncio.get_running_loop()
            found = await loop.run_in_executor(self.context.threads, self._make, path)
        except WireroomError as exc:
            self._refuse_for(exc)
        else:
            self._respond(*found)
        finally:
            waiting.discard(self)

    head = get

    def _make(self, path: tuple[str, ...]) -> tuple[Page | Document, bytes]:
        known = (*self.route.params, *(() if self.is_json else ("watch",)))
        context = self.context
        params = Params.read(self.request.query_arguments, known, context.clock())
        base = context.settings.web_url or f"{self.request.protocol}://{self.request.host}"
        request = Request(context.db, context.settings, params, path, base)
        made = self.route.make(request)
        if isinstance(made, Document):
            return made, made.body
        return made, b"" if self.is_json else self._render(made, request)

    def _render(self, page: Page, request: Request) -> bytes:
        values = {**words.HELPERS, **redact_data(page.data), **page.more}
        values |= {"title": page.title, "params": request.params, "now": request.now, "here": request.path}
        values |= {"path": self.request.path, "is_watched": "watch" in request.params.values}
        return self.context.templates.load(page.template).generate(**values)

    def _respond(self, found: Page | Document, body: bytes) -> None:
        if isinstance(found, Document):
            self._send_document(found)
        elif self.is_json:
            self.send_json(found.data)
        else:
            if "watch" in self.request.query_arguments:
                self.set_header("Refresh", str(WATCH_S))
            self.set_header("Content-Type", "text/html; charset=utf-8")
            self.finish(body)

    def _send_document(self, document: Document) -> None:
        """A feed: 304 for a reader that has it, by ETag or else by the time of its last change."""
        self.set_header("Content-Type", document.media_type)
        if document.modified_at is not None:
            at = document.modified_at.astimezone(UTC).replace(microsecond=0)
            self.set_header("Last-Modified", format_datetime(at, usegmt=True))
            if "If-None-Match" not in self.request.headers and self._has_since(at):
                self.set_status(304)
                self.finish()
                return
        self.finish(document.body)

    def _has_since(self, at: datetime) -> bool:
        try:
            since = parsedate_to_datetime(self.request.headers.get("If-Modified-Since", ""))
        except (ValueError, TypeError, IndexError, OverflowError):
            return False
        return at <= (since if since.tzinfo else since.replace(tzinfo=UTC))

    def _refuse_for(self, exc: WireroomError) -> None:
        status = next((code for kind, code in STATUS.items() if isinstance(exc, kind)), 500)
        if status == 503:
            self.set_header("Retry-After", "10")
        message = f"{exc}{NARROW}" if isinstance(exc, TooSlowError) else str(exc)
        if status == 500:
            log.error("a page failed", path=self.request.path, reason=message)
        self.refuse(status, message)
