"""Which addresses may be connected to (OWASP SSRF Prevention, RFC 6890 and its registries)."""

import ipaddress
from collections.abc import Iterable
from functools import lru_cache

from worker.errors import BlockedAddress

ALLOW = "; add it to http.allow_private to allow it"  # the remedy for an address that an operator wrote

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

# Networks that `ipaddress.is_global` accepts, or classifies differently between Python releases.
# IANA special-purpose registries (RFC 6890): none of them hosts public documents.
_SPECIAL: tuple[tuple[str, str], ...] = (
    ("0.0.0.0/8", "unspecified"),  # RFC 1122: this network; Linux treats 0.0.0.0 as loopback
    ("100.64.0.0/10", "private"),  # RFC 6598: carrier-grade NAT
    ("169.254.0.0/16", "link-local"),  # RFC 3927; cloud metadata lives at 169.254.169.254
    ("192.0.0.0/24", "reserved"),  # RFC 6890: protocol assignments
    ("192.88.99.0/24", "reserved"),  # RFC 7526: 6to4 relays, withdrawn
    ("224.0.0.0/4", "multicast"),  # RFC 5771
    ("240.0.0.0/4", "reserved"),  # RFC 1112, with the broadcast address
    ("::/128", "unspecified"),  # RFC 4291
    ("::1/128", "loopback"),
    ("::/96", "reserved"),  # RFC 4291 section 2.5.5.1: IPv4-compatible, withdrawn
    ("64:ff9b:1::/48", "private"),  # RFC 8215: local NAT64
    ("100::/64", "reserved"),  # RFC 6666: discard
    ("2001:db8::/32", "reserved"),  # RFC 3849: documentation
    ("2002::/16", "6to4"),  # RFC 3056; the IANA registry does not call it globally reachable
    ("3fff::/20", "reserved"),  # RFC 9637: documentation
    ("5f00::/16", "reserved"),  # RFC 9602: segment routing
    ("fc00::/7", "private"),  # RFC 4193; fd00:ec2::254 is a metadata address
    ("fe80::/10", "link-local"),
    ("fec0::/10", "private"),  # RFC 3879: site-local, withdrawn
    ("ff00::/8", "multicast"),
)
_SPECIAL_NETWORKS = tuple((ipaddress.ip_network(cidr), kind) for cidr, kind in _SPECIAL)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052
_UNICAST = ipaddress.IPv6Network("2000::/3")  # RFC 4291 section 2.4 and IANA: no other part is assigned
_ISATAP = frozenset({0x5EFE, 0x0200_5EFE})  # RFC 5214 section 6.1: the upper half of an interface identifier


def check_address(ip: str, host: str, port: int, allow_private: Iterable[str] = ()) -> None:
    """Raise BlockedAddress unless the address is public or allowed by `allow_private`.

    `ip` is the address about to be connected to, `host` the name that resolved to it; `allow_private` holds
    CIDRs, `host`, `host:port` and `[v6]:port`.
    """
    address = ipaddress.ip_address(ip.partition("%")[0])
    kind = non_public_kind(address)
    if kind is None or _is_allowed(address, host, port, tuple(allow_private)):
        return
    where = f"address {ip}" if host == ip else f"address {ip} of {host}"
    raise BlockedAddress(f"{where} is {kind}{ALLOW}")


def check_port(host: str, port: int, allowed: Iterable[int], allow_private: Iterable[str] = ()) -> None:
    """Raise BlockedAddress unless the port is in `allowed` or `allow_private` has `host:port`."""
    if port in allowed or any(rule.names_port(host, port) for rule in _rules(tuple(allow_private))):
        return
    raise BlockedAddress(f"port {port} of {host} is not allowed: only 80, 443 and the port of the feed URL")


def non_public_kind(address: IPAddress) -> str | None:
    """Return why an address is not public ("private", "loopback", …), or None if it is public."""
    for inner in _embedded(address):
        if kind := non_public_kind(inner):
            return kind
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return None  # only the embedded address matters
    if address.is_loopback:
        return "loopback"
    for network, kind in _SPECIAL_NETWORKS:
        if address.version == network.version and address in network:
            return kind
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            return None
        if address not in _UNICAST:
            return "reserved"
    return None if address.is_global else "private"


def _embedded(address: IPAddress) -> tuple[ipaddress.IPv4Address, ...]:
    """Return the IPv4 addresses embedded in an IPv6 address (mapped, 6to4, Teredo, NAT64, ISATAP)."""
    if isinstance(address, ipaddress.IPv4Address):
        return ()
    if address.ipv4_mapped:
        return (address.ipv4_mapped,)
    if address.sixtofour:
        return (address.sixtofour,)
    if address.teredo:
        return address.teredo
    is_isatap = int(address) >> 32 & 0xFFFFFFFF in _ISATAP
    return (ipaddress.IPv4Address(int(address) & 0xFFFFFFFF),) if address in _NAT64 or is_isatap else ()


class _Rule:
    """One entry of `allow_private`: a network or a host, optionally with a port."""

    def __init__(self, entry: str) -> None:
        self.network: IPNetwork | None = None
        self.host, self.port = _split_port(entry.strip().lower())
        try:
            self.network = ipaddress.ip_network(self.host, strict=False)
        except ValueError:
            self.host = self.host.rstrip(".")

    def allows(self, address: IPAddress, host: str, port: int) -> bool:
        if self.port is not None and self.port != port:
            return False
        if self.network is None:
            return host.lower().rstrip(".") == self.host
        candidates = (address, *_embedded(address))
        return any(a.version == self.network.version and a in self.network for a in candidates)

    def names_port(self, host: str, port: int) -> bool:
        return self.port == port and host.lower().rstrip(".") == self.host


def _split_port(entry: str) -> tuple[str, int | None]:
    if entry.startswith("["):
        host, _, port = entry[1:].partition("]")
        return host, int(port[1:]) if port[1:].isdecimal() else None
    host, colon, port = entry.rpartition(":")
    if colon and ":" not in host and port.isdecimal():
        return host, int(port)
    return entry, None


@lru_cache(maxsize=64)
def _rules(entries: tuple[str, ...]) -> tuple[_Rule, ...]:
    return tuple(_Rule(entry) for entry in entries)


def _is_allowed(address: IPAddress, host: str, port: int, entries: tuple[str, ...]) -> bool:
    return any(rule.allows(address, host, port) for rule in _rules(entries))
