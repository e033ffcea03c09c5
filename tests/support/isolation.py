"""Keeps tests, and tools that make articles up, away from the service of whoever runs them.

Importing the package `tests` calls `isolate`, so that no tool can forget it. Services that a tool starts get
`service_environment`; a directory or a database that a tool is given by name is claimed first, and refused
unless it is empty or was made by such a tool.
"""

import argparse
import os
import shlex
import sqlite3
from collections.abc import Mapping
from pathlib import Path

MARKER_FILE = ".wireroom-made-up"
MARKER = "wireroom_made_up"  # a view: a table would make the database another program's
NO_SERVICE = "/dev/null/no-service"  # nothing can be there and nothing can be made there

# what a process needs to find programs and to write to its user
_BASIC = (
    "PATH",
    "LD_LIBRARY_PATH",
    "TMPDIR",
    "LANG",
    "LANGUAGE",
    "LC_*",
    "TZ",
    "TERM",
    "COLUMNS",
    "LINES",
    "NO_COLOR",
)
# what tools and tests are told themselves, and do not hand on to a service
_OWN = (
    "HOME",
    "USER",
    "LOGNAME",
    "CI",
    "WIREROOM_SHARED",
    "AXE_PATH",
    "HYPOTHESIS_*",
    "PYTEST_*",
    "PLAYWRIGHT_*",
    "XDG_RUNTIME_DIR",
)
_TERMINAL = ("TERM", "COLUMNS", "LINES", "NO_COLOR")


def _kept(environ: Mapping[str, str], patterns: tuple[str, ...]) -> dict[str, str]:
    exact = {name for name in patterns if not name.endswith("*")}
    prefixes = tuple(name[:-1] for name in patterns if name.endswith("*"))
    return {name: value for name, value in environ.items() if name in exact or name.startswith(prefixes)}


def isolate() -> None:
    """Forget the caller's settings: no variable but those needed, no `.env`, no state directory.

    Whatever reads the settings without being given any then fails, instead of finding the caller's service.
    """
    kept = _kept(os.environ, (*_BASIC, *_OWN))
    for name in os.environ.keys() - kept.keys():
        del os.environ[name]
    os.environ.update(_settings(NO_SERVICE, f"{NO_SERVICE}/feeds.toml"))


def service_environment(home: Path, config: Path, **settings: str) -> dict[str, str]:
    """The whole environment of a service made for show or for tests.

    `settings` are further `WIREROOM_` variables without that prefix; by default the database is an SQLite
    file in `home` and the broker the service's own.
    """
    more = {f"WIREROOM_{name}": value for name, value in settings.items()}
    return {
        **_kept(os.environ, _BASIC),
        "HOME": str(home),
        **_settings(str(home), str(config)),
        "WIREROOM_DATABASE_URL": f"sqlite:///{home / 'wireroom.db'}",
        "WIREROOM_BROKER_URL": "",
        "WIREROOM_WEB_ADDRESS": "off",
        **more,
    }


def _settings(home: str, config: str) -> dict[str, str]:
    return {"WIREROOM_ENV_FILE": "", "WIREROOM_HOME": home, "WIREROOM_CONFIG": config}


def write_command(path: Path, command: Path, environ: Mapping[str, str]) -> None:
    """Write a shell script that runs `command` in this environment alone, whatever the shell's own is."""
    terminal = [f'{name}="${name}"' for name in _TERMINAL if name in environ]
    pairs = [shlex.quote(f"{name}={value}") for name, value in environ.items() if name not in _TERMINAL]
    line = " ".join(["exec env -i", *terminal, *pairs, shlex.quote(str(command)), '"$@"'])
    path.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
    path.chmod(0o700)


def claimed_directory(text: str) -> Path:
    """The directory of this name, which is made, empty, or was claimed before; an argparse type.

    Raises argparse.ArgumentTypeError for a directory that holds anything else.
    """
    folder = Path(text).expanduser().absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        marker = folder / MARKER_FILE
        if any(folder.iterdir()) and not marker.is_file():
            raise argparse.ArgumentTypeError(
                f"{folder} holds files that no tool of this project made: name an empty or a new directory"
            )
        marker.write_text("What is in here was made up and may be deleted.\n", encoding="utf-8")
    except OSError as exc:
        raise argparse.ArgumentTypeError(f"{folder} cannot be used: {exc.strerror}") from exc
    return folder


def claimed_database(url: str) -> str:
    """The URL of a database that is empty or was claimed before; an argparse type.

    Raises argparse.ArgumentTypeError for one that holds anything else, which is not changed by a byte.
    """
    if url.startswith("sqlite:///"):
        _claim_sqlite(Path(url.removeprefix("sqlite:///")).expanduser())
        return url
    if not url.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
        raise argparse.ArgumentTypeError("give sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME")
    plain = "postgresql://" + url.partition("://")[2]
    _claim_postgresql(plain)
    return plain.replace("postgresql://", "postgresql+psycopg://", 1)


def _claim_sqlite(path: Path) -> None:
    leftovers = [Path(f"{path}{end}") for end in ("-wal", "-journal")]
    is_new = not any(each.exists() and each.stat().st_size for each in (path, *leftovers))
    if not is_new and not _has_sqlite_marker(path):
        raise _not_ours(str(path))
    connection = sqlite3.connect(path)
    connection.execute(f"CREATE VIEW IF NOT EXISTS {MARKER} AS SELECT 1 AS made_up")
    connection.commit()
    connection.close()


def _has_sqlite_marker(path: Path) -> bool:
    """Read without a lock or a file beside the database; what is only in a foreign log is not seen."""
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (MARKER,)).fetchone()
        connection.close()
    except sqlite3.Error:
        return False
    return found is not None


def _claim_postgresql(url: str) -> None:
    import psycopg

    query = (
        "SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace "
        "WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema' "
        "AND relkind IN ('r', 'p', 'v', 'm', 'f')"
    )
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            names = {name for (name,) in connection.execute(query)}
            if names and MARKER not in names:
                raise _not_ours("the database")
            connection.execute(f"CREATE OR REPLACE VIEW {MARKER} AS SELECT 1 AS made_up")
    except psycopg.Error as exc:
        raise argparse.ArgumentTypeError(f"the database cannot be used: {type(exc).__name__}") from exc


def _not_ours(what: str) -> argparse.ArgumentTypeError:
    return argparse.ArgumentTypeError(
        f"{what} holds tables that no tool of this project made: give an empty database"
    )
