"""The vocabulary of wireroom: frozen records that pass between the stages, and enums.

Times are aware UTC datetimes and end in `_at`; durations are seconds and end in `_s`.
"""

from typing import TYPE_CHECKING

from worker.public_names import import_on_use

if TYPE_CHECKING:
    from worker.records.config import AlertRules, Auth, Config, FeedConfig, HostRule, KindRule
    from worker.records.dedupe import Document, Match, Relation, RelationKind, Role, StoryMember
    from worker.records.events import ALERTED, NOT_ALERTED, EventKind
    from worker.records.explanation import DroppedValue, ExplainedEntry, Explanation, ValueSource
    from worker.records.extract import (
        Extraction,
        ExtractionStatus,
        ExtractorInput,
        FeedMetadata,
        JobState,
        Kind,
        Page,
        ReadPage,
    )
    from worker.records.fetch import Fetched, FetchRequest, NetworkFault, NotModified, Redirect
    from worker.records.notices import Notice, NoticeKind
    from worker.records.parse import (
        STATE_OF_TAKE,
        Article,
        ArticleState,
        FeedHints,
        FeedLink,
        ParsedFeed,
        ReadItems,
    )
    from worker.records.push import STORY_KINDS, PushKind, PushRule
    from worker.records.schedule import Decision, DueBy, FeedState, FeedStatus, Outcome, PollReport, Rhythm

__all__ = [
    "ALERTED",
    "NOT_ALERTED",
    "STATE_OF_TAKE",
    "STORY_KINDS",
    "AlertRules",
    "Article",
    "ArticleState",
    "Auth",
    "Config",
    "Decision",
    "Document",
    "DroppedValue",
    "DueBy",
    "EventKind",
    "ExplainedEntry",
    "Explanation",
    "Extraction",
    "ExtractionStatus",
    "ExtractorInput",
    "FeedConfig",
    "FeedHints",
    "FeedLink",
    "FeedMetadata",
    "FeedState",
    "FeedStatus",
    "FetchRequest",
    "Fetched",
    "HostRule",
    "JobState",
    "Kind",
    "KindRule",
    "Match",
    "NetworkFault",
    "NotModified",
    "Notice",
    "NoticeKind",
    "Outcome",
    "Page",
    "ParsedFeed",
    "PollReport",
    "PushKind",
    "PushRule",
    "ReadItems",
    "ReadPage",
    "Redirect",
    "Relation",
    "RelationKind",
    "Rhythm",
    "Role",
    "StoryMember",
    "ValueSource",
]

# imported on first use: making all dataclasses takes longer than a health check may
__getattr__ = import_on_use(
    __name__,
    {
        "worker.records.config": "AlertRules Auth Config FeedConfig HostRule KindRule",
        "worker.records.dedupe": "Document Match Relation RelationKind Role StoryMember",
        "worker.records.events": "ALERTED NOT_ALERTED EventKind",
        "worker.records.explanation": "DroppedValue ExplainedEntry Explanation ValueSource",
        "worker.records.extract": (
            "Extraction ExtractionStatus ExtractorInput FeedMetadata JobState Kind Page ReadPage"
        ),
        "worker.records.fetch": "Fetched FetchRequest NetworkFault NotModified Redirect",
        "worker.records.notices": "Notice NoticeKind",
        "worker.records.parse": "STATE_OF_TAKE Article ArticleState FeedHints FeedLink ParsedFeed ReadItems",
        "worker.records.push": "STORY_KINDS PushKind PushRule",
        "worker.records.schedule": "Decision DueBy FeedState FeedStatus Outcome PollReport Rhythm",
    },
)
