"""What the system does for a process: its end with its parent, orphans, its command line, its heap."""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1  # prctl(2)
PR_SET_CHILD_SUBREAPER = 36
_USER_TIME = 11  # of the fields of /proc/PID/stat behind the name, proc(5); the system's is the next one
_ARG_START = 45  # of the fields of /proc/self/stat behind the name, proc(5); the end is the next one
# Of mallopt(3), each with the variable that overrides it. By itself glibc maps large blocks apart until it
# has freed some: then those up to the size of the largest one, at most 32 MB, are cut from the heap and leave
# holes that stay. It also gives each thread a heap of its own; Python's threads need but one.
_HEAP_OPTIONS = (
    ("MALLOC_MMAP_THRESHOLD_", -3, 128 * 1024),
    ("MALLOC_TRIM_THRESHOLD_", -1, 1024 * 1024),
    ("MALLOC_ARENA_MAX", -8, 1),
)
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True)
class Usage:
    """The CPU time of a process, and its state of proc(5): R for one that runs or waits for a CPU."""

    cpu_s: float = 0.0
    state: str = ""


def read_usage(pid: int) -> Usage:
    """The CPU time and the state of a process; 0 and an empty state if they are not known. Linux only."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return Usage()
    user, system = int(fields[_USER_TIME]), int(fields[_USER_TIME + 1])
    return Usage((user + system) / os.sysconf("SC_CLK_TCK"), fields[0].decode("ascii"))


def die_with_parent(parent_pid: int | None = None) -> None:
    """Have the kernel kill this process when its parent ends for any reason.

    Call it in the child, right after the fork: the setting is cleared on fork (prctl(2)), so every child must
    set it again. `parent_pid` detects a parent that ended before the call. A no-op without prctl.
    """
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if parent_pid is not None and os.getppid() != parent_pid:
        os.kill(os.getpid(), signal.SIGKILL)


def adopt_orphans() -> None:
    """Become the parent of all descendants whose own parent ends (PR_SET_CHILD_SUBREAPER, prctl(2)).

    A parent that ignores SIGCHLD leaves that to its children, where the kernel then reaps what ends and hides
    how it ended (wait(2)): the default is restored.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if _libc is not None:
        _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def keep_heap_small() -> None:
    """Have the memory of large documents returned to the system when they are freed. A no-op without glibc.

    Call it before the first thread starts.
    """
    if _libc is None or not hasattr(_libc, "mallopt"):
        return
    for variable, option, value in _HEAP_OPTIONS:
        if variable not in os.environ:
            _libc.mallopt(option, value)


def return_free_memory() -> None:
    """Return the free pages within the heap to the system, in some milliseconds. A no-op without glibc."""
    if _libc is not None and hasattr(_libc, "malloc_trim"):
        _libc.malloc_trim(0)


def set_command_line(words: Sequence[str]) -> None:
    """Show these words as this process's command line, cut to the length of the present one. Linux only."""
    fields = Path("/proc/self/stat").read_bytes().rpartition(b")")[2].split()
    start, end = int(fields[_ARG_START]), int(fields[_ARG_START + 1])
    if start:
        room = end - start
        shown = "\0".join(words).encode("utf-8", "surrogateescape")[: room - 1]
        ctypes.memmove(start, shown.ljust(room, b"\0"), room)
