"""From a wait to a due time: adds jitter and leaves out the hours that a feed skips."""

import math
import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from worker.records import DueBy, FeedConfig, FeedState, FeedStatus
from worker.schedule.skipping import leave_skipped

JITTER_SHARE = 0.1
FIRST_JITTER_SHARE = 0.18  # spreads feeds that were added together
_JITTER_MAX_S = 1_800.0
_JITTER_AT_CEILING = 0.02  # spreads feeds at the same ceiling


@dataclass(frozen=True, slots=True)
class Wait:
    """A wait with its reason; jitter does not exceed `ceiling_s` where possible."""

    seconds: float
    reason: str
    due_by: DueBy
    ceiling_s: float = math.inf
    jitter_share: float = JITTER_SHARE  # of the wait, at most


def plan_due(feed: FeedConfig, state: FeedState, wait: Wait, now: datetime, rng: random.Random) -> FeedState:
    """The state with the due time after a wait that starts now.

    The due time is not earlier than the wait, later by at most its share of jitter, and only slightly beyond
    the ceiling. It is moved out of skipped hours and days. A disabled feed gets none.
    """
    if not feed.enabled:
        reason = "disabled in the config"
        return replace(state, status=FeedStatus.DISABLED, next_due_at=None, next_due_reason=reason)
    room_s = max(wait.ceiling_s - wait.seconds, _JITTER_AT_CEILING * wait.seconds)
    jitter_s = rng.uniform(0.0, min(wait.jitter_share * wait.seconds, _JITTER_MAX_S, room_s))
    planned_at = now + timedelta(seconds=wait.seconds + jitter_s)
    due_at = leave_skipped(planned_at, state.hints, feed.interval_s, rng)
    reason = wait.reason
    if due_at != planned_at:
        reason += "; moved to the end of the hours the feed asks to skip"
    return replace(state, next_due_at=due_at, next_due_reason=reason, due_by=wait.due_by)


def spread_first_polls(count: int, rate_per_s: float, rng: random.Random) -> tuple[float, ...]:
    """Seconds from now to the first polls of `count` new feeds: in order, at most `rate_per_s`.

    Each feed has a slot of its own and a random place within it, so that polls are spread evenly.
    """
    slot_s = 1.0 / rate_per_s
    return tuple((index + rng.random()) * slot_s for index in range(count))
