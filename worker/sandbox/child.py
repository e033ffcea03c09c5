"""Child process that calls one function again and again within limits (`python -m worker.sandbox.child`).

Frames on stdin and stdout: four bytes of length, then a pickle.
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
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from worker.errors import WireroomError

LENGTH = struct.Struct(">I")
MAX_ANSWER_BYTES = 128 * 1024 * 1024  # a larger answer is not sent: the parent would decode it in one go
ALARM_SLACK_S = 5.0  # the parent kills at the deadline; the alarm ends a child whose parent is gone
WATCH_S = 1.0
# How a call ended: a value; refused in words; out of memory, and the child ends; a traceback.
VALUE, REFUSED, FULL, BROKE = "value", "refused", "full", "broke"


def to_frame(value: Any) -> bytes:
    """An object as it goes through a pipe."""
    data = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(data)) + data


def from_frame(data: bytes) -> Any:
    """The object of a frame, without its length."""
    return pickle.loads(data)  # noqa: S301 - written by our own other half


def _read_frame(stream: BinaryIO) -> Any:
    """The next object from a stream; raises EOFError at its end."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    size = LENGTH.unpack(head)[0]
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return from_frame(data)


def main() -> None:
    """Serve until stdin ends: a frame is (args, keywords), its answer (how it ended, value or words)."""
    target, memory_bytes, deadline_s, parent = (
        sys.argv[1],
        int(sys.argv[2]),
        float(sys.argv[3]),
        int(sys.argv[4]),
    )
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not mix with the answers
    module, _, name = target.partition(":")
    function = getattr(importlib.import_module(module), name)
    _limit_memory(memory_bytes)
    while True:
        try:
            args, keywords = _read_frame(requests)
        except EOFError:
            _leave()
        signal.setitimer(signal.ITIMER_REAL, deadline_s + ALARM_SLACK_S)
        answer = _call(function, args, keywords)
        del args, keywords
        answers.write(_answer_frame(answer))
        answers.flush()
        if answer[0] == FULL:
            _leave()
        signal.setitimer(signal.ITIMER_REAL, 0)


def _answer_frame(answer: tuple[str, Any]) -> bytes:
    """The answer as a frame, or a refusal when it is larger than the parent accepts."""
    try:
        frame = to_frame(answer)
    except MemoryError:
        return to_frame((REFUSED, "its result does not fit into the memory allowed"))
    if len(frame) > MAX_ANSWER_BYTES:
        return to_frame((REFUSED, f"its result of {len(frame)} bytes is larger than {MAX_ANSWER_BYTES}"))
    return frame


def _call(function: Callable[..., Any], args: Any, keywords: Any) -> tuple[str, Any]:
    try:
        return VALUE, function(*args, **keywords)
    except WireroomError as exc:
        return REFUSED, str(exc)
    except MemoryError:
        return FULL, "it takes more memory than is allowed"
    except RecursionError:
        return REFUSED, "it is nested too deep"
    except Exception:  # noqa: BLE001 - told to the parent, with its traceback
        return BROKE, traceback.format_exc()


def _limit_memory(extra_bytes: int) -> None:
    """Let the address space grow by so much beyond what imports took."""
    used = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = used + extra_bytes
    resource.setrlimit(
        resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard)
    )


def _leave_with(parent: int) -> None:
    """End this process when its parent has gone, however it went."""
    while os.getppid() == parent:
        time.sleep(WATCH_S)
    _leave()


def _leave() -> NoReturn:
    """End with all that was started from here."""
    os.killpg(0, signal.SIGKILL)
    os._exit(1)


if __name__ == "__main__":
    main()
