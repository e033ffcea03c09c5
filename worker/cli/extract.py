"""`wireroom extract`: run extraction on pages and print the results in the order of the arguments."""

import json
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from worker.errors import ExtractError, WireroomError
from worker.records import Extraction, Kind, Page
from worker.redaction import redact
from worker.views.extractions import credit_lines, item_words
from worker.views.progress import tracked
from worker.views.table import print_heading, print_table, wide_option
from worker.views.times import show_iso

if TYPE_CHECKING:
    from worker.fetch import Fetcher
    from worker.flows.polite_client import PoliteClient
    from worker.sandbox import SandboxPool

# whose fields are those of the page; results of other kinds are nested under their kinds
FLAT_KINDS = (Kind.FULLTEXT, Kind.METADATA, Kind.CREDIT, Kind.FACTS)
CREDIT_FIELDS = ("kind", "agency", "evidence", "field", "offset")
FACT_FIELDS = ("quotes", "acronyms", "dates", "numbers", "people")
METADATA_FIELDS = (
    "authors", "modified_at", "section", "image", "canonical_url", "is_paid", "noarchive", "sources",
)  # fmt: skip
UNSHOWN = ("source", "authors")  # in the heading, and the same as `author`
STDIN = "-"
EXTRACT = "worker.extract.installation:extract_all"
DEADLINE_S = 120.0  # for all kinds of one page, plug-ins included
MEMORY_BYTES = 1024 * 1024 * 1024
# content types of file names; without one of these the content decides
_TYPES = {".html": "text/html", ".htm": "text/html", ".xhtml": "application/xhtml+xml"}


class Moment(click.ParamType[datetime]):
    """An RFC 3339 time; UTC if it has no zone."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f'"{value}" is not a time; write for example 2026-03-04T05:06:07+09:00', param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="FILE|URL|-…")
@click.option("--base", default="", help="The URL of the page in a file.")
@click.option("--published", type=Moment(), help="Publication time given by the feed (RFC 3339).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per page on stdout.")
@wide_option
def extract(sources: tuple[str, ...], base: str, published: datetime | None, as_json: bool) -> None:
    """Show what is extracted from each page: HTML or plain text, from files, URLs or standard input (`-`).

    Runs all kinds of job through the code of the service: full text, metadata, credit, facts, plug-ins.
    Dates in the text are resolved against the publication date of the page or --published.
    """
    from worker.cli.offline_config import refused_plugins
    from worker.fetch import Fetcher
    from worker.sandbox import SandboxPool

    refused_plugins()  # each is logged as it is found
    failed = False
    with (
        closing(Fetcher()) as fetcher,
        SandboxPool(EXTRACT, deadline_s=DEADLINE_S, memory_bytes=MEMORY_BYTES) as pool,
    ):
        read = partial(_read_page, _client_factory(fetcher, pool), base=base, published=published)
        for source in tracked(sources, "Extracting"):
            row = _row(source, read, pool)
            failed |= "error" in row
            if as_json:
                click.echo(json.dumps(row, ensure_ascii=False))
            elif "error" in row:
                click.echo(f"{redact(source)}: {row['error']}", err=True)
            else:
                _show(row | {"source": redact(source)})
    sys.exit(1 if failed else 0)


def _row(source: str, read: Callable[[str], Page], pool: "SandboxPool") -> dict[str, Any]:
    try:
        found = pool.call(read(source), now=datetime.now(UTC))
        if not found["fulltext"].payload:
            raise ExtractError(found["fulltext"].reason or found["fulltext"].status)
        return {"source": source, **_fields(found)}
    except WireroomError as exc:
        return {"source": source, "error": redact(str(exc))}
    except OSError as exc:
        return {"source": source, "error": exc.strerror or str(exc)}


def _client_factory(fetcher: "Fetcher", pool: "SandboxPool") -> Callable[[], "PoliteClient"]:
    """One client for all URLs, created for the first one: files need no config."""

    @cache
    def client() -> "PoliteClient":
        from worker.cli.offline_config import read_rules
        from worker.flows.polite_client import PoliteClient

        return PoliteClient(fetcher, read_rules(), pool)

    return client


def _read_page(
    client: Callable[[], "PoliteClient"], source: str, base: str, published: datetime | None
) -> Page:
    if source.startswith(("http://", "https://")):
        from worker.fetch import PAGE_ACCEPT

        response = client().get(source, PAGE_ACCEPT)
        kind, robots_tag = (response.headers.get(name, "") for name in ("content-type", "x-robots-tag"))
        return Page(
            response.body,
            base or response.url,
            kind,
            published_at=published,
            asked_url=source,
            robots_tag=robots_tag,
        )
    if source == STDIN:
        return Page(sys.stdin.buffer.read(), base, "", published_at=published)
    path = Path(source)
    return Page(path.read_bytes(), base, _TYPES.get(path.suffix.lower(), ""), published_at=published)


def _fields(found: dict[str, Extraction]) -> dict[str, Any]:
    """One flat object per page; results of other kinds are nested under their kinds."""
    text, metadata = found["fulltext"].payload, found["metadata"].payload
    credit, facts = found["credit"].payload, found["facts"].payload
    authors = metadata.get("authors") or []
    dateline = {name: credit.get(name) for name in ("place", "date")} if credit.get("dateline") else None
    return {
        "url": text.get("url"),
        "title": metadata.get("title"),
        "author": ", ".join(authors) or None,
        **{name: metadata.get(name) for name in ("published_at", "lang", "site")},
        "text": text.get("text") or None,
        "agency": credit.get("agency") if credit.get("kind") == "credit" else None,
        "credit": {name: credit.get(name) for name in CREDIT_FIELDS},
        "dateline": dateline and {"text": credit.get("dateline"), **dateline},
        **{name: facts.get(name, []) for name in FACT_FIELDS},
        "status": found["fulltext"].status,
        "reason": found["fulltext"].reason,
        **{name: metadata.get(name) for name in METADATA_FIELDS},
        **{
            kind: dict(one.payload) or {"status": one.status, "reason": one.reason}
            for kind, one in found.items()
            if kind not in FLAT_KINDS
        },
    }


def _show(row: dict[str, Any]) -> None:
    print_heading(f"{row['source']}: {row.get('title') or 'no title'}")
    shown = {
        name: value for name, value in row.items() if value not in (None, [], False) and name not in UNSHOWN
    }
    rows = [{"field": name.replace("_", " "), "value": _words(name, value)} for name, value in shown.items()]
    print_table(rows, ("field", "value"), whole=("field",))


def _words(name: str, value: Any) -> str:
    """A value as text for people: names, not the marks of a program."""
    if isinstance(value, str):
        return show_iso(value) if name.endswith("_at") else value
    if isinstance(value, list):
        return "; ".join(item_words(name, one) if isinstance(one, dict) else str(one) for one in value)
    if name == "credit":
        return "; ".join(credit_lines(value)).removeprefix("credit: ")
    if name == "sources":
        return ", ".join(f"{key.replace('_', ' ')} from {source}" for key, source in value.items())
    if not isinstance(value, dict):
        return str(value)
    parts = {key: one for key, one in value.items() if one not in (None, "", [])}
    return ", ".join(f"{key.replace('_', ' ')} {one}" for key, one in parts.items())
