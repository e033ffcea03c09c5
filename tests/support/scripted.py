"""A scripted server on loopback and the few steps a test of polls takes: configure, claim, poll, look."""

from collections.abc import Callable
from pathlib import Path

from tests.fetch.conftest import Origin, reply
from worker.flows import poll, reload
from worker.flows.services import Services
from worker.store import claims as claim_store
from worker.store.claims import Claim

DEFAULTS = '[defaults]\ninterval = "10m"\nadaptive = false\nextract = "off"\ntimeout = "20s"\n'
HOST = '[host."*"]\nconcurrency = {concurrency}\ndelay = "0s"\nretry_after_scope = "{scope}"\n'
WAIT_S = 3600.0
HOME = "127.0.0.1"


def rss(*names: str) -> bytes:
    items = "".join(
        f"<item><title>Report {n} from the harbour</title><link>https://news.example/{n}</link>"
        f'<guid isPermaLink="false">urn:{n}</guid><description>Text of report {n}.</description></item>'
        for n in names
    )
    return f'<rss version="2.0"><channel><title>Harbour</title>{items}</channel></rss>'.encode()


def document(*names: str, fields: tuple[str, ...] = ()) -> bytes:
    return reply(200, rss(*names), "Content-Type: application/rss+xml", *fields)


GOOD = document("1", "2", fields=('ETag: "good"',))


def throttled(wait_s: float = WAIT_S) -> bytes:
    return reply(429, b"slow down", f"Retry-After: {wait_s:.0f}")


def configure(
    desk: Services, origin: Origin, *names: str, concurrency: int = 3, scope: str = "host", **more: str
) -> None:
    """Put a config with these feeds of the origin in force; `more` are further lines of a feed by name."""
    head = DEFAULTS + '[http]\nallow_private = ["127.0.0.0/8"]\n'
    feeds = "".join(
        f'[[feed]]\nid = "{name}"\nurl = "{origin.url(f"/{name}.xml")}"\n{more.get(name, "")}\n'
        for name in names
    )
    text = head + HOST.format(concurrency=concurrency, scope=scope) + feeds
    Path(desk.settings.config).write_text(text, encoding="utf-8")
    assert reload.run(desk)["config"] == "ok"


def claim(desk: Services) -> list[Claim]:
    """What a control tick would send now."""
    with desk.db.write() as connection:
        return claim_store.claim_due(connection, desk.clock(), limit=50, lease_s=60, slots_of=lambda _: 9)


def claim_one(desk: Services, feed: str) -> Claim:
    """Claim a feed by hand, due or not."""
    with desk.db.write() as connection:
        claimed = claim_store.claim_one(connection, feed, desk.clock(), 60)
    assert claimed is not None
    return claimed


def poll_one(desk: Services, feed: str) -> poll.PollSummary:
    claimed = claim_one(desk, feed)
    return poll.run(desk, feed, claimed.lease)


def poll_due(desk: Services) -> dict[str, poll.PollSummary]:
    return {claimed.feed: poll.run(desk, claimed.feed, claimed.lease) for claimed in claim(desk)}


def asked(origin: Origin) -> list[str]:
    return [request.target.decode() for request in origin.asked]


def meanwhile(action: Callable[[], object], then: bytes) -> Callable[[object], list[bytes]]:
    """A script that does something while the request is open, and then answers."""

    def script(_: object) -> list[bytes]:
        action()
        return [then]

    return script
