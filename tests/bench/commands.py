"""CPU seconds of commands on an empty installation: the median of several runs of each.

python -m tests.bench.commands --runs 5
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

TARGETS_S = {
    "--help": 0.25,
    "health": 0.3,
    "status": 0.6,
    "feeds": 0.6,
    "jobs": 0.6,
    "check": 0.4,
    "articles": None,
    "stories": None,
}
CONFIG = '[http]\ncontact = "ops@example.org"\n'


def _cpu_s(argv: list[str], env: dict[str, str]) -> float:
    """User and system CPU seconds of one process, whatever its exit code."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(argv, env=env, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print one line per command: median CPU seconds and the target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    program = [sys.executable, "-P", "-c", "from worker.cli.main import main; main()"]
    with tempfile.TemporaryDirectory(prefix="wireroom-bench-") as folder:
        config = Path(folder) / "feeds.toml"
        config.write_text(CONFIG, encoding="utf-8")
        env = {**os.environ, "WIREROOM_HOME": f"{folder}/home", "WIREROOM_CONFIG": str(config)}
        subprocess.run([*program, "db", "upgrade"], env=env, capture_output=True, check=True)
        base_s = median(_cpu_s([sys.executable, "-c", "import sqlalchemy"], env) for _ in range(runs))
        print(f"{'import sqlalchemy':20} {base_s:5.2f} s CPU  (for comparison)")
        for command, target_s in TARGETS_S.items():
            spent_s = median(_cpu_s([*program, command], env) for _ in range(runs))
            target = f"  target {target_s:.2f} s" if target_s else ""
            print(f"wireroom {command:11} {spent_s:5.2f} s CPU{target}")


if __name__ == "__main__":
    main()
