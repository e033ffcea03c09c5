"""The process in which one feed document after another is read within limits: `python -m worker.parse.child`.

Frames on stdin and stdout: four bytes of length, then a pickle. Imports nothing but this stage.
"""

import os
import pickle
import resource
import signal
import struct
import sys
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO

from worker.errors import ParseError
from worker.parse.reader import read_feed

LENGTH = struct.Struct(">I")
ALARM_SLACK_S = 5.0  # the parent kills at the deadline; the alarm ends a child whose parent is gone
WATCH_S = 1.0


def read_frame(stream: BinaryIO) -> Any:
    """The next object from a stream; raises EOFError at its end."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    size = LENGTH.unpack(head)[0]
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return pickle.loads(data)  # noqa: S301 - written by our own other half


def write_frame(stream: BinaryIO, value: Any) -> None:
    """Send one object."""
    data = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def main() -> None:
    """Serve until stdin ends: a frame is (body, keywords), its answer (feed, None) or (None, reason)."""
    memory_bytes, deadline_s, parent = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()
    _limit_memory(memory_bytes)
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not mix with the answers
    while True:
        try:
            body, keywords = read_frame(requests)
        except EOFError:
            return
        signal.setitimer(signal.ITIMER_REAL, deadline_s + ALARM_SLACK_S)
        answer = _answer(body, keywords)
        del body
        write_frame(answers, answer)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _answer(body: bytes, keywords: dict[str, Any]) -> tuple[Any, str | None]:
    try:
        return read_feed(body, **keywords), None
    except ParseError as exc:
        return None, str(exc)
    except MemoryError:
        return None, "reading it takes more memory than is allowed"
    except RecursionError:
        return None, "nested too deep"


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
    os._exit(1)


if __name__ == "__main__":
    main()
