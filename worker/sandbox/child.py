"""The child process: calls one function repeatedly, within limits (`python -m worker.sandbox.child`).

Protocol: frames on stdin and stdout, each four bytes of length followed by a pickle.
"""

import importlib
import os
import pickle
import resource
import signal
import struct
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from worker.errors import WireroomError
from worker.processes import keep_heap_small

LENGTH = struct.Struct(">I")
MAX_RESULT_BYTES = 128 * 1024 * 1024  # a larger result is not sent: the parent would unpickle it at once
ALARM_SLACK_S = 5.0  # the parent kills the child at the deadline; the alarm ends a child without parent
WATCH_S = 1.0
# How a call ended: a value; an error message; out of memory (the child then exits); a traceback; or not
# begun, as the function cannot be imported (the child then exits).
VALUE, REFUSED, OUT_OF_MEMORY, CRASHED, BROKEN = "value", "refused", "out of memory", "crashed", "broken"
NO_MEMORY = "it takes more memory than is allowed"


def find_function(target: str) -> Callable[..., Any]:
    """Return the function `module:function`; raises what its import raises."""
    module, _, name = target.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return function


def _one_line(exc: Exception) -> str:
    return " ".join(f"{type(exc).__name__}: {exc}".split())


def to_frame(value: Any) -> bytes:
    """Serialize an object as a frame."""
    data = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(data)) + data


def from_frame(data: bytes) -> Any:
    """Deserialize the object of a frame, given without its length."""
    return pickle.loads(data)  # noqa: S301 - written by our own process


def _read_frame(stream: BinaryIO) -> Any:
    """Read the next object from a stream; raises EOFError at its end."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    size = LENGTH.unpack(head)[0]
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return from_frame(data)


def main() -> None:
    """Serve calls until stdin ends.

    Requests are (`module:function`, args, keywords), results (how it ended, value or text). The function that
    is named at the start is imported before the memory is limited.
    """
    target, memory_bytes, deadline_s, parent = (
        sys.argv[1],
        int(sys.argv[2]),
        float(sys.argv[3]),
        int(sys.argv[4]),
    )
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    keep_heap_small()
    threading.Thread(target=_exit_with, args=(parent,), daemon=True).start()
    requests, results = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # output printed by libraries must not mix with the results
    with suppress(Exception):  # told to who calls it
        find_function(target)
    _limit_memory(memory_bytes)
    while True:
        try:
            request = _read_frame(requests)
        except EOFError:
            _exit()
        signal.setitimer(signal.ITIMER_REAL, deadline_s + ALARM_SLACK_S)
        result = _call(*request)
        del request
        results.write(_result_frame(result))
        results.flush()
        if result[0] in (OUT_OF_MEMORY, BROKEN):
            _exit()
        signal.setitimer(signal.ITIMER_REAL, 0)


def _result_frame(result: tuple[str, Any]) -> bytes:
    """Serialize a result, or an error if it is larger than the parent accepts."""
    try:
        frame = to_frame(result)
    except MemoryError:
        return to_frame((REFUSED, "its result does not fit into the memory allowed"))
    if len(frame) > MAX_RESULT_BYTES:
        return to_frame((REFUSED, f"its result of {len(frame)} bytes is larger than {MAX_RESULT_BYTES}"))
    return frame


def _call(target: str, args: Any, keywords: Any) -> tuple[str, Any]:
    try:
        function = find_function(target)
    except MemoryError:
        return OUT_OF_MEMORY, NO_MEMORY
    except Exception as exc:  # noqa: BLE001 - any error of an installation
        return BROKEN, _one_line(exc)
    try:
        return VALUE, function(*args, **keywords)
    except ImportError as exc:  # of what is imported on first use
        return BROKEN, _one_line(exc)
    except WireroomError as exc:
        return REFUSED, str(exc)
    except MemoryError:
        return OUT_OF_MEMORY, NO_MEMORY
    except RecursionError:
        return REFUSED, "it is nested too deeply"
    except Exception:  # noqa: BLE001 - reported to the parent, with its traceback
        return CRASHED, traceback.format_exc()


def _limit_memory(extra_bytes: int) -> None:
    """Limit the growth of the address space to `extra_bytes` beyond what imports use."""
    used = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = used + extra_bytes
    resource.setrlimit(
        resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard)
    )


def _exit_with(parent: int) -> None:
    """Exit when the parent process has ended for any reason."""
    while os.getppid() == parent:
        time.sleep(WATCH_S)
    _exit()


def _exit() -> NoReturn:
    """Exit, with all processes started from here."""
    os.killpg(0, signal.SIGKILL)
    os._exit(1)


if __name__ == "__main__":
    main()
