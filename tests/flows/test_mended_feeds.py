"""A feed that was down and is mended in the config: that it works again is told as for any other feed."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import Clock
from tests.fetch.conftest import Origin, reply
from tests.support.scripted import configure, document, poll_one
from worker.flows import reload
from worker.flows.services import Services
from worker.store import events as event_store


@pytest.fixture
def origin() -> Iterator[Origin]:
    made = Origin()
    for path in (b"/a.xml", b"/new.xml"):
        made.answer(document("1"), path)
    yield made
    made.close()


@pytest.fixture
def services(services: Services, clock: Clock) -> Services:
    services.clock = clock
    return services


def told(services: Services) -> list[tuple[str, str]]:
    with services.db.read() as connection:
        return [(one["kind"], one["message"]) for one in event_store.iter_events(connection, kind="feed")][
            ::-1
        ]


def poll_times(services: Services, clock: Clock, number: int) -> None:
    for _ in range(number):
        poll_one(services, "a")
        clock.advance(timedelta(hours=1).total_seconds())


def change_url(services: Services, origin: Origin) -> None:
    config = Path(services.settings.config)
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace(origin.url("/a.xml"), origin.url("/new.xml")), encoding="utf-8")
    assert reload.run(services)["changed"]


@pytest.mark.parametrize(("status", "word"), [(410, "gone"), (404, "failing")])
@pytest.mark.parametrize(("worked", "failures_after"), [(1, 0), (1, 1), (0, 0), (0, 1)])
def test_a_feed_that_was_down_and_works_at_its_new_url_is_told_to_work_again(  # noqa: PLR0917 - the cases
    services: Services, origin: Origin, clock: Clock, status: int, word: str, worked: int, failures_after: int
) -> None:
    """Once, also if the new URL fails at first, and if the feed has never worked before."""
    configure(services, origin, "a")
    poll_times(services, clock, worked)
    origin.answer(reply(status), b"/a.xml")
    poll_times(services, clock, 2 if status == 410 else 3)
    change_url(services, origin)
    origin.answer(reply(500), b"/new.xml")
    poll_times(services, clock, failures_after)
    origin.answer(document("1", "2"), b"/new.xml")
    poll_times(services, clock, 3)
    assert [kind for kind, _ in told(services)] == [f"feed.{word}", "feed.resurrected"]
    assert told(services)[-1][1] == f"a: works again, with its config changed; it was {word}"


@pytest.mark.parametrize("polls", [1, 2, 5])
def test_a_feed_that_a_secret_holds_is_told_at_its_first_poll_and_when_it_works(
    services: Services, origin: Origin, clock: Clock, tmp_path: Path, polls: int
) -> None:
    """The other feeds of the config are polled meanwhile."""
    secret = tmp_path / "token"
    secret.write_text("one\ntwo\n")
    origin.answer(document("1"), b"/b.xml")
    login = f'auth = {{ type = "bearer", token = "file:{secret}" }}'
    configure(services, origin, "a", "b", a=login)
    poll_times(services, clock, polls)
    assert poll_one(services, "b").outcome == "updated"
    [(kind, said)] = told(services)
    assert (kind, said.startswith("a: not polled: the secret ")) == ("feed.failing", True)
    secret.write_text("one\n")
    poll_times(services, clock, 2)
    assert [kind for kind, _ in told(services)] == ["feed.failing", "feed.resurrected"]
    assert told(services)[-1][1].startswith("a: works again")


def test_a_feed_that_was_not_told_to_be_down_is_not_told_to_work_again(
    services: Services, origin: Origin, clock: Clock
) -> None:
    """Neither one that worked, nor one with a failure or two, nor one that recovered since."""
    configure(services, origin, "a")
    origin.answer(reply(404), b"/a.xml")
    poll_times(services, clock, 3)
    origin.answer(document("1"), b"/a.xml")
    poll_times(services, clock, 1)
    assert [kind for kind, _ in told(services)] == ["feed.failing", "feed.resurrected"]
    origin.answer(reply(404), b"/a.xml")
    poll_times(services, clock, 1)
    change_url(services, origin)
    poll_times(services, clock, 2)
    assert [kind for kind, _ in told(services)] == ["feed.failing", "feed.resurrected"]
