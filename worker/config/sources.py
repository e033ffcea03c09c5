"""The files of a config: `feeds.toml` and the `feeds.d/*.toml` beside it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from worker.config.locate import Place, find_line, locate_keys
from worker.config.syntax import SyntaxFault, read_toml
from worker.errors import ConfigError, ConfigProblem


@dataclass(frozen=True, slots=True)
class Source:
    """One parsed file: its short name, its data, and the line of each of its keys."""

    name: str
    data: Mapping[str, Any]
    lines: Mapping[Place, int]
    broken: tuple[SyntaxFault, ...] = ()  # lines that cannot be read

    def line(self, *place: str | int) -> int | None:
        """The line of a key, or of the nearest enclosing table."""
        return find_line(self.lines, place)

    def table_at(self, line: int) -> Place:
        """The table or key that begins last before a line."""
        before = [(at, place) for place, at in self.lines.items() if at <= line]
        return max(before, default=(0, ()), key=lambda found: (found[0], len(found[1])))[1]

    def may_hold(self, table: Place, key: str) -> bool:
        """Whether a table that lacks a key may have it on a line that cannot be read, or on none known."""
        own = [fault for fault in self.broken if self.table_at(fault.line)[: len(table)] == table]
        return any(fault.word == key or fault.line == self.lines.get(table) for fault in own)

    def find_id(self, table: Place) -> str | None:
        """The id of a feed's table, if it has one."""
        feeds = self.data.get("feed")
        number = table[1] if len(table) > 1 else None
        if not isinstance(feeds, list) or not isinstance(number, int) or number >= len(feeds):
            return None
        data = feeds[number]
        return str(data["id"]) if isinstance(data, dict) and "id" in data else None


def config_digest(path: Path) -> str:
    """A hash of all files that `load_config` reads, to detect changes. Raises ConfigError."""
    return _hash_files(_read_files(path))


def read_sources(path: Path) -> tuple[list[Source], list[ConfigProblem], str]:
    """The parsed files in order, the problems of those that do not parse, and the digest of all.

    Raises ConfigError if the main file cannot be read.
    """
    files = _read_files(path)
    sources: list[Source] = []
    problems: list[ConfigProblem] = []
    for name, content in files:
        try:
            text = _decode(content)
            data, faults, located = read_toml(text)
            sources.append(Source(name, data, locate_keys(located), tuple(faults)))
            problems.extend(_place_fault(name, fault, sources[-1]) for fault in faults)
        except UnicodeDecodeError as exc:
            line = content[: exc.start].count(b"\n") + 1
            problems.append(ConfigProblem(name, f"{exc.reason}; save it as UTF-8", line))
        except RecursionError:
            problems.append(ConfigProblem(name, "nested too deeply"))
    return sources, problems, _hash_files(files)


def _decode(content: bytes) -> str:
    """The text of a file. Raises UnicodeDecodeError, whose reason is for operators."""
    if b"\0" in content[:4]:  # of its first two characters
        raise UnicodeDecodeError("utf-8", content, 0, 1, "not UTF-8 text but UTF-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        exc.reason = "not UTF-8 text"
        raise


def _read_files(path: Path) -> list[tuple[str, bytes]]:
    folder = path.with_suffix(".d")
    try:
        files = [(path.name, path.read_bytes())]
        extras = sorted(folder.glob("*.toml")) if folder.is_dir() else []
        # Editors keep lock and backup files beside a file, with names that start with a dot.
        shown = [extra for extra in extras if not extra.name.startswith(".")]
        files += [(f"{folder.name}/{extra.name}", extra.read_bytes()) for extra in shown]
    except FileNotFoundError as exc:
        message = f"no config file at {exc.filename}; `wireroom init` writes one, or set WIREROOM_CONFIG"
        raise ConfigError([ConfigProblem(path.name, message)]) from exc
    except OSError as exc:
        message = f"cannot read {exc.filename}: {exc.strerror}"
        raise ConfigError([ConfigProblem(path.name, message)]) from exc
    return files


def _hash_files(files: list[tuple[str, bytes]]) -> str:
    digest = hashlib.sha256()
    for name, content in files:
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _place_fault(name: str, fault: SyntaxFault, source: Source) -> ConfigProblem:
    """The problem of a line that cannot be read, with the feed that it belongs to."""
    table = source.table_at(fault.line)
    feed = source.find_id(table[:2]) if table[:1] == ("feed",) else None
    return ConfigProblem(name, fault.message, fault.line, feed, fault.word or None)
