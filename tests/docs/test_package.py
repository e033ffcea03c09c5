"""The package: one version in one place, types for its users, no address that is not there."""

import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata

import pytest
from click.testing import CliRunner

from tests.docs import pages
from worker.cli.main import wireroom

PROJECT = tomllib.loads(pages.read("pyproject.toml"))["project"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of this checkout, built without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=pages.ROOT, check=True, capture_output=True, timeout=240)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as opened:
        yield opened


def test_the_version_is_that_of_pyproject():
    printed = CliRunner().invoke(wireroom, ["--version"]).output
    assert printed == f"wireroom, version {PROJECT['version']}\n"
    assert metadata.version("wireroom") == PROJECT["version"]


def test_the_version_is_written_in_one_place():
    """Code reads it from the installed package; the changelog names releases, not the code."""
    sources = [*(pages.ROOT / "worker").rglob("*.py"), pages.ROOT / "Dockerfile"]
    assert [path for path in sources if f'"{PROJECT["version"]}"' in path.read_text(encoding="utf-8")] == []


def test_the_changelog_names_the_version():
    assert f"## [{PROJECT['version']}] - " in pages.read("CHANGELOG.md")


def test_no_address_of_the_project_is_named():
    assert "urls" not in PROJECT


def test_the_wheel_says_that_it_is_typed(wheel):
    names = wheel.namelist()
    assert "worker/py.typed" in names
    assert "Typing :: Typed" in PROJECT["classifiers"]


def test_the_wheel_has_the_package_and_nothing_else(wheel):
    roots = {name.split("/")[0] for name in wheel.namelist()}
    assert roots == {"worker", f"wireroom-{PROJECT['version']}.dist-info"}
    of_checkout = {str(path.relative_to(pages.ROOT)) for path in (pages.ROOT / "worker").rglob("*.py")}
    assert of_checkout <= set(wheel.namelist())


def test_the_wheel_has_what_the_pages_are_made_of(wheel):
    here = pages.ROOT / "worker/web"
    wanted = {
        str(path.relative_to(pages.ROOT))
        for name in ("templates", "static")
        for path in (here / name).iterdir()
    }
    assert len(wanted) > 10
    assert wanted <= set(wheel.namelist())
