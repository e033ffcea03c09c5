"""Records of the config: what the operator wrote."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Auth:
    """How a feed logs in; secrets are references (`env:NAME`, `file:PATH`), never values."""

    type: str  # "basic" | "bearer"
    user: str = ""
    password: str = ""  # reference
    token: str = ""  # reference


@dataclass(frozen=True, slots=True)
class FeedConfig:
    """One `[[feed]]` with the `[defaults]` merged in; durations in seconds."""

    id: str
    url: str
    tags: tuple[str, ...] = ()
    lang: str | None = None
    timezone: str | None = None  # IANA name, for dates that name no zone
    agency: str | None = None  # this source is the wire itself
    auth: Auth | None = None
    headers: tuple[tuple[str, str], ...] = ()  # values may be references
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    enabled: bool = True
    interval_s: float = 900.0
    min_interval_s: float = 300.0
    max_interval_s: float = 86_400.0
    adaptive: bool = True
    timeout_s: float = 30.0
    max_body_bytes: int = 10 * 1024 * 1024
    extract: str = "new"  # "new" | "new+updated" | "off"
    extract_copies: bool = False
    extract_kinds: tuple[str, ...] | None = None  # None: every kind that is installed
    first_poll_s: float = 7 * 86_400.0
    keep_s: float | None = 90 * 86_400.0  # None: for ever
    quiet_alert: str | float = "auto"  # "auto" | "off" | seconds
    recheck_s: float = 86_400.0
    moved_after_s: float = 86_400.0
    moved_hits: int = 3
    dead_after_s: float = 14 * 86_400.0


@dataclass(frozen=True, slots=True)
class HostRule:
    """Pacing of one host (`name`) or of every host that has no rule of its own (`*`)."""

    name: str = "*"
    concurrency: int = 1
    delay_s: float = 2.0
    retry_after_scope: str = "host"  # "host" | "feed"


@dataclass(frozen=True, slots=True)
class KindRule:
    """How many jobs of a kind may run at once, over all workers."""

    name: str
    concurrency: int


@dataclass(frozen=True, slots=True)
class Config:
    """A whole, valid configuration."""

    feeds: tuple[FeedConfig, ...]
    contact: str = ""
    allow_private: tuple[str, ...] = ()  # CIDR, host or host:port
    global_rate_per_s: float = 50.0
    hosts: tuple[HostRule, ...] = (HostRule(),)
    kinds: tuple[KindRule, ...] = ()
    window_s: float = 7 * 86_400.0
    webhook: str = ""  # reference
    digest: str = ""  # sha256 of the files it was read from
    notes: tuple[str, ...] = ()  # keys that are accepted but have no effect yet, one line each

    def host_rule(self, host: str) -> HostRule:
        """The rule for a host: its own by exact name, else that of `*`."""
        by_name = {rule.name: rule for rule in self.hosts}
        return by_name.get(host.lower()) or by_name.get("*") or HostRule()

    def kind_limit(self, kind: str) -> int | None:
        """How many jobs of a kind may run at once; None when the config does not say."""
        return next((rule.concurrency for rule in self.kinds if rule.name == kind), None)
