"""Which secrets a config holds: found for the check of a file, and hidden in all that a process writes."""

import re
from collections.abc import Iterator
from contextlib import suppress

from worker.config.logins import MissingSecretError, is_reference, resolve_secret
from worker.errors import ConfigError
from worker.records import Auth, Config, FeedConfig
from worker.redaction import remember_literal, remember_login, remember_secret_url, remember_url
from worker.redaction_forms import is_secret_name

_MARKS = re.compile("[?;@#]")  # without one a URL holds no secret that its form shows
_seen: set[tuple[str, Auth | None, tuple[tuple[str, str], ...]]] = set()


def references(feed: FeedConfig) -> Iterator[tuple[str, str]]:
    """The secrets of a feed that are written as references: (config key, reference)."""
    if feed.auth:
        yield "auth", feed.auth.password or feed.auth.token
    yield from (("headers", value) for _, value in feed.headers if is_reference(value))


def find_unusable(feed: FeedConfig) -> Iterator[tuple[str, str]]:
    """The secrets of a feed that are there and cannot be sent: (config key, what is wrong)."""
    for key, reference in references(feed):
        try:
            resolve_secret(reference)
        except MissingSecretError:
            continue  # perhaps this machine does not poll
        except ConfigError as exc:
            yield key, exc.problems[0].message


def remember_feed(feed: FeedConfig) -> None:
    """Hide the secrets of a feed from now on in all that this process writes.

    A reference that cannot be read here is left out: what is not known cannot be written either.
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
    """Hide the webhook's URL, which is a secret as a whole."""
    if catalog.webhook:
        with suppress(ConfigError):
            remember_secret_url(resolve_secret(catalog.webhook))
