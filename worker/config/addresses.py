"""Readers of config values that are addresses: URLs, hosts, networks, contacts."""

import ipaddress
import re
from typing import Any
from urllib.parse import urlsplit

from worker.config.values import BadValueError, show

URL_MAX = 2_048
_HOST = re.compile(r"(?=.{1,253}$)[\w](?:[\w-]{0,62})(?:\.[\w](?:[\w-]{0,62}))*\.?")
_NUMBER_AT_END = re.compile(
    r"(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)\.?$", re.IGNORECASE
)  # an address, and no host name
_NAMED_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+(?:[:/?].*)?$")
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f]")
# instead of a text with "@", which may hold a password
_HIDDEN_URL = (
    "this is not an absolute http or https URL; give a user name and a password as "
    'auth = { type = "basic", … }, not in the URL'
)
_MAIL = re.compile(r"[^\s@()<>,;]{1,64}@[^\s@()<>,;]{1,190}")


def url(value: Any) -> str:
    """An absolute http or https URL, byte for byte as it was written.

    Whether its address may be requested is checked on connection, not here.
    """
    if not isinstance(value, str):
        raise BadValueError(f"{show(value)} is not text; write one URL, in quotes")
    if len(value) > URL_MAX:
        raise BadValueError(f"longer than {URL_MAX:,} characters; write a shorter URL")
    if _UNPRINTABLE.search(value.strip()):
        raise BadValueError(
            "a space or another mark that no URL has; write one URL, with %20 for a space in it"
        )
    if value != value.strip():
        raise BadValueError("begins or ends with a space; write the URL without it")
    try:
        parts = urlsplit(value)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError as exc:
        if "@" in value:
            raise BadValueError(_HIDDEN_URL) from None
        raise BadValueError(f"{show(value)} is not a URL: {exc}") from exc
    if parts.username is not None or parts.password is not None:
        raise BadValueError('contains a user name or password; write auth = { type = "basic", … } instead')
    if parts.scheme.lower() not in ("http", "https") or not has_host:
        if "@" in value:
            raise BadValueError(_HIDDEN_URL)
        example = f'; write "https://{value}"' if _NAMED_HOST.match(value) else '; write "https://…"'
        raise BadValueError(f"{show(value)} is not an absolute http or https URL with a host{example}")
    return value


def contact(value: Any) -> str:
    """A web or mail address for site owners to write to; may be empty."""
    if isinstance(value, str) and (not value or _MAIL.fullmatch(value)):
        return value
    if isinstance(value, str) and "://" in value and not set(value) & set("()"):
        return url(value)
    raise BadValueError(f'{show(value)} is neither a URL nor a mail address; write "desk@example.org"')


def host_name(value: str) -> str:
    """A host name, an IP address or `*`, in lower case."""
    name = value.strip("[]").lower()
    if name != "*" and not _is_address(name) and not _is_host(name):
        raise BadValueError(
            f'{show(value)} is not a host name; write only the name, as in [host."example.org"]'
        )
    return name


def private_range(value: Any) -> str:
    """A CIDR, address, host or host:port to which connections are allowed although it is not public."""
    if isinstance(value, str):
        host, _, port = value.rpartition(":")
        is_pair = port.isdecimal() and 0 < int(port) < 65_536 and (":" not in host or host.endswith("]"))
        name = (host if is_pair else value).removeprefix("[").removesuffix("]")
        if _is_network(value) or _is_address(name) or _is_host(name):
            return value.lower()
    raise BadValueError(f'{show(value)} is not a CIDR, host or host:port; write for example "10.0.0.0/8"')


def _is_host(value: str) -> bool:
    """Whether it is a host name: not what a URL parser takes for an IPv4 address, such as `300.1.1.1`."""
    return bool(_HOST.fullmatch(value)) and not _NUMBER_AT_END.search(value)


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def _is_network(value: str) -> bool:
    try:
        ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return True
