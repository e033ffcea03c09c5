"""Validate a config file, for `wireroom check`, `wireroom reload` and the service.

A file with an error, or one that would disable many feeds at once, is refused as a whole. A secret
that is missing or cannot be used stops only what needs it: the file is applied, and the secret is reported.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from worker.config import read_files
from worker.errors import ConfigProblem
from worker.records import Config

REMOVED_SHARE = 0.2  # a change that removes more than this share
REMOVED_FEEDS = 5  # and more than this many feeds needs --force


@dataclass(frozen=True, slots=True)
class Examination:
    """The result; without `faults` there is a `config`, which the service applies.

    `notes` are of what is valid and probably not meant, also in a file with faults elsewhere.
    """

    config: Config | None
    faults: tuple[ConfigProblem, ...] = ()
    missing: tuple[ConfigProblem, ...] = ()  # secrets; only what needs them waits
    notes: tuple[str, ...] = ()


def examine_config(path: Path, present: Collection[str] = (), *, force: bool = False) -> Examination:
    """Validate a config file against the ids of the feeds in force; `force` allows removing many.

    Secrets are resolved in this process: from its environment, and from the files that it can read.
    """
    reading = read_files(path, _known_kinds)
    config, missing = reading.config, reading.missing
    if config is None:
        notes = reading.readable.notes if reading.readable else ()
        return Examination(None, reading.faults, missing, notes)
    removed = set(present) - {feed.id for feed in config.feeds}
    if not force and removes_many(len(removed), len(present)):
        message = (
            f"would remove {len(removed)} of {len(present)} feeds; "
            "run `wireroom reload --force` if that is meant"
        )
        return Examination(config, (ConfigProblem(path.name, message),), missing, config.notes)
    return Examination(config, (), missing, config.notes)


def removes_many(removed: int, present: int) -> bool:
    """Whether a file that removes this many of the feeds in force is refused without `--force`."""
    return removed > REMOVED_FEEDS and removed > REMOVED_SHARE * present


def _known_kinds() -> Collection[str] | None:
    from worker.extract import known_kinds  # noqa: PLC0415 - needed only if the config names kinds; finds plug-ins

    return known_kinds()
