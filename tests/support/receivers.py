"""Receivers of alerts on loopback: an HTTP server and an SMTP server, each scripted by its test."""

import base64
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Posted:
    """One request: its path, its header fields in lower case, its body."""

    path: str
    fields: dict[str, str]
    body: bytes


@dataclass
class HookReceiver:
    """What an HTTP server received, and its replies: (status, fields, body) in turn, the last for good."""

    port: int
    replies: list[tuple[int, dict[str, str], bytes]] = field(default_factory=lambda: [(204, {}, b"")])
    posted: list[Posted] = field(default_factory=list)
    hangs: threading.Event | None = None  # waits for it before each reply
    meanwhile: Callable[[], object] | None = None  # is done once while a request is open
    sent_bytes: int = 0

    def url(self, path: str = "/hook") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def reset(self) -> None:
        self.replies, self.posted, self.hangs, self.sent_bytes = [(204, {}, b"")], [], None, 0
        self.meanwhile = None


class _Hook(BaseHTTPRequestHandler):
    receiver: HookReceiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fields = {name.lower(): value for name, value in self.headers.items()}
        self.receiver.posted.append(Posted(self.path, fields, body))
        if self.receiver.hangs is not None:
            self.receiver.hangs.wait(10)
        if action := self.receiver.meanwhile:
            self.receiver.meanwhile = None
            action()
        replies = self.receiver.replies
        status, sent, text = replies.pop(0) if len(replies) > 1 else replies[0]
        self.send_response(status)
        for name, value in {"Content-Length": str(len(text)), **sent}.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            for start in range(0, len(text), 65_536):
                self.wfile.write(text[start : start + 65_536])
                self.receiver.sent_bytes += min(65_536, len(text) - start)
        except OSError:
            self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Write nothing."""


@contextmanager
def hook_receiver() -> Iterator[HookReceiver]:
    """An HTTP server that takes posts on any path."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Hook", (_Hook,), {}))
    server.daemon_threads = True
    made = server.RequestHandlerClass.receiver = HookReceiver(server.server_port)  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class MailReceiver:
    """What an SMTP server received, and how it behaves."""

    port: int
    context: ssl.SSLContext | None = None  # offers STARTTLS
    logins: tuple[str, ...] = ()  # "user:password"; with any, AUTH is required
    refused: frozenset[str] = frozenset()  # recipients
    replies: dict[str, bytes] = field(default_factory=dict)  # verb: another reply
    silent: bool = False  # never greets
    mails: list[tuple[list[str], bytes, bool]] = field(default_factory=list)  # recipients, data, over TLS?
    heard: list[bytes] = field(default_factory=list)

    def reset(self) -> None:
        self.__init__(self.port)  # type: ignore[misc]


class _Mail(socketserver.StreamRequestHandler):
    receiver: MailReceiver

    def say(self, reply: bytes) -> None:
        self.wfile.write(reply + b"\r\n")

    def handle(self) -> None:
        try:
            self._talk()
        except OSError:
            return

    def _talk(self) -> None:  # noqa: C901 - one branch for each verb
        receiver, is_tls, is_known = self.receiver, False, not self.receiver.logins
        if receiver.silent:
            self.rfile.read(1)
            return
        recipients: list[str] = []
        self.say(b"220 test ESMTP")
        while line := self.rfile.readline():
            receiver.heard.append(line)
            verb, _, rest = line.decode().strip().partition(" ")
            if reply := receiver.replies.get(verb.upper()):
                self.say(reply)
            elif verb.upper() == "EHLO":
                offers = [b"250-test"]
                offers += [b"250-STARTTLS"] if receiver.context and not is_tls else []
                self.say(b"\r\n".join([*offers, b"250-AUTH PLAIN", b"250 8BITMIME"]))
            elif verb.upper() == "STARTTLS" and receiver.context:
                self.say(b"220 go")
                self.request = receiver.context.wrap_socket(self.request, server_side=True)
                self.setup()
                is_tls = True
            elif verb.upper() == "AUTH":
                _, user, password = base64.b64decode(rest.partition(" ")[2]).decode().split("\0")
                is_known = f"{user}:{password}" in receiver.logins
                self.say(b"235 yes" if is_known else b"535 no: " + rest.encode())
            elif verb.upper() == "MAIL":
                self.say(b"250 ok" if is_known else b"530 log in first")
            elif verb.upper() == "RCPT":
                name = rest.partition("<")[2].partition(">")[0]
                recipients += [] if name in receiver.refused else [name]
                self.say(b"550 nobody" if name in receiver.refused else b"250 ok")
            elif verb.upper() == "DATA":
                self.say(b"354 go on")
                data = b""
                while (part := self.rfile.readline()) not in (b".\r\n", b""):
                    data += part
                receiver.mails.append((recipients, data, is_tls))
                self.say(b"250 taken")
            elif verb.upper() == "QUIT":
                self.say(b"221 bye")
                return
            else:
                self.say(b"250 ok")


@contextmanager
def mail_receiver() -> Iterator[MailReceiver]:
    """An SMTP server."""
    handler = type("Mail", (_Mail,), {})
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    made = handler.receiver = MailReceiver(server.server_address[1])  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
