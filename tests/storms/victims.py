"""A running service that is killed, entirely or in part, and restarted."""

import json
import random
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from tests.support.isolation import service_environment

STOP_S = 60.0  # a service must stop within this, on a busy machine as well
SHOWN = 70  # characters of a command line


class Victim:
    """A running `wireroom run` that is killed and restarted; its output goes to `run.log`."""

    def __init__(
        self, home: Path, config: Path, more: Mapping[str, str] | None = None, **settings: str
    ) -> None:
        """`settings` are further `WIREROOM_` variables without that prefix, `more` any other variables."""
        self.command = [str(Path(sys.executable).with_name("wireroom"))]
        self.env = {**service_environment(home, config, TICK="1s", **settings), **(more or {})}
        self.log = (home.parent / "run.log").open("ab")
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        """Start the service in the background."""
        return subprocess.Popen(
            [*self.command, "run", "--no-flower"], env=self.env, stdout=self.log, stderr=self.log
        )

    def keep_running(self) -> bool:
        """Restart a service that has ended, as its manager does; whether it had ended."""
        if self.process.poll() is None:
            return False
        self.process = self.start()
        return True

    def family(self) -> list[psutil.Process]:
        """Return all processes of the service except the supervisor, by id."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        return sorted(children, key=lambda process: process.pid)

    def kill_all(self) -> str:
        """Kill all processes at once and restart the service; returns how many there were."""
        count = self._kill_family()
        self.process.wait()
        self.process = self.start()
        return f"all {count} processes"

    def _kill_family(self) -> int:
        family = [psutil.Process(self.process.pid), *self.family()]
        for process in family:
            _try(process.suspend)
        for process in family:
            _try(process.kill)
        return len(family)

    def kill_one(self, rng: random.Random, chosen_from: Sequence[psutil.Process]) -> str:
        """Kill one of these processes; returns a description of it."""
        chosen = rng.choice(chosen_from)
        words = " ".join(command_of(chosen)[-4:])
        return f"{chosen.pid} {words[:SHOWN]}" if _try(chosen.kill) else f"{chosen.pid} was gone already"

    def output(self, *args: str) -> str:
        """Return the output of a command."""
        done = subprocess.run(
            [*self.command, *args], env=self.env, capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    def rows(self, *args: str) -> list[dict[str, object]]:
        """Return the rows that a command prints with `--json`."""
        return [json.loads(line) for line in self.output(*args, "--json").splitlines()]

    def stop(self) -> int:
        """Stop the service with SIGTERM; returns its exit code. It is killed if it does not stop."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=STOP_S)
        except subprocess.TimeoutExpired:
            left = [" ".join(command_of(one))[:SHOWN] for one in self.family()]
            print(f"{self.process.pid} does not stop, {len(left)} children: {left}", flush=True)
            self._kill_family()
            return self.process.wait()

    def close(self) -> int:
        """Stop the service for good; returns its exit code."""
        code = self.stop()
        self.log.close()
        return code


def command_of(process: psutil.Process) -> list[str]:
    """Return the command line of a process, empty if it has ended."""
    try:
        return [word for word in process.cmdline() if word]  # forked roles pad theirs
    except psutil.NoSuchProcess:
        return []


def _try(act) -> bool:
    try:
        act()
    except psutil.NoSuchProcess:
        return False
    return True
