"""`python -m worker.launcher.prepare`: prepares the data of `wireroom run` before the first role starts.

A process of its own: the supervisor would keep the libraries that this needs for as long as it runs.
"""

import signal
import threading
from collections.abc import Callable

from worker.errors import ConfigError
from worker.flows import clocks, reload
from worker.flows.examine import examine_config
from worker.flows.services import Services
from worker.launcher.schema_wait import wait_for_server
from worker.logs import configure_logging, get_logger
from worker.settings import Settings, read_settings
from worker.store.config import read_config
from worker.store.schema import migrate

log = get_logger("wireroom.run")


def prepare_data(settings: Settings, is_stopping: Callable[[], bool]) -> None:
    """Upgrade the schema and load the config, unless stopped while the database's server is waited for.

    Raises ServiceError, SchemaError or ConfigError if the service cannot run.
    """
    services = Services(settings)
    try:
        if not wait_for_server(services.db, log, is_stopping=is_stopping):
            return
        if copy := migrate(services.db):
            log.info("schema upgraded", kept=str(copy))
        clocks.keep(services)
        _check_config(services)
        # a SQLite database belongs to this installation alone: no other control has another file
        reload.run(services, again=True, alone=services.db.is_sqlite)
    finally:
        services.close()


def _check_config(services: Services) -> None:
    """Raise ConfigError for an invalid config, unless an earlier valid one is active."""
    found = examine_config(services.settings.config)
    if found.config is None:
        with services.db.read() as connection:
            in_force = read_config(connection)
        if in_force is None or in_force.loaded_at is None:
            raise ConfigError(found.faults)


def main() -> None:
    """Prepare the data of the installation that the environment names."""
    settings = read_settings()
    configure_logging(settings)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    prepare_data(settings, stop.is_set)


if __name__ == "__main__":
    from worker.views.errors import run_command

    run_command(main)
