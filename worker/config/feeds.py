"""Build feeds from their tables: merge in the defaults, check that ids and URLs are unique."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from worker.config.schema import FEED_KEYS
from worker.config.secrets import find_written_faults, remember_feed
from worker.config.tables import Gathered, Table, read_table
from worker.errors import ConfigProblem
from worker.records import FeedConfig

_DEFAULT_PORTS = {"http": 80, "https": 443}
_STANDARD = FeedConfig(id="", url="")
_UPSIDE_DOWN = "min_interval is longer than max_interval; lower the one or raise the other"


def build_feeds(gathered: Gathered) -> tuple[FeedConfig, ...]:
    """All feeds in file order; faults are added to `gathered.problems`, faulty feeds are omitted."""
    defaults = gathered.fields.get("defaults", {})
    own = [_read_feed(gathered, table, number) for number, table in enumerate(gathered.feeds, 1)]
    _refuse_twins(gathered, own)
    for table, fields, _ in own:
        _check_secrets(gathered, table, fields)
    built = [_build_feed(gathered, table, fields, defaults) for table, fields, _ in own]
    return tuple(feed for feed in built if feed is not None)


def default_feed(gathered: Gathered) -> FeedConfig:
    """What a feed has that sets no key itself, of a config without faults."""
    fields = dict(gathered.fields.get("defaults", {}))
    fit_bounds(fields)
    return FeedConfig(id="", url="", **fields)


def normalize_address(url: str) -> str:
    """One spelling for all URLs of the same address: scheme, host and port have several."""
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    port = parts.port or _DEFAULT_PORTS.get(scheme)
    query = f"?{parts.query}" if parts.query else ""
    return f"{scheme}://{(parts.hostname or '').lower()}:{port}{parts.path or '/'}{query}"


def fit_bounds(fields: dict[str, Any]) -> str | None:
    """Report interval bounds that cross; if only one is given, adjust the default of the other."""
    low, high = fields.get("min_interval_s"), fields.get("max_interval_s")
    if low is not None and high is not None:
        return _UPSIDE_DOWN if low > high else None
    if low is not None:
        fields["max_interval_s"] = max(low, _STANDARD.max_interval_s)
    if high is not None:
        fields["min_interval_s"] = min(high, _STANDARD.min_interval_s)
    return None


def _read_feed(gathered: Gathered, table: Table, number: int) -> tuple[Table, dict[str, Any], str]:
    """A feed's table, its valid fields, and the name by which problems call it."""
    written = table.data.get("id")
    name = written if isinstance(written, str) and written else f"number {number}"
    fields = read_table(table, FEED_KEYS, gathered.problems, name)
    gathered.problems.extend(
        table.problem(f'missing {key}; add {key} = "…"', key, name)
        for key in ("id", "url")
        if key not in table.data and not table.source.may_hold(table.place, key)
    )
    return table, fields, name


def _build_feed(
    gathered: Gathered, table: Table, own: Mapping[str, Any], defaults: Mapping[str, Any]
) -> FeedConfig | None:
    if "id" not in own or "url" not in own:
        return None
    fields = {**defaults, **own}
    is_bounded_here = "min_interval_s" in own or "max_interval_s" in own
    if (fault := fit_bounds(fields)) and is_bounded_here:
        key = "min_interval" if "min_interval_s" in own else "max_interval"
        gathered.problems.append(table.problem(fault, key, own["id"]))
    feed = FeedConfig(**fields)
    remember_feed(feed)
    return feed


def _check_secrets(gathered: Gathered, table: Table, own: Mapping[str, Any]) -> None:
    """Report secrets that this process cannot use, also if the feed has other faults.

    They keep only this feed from being polled, and may be different where it is.
    """
    if not own.get("enabled", True):
        return
    for fault in find_written_faults(table.data):
        key, line = ".".join(fault.key), table.source.line(*table.place, *fault.key)
        feed = str(own.get("id") or table.data.get("id", ""))
        gathered.missing.append(
            ConfigProblem(table.source.name, f"{key}: {fault.message}", line, feed or None, key)
        )


def _refuse_twins(gathered: Gathered, feeds: list[tuple[Table, dict[str, Any], str]]) -> None:
    ids: dict[str, Table] = {}
    addresses: dict[str, tuple[Table, str]] = {}
    for table, own, name in feeds:
        if "id" in own and (first := ids.setdefault(name, table)) is not table:
            message = f"duplicate id, first used in {first.at('id')}; give this feed another one"
            gathered.problems.append(table.problem(message, "id", name))
        if "url" not in own:
            continue
        earlier, twin = addresses.setdefault(normalize_address(own["url"]), (table, name))
        if earlier is not table:
            message = (
                f'the url is already used by feed "{twin}" in {earlier.at("url")}; each URL may appear once'
            )
            gathered.problems.append(table.problem(message, "url", name))
