"""Quality gate of parsing: minimum scores on the shared corpus of feed documents."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("WIREROOM_SHARED") or ROOT.parent / "shared")
SCORER = SHARED / "rig" / "parse_judge.py"
CORPUS = SHARED / "feeds"
# measured, minus the effect of one doubtful document
PINNED = {
    "real": 0.998,
    "real.count": 1.0,
    "real.guid": 1.0,
    "real.url": 1.0,
    "real.title": 1.0,
    "real.published": 1.0,
    "real.text": 0.996,
    "conformance": 0.99,
    "dates": 0.98,
    "hostile": 0.98,
}

pytestmark = pytest.mark.skipif(not SCORER.exists(), reason=f"no shared corpus at {SHARED}")


def test_scores_on_the_shared_corpus_hold(tmp_path: Path) -> None:
    command = Path(sys.executable).with_name("wireroom")
    bounds = [word for name, least in PINNED.items() for word in ("--min", f"{name}={least}")]
    done = subprocess.run(
        [
            *(sys.executable, str(SCORER), "--corpus", str(CORPUS), "--cmd", str(command), "--failures", "5"),
            *("--only", "real,conformance,dates,hostile", "--json", str(tmp_path / "scores.json"), *bounds),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert json.loads((tmp_path / "scores.json").read_text())
