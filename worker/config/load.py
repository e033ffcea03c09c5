"""Load the config files as one valid config, or report all their faults at once."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from worker.config.alert_checks import check_alerts
from worker.config.feeds import build_feeds, default_feed, fit_bounds
from worker.config.push import build_push, note_unknown_agencies, note_unknown_tags, note_unsigned
from worker.config.rounds import find_slow_rounds
from worker.config.schema import PLAIN_TABLES
from worker.config.secrets import remember_service
from worker.config.sources import read_sources
from worker.config.tables import Gathered, gather
from worker.config.values import nearest
from worker.errors import ConfigError, ConfigProblem
from worker.records import AlertRules, Config, FeedConfig, HostRule, KindRule, PushRule

KnownKinds = Callable[[], Collection[str] | None]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the files of a config hold: the config, or all their faults; and secrets that cannot be used here.

    `readable` is what can be read of a config with faults, without its feeds; None if that is nothing.
    `defaults` is what a feed has that sets no key itself, if there is a config.
    """

    config: Config | None
    faults: tuple[ConfigProblem, ...] = ()
    missing: tuple[ConfigProblem, ...] = ()
    readable: Config | None = None
    defaults: FeedConfig | None = None


def load_config(path: Path, known_kinds: KnownKinds | None = None) -> Config:
    """Load the config from `feeds.toml` and the `feeds.d/*.toml` beside it, as `read_files` does.

    Raises ConfigError with all faults of all files: file, line, feed, key and the nearest known key.
    """
    reading = read_files(path, known_kinds)
    if reading.config is None:
        raise ConfigError(reading.faults)
    return reading.config


def read_files(path: Path, known_kinds: KnownKinds | None = None) -> Reading:
    """Read `feeds.toml` and the `feeds.d/*.toml` beside it.

    The files are merged in the order of their names; no key may be set in two of them. `known_kinds` returns
    the available extraction kinds, or None if they are unknown; it is called only if the config names any.
    Secrets are resolved in this process: from its environment, and from the files that it can read.
    """
    try:
        sources, problems, digest = read_sources(path)
    except ConfigError as exc:
        return Reading(None, exc.problems)
    gathered = gather(sources)
    _check_defaults(gathered)
    feeds = build_feeds(gathered)
    if known_kinds is not None:
        _check_kinds(gathered, known_kinds)
    check_alerts(gathered)
    push = build_push(gathered)
    missing = in_file_order(path, gathered.missing)
    if problems or gathered.problems:
        readable = _build_config(gathered, (), push, "")
        if problems:  # feeds may be missing
            readable = replace(readable, notes=())
        remember_service(readable)
        return Reading(None, in_file_order(path, [*problems, *gathered.problems]), missing, readable)
    config = _build_config(gathered, feeds, push, digest)
    remember_service(config)
    return Reading(config, (), missing, defaults=default_feed(gathered))


def in_file_order(path: Path, problems: Iterable[ConfigProblem]) -> tuple[ConfigProblem, ...]:
    """Problems in the order of files and lines; those of the main file `path` come first."""
    return tuple(sorted(problems, key=lambda one: (one.file != path.name, one.file, one.line or 0)))


def _build_config(
    gathered: Gathered, feeds: tuple[FeedConfig, ...], push: tuple[PushRule, ...], digest: str
) -> Config:
    fields: dict[str, Any] = {}
    for name in PLAIN_TABLES.keys() - {"alerts"}:
        fields |= gathered.fields.get(name, {})
    defaults = gathered.fields.get("defaults", {})
    fields |= {name: defaults[name] for name in ("timeout_s", "max_body_bytes") if name in defaults}
    config = Config(
        feeds=feeds,
        hosts=_build_hosts(gathered),
        kinds=tuple(KindRule(name, **rule) for name, rule in gathered.kinds.items() if rule),
        alerts=AlertRules(**gathered.fields.get("alerts", {})),
        push=push,
        digest=digest,
        notes=(
            *_note_unsigned(gathered),
            *note_unsigned(push),
            *(note_unknown_tags(push, _named(gathered, "tags")) if gathered.feeds else ()),
            *note_unknown_agencies(push, _named(gathered, "agency")),
            *_note_short_intervals(feeds),
        ),
        **fields,
    )
    return replace(config, notes=(*config.notes, *find_slow_rounds(config)))


def _named(gathered: Gathered, key: str) -> set[str]:
    """What the feeds name under a key, also those with faults, which do not make a name unknown."""
    tables = (gathered.fields.get("defaults", {}), *(table.data for table in gathered.feeds))
    values = [value for table in tables if (value := table.get(key))]
    lists = [value if isinstance(value, list | tuple) else [value] for value in values]
    return {one for part in lists for one in part if isinstance(one, str)}


def _check_defaults(gathered: Gathered) -> None:
    fields = gathered.fields.get("defaults", {})
    if fault := fit_bounds(dict(fields)):
        table = gathered.tables["defaults"]
        gathered.problems.append(table.problem(f"[defaults]: {fault}", "min_interval"))


def _check_kinds(gathered: Gathered, known_kinds: Callable[[], Collection[str] | None]) -> None:
    """Check that each kind named in the config has an extractor."""
    defaults = gathered.tables.get("defaults")
    lists = [table for table in (defaults, *gathered.feeds) if table and table.data.get("extract_kinds")]
    if not lists and not gathered.kinds:
        return
    kinds = known_kinds()
    if kinds is None:
        return
    known = sorted(kinds)

    def fault(kind: str) -> str:
        near = nearest(kind, known) or f"; available: {', '.join(known)}"
        return f'no extractor makes "{kind}"{near}'

    for table in lists:
        named = table.data["extract_kinds"] if isinstance(table.data["extract_kinds"], list) else []
        for kind in {kind for kind in named if isinstance(kind, str) and kind.isidentifier()} - set(known):
            feed = None if table is defaults else str(table.data.get("id", ""))
            gathered.problems.append(table.problem(fault(kind), "extract_kinds", feed))
    for kind in gathered.kinds.keys() - set(known):
        gathered.problems.append(gathered.tables[f"kind.{kind}"].problem(fault(kind)))


def _build_hosts(gathered: Gathered) -> tuple[HostRule, ...]:
    """A rule for each named host; omitted keys are taken from `*`."""
    common = gathered.hosts.get("*", {})
    named = {name: {**common, **rule} for name, rule in gathered.hosts.items() if name != "*"}
    return tuple(HostRule(name=name, **rule) for name, rule in {"*": common, **named}.items())


def _note_unsigned(gathered: Gathered) -> list[str]:
    rules = AlertRules(**gathered.fields.get("alerts", {}))
    if not rules.webhook or rules.webhook_secret or rules.form != "standard":
        return []
    return ["[alerts] webhook is not signed: add webhook_secret, which `wireroom alerts secret` makes"]


def _note_short_intervals(feeds: tuple[FeedConfig, ...]) -> list[str]:
    short = [feed.id for feed in feeds if feed.interval_s < feed.min_interval_s]
    if not short:
        return []
    shown = ", ".join(short[:5]) + (f" and {len(short) - 5} more" if len(short) > 5 else "")
    return [f"interval is shorter than min_interval and is used as the minimum: {shown}"]
