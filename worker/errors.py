"""The errors of wireroom; expected outcomes are values instead."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass


class WireroomError(Exception):
    """The base class of all errors that wireroom raises; its text can be shown to an operator."""

    def __repr__(self) -> str:
        """`FetchError: 503 from example.org`, as the monitor and Celery's logs show it."""
        return f"{type(self).__name__}: {self}"


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One fault in a config file, with its place and what to do about it."""

    file: str
    message: str
    line: int | None = None
    feed: str | None = None
    key: str | None = None
    receiver: str | None = None  # of push

    def __str__(self) -> str:
        """`feeds.toml:12: feed "x": unknown key "urll", did you mean "url"?`."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        owner = self.feed or self.receiver
        if not owner:
            return f"{place}: {self.message}"
        name = "".join(mark if mark.isprintable() else ascii(mark)[1:-1] for mark in owner)
        return f'{place}: {"feed" if self.feed else "push"} "{name}": {self.message}'


class ConfigError(WireroomError):
    """The config cannot be used; `problems` holds every fault found, not only the first."""

    def __init__(self, problems: Sequence[ConfigProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))


class ServiceError(WireroomError):
    """Something that the service depends on is missing: broker, database, port, state directory."""


class NotWorkingError(ServiceError):
    """Processes of the service do not work, though what they depend on does: a restart may help."""


class SchemaError(ServiceError):
    """The database's schema and this program are of different versions, or it is not wireroom's.

    `may_pass`: this program can fix it by an upgrade of the database (which is older, or empty). Otherwise an
    operator must act and a restart does not help: processes exit with status 2. The text is that of the
    `fault`, and of the `remedy` if there is one.
    """

    def __init__(self, fault: str, remedy: str = "", *, may_pass: bool = False) -> None:
        super().__init__(f"{fault}: {remedy}" if remedy else fault)
        self.fault, self.remedy, self.may_pass = fault, remedy, may_pass


class MissingDatabaseError(ServiceError):
    """The SQLite database has no file, or none yet."""

    def __init__(self, directory: object) -> None:
        super().__init__(
            f"the state directory {directory} has no database: check WIREROOM_HOME, or start `wireroom run`"
        )


class ConflictError(ServiceError):
    """Two transactions conflicted and this one was rolled back; it can be retried."""


class StoreError(WireroomError):
    """The database works but rejected a statement because of its values; a retry will not help."""


class TooSlowError(WireroomError):
    """A query took longer than its limit and was stopped; a narrower one may succeed."""


class DecisionError(WireroomError):
    """An editor's decision cannot be made or undone; the text says why."""


class FetchError(WireroomError):
    """The document could not be fetched; carries the response details that the scheduler needs."""

    def __init__(
        self,
        message: str,
        *,
        url: str = "",
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        redirects: Sequence[tuple[int, str]] = (),
        fault: str = "",
    ) -> None:
        super().__init__(message)
        self.fault = fault  # a records.NetworkFault where no server responded, else empty
        self.url = url
        self.status = status
        self.headers = dict(headers or {})
        self.redirects = tuple(redirects)


class TransientFetchError(FetchError):
    """A later retry may help: 5xx, 429, timeouts, refused or reset connections, DNS."""


class PermanentFetchError(FetchError):
    """A retry soon will not help: 4xx, too large, too many redirects, a wrong certificate."""


class BlockedAddress(FetchError):  # noqa: N818 - the name of the outcome, as operators read it
    """The address is not public and not in `allow_private` (OWASP SSRF, RFC 6890)."""


class ParseError(WireroomError):
    """The document is not a feed, or parsing it exceeded a limit."""


class ReadingEndedError(ParseError):
    """Reading the document was stopped by a limit of time or memory, or killed its process."""


class ReadersBusyError(ParseError):
    """No process was free to read the document for too long; nothing is known about the document."""


class SandboxError(WireroomError):
    """Work in a child process exceeded a limit, killed the process or raised an error.

    `may_pass`: the failure may be environmental, so a retry is worthwhile. `trace` is the traceback of an
    unexpected error. `is_limit`: the deadline, the memory limit or the death of the process ended the work.
    `is_busy`: the process waited for the machine most of that time, so that the input is not to blame.
    """

    def __init__(
        self,
        message: str,
        *,
        may_pass: bool = False,
        trace: str = "",
        is_limit: bool = False,
        is_busy: bool = False,
    ) -> None:
        super().__init__(message)
        self.may_pass = may_pass
        self.is_limit = is_limit
        self.is_busy = is_busy
        self.trace = trace


class SandboxBusyError(SandboxError):
    """No child process was free within the time that a call may wait; the work was not begun."""


class SandboxBrokenError(SandboxError):
    """The code of a child process cannot be imported, as a package is missing or does not fit."""


class ExtractError(WireroomError):
    """No usable article in the page; the reason is final for this extractor version."""


@contextmanager
def os_errors(what: str) -> Iterator[None]:
    """Translate OSError into a one-line ServiceError."""
    try:
        yield
    except OSError as exc:
        raise ServiceError(f"{what}: {exc.strerror or exc}") from exc
