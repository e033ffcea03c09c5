"""What large documents took is returned to the system, however small what was made after them."""

import os
import platform
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="of glibc's heap")
# One large block is freed, which by itself makes glibc cut blocks of 1 MB from the heap. Of these each is
# followed by a small one that stays.
PROGRAM = """
import os, sys
from pathlib import Path
from worker.processes import keep_heap_small, return_free_memory

def resident_mb():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

if sys.argv[1] == "small":
    keep_heap_small()
large = bytearray(b"x") * 30_000_000
del large
before = resident_mb()
pairs = [(bytearray(b"x") * 1_000_000, bytearray(b"x") * 2_000) for _ in range(50)]
small = [pair[1] for pair in pairs]
del pairs
if sys.argv[1] == "returned":
    return_free_memory()
print(resident_mb() - before)
"""


def kept_mb(how: str, **variables: str) -> float:
    """The memory that stays after 50 MB were freed between small blocks."""
    env = {"PATH": os.environ["PATH"], **variables}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, how], env=env, check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def test_what_is_freed_is_returned():
    assert kept_mb("small") < 5
    assert kept_mb("as it is") > 40


def test_the_environment_has_the_last_word():
    assert kept_mb("small", MALLOC_MMAP_THRESHOLD_="30000000", MALLOC_TRIM_THRESHOLD_="60000000") > 40


def test_holes_are_returned_on_demand():
    assert kept_mb("returned") < 5
