"""Whether a config file is good: the one answer of `wireroom check`, `wireroom reload` and the service.

A file with a fault in it, or one that would disable many feeds at once, is refused as a whole. A secret that
is missing stops only the feeds that need it: the file is taken over, and what is missing is reported.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from worker.config import load_config, references, resolve_secret
from worker.errors import ConfigError, ConfigProblem
from worker.records import Config

REMOVED_SHARE = 0.2  # a change that removes more than this share
REMOVED_FEEDS = 5  # and more than this many feeds needs --force


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found: without `faults` there is a catalog, and the service takes it over."""

    catalog: Config | None
    faults: tuple[ConfigProblem, ...] = ()
    missing: tuple[ConfigProblem, ...] = ()  # secrets; the feeds that need them cannot be polled


def examine_config(path: Path, present: Collection[str] = (), *, force: bool = False) -> Examination:
    """Examine a config file against the ids of the feeds in force; `force` allows many to be removed.

    The secrets are those of this process: its environment, and the files that it may read.
    """
    try:
        catalog = load_config(path, _known_kinds)
    except ConfigError as exc:
        return Examination(None, exc.problems)
    missing = tuple(_find_missing(catalog, path))
    removed = set(present) - {feed.id for feed in catalog.feeds}
    if not force and len(removed) > REMOVED_FEEDS and len(removed) > REMOVED_SHARE * len(present):
        message = (
            f"would remove {len(removed)} of {len(present)} feeds; "
            "run `wireroom reload --force` if that is meant"
        )
        return Examination(catalog, (ConfigProblem(path.name, message),), missing)
    return Examination(catalog, (), missing)


def _known_kinds() -> Collection[str] | None:
    from worker.extract import known_kinds  # noqa: PLC0415 - the HTML libraries take a second to load

    return known_kinds()


def _find_missing(catalog: Config, path: Path) -> Iterator[ConfigProblem]:
    wanted = [
        (feed.id, key, value) for feed in catalog.feeds if feed.enabled for key, value in references(feed)
    ]
    if catalog.webhook:
        wanted.append(("", "webhook", catalog.webhook))
    for name, key, value in wanted:
        try:
            resolve_secret(value)
        except ConfigError as exc:
            yield ConfigProblem(path.name, f"{key}: {exc.problems[0].message}", feed=name or None, key=key)
