"""Mail by SMTP (RFC 5321), within one deadline and under the same address rules as every other request."""

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage

import certifi

from worker.errors import FetchError, PermanentFetchError, TransientFetchError
from worker.fetch.sockets import Deadline, open_socket, start_tls
from worker.redaction import redact

TIMEOUT_S = 30.0  # for the whole dialogue
_REPLY_CHARS = 120


@dataclass(frozen=True, slots=True)
class MailServer:
    """The server that takes the mail: `tls` is "starttls" (required, not optional), "tls" or "off"."""

    host: str
    port: int
    tls: str = "starttls"
    user: str = ""
    password: str = ""
    allow_private: tuple[str, ...] = ()
    timeout_s: float = TIMEOUT_S

    def __repr__(self) -> str:
        """Omits the login."""
        return f"MailServer({self.host}:{self.port})"


def send_mail(server: MailServer, message: EmailMessage) -> list[str]:
    """Send a message to its recipients; returns those that the server refused, if it accepted others.

    Certificates are verified against those of the system (SSL_CERT_FILE) and the public ones. Raises
    BlockedAddress, and TransientFetchError if the server does not respond or refuses the message,
    PermanentFetchError if it does not offer what is required.
    """
    trusted = ssl.create_default_context()
    trusted.load_verify_locations(certifi.where())
    with _translated(server):
        client = _Client(server, trusted)
        timer = threading.Timer(server.timeout_s, client.abort)
        timer.daemon = True
        timer.start()
        try:
            return client.deliver(message)
        finally:
            timer.cancel()
            client.close()


class _Client(smtplib.SMTP):
    """A dialogue with a server; its connection goes to an allowed address."""

    def __init__(self, server: MailServer, context: ssl.SSLContext) -> None:
        self._server, self._context = server, context
        self._deadline = Deadline(server.timeout_s)
        super().__init__(local_hostname=socket.gethostname() or "localhost", timeout=server.timeout_s)
        self._host = server.host  # whose certificate STARTTLS verifies

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        server = self._server
        plain = open_socket(host, port, self._deadline, server.allow_private)
        if server.tls == "tls":
            plain = start_tls(plain, host, self._context, self._deadline)
        plain.settimeout(self._deadline.remaining_s())
        return plain

    def deliver(self, message: EmailMessage) -> list[str]:
        """Send a message; returns the refused recipients."""
        server = self._server
        code, reply = self.connect(server.host, server.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, reply)
        if server.tls == "starttls":
            self.starttls(context=self._context)
        if server.user:
            self.login(server.user, server.password)
        refused = self.send_message(message)
        with suppress(smtplib.SMTPException, OSError):  # the message was accepted
            self.quit()
        return sorted(refused)

    def abort(self) -> None:
        """End the dialogue from another thread."""
        if self.sock is not None:
            with suppress(OSError):
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


@contextmanager
def _translated(server: MailServer) -> Iterator[None]:
    """Translate errors; a reply to a login is not quoted, as it may repeat the login."""
    where = f"{server.host}:{server.port}"
    try:
        yield
    except FetchError:
        raise
    except smtplib.SMTPAuthenticationError as exc:
        raise TransientFetchError(f"{where} refused the login ({exc.smtp_code})") from None
    except smtplib.SMTPNotSupportedError as exc:
        raise PermanentFetchError(f"{where} does not offer what is needed: {exc}") from exc
    except smtplib.SMTPRecipientsRefused as exc:
        code, reply = next(iter(exc.recipients.values()))
        raise TransientFetchError(f"{where} refused all recipients: {code} {_quote(reply)}") from exc
    except smtplib.SMTPResponseException as exc:
        raise TransientFetchError(f"{where} replied {exc.smtp_code} {_quote(exc.smtp_error)}") from exc
    except ssl.SSLError as exc:
        raise TransientFetchError(f"no TLS with {where}: {exc.reason or exc}") from exc
    except TimeoutError as exc:
        raise TransientFetchError(f"no complete dialogue within {server.timeout_s:g} s with {where}") from exc
    except UnicodeEncodeError:  # its text quotes what it could not encode
        raise PermanentFetchError(
            f"the login at {where}, or an address, has characters other than ASCII, which cannot be sent"
        ) from None
    except (smtplib.SMTPException, OSError, ValueError) as exc:
        raise TransientFetchError(
            f"the connection to {where} failed: {redact(str(exc))[:_REPLY_CHARS]}"
        ) from exc


def _quote(reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    shown = "".join(mark if mark.isprintable() else " " for mark in redact(text))
    return " ".join(shown.split())[:_REPLY_CHARS]
