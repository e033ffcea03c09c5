"""A child process and how it is started."""

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from worker.launcher.child_log import open_log
from worker.processes import die_with_parent

CHILD_MARK = "WIREROOM_CHILD"  # environment of every child and its offspring: the state directory


def _always() -> bool:
    return True


def _nothing(_failed_starts: int) -> None:
    return None


class Process(Protocol):
    """A running child; `subprocess.Popen` matches it."""

    pid: int
    returncode: Any  # None while it runs, negative for a signal

    def poll(self) -> int | None: ...
    def wait(self) -> int: ...
    def send_signal(self, sig: int, /) -> None: ...


def spawn(child: "Child", env: Mapping[str, str], *, pass_fds: Sequence[int] = ()) -> subprocess.Popen[bytes]:
    """Start a child in its own session; the kernel kills it when this process ends. Raises OSError."""
    parent = os.getpid()
    with open_log(child.log) as output:
        return subprocess.Popen(  # noqa: S603 - our own command lines
            child.argv,
            env={**env, **child.env},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            pass_fds=pass_fds,
            preexec_fn=lambda: die_with_parent(parent),  # noqa: PLW1509 - one prctl, no lock taken
        )


Starter = Callable[["Child", Mapping[str, str]], Process]


@dataclass(frozen=True, slots=True)
class Child:
    """One supervised process.

    `stage` is the order of stopping (low first). `after` names children that must have been ready once before
    this one starts, `rather_after` those that it waits for at most `RATHER_S` seconds, and not if they cannot
    start. `prepare` is called before each start with the number of preceding failed starts (the
    child exited with an error before `is_ready`); a ServiceError from it postpones the start. `start` returns
    the new process, which leads its own session. Stopping sends SIGTERM, after `grace_s` SIGQUIT, after
    another `quit_s` SIGKILL to the process group. What earlier stages left of their time is added.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    log: Path | None = None
    stage: int = 0
    after: tuple[str, ...] = ()
    rather_after: tuple[str, ...] = ()
    is_ready: Callable[[], bool] = _always
    prepare: Callable[[int], None] = _nothing
    start: Starter = spawn
    grace_s: float = 2.0
    quit_s: float = 0.0
