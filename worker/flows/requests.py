"""From what is known of a feed to the request that is sent."""

import base64
from collections.abc import Iterable

from worker.config import resolve_secret
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
    config: FeedConfig, state: FeedState, service: Config, *, conditional: bool = True
) -> FetchRequest:
    """The one GET of a poll; secrets are resolved here and kept nowhere. Raises ConfigError."""
    headers = tuple(
        (name, resolve_secret(value) if value.startswith(REFERENCES) else value)
        for name, value in config.headers
    )
    return FetchRequest(
        url=state.effective_url or config.url,
        etag=state.etag if conditional else None,
        last_modified=state.last_modified if conditional else None,
        headers=headers,
        authorization=_authorization(config.auth),
        accept=FEED_ACCEPT,
        timeout_s=config.timeout_s,
        max_bytes=config.max_body_bytes,
        allow_private=service.allow_private,
        contact=service.contact,
        configured_url=config.url,
    )


def as_redirects(hops: Iterable[tuple[int, str] | Redirect]) -> tuple[Redirect, ...]:
    """Hops as an error carries them, as records."""
    return tuple(hop if isinstance(hop, Redirect) else Redirect(*hop) for hop in hops)
