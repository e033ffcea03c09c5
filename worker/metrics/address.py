"""Where the metrics may be served: on loopback, or with a password."""

from worker.errors import ServiceError
from worker.service_urls import LOOPBACK, find_listen_fault
from worker.settings import Settings

SETTING = "WIREROOM_METRICS_BASIC_AUTH"


def check_address(settings: Settings, host: str = LOOPBACK) -> None:
    """Raise ServiceError if the metrics would be open beyond loopback, or have half a login."""
    logins = settings.metrics_basic_auth
    if fault := find_listen_fault("metrics are not served", host, logins, SETTING):
        raise ServiceError(fault)
