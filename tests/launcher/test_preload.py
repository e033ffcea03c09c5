"""What the zygote does before it forks, so that its children share as much as possible."""

import subprocess
import sys

import pytest

from worker.launcher.preload import MOST_BYTES, PRELOADED

MEASURE = """
import ctypes, os, sys
from worker.launcher.preload import fill_holes

def private_bytes():
    lines = open("/proc/self/smaps_rollup").read().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_Dirty:"))

libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_size_t
libc.free.argtypes = [ctypes.c_size_t]
pieces = [libc.malloc(1500) for _ in range(8000)]
for piece in pieces[::4]:  # a hole on most pages
    libc.free(piece)
if sys.argv[1] == "fill":
    fill_holes()
if os.fork() == 0:
    for _ in range(1000):
        ctypes.memset(libc.malloc(1450), 1, 1450)
    print(private_bytes(), flush=True)
    os._exit(0)
os.wait()
"""


def unshared_bytes(how):
    command = [sys.executable, "-c", MEASURE, how]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="roles are forked on Linux only")
def test_what_a_child_allocates_lies_together_and_not_on_pages_that_it_shares():
    assert 2 * unshared_bytes("fill") < unshared_bytes("leave")


@pytest.mark.skipif(sys.platform != "linux", reason="roles are forked on Linux only")
def test_filling_the_holes_is_bounded():
    code = (
        "import resource\n"
        "from worker.launcher.preload import fill_holes\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "for _ in range(5): fill_holes()\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert int(shown) * 1024 < MOST_BYTES


def test_the_zygote_imports_no_command_line_of_celery():
    """It loads Flower and a shell, which no worker needs."""
    code = (
        "import sys\n"
        f"for name in {PRELOADED!r}: __import__(name)\n"
        "print(*{'celery.bin.celery', 'flower', 'click_repl', 'prompt_toolkit'} & set(sys.modules))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == ""
