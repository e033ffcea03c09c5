"""What `wireroom doctor` says of settings and of the state directory."""

from pathlib import Path

import pytest

from worker.cli import doctor_packages
from worker.cli.doctor import examine_settings
from worker.cli.doctor_findings import WARNING
from worker.cli.environment import examine_home
from worker.errors import ConfigError, ConfigProblem, ServiceError
from worker.settings import read_settings


def test_a_setting_that_cannot_be_read_is_no_fault_of_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    """The code is imported with the settings; the finding of the settings says what is wrong."""

    def fail(_name: str) -> None:
        raise ConfigError([ConfigProblem("environment", "WIREROOM_ENV_FILE: /none is not a file")])

    monkeypatch.setattr(doctor_packages.importlib, "import_module", fail)
    assert list(doctor_packages.examine_packages()) == []


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="/proc is of Linux")
def test_a_state_directory_that_cannot_be_created_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """/proc has a mode that lets root write, and no place for a directory."""
    monkeypatch.setenv("WIREROOM_HOME", "/proc/wireroom/state")
    with pytest.raises(ServiceError, match=r"cannot be (created|written)"):
        examine_home(read_settings())


def test_a_state_directory_that_can_be_created_is_not_created(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WIREROOM_HOME", str(tmp_path / "a" / "state"))
    examine_home(read_settings())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("mode", "is_told"), [(0o644, True), (0o640, False), (0o600, False)])
def test_a_file_of_secrets_that_others_can_read_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mode: int, is_told: bool
) -> None:
    path = tmp_path / ".env"
    path.write_text("LATER_TOKEN=x\n", "utf-8")
    path.chmod(mode)
    monkeypatch.setenv("WIREROOM_ENV_FILE", str(path))
    told = [one for one in examine_settings() if one.remedy == f"chmod 600 {path}"]
    assert [one.state for one in told] == [WARNING] * is_told
