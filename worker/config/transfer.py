"""Feeds as JSON for the database, and the fingerprint that tells when a feed must be asked afresh."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from worker.config.secrets import remember_feed
from worker.records import Auth, FeedConfig

# what decides which entries of a document are stored, and how they are read
_READING = ("include", "exclude", "lang", "timezone", "agency")
_KNOWN = frozenset(field.name for field in fields(FeedConfig))


def feed_to_json(feed: FeedConfig) -> dict[str, Any]:
    """A feed as a plain JSON object, equal to what comes back from storing it; secrets stay references."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(feed)))
    return plain


def feed_from_json(stored: Mapping[str, Any]) -> FeedConfig:
    """The feed that `feed_to_json` wrote, also when another version of the program did.

    Its secrets are hidden from now on.
    """
    data = {name: value for name, value in stored.items() if name in _KNOWN}
    for name in ("tags", "include", "exclude"):
        data[name] = tuple(data.get(name, ()))
    data["headers"] = tuple((key, value) for key, value in data.get("headers", ()))
    if data.get("extract_kinds") is not None:
        data["extract_kinds"] = tuple(data["extract_kinds"])
    data["auth"] = Auth(**data["auth"]) if data.get("auth") else None
    feed = FeedConfig(**data)
    remember_feed(feed)
    return feed


def fingerprint(feed: FeedConfig) -> str:
    """A hash of URL, login and headers: when it changes, the next poll is at once and unconditional.

    A validator belongs to what was asked for (RFC 9110 section 8.8.1).
    """
    asked = [feed.url, asdict(feed.auth) if feed.auth else None, feed.headers]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def reads_alike(first: FeedConfig, second: FeedConfig) -> bool:
    """Whether both configs take the same from the same document; else what was taken must be fetched anew."""
    return all(getattr(first, name) == getattr(second, name) for name in _READING)
