"""Load the config files as one valid config, or report all their faults at once."""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from worker.config.feeds import build_feeds, fit_bounds
from worker.config.schema import PLAIN_TABLES, WITHOUT_EFFECT
from worker.config.secrets import remember_service
from worker.config.sources import read_sources
from worker.config.tables import Gathered, gather
from worker.config.values import nearest
from worker.errors import ConfigError
from worker.records import Config, FeedConfig, HostRule, KindRule


def load_config(path: Path, known_kinds: Callable[[], Collection[str] | None] | None = None) -> Config:
    """Load the config from `feeds.toml` and the `feeds.d/*.toml` beside it.

    The files are merged in the order of their names; no key may be set in two of them. `known_kinds` returns
    the available extraction kinds, or None if they are unknown; it is called only if the config names any.
    Raises ConfigError with all faults of all files: file, line, feed, key and the nearest known key.
    """
    sources, problems, digest = read_sources(path)
    gathered = gather(sources)
    _check_defaults(gathered)
    feeds = build_feeds(gathered)
    if known_kinds is not None:
        _check_kinds(gathered, known_kinds)
    if problems or gathered.problems:
        order = {source.name: place for place, source in enumerate(sources)}
        found = [*problems, *gathered.problems]
        raise ConfigError(sorted(found, key=lambda fault: (order.get(fault.file, -1), fault.line or 0)))
    fields: dict[str, Any] = {}
    for name in PLAIN_TABLES:
        fields |= gathered.fields.get(name, {})
    config = Config(
        feeds=feeds,
        hosts=_build_hosts(gathered),
        kinds=tuple(KindRule(name, **rule) for name, rule in gathered.kinds.items() if rule),
        digest=digest,
        notes=(*_note_idle_keys(gathered), *_note_short_intervals(feeds)),
        **fields,
    )
    remember_service(config)
    return config


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


def _note_idle_keys(gathered: Gathered) -> list[str]:
    used = sorted(gathered.used_keys & WITHOUT_EFFECT.keys())
    return [f"[{table}] {key} has no effect yet: {WITHOUT_EFFECT[table, key]}" for table, key in used]


def _note_short_intervals(feeds: tuple[FeedConfig, ...]) -> list[str]:
    short = [feed.id for feed in feeds if feed.interval_s < feed.min_interval_s]
    if not short:
        return []
    shown = ", ".join(short[:5]) + (f" and {len(short) - 5} more" if len(short) > 5 else "")
    return [f"interval is shorter than min_interval and is used as the minimum: {shown}"]
