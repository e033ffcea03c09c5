"""Build the request of a poll from a feed's config and state."""

import base64
from collections.abc import Iterable

from worker.config import find_secret_faults, resolve_secret, sum_up_faults
from worker.errors import ConfigError, ConfigProblem
from worker.fetch import FEED_ACCEPT
from worker.records import Auth, Config, FeedConfig, FeedState, FetchRequest, Redirect
from worker.redaction import remember_login

REFERENCES = ("env:", "file:")


def _authorization(auth: Auth | None) -> str | None:
    if auth is None:
        return None
    if auth.type == "bearer":
        return f"Bearer {resolve_secret(auth.token)}"
    password = resolve_secret(auth.password)
    remember_login(auth.user, password)
    return "Basic " + base64.b64encode(f"{auth.user}:{password}".encode()).decode("ascii")  # RFC 7617


def feed_request(
    feed: FeedConfig, state: FeedState, config: Config, *, conditional: bool = True
) -> FetchRequest:
    """The GET request of a poll, with its secrets resolved.

    Raises ConfigError that names all secrets that are missing or cannot be sent.
    """
    if faults := list(find_secret_faults(feed.auth, feed.headers)):
        raise ConfigError([ConfigProblem("config", sum_up_faults(faults))])
    headers = tuple(
        (name, resolve_secret(value) if value.startswith(REFERENCES) else value)
        for name, value in feed.headers
    )
    url = state.effective_url or feed.url
    return FetchRequest(
        url=url,
        etag=state.etag if conditional else None,
        last_modified=state.last_modified if conditional else None,
        validated_url=state.validated_url or url,
        headers=headers,
        authorization=_authorization(feed.auth),
        accept=FEED_ACCEPT,
        timeout_s=feed.timeout_s,
        max_bytes=feed.max_body_bytes,
        allow_private=config.allow_private,
        contact=config.contact,
        configured_url=feed.url,
    )


def document_request(url: str, config: Config) -> FetchRequest:
    """The request for the feed document at a URL: as the poll of the feed that has it, else by the defaults.

    Raises ConfigError if a secret of that feed is missing.
    """
    feed = next((feed for feed in config.feeds if feed.url == url), None)
    if feed is None:
        feed = FeedConfig("", url, timeout_s=config.timeout_s, max_body_bytes=config.max_body_bytes)
    return feed_request(feed, FeedState(), config, conditional=False)


def as_redirects(hops: Iterable[tuple[int, str] | Redirect]) -> tuple[Redirect, ...]:
    """The redirects of a FetchError as records."""
    return tuple(hop if isinstance(hop, Redirect) else Redirect(*hop) for hop in hops)
