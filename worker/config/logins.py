"""Logins and header fields of a feed: secrets only as references, no fields that the poller sets."""

import re
import unicodedata
from pathlib import Path
from typing import Any

from worker.config.values import BadValueError, nearest, show
from worker.env_file import explain_missing, read_variable
from worker.errors import ConfigError, ConfigProblem
from worker.records import Auth
from worker.redaction import remember
from worker.secret_files import UnusableSecretError, read_secret_file

MISSING_WORDS = "the secret "  # prefix of errors caused by a missing or unusable secret
_ENV = re.compile(r"env:([A-Za-z_][A-Za-z0-9_]*)")
_FILE = re.compile(r"file:(.+)", re.DOTALL)
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")  # RFC 9110 section 5.6.2
_HEADERS_MAX = 30
_VALUE_MAX = 4_000
_EXAMPLES = {"user": '"…"', "password": '"env:NAME"', "token": '"env:NAME"'}
_AUTH_KEYS = {"basic": ("user", "password"), "bearer": ("token",)}

# Fields that the poller sets (RFC 9110 sections 7, 8, 10, 12, 13; RFC 9112; RFC 3229), and the alternative.
_OWN_FIELDS = {
    "authorization": "write auth = { … } instead",
    "proxy-authorization": "feeds are requested directly",
    "cookie": "no cookies are sent",
    "referer": "no Referer is sent",
    "user-agent": "set contact in [http]; the agent is the same for every feed",
    "from": "set contact in [http]",
    "host": "it follows from the URL",
}
_OWN_FIELDS |= dict.fromkeys(
    (
        *("accept", "accept-encoding", "a-im", "range", "if-range", "if-match", "if-none-match"),
        *("if-modified-since", "if-unmodified-since", "connection", "keep-alive", "proxy-connection"),
        *("content-length", "content-type", "transfer-encoding", "te", "trailer", "upgrade", "expect"),
    ),
    "the poller sets it itself",
)


class MissingSecretError(ConfigError):
    """A secret is missing, perhaps only on this machine."""


def is_reference(value: str) -> bool:
    """Whether a value is `env:NAME` or `file:PATH`."""
    return bool(_ENV.fullmatch(value) or _FILE.fullmatch(value))


def reference(value: Any) -> str:
    """Read a reference to a secret; a literal secret is rejected without being shown."""
    if not isinstance(value, str) or not is_reference(value):
        raise BadValueError('secrets are not written here; write "env:NAME" or "file:PATH"')
    return value


def auth(value: Any) -> Auth:
    """Read a login: basic with user and password, or bearer with token."""
    if not isinstance(value, dict):
        raise BadValueError('write { type = "basic", user = "…", password = "env:NAME" }')
    kind = value.get("type")
    if not isinstance(kind, str) or kind not in _AUTH_KEYS:
        raise BadValueError(f'type {show(kind)} is not "basic" or "bearer"; write one of them')
    known = ("type", *_AUTH_KEYS[kind])
    for key in value:
        if key not in known:
            raise BadValueError(f'unknown key "{key}" for type "{kind}"{nearest(key, list(known))}')
    for key in _AUTH_KEYS[kind]:
        if not isinstance(value.get(key), str) or not value[key]:
            raise BadValueError(f'type "{kind}" needs {key}; add {key} = {_EXAMPLES[key]}')
    if kind == "bearer":
        return Auth("bearer", token=reference(value["token"]))
    if ":" in value["user"] or any(not mark.isprintable() for mark in value["user"]):
        raise BadValueError("user must not contain a colon or control characters (RFC 7617 section 2)")
    return Auth("basic", user=value["user"], password=reference(value["password"]))


def headers(value: Any) -> tuple[tuple[str, str], ...]:
    """Read the header fields of a feed; values may be references. Rejects fields that the poller sets."""
    if not isinstance(value, dict) or len(value) > _HEADERS_MAX:
        raise BadValueError(f'write {{ "X-Client" = "…" }}, at most {_HEADERS_MAX} fields')
    seen: set[str] = set()
    for name, content in value.items():
        _check_field(name, content)
        if name.lower() in seen:
            raise BadValueError(f'"{name}" is set twice')
        seen.add(name.lower())
    return tuple(value.items())


def _check_field(name: str, content: Any) -> None:
    if not _TOKEN.fullmatch(name):
        raise BadValueError(f"{show(name)} is not a header name")
    if name.lower() in _OWN_FIELDS:
        raise BadValueError(f'"{name}" cannot be set: {_OWN_FIELDS[name.lower()]}')
    if not isinstance(content, str) or len(content) > _VALUE_MAX:
        raise BadValueError(f'the value of "{name}" is not a text of at most {_VALUE_MAX} characters')
    if not content.isascii() or any(not mark.isprintable() for mark in content) or content != content.strip():
        raise BadValueError(f'the value of "{name}" is not plain ASCII without control characters')


def resolve_secret(value: str) -> str:
    """Return the secret of `env:NAME` or `file:PATH` (no trailing newlines) and register it for redaction.

    A variable is one of this process, or of its `.env`. Raises ConfigError, which names the reference and
    never the secret: MissingSecretError if it is missing or empty; also if it contains control characters,
    which are not allowed in headers and logins (RFC 9110 section 5.5, RFC 7617 section 2).
    """
    secret = _read_reference(value)
    remember(secret, secret.strip())
    if any(unicodedata.category(mark) == "Cc" for mark in secret):
        why = "it contains a line break or another control character; store it without"
        raise _unusable(value, why)
    return secret


def _read_reference(value: str) -> str:
    if match := _ENV.fullmatch(value):
        if secret := read_variable(match[1]):
            return secret
        raise _missing(value, explain_missing(match[1]))
    if match := _FILE.fullmatch(value):
        return _read_secret(value, Path(match[1]).expanduser())
    raise ConfigError([ConfigProblem("config", 'a secret must be written as "env:NAME" or "file:PATH"')])


def _read_secret(value: str, path: Path) -> str:
    try:
        return read_secret_file(path)
    except UnusableSecretError as exc:
        raise _unusable(value, str(exc)) from exc
    except ValueError as exc:
        raise _missing(value, str(exc)) from exc


def _missing(value: str, why: str) -> MissingSecretError:
    return MissingSecretError([ConfigProblem("config", f'{MISSING_WORDS}"{value}" is not there: {why}')])


def _unusable(value: str, why: str) -> ConfigError:
    return ConfigError([ConfigProblem("config", f'{MISSING_WORDS}"{value}" cannot be used: {why}')])
