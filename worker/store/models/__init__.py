"""The schema: one class per table, with constraints that make duplicates impossible."""

from worker.store.models.articles import ArticleRow, Paragraph, SignatureRow, SketchKey, Tombstone, Version
from worker.store.models.base import Base, BigId, ShownText, UtcDateTime
from worker.store.models.changes import Change, ChangeState
from worker.store.models.feeds import Feed, Host, NetworkOutage, Poll, Robots
from worker.store.models.jobs import Delivery, Event, ExtractionRow, Job
from worker.store.models.notices import Notice
from worker.store.models.push import PushMessage, PushMessageStory, PushNote, PushReceiver
from worker.store.models.service import ClockState, ConfigFileRow, ConfigState, UpkeepState
from worker.store.models.stories import Decision, KeptArticle, Link, Relation, Story

__all__ = [
    "ArticleRow",
    "Base",
    "BigId",
    "Change",
    "ChangeState",
    "ClockState",
    "ConfigFileRow",
    "ConfigState",
    "Decision",
    "Delivery",
    "Event",
    "ExtractionRow",
    "Feed",
    "Host",
    "Job",
    "KeptArticle",
    "Link",
    "NetworkOutage",
    "Notice",
    "Paragraph",
    "Poll",
    "PushMessage",
    "PushMessageStory",
    "PushNote",
    "PushReceiver",
    "Relation",
    "Robots",
    "ShownText",
    "SignatureRow",
    "SketchKey",
    "Story",
    "Tombstone",
    "UpkeepState",
    "UtcDateTime",
    "Version",
]
