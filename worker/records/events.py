"""Events: the kinds of what an operator may want to know."""

from enum import StrEnum


class EventKind(StrEnum):
    """What an event reports."""

    FEED_FAILING = "feed.failing"
    FEED_DEAD = "feed.dead"
    FEED_GONE = "feed.gone"
    FEED_BLOCKED = "feed.blocked"
    FEED_RESURRECTED = "feed.resurrected"
    FEED_MOVED = "feed.moved"
    FEED_QUIET = "feed.quiet"
    FEED_OVERFLOW = "feed.overflow"
    FEED_CUT = "feed.cut"
    FEED_LYING_304 = "feed.lying304"
    FEED_ENTRY_FAILED = "feed.entry_failed"
    ARTICLE_UNMATCHED = "article.unmatched"
    STORY_MERGED = "story.merged"
    STORY_SPLIT = "story.split"
    STORY_DECIDED = "story.decided"
    STORY_CORRECTED = "story.corrected"
    STORY_WITHDRAWN = "story.withdrawn"
    STORY_RESTORED = "story.restored"
    STORY_UNMARKED = "story.unmarked"
    STORY_MARKED = "story.marked"
    JOB_DEAD = "job.dead"
    CONFIG_LOADED = "config.loaded"
    CONFIG_REFUSED = "config.refused"
    CONFIG_ACCEPTED = "config.accepted"
    NETWORK_AWAY = "network.away"
    NETWORK_BACK = "network.back"
    DISK_FULL = "disk.full"
    DATABASE_RESTORED = "database.restored"
    CLOCK_SET = "clock.set"
    QUEUE_BEHIND = "queue.behind"
    ALERT_DEAD = "alert.dead"
    ALERT_HELD = "alert.held"
    PUSH_HELD = "push.held"
    PUSH_PAUSED = "push.paused"
    PUSH_RESUMED = "push.resumed"
    PUSH_DEAD = "push.dead"


# never sent: what editors, outlets and operators did, what matching does all day, and alerts about alerts
NOT_ALERTED = frozenset({
    EventKind.STORY_MERGED, EventKind.STORY_SPLIT, EventKind.STORY_DECIDED, EventKind.CONFIG_LOADED,
    EventKind.STORY_CORRECTED, EventKind.STORY_WITHDRAWN, EventKind.STORY_RESTORED, EventKind.STORY_UNMARKED,
    EventKind.STORY_MARKED, EventKind.DATABASE_RESTORED,
    EventKind.ALERT_DEAD, EventKind.ALERT_HELD,
})  # fmt: skip
ALERTED = (
    EventKind.CONFIG_REFUSED, EventKind.NETWORK_AWAY, EventKind.NETWORK_BACK, EventKind.DISK_FULL,
    EventKind.QUEUE_BEHIND,
    EventKind.FEED_DEAD, EventKind.FEED_GONE, EventKind.FEED_BLOCKED, EventKind.FEED_FAILING,
    EventKind.FEED_QUIET, EventKind.FEED_MOVED, EventKind.FEED_CUT, EventKind.FEED_RESURRECTED,
    EventKind.CONFIG_ACCEPTED, EventKind.JOB_DEAD, EventKind.PUSH_HELD, EventKind.PUSH_PAUSED,
    EventKind.PUSH_RESUMED, EventKind.PUSH_DEAD,
)  # fmt: skip
"""The kinds that are sent unless the config selects others, most urgent first."""
