"""Service settings from the environment (`WIREROOM_*`) and `.env`, read once."""

import hashlib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from worker.durations import parse_duration
from worker.env_file import name_with_place, read_environment
from worker.errors import ConfigError, ConfigProblem
from worker.redaction import remember, remember_login, remember_url
from worker.secret_files import read_secret_file
from worker.service_urls import (
    find_broker_fault,
    find_database_fault,
    find_web_fault,
    read_listen_address,
    sqlite_url,
    with_password,
)

PREFIX = "WIREROOM_"
SECRETS = (
    "DATABASE_URL", "DATABASE_PASSWORD", "BROKER_URL", "BROKER_PASSWORD", "FLOWER_BASIC_AUTH",
    "METRICS_BASIC_AUTH", "WEB_BASIC_AUTH",
)  # fmt: skip
NAMES = (
    "CONFIG", "HOME", "POLL_CONCURRENCY", "EXTRACT_CONCURRENCY", "TICK", "RELOAD_INTERVAL", "FLOWER_ADDRESS",
    "FLOWER_PORT", "METRICS_ADDRESS", "WEB_ADDRESS", "WEB_URL", "LOG_LEVEL", "LOG_FORMAT", "ENV_FILE",
    *SECRETS, *(f"{name}_FILE" for name in SECRETS),
)  # fmt: skip
OF_CHILDREN = ("CHILD", "READY_FILE")  # set by the service for its own processes
OFF = "off"  # an address that is not listened on
DEFAULT_WEB_ADDRESS = "127.0.0.1:5580"
LIKENESS = 0.5  # of a misspelled name to the setting that is meant, both without the prefix
DEFAULT_CONFIG = "config/feeds.toml"
THREADS_PER_PROCESS = 8  # in an extract worker
SOCKET_PATH_BYTES = 100  # sun_path holds 107 on Linux and 103 on BSD, unix(7)
_SECRET = re.compile(r"env:(\w+)")


@dataclass(frozen=True, slots=True)
class Settings:
    """How this installation runs; every field has a `WIREROOM_` variable of the same name."""

    config: Path
    home: Path
    database_url: str
    broker_url: str | None  # None: the embedded broker of `home`
    poll_concurrency: int = 32
    extract_concurrency: int = 2  # processes
    tick_s: float = 2.0
    reload_interval_s: float = 10.0
    flower_address: str = "127.0.0.1"
    flower_port: int = 5555
    flower_basic_auth: str = ""
    metrics_address: tuple[str, int] | None = None  # host and port; None: no metrics
    metrics_basic_auth: str = ""
    web_address: tuple[str, int] | None = read_listen_address(DEFAULT_WEB_ADDRESS)  # None: no web pages
    web_basic_auth: str = ""
    web_url: str = ""  # under which others reach the pages, without a slash at the end
    log_level: str = "INFO"
    log_format: str = ""  # "console" | "json" | "": by whether stderr is a terminal

    @property
    def extract_threads(self) -> int:
        """Number of concurrent jobs in an extract worker: a job mostly waits for its page."""
        return THREADS_PER_PROCESS * self.extract_concurrency

    def __repr__(self) -> str:
        """Omits URLs, which may contain passwords."""
        return f"Settings(home={str(self.home)!r}, config={str(self.config)!r})"


def find_odd_variables() -> list[str]:
    """A line for each `WIREROOM_` variable that is not a setting, and for each broken line of `.env`.

    Secrets that the config names are left out. Raises ConfigError if a named file does not exist.
    """
    env, faults = read_environment()
    known = {PREFIX + name for name in (*NAMES, *OF_CHILDREN)}
    odd = sorted(name for name in env if name.upper().startswith(PREFIX) and name not in known)
    secrets = _named_secrets(env) if odd else set()
    for name in odd:
        if name in secrets:
            continue
        written = name.upper().removeprefix(PREFIX).replace("DB_", "DATABASE_")
        close = get_close_matches(written, NAMES, n=1, cutoff=LIKENESS)
        hint = f"did you mean {PREFIX}{close[0]}?" if close else "docs/operations.md lists the settings"
        faults.append(f"{name_with_place(name)} is not a setting and is ignored; {hint}")
    return faults


