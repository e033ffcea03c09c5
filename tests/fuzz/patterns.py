"""Find regular expressions whose running time is not linear, with texts made from the expressions themselves.

For each repeat in an expression the text is a lead, many repetitions, and an end that does not match.
`python -m tests.fuzz.patterns worker.parse worker.dedupe` lists the slow expressions of these packages.
"""

import random
import re
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any

from tests.fuzz.pattern_sources import Source, sources_of
from tests.fuzz.pumps import ENDS, parse, texts_for

import re._compiler as compiler  # type: ignore[import-not-found]  # isort: skip

SHORT, LONG = 1_000, 4_000  # characters
GROWTH = 8.0  # four times the text may take eight times the time; quadratic patterns take sixteen
NOTICEABLE_S = 0.003  # for the long text: less is not measured again
GIVE_UP_S = 0.2
ROUNDS = 4  # in which texts are made of a pattern


@dataclass(frozen=True, slots=True)
class Slow:
    """A pattern that is too slow, and the input that shows it."""

    name: str
    pattern: str | bytes
    lead: str
    pump: str
    short_s: float
    long_s: float

    def __str__(self) -> str:
        """Return a one-line description."""
        took = f"{self.short_s * 1000:.1f} ms, then {self.long_s * 1000:.1f} ms"
        return f"{self.name}: {took} on {self.lead[:40]!r} + n * {self.pump[:40]!r}: {self.pattern[:160]!r}"


class _TooLongError(Exception):
    pass


@contextmanager
def _cpu_limit(seconds: float) -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise _TooLongError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _time(run: Callable[[Any], None], text: str | bytes) -> float:
    """Return the CPU seconds of a run; infinity after GIVE_UP_S.

    The clock is the thread's: that of the process is only as exact as the kernel's tick while a limit is set.
    """
    started = time.thread_time()
    try:
        with _cpu_limit(GIVE_UP_S):
            run(text)
    except _TooLongError:
        return float("inf")
    return time.thread_time() - started


def runner_of(source: Source) -> Callable[[Any], None]:
    """Return a function that applies a pattern to a text as its module does, with long choices cut."""
    compiled: re.Pattern[Any] = compiler.compile(parse(source.pattern, source.flags), source.flags)

    def find_all(text: Any) -> None:
        for _ in compiled.finditer(text):
            pass

    def match(text: Any) -> None:
        compiled.match(text)

    def fullmatch(text: Any) -> None:
        compiled.fullmatch(text)

    if source.is_searched:
        return find_all
    return match if "match" in source.methods else fullmatch


def make_text(source: Source, lead: str, pump: str, end: str, size: int) -> str | bytes:
    """Return a text of about `size` characters, as bytes for a pattern of bytes."""
    text = lead + pump * max(1, (size - len(lead)) // len(pump)) + end
    return text.encode("latin-1", "replace") if isinstance(source.pattern, bytes) else text


def _texts_of(source: Source, rounds: int, most: int | None) -> list[tuple[str, str]]:
    texts = texts_for(parse(source.pattern, source.flags), rounds)
    return texts if most is None or len(texts) <= most else random.Random(0).sample(texts, most)


def slow_of(
    source: Source, rounds: int = ROUNDS, ends: Iterable[str] = ENDS, most: int | None = None
) -> Iterator[Slow]:
    """Yield what makes a pattern too slow; at most `most` repetitions are tried."""
    run = runner_of(source)
    texts = _texts_of(source, rounds, most)
    for lead, pump in texts:
        for end in ends:
            short, long = (make_text(source, lead, pump, end, size) for size in (SHORT, LONG))
            if _time(run, long) < NOTICEABLE_S:
                continue
            # measured again if it looks slow, so that a busy machine makes no pattern slow
            times = (_growth(run, short, long) for _ in range(2))
            if (first := next(times)) and next(times):
                yield Slow(source.name, source.pattern, lead, pump, *first)
                break


def _growth(run: Callable[[Any], None], short: str | bytes, long: str | bytes) -> tuple[float, float] | None:
    """Return the CPU seconds for both texts if the long one takes disproportionately longer, else None."""
    short_s, long_s = (min(_time(run, one) for _ in range(2)) for one in (short, long))
    is_out = long_s == float("inf") or long_s > max(NOTICEABLE_S, GROWTH * short_s)
    return (short_s, long_s) if is_out else None


def slowest_s(source: Source, size: int, rounds: int = ROUNDS, most: int | None = None) -> float:
    """Return the most CPU seconds for a text of at most `size` characters; `most` is that of `slow_of`."""
    run = runner_of(source)
    texts = _texts_of(source, rounds, most)
    made = [make_text(source, lead, pump, end, size)[:size] for lead, pump in texts for end in ENDS]
    return max(min(_time(run, text) for _ in range(2)) for text in made)


def main() -> None:
    """List the slow patterns of the given packages; exit 1 if there are any."""
    sources = sources_of(*sys.argv[1:])
    count = 0
    for source in sources:
        slow = [one for one, _ in zip(slow_of(source), range(4), strict=False)]
        if slow:
            count += 1
            print(max(slow, key=lambda one: one.long_s), sorted(source.methods), flush=True)
    print(f"{len(sources)} patterns, {count} too slow")
    sys.exit(1 if count else 0)


if __name__ == "__main__":
    main()
