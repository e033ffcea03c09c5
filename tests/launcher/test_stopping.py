"""A worker without a supervisor stops in time, whatever its broker does, and says so to it."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.storms.servers import Broker, running_broker
from tests.support.isolation import service_environment
from worker.flows.broker_state import read_broker_state
from worker.launcher.roles import GRACE_S, QUIT_S, READY_FILE
from worker.settings import Settings, read_settings

pytestmark = pytest.mark.timeout(300)
COMMAND = Path(sys.executable).with_name("wireroom")
READY_S, LATE_S = 90.0, 10.0


@contextmanager
def running_control(place: Path) -> Iterator[tuple[subprocess.Popen[bytes], Broker, Settings]]:
    """A control worker without a supervisor that is ready, its broker, and its settings."""
    config, ready = place / "feeds.toml", place / "ready"
    config.write_text("")
    with ExitStack() as stack:
        broker, _proxy = stack.enter_context(running_broker())
        url = f"redis+socket://{broker.socket}?virtual_host=0"
        env = service_environment(place / "home", config, BROKER_URL=url) | {READY_FILE: str(ready)}
        subprocess.run([COMMAND, "db", "upgrade"], env=env, check=True, capture_output=True)
        log = stack.enter_context((place / "log").open("wb"))
        worker = subprocess.Popen(
            [COMMAND, "worker", "control", "--no-beat"], env=env, stdout=log, stderr=log
        )
        stack.callback(worker.kill)
        end_s = time.monotonic() + READY_S
        while not ready.exists() and time.monotonic() < end_s:
            time.sleep(0.1)
        assert ready.exists(), (place / "log").read_text()
        yield worker, broker, read_settings(env)


@pytest.mark.e2e
def test_control_stops_in_time_although_its_broker_hangs(tmp_path):
    with running_control(tmp_path) as (worker, broker, _):
        broker.freeze()
        worker.send_signal(signal.SIGTERM)
        worker.wait(GRACE_S + QUIT_S + LATE_S)
    assert "ended before its tasks" in (tmp_path / "log").read_text()


@pytest.mark.e2e
def test_a_worker_that_ends_in_order_is_not_listed_any_more(tmp_path):
    with running_control(tmp_path) as (worker, _, settings):
        [alive] = read_broker_state(settings).workers
        assert alive["queues"] == ["control"]
        worker.send_signal(signal.SIGTERM)
        worker.wait(GRACE_S + QUIT_S)
        assert read_broker_state(settings).workers == ()
