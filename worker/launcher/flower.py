"""The monitor: Flower with persistent history, on loopback or with a password."""

from dataclasses import dataclass
from pathlib import Path

from worker.errors import NotWorkingError, ServiceError
from worker.launcher.listening import check_free, responds, url_of
from worker.service_urls import find_listen_fault
from worker.settings import Settings

CONFIG = Path(__file__).with_name("flower_config.py")
TOO_OFTEN = 2  # failed starts after which its history file is assumed to be broken
SAVE_MS = 60_000  # at most this much history is lost on SIGKILL
QUICK_S, ANSWER_S = 0.5, 10.0  # how long a response may take: at the start, for a health check
TASKS_KEPT = 10_000  # they take 120 MB, and half a second to save; the full history is in SQL


def check_address(settings: Settings) -> None:
    """Raise ServiceError if Flower would listen beyond loopback without a password, or with half a login."""
    fault = find_listen_fault(
        "Flower is not started",
        settings.flower_address,
        settings.flower_basic_auth,
        "WIREROOM_FLOWER_BASIC_AUTH",
    )
    if fault:
        raise ServiceError(fault)


def flower_argv(settings: Settings) -> list[str]:
    """Celery's arguments for Flower; the password is passed in the environment, which `ps` does not show."""
    return [
        "flower",
        f"--address={settings.flower_address}",
        f"--port={settings.flower_port}",
        f"--conf={CONFIG}",
        "--persistent=True",
        f"--db={settings.home / 'flower.db'}",
        f"--state-save-interval={SAVE_MS}",
        f"--max-tasks={TASKS_KEPT}",
        # up to the runtime they fit a window of 1,280 pixels, in which the uuid, the link to the task, begins
        "--tasks-columns=name,kwargs,state,result,received,runtime,uuid,worker",
    ]


def flower_env(settings: Settings) -> dict[str, str]:
    """The environment variables for Flower."""
    return {"FLOWER_BASIC_AUTH": settings.flower_basic_auth} if settings.flower_basic_auth else {}


def flower_url(settings: Settings) -> str:
    """The URL of Flower."""
    return url_of(settings.flower_address, settings.flower_port)


@dataclass(frozen=True, slots=True)
class Flower:
    """Start conditions and readiness of Flower for one installation."""

    settings: Settings

    def prepare(self, failed_starts: int) -> None:
        """Raise ServiceError if it may not or cannot listen; move a broken history file away."""
        check_address(self.settings)
        self._check_port()
        if failed_starts >= TOO_OFTEN:
            for path in self.settings.home.glob("flower.db*"):
                path.rename(path.with_name(path.name.replace("flower.db", "flower-broken.db", 1)))

    def is_ready(self, timeout_s: float = QUICK_S) -> bool:
        """Whether it responds to a request; the kernel accepts connections even for a hung process."""
        return responds(self.settings.flower_address, self.settings.flower_port, "/healthcheck", timeout_s)

    def check_ready(self) -> None:
        """Raise NotWorkingError unless it responds within `ANSWER_S`."""
        if not self.is_ready(ANSWER_S):
            raise NotWorkingError(
                f"Flower does not respond on {flower_url(self.settings)}: see its log, and restart it"
            )

    def _check_port(self) -> None:
        remedy = "Choose another port with --flower-port or WIREROOM_FLOWER_PORT"
        check_free(self.settings.flower_address, self.settings.flower_port, "Flower", remedy)
