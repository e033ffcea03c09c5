"""The zygote: a preloaded process from which `wireroom run` forks its roles.

A role that is forked from it has its libraries at once and shares their memory with the other roles. The
zygote has one thread and no connection, so forking is safe at any time. Forked roles are children of the
service, not of the zygote: they outlive it, and the service waits for them as for any child. Linux only.
"""

import importlib
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from worker.launcher.child import Child, Process, spawn
from worker.launcher.child_log import last_line, open_log
from worker.launcher.preload import preload
from worker.launcher.supervisor import Log
from worker.processes import adopt_orphans, die_with_parent, set_command_line

if TYPE_CHECKING:
    import subprocess

# For the imports of a new zygote, waited for once, or for one fork. Where these take long the machine is
# busy, and roles with imports of their own would take several times as long and share no memory.
REPLY_S = 60.0
QUIET_S = 2.0  # a longer wait is logged
READY = b"ready"  # what the zygote sends when it has imported everything
LOOK_S = 0.1  # how soon a stop is noticed
ORPHAN_S = 5.0  # how often ended orphans are looked for
ORDER_BYTES = 65_536
ROOM = " " * 400  # an argument that leaves room for the command lines of roles


class ForkedRole:
    """A forked child of this process, with the part of `subprocess.Popen` that a supervisor needs."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while the process runs."""
        return self._reap(os.WNOHANG)

    def wait(self) -> int:
        """Wait for the end of the process; returns its exit code."""
        return self._reap(0) or 0

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the process has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def _reap(self, flags: int) -> int | None:
        if self.returncode is None:
            try:
                pid, status = os.waitpid(self.pid, flags)
            except ChildProcessError:  # reaped by someone else: how it ended is unknown
                self.returncode = -signal.SIGKILL
                return self.returncode
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode


