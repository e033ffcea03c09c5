"""The one line by which a failed task reads in the monitor: what happened, to what, and what happens next."""

from datetime import datetime

from worker.redaction import display_url
from worker.text.amounts import shorten

URL_CHARS = 300  # of a URL in the line


def describe_failed_poll(error: str, feed: str, url: str, next_due_at: datetime | None) -> str:
    """`503 from example.org (feed desk, https://example.org/feed.xml), next try 10:32Z`."""
    return f"{error} ({_join(f'feed {feed}', _shown(url))}), {_when(next_due_at) or 'no retry'}"


def describe_failed_job(
    error: str, kind: str, article: int, *, job: int, feed: str, url: str, next_attempt_at: datetime | None
) -> str:
    """`404 from example.org (fulltext of article 7, feed desk, https://…), next try 10:32Z`.

    A dead job has the command that runs it again in place of the next attempt.
    """
    where = _join(f"{kind} of article {article}", f"feed {feed}", _shown(url))
    then = _when(next_attempt_at) or f"dead; {_again(job)}"
    return f"{error} ({where}), {then}"


def describe_dead_job(error: str, kind: str, article: int, *, job: int, url: str) -> str:
    """`job 12 failed for good, fulltext of article 7 (https://…): 404 from example.org; …`, for events."""
    shown = f" ({_shown(url)})" if url else ""
    return f"job {job} failed for good, {kind} of article {article}{shown}: {error}; {_again(job)}"


def _again(job: int) -> str:
    return f"run it again with: wireroom jobs retry {job}"


def _when(at: datetime | None) -> str:
    return f"next try {at:%H:%MZ}" if at else ""


def _join(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _shown(url: str) -> str:
    return shorten(display_url(url) if url else "", URL_CHARS)
