"""Fuzz the functions that get untrusted bytes: `python -m tests.fuzz.guided [--seconds N] [TARGET …]`.

Each target has its share of the time. Texts are changed at random, and those that reach new lines of code are
kept and changed further; with atheris installed (not locked) it does that, far quicker. An error that is not
expected, or a call of more than `SLOW_S` seconds, ends the target: its input is written to `build/fuzz`.
"""

import argparse
import hashlib
import importlib.util
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.fuzz.targets import TARGETS, Target

SLOW_S = 2.0  # of CPU time
MOST_BYTES = 4096
FOUND = Path("build/fuzz")
_CALLS = re.compile(r"number_of_executed_units:\s*(\d+)")
PIECES = (
    b"<", b">", b"</", b"<![CDATA[", b"]]>", b"&#x", b";", b"\x00", b"\xff\xfe", b"\n", b"\r", b" ", b'"',
    b"'", b"%00", b"://", b"@", b"[", b"]", b"{", b"}", b"=", b"1", b"-1", b"9" * 20, "é".encode(),
    "가".encode(), "\u202e".encode(), "\ud7ff".encode(), b"(AP) ", b"(Reuters) - ", b" said.", b"Nov. 31",
    b"12/13/26",
)  # fmt: skip


def mutate(data: bytes, others: Sequence[bytes], rng: random.Random) -> bytes:
    """Change a text in a few places: bytes, pieces, repetitions, parts of others."""
    made = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 8))):
        start = rng.randrange(len(made) + 1)
        end = min(len(made), start + rng.choice((1, 2, 8, 64)))
        change = rng.randrange(6)
        if change == 0 and start < len(made):
            made[start] ^= 1 << rng.randrange(8)
        elif change == 1:
            made[start:start] = rng.choice(PIECES)
        elif change == 2:
            del made[start:end]
        elif change == 3:
            made[start:start] = made[start:end] * rng.choice((1, 2, 16))
        elif change == 4:
            made[start:end] = rng.randbytes(rng.choice((1, 2, 4)))
        else:
            other = rng.choice(others)
            cut = rng.randrange(len(other) + 1)
            made[start:] = other[cut:]
    return bytes(made[:MOST_BYTES])


def run_one(target: Target, data: bytes) -> str | None:
    """Call a target; returns what is wrong, or None."""
    started = time.process_time()
    try:
        target.act(data)
    except target.expected:
        pass
    except Exception as exc:  # noqa: BLE001 - what is looked for
        return f"{type(exc).__name__}: {exc}"
    took_s = time.process_time() - started
    return f"took {took_s:.1f} s" if took_s > SLOW_S else None


def keep(name: str, data: bytes) -> Path:
    """Write an input that was found."""
    FOUND.mkdir(parents=True, exist_ok=True)
    path = FOUND / f"{name}-{hashlib.sha256(data).hexdigest()[:12]}"
    path.write_bytes(data)
    return path


def fuzz(name: str, seconds: float, seed: int) -> tuple[int, list[str]]:
    """Change texts at random for a while; returns the number of calls, and what was found."""
    target, rng, found = TARGETS[name], random.Random(seed), list[str]()
    texts, calls, end = list(target.seeds), 0, time.process_time() + seconds
    while time.process_time() < end and not found:
        data = mutate(rng.choice(texts), texts, rng)
        calls += 1
        if fault := run_one(target, data):
            found.append(f"{name}: {fault[:200]} ({keep(name, data)})")
        elif rng.random() < 0.01:  # without coverage: drift
            texts[len(target.seeds) :] = [*texts[len(target.seeds) :], data][-50:]
    return calls, found


def fuzz_guided(name: str, seconds: float, seed: int) -> tuple[int, list[str]]:
    """The same by atheris in a process of its own, as it ends with the process."""
    command = [sys.executable, "-m", "tests.fuzz.atheris_run", name, str(seconds), str(seed)]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, errors="replace", check=False)
    found = [line.removeprefix("found ") for line in done.stdout.splitlines() if line.startswith("found ")]
    calls = int((_CALLS.search(done.stderr) or ["", "0"])[1])
    if done.returncode and not found:
        found = [f"{name}: atheris ended with {done.returncode}: {done.stderr[-300:]}"]
    return calls, found


def main(argv: Sequence[str] | None = None) -> int:
    """Fuzz all targets, or those that are named; returns 1 if something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.guided", description=__doc__.split("\n")[0])
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}")
    parser.add_argument("--seconds", type=float, default=60.0, help="of CPU time, for all targets together")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)
    names = options.targets or list(TARGETS)
    act = fuzz_guided if importlib.util.find_spec("atheris") else fuzz
    total, all_found = 0, list[str]()
    for name in names:
        calls, found = act(name, options.seconds / len(names), options.seed)
        print(f"{name:11} {calls:9,} calls, {len(found)} found", flush=True)
        total, all_found = total + calls, all_found + found
    print("\n".join(all_found) or "nothing found", f"in {total:,} calls of {len(names)} targets", sep="\n")
    return 1 if all_found else 0


if __name__ == "__main__":
    sys.exit(main())
