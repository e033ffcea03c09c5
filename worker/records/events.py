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
    JOB_DEAD = "job.dead"
    CONFIG_LOADED = "config.loaded"
    CONFIG_REFUSED = "config.refused"
    NETWORK_AWAY = "network.away"
    NETWORK_BACK = "network.back"
    CLOCK_SET = "clock.set"
