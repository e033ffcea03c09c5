"""The tables of all config files, read key by key and merged; all faults are collected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from worker.config.addresses import host_name
from worker.config.locate import Place
from worker.config.schema import (
    HOST_KEYS,
    KIND_KEYS,
    PLAIN_TABLES,
    SHARED_KEYS,
    TABLES,
    Key,
    explain_unknown,
    find_home,
)
from worker.config.sources import Source
from worker.config.values import BadValueError, kind, nearest
from worker.errors import ConfigProblem

_ONE_PER_FEED = "each feed is a separate table: write [[feed]] with two brackets"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a file, with its place."""

    source: Source
    place: tuple[str | int, ...]
    data: Mapping[str, Any]

    def at(self, key: str | None = None) -> str:
        """`feeds.toml:12`, the place of the table or of one of its keys."""
        line = self.source.line(*self.place, *(() if key is None else (key,)))
        return self.source.name if line is None else f"{self.source.name}:{line}"

    def problem(
        self, message: str, key: str | None = None, feed: str | None = None, part: Place = ()
    ) -> ConfigProblem:
        """A fault of this table, of one of its keys, or of a part of that key's value."""
        line = self.source.line(*self.place, *(() if key is None else (key, *part)))
        return ConfigProblem(self.source.name, message, line, feed, key, self._receiver())

    def header(self) -> str:
        """`[stories] `, before the name of a key; empty for feeds and receivers, which have names."""
        first, *names = map(str, self.place)
        if first in ("feed", "push"):
            return ""
        name = f'."{names[0]}"' if first == "host" else "".join(f".{name}" for name in names)
        return f"[{first}{name}] "

    def _receiver(self) -> str | None:
        """The name of the receiver of push whose table this is, or its number."""
        if self.place[:1] != ("push",) or len(self.place) == 1:
            return None
        name = self.data.get("name")
        return name if isinstance(name, str) and name else f"number {int(self.place[1]) + 1}"


@dataclass(slots=True)
class Gathered:
    """The content of all files: record fields by table, hosts and kinds by name, feeds, and all faults."""

    fields: dict[str, dict[str, Any]] = field(default_factory=dict)
    hosts: dict[str, dict[str, Any]] = field(default_factory=dict)
    kinds: dict[str, dict[str, Any]] = field(default_factory=dict)
    feeds: list[Table] = field(default_factory=list)
    push: list[Table] = field(default_factory=list)
    problems: list[ConfigProblem] = field(default_factory=list)
    missing: list[ConfigProblem] = field(default_factory=list)  # secrets, perhaps only on this machine
    tables: dict[str, Table] = field(default_factory=dict)  # the first of each name
    set_in: dict[tuple[str, str], Table] = field(default_factory=dict)  # (table, key): where it is set

    def merge(self, table: Table, keys: Mapping[str, Key], into: dict[str, Any]) -> None:
        """Read a table into fields that other files may have set as well; reports keys that are set twice."""
        name = ".".join(map(str, table.place))
        self.tables.setdefault(name, table)
        known = {key: reader for key, reader in keys.items() if (name, key) not in self.set_in}
        for key in table.data:
            if key in keys and key not in known:
                message = f'"{key}" is already set in {self.set_in[name, key].at(key)}'
                self.problems.append(table.problem(message, key))
            self.set_in.setdefault((name, key), table)
        fresh = {key: value for key, value in table.data.items() if key in known or key not in keys}
        into.update(read_table(Table(table.source, table.place, fresh), keys, self.problems))


def read_table(
    table: Table, keys: Mapping[str, Key], problems: list[ConfigProblem], feed: str | None = None
) -> dict[str, Any]:
    """The record fields set by a table; unknown keys and invalid values are added to `problems`."""
    fields: dict[str, Any] = {}
    header = "" if feed else table.header()
    for key, value in table.data.items():
        if key not in keys:
            said = explain_unknown(key, str(table.place[0]))
            problems.append(table.problem(f"{header}{said}", key, feed))
            continue
        try:
            fields[keys[key].field] = keys[key].read(value)
        except ValueError as exc:
            parts = exc.parts if isinstance(exc, BadValueError) and exc.parts else (((), str(exc)),)
            problems += [table.problem(f"{header}{key}: {text}", key, feed, place) for place, text in parts]
    return fields


