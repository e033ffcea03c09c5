"""The secrets of a config: checked when a file is validated, and registered for redaction."""

import re
from collections.abc import Iterator
from contextlib import suppress

from worker.config.logins import MissingSecretError, is_reference, resolve_secret
from worker.errors import ConfigError
from worker.records import Auth, Config, FeedConfig
from worker.redaction import remember_literal, remember_login, remember_secret_url, remember_url
from worker.redaction_forms import is_secret_name

_MARKS = re.compile("[?;@#]")  # a URL without these has no secret parts
_seen: set[tuple[str, Auth | None, tuple[tuple[str, str], ...]]] = set()


def references(feed: FeedConfig) -> Iterator[tuple[str, str]]:
    """Yield the references to secrets of a feed: (config key, reference)."""
    if feed.auth:
        yield "auth", feed.auth.password or feed.auth.token
    yield from (("headers", value) for _, value in feed.headers if is_reference(value))


def find_unusable(feed: FeedConfig) -> Iterator[tuple[str, str]]:
    """Yield the secrets of a feed that exist but cannot be sent: (config key, problem)."""
    for key, reference in references(feed):
        try:
            resolve_secret(reference)
        except MissingSecretError:
            continue  # this machine may not poll
        except ConfigError as exc:
            yield key, exc.problems[0].message


def remember_feed(feed: FeedConfig) -> None:
    """Register the secrets of a feed, to be hidden in all output of this process.

    References that cannot be read here are skipped: an unknown secret cannot be written either.
    """
    asked = (feed.url, feed.auth, feed.headers)
    if asked in _seen or not (feed.auth or feed.headers or _MARKS.search(feed.url)):
        return
    _seen.add(asked)
    remember_url(feed.url)
    for name, value in feed.headers:
        if not is_reference(value) and (is_secret_name(name) or " " not in value):
            remember_literal(value)
    for key, reference in references(feed):
        with suppress(ConfigError):
            secret = resolve_secret(reference)
            if feed.auth and key == "auth" and feed.auth.type == "basic":
                remember_login(feed.auth.user, secret)


def remember_service(catalog: Config) -> None:
    """Register the webhook's URL, which is secret as a whole."""
    if catalog.webhook:
        with suppress(ConfigError):
            remember_secret_url(resolve_secret(catalog.webhook))
