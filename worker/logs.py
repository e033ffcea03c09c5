"""Structured logs: readable on a terminal, one JSON object per line in a service."""

from __future__ import annotations

import logging
import sys
import threading
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, TextIO

from worker.redaction import IDENTIFIERS, redact_data
from worker.text.controls import escape_controls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    import structlog

    from worker.settings import Settings


def _add_task_id(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Add the id of the current Celery task; commands without tasks do not import Celery."""
    celery = sys.modules.get("celery")
    request = getattr(getattr(celery, "current_task", None), "request", None)
    if request is not None and getattr(request, "id", None):
        event.setdefault("task_id", request.id)
    return event


def _hide_secrets(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Redact secrets in the fields and the traceback; other values are redacted in their text form."""
    for name, value in event.items():
        is_ours = name in IDENTIFIERS or name.startswith("_")
        if is_ours or isinstance(value, bool | int | float | None):
            continue
        known = isinstance(value, str | list | tuple | dict)
        event[name] = redact_data(value if known else _text_of(value), by_form=True)
    return event


def _escape_controls(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Escape control characters in the message and all texts but line feeds, which both renderers handle."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = escape_controls(value)
    return event


def _text_of(value: object) -> str:
    return str(value) if isinstance(value, BaseException | PurePath | datetime) else repr(value)


def _drop_traceback(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Reduce a traceback to its last line, for a terminal."""
    error = event.pop("exception", None)
    if error is not None:
        event.setdefault("error", str(error).strip().splitlines()[-1])
    return event


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to the current sys.stderr."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        """The stream, looked up for each line."""
        return sys.stderr

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record; the first one finishes the configuration."""
        _finish()
        return super().format(record)


class _Logger:
    """structlog's logger, which the first line imports: most commands log nothing."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._logger: Any = None

    def __getattr__(self, name: str) -> Any:
        """A method of the logger."""
        _finish()
        if self._logger is None:
            import structlog  # noqa: PLC0415 - see above

            self._logger = structlog.get_logger(self._name)
        return getattr(self._logger, name)


def get_logger(name: str) -> Any:
    """The logger of that name: `log.info("what happened", field=value)`."""
    return _Logger(name)


# Changed in place: loggers that are in use keep the list, so that a later configuration holds for them too.
_PROCESSORS: list[structlog.typing.Processor] = []
_unfinished: list[Callable[[], None]] = []  # the rest of the configuration, for the first line


def configure_logging(settings: Settings, *, for_command: bool = False) -> None:
    """Send all log records, including those of libraries, to stderr in the configured format, redacted.

    `for_command`: readable lines unless configured otherwise, and tracebacks only at level DEBUG. Tracebacks
    never show local variables.
    """
    handler = _Stderr()
    _install(handler, settings.log_level)
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda args: _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)
    _unfinished[:] = [partial(_configure_structlog, handler, settings, for_command=for_command)]
    if not for_command:
        _finish()


def is_configured() -> bool:
    """Whether this process has configured its log lines."""
    return any(isinstance(handler, _Stderr) for handler in logging.getLogger().handlers)


def _finish() -> None:
    for configure in tuple(_unfinished):  # another thread may do the same meanwhile
        configure()
    _unfinished.clear()


def _make_renderer(as_json: bool) -> structlog.typing.Processor:
    import structlog  # noqa: PLC0415 - as below

    if as_json:
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(),
        exception_formatter=structlog.dev.plain_traceback,  # rich shows variables, secrets among them
    )


def _configure_structlog(handler: logging.Handler, settings: Settings, *, for_command: bool) -> None:
    import structlog  # noqa: PLC0415 - its import takes as long as a command

    is_plain = settings.log_format == "console" or (not settings.log_format and for_command)
    as_json = settings.log_format == "json" or (not is_plain and not sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        _add_task_id,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        *([_drop_traceback] if for_command and settings.log_level != "DEBUG" else []),
        _hide_secrets,
        _escape_controls,
    ]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _make_renderer(as_json)],
        )
    )
    _PROCESSORS[:] = [*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter]
    structlog.configure(
        processors=_PROCESSORS,
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


@contextmanager
def without_logs(name: str) -> Iterator[None]:
    """Suppress the log lines of a module whose results the command itself prints."""
    logger = logging.getLogger(name)
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def _install(handler: logging.Handler, level: str) -> None:
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in (
        "httpx",
        "httpcore",
        "trafilatura",
        "htmldate",
        "celery.app.trace",
        "celery.worker.strategy",
        "alembic",
        "celery.beat",  # a line for each message sent, every few seconds
    ):
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))


def _log_uncaught(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    """Log an uncaught exception; Python itself would print it with its secrets."""
    if issubclass(kind, SystemExit):
        return
    if issubclass(kind, KeyboardInterrupt) or error is None:
        sys.__excepthook__(kind, error or kind(), trace)
        return
    logging.getLogger("wireroom").critical("uncaught error", exc_info=(kind, error, trace))
