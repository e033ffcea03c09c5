"""Feeds as JSON for the database, and the fingerprint that tells when a feed must be asked afresh."""

import hashlib
import json
from dataclasses import asdict, fields
from typing import Any

from worker.records import Auth, FeedConfig

_KNOWN = frozenset(field.name for field in fields(FeedConfig))


def feed_to_json(feed: FeedConfig) -> str:
    """A feed as one JSON object; secrets stay the references they are."""
    return json.dumps(asdict(feed), ensure_ascii=False, sort_keys=True)


def feed_from_json(text: str) -> FeedConfig:
    """The feed of a JSON object that `feed_to_json` wrote, also of another version of the program."""
    data: dict[str, Any] = {name: value for name, value in json.loads(text).items() if name in _KNOWN}
    for name in ("tags", "include", "exclude"):
        data[name] = tuple(data.get(name, ()))
    data["headers"] = tuple((key, value) for key, value in data.get("headers", ()))
    data["auth"] = Auth(**data["auth"]) if data.get("auth") else None
    return FeedConfig(**data)


def fingerprint(feed: FeedConfig) -> str:
    """A hash of URL, login and headers: when it changes, the next poll is at once and unconditional.

    A validator belongs to what was asked for (RFC 9110 section 8.8.1).
    """
    asked = [feed.url, asdict(feed.auth) if feed.auth else None, feed.headers]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()
