"""Report the corrections and withdrawals that had to wait, as their articles had too many."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from worker.errors import ConflictError, ServiceError
from worker.flows import joins
from worker.flows.services import Services
from worker.logs import get_logger
from worker.store import notices as notice_store
from worker.store import retried
from worker.store import stories as story_store
from worker.store.push_notes import UNMATCHED_S

LIMIT = 100  # articles at a time
PUT_OFF_S = 900.0  # what cannot be reported waits as long, so that it does not hold up the others

log = get_logger(__name__)


def tell(services: Services) -> None:
    """Report what is due. Raises ServiceError if the database is unreachable, and nothing else."""
    now = services.clock()
    unmatched_before = now - timedelta(seconds=UNMATCHED_S)
    with services.db.read() as connection:
        articles = notice_store.due_articles(connection, now, unmatched_before, LIMIT)
    if articles:
        _tell_each(services, articles, now)


def _tell_each(services: Services, articles: Sequence[int], now: datetime) -> None:
    """Report the notices of these articles at once; if that fails, in halves, down to the failing one."""
    try:
        retried(partial(_tell, services, articles, now))
    except ConflictError:
        log.warning("corrections are left for the next tick: their stories keep changing")
    except ServiceError:
        raise
    except Exception:
        if len(articles) == 1:
            log.exception("a correction cannot be reported", article=articles[0])
            with services.db.write() as connection:
                notice_store.put_off(connection, articles[0], now, now + timedelta(seconds=PUT_OFF_S))
            return
        middle = len(articles) // 2
        for part in (articles[:middle], articles[middle:]):
            _tell_each(services, part, now)


def _tell(services: Services, articles: Sequence[int], now: datetime) -> None:
    with services.db.write() as connection:
        stories = story_store.lock_stories(connection, articles)
        joins.repair_stories(connection, set(stories.values()), now)
