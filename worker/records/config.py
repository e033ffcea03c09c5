"""Records of the config: what the operator wrote."""

from dataclasses import dataclass

from worker.records.events import ALERTED
from worker.records.push import PushRule


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
    timezone: str | None = None  # IANA name, for dates without a zone
    agency: str | None = None  # the feed is this agency's own
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
    extract_kinds: tuple[str, ...] | None = None  # None: all installed kinds
    first_poll_s: float = 7 * 86_400.0
    keep_s: float | None = 90 * 86_400.0  # None: forever
    quiet_alert: str | float = "auto"  # "auto" | "off" | seconds
    recheck_s: float = 86_400.0
    moved_after_s: float = 86_400.0
    moved_hits: int = 3
    dead_after_s: float = 14 * 86_400.0


@dataclass(frozen=True, slots=True)
class HostRule:
    """Pacing of one host (`name`) or of all hosts without a rule (`*`)."""

    name: str = "*"
    concurrency: int = 1
    delay_s: float = 2.0
    retry_after_scope: str = "host"  # "host" | "feed"


@dataclass(frozen=True, slots=True)
class KindRule:
    """The maximum number of concurrent jobs of a kind, over all workers."""

    name: str
    concurrency: int


@dataclass(frozen=True, slots=True)
class AlertRules:
    """`[alerts]`: which events are sent, where to, and when; secrets are references."""

    webhook: str = ""  # reference to a URL
    webhook_secret: str = ""  # reference to the key of its signatures
    form: str = "standard"  # "standard" | "slack"
    mail_to: tuple[str, ...] = ()
    mail_from: str = ""  # empty: the first recipient
    smtp: str = ""  # host or host:port
    smtp_tls: str = "starttls"  # "starttls" | "tls" | "off"
    smtp_user: str = ""
    smtp_password: str = ""  # reference
    kinds: tuple[str, ...] = tuple(kind.value for kind in ALERTED)
    group_s: float = 30.0  # after the first event, to collect those that follow
    pause_s: float = 300.0  # between two messages
    quiet_hours: tuple[int, int] | None = None  # minutes of the day: from, until
    timezone: str = "UTC"  # of the quiet hours


@dataclass(frozen=True, slots=True)
class Config:
    """A complete, valid config."""

    feeds: tuple[FeedConfig, ...]
    contact: str = ""
    allow_private: tuple[str, ...] = ()  # CIDR, host or host:port
    global_rate_per_s: float = 50.0
    hosts: tuple[HostRule, ...] = (HostRule(),)
    kinds: tuple[KindRule, ...] = ()
    timeout_s: float = 30.0  # of [defaults], for documents of no configured feed
    max_body_bytes: int = 10 * 1024 * 1024  # likewise
    window_s: float = 7 * 86_400.0
    alerts: AlertRules = AlertRules()
    push: tuple[PushRule, ...] = ()
    digest: str = ""  # sha256 of its files
    notes: tuple[str, ...] = ()  # what is valid but probably not meant, one line each

    def host_rule(self, host: str) -> HostRule:
        """The rule for a host: by exact name, else that of `*`."""
        by_name = {rule.name: rule for rule in self.hosts}
        return by_name.get(host.lower()) or by_name.get("*") or HostRule()

    def kind_limit(self, kind: str) -> int | None:
        """The maximum number of concurrent jobs of a kind; None if the config sets none."""
        return next((rule.concurrency for rule in self.kinds if rule.name == kind), None)
