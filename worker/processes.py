"""Process lifetime: have the kernel kill a child when its parent ends."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2)
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


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
