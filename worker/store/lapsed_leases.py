"""Leases of requests under way that lapsed because their holders could not renew them."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, update

from worker.records import JobState
from worker.store.models import Feed, Job

LEFT_S = 6.0  # of a lease that its holder renewed in time; what is prolonged has less
GRACE_S = 5.0  # a holder that lives renews its lease, or stores its result, within this time


def prolong_lapsed(connection: Connection, since: datetime, now: datetime) -> None:
    """Keep polls and jobs under way from being claimed again after the database was away.

    `since` is when it was last known to respond. Leases that were renewed then and lapsed meanwhile hold a
    little longer, once: those of dead workers lapse again.
    """
    if (now - since).total_seconds() <= LEFT_S:
        return
    lapsed, until = (since + timedelta(seconds=LEFT_S), now), now + timedelta(seconds=GRACE_S)
    feeds = (Feed.started, Feed.lease.is_not(None), Feed.lease_until_at.between(*lapsed))
    connection.execute(update(Feed).where(*feeds).values(lease_until_at=until))
    jobs = (Job.state == JobState.RUNNING.value, Job.lease_until_at.between(*lapsed))
    connection.execute(update(Job).where(*jobs).values(lease_until_at=until))
