"""The files of a config: `feeds.toml` and the `feeds.d/*.toml` beside it."""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from worker.config.locate import Place, find_line, locate_keys
from worker.errors import ConfigError, ConfigProblem

_AT_LINE = re.compile(r"\s*\(at line (\d+), column \d+\)")


@dataclass(frozen=True, slots=True)
class Source:
    """One parsed file: its short name, its data, and the line of each of its keys."""

    name: str
    data: Mapping[str, Any]
    lines: Mapping[Place, int]

    def line(self, *place: str | int) -> int | None:
        """The line of a key, or of the nearest enclosing table."""
        return find_line(self.lines, place)


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
            text = content.decode("utf-8-sig")
            sources.append(Source(name, tomllib.loads(text), locate_keys(text)))
        except UnicodeDecodeError as exc:
            line = content[: exc.start].count(b"\n") + 1
            problems.append(ConfigProblem(name, "not UTF-8 text", line))
        except tomllib.TOMLDecodeError as exc:
            problems.append(_explain_syntax(name, str(exc), text))
        except RecursionError:
            problems.append(ConfigProblem(name, "nested too deeply"))
    return sources, problems, _hash_files(files)


def _read_files(path: Path) -> list[tuple[str, bytes]]:
    folder = path.with_suffix(".d")
    try:
        files = [(path.name, path.read_bytes())]
        extras = sorted(folder.glob("*.toml")) if folder.is_dir() else []
        # Editors keep lock and backup files beside a file, with names that start with a dot.
        shown = [extra for extra in extras if not extra.name.startswith(".")]
        files += [(f"{folder.name}/{extra.name}", extra.read_bytes()) for extra in shown]
    except FileNotFoundError as exc:
        message = f"no config file at {exc.filename}; create it, or set its path in WIREROOM_CONFIG"
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


def _explain_syntax(name: str, message: str, text: str) -> ConfigProblem:
    at = _AT_LINE.search(message)
    line = int(at[1]) if at else len(text.splitlines())
    return ConfigProblem(name, f"not valid TOML: {_AT_LINE.sub('', message)}", line)
