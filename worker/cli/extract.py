"""`wireroom extract`: what extraction makes of pages, as objects in the order of the arguments."""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from worker.errors import ExtractError, WireroomError
from worker.records import Extraction, Fetched, FetchRequest, Page

COPIED = ("url", "title", "author", "published_at", "lang", "site", "text")
TABLE_CHARS = 300
# content types of file names; without one of these the content decides
_TYPES = {".html": "text/html", ".htm": "text/html", ".xhtml": "application/xhtml+xml"}


class Moment(click.ParamType[datetime]):
    """A time with its zone, RFC 3339; a naive one is UTC."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f'"{value}" is no time; write for example 2026-03-04T05:06:07+09:00', param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="FILE|URL…")
@click.option("--base", default="", help="The URL that a file stands for.")
@click.option("--published", type=Moment(), help="When the feed says it was published (RFC 3339).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a page on stdout.")
def extract(sources: tuple[str, ...], base: str, published: datetime | None, as_json: bool) -> None:
    """Show what extraction makes of each page: HTML or plain text, from files or URLs.

    Gives title, author, date, language, site and text, and as credit what the dateline or the closing line
    says. Quotes, acronyms, dates, numbers and people are not found yet: their lists are empty.
    """
    failed = False
    for source in sources:
        row = _row(source, base, published)
        failed |= "error" in row
        click.echo(json.dumps(row, ensure_ascii=False) if as_json else _table(row))
    sys.exit(1 if failed else 0)


def _row(source: str, base: str, published: datetime | None) -> dict[str, Any]:
    from worker.extract import extract_fulltext

    try:
        page = _read_page(source, base, published)
        found = extract_fulltext(page, now=datetime.now(UTC))
        if not found.payload:
            raise ExtractError(found.reason or found.status)
        return {"source": source, **_fields(found)}
    except WireroomError as exc:
        return {"source": source, "error": str(exc)}
    except OSError as exc:
        return {"source": source, "error": exc.strerror or str(exc)}


def _read_page(source: str, base: str, published: datetime | None) -> Page:
    if source.startswith(("http://", "https://")):
        answer = _fetch(source)
        kind = answer.headers.get("content-type", "")
        return Page(answer.body, base or answer.url, kind, published_at=published)
    path = Path(source)
    return Page(path.read_bytes(), base, _TYPES.get(path.suffix.lower(), ""), published_at=published)


def _fetch(url: str) -> Fetched:
    from worker.fetch import Fetcher

    answer = Fetcher().fetch(FetchRequest(url=url, accept="text/html, application/xhtml+xml, text/plain"))
    if not isinstance(answer, Fetched):
        raise ExtractError(f"the server answered {answer.status} without a page")
    return answer


def _fields(found: Extraction) -> dict[str, Any]:
    text = found.payload.get("text") or ""
    credit, dateline = _find_credit(text)
    return {
        **{name: found.payload.get(name) for name in COPIED},
        "agency": credit["agency"],
        "credit": credit,
        "dateline": dateline,
        **{name: [] for name in ("quotes", "acronyms", "dates", "numbers", "people")},
        "status": found.status,
        "reason": found.reason,
        "canonical_url": found.payload.get("canonical_url"),
        "is_paid": found.payload.get("is_paid", False),
        "noarchive": found.payload.get("noarchive", False),
    }


def _find_credit(text: str) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """What the dateline, else the closing line, says of the agency."""
    from worker.agencies import find_credit_line, find_dateline

    dateline, closing = find_dateline(text), find_credit_line(text)
    credit: dict[str, Any] = {"kind": "none", "agency": None, "evidence": None, "field": None, "offset": None}
    for found, field in ((dateline, "dateline"), (closing, "closing")):
        if found and found.agency:
            evidence = text[found.start : found.end].strip()[:120]
            offset = text.find(evidence, found.start)
            credit = {
                "kind": "credit",
                "agency": found.agency,
                "evidence": evidence,
                "field": field,
                "offset": offset,
            }
            break
    return credit, asdict(dateline) if dateline else None


def _table(row: dict[str, Any]) -> str:
    width = max(map(len, row))
    shown = {name: value for name, value in row.items() if value not in (None, [], False)}
    return "".join(f"{name:<{width}}  {str(value)[:TABLE_CHARS]}\n" for name, value in shown.items())
