"""Decoded signatures: the texts compared lately, since copies of a story arrive close together."""

import threading
from collections import OrderedDict

from worker.dedupe import Signature

STORED_BYTES = 1 << 18  # of the kept signatures; decoded they take 15 to 18 times as much memory


class Decoder:
    """Decodes signatures and keeps those used last, up to a number of stored bytes; thread-safe."""

    def __init__(self, most: int = STORED_BYTES) -> None:
        self._most = most
        self._size = 0
        self._kept: OrderedDict[bytes, Signature] = OrderedDict()
        self._lock = threading.Lock()

    def decode(self, data: bytes) -> Signature:
        """Return the signature of these bytes; raises ValueError for other bytes."""
        with self._lock:
            kept = self._kept.get(data)
            if kept is not None:
                self._kept.move_to_end(data)
                return kept
        signature = Signature.from_bytes(data)
        with self._lock:
            if data not in self._kept:
                self._size += len(data)
            self._kept[data] = signature
            while self._size > self._most:
                self._size -= len(self._kept.popitem(last=False)[0])
        return signature
