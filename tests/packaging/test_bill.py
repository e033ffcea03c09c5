"""The bill of materials is that of the locks, and it is in the wheel."""

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.packaging.bill import ROOT, make_bill, read_lock

BILL = ROOT / "sbom.cdx.json"
PINNED = re.compile(r"^[A-Za-z0-9._-]+(?:\[[^\]]*\])?==", re.MULTILINE)


def test_the_bill_is_that_of_the_lock() -> None:
    """`make lock` writes both."""
    assert json.loads(BILL.read_text(encoding="utf-8")) == make_bill()


def test_all_locked_packages_are_named_with_their_hashes() -> None:
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    components = read_lock(text)
    assert len(components) == len(PINNED.findall(text)) > 40
    assert sum(len(one["hashes"]) for one in components) == text.count("--hash=sha256:")
    assert all(one["hashes"] for one in components)
    assert len({one["purl"] for one in components}) == len(components)


def test_the_wheel_has_the_bill(tmp_path: Path) -> None:
    build = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    made = subprocess.run(
        [sys.executable, "-c", build, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    with zipfile.ZipFile(tmp_path / made.stdout.split()[-1]) as wheel:
        [name] = [name for name in wheel.namelist() if "/sboms/" in name]
        assert name.endswith("/sboms/sbom.cdx.json")
        assert json.loads(wheel.read(name)) == make_bill()


def test_pip_and_setuptools_are_locked() -> None:
    """A new environment has those of its Python, which may be years old."""
    names = {one["name"] for one in read_lock((ROOT / "requirements-build.txt").read_text(encoding="utf-8"))}
    assert {"pip", "setuptools"} <= names
