"""Structured logs: readable on a terminal, one JSON object a line in a service."""

import logging
import sys
from typing import Any

import structlog

from worker.settings import Settings


def _add_task_id(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Name the Celery task that a line was written in."""
    from celery import current_task  # noqa: PLC0415 - commands without tasks need no Celery

    request = getattr(current_task, "request", None)
    if request is not None and getattr(request, "id", None):
        event.setdefault("task_id", request.id)
    return event


def configure_logging(settings: Settings) -> None:
    """Send all logging, ours and the libraries', to stderr in the format of the settings."""
    as_json = settings.log_format == "json" or (not settings.log_format and not sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        _add_task_id,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info if as_json else structlog.dev.set_exc_info,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            exception_formatter=structlog.dev.plain_traceback,  # rich shows variables, secrets among them
        )
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    for name in (
        "httpx",
        "httpcore",
        "trafilatura",
        "htmldate",
        "celery.app.trace",
        "celery.worker.strategy",
        "alembic",
    ):
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(settings.log_level)))
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
