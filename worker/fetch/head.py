"""Remove malformed lines from the head of a response, as browsers do, except those about its framing.

RFC 9112 section 5.1 forbids such lines, but scripts and proxies send them. A line that may be read as
Content-Length or Transfer-Encoding is left for the parser to refuse: senders that disagree about the end of a
message make request smuggling possible (section 11.2).
"""

import re

END = re.compile(rb"\n\r?\n")
MAX_END_BYTES = 3
INTERIM = re.compile(rb"HTTP/\d\.\d 1\d\d\b")
FIELD = re.compile(rb"[-!#$%&'*+.^_`|~0-9A-Za-z]+:[^\x00\n\r\x0b\x0c\x1c-\x1f\x85]*")
FOLD = (b" ", b"\t")  # how a line begins that continues the one before (RFC 9112 section 5.2)
NOT_LETTER = re.compile(rb"[^a-z]+")
FRAMING = (b"contentlength", b"transferencoding")


class HeadFilter:
    """Filters the heads of one response, interim ones included; the body passes unchanged."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._pending = bytearray()
        self._searched = 0  # bytes of those pending, without an end of a head
        self._is_past = False  # the final head

    def feed(self, data: bytes) -> bytes:
        """Return the filtered bytes that are known to be complete; empty if more are needed.

        A head longer than the limit is returned as it is, for the parser to refuse.
        """
        if self._is_past:
            return data
        self._pending += data
        ready = []
        while not self._is_past and (end := END.search(self._pending, self._searched)):
            head = bytes(self._pending[: end.end()])
            del self._pending[: end.end()]
            self._searched = 0
            self._is_past = INTERIM.match(head) is None
            ready.append(_without_malformed(head))
        self._searched = max(0, len(self._pending) + 1 - MAX_END_BYTES)
        if self._is_past or len(self._pending) > self._max_bytes:
            ready.append(bytes(self._pending))
            self._pending.clear()
            self._searched = 0
        return b"".join(ready)


def _without_malformed(head: bytes) -> bytes:
    status, *lines = head.split(b"\n")
    kept = [status]
    is_kept = False  # whether the last line was, which a folded line continues
    for line in lines:
        text = line.removesuffix(b"\r")
        is_folded = text.startswith(FOLD)
        if not text or _is_about_framing(text):
            is_kept = True
        elif not is_folded:
            is_kept = FIELD.fullmatch(text) is not None
        if is_kept:
            kept.append(line)
    return b"\n".join(kept)


def _is_about_framing(line: bytes) -> bool:
    """Whether a line names a framing field, or may do so for a reader that ends lines at a bare CR."""
    named = line if b"\r" in line else line.partition(b":")[0]
    letters = NOT_LETTER.sub(b"", named.lower())
    return any(name in letters for name in FRAMING)
