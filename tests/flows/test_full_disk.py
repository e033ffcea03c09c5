"""A disk that was full is reported once there is space again, by an event of a kind that alerts send."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.storms.disks import Disk, can_mount, mounted_disk
from tests.storms.servers import Broker
from worker.errors import ServiceError
from worker.flows import dispatch, full_disk, heartbeats
from worker.flows.services import Services
from worker.records import ALERTED, EventKind
from worker.settings import read_settings
from worker.store import events as event_store
from worker.store import migrate

NEEDS_ROOT = pytest.mark.skipif(not can_mount(), reason="only root mounts disks")


@pytest.fixture
def disk() -> Iterator[tuple[Disk, Path]]:
    """A disk of its own; the path is short, as that of a socket must be."""
    with (
        tempfile.TemporaryDirectory(prefix="wr-full-") as folder,
        mounted_disk(Path(folder, "disk")) as disk,
    ):
        yield disk, Path(folder, "disk")


@pytest.fixture
def desk(disk, clock, tmp_path):
    """A control worker whose database and broker are on the disk."""
    with closing(Broker(disk[1] / "broker")) as broker:
        url = f"redis+socket://{broker.socket}?virtual_host=0"
        env = {"HOME": str(disk[1] / "home"), "CONFIG": str(tmp_path / "feeds.toml"), "BROKER_URL": url}
        settings = read_settings({f"WIREROOM_{name}": value for name, value in env.items()})
        with closing(Services(settings, clock)) as services:
            migrate(services.db)
            yield services


def tick(services: Services) -> str:
    """A tick as the task runs it, which reports what fails."""
    try:
        with services.db.write() as connection:  # as the shared clock does in each tick
            event_store.add_events(connection, services.clock(), [(EventKind.STORY_DECIDED, "x" * 100_000)])
        dispatch.tick(services)
    except ServiceError as exc:
        heartbeats.report_trouble(services, str(exc))
        return str(exc)
    return ""


def told(services: Services) -> list[str]:
    with services.db.read() as connection:
        return [row["message"] for row in event_store.iter_events(connection, kind="disk.full")]


@NEEDS_ROOT
def test_a_database_that_found_no_space_says_so_when_it_has_some_again(desk, disk, clock):
    assert tick(desk) == ""
    disk[0].fill(0)
    for _ in range(5):
        assert "disk is full" in tick(desk)
        clock.advance(60)
    disk[0].free()
    assert tick(desk) == ""
    clock.advance(60)
    for _ in range(2):  # once only
        assert tick(desk) == ""
    [said] = told(desk)
    assert re.fullmatch(r"the disk was full from \S+ \S+Z to \S+ \S+Z \(4 min\): nothing was stored .*", said)


@NEEDS_ROOT
def test_a_broker_that_found_no_space_is_noticed_by_the_heartbeats_of_an_idle_worker(desk, disk, clock):
    disk[0].fill(0)
    for _ in range(400):
        heartbeats.send_heartbeat(desk, "control@here", 9, ["control"])
        with suppress(Exception):
            desk.redis.set("filling", "x" * 20_000)
        if desk.full_disk.since_s is not None:
            break
    assert desk.full_disk.since_s is not None
    disk[0].free()
    clock.advance(60)
    full_disk.tell(desk)
    assert len(told(desk)) == 1
    assert desk.full_disk.since_s is None


def test_of_two_control_workers_one_reports_it(services, clock):
    services.clock = clock
    with closing(Services(services.settings, clock)) as other:
        for one in (services, other):
            heartbeats.report_trouble(one, "the database does not work: database or disk is full")
        full_disk.tell(services)
        assert told(services) == []  # it may not be over
        clock.advance(60)
        for one in (services, other):
            full_disk.tell(one)
            full_disk.tell(one)
    assert len(told(services)) == 1


def test_it_is_sent_unless_other_kinds_are_chosen_and_other_faults_are_not(services, clock):
    services.clock = clock
    assert EventKind.DISK_FULL in ALERTED
    heartbeats.report_trouble(services, "the database does not respond: connection refused")
    clock.advance(60)
    full_disk.tell(services)
    assert told(services) == []
