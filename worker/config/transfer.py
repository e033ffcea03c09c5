"""Feeds as JSON for the database, and the fingerprint that shows when a feed must be requested anew."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from worker.config.secrets import remember_feed
from worker.records import Auth, FeedConfig

# which entries of a document are stored, and how they are read
_READING = ("include", "exclude", "lang", "timezone", "agency")
_KNOWN = frozenset(field.name for field in fields(FeedConfig))


def feed_to_json(feed: FeedConfig) -> dict[str, Any]:
    """A feed as a JSON object, as it is stored; secrets remain references."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(feed)))
    return plain


def feed_from_json(stored: Mapping[str, Any]) -> FeedConfig:
    """The feed from its stored JSON, which may be of another version of the program.

    Its secrets are registered for redaction.
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
    """A hash of URL, login and headers: if it changes, the next poll is immediate and unconditional.

    Validators are valid only for the same request (RFC 9110 section 8.8.1).
    """
    asked = [feed.url, asdict(feed.auth) if feed.auth else None, feed.headers]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def reads_alike(first: FeedConfig, second: FeedConfig) -> bool:
    """Whether both configs select and read the same entries of a document; else it must be fetched again."""
    return reading_rules(first) == reading_rules(second)


def reading_rules(feed: FeedConfig) -> tuple[object, ...]:
    """What a config says about which entries of a document are stored, and how they are read."""
    return tuple(getattr(feed, name) for name in _READING)