def _named_secrets(env: Mapping[str, str]) -> set[str]:
    """The variables that the config's text names, whether or not it is valid."""
    config = Path(env.get(f"{PREFIX}CONFIG") or DEFAULT_CONFIG).expanduser()
    found: set[str] = set()
    for path in (config, *config.parent.glob("feeds.d/*.toml")):
        try:
            found.update(_SECRET.findall(path.read_text(encoding="utf-8", errors="replace")))
        except OSError:
            continue
    return found


class _Reader:
    """Reads typed values and collects all problems."""

    def __init__(self, env: Mapping[str, str], shown: Callable[[str], str]) -> None:
        self.env, self._shown = env, shown  # how messages name a variable
        self.problems: list[ConfigProblem] = []

    def text(self, name: str, default: str = "") -> str:
        return self.env.get(PREFIX + name, "").strip() or default

    def secret(self, name: str) -> str:
        """The value of a setting as it is, or the text of the file that `NAME_FILE` names."""
        value, path = self.env.get(PREFIX + name, ""), self.text(f"{name}_FILE")
        if not path:
            return value
        if value:
            self.fail(name, f"{PREFIX}{name}_FILE is set, too; set one of them")
            return value
        try:
            return read_secret_file(Path(path).expanduser())
        except ValueError as exc:
            self.fail(f"{name}_FILE", f'"{path}" cannot be read: {exc}')
            return ""

    def with_password(self, name: str, url: str) -> str:
        """The URL with the password of a setting, if that is set."""
        password = self.secret(name)
        try:
            return with_password(url, password) if password else url
        except ValueError as exc:
            self.fail(name, str(exc))
            return url

    def fail(self, name: str, message: str) -> None:
        said = f"{self._shown(PREFIX + name)}: {message}"
        self.problems.append(ConfigProblem(file="environment", message=said, key=name))

    def number(self, name: str, default: int, low: int, high: int) -> int:
        text = self.text(name)
        if not text:
            return default
        is_number = text.isascii() and text.isdigit() and len(text) < 20
        if not is_number or not low <= int(text) <= high:
            self.fail(name, f'"{text}" is not a whole number from {low} to {high}')
            return default
        return int(text)

    def duration(self, name: str, default: str) -> float:
        try:
            value = parse_duration(self.text(name, default))
        except ValueError as exc:
            self.fail(name, str(exc))
            return parse_duration(default)
        if value <= 0:
            self.fail(name, "must be longer than 0")
        return value

    def address(self, name: str, default: str = "") -> tuple[str, int] | None:
        """Host and port; None for no address, or one that is "off"."""
        text = self.text(name, default)
        try:
            return read_listen_address(text) if text and text.lower() != OFF else None
        except ValueError as exc:
            self.fail(name, str(exc))
            return None

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        text = self.text(name, default)
        by_fold = {value.casefold(): value for value in allowed}
        if text.casefold() not in by_fold:
            self.fail(name, f'"{text}" is not one of {", ".join(filter(None, allowed))}')
        return by_fold.get(text.casefold(), default)


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `environ`, or from this process's environment and its `.env` file.

    Raises ConfigError, which lists all invalid variables.
    """
    settings, problems = read_valid_settings(environ)
    if problems:
        raise ConfigError(problems)
    return settings


def read_valid_settings(environ: Mapping[str, str] | None = None) -> tuple[Settings, list[ConfigProblem]]:
    """The same and what is wrong, instead of which they have defaults. Raises ConfigError without a file."""
    env = read_environment()[0] if environ is None else environ
    read = _Reader(env, name_with_place if environ is None else str)
    home = Path(read.text("HOME", ".wireroom")).expanduser().absolute()
    settings = Settings(
        config=Path(read.text("CONFIG", DEFAULT_CONFIG)).expanduser().absolute(),
        home=home,
        database_url=_read_database_url(read, home),
        broker_url=_read_broker_url(read),
        poll_concurrency=read.number("POLL_CONCURRENCY", 32, 1, 1000),
        extract_concurrency=read.number("EXTRACT_CONCURRENCY", 2, 1, 256),
        tick_s=read.duration("TICK", "2s"),
        reload_interval_s=read.duration("RELOAD_INTERVAL", "10s"),
        flower_address=read.text("FLOWER_ADDRESS", "127.0.0.1"),
        flower_port=read.number("FLOWER_PORT", 5555, 1, 65535),
        flower_basic_auth=_read_logins(read, "FLOWER_BASIC_AUTH"),
        metrics_address=read.address("METRICS_ADDRESS"),
        metrics_basic_auth=_read_logins(read, "METRICS_BASIC_AUTH"),
        web_address=read.address("WEB_ADDRESS", DEFAULT_WEB_ADDRESS),
        web_basic_auth=_read_logins(read, "WEB_BASIC_AUTH"),
        web_url=_read_web_url(read),
        log_level=read.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
        log_format=read.choice("LOG_FORMAT", "", ("", "console", "json")),
    )
    return settings, read.problems


def _read_database_url(read: _Reader, home: Path) -> str:
    url = read.secret("DATABASE_URL").strip()
    remember_url(url)  # hidden from here on, also in settings errors
    name = "DATABASE_URL" if url else "HOME"
    url = url or sqlite_url(home / "wireroom.db")
    for alias in ("postgres://", "postgresql://"):
        if url.startswith(alias):
            url = "postgresql+psycopg://" + url.removeprefix(alias)
    url = read.with_password("DATABASE_PASSWORD", url)
    remember_url(url)
    if fault := find_database_fault(url):
        read.fail(name, fault if name == "DATABASE_URL" else fault.partition(";")[0])
        return sqlite_url(home / "wireroom.db")
    return url


def _read_broker_url(read: _Reader) -> str | None:
    url = read.secret("BROKER_URL").strip()
    remember_url(url)
    for alias, scheme in (("valkey://", "redis://"), ("valkeys://", "rediss://")):
        if url.startswith(alias):
            url = scheme + url.removeprefix(alias)
    url = read.with_password("BROKER_PASSWORD", url)
    remember_url(url)
    if url and (fault := find_broker_fault(url)):
        read.fail("BROKER_URL", fault)
        return None
    return url or None


def _read_web_url(read: _Reader) -> str:
    """The public URL of the web pages, without a slash at the end; empty if it is not set."""
    url = read.text("WEB_URL").rstrip("/")
    if fault := find_web_fault(url) if url else None:
        read.fail("WEB_URL", fault)
    return url


def _read_logins(read: _Reader, name: str) -> str:
    """The logins of the monitor or of the metrics, which are hidden in all output from here on."""
    logins = read.secret(name).strip()
    if logins:
        remember(logins)
    for user, _, password in (login.partition(":") for login in logins.split(",")):
        remember_login(user, password)
    return logins


def socket_path_of(home: Path) -> Path:
    """The embedded broker's socket: in the state directory, or in a short path if that one is too long.

    It depends only on the state directory and its owner, so that the service and an operator's shell find
    the same broker although their environments differ.
    """
    path = home / "broker" / "broker.sock"
    if len(os.fsencode(path)) <= SOCKET_PATH_BYTES:
        return path
    owner = home.stat().st_uid if home.exists() else os.geteuid()
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    return Path("/tmp") / f"wireroom-{owner}-{digest}" / "broker.sock"  # noqa: S108 - owner and mode are checked


def broker_url_of(settings: Settings) -> str:
    """The broker's URL in the form for Celery (kombu): `WIREROOM_BROKER_URL`, else the embedded broker's."""
    if settings.broker_url:
        return settings.broker_url
    return f"redis+socket://{quote(str(socket_path_of(settings.home)))}?virtual_host=0"


def redis_url_of(settings: Settings) -> str:
    """The broker's URL in the form for `redis.Redis.from_url`: `redis://`, `rediss://` or `unix://`."""
    url = broker_url_of(settings)
    if not url.startswith(("redis+socket://", "socket://")):
        return url
    parts = urlsplit(url.removeprefix("redis+"))
    db = parse_qs(parts.query).get("virtual_host", ["0"])[0].lstrip("/")
    return f"unix://{parts.netloc}{parts.path}?db={db}"
