"""Find regular expressions with quadratic running time, with inputs generated from the patterns themselves.

For each repeat in a pattern the input is a prefix that leads to it, many repetitions, and an end that does
not match. `python -m tests.fuzz.patterns worker.parse worker.dedupe` lists the slow patterns of these
packages.
"""

import importlib
import pkgutil
import re
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType, ModuleType
from typing import Any

from worker.agencies.lazy_pattern import LazyPattern

import re._constants as codes  # type: ignore[import-not-found]  # isort: skip
import re._parser as parser  # type: ignore[import-not-found]  # isort: skip

SHORT, LONG = 5_000, 20_000  # characters
GROWTH = 7.0  # four times the text may take seven times the time; quadratic patterns take sixteen
SUSPICIOUS_S = 0.001  # for the short text: linear patterns take less
NOTICEABLE_S = 0.02  # for the long one
GIVE_UP_S = 0.5
GENERIC = (
    " ", "\n", "a", "A", "1", ".", "-", "(", "<", "a ", "A ", "1 ", "Aa ", "A. ", "a, ", "a-", "1.", "\n ",
    " \n", "가", "日", "é ", "'", '"', "&", "@", "a.", "/", "—", "(A", "<a ", "a@",
)  # fmt: skip
ENDS = ("", "\x00", "\n\x00")
REPEATS = {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}


@dataclass(frozen=True, slots=True)
class Slow:
    """A pattern that is too slow, and the input that shows it."""

    name: str
    pattern: str
    text: str  # the first characters of the text
    short_s: float
    long_s: float

    def __str__(self) -> str:
        """Return a one-line description."""
        took = f"{self.short_s * 1000:.0f} ms, then {self.long_s * 1000:.0f} ms"
        return f"{self.name}: {took} on {self.text!r}: {self.pattern[:160]!r}"


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


def patterns_of(*packages: str) -> dict[str, "re.Pattern[str]"]:
    """Return the text patterns in the modules of packages, by module and name."""
    found: dict[str, re.Pattern[str]] = {}
    for module in _modules(packages):
        for name, value in vars(module).items():
            _collect(f"{module.__name__}.{name}", value, found, 0)
    unique = {}
    for name, pattern in found.items():
        unique.setdefault((pattern.pattern, pattern.flags), (name, pattern))
    return dict(unique.values())


def _modules(packages: tuple[str, ...]) -> Iterator[ModuleType]:
    for package in packages:
        module = importlib.import_module(package)
        yield module
        for info in pkgutil.walk_packages(getattr(module, "__path__", ()), package + "."):
            yield importlib.import_module(info.name)


def _collect(name: str, value: Any, found: dict[str, "re.Pattern[str]"], depth: int) -> None:
    if isinstance(value, LazyPattern):
        value = value.compiled
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            found[name] = value
    elif isinstance(value, dict) and depth < 3:
        for key, item in value.items():
            _collect(f"{name}[{str(key)[:20]}]", item, found, depth + 1)
    elif isinstance(value, list | tuple | set | frozenset) and depth < 3:
        for number, item in enumerate(value):
            _collect(f"{name}[{number}]", item, found, depth + 1)


def texts_for(pattern: "re.Pattern[str]") -> list[tuple[str, str]]:
    """Return (prefix, repetition) for each repeat of a pattern, and some generic ones."""
    made: dict[tuple[str, str], None] = {}
    _walk(parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG), "", made)
    pumps = [(lead, pump) for lead, pump in made if pump] + [("", pump) for pump in GENERIC]
    leads = [("", lead + pump) for lead, pump in made if pump and lead]
    return list(dict.fromkeys(pumps + leads))


def _walk(tree: Any, lead: str, made: dict[tuple[str, str], None]) -> str:
    """Record the repeats of a parsed pattern; returns a text that the pattern matches."""
    text = ""
    for code, value in tree:
        if code in REPEATS:
            least, most, body = value
            once = _walk(body, lead + text, made)
            if most is codes.MAXREPEAT or most > 8:
                made[lead + text, once] = None
            text += once * max(1, min(int(least), 64))
        elif code is codes.SUBPATTERN:
            text += _walk(value[3], lead + text, made)
        elif code is codes.ATOMIC_GROUP:
            text += _walk(value, lead + text, made)
        elif code is codes.BRANCH:
            options = [_walk(option, lead + text, made) for option in value[1]]
            text += options[0]
        elif code in {codes.ASSERT, codes.ASSERT_NOT}:
            _walk(value[1], lead + text, made)
        else:
            text += _sample(code, value)
    return text


def _sample(code: Any, value: Any) -> str:
    if code is codes.LITERAL:
        return chr(value)
    if code is codes.NOT_LITERAL:
        return "a" if chr(value) != "a" else "b"
    if code is codes.ANY:
        return "a"
    if code is codes.IN:
        return _member(value)
    return ""


def _member(items: Any) -> str:
    """Return a character of a set; for a negated set, a common character."""
    if items and items[0][0] is codes.NEGATE:
        excluded = {chr(value) for code, value in items[1:] if code is codes.LITERAL}
        return next(c for c in "a 1.-\n_xyz" if c not in excluded)
    code, value = items[0]
    if code is codes.RANGE:
        return chr(value[0])
    if code is codes.CATEGORY:
        names = {codes.CATEGORY_SPACE: " ", codes.CATEGORY_DIGIT: "1", codes.CATEGORY_NOT_WORD: "-"}
        return names.get(value, "a")
    return chr(value)


def _time(pattern: "re.Pattern[str]", text: str) -> float:
    """Return the CPU seconds of finding all matches in a text; infinity after GIVE_UP_S."""
    started = time.process_time()
    try:
        with _cpu_limit(GIVE_UP_S):
            for _ in pattern.finditer(text):
                pass
    except _TooLongError:
        return float("inf")
    return time.process_time() - started


def is_slow(pattern: "re.Pattern[str]", lead: str, pump: str, end: str) -> tuple[float, float] | None:
    """Return the times for a text and one four times as long if the second is disproportionate, else None."""
    text = [lead + pump * (size // len(pump)) + end for size in (SHORT, LONG)]
    if _time(pattern, text[0]) < SUSPICIOUS_S:
        return None
    short_s, long_s = (min(_time(pattern, one) for _ in range(2)) for one in text)
    is_out = long_s == float("inf") or long_s > max(GROWTH * short_s, NOTICEABLE_S)
    return (short_s, long_s) if is_out else None


def find_slow(patterns: dict[str, "re.Pattern[str]"]) -> Iterator[Slow]:
    """Yield the patterns that are too slow, each with the first input that shows it."""
    for name, pattern in patterns.items():
        for lead, pump in texts_for(pattern):
            slow = next((t for end in ENDS if (t := is_slow(pattern, lead, pump, end))), None)
            if slow:
                yield Slow(name, pattern.pattern, (lead + pump)[:60], *slow)
                break


def main() -> None:
    """List the slow patterns of the given packages; exit 1 if there are any."""
    patterns = patterns_of(*sys.argv[1:])
    count = 0
    for one in find_slow(patterns):
        count += 1
        print(one, flush=True)
    print(f"{len(patterns)} patterns, {count} too slow")
    sys.exit(1 if count else 0)


if __name__ == "__main__":
    main()
