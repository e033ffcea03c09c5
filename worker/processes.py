"""Lifetime of processes: a child that must not outlive its parent says so to the kernel."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2)
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(parent_pid: int | None = None) -> None:
    """Have the kernel kill this process when its parent ends, however the parent ends.

    Call it in the child, right after the fork: the kernel forgets the wish at each fork (prctl(2)), so
    every generation needs its own call. `parent_pid` closes the gap in which the parent is gone before
    the wish is made. Does nothing where there is no prctl.
    """
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if parent_pid is not None and os.getppid() != parent_pid:
        os.kill(os.getpid(), signal.SIGKILL)
