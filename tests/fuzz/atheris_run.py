"""Fuzz one target with atheris: `python -m tests.fuzz.atheris_run TARGET SECONDS SEED`, see `guided.py`."""

import os
import sys
import tempfile
from pathlib import Path

import atheris  # type: ignore[import-not-found]

with atheris.instrument_imports(include=["worker", "feedparser"]):
    from tests.fuzz.guided import MOST_BYTES, keep, run_one
    from tests.fuzz.targets import TARGETS

MOST_FOUND = 5


def main() -> None:
    """Fuzz until the time is over, and print what was found."""
    name, seconds, seed = sys.argv[1], float(sys.argv[2]), sys.argv[3]
    target, found = TARGETS[name], set[str]()

    def call(data: bytes) -> None:
        if fault := run_one(target, data):
            kind = fault[:40]
            if kind not in found:
                found.add(kind)
                print(f"found {name}: {fault[:200]} ({keep(name, data)})", flush=True)
            if len(found) >= MOST_FOUND:
                os._exit(1)

    with tempfile.TemporaryDirectory(prefix="wr-fuzz-") as folder:
        for number, data in enumerate(target.seeds):
            Path(folder, str(number)).write_bytes(data)
        limits = [f"-max_total_time={max(1, round(seconds))}", f"-seed={seed}", f"-max_len={MOST_BYTES}"]
        atheris.Setup([sys.argv[0], folder, "-verbosity=0", "-print_final_stats=1", *limits], call)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
