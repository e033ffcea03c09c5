"""The errors of wireroom; expected outcomes are values, these are not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


class WireroomError(Exception):
    """The root of all errors that wireroom raises on purpose; its text is fit for an operator."""


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One fault in a config file, with where it is and what to do about it."""

    file: str
    message: str
    line: int | None = None
    feed: str | None = None
    key: str | None = None

    def __str__(self) -> str:
        """`feeds.toml:12: feed "x": unknown key "urll", did you mean "url"?`."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f'{place}: feed "{self.feed}": {self.message}' if self.feed else f"{place}: {self.message}"


class ConfigError(WireroomError):
    """The config cannot be used; `problems` holds every fault found, not only the first."""

    def __init__(self, problems: Sequence[ConfigProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))


class ServiceError(WireroomError):
    """Something that the service stands on is missing: broker, database, port, state directory."""


class SchemaError(ServiceError):
    """The database's schema and this program are of different versions, or it is not wireroom's.

    `may_pass`: an upgrade of the database by this program mends it (it is older, or empty). Otherwise a
    person must act, and starting again does not help: a process ends with exit 2.
    """

    def __init__(self, message: str, *, may_pass: bool = False) -> None:
        super().__init__(message)
        self.may_pass = may_pass


class ConflictError(ServiceError):
    """Two transactions were in each other's way and this one was undone; it can be tried again."""


class StoreError(WireroomError):
    """The database works, and refused a statement for its values; trying the same again will not help."""


class FetchError(WireroomError):
    """A document could not be had; carries what the server said, for the schedule to decide on."""

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
    """Trying again later may help: 5xx, 429, timeouts, refused or reset connections, DNS."""


class PermanentFetchError(FetchError):
    """Trying again soon will not help: 4xx, too large, too many redirects, a wrong certificate."""


class BlockedAddress(FetchError):  # noqa: N818 - the name of the outcome, as operators read it
    """The address is not public and not in `allow_private` (OWASP SSRF, RFC 6890)."""


class ParseError(WireroomError):
    """The bytes are no feed, or parsing them broke a limit."""


class ReadingEndedError(ParseError):
    """Reading the document was ended by a limit: time, memory, or it killed its process."""


class SandboxError(WireroomError):
    """Work in a child process broke a limit, killed the process or raised an error.

    `may_pass`: it may have been the machine and not the input, so that once more is worth while. `trace` is
    the traceback of an error that nobody foresaw. `is_limit`: the deadline, the memory limit or the death of
    the process ended it.
    """

    def __init__(
        self, message: str, *, may_pass: bool = False, trace: str = "", is_limit: bool = False
    ) -> None:
        super().__init__(message)
        self.may_pass = may_pass
        self.is_limit = is_limit
        self.trace = trace


class ExtractError(WireroomError):
    """A page gives no usable article; the reason is final for this extractor version."""
