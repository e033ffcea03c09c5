"""What push needs from an operator: receivers that are paused or fail, and messages that were given up."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from worker.config import MISSING_WORDS
from worker.store import push_receivers
from worker.text.amounts import count_of

FAILURES = 3  # in a row
DEAD_S = 86_400.0  # messages given up within this time


def find_push_needs(connection: Connection, now: datetime) -> list[str]:
    """One line for each receiver that does not work, and for each with messages that were given up.

    What a secret keeps from working is in the reports of the workers that lack it.
    """
    needs = []
    for one in push_receivers.read_states(connection):
        if one.paused_at:
            needs.append(
                f"push to {one.name} is paused: {one.note}; "
                f"`wireroom push resume {one.name}` sends what waits"
            )
        elif one.failures >= FAILURES and not (one.note or "").startswith(MISSING_WORDS):
            needs.append(
                f"push to {one.name} does not work: {one.note}; "
                f"see `wireroom push list --receiver {one.name} --state failed`"
            )
    dead = push_receivers.count_dead(connection, now - timedelta(seconds=DEAD_S))
    return needs + [
        f"push to {name} gave up {count_of(count, 'message')}; "
        f"`wireroom push replay` sends {'it' if count == 1 else 'them'} again"
        for name, count in sorted(dead.items())
    ]
