"""The part of `wireroom doctor` that needs the network: names of feeds' hosts, and connections to them."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from worker.cli.doctor_findings import BAD, OK, WARNING, Finding

if TYPE_CHECKING:
    from worker.records import Config

HOSTS = 3  # that are tried
ANSWER_S = 5.0
DEFAULT = (("example.com", 443),)  # without feeds


@dataclass(frozen=True, slots=True)
class _Try:
    """One host: its addresses, or why it has none; and why it cannot be connected to."""

    host: str
    addresses: tuple[str, ...]
    fault: str = ""

    @property
    def is_name(self) -> bool:
        """Whether its addresses are from a name server."""
        return self.addresses != (self.host,) and not self.is_local

    @property
    def is_local(self) -> bool:
        """Whether it is a name of this machine, for which resolvers ask no name server (RFC 6761, 6.3)."""
        return f".{self.host}".endswith(".localhost")


def examine_network(config: "Config | None") -> Iterator[Finding]:
    """The name server and outgoing connections, by a few hosts of the config; no request is sent."""
    targets = _targets(config)
    private = config.allow_private if config else ()
    with ThreadPoolExecutor(len(targets)) as pool:
        tries = list(pool.map(lambda target: _try(target[0], target[1], private), targets))
    named = [one for one in tries if one.addresses]
    asked = [one for one in tries if one.is_name]
    if local := [one.host for one in tries if one.is_local and not one.addresses]:
        yield _tell_local(local, WARNING if named else BAD)
    if asked and not named:
        names = ", ".join(one.host for one in asked)
        remedy = "check /etc/resolv.conf and whether the name server can be reached"
        yield Finding("name server", BAD, f"no address for {names}", remedy)
    if not named:
        return
    if known := next((one for one in asked if one.addresses), None):
        yield Finding("name server", OK, f"{known.host} has the address {known.addresses[0]}")
    faults = [one for one in named if one.fault]
    for one in faults:
        state = BAD if len(faults) == len(named) else WARNING
        remedy = "let this machine connect to the ports of its feeds; HTTP proxies are not used"
        yield Finding("network", state, f"{one.host}: {one.fault}", remedy)
    if not faults:
        yield Finding("network", OK, f"connected to {', '.join(one.host for one in named)}")


def _tell_local(hosts: list[str], state: str) -> Finding:
    found = f"no address for {', '.join(hosts)}: this system does not know it, and names under localhost are"
    remedy = f"use 127.0.0.1 or ::1 in the URL, or add a line to /etc/hosts: 127.0.0.1 {' '.join(hosts)}"
    return Finding("network", state, f"{found} not looked up at a name server", remedy)


def _targets(config: "Config | None") -> list[tuple[str, int]]:
    found: dict[str, int] = {}
    for feed in config.feeds if config else ():
        parts = urlsplit(feed.url)
        if feed.enabled and parts.hostname:
            found.setdefault(parts.hostname, parts.port or (80 if parts.scheme == "http" else 443))
    return list(found.items())[:HOSTS] or list(DEFAULT)


def _try(host: str, port: int, allow_private: tuple[str, ...]) -> _Try:
    """Resolve a host and connect to its first address that may be connected to."""
    from worker.errors import BlockedAddress
    from worker.fetch.guard import check_address

    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return _Try(host, ())
    addresses = tuple(dict.fromkeys(str(one[4][0]) for one in found))
    fault = ""
    for address in addresses:
        try:
            check_address(address, host, port, allow_private)
            with socket.create_connection((address, port), timeout=ANSWER_S):
                return _Try(host, addresses)
        except BlockedAddress as exc:
            fault = str(exc)
        except OSError as exc:
            fault = f"no connection to port {port}: {exc.strerror or exc}"
    return _Try(host, addresses, fault)
