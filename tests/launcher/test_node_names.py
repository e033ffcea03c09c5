"""A worker counts by what it consumes, whatever its node is called and however it was started."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.storms.servers import running_broker
from tests.support.isolation import service_environment
from worker.flows.broker_state import read_broker_state
from worker.settings import read_settings

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
BIN = Path(sys.executable).parent
WIREROOM = str(BIN / "wireroom")
READY_S = 90.0
STARTS = [
    ("control", [WIREROOM, "worker", "control", "--no-beat", "--hostname", "boss@%h"]),
    ("poll", [WIREROOM, "worker", "poll", "--hostname", "extract-2@%h"]),
    ("poll", [str(BIN / "celery"), "-A", "worker", "worker", "-P", "threads", "-Q", "poll", "-n", "cel@%h"]),
]


@contextmanager
def running(place: Path, command: list[str]) -> Iterator[dict[str, str]]:
    """The environment of an installation in which this worker is alive."""
    config = place / "feeds.toml"
    config.write_text("")
    with ExitStack() as stack:
        broker, _proxy = stack.enter_context(running_broker())
        url = f"redis+socket://{broker.socket}?virtual_host=0"
        env = service_environment(place / "home", config, BROKER_URL=url)
        subprocess.run([WIREROOM, "db", "upgrade"], env=env, check=True, capture_output=True)
        log = stack.enter_context((place / "log").open("wb"))
        worker = subprocess.Popen(command, env=env, cwd=place, stdout=log, stderr=log)
        stack.callback(worker.wait)
        stack.callback(worker.kill)
        end_s = time.monotonic() + READY_S
        while not read_broker_state(read_settings(env)).workers and time.monotonic() < end_s:
            time.sleep(0.2)
        yield env


def run_wireroom(env: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([WIREROOM, *words], check=False, env=env, capture_output=True, text=True)


@pytest.mark.parametrize(("role", "command"), STARTS, ids=["control", "role", "celery"])
def test_a_worker_of_any_name_is_known_by_its_queue_and_keeps_the_database(tmp_path, role, command):
    with running(tmp_path, command) as env:
        [worker] = read_broker_state(read_settings(env)).workers
        assert worker["queues"] == [role]
        for action in (["copy", f"sqlite:///{tmp_path / 'copy.db'}"], ["restore", str(tmp_path / "home.db")]):
            if action[0] == "restore":
                assert run_wireroom(env, "db", "backup", action[1]).returncode == 0
            done = run_wireroom(env, "db", *action)
            assert done.returncode == 2
            assert "workers are alive on " in done.stderr, done.stderr
        assert not (tmp_path / "copy.db").exists()
        assert f"no {role} worker" not in run_wireroom(env, "health").stderr
