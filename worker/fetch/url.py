"""Parse URLs without changing any byte that is sent."""

import ipaddress
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit

import idna

from worker.errors import BlockedAddress, PermanentFetchError
from worker.redaction import display_url

DEFAULT_PORTS = {"http": 80, "https": 443}
# RFC 3986 appendix B; nothing is decoded, so re-encoding cannot change anything.
_PARTS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?://([^/?#]*))?([^?#]*)(\?[^#]*)?(?:#.*)?", re.DOTALL)
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9._-]{0,253}[a-z0-9_.])?")
_NUMERIC = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)\.?")
_UNSENDABLE = re.compile(rb"[^\x21-\x7e]")


@dataclass(frozen=True, slots=True)
class Target:
    """The target of one request: host in lower-case ASCII (IPv6 without brackets), `path` as sent."""

    scheme: str
    host: str
    port: int
    path: bytes
    userinfo: str = ""

    def __repr__(self) -> str:
        """Show the URL without userinfo and secret query values."""
        return f"Target({display_url(self.url)!r})"

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port (RFC 9110 section 4.3.1)."""
        return self.scheme, self.host, self.port

    @property
    def netloc(self) -> str:
        """The value of the Host field: IPv6 in brackets, no default port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole URL without userinfo and fragment."""
        return f"{self.scheme}://{self.netloc}{self.path.decode('ascii')}"


def parse_target(url: str) -> Target:
    """Return the target of a URL; path and query are unchanged except that unsendable bytes are escaped.

    Raises BlockedAddress for a scheme other than http and https, PermanentFetchError for an invalid URL.
    """
    match = _PARTS.fullmatch(url.strip(" \t\r\n\f\0"))
    if match is None:
        raise PermanentFetchError(f"{display_url(url)} is not an absolute URL")
    scheme = match[1].lower()
    if scheme not in DEFAULT_PORTS:
        raise BlockedAddress(f"{scheme}: is not allowed, only http and https")
    userinfo, _, hostport = (match[2] or "").rpartition("@")
    if "\\" in userinfo:  # browsers read it as a slash, which makes what follows part of the path
        raise PermanentFetchError(f"{display_url(url)} is not a valid URL: backslash before the host")
    try:
        host, port = _parse_host_port(hostport, DEFAULT_PORTS[scheme])
    except ValueError as exc:
        raise PermanentFetchError(f"{display_url(url)} is not a valid URL: {exc}") from exc
    path = (match[3] or "/") + (match[4] or "")
    raw = path.encode("utf-8", "surrogatepass")
    return Target(scheme, host, port, _UNSENDABLE.sub(lambda m: b"%%%02X" % m[0][0], raw), unquote(userinfo))


def resolve_redirect(current: Target, location: str) -> Target:
    """Return the target of a Location (RFC 9110 section 10.2.2); userinfo in it is dropped.

    Raises BlockedAddress and PermanentFetchError as `parse_target` does.
    """
    to = location.strip()
    if not to:
        raise PermanentFetchError(f"redirect without a target from {current.netloc}")
    try:
        # An absolute URL is not joined: that would normalize its path and drop an empty query.
        found = parse_target(to if _ABSOLUTE.match(to) else urljoin(current.url, to))
    except ValueError as exc:
        raise PermanentFetchError(f"redirect to an unusable URL from {current.netloc}") from exc
    return Target(found.scheme, found.host, found.port, found.path)


def named_ports(target: Target, extra: Sequence[int] | None) -> frozenset[int]:
    """Return the allowed ports of a fetch: 80, 443 and `extra`, or the URL's own port if `extra` is None."""
    return frozenset({80, 443, *((target.port,) if extra is None else extra)})


def _parse_host_port(hostport: str, default_port: int) -> tuple[str, int]:
    bracketed = re.fullmatch(r"\[([^\]]*)\](?::(\d*))?", hostport)
    if bracketed:
        host, port = str(ipaddress.IPv6Address(bracketed[1])), bracketed[2]
        if "%" in host:
            raise ValueError("a zone index is not allowed")
    else:
        name, _, port = hostport.partition(":")
        host = _canonical_host(name)
    if port and not re.fullmatch(r"[0-9]{1,5}", port):
        raise ValueError("the port is not a number")
    number = int(port) if port else default_port
    if not 0 < number < 65_536:
        raise ValueError("the port is out of range")
    return host, number


def _canonical_host(name: str) -> str:
    try:
        host = name.lower() if name.isascii() else idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError as exc:
        raise ValueError("the host is not a valid name") from exc
    if not _HOST.fullmatch(host):
        raise ValueError("the host is not a valid name")
    return _canonical_number(host) if _NUMERIC.fullmatch(host) else host


def _canonical_number(host: str) -> str:
    """Return the dotted form of a numeric host: 127.1, 0x7f.1, 017700000001 (WHATWG URL, IPv4 parser)."""
    try:
        return socket.inet_ntoa(socket.inet_aton(host.rstrip(".")))
    except OSError as exc:
        raise ValueError("the host is not a valid address") from exc


def host_of(url: str) -> str:
    """The lower-case host name of a URL, by which requests are paced; empty for a URL without one."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def ports_of(url: str) -> tuple[int, ...]:
    """The port that a feed's URL names, if any: its article pages may use it as well."""
    try:
        port = urlsplit(url).port
    except ValueError:
        return ()
    return (port,) if port else ()
