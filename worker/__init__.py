"""wireroom: watches news feeds, joins wire copies into stories, and runs extraction jobs."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from worker.celery_app import app

__all__ = ["app"]


def __getattr__(name: str) -> Any:
    """Load the Celery app when it is first asked for, so that `import worker.records` stays light."""
    if name != "app":
        raise AttributeError(name)
    from worker.celery_app import app  # noqa: PLC0415

    return app
