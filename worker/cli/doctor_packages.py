"""The part of `wireroom doctor` about packages: whether the code of each process can be imported."""

import importlib
import sys
from collections.abc import Iterator

from worker.cli.doctor_findings import BAD, OK, Finding
from worker.errors import ConfigError

# a process: the module that imports what it needs
NEEDED_BY = {
    "the service": "worker.tasks",
    "reading feeds": "worker.parse.reader",
    "extraction": "worker.extract.preloaded",
    "the web pages": "worker.web.server",
    "the monitor": "flower.command",
}


def examine_packages() -> Iterator[Finding]:
    """One finding for each process that lacks a package, or one that all are there; none without settings."""
    is_whole = True
    for process, module in NEEDED_BY.items():
        try:
            importlib.import_module(module)
        except ConfigError:  # of the settings, which have a finding of their own
            return
        except Exception as exc:  # noqa: BLE001 - whatever a package raises when it is imported
            is_whole = False
            said = " ".join(f"{type(exc).__name__}: {exc}".split())
            yield Finding("packages", BAD, f"{process} cannot start: {said}", _remedy(exc))
    if is_whole:
        yield Finding("packages", OK, f"all that the service imports is in {sys.prefix}")


def _remedy(exc: Exception) -> str:
    if isinstance(exc, ModuleNotFoundError) and exc.name:
        return f"`{sys.executable} -m pip install {exc.name.partition('.')[0]}`, or install wireroom again"
    return f"install wireroom again into {sys.prefix}, with all packages that it requires"
