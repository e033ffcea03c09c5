"""A disk that is made full, and a clock that is set."""

import errno
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.storms.disks import can_mount, mounted_disk
from tests.storms.upheavals import LONG_PAUSE_S
from tests.storms.wall_clocks import Clocks, build_library
from worker.flows import alerts, leases, push, upkeep


@pytest.mark.skipif(not can_mount(), reason="only root mounts disks")
def test_a_disk_is_full_and_has_space_again(tmp_path: Path) -> None:
    with mounted_disk(tmp_path / "disk") as disk:
        path = tmp_path / "disk" / "file"
        path.write_bytes(b"x" * 100_000)
        disk.fill(0)
        with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
            (tmp_path / "disk" / "more").write_bytes(b"x" * 100_000)
        disk.free()
        (tmp_path / "disk" / "more").write_bytes(b"x" * 100_000)
        assert path.read_bytes() == b"x" * 100_000
    assert not path.exists()


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")
def test_a_clock_is_set_for_a_process_and_no_other(tmp_path: Path) -> None:
    library = build_library(tmp_path)
    assert library is not None
    clocks = Clocks(tmp_path, library)
    env = {**os.environ, **clocks.env("service")}
    clocks.set("service", 3600)
    command = [sys.executable, "-c", "import time; print(time.time())"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    assert float(done.stdout) - time.time() == pytest.approx(3600, abs=60)


def test_the_long_pause_is_longer_than_every_lease() -> None:
    assert max(leases.LEASE_S, upkeep.LEASE_S, push.LEASE_S, alerts.LEASE_S) < LONG_PAUSE_S
