"""The variables of this process, with defaults from its `.env`: settings and the secrets of the config."""

import os
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from worker.errors import ConfigError, ConfigProblem

VARIABLE = "WIREROOM_ENV_FILE"
DEFAULT = ".env"
LIKENESS = 0.8  # of a misspelled name to one that is set
_UTF16 = (b"\xff\xfe", b"\xfe\xff")  # the byte-order marks that editors of Windows write


def read_environment() -> tuple[dict[str, str], list[str]]:
    """The variables of this process with defaults from its file, and a line for each fault there.

    Raises ConfigError if a named file does not exist, or if the file cannot be read.
    """
    values, faults = _read_file()
    return {**values, **os.environ}, list(faults)


def read_variable(name: str) -> str | None:
    """The value of a variable: of this process, or else of its file; None if neither sets it."""
    return os.environ[name] if name in os.environ else _read_file()[0].get(name)


def environment_file() -> Path | None:
    """The absolute path of the file that is read, or None. Raises ConfigError as `read_environment`."""
    path = _find_file()
    return path.absolute() if path else None


def name_with_place(name: str) -> str:
    """A variable for messages, with the line if its file sets it: `WIREROOM_TICK (.env, line 3)`."""
    path = None if name in os.environ or name not in _read_file()[0] else _find_file()
    if path is None:
        return name
    from worker.dotenv import find_lines  # noqa: PLC0415 - as below

    number = find_lines(path.read_bytes().decode("utf-8-sig", "replace")).get(name)
    return f"{name} ({path}, line {number})" if number else f"{name} ({path})"


def find_unlisted(names: Iterable[str]) -> list[str]:
    """Those variables of this process that its file does not set."""
    values = _read_file()[0]
    return [name for name in names if os.environ.get(name) and not values.get(name)]


def explain_missing(name: str) -> str:
    """Why a variable has no value: where it was looked for, and the nearest name that is set."""
    env = read_environment()[0]
    if name in env:
        return "the variable is empty"
    path = _find_file()
    where = f", nor does {path.absolute()}" if path else ""
    if path is None and os.environ.get(VARIABLE) is None:
        where = f", and there is no file {Path(DEFAULT).absolute()}"
    close = get_close_matches(name, env, n=1, cutoff=LIKENESS)
    hint = f"; did you mean {close[0]}?" if close else ""
    return f"the environment does not set it{where}{hint}"


def _find_file() -> Path | None:
    """The file named in `WIREROOM_ENV_FILE`: `.env` if the variable is not set, None if it is empty.

    Raises ConfigError if a named file does not exist, or if its directory cannot be read.
    """
    named = os.environ.get(VARIABLE)
    path = Path(DEFAULT if named is None else named.strip()).expanduser()
    try:
        is_file = path.is_file()
    except OSError as exc:
        raise _error(f"{path} cannot be read: {exc.strerror}") from exc
    if named and not is_file:
        raise _error(f"{path} is not a file")
    return path if is_file else None


def _read_file() -> tuple[dict[str, str], tuple[str, ...]]:
    path = _find_file()
    if path is None:
        return {}, ()
    try:
        state = path.stat()
        return _read_lines(path, state.st_mtime_ns, state.st_size)
    except OSError as exc:
        hint = "run the command as the user of the service, or name another file, or none"
        raise _error(f"{path} cannot be read: {exc.strerror}; {hint}") from exc


@lru_cache(maxsize=1)
def _read_lines(path: Path, _mtime_ns: int, _size: int) -> tuple[dict[str, str], tuple[str, ...]]:
    """The variables and faults of a file, which is read again when it has changed."""
    from worker.dotenv import read_lines  # noqa: PLC0415 - 20 ms of each command without a file

    content = path.read_bytes()
    if content.startswith(_UTF16):
        return {}, (f"{path} is ignored: it is UTF-16 text; save it as UTF-8",)
    values, broken = read_lines(content.decode("utf-8-sig", "replace"), os.environ)
    return values, tuple(f"{path}, line {line.number} {line.fault}" for line in broken)


def _error(message: str) -> ConfigError:
    return ConfigError([ConfigProblem(file="environment", message=f"{VARIABLE}: {message}", key="ENV_FILE")])
