"""Payload schemas of the built-in extractors: the contract for readers of the table `extractions`.

Times are RFC 3339 in UTC; offsets count characters of the article's text. Unknown fields are null or empty,
never absent. The number of a schema is increased when a field changes its meaning or is removed.
"""

from collections.abc import Mapping
from typing import Any, Literal, TypedDict

import msgspec


class FulltextPayload(TypedDict):
    """A page's text and metadata, and `marks`: stored page facts for the dependent kinds."""

    schema: Literal["fulltext/1"]
    url: str | None
    canonical_url: str | None
    title: str | None
    author: str | None
    published_at: str | None
    published_raw: str | None
    published_from: str | None
    timezone: str | None  # IANA name: the feed's or that of the outlet's country
    lang: str | None
    site: str | None
    image: str | None
    text: str | None
    is_paid: bool
    noarchive: bool
    charset: str | None
    marks: dict[str, Any]


class MetadataPayload(TypedDict):
    """The combined metadata of feed and page; `sources` names the source of each known value."""

    schema: Literal["metadata/1"]
    title: str | None
    authors: list[str]
    published_at: str | None
    published_raw: str | None
    modified_at: str | None
    lang: str | None
    site: str | None
    section: str | None
    image: str | None
    canonical_url: str | None
    is_paid: bool
    noarchive: bool
    sources: dict[str, str]


class CreditPayload(TypedDict):
    """The credited or mentioned agency, as `kind` says; `offset` only if the evidence is in the text."""

    schema: Literal["credit/1"]
    kind: Literal["credit", "contributor", "photo", "mention", "none"]
    agency: str | None
    agency_id: str | None
    evidence: str | None
    field: str | None
    offset: int | None
    dateline: str | None
    place: str | None
    date: str | None


class AcronymItem(TypedDict):
    """An acronym with its long form."""

    short: str
    long: str
    offset: int


class QuoteItem(TypedDict):
    """A direct quote; `speaker` is null if it is uncertain."""

    text: str
    speaker: str | None
    offset: int


class DateItem(TypedDict):
    """A date: a day, `2012-W27`, `2012-05` or `2012`."""

    text: str
    date: str
    offset: int


class NumberItem(TypedDict):
    """A number with its unit, if it has one."""

    text: str
    value: float
    unit: str | None
    offset: int


class PersonItem(TypedDict):
    """A person with a title."""

    name: str
    title: str
    offset: int


class FactsPayload(TypedDict):
    """Facts found in the text by rules; `local_day` is the day that dates were resolved against."""

    schema: Literal["facts/1"]
    acronyms: list[AcronymItem]
    quotes: list[QuoteItem]
    dates: list[DateItem]
    numbers: list[NumberItem]
    people: list[PersonItem]
    local_day: str | None


SCHEMAS: Mapping[str, Any] = {
    "fulltext/1": FulltextPayload,
    "metadata/1": MetadataPayload,
    "credit/1": CreditPayload,
    "facts/1": FactsPayload,
}


def check_payload(payload: Mapping[str, Any]) -> None:
    """Raise msgspec.ValidationError if a payload does not match its schema; an empty one is valid."""
    if not payload:
        return
    schema = SCHEMAS.get(str(payload.get("schema")))
    if schema is None:
        raise msgspec.ValidationError(f"{payload.get('schema')!r} is not a known schema")
    unknown = sorted(set(payload) - set(schema.__annotations__))
    if unknown:
        raise msgspec.ValidationError(f"{payload['schema']} does not define {', '.join(unknown)}")
    msgspec.convert(dict(payload), schema)
