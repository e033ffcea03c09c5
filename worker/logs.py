"""Structured logs: readable on a terminal, one JSON object per line in a service."""

import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import PurePath
from types import TracebackType
from typing import Any, TextIO

import structlog

from worker.redaction import IDENTIFIERS, redact_data
from worker.settings import Settings


def _add_task_id(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Add the id of the current Celery task."""
    from celery import current_task  # noqa: PLC0415 - commands without tasks need no Celery

    request = getattr(current_task, "request", None)
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


# Changed in place: loggers that are in use keep the list, so that a later configuration holds for them too.
_PROCESSORS: list[structlog.typing.Processor] = []


def configure_logging(settings: Settings, *, for_command: bool = False) -> None:
    """Send all log records, including those of libraries, to stderr in the configured format, redacted.

    `for_command`: readable lines unless configured otherwise, and tracebacks only at level DEBUG. Tracebacks
    never show local variables.
    """
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
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            exception_formatter=structlog.dev.plain_traceback,  # rich shows variables, secrets among them
        )
    )
    handler = _Stderr()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    _install(handler, settings.log_level)
    _PROCESSORS[:] = [*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter]
    structlog.configure(
        processors=_PROCESSORS,
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda args: _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)


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
