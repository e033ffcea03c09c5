"""A robots.txt of an unusual size: what it allows is the same in each process, and read in a child."""

import pytest

from tests.fetch.conftest import Origin, reply
from worker.errors import FetchError
from worker.fetch.robots import FETCH_LIMIT_BYTES, OWN_LIMIT_BYTES, robots_request
from worker.flows.robots import RobotsStore
from worker.flows.services import Services
from worker.records import Fetched, NotModified

OTHERS = b"User-agent: other\n" + b"Disallow: /x\n" * (FETCH_LIMIT_BYTES // 13)
OURS = b"User-agent: *\nDisallow: /no\n"


def fetch(services: Services, url: str) -> Fetched | NotModified | FetchError:
    try:
        return services.fetcher.fetch(robots_request(url, allow_private=("127.0.0.0/8",)))
    except FetchError as exc:
        return exc


def another_process(services: Services) -> RobotsStore:
    return RobotsStore(services.db, services.clock, lambda: services.extract_pool.sandbox)


def test_a_file_that_is_too_large_to_fetch_allows_nothing_in_any_process(
    services: Services, origin: Origin
) -> None:
    """It was stored as an empty file, which allows everything."""
    origin.answer(reply(200, OTHERS + b"#" * 20, "Content-Type: text/plain"), b"/robots.txt")
    url = origin.url("/no")
    verdict = services.robots.put(url, fetch(services, url))
    assert (verdict.allowed, verdict.is_temporary) == (False, True)
    assert "larger than" in verdict.reason
    assert another_process(services).look_up(url) is None, "it asks for itself"


@pytest.mark.parametrize("size_bytes", [OWN_LIMIT_BYTES // 2, 20 * OWN_LIMIT_BYTES])
def test_a_stored_file_is_read_in_each_process_as_in_the_first(
    services: Services, origin: Origin, size_bytes: int
) -> None:
    origin.answer(reply(200, OURS + OTHERS[:size_bytes], "Content-Type: text/plain"), b"/robots.txt")
    url = origin.url("/no")
    assert not services.robots.put(url, fetch(services, url)).allowed
    for path, allowed in (("/no", False), ("/yes", True), ("/x", True)):
        for store in (services.robots, another_process(services)):
            verdict = store.look_up(origin.url(path))
            assert verdict is not None
            assert verdict.allowed is allowed
    assert len(origin.asked) == 1
