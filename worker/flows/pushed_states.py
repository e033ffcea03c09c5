"""What push reported last of a story: its headline, lead and mark, so that a mere change is reported once."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from worker.agencies.marks import without_takes
from worker.flows.lost_marks import describe_loss
from worker.records import ArticleState

WITHDRAWN = f"{ArticleState.WITHDRAWN} "  # before the state of a withdrawn story


def state_of(story: Mapping[str, Any], title: str | None) -> str:
    """A digest of headline, lead and mark of a story, after its mark if it has one.

    That of a withdrawn one names its lead, and leaves the marks of the headline out.
    """
    lead, mark = story["lead"], story["mark"]
    if mark == ArticleState.WITHDRAWN:
        return f"{WITHDRAWN}{lead} {_digest_of(without_takes(title or ''))}"
    return f"{mark} {_digest_of(json.dumps([lead, title, mark]))}".lstrip()


def _digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def is_led_by_earlier(before: str, state: str) -> bool:
    """Whether a story stays withdrawn, and an earlier article leads it again, which was superseded."""
    both = [one.split() for one in (before, state) if one.startswith(WITHDRAWN)]
    return len(both) > 1 and int(both[0][1]) > int(both[1][1])


def describe_lost_mark(state: str | None, mark: str) -> str:
    """That a story lost the mark of a state with its article; empty if it did not, or is run again."""
    before, _, digest = (state or "").partition(" ")
    return describe_loss(before, mark) if digest and mark != ArticleState.RESTORED else ""
