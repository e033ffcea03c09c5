"""Keeps Flower from listening beyond this machine, and from sites that lead to it, without a password."""

import sys
from pathlib import Path
from typing import Any

from worker.service_urls import find_listen_fault, is_loopback

LOOPBACK = "127.0.0.1"


def guard_if_loaded() -> None:
    """Guard Flower if it is Celery's command that runs, `celery -A worker flower`."""
    if "flower.command" in sys.modules:
        guard()


def guard() -> None:
    """Check Flower's options when it has parsed them, and the host name of each request."""
    from tornado.options import options  # noqa: PLC0415 - loaded by Flower

    config_files: list[str] = []  # that Flower is about to read

    def check() -> None:
        if not config_files and Path(options.conf).is_file():
            config_files.append(options.conf)  # it may have the login; all options are parsed again after it
            return
        if fault := find_fault(options):
            sys.exit(fault)

    options.add_parse_callback(check)
    _refuse_foreign_hosts()


def _refuse_foreign_hosts() -> None:
    """Without a login respond to the names of loopback only: a site's own name may lead here, too."""
    from flower.app import Flower  # noqa: PLC0415 - loaded by Celery
    from tornado.web import ErrorHandler  # noqa: PLC0415

    find_handler = Flower.find_handler

    def find_own(app: Any, request: Any, **kwargs: Any) -> Any:
        options, host = app.options, request.host_name.strip("[]").lower()
        has_login = options.basic_auth or options.auth or options.unix_socket
        if has_login or is_loopback(host) or host == options.address:
            return find_handler(app, request, **kwargs)
        return app.get_handler_delegate(request, ErrorHandler, {"status_code": 403})

    Flower.find_handler = find_own


def find_fault(options: Any) -> str | None:
    """What is wrong with Flower's options, or None; without an address it gets that of loopback."""
    if options.unix_socket or options.auth:
        return None
    logins = ",".join(options.basic_auth or ())
    if not options.address:
        options.address = LOOPBACK
    return find_listen_fault("Flower is not started", options.address, logins, "FLOWER_BASIC_AUTH")