class Zygote:
    """The service's side: starts the zygote when it is needed and has it fork roles."""

    def __init__(
        self, env: Mapping[str, str], log: Log, *, output: Path | None, reply_s: float = REPLY_S
    ) -> None:
        self._is_late_told = False
        self._env, self._log, self._output, self._reply_s = dict(env), log, output, reply_s
        self.is_stopping: Callable[[], bool] = lambda: False  # a stop does not wait for a reply
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        self._is_ready = False
        self._wait_until_s: float | None = None  # for its imports; None before the first zygote
        self._ended: set[int] = set()
        self._looked_at_s = 0.0

    @property
    def pid(self) -> int | None:
        """The pid of the running zygote."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def open(self) -> None:
        """Start the zygote, which then preloads the libraries of the roles. Raises OSError."""
        adopt_orphans()
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.settimeout(self._reply_s)
        with its:
            argv = (sys.executable, "-P", "-m", "worker.launcher.zygote", str(its.fileno()), ROOM)
            child = Child("zygote", argv, log=self._output)
            self._process = spawn(child, self._env, pass_fds=(its.fileno(),))
        self._channel, self._is_ready = ours, False
        if self._wait_until_s is None:
            self._wait_until_s = time.monotonic() + self._reply_s

    def start(self, child: Child, env: Mapping[str, str]) -> Process:
        """Start a role by fork, or as an ordinary process if the zygote does not respond. Raises OSError.

        The imports of a zygote are waited for once, at most `reply_s` for all roles together. After that it
        is left to import, for roles that start later.
        """
        with open_log(child.log) as output:
            try:
                if self.pid is None:
                    if self._is_ready:  # it worked and was killed: the imports of the next one are waited for
                        self._wait_until_s = None
                    self.close()
                    self.open()
                if self._wait_for_imports(child):
                    return self._fork(child, output.fileno() if output else 2)
            except OSError as exc:
                reason = str(exc)
                self.close()
            else:
                reason = "the libraries of the roles are still being imported"
                if self._is_late_told:  # of each role that starts meanwhile
                    return spawn(child, env)
                self._is_late_told = True
        self._log.warning("not forked, starting a process of its own", child=child.name, reason=reason)
        return spawn(child, env)

    def close(self) -> None:
        """End the zygote; the roles that it forked stay."""
        if self._channel is not None:
            self._channel.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process, self._channel, self._is_ready = None, None, False

    def reap_orphans(self, known: set[int]) -> None:
        """Reap ended processes whose parent ended before them, except `known` children; every 5 s.

        A process is reaped when it has been seen twice, so one that another thread waits for is not.
        """
        if time.monotonic() - self._looked_at_s < ORPHAN_S:
            return
        self._looked_at_s = time.monotonic()
        children = psutil.Process().children()
        ended = {one.pid for one in children if _is_zombie(one)} - known - {self.pid}
        for pid in ended & self._ended:
            ForkedRole(pid).poll()
        self._ended = ended

    def _wait_for_imports(self, child: Child) -> bool:
        """Whether the zygote has imported everything, in time. Raises OSError if it has ended."""
        assert self._channel is not None
        began_s, is_logged = time.monotonic(), False
        while not self._is_ready:
            if select.select([self._channel], [], [], LOOK_S)[0]:
                with suppress(ConnectionError):
                    self._is_ready = self._channel.recv(32) == READY
                if not self._is_ready:
                    raise self._ended_error()
            now_s = time.monotonic()
            if self._is_ready or self.is_stopping() or now_s > (self._wait_until_s or 0.0):
                break
            if not is_logged and now_s > began_s + QUIET_S:
                left_s = round((self._wait_until_s or now_s) - now_s)
                about = "waiting until the libraries of the roles are imported"
                self._log.info(about, child=child.name, at_most_s=left_s)
                is_logged = True
        return self._is_ready

    def _ended_error(self) -> OSError:
        return OSError(f"the zygote has ended ({last_line(self._output) or 'it wrote no reason'})")

    def _fork(self, child: Child, output: int) -> ForkedRole:
        """Have a role forked. It waits until its pid is known here and ends otherwise. Raises OSError."""
        assert self._channel is not None
        order = json.dumps({"argv": child.argv, "env": dict(child.env)}).encode()
        waits, goes = os.pipe()
        with os.fdopen(goes, "wb", buffering=0) as go:
            try:
                socket.send_fds(self._channel, [order], [output, waits])
                reply = self._receive(self._channel)
            except ConnectionError:
                reply = b""
            finally:
                os.close(waits)
            if not reply:
                raise self._ended_error()
            go.write(b"1")
        return ForkedRole(int(reply))

    def _receive(self, channel: socket.socket) -> bytes:
        end = time.monotonic() + self._reply_s
        while not select.select([channel], [], [], LOOK_S)[0]:
            if self.is_stopping() or time.monotonic() > end:
                raise TimeoutError("the zygote did not respond")
        return channel.recv(32)


def _is_zombie(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def serve(channel: socket.socket, service: int) -> list[str] | None:
    """Fork one role per order until the service closes the channel.

    Returns the role's command line in each forked process and None in the zygote.
    """
    while True:
        order, fds, _flags, _address = socket.recv_fds(channel, ORDER_BYTES, 2)
        if not order:
            return None
        reader, writer = os.pipe()
        if (helper := os.fork()) == 0:
            helper = os.getpid()
            os.close(reader)
            if os.fork():
                os._exit(0)
            while os.getppid() == helper:  # until the service has become the parent
                time.sleep(0.001)
            output, waits = fds
            argv = _become(json.loads(order), output, channel, service)
            with os.fdopen(writer, "wb", buffering=0) as reply:
                reply.write(str(os.getpid()).encode())
            if not os.read(waits, 1):  # the zygote was killed or too slow: the service has another process
                os._exit(0)
            os.close(waits)
            return argv
        os.waitpid(helper, 0)
        for fd in (writer, *fds):
            os.close(fd)
        channel.send(os.read(reader, 32))  # empty if the role has ended before it was one
        os.close(reader)


def _become(order: dict[str, object], output: int, channel: socket.socket, service: int) -> list[str]:
    """Make this process what `spawn` makes of a child; returns its command line."""
    channel.close()
    os.setsid()
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    die_with_parent(service)
    argv, env = order["argv"], order["env"]
    assert isinstance(argv, list)
    assert isinstance(env, dict)
    os.environ.update(env)
    set_command_line(argv)
    return [str(word) for word in argv]


def main() -> None:
    """Run the zygote on the channel whose descriptor is the first argument."""
    service = os.getppid()
    channel = socket.socket(fileno=int(sys.argv[1]))  # open to the end: what went wrong is written before
    preload()
    channel.send(READY)
    argv = serve(channel, service)
    if argv is None:
        return
    from worker.views.errors import run_command

    name, *words = argv[argv.index("-m") + 1 :]
    module = importlib.import_module(name)
    sys.argv = [str(module.__file__), *words]  # as with `python -m`
    run_command(module.main)


if __name__ == "__main__":
    main()
