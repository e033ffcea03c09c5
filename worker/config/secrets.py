"""The secrets of a config: checked when a file is validated, and registered for redaction."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from worker.config.logins import MissingSecretError, describe_missing, is_reference, resolve_secret
from worker.errors import ConfigError
from worker.records import Auth, Config, FeedConfig, PushRule
from worker.redaction import (
    remember,
    remember_id,
    remember_literal,
    remember_login,
    remember_secret_url,
    remember_url,
)
from worker.redaction_forms import is_secret_name

_AUTH_SECRETS = ("password", "token")
_MARKS = re.compile("[?;@#]")  # a URL without these has no secret parts
_seen: set[tuple[str, Auth | None, tuple[tuple[str, str], ...]]] = set()


@dataclass(frozen=True, slots=True)
class SecretFault:
    """A secret that cannot be used: its config key in parts, its reference, and why.

    Of one that is missing `missing_why` says where it was looked for.
    """

    key: tuple[str, str]
    reference: str
    message: str
    missing_why: str = ""

    @property
    def is_missing(self) -> bool:
        """Whether it may exist elsewhere."""
        return bool(self.missing_why)


def sum_up_faults(faults: Iterable[SecretFault]) -> str:
    """All faults in one line, in which a reason that several have is said once."""
    groups: dict[str, list[SecretFault]] = {}
    for fault in faults:
        groups.setdefault(fault.missing_why or fault.message, []).append(fault)
    return "; ".join(
        describe_missing([one.reference for one in group], why) if group[0].is_missing else why
        for why, group in groups.items()
    )


def _references(
    auth: Auth | None, headers: Iterable[tuple[str, str]]
) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield the references to secrets of a feed: (config key in parts, reference)."""
    if auth:
        yield ("auth", "password" if auth.password else "token"), auth.password or auth.token
    yield from ((("headers", name), value) for name, value in headers if is_reference(value))


def find_secret_faults(auth: Auth | None, headers: Iterable[tuple[str, str]]) -> Iterator[SecretFault]:
    """Yield the secrets of a feed that are missing or cannot be sent."""
    yield from _find_faults(_references(auth, headers))


def find_written_faults(feed: Mapping[str, Any]) -> Iterator[SecretFault]:
    """Yield the same for a feed as it is written, whose login and headers may have other faults."""
    yield from _find_faults(
        ((table, key), value)
        for table in ("auth", "headers")
        if isinstance(feed.get(table), Mapping)
        for key, value in feed[table].items()
        if (table == "headers" or key in _AUTH_SECRETS) and isinstance(value, str) and is_reference(value)
    )


def _find_faults(references: Iterable[tuple[tuple[str, str], str]]) -> Iterator[SecretFault]:
    for key, reference in references:
        try:
            resolve_secret(reference)
        except ConfigError as exc:
            why = exc.why if isinstance(exc, MissingSecretError) else ""
            yield SecretFault(key, reference, exc.problems[0].message, why)


def remember_feed(feed: FeedConfig) -> None:
    """Register the secrets of a feed, to be hidden in all output of this process, and its id, to be shown.

    References that cannot be read here are skipped: an unknown secret cannot be written either.
    """
    remember_id(feed.id)
    asked = (feed.url, feed.auth, feed.headers)
    if asked in _seen or not (feed.auth or feed.headers or _MARKS.search(feed.url)):
        return
    _seen.add(asked)
    remember_url(feed.url)
    for name, value in feed.headers:
        if not is_reference(value) and (is_secret_name(name) or " " not in value):
            remember_literal(value)
    for key, reference in _references(feed.auth, feed.headers):
        with suppress(ConfigError):
            secret = resolve_secret(reference)
            if feed.auth and key[0] == "auth" and feed.auth.type == "basic":
                remember_login(feed.auth.user, secret)


def remember_service(config: Config) -> None:
    """Register the secrets of the alerts and of push; a webhook's URL is one as a whole."""
    for rule in config.push:
        _remember_receiver(rule)
    rules = config.alerts
    with suppress(ConfigError):
        if rules.webhook:
            remember_secret_url(resolve_secret(rules.webhook))
    with suppress(ConfigError):
        if rules.webhook_secret:
            remember(resolve_secret(rules.webhook_secret).removeprefix("whsec_"))
    with suppress(ConfigError):
        if rules.smtp_user and rules.smtp_password:
            remember_login(rules.smtp_user, resolve_secret(rules.smtp_password))


def _remember_receiver(rule: PushRule) -> None:
    with suppress(ConfigError):
        remember_secret_url(resolve_secret(rule.url))
    for secret in rule.secrets:
        with suppress(ConfigError):
            remember(resolve_secret(secret).removeprefix("whsec_"))
