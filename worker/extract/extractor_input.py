"""Builds the input of extractors that run without the network, from the page's result and the feed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from worker.records import ExtractorInput, FeedMetadata
from worker.text.dates import offset_of, read_date
from worker.text.zone_names import load_zone


def make_extractor_input(url: str, page: Mapping[str, Any], feed: FeedMetadata) -> ExtractorInput:
    """Returns the input for one article; `page` is the payload of `fulltext`, empty if there was no page.

    `published_at` is in the zone that the feed or the page named, so its day is the newsroom's local day.
    """
    own = page.get("text") or ""
    text = own or feed.text or ""
    return ExtractorInput(
        url=str(page.get("url") or url or ""),
        text=text,
        text_from="page" if own else "feed" if text else "",
        lang=page.get("lang") or feed.lang,
        published_at=_local_time(page, feed),
        page=page,
        feed=feed,
    )


def digest_of(given: ExtractorInput) -> str:
    """The SHA-256 of an input."""
    return hashlib.sha256(json.dumps(asdict(given), sort_keys=True, default=str).encode()).hexdigest()


def _local_time(page: Mapping[str, Any], feed: FeedMetadata) -> datetime | None:
    at, raw = feed.published_at, feed.published_raw
    if at is None:
        at, raw = read_date(page.get("published_at")), page.get("published_raw")
    if at is None:
        return None
    if at.utcoffset():  # the zone is known already
        return at
    named = offset_of(raw)
    if named is not None:
        return at.astimezone(timezone(timedelta(seconds=named)))
    return at.astimezone(load_zone(feed.timezone or page.get("timezone")) or UTC)
