"""Apply a feed's include and exclude patterns to its entries, within a limit of CPU time.

The patterns are configured by the operator and may take exponential time on untrusted texts.
"""

import re
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from worker.errors import ParseError
from worker.records import Article

PATTERN_CPU_S = 2.0  # for all entries of a document; a typical pattern takes microseconds per entry


class _TooSlowError(Exception):
    """The patterns exceeded the CPU time limit."""


def select_wanted(
    articles: Sequence[Article],
    include: Sequence[str],
    exclude: Sequence[str],
    *,
    cpu_s: float = PATTERN_CPU_S,
) -> tuple[Article, ...]:
    """Return the articles that match any include pattern (if there are some) and no exclude pattern.

    Title and summary are searched. Raises ParseError naming the pattern if the patterns take more than
    `cpu_s` seconds of CPU time; there is no limit outside the main thread.
    """
    if not include and not exclude:
        return tuple(articles)
    current = ""
    try:
        with _cpu_limit(cpu_s):
            wanted = []
            for article in articles:
                text = f"{article.title or ''}\n{article.summary or ''}"
                is_in, is_out = not include, False
                for current in include:
                    is_in = is_in or re.search(current, text) is not None
                for current in exclude:
                    is_out = is_out or re.search(current, text) is not None
                if is_in and not is_out:
                    wanted.append(article)
    except _TooSlowError:
        raise ParseError(
            f"the feed's pattern {current[:100]!r} takes longer than {cpu_s:g} s of CPU time"
        ) from None
    return tuple(wanted)


@contextmanager
def _cpu_limit(seconds: float) -> Iterator[None]:
    """Raise _TooSlowError in the block after `seconds` of CPU time; `re` checks for signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise _TooSlowError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
