"""Records of the schedule: a feed's state between polls, the report of a poll, and the decision after it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from worker.records.events import EventKind
from worker.records.fetch import Redirect
from worker.records.parse import FeedHints


class FeedStatus(StrEnum):
    """The states of a feed, as `wireroom feeds` shows them."""

    NEW = "new"
    ACTIVE = "active"
    FAILING = "failing"
    DEAD = "dead"
    GONE = "gone"
    BLOCKED = "blocked"
    MOVED = "moved"
    DISABLED = "disabled"


class DueBy(StrEnum):
    """What determined a feed's due time."""

    NOW = "now"  # new, changed or enabled feeds, and feeds after a network outage: as soon as there is room
    INTERVAL = "interval"  # the schedule's own choice: follows a changed interval
    SERVER = "server"  # a freshness hint, a hint in the document, or Retry-After
    FAILURE = "failure"  # the back-off
    HOST = "host"  # the host is busy or asked to wait
    NETWORK = "network"  # the network of this machine is away


class Outcome(StrEnum):
    """How one poll ended."""

    UPDATED = "updated"  # 200 with new or changed entries
    UNCHANGED = "unchanged"  # 200, nothing new
    NOT_MODIFIED = "not_modified"  # 304
    DEFERRED = "deferred"  # the host is busy or asked to wait, or our own network is away
    STALE = "stale"  # the lease was lost; nothing was sent
    FAILED = "failed"  # network, HTTP or parse failure
    BLOCKED = "blocked"  # the address is not allowed
    GONE = "gone"  # 410


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Arrivals and seconds observed, by hour of the day and day of the week (UTC); both decay."""

    hours: tuple[float, ...] = (0.0,) * 24  # arrivals
    hours_s: tuple[float, ...] = (0.0,) * 24  # seconds observed
    days: tuple[float, ...] = (0.0,) * 7  # Monday is 0
    days_s: tuple[float, ...] = (0.0,) * 7
    page_s: float | None = None  # the shortest time in which a page of entries arrived


@dataclass(frozen=True, slots=True)
class FeedState:
    """The state of a feed between polls; the schedule derives the next one from it."""

    status: FeedStatus = FeedStatus.NEW
    effective_url: str | None = None  # an adopted permanent redirect
    etag: str | None = None
    last_modified: str | None = None
    validated_url: str | None = None  # whence the two came, if a redirect led there
    interval_s: float | None = None  # learned; None until the first success
    error_streak: int = 0
    sent_failures: int = 0  # those of the streak whose request left this machine: they lengthen the back-off
    failing_since_at: datetime | None = None
    unmodified_streak: int = 0
    full_fetch_at: datetime | None = None  # last response to an unconditional request
    lying_304: int = 0  # rechecks that found new entries behind 304s
    last_polled_at: datetime | None = None
    last_success_at: datetime | None = None
    last_new_at: datetime | None = None
    moved_to: str | None = None
    moved_hits: int = 0
    moved_since_at: datetime | None = None
    gone_hits: int = 0
    next_due_at: datetime | None = None
    next_due_reason: str = ""
    due_by: DueBy = DueBy.NOW
    last_outcome: str | None = None
    last_error: str | None = None
    http_status: int | None = None
    rhythm_s: float | None = None  # median gap between recent arrivals; None until enough are known
    hints: FeedHints | None = None  # of the last document; valid through the 304s that follow
    rhythm: Rhythm | None = None  # None until enough arrivals are known
    quiet_at: datetime | None = None  # when the feed was reported as quiet; None: it is not
    overflow_at: datetime | None = None  # when it was last reported that entries may have been missed
    ended_readings: int = 0  # documents in a row whose reading was stopped by a limit
    cut_entries: int = 0  # entries of the last document that were not read because it has too many


@dataclass(frozen=True, slots=True)
class PollReport:
    """The result of a poll, as the schedule needs it."""

    outcome: Outcome
    http_status: int | None = None
    error: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    redirects: tuple[Redirect, ...] = ()
    conditional: bool = False  # validators were sent
    new: int = 0
    updated: int = 0
    entries: int = 0  # in the document
    cut: int = 0  # entries in the document beyond those, which were not read
    hints: FeedHints | None = None  # None: no document
    complete: bool = True  # False: the document was truncated or broken; the old validators are kept
    reading_ended: bool = False  # a limit of time or memory stopped the reading of the document
    arrivals: tuple[datetime, ...] = ()  # recent publication times of the feed, newest first
    fault: str = ""  # a NetworkFault where no server responded
    may_be_ours: bool = False  # nothing reached the server and the fault may be ours: no back-off
    wait_s: float = 0.0  # of a deferred poll: until its host is free
    pauses_host: bool = True  # by its host's `retry_after_scope`: a server that asks to wait pauses all feeds
    was_told: str = ""  # "failing", "gone"…: what events say of the feed, which its state may not


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision after a poll: the feed's next state with due time and reason, and the events to report."""

    state: FeedState
    host_not_before_at: datetime | None = None  # the host asked to wait, for all its feeds
    events: tuple[tuple[EventKind, str], ...] = ()  # (kind, sentence)
