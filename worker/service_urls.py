"""Check the URLs of the database and the broker before a library fails on them in its own words.

No message quotes a URL: what a mistyped one has in place of its host or port may be a part of the password.
"""

import base64
import hmac
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

DATABASE_FORMS = "sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/NAME"
BROKER_FORMS = "redis://:PASSWORD@HOST:PORT/NUMBER, rediss://… or redis+socket:///PATH?virtual_host=NUMBER"
LISTEN_FORMS = "PORT, HOST:PORT or [IPv6]:PORT, for example 127.0.0.1:9150"
WEB_FORM = "https://HOST or https://HOST:PORT/PATH"
_SQLITE = "sqlite:///"
TLS_FILES = (
    "ssl_ca_certs",
    "ssl_certfile",
    "ssl_keyfile",
)  # options of a rediss:// URL, as redis-py has them
CERTIFICATE_CHECKS = ("none", "optional", "required")
LOOPBACK = "127.0.0.1"
_ESCAPES = ", with special characters of the password percent-encoded, such as %40 for @ and %2F for /"
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
# as SQLAlchemy reads it: the name ends at the first colon, the password at the first @ after it
_USERINFO = re.compile(r"(?:[^:/]*(?::[^@]*)?@)?")
_USER = re.compile(r"[^:/@?]*@")
_NOT_IN_HOST = re.compile(r"[\s@\[\]<>\"'\\]")
_BAD_HOST = "its host is not valid"
_BAD_PORT = "its port is not a number from 1 to 65535"


def find_database_fault(url: str) -> str | None:
    """Return what is wrong with a database URL and how to write one, or None; it may still not respond."""
    scheme, sep, rest = url.partition("://")
    fault: str | None = "it is not the URL of a database"
    if sep and scheme == "sqlite":
        fault = _sqlite_fault(rest)
    elif sep and scheme == "postgresql+psycopg":
        fault = _characters_fault(url) or _postgres_fault(rest)
    return f"{fault}; write {DATABASE_FORMS}{_ESCAPES if '@' in url else ''}" if fault else None


def find_broker_fault(url: str) -> str | None:
    """Return what is wrong with a broker URL and how to write one, or None; it may still not respond."""
    scheme = url.partition("://")[0]
    fault: str | None = "it is not the URL of a Redis or Valkey server"
    if scheme in {"redis", "rediss", "redis+socket"} and "://" in url:
        fault = _characters_fault(url) or _redis_fault(url, scheme)
    return f"{fault}; write {BROKER_FORMS}{_ESCAPES if '@' in url else ''}" if fault else None


