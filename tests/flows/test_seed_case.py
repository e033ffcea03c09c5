"""One agency text as seven outlets ran it, from their feeds to one story with the agency's credit."""

import html
import os
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from worker.flows import poll, reload
from worker.flows.services import Services
from worker.store import claims as claim_store
from worker.store import listing

SHARED = Path(os.environ.get("WIREROOM_SHARED") or Path(__file__).parents[3] / "shared")
SEED = SHARED / "seed" / "korea-herald-2012-06-28.txt"
pytestmark = pytest.mark.skipif(not SEED.exists(), reason=f"no first real case at {SEED}")

NOW = datetime(2012, 6, 28, 9, 0, tzinfo=UTC)
OTHERS = {  # what the outlets run beside it: the same beat, the same day, the same furniture, other texts
    "outlet": (
        "Assembly opens after month of delay",
        (
            "The National Assembly opened on Thursday, a month late, after the two main parties agreed on "
            "who chairs which committee, a senior official said.\n\nThe official said the first vote would "
            "be held in July.\n\nForeign Ministry spokesman Cho Byung-jae declined to comment on the agenda. "
            "(Yonhap News)"
        ),
    ),
    "wire": (
        "S. Korea, Japan to hold talks on fisheries next week",
        (
            "SEOUL, June 28 (Yonhap) -- South Korea is set to hold talks with Japan on fisheries next week, "
            "a senior Seoul official said Thursday.\n\nThe two sides last met in March, when they agreed on "
            "quotas for mackerel and squid, the official said on condition of anonymity.\n\n(END)\n"
        ),
    ),
}


def shapes() -> tuple[dict[str, tuple[str, str]], tuple[str, str]]:
    """(headline, text) as each outlet ran it, and of a text that only mentions the agency."""
    sys.path.insert(0, str(SHARED / "rig"))
    try:
        from extract_judge import seed_variants
    finally:
        sys.path.pop(0)
    title, _, found, _, negative = seed_variants(SEED.read_text(encoding="utf-8"))
    entries = {name: (title, text) for name, text in found.items()}
    entries["wire-lead"] = _headed(found["wire-lead"])
    return entries, _headed(negative)


def _headed(text: str) -> tuple[str, str]:
    title, _, rest = text.partition("\n")
    return title, rest.strip()


def rss(items: list[tuple[str, str]], outlet: str) -> bytes:
    entries = []
    for number, (title, text) in enumerate(items):
        body = html.escape("".join(f"<p>{html.escape(p)}</p>" for p in text.split("\n\n") if p.strip()))
        at = format_datetime(NOW - timedelta(minutes=5 * number + 10))
        entries.append(
            f"<item><title>{html.escape(title)}</title><guid>{outlet}-{number}</guid><pubDate>{at}</pubDate>"
            f"<link>http://{outlet}.example/{number}</link><description>{body}</description></item>"
        )
    head = f'<rss version="2.0"><channel><title>{outlet}</title><link>http://{outlet}.example/</link>'
    return f"{head}{''.join(entries)}</channel></rss>".encode()


@pytest.fixture
def origin() -> Iterator[str]:
    entries, mention = shapes()
    documents = {
        f"/{name}.xml": rss([entry, *([OTHERS[name]] if name in OTHERS else [])], name)
        for name, entry in entries.items()
    }
    documents["/paper.xml"] = rss([mention], "paper")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = documents.get(self.path)
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "application/rss+xml")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("order", [1, -1])
def test_all_shapes_of_the_text_become_one_story_and_nothing_else_does(
    services: Services, origin: str, order: int
) -> None:
    """In whatever order they come: the agency has the credit, its own copy leads, its take is an update."""
    services.clock = lambda: NOW
    names = ["wire", "outlet", "wire-lead", "blog", "trimmed", "ads", "teaser", "paper"][::order]
    feeds = [
        f'[[feed]]\nid = "{name}"\nurl = "{origin}/{name}.xml"\ntimezone = "Asia/Seoul"\n'
        + ('agency = "Yonhap"\n' if name == "wire" else "")
        for name in names
    ]
    head = '[http]\nallow_private = ["127.0.0.0/8"]\n[host."*"]\nconcurrency = 8\ndelay = "0s"\n'
    Path(services.settings.config).write_text(head + "\n".join(feeds), encoding="utf-8")
    assert reload.run(services)["config"] == "ok"
    with services.db.write() as connection:
        claims = claim_store.claim_due(connection, NOW, limit=50, lease_s=60, slots_of=lambda _: 9)
    leases = {claim.feed: claim.lease for claim in claims}
    for name in names:
        assert poll.run(services, name, leases[name]).error is None
    with services.db.read() as connection:
        found = list(listing.iter_stories(connection))
    stories = {frozenset((m["feed"], m["title"][:12]) for m in story["members"]) for story in found}
    [big] = [story for story in found if story["copies"] > 1]
    assert {member["feed"] for member in big["members"]} == set(names) - {"paper"}
    assert big["copies"] == 7
    assert len(stories) == 4
    assert big["agency"] == "Yonhap"
    roles = {member["feed"]: member["role"] for member in big["members"]}
    assert roles == {
        "wire": "lead", "wire-lead": "update", "outlet": "copy", "blog": "copy", "ads": "copy",
        "trimmed": "excerpt", "teaser": "excerpt",
    }  # fmt: skip
