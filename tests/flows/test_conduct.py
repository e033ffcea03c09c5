"""How a poll treats its server: one request, validators, and what a changed config does.

Each test scripts a server on loopback and moves the clock; what is judged is what the server saw.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import Clock
from tests.fetch.conftest import Origin, reply
from tests.support.scripted import (
    GOOD,
    claim,
    configure,
    document,
    meanwhile,
    poll_due,
    poll_one,
    rss,
)
from worker.flows import reload
from worker.flows.services import Services
from worker.records import Outcome
from worker.store import listing


@pytest.fixture
def origin() -> Iterator[Origin]:
    made = Origin()
    for name in "abc":
        made.answer(document(name), f"/{name}.xml".encode())
    yield made
    made.close()


@pytest.fixture
def services(services: Services, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Services:
    monkeypatch.setenv("DESK_PASSWORD", "pw")
    services.clock = clock
    return services


# ---- one request a poll --------------------------------------------------------------------------
def test_a_new_feed_is_asked_with_one_get_and_nothing_else(services: Services, origin: Origin) -> None:
    """No HEAD, no robots.txt, no icon, no second connection."""
    configure(services, origin, "a")
    assert poll_due(services)["a"].outcome is Outcome.UPDATED
    assert [(request.method, request.target) for request in origin.asked] == [("GET", b"/a.xml")]
    assert origin.connections == 1


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_refusal_is_met_with_one_request_a_poll_under_the_same_name(
    services: Services, origin: Origin, clock: Clock, status: int
) -> None:
    """Never a second try in disguise."""
    origin.answer(reply(status, b"no"), b"/a.xml")
    configure(services, origin, "a")
    for _ in range(3):
        poll_due(services)
        clock.advance(86_400)
    assert len(origin.asked) == 3
    assert len({request.field("User-Agent") for request in origin.asked}) == 1


def test_of_many_new_feeds_each_second_brings_what_the_global_rate_allows(
    services: Services, origin: Origin, clock: Clock
) -> None:
    """A cold start of 500 feeds: due one after another, and no tick claims more than the rate."""
    feeds = "".join(f'[[feed]]\nid = "f{n}"\nurl = "http://h{n}.example/feed.xml"\n' for n in range(500))
    Path(services.settings.config).write_text(f'[http]\nglobal_rate = "20/s"\n{feeds}', encoding="utf-8")
    reload.run(services)
    seconds = []
    for _ in range(25):
        clock.advance(1)
        seconds.append(len(claim(services)))
    assert sum(seconds) == 500
    assert max(seconds) <= 21
    assert reload.run(services)["changed"] is False


# ---- validators ----------------------------------------------------------------------------------
CHANGED = rss("1", "2", "3")


def sent_to(origin: Origin, path: bytes) -> list[bytes | None]:
    return [one.field("If-None-Match") for one in origin.asked if one.target == path]


def test_a_feeds_validators_are_sent_to_the_url_that_gave_them(
    services: Services, origin: Origin, clock: Clock
) -> None:
    """Behind a redirect that is not permanent; one that leads elsewhere gets none, nor can it answer 304."""
    configure(services, origin, "a")
    for target, shown in ((b"/b.xml", GOOD), (b"/b.xml", reply(304)), (b"/c.xml", document("1", "4"))):
        origin.answer(reply(302, b"", f"Location: {origin.url(target.decode())}"), b"/a.xml")
        origin.answer(shown, target)
        poll_due(services)
        clock.advance(7200)
    assert sent_to(origin, b"/a.xml") == [None, None, None]
    assert sent_to(origin, b"/b.xml") == [None, b'"good"']
    assert sent_to(origin, b"/c.xml") == [None]
    with services.db.read() as connection:
        assert len(list(listing.iter_articles(connection))) == 3


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(
            reply(200, CHANGED[:-30], 'ETag: "bad"', f"Content-Length: {len(CHANGED)}", length=False),
            id="cut by length",
        ),
        pytest.param(
            reply(200, b"ff\r\n" + CHANGED[:200], 'ETag: "bad"', "Transfer-Encoding: chunked", length=False),
            id="cut in a chunk",
        ),
        pytest.param(reply(200, b"<html><h1>Maintenance</h1></html>", 'ETag: "bad"'), id="a page"),
        pytest.param(reply(200, b"\x00\x01<rss><chan", 'ETag: "bad"'), id="junk"),
        pytest.param(reply(503, CHANGED, 'ETag: "bad"'), id="an error with a document"),
    ],
)
def test_a_bad_reply_keeps_the_good_validator_and_the_articles(
    services: Services, origin: Origin, clock: Clock, bad: bytes
) -> None:
    """Even when the part that came could be read."""
    configure(services, origin, "a")
    for script in (GOOD, bad, GOOD):
        origin.answer(script, b"/a.xml")
        poll_due(services)
        clock.advance(7200)
    assert [request.field("If-None-Match") for request in origin.asked] == [None, b'"good"', b'"good"']
    with services.db.read() as connection:
        titles = {article["title"] for article in listing.iter_articles(connection)}
    assert titles == {"Report 1 from the harbour", "Report 2 from the harbour"}


def test_a_304_renews_the_validators_and_a_document_without_any_erases_them(
    services: Services, origin: Origin, clock: Clock
) -> None:
    configure(services, origin, "a")
    scripts = (GOOD, reply(304, b"", 'ETag: "newer"'), document("1"), document("1"))
    for script in scripts:
        origin.answer(script, b"/a.xml")
        poll_due(services)
        clock.advance(1000)
    sent = [request.field("If-None-Match") for request in origin.asked]
    assert sent == [None, b'"good"', b'"newer"', None]


def test_entries_missing_from_a_document_are_never_deleted(
    services: Services, origin: Origin, clock: Clock
) -> None:
    """Not even when a server sends a delta that was not requested (226, RFC 3229)."""
    configure(services, origin, "a")
    delta = reply(226, rss("3"), "Content-Type: application/rss+xml", "IM: feed")
    for script in (document("1", "2"), document("2"), delta):
        origin.answer(script, b"/a.xml")
        poll_due(services)
        clock.advance(1000)
    with services.db.read() as connection:
        assert len(list(listing.iter_articles(connection))) == 3
    assert all(request.field("A-IM") is None for request in origin.asked)


# ---- config changes ------------------------------------------------------------------------------
CHANGES = {
    "URL": "",
    "auth": 'auth = { type = "basic", user = "u", password = "env:DESK_PASSWORD" }',
    "headers": 'headers = { X-Edition = "late" }',
}


@pytest.mark.parametrize("is_during_a_poll", [False, True])
@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_request_is_sent_once_at_once_without_condition_then_with_one(
    services: Services, origin: Origin, clock: Clock, what: str, is_during_a_poll: bool
) -> None:
    """The result of a poll under way answers a request that is outdated."""
    not_modified = reply(304, b"", 'ETag: "good"')
    configure(services, origin, "a")
    origin.answer(GOOD, b"/a.xml")
    origin.answer(GOOD, b"/moved.xml")
    poll_due(services)
    clock.advance(1000)

    def change() -> None:
        text = Path(services.settings.config).read_text(encoding="utf-8")
        if what == "URL":
            text = text.replace("/a.xml", "/moved.xml")
        else:
            text += CHANGES[what] + "\n"
        Path(services.settings.config).write_text(text, encoding="utf-8")
        assert reload.run(services)["changed"]

    origin.answer(meanwhile(change, not_modified) if is_during_a_poll else not_modified, b"/a.xml")
    assert poll_due(services)["a"].outcome is (Outcome.STALE if is_during_a_poll else Outcome.NOT_MODIFIED)
    if not is_during_a_poll:
        change()
    origin.asked.clear()
    origin.answer(GOOD, b"/a.xml")
    assert poll_due(services)["a"].outcome is not Outcome.STALE
    assert claim(services) == [], "at once, but once"
    clock.advance(1000)
    origin.answer(not_modified, b"/a.xml")
    origin.answer(not_modified, b"/moved.xml")
    poll_due(services)
    assert [request.field("If-None-Match") for request in origin.asked] == [None, b'"good"']


def test_a_new_interval_given_during_a_poll_holds_for_the_next(
    services: Services, origin: Origin, clock: Clock
) -> None:
    configure(services, origin, "a")
    change = lambda: configure(services, origin, "a", a='interval = "2h"')  # noqa: E731
    origin.answer(meanwhile(change, document("1")), b"/a.xml")
    due_at = poll_due(services)["a"].next_due_at
    assert due_at is not None
    assert due_at - clock.at >= timedelta(hours=2)


def test_a_feed_disabled_during_its_poll_is_not_asked_again(
    services: Services, origin: Origin, clock: Clock
) -> None:
    """What the poll brought is kept."""
    configure(services, origin, "a", "b")
    origin.answer(meanwhile(lambda: configure(services, origin, "b"), document("1")), b"/a.xml")
    assert poll_one(services, "a").next_due_at is None
    clock.advance(86_400)
    assert "a" not in poll_due(services)
    with services.db.read() as connection:
        assert [article["feed"] for article in listing.iter_articles(connection, feed="a")] == ["a"]
