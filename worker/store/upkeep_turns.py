"""Turns of the upkeep: one worker at a time, under a lease, continues where the last turn ended."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, or_, update

from worker.store.models import UpkeepState
from worker.store.session import insert_for

ROW = 1


@dataclass(frozen=True, slots=True)
class Turn:
    """A claimed turn: its lease token, and the progress saved by the last one."""

    lease: str
    progress: dict[str, Any]


def claim_turn(connection: Connection, now: datetime, lease_s: float) -> Turn | None:
    """Claim the next turn for at most `lease_s` seconds; None while another worker holds it.

    A lease that ends later than a new one would was granted before the clock was set back, and is void.
    """
    row: dict[str, Any] = {"id": ROW, "lease": None, "lease_until_at": None, "progress": {}}
    insert = insert_for(connection)(UpkeepState)
    connection.execute(insert.on_conflict_do_nothing(index_elements=["id"]), row)
    lease, until = uuid.uuid4().hex[:16], now + timedelta(seconds=lease_s)
    ends = UpkeepState.lease_until_at
    claimed = (
        update(UpkeepState)
        .where(UpkeepState.id == ROW, or_(UpkeepState.lease.is_(None), ends < now, ends > until))
        .values(lease=lease, lease_until_at=until)
        .returning(UpkeepState.progress)
    )
    progress = connection.execute(claimed).scalar()
    return None if progress is None else Turn(lease, dict(progress))


def end_turn(connection: Connection, lease: str, progress: Mapping[str, Any]) -> bool:
    """Save the progress and end the lease; False, and nothing saved, if the lease was lost."""
    ended = (
        update(UpkeepState)
        .where(UpkeepState.id == ROW, UpkeepState.lease == lease)
        .values(lease=None, lease_until_at=None, progress=dict(progress))
    )
    return connection.execute(ended).rowcount == 1
