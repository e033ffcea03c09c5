"""The commands of Celery that the manual names say only what they are for."""

import os
import subprocess
import sys


def test_the_dump_of_events_begins_without_warnings_about_its_own_options(tmp_path) -> None:
    """Celery declares -d twice, of which click warns whenever the options are read."""
    done = subprocess.run(
        [sys.executable, "-m", "celery", "-A", "worker", "events", "--help"],
        env=os.environ | {"WIREROOM_HOME": str(tmp_path), "WIREROOM_ENV_FILE": ""},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.count("--dump") == 1
    assert "UserWarning" not in done.stderr
