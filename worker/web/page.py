"""A page: what a request found, as an object for programs and as values for a template."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from worker.settings import Settings
from worker.store.session import Database
from worker.web.params import Params


@dataclass(frozen=True, slots=True)
class Request:
    """What a page is made from; `path` has the parts of the address that vary, `base` the site's URL."""

    db: Database
    settings: Settings
    params: Params
    path: Sequence[str]
    base: str

    @property
    def now(self) -> datetime:
        """The time of the request."""
        return self.params.now


@dataclass(frozen=True, slots=True)
class Page:
    """`data` is the JSON object; the template gets it with `more`. `next` is the cursor of the next page."""

    title: str
    template: str
    data: Mapping[str, Any]
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """A feed: its bytes, their media type, and when what it has last changed."""

    body: bytes
    media_type: str
    modified_at: datetime | None


@dataclass(frozen=True, slots=True)
class Route:
    """An address, the page that it shows, and the names of its parameters.

    `path` has the parts that vary in braces, as in OpenAPI: `/stories/{id}`. A page of the address with an
    ending `.json` is an object.
    """

    path: str
    make: Callable[[Request], Page | Document]
    params: tuple[str, ...] = ()
    about: str = ""
    schema: str = ""  # of the JSON object, in the OpenAPI document
    endings: tuple[str, ...] = (".json", "")  # in the order in which they are looked for


def page_of(
    rows: Sequence[Mapping[str, Any]], top: int, cursor: Callable[[Mapping[str, Any]], str]
) -> dict[str, Any]:
    """One page of a list that was read with one row more than fits: its items and the next cursor."""
    items = list(rows[:top])
    return {"items": items, "next": cursor(items[-1]) if len(rows) > top else None}