def gather(sources: Sequence[Source]) -> Gathered:
    """Read all tables of the files."""
    gathered = Gathered()
    for source in sources:
        for name, value in source.data.items():
            _gather_table(gathered, source, name, value)
    return gathered


def _gather_table(gathered: Gathered, source: Source, name: str, value: Any) -> None:
    root = Table(source, (), source.data)
    if name == "feed":
        _gather_feeds(gathered, source, value)
    elif name == "push":
        _gather_push(gathered, source, value)
    elif name not in TABLES:
        home = find_home(name, "") if not isinstance(value, dict | list) else None
        near = f"; it belongs in {home}" if home else nearest(name, list(TABLES))
        kind = "key" if home or not isinstance(value, dict | list) else "table"
        gathered.problems.append(root.problem(f'unknown {kind} "{name}"{near}', name))
    elif not isinstance(value, dict):
        gathered.problems.append(
            root.problem(f"{name} is a table: write [{name}] on a line of its own", name)
        )
    elif name == "host":
        for host, rule in value.items():
            _gather_host(gathered, Table(source, ("host", host), rule))
    elif name == "kind":
        for written, rule in value.items():
            _gather_kind(gathered, Table(source, ("kind", written), rule))
    else:
        keys = SHARED_KEYS if name == "defaults" else PLAIN_TABLES[name]
        gathered.merge(Table(source, (name,), value), keys, gathered.fields.setdefault(name, {}))


def _gather_feeds(gathered: Gathered, source: Source, value: Any) -> None:
    if not isinstance(value, list):
        name = str(value["id"]) if isinstance(value, dict) and "id" in value else None
        gathered.problems.append(Table(source, ("feed",), {}).problem(_ONE_PER_FEED, None, name))
        return
    for index, data in enumerate(value):
        table = Table(source, ("feed", index), data if isinstance(data, dict) else {})
        if isinstance(data, dict):
            gathered.feeds.append(table)
        else:
            gathered.problems.append(table.problem(_ONE_PER_FEED))


def _gather_push(gathered: Gathered, source: Source, value: Any) -> None:
    if not isinstance(value, list) or not all(isinstance(data, dict) for data in value):
        message = "each receiver is a separate table: write [[push]] with two brackets"
        gathered.problems.append(Table(source, ("push",), {}).problem(message))
        return
    gathered.push += [Table(source, ("push", index), data) for index, data in enumerate(value)]


def _gather_host(gathered: Gathered, table: Table) -> None:
    written = str(table.place[1])
    if not isinstance(table.data, dict) or any(isinstance(value, dict) for value in table.data.values()):
        message = f"write the whole name in quotes: {_whole_name(written, table.data)}"
        gathered.problems.append(table.problem(message))
        return
    try:
        name = host_name(written)
    except ValueError as exc:
        gathered.problems.append(table.problem(str(exc)))
        return
    gathered.merge(table, HOST_KEYS, gathered.hosts.setdefault(name, {}))


def _whole_name(written: str, data: Any) -> str:
    """The header of a host's table whose name was written without quotes, so that its dots made tables."""
    names = [written]
    while isinstance(data, dict) and len(data) == 1 and isinstance(inner := next(iter(data.values())), dict):
        names.append(next(iter(data)))
        data = inner
    return f'[host."{".".join(names)}"]' if len(names) > 1 else '[host."*"] or [host."example.org"]'


def _gather_kind(gathered: Gathered, table: Table) -> None:
    if not isinstance(table.data, dict):
        gathered.problems.append(table.problem("write for example [kind.facts] on a line of its own"))
        return
    try:
        name = kind(table.place[1])
    except ValueError as exc:
        gathered.problems.append(table.problem(str(exc)))
        return
    gathered.merge(table, KIND_KEYS, gathered.kinds.setdefault(name, {}))
