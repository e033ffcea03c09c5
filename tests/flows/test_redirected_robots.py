"""A page that redirects to a site whose robots.txt another worker is about to request."""

from tests.conftest import Clock
from tests.fetch.conftest import Origin, reply
from tests.flows.edited_pages import configure, jobs, publish, requests_for_page, work
from tests.support.bad_pages import PAGE, TEXT
from worker.fetch.robots import robots_url
from worker.flows.services import Services
from worker.queue_keys import KEY_PREFIX


def test_the_page_is_not_requested_every_other_second_while_another_worker_has_the_robots_txt(
    services: Services, origin: Origin, clock: Clock
) -> None:
    """If that worker died, its request is waited for longer than that."""
    services.clock = clock
    configure(services, origin)
    moved = origin.url(PAGE).replace("127.0.0.1", "localhost")
    origin.answer(reply(302, b"", f"Location: {moved}"), PAGE.encode())
    publish(services, origin, TEXT[0])
    services.redis.set(f"{KEY_PREFIX}robots:{robots_url(moved)}", "a dead worker", ex=90)
    work(services)
    assert jobs(services)["fulltext"].error == "another worker requests its robots.txt"
    clock.advance(30)
    work(services)
    assert len(requests_for_page(origin)) == 1
