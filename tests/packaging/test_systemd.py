"""The systemd units: valid, guarded, with readiness, watchdog and reload."""

import configparser
import re
import shutil
import subprocess
import sys

import pytest

from tests.docs import pages
from worker.launcher.roles import GRACE_S, QUIT_S
from worker.settings import read_settings

FOLDER = pages.ROOT / "config" / "systemd"
UNITS = sorted(path.name for path in FOLDER.glob("*.service"))
SERVICES = ["wireroom.service", "wireroom-worker@.service"]
PROGRAM = "/opt/wireroom/.venv/bin/wireroom"
MOST_EXPOSURE = 3.0

needs_systemd = pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed"
)


def read(name):
    """The [Service] section, of settings that stand once."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read(FOLDER / name)
    return parser["Service"]


def test_there_is_a_unit_for_all_and_one_for_each_role():
    assert set(SERVICES) <= set(UNITS)


@pytest.mark.parametrize("name", UNITS)
@needs_systemd
def test_a_unit_exposes_little_of_the_system(name):
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", str(FOLDER / name)],
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
    assert found, done.stderr
    assert float(found[1]) <= MOST_EXPOSURE, done.stdout


@pytest.mark.parametrize("name", [path.name for path in sorted(FOLDER.glob("*.*"))])
@needs_systemd
def test_a_unit_is_valid(name, tmp_path):
    """Where the program is installed: here, a program that exists stands for it."""
    for path in FOLDER.iterdir():
        (tmp_path / path.name).write_text(path.read_text().replace(PROGRAM, sys.executable))
    path = tmp_path / name.replace("@.", "@poll.")
    if not path.exists():
        (tmp_path / name).rename(path)
    done = subprocess.run(
        ["systemd-analyze", "verify", str(path)], capture_output=True, text=True, check=False
    )
    said = [line for line in done.stderr.splitlines() if path.name in line or str(tmp_path) in line]
    assert (done.returncode, said) == (0, []), done.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_reports_to_systemd(name):
    found = read(name)
    assert found["Type"] == "notify"
    assert found["WatchdogSec"] == "5min"
    assert found["TimeoutStartSec"] == "infinity"  # the process waits for databases, and says so
    assert found["KillMode"] == "mixed"
    assert found["RestartPreventExitStatus"] == "2"
    assert int(found["TimeoutStopSec"]) > GRACE_S + QUIT_S
    assert found["User"] == "wireroom"


def test_a_reload_reports_for_itself():
    """A process of ExecReload= may report only with this access."""
    found = read("wireroom.service")
    assert found["ExecReload"] == f"{PROGRAM} reload"
    assert found["NotifyAccess"] == "exec"


@pytest.mark.parametrize("name", UNITS)
def test_the_settings_of_a_unit_are_settings(name):
    text = (FOLDER / name).read_text()
    env = dict(pair.split("=", 1) for pair in read(name)["Environment"].split())
    assert str(read_settings(env).home) == "/var/lib/wireroom"
    assert "EnvironmentFile=" in text
    assert PROGRAM in text
