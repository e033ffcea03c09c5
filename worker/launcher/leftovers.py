"""Processes that a killed run left on a state directory."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from worker.launcher.child import CHILD_MARK

BROKER_NAMES = ("valkey-server", "redis-server")
LEFTOVERS_GONE_S = 5.0


def end_leftovers(home: Path) -> list[int]:
    """Kill all processes left by an earlier run on this state directory; returns their pids.

    Only safe while holding the lock of the state directory. The broker overwrites its environment with its
    title, so it is identified by name and working directory.
    """
    found = list(_leftovers(home))
    for process in found:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    end = time.monotonic() + LEFTOVERS_GONE_S
    while time.monotonic() < end and any(_is_alive(process) for process in found):
        time.sleep(0.02)
    return [process.pid for process in found]


def _leftovers(home: Path) -> Iterator[psutil.Process]:
    mine = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    for process in psutil.process_iter():
        if process.pid in mine:
            continue
        try:
            if process.uids().real == os.getuid() and _belongs_to(process, home):
                yield process
        except (psutil.Error, OSError):
            continue


def _belongs_to(process: psutil.Process, home: Path) -> bool:
    if process.environ().get(CHILD_MARK) == str(home):
        return True
    return process.name().startswith(BROKER_NAMES) and process.cwd() == os.path.realpath(home / "broker")


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
