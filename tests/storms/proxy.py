"""A TCP proxy on loopback that cuts, delays, swallows or refuses what passes through it."""

import contextlib
import socket
import threading
import time
from pathlib import Path
from typing import Self

PIECE_BYTES = 65_536
DELAY_S = 0.3  # of each piece


class Proxy:
    """Passes connections to one server on; a context manager. `mode` may be set at any time.

    Modes: "pass", "delay" (`delay_s` for each piece), "black hole" (what is sent is lost), "refuse" (new
    connections are closed at once).
    """

    def __init__(self, upstream: Path | tuple[str, int]) -> None:
        self.upstream, self.mode, self.delay_s = upstream, "pass", DELAY_S
        self._open = set[socket.socket]()
        self._lock = threading.Lock()
        self._is_ended = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_ended = True
        self._listener.close()
        self.cut()

    def cut(self) -> int:
        """End all connections; returns how many sockets there were."""
        with self._lock:
            ends, self._open = list(self._open), set()
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        return len(ends)

    def _accept(self) -> None:
        while not self._is_ended:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self.mode == "refuse":
                client.close()
                continue
            try:
                server = self._connect()
            except OSError:
                client.close()
                continue
            with self._lock:
                self._open |= {client, server}
            for source, target in ((client, server), (server, client)):
                threading.Thread(target=self._pump, args=(source, target), daemon=True).start()

    def _connect(self) -> socket.socket:
        if isinstance(self.upstream, tuple):
            return socket.create_connection(self.upstream, 5)
        server = socket.socket(socket.AF_UNIX)
        server.connect(str(self.upstream))
        return server

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError):
            while data := source.recv(PIECE_BYTES):
                if self.mode == "black hole":
                    continue
                if self.mode == "delay":
                    time.sleep(self.delay_s)
                target.sendall(data)
        with self._lock:
            self._open -= {source, target}
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
