"""Times in command output for people. `--json` uses RFC 3339 instead, always UTC."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import click

from worker.text.amounts import spell_s

NEAR = timedelta(hours=12)  # within this distance the time of day is unambiguous
WITHOUT_YEAR = timedelta(days=183)  # within this distance month and day are unambiguous
MINUTE_S = 60.0
SKEW = timedelta(minutes=1)  # between clocks: not a future date
_IS_LOCAL = "wireroom.times.local"

Command = TypeVar("Command", bound=Callable[..., Any])


def zone_option(command: Command) -> Command:
    """Add the option `--utc/--local` to a command; `show_time` uses it while the command runs."""
    return click.option(
        "--utc/--local",
        default=True,
        expose_value=False,
        callback=_choose,
        help="Show times in UTC (the default) or in the time zone of this machine.",
    )(command)


def _choose(context: click.Context, _option: click.Parameter, is_utc: bool) -> None:
    context.meta[_IS_LOCAL] = not is_utc


def show_time(at: datetime, now: datetime | None = None, *, brief: bool = False) -> str:
    """`11-24 05:00:01Z`; with the year if in the future or older than half a year.

    With `brief` at most 12 columns: `05:00:01Z` within half a day, `11-24 05:00Z`, or `2012-06-29`. A local
    time has its offset instead of Z, and no suffix when brief.
    """
    now = now or _now()
    context = click.get_current_context(silent=True)
    is_local = context is not None and bool(context.meta.get(_IS_LOCAL))
    moment = _in_zone(at, is_local=is_local)
    has_year = not now - WITHOUT_YEAR <= at <= now + SKEW
    if not brief:
        text = moment.isoformat(" ", "seconds")
        return (text if is_local else text.replace("+00:00", "Z"))[0 if has_year else len("2012-") :]
    if abs(now - at) < NEAR:
        return moment.strftime("%H:%M:%S" if is_local else "%H:%M:%SZ")
    if has_year:
        return moment.strftime("%Y-%m-%d")
    return moment.strftime("%m-%d %H:%M" if is_local else "%m-%d %H:%MZ")


def ago(at: datetime | None, now: datetime) -> str:
    """`12 min ago`, or `-`."""
    return "-" if at is None else f"{_spell((now - at).total_seconds())} ago"


def until(at: datetime | None, now: datetime) -> str:
    """`in 12 min`, `now` when it is due, or `-`."""
    if at is None:
        return "-"
    return "now" if at <= now else f"in {_spell((at - now).total_seconds())}"


def due(at: datetime | None, now: datetime | None = None) -> str:
    """When something is done next: `in 12 min (05:00:01Z)`, with its date if that is far, or `-`."""
    now = now or _now()
    if at is None:
        return "-"
    return f"{until(at, now)} ({show_time(at, now, brief=abs(at - now) < NEAR)})"


def show_iso(text: str, now: datetime | None = None) -> str:
    """A time written as RFC 3339, by `show_time`; anything else, such as a date, as it is."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return text if at.tzinfo is None else show_time(at, now)


def _spell(seconds: float) -> str:
    """A distance to now: whole seconds, as a page is read some seconds later, or the larger units."""
    return spell_s(round(seconds) if seconds < MINUTE_S else seconds)


def _now() -> datetime:
    return datetime.now(UTC)


def _in_zone(at: datetime, *, is_local: bool) -> datetime:
    try:
        return at.astimezone(None if is_local else UTC)
    except OverflowError:  # the last day of the calendar, seen from the east
        return at
