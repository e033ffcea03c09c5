"""The services of a process."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from redis import Redis

from worker.errors import ConflictError
from worker.fetch.pacing import Slot
from worker.flows.host_access import HostPermit
from worker.flows.leases import Lease
from worker.flows.services import Services
from worker.flows.turns import Turns
from worker.records import Config, FetchRequest
from worker.settings import Settings
from worker.store import hosts as host_store
from worker.store import jobs as job_store
from worker.store.clock import DatabaseClock


@pytest.fixture
def frozen(services: Services) -> Iterator[list[int]]:
    """A broker that accepts connections and never responds; the number of calls that it has received."""
    calls: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            kept = []
            with suppress(OSError):
                while True:
                    kept.append(server.accept()[0])
                    calls.append(1)

        threading.Thread(target=accept, daemon=True).start()
        port = server.getsockname()[1]
        services.redis = Redis(port=port, socket_timeout=0.3, socket_connect_timeout=0.3, retry=None)
        yield calls
        services.redis.close()


def test_leases_are_renewed_in_time_although_the_broker_does_not_respond(
    services: Services, frozen: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each call would take seconds, and the leases of jobs and feeds would expire meanwhile."""
    renewed: list[str] = []
    monkeypatch.setattr(job_store, "renew", lambda _connection, job, *_: renewed.append(str(job)))
    slots = [Lease("slot", f"{name}.example", "token") for name in "abcdef"]
    services._renew([*slots, Lease("job", "7", "token")])
    assert (len(frozen), renewed) == (1, ["7"])


def test_others_compute_while_a_permit_is_released_at_a_broker_that_does_not_respond(
    services: Services, frozen: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    services.turns = Turns(1)
    release, computed = services.pacer.release, threading.Event()

    def compute() -> None:
        with services.turns.taken():
            computed.set()

    def release_meanwhile(slot: Slot) -> None:
        release(slot)
        assert computed.wait(5)

    monkeypatch.setattr(services.pacer, "release", release_meanwhile)
    other = threading.Thread(target=compute)
    with services.turns.taken():
        other.start()
        HostPermit(services, Config(feeds=()), Slot("a.example", "token"), 60.0).release()
    other.join()
    assert len(frozen) == 1


def test_all_processes_and_machines_go_by_the_clock_of_their_database(services: Services) -> None:
    """However the services are made, and on SQLite too."""
    assert isinstance(services.clock, DatabaseClock)
    assert abs(services.clock() - datetime.now(UTC)) < timedelta(seconds=20)


def test_what_was_planned_before_the_clock_was_set_is_not_stored(services: Services) -> None:
    now = services.clock()
    other = Services(services.settings)
    other.clock.keep()
    with other.db.write() as connection:
        connection.exec_driver_sql("UPDATE clock_state SET epoch = epoch + 1")
    with pytest.raises(ConflictError), services.db.write() as connection:
        host_store.cool_host(connection, "a.example", now, "planned before")
    with services.db.read() as connection:
        assert host_store.host_not_before(connection, "a.example") is None
    other.close()


def test_threads_that_start_together_share_their_services(settings: Settings) -> None:
    """Since Python 3.12 `cached_property` makes a value once for each thread that asks at the same time."""
    names = ("db", "turns", "pacer", "robots", "keeper", "extract_pool")
    made, start = Services(settings), threading.Barrier(8)

    def begin(_: int) -> list[object]:
        start.wait(20)
        return [getattr(made, name) for name in names]

    with ThreadPoolExecutor(8) as pool:
        own = list(pool.map(begin, range(8)))
    made.close()
    assert all(len({id(value) for value in values}) == 1 for values in zip(*own, strict=True))


def test_all_threads_of_a_worker_request_at_once(services: Services) -> None:
    """Whatever the settings say: `worker poll --concurrency N` has N threads."""
    threads = services.settings.poll_concurrency + 48
    together = threading.Barrier(threads, timeout=20)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            together.wait()
            self.send_response(200)
            self.send_header("Content-Length", "1")
            self.end_headers()
            self.wfile.write(b"x")

        def log_message(self, *_args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 128

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        request = FetchRequest(f"http://127.0.0.1:{server.server_port}/", allow_private=("127.0.0.1",))
        with ThreadPoolExecutor(threads) as pool:
            responses = list(pool.map(lambda _: services.fetcher.fetch(request), range(threads)))
        server.shutdown()
    assert [response.status for response in responses] == [200] * threads
