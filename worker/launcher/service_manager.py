"""Reports to the service manager that started this process: readiness, status, reloads, watchdog.

The protocol is that of sd_notify(3): lines of NAME=VALUE in one datagram to the socket in `NOTIFY_SOCKET`.
"""

import os
import socket
import time
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Self

STATUS_CHARS = 300


@dataclass(slots=True)
class ServiceManager:
    """The manager's socket, and the seconds within which its watchdog expects a ping; neither without one."""

    address: str | bytes | None = None
    watchdog_s: float | None = None
    _status: str = field(default="", init=False)

    @classmethod
    def take(cls, environ: MutableMapping[str, str]) -> Self:
        """Read the variables and remove them: child processes must not report in this process's name."""
        name = environ.pop("NOTIFY_SOCKET", "")
        usec, pid = environ.pop("WATCHDOG_USEC", ""), environ.pop("WATCHDOG_PID", "")
        address = b"\0" + os.fsencode(name[1:]) if name.startswith("@") else name
        if not name.startswith(("/", "@")):
            return cls()
        is_watched = usec.isdigit() and int(usec) > 0 and pid in {"", str(os.getpid())}
        return cls(address, int(usec) / 1e6 if is_watched else None)

    @property
    def is_there(self) -> bool:
        """Whether a service manager wants reports."""
        return self.address is not None

    def send(self, **fields: object) -> None:
        """Send fields as one message; a manager that does not take it is ignored."""
        if self.address is None:
            return
        message = "\n".join(f"{name}={value}" for name, value in fields.items())
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.settimeout(1.0)
            sender.sendto(message.encode("utf-8", "replace"), self.address)

    def show_status(self, text: str) -> None:
        """Show one line in `systemctl status`; it is sent when it changes."""
        line = " ".join(text.split())[:STATUS_CHARS]
        if line != self._status:
            self._status = line
            self.send(STATUS=line)

    @contextmanager
    def reloading(self) -> Iterator[None]:
        """Report that the service loads its config during the block, and that it is ready afterwards."""
        self.send(RELOADING=1, MONOTONIC_USEC=time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000)
        try:
            yield
        finally:
            self.send(READY=1)
