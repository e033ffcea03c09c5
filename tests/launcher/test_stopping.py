"""A worker without a supervisor stops in time although its broker does not respond."""

import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.storms.servers import running_broker
from tests.support.isolation import service_environment
from worker.launcher.roles import GRACE_S, QUIT_S, READY_FILE

pytestmark = pytest.mark.timeout(300)
COMMAND = Path(sys.executable).with_name("wireroom")
READY_S, LATE_S = 90.0, 10.0


@pytest.mark.e2e
def test_control_stops_in_time_although_its_broker_hangs(tmp_path):
    config, ready = tmp_path / "feeds.toml", tmp_path / "ready"
    config.write_text("")
    with ExitStack() as stack:
        broker, _proxy = stack.enter_context(running_broker())
        url = f"redis+socket://{broker.socket}?virtual_host=0"
        env = service_environment(tmp_path / "home", config, BROKER_URL=url) | {READY_FILE: str(ready)}
        subprocess.run([COMMAND, "db", "upgrade"], env=env, check=True, capture_output=True)
        log = stack.enter_context((tmp_path / "log").open("wb"))
        worker = subprocess.Popen(
            [COMMAND, "worker", "control", "--no-beat"], env=env, stdout=log, stderr=log
        )
        stack.callback(worker.kill)
        end_s = time.monotonic() + READY_S
        while not ready.exists() and time.monotonic() < end_s:
            time.sleep(0.1)
        assert ready.exists(), (tmp_path / "log").read_text()
        broker.freeze()
        worker.send_signal(signal.SIGTERM)
        worker.wait(GRACE_S + QUIT_S + LATE_S)
    assert "ended before its tasks" in (tmp_path / "log").read_text()
