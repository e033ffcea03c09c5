"""Permanent redirects: when a new URL is adopted, and when it is given up again."""

from dataclasses import replace
from datetime import datetime

from worker.records import FeedConfig, FeedState, PollReport, Redirect

_PERMANENT = (301, 308)  # RFC 9110 sections 15.4.2 and 15.4.9
_TOO_MANY_REQUESTS = 429  # the server works and asks to wait: the URL is kept


def find_move(redirects: tuple[Redirect, ...]) -> str | None:
    """The target of the leading permanent redirects, or None if the first is not permanent."""
    target = None
    for hop in redirects:
        if hop.status not in _PERMANENT:
            break
        target = hop.url
    return target


def update_move(
    feed: FeedConfig, state: FeedState, report: PollReport, now: datetime
) -> tuple[FeedState, str | None]:
    """The state after a successful poll, and a message if a new URL was adopted.

    The same target must be seen on `moved_hits` polls over `moved_after_s`; else the count is reset.
    """
    target = find_move(report.redirects)
    requested = state.effective_url or feed.url
    if target is None or target == requested:
        return replace(state, moved_to=None, moved_hits=0, moved_since_at=None), None
    if target != state.moved_to or state.moved_since_at is None:
        return replace(state, moved_to=target, moved_hits=1, moved_since_at=now), None
    state = replace(state, moved_hits=state.moved_hits + 1)
    seen_s = (now - (state.moved_since_at or now)).total_seconds()
    if state.moved_hits < feed.moved_hits or seen_s < feed.moved_after_s:
        return state, None
    adopted = None if target == feed.url else target
    sentence = f"{requested} has moved permanently to {target}; polled there from now on"
    return replace(state, effective_url=adopted, moved_to=None, moved_hits=0, moved_since_at=None), sentence


def give_up_move(state: FeedState, report: PollReport) -> FeedState:
    """The state after a failed poll: an adopted URL that failed is dropped, with its validators."""
    if state.effective_url is None or report.http_status == _TOO_MANY_REQUESTS:
        return state
    return replace(
        state,
        effective_url=None,
        etag=None,
        last_modified=None,
        validated_url=None,
        moved_to=None,
        moved_hits=0,
        moved_since_at=None,
    )