def find_web_fault(url: str) -> str | None:
    """Return what is wrong with the public URL of the web pages, or None."""
    scheme, sep, rest = url.partition("://")
    address, _, path = rest.partition("/")
    if not sep or scheme not in {"http", "https"} or not address or address.startswith(":"):
        return f"it is not the URL of a web server; write {WEB_FORM}"
    if _UNPRINTABLE.search(url) or re.search(r"[?#\s]", address + path):
        return f"it has a query, a fragment or a space; write {WEB_FORM}"
    fault = _address_fault(address)
    return f"{fault}; write {WEB_FORM}" if fault else None


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file, in which a percent sign and a question mark of its path are encoded."""
    return f"sqlite:///{str(path).replace('%', '%25').replace('?', '%3F')}"


def sqlite_path(url: str) -> Path | None:
    """The path of a SQLite file by its URL; None for another database."""
    return Path(unquote(url.removeprefix(_SQLITE))) if url.startswith(_SQLITE) else None


def with_password(url: str, password: str) -> str:
    """A URL of a server with this password, whatever characters it has. Raises ValueError with the reason."""
    scheme, sep, rest = url.partition("://")
    if not sep or scheme in {"sqlite", "redis+socket"}:
        raise ValueError("the URL is not set, or is not that of a server")
    user = _USER.match(rest)
    if not user and "@" in rest.partition("?")[0]:
        raise ValueError("the URL has a password, too; set one of them")
    if not user and scheme.startswith("postgresql"):
        raise ValueError("the URL has no user; write postgresql://USER@HOST:PORT/NAME")
    name = user[0].removesuffix("@") if user else ""
    return f"{scheme}://{name}:{quote(password, safe='')}@{rest[user.end() if user else 0 :]}"


def read_listen_address(text: str) -> tuple[str, int]:
    """Host and port of `HOST:PORT`, or of `PORT` alone, which is a port of loopback. Raises ValueError."""
    address = text.removeprefix(":") if text.count(":") == 1 else text
    if address.isdigit():
        address = f"{LOOPBACK}:{address}"
    host, _, port = address.rpartition(":")
    is_bare_ipv6 = address.endswith("]") or (":" in host and not host.startswith("["))
    fault = "it has no port" if not host or is_bare_ipv6 else _address_fault(address)
    if fault:
        raise ValueError(f'"{text}" is not an address to listen on: {fault}; write {LISTEN_FORMS}')
    return host.strip("[]"), int(port)


def is_loopback(address: str) -> bool:
    """Whether only this machine can connect to the address."""
    import ipaddress  # noqa: PLC0415 - few commands ask

    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def find_listen_fault(what: str, address: str, logins: str, setting: str) -> str | None:
    """Why something may not listen: beyond loopback without a password, or with half a login; or None.

    `what` says in words what would not be done; `logins` is USER:PASSWORD, several separated by commas, as in
    the variable `setting`.
    """
    pairs = [login.partition(":") for login in logins.split(",")] if logins else []
    if not all(user.strip() and password.strip() for user, _, password in pairs):
        return f"{setting}: write user:password"
    if not pairs and not is_loopback(address):
        return f"{what} on {address} without a password: set {setting}=user:password"
    return None


def has_login(authorization: str, logins: str) -> bool:
    """Whether a request's Authorization has one of the logins: Basic authentication (RFC 7617).

    `logins` is USER:PASSWORD, several separated by commas.
    """
    scheme, _, given = authorization.partition(" ")
    token = given.strip().encode("latin-1", "replace")
    accepted = [base64.b64encode(login.strip().encode()) for login in logins.split(",")]
    return scheme.lower() == "basic" and any(hmac.compare_digest(token, one) for one in accepted)


def _characters_fault(url: str) -> str | None:
    if _UNPRINTABLE.search(url) or "\0" in unquote(url):
        return "it contains a control character or bytes that are not UTF-8"
    return None


def _sqlite_fault(rest: str) -> str | None:
    path = rest.removeprefix("/")
    if _UNPRINTABLE.search(path) or _UNPRINTABLE.search(unquote(path, errors="surrogateescape")):
        return "its path contains a control character or bytes that are not UTF-8"
    if not rest.startswith("/") or path in {"", ":memory:"}:
        return "it has no path of a file"
    is_odd = path.startswith("file:") or "?" in path
    return "a path with file: or ? cannot be used (%3F stands for ?)" if is_odd else None


def _postgres_fault(rest: str) -> str | None:
    userinfo = _USERINFO.match(rest)
    after = rest[userinfo.end() if userinfo else 0 :]
    address = re.split(r"[/?]", after, maxsplit=1)[0]
    options = parse_qsl(after.partition("?")[2])
    ports = [port for name, value in options if name == "port" for port in value.split(",")]
    return _address_fault(address) or next(filter(None, map(_port_fault, ports)), None)


def _redis_fault(url: str, scheme: str) -> str | None:
    if "#" in url:
        return "it contains #"
    try:
        parts = urlsplit(url)
    except ValueError:
        return _BAD_HOST
    options = parse_qsl(parts.query, keep_blank_values=True)
    if scheme == "redis+socket":
        names, number = {"virtual_host"}, dict(options).get("virtual_host", "0")
        address_fault = None if parts.netloc or parts.path.strip("/") else "it has no path of a socket"
    else:
        names, number = set(), parts.path.removeprefix("/")
        address_fault = _address_fault(parts.netloc.rpartition("@")[2])
    if address_fault:
        return address_fault
    if not re.fullmatch(r"/?[0-9]{0,4}", number):
        return "its database is not a number"
    has_other = any(
        name not in names and not (scheme == "rediss" and name.startswith("ssl_")) for name, _ in options
    )
    return "it has options that are not supported" if has_other else _tls_fault(dict(options))


def _tls_fault(options: Mapping[str, str]) -> str | None:
    """Return which option of TLS cannot be used."""
    if (checked := options.get("ssl_cert_reqs", "required")) not in CERTIFICATE_CHECKS:
        return f"its ssl_cert_reqs is {checked!r}, not {', '.join(CERTIFICATE_CHECKS)}"
    try:
        absent = [name for name in TLS_FILES if name in options and not Path(options[name]).is_file()]
    except (OSError, ValueError):
        absent = list(TLS_FILES)
    return f"its {absent[0]} is not the path of a file that can be found" if absent else None


def _address_fault(address: str) -> str | None:
    """Return what is wrong with HOST:PORT or [IPv6]:PORT; either may be missing."""
    if address.startswith("["):
        host, bracket, port = address[1:].partition("]")
        if not bracket or not re.fullmatch(r"[0-9a-fA-F:.]+(?:%[\w.-]+)?", host) or port[:1] not in {"", ":"}:
            return _BAD_HOST
        return _port_fault(port[1:]) if port else None
    host, colon, port = address.partition(":")
    if _NOT_IN_HOST.search(host):
        return _BAD_HOST
    return _port_fault(port) if colon else None


def _port_fault(port: str) -> str | None:
    is_good = port.isascii() and port.isdigit() and len(port) < 6 and 0 < int(port) < 65536
    return None if is_good else _BAD_PORT
