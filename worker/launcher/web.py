"""The web pages as a role: where they listen, whether they respond."""

from dataclasses import dataclass

from worker.errors import NotWorkingError, ServiceError
from worker.launcher.listening import check_free, responds, url_of
from worker.service_urls import find_listen_fault
from worker.settings import Settings

QUICK_S, RESPONSE_S = 0.5, 10.0  # how long a response may take: at the start, for a health check
HEALTH_PATH = "/health"


def web_address(settings: Settings) -> tuple[str, int]:
    """Host and port. Raises ServiceError if the pages are switched off or would be open to others."""
    if settings.web_address is None:
        raise ServiceError("the web pages are switched off: WIREROOM_WEB_ADDRESS is off")
    host, port = settings.web_address
    what = "the web pages are not served"
    if fault := find_listen_fault(what, host, settings.web_basic_auth, "WIREROOM_WEB_BASIC_AUTH"):
        raise ServiceError(fault)
    return host, port


def web_url(settings: Settings) -> str | None:
    """The URL of the pages on this machine; None if they are switched off."""
    return url_of(*settings.web_address) if settings.web_address else None


@dataclass(frozen=True, slots=True)
class Web:
    """Start conditions and readiness of the web pages for one installation."""

    settings: Settings

    def prepare(self, _failed_starts: int) -> None:
        """Raise ServiceError if they may not or cannot be served."""
        remedy = "Choose another address with WIREROOM_WEB_ADDRESS, or set it to off"
        check_free(*web_address(self.settings), "the web role", remedy)

    def is_ready(self, timeout_s: float = QUICK_S) -> bool:
        """Whether they respond to a request."""
        return responds(*web_address(self.settings), HEALTH_PATH, timeout_s)

    def check_ready(self) -> None:
        """Raise NotWorkingError unless they respond within `RESPONSE_S`."""
        if not self.is_ready(RESPONSE_S):
            raise NotWorkingError(
                f"the web pages do not respond on {web_url(self.settings)}: see their log, and restart them"
            )
