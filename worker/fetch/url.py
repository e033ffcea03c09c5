"""URLs as they go on the wire: byte for byte as written, and as they may be shown."""

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
# RFC 3986 appendix B; nothing is decoded, so that nothing can be written back otherwise.
_PARTS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?://([^/?#]*))?([^?#]*)(\?[^#]*)?(?:#.*)?", re.DOTALL)
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9._-]{0,253}[a-z0-9_.])?")
_NUMERIC = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)\.?")
_UNSENDABLE = re.compile(rb"[^\x21-\x7e]")


@dataclass(frozen=True, slots=True)
class Target:
    """Where one request goes: host lower case and ASCII (IPv6 without brackets), `path` as sent."""

    scheme: str
    host: str
    port: int
    path: bytes
    userinfo: str = ""

    def __repr__(self) -> str:
        """Without userinfo and secret query values."""
        return f"Target({display_url(self.url)!r})"

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port (RFC 9110 section 4.3.1)."""
        return self.scheme, self.host, self.port

    @property
    def netloc(self) -> str:
        """The value of the Host field: brackets around IPv6, no default port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole URL without userinfo and fragment."""
        return f"{self.scheme}://{self.netloc}{self.path.decode('ascii')}"


def parse_target(url: str) -> Target:
    """The target of a URL; path and query stay byte for byte, only what cannot be sent is escaped.

    Raises BlockedAddress for a scheme other than http and https, PermanentFetchError for what is no URL.
    """
    match = _PARTS.fullmatch(url.strip(" \t\r\n\f\0"))
    if match is None:
        raise PermanentFetchError(f"{display_url(url)} is no absolute URL")
    scheme = match[1].lower()
    if scheme not in DEFAULT_PORTS:
        raise BlockedAddress(f"{scheme}: is not allowed, only http and https")
    userinfo, _, hostport = (match[2] or "").rpartition("@")
    if "\\" in userinfo:  # browsers take it for a slash: what follows would be no host at all
        raise PermanentFetchError(f"{display_url(url)} is no usable URL: backslash before the host")
    try:
        host, port = _parse_host_port(hostport, DEFAULT_PORTS[scheme])
    except ValueError as exc:
        raise PermanentFetchError(f"{display_url(url)} is no usable URL: {exc}") from exc
    path = (match[3] or "/") + (match[4] or "")
    raw = path.encode("utf-8", "surrogatepass")
    return Target(scheme, host, port, _UNSENDABLE.sub(lambda m: b"%%%02X" % m[0][0], raw), unquote(userinfo))


def resolve_redirect(current: Target, location: str) -> Target:
    """Where a Location leads from here (RFC 9110 section 10.2.2); userinfo in it is not used.

    Raises BlockedAddress and PermanentFetchError as `parse_target`.
    """
    to = location.strip()
    if not to:
        raise PermanentFetchError(f"redirect without a target from {current.netloc}")
    try:
        # An absolute one is left as it is: joining would tidy its path and drop an empty query.
        found = parse_target(to if _ABSOLUTE.match(to) else urljoin(current.url, to))
    except ValueError as exc:
        raise PermanentFetchError(f"redirect to an unusable URL from {current.netloc}") from exc
    return Target(found.scheme, found.host, found.port, found.path)


def named_ports(target: Target, extra: Sequence[int] | None) -> frozenset[int]:
    """The ports that a fetch may use: 80, 443 and the URL's own, or `extra` in place of the latter."""
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
        raise ValueError("the port is no number")
    number = int(port) if port else default_port
    if not 0 < number < 65_536:
        raise ValueError("the port is out of range")
    return host, number


def _canonical_host(name: str) -> str:
    try:
        host = name.lower() if name.isascii() else idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError as exc:
        raise ValueError("the host is no name") from exc
    if not _HOST.fullmatch(host):
        raise ValueError("the host is no name")
    return _canonical_number(host) if _NUMERIC.fullmatch(host) else host


def _canonical_number(host: str) -> str:
    """Dotted form of a host that ends in a number: 127.1, 0x7f.1, 017700000001 (WHATWG URL, IPv4 parser)."""
    try:
        return socket.inet_ntoa(socket.inet_aton(host.rstrip(".")))
    except OSError as exc:
        raise ValueError("the host is no address") from exc


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
