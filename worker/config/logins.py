"""Logins and header fields of a feed: secrets only as references, no fields that the poller sets."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
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
_NO_SECRETS = 'secrets are not written here; write "env:NAME" or "file:PATH"'
_HEADERS_MAX = 30
_VALUE_MAX = 4_000
_EXAMPLES = {"user": '"…"', "password": '"env:NAME"', "token": '"env:NAME"'}
_AUTH_KEYS = {"basic": ("user", "password"), "bearer": ("token",)}

# Fields that the poller sets (RFC 9110 sections 7, 8, 10, 12, 13; RFC 9112; RFC 3229), and the alternative.
_OWN_FIELDS = {
    "authorization": "write auth = { … } instead",
    "proxy-authorization": "feeds are requested directly; remove it",
    "cookie": "no cookies are sent; remove it",
    "referer": "no Referer is sent; remove it",
    "user-agent": "set contact in [http]; the agent is the same for every feed",
    "from": "set contact in [http]",
    "host": "it follows from the URL; remove it",
}
_OWN_FIELDS |= dict.fromkeys(
    (
        *("accept", "accept-encoding", "a-im", "range", "if-range", "if-match", "if-none-match"),
        *("if-modified-since", "if-unmodified-since", "connection", "keep-alive", "proxy-connection"),
        *("content-length", "content-type", "transfer-encoding", "te", "trailer", "upgrade", "expect"),
    ),
    "the poller sets it itself; remove it",
)


class MissingSecretError(ConfigError):
    """A secret is not there, perhaps only on this machine; `why` says where it was looked for."""

    def __init__(self, reference: str, why: str) -> None:
        super().__init__([ConfigProblem("config", describe_missing([reference], why))])
        self.why = why


def describe_missing(references: Iterable[str], why: str) -> str:
    """The sentence for secrets that are missing for the same reason."""
    names = list(dict.fromkeys(f'{MISSING_WORDS}"{name}"' for name in references))
    return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} not there: {why}"


def is_reference(value: str) -> bool:
    """Whether a value is `env:NAME` or `file:PATH`."""
    return bool(_ENV.fullmatch(value) or _FILE.fullmatch(value))


def reference(value: Any) -> str:
    """Read a reference to a secret; a literal secret is rejected without being shown."""
    if not isinstance(value, str) or not is_reference(value):
        raise BadValueError(_NO_SECRETS)
    return value


def auth(value: Any) -> Auth:
    """Read a login: basic with user and password, or bearer with token."""
    if not isinstance(value, dict):
        raise BadValueError('write { type = "basic", user = "…", password = "env:NAME" }')
    kind = value.get("type")
    if not isinstance(kind, str) or kind not in _AUTH_KEYS:
        raise BadValueError(f'type {show(kind)} is not "basic" or "bearer"; write one of them')
    if error := BadValueError.of_parts(_find_auth_faults(kind, value)):
        raise error
    if kind == "bearer":
        return Auth("bearer", token=value["token"])
    return Auth("basic", user=value["user"], password=value["password"])


def _find_auth_faults(kind: str, value: Mapping[str, Any]) -> Iterator[tuple[tuple[str], str]]:
    known, mistyped = ("type", *_AUTH_KEYS[kind]), set[str]()
    others = f"; known: {', '.join(known)}"
    for key in value:
        if key not in known:
            near = nearest(key, list(known))
            mistyped |= {one for one in known if f'"{one}"' in near}
            yield (key,), f'unknown key "{key}" for type "{kind}"{near or others}'
    for key in _AUTH_KEYS[kind]:
        written = value.get(key)
        if not isinstance(written, str) or not written:
            if key not in mistyped:
                yield (key,), f'type "{kind}" needs {key}; add {key} = {_EXAMPLES[key]}'
        elif key != "user" and not is_reference(written):
            yield (key,), f"{key}: {_NO_SECRETS}"
        elif key == "user" and (":" in written or not written.isprintable()):
            yield (key,), "user must not contain a colon or control characters (RFC 7617 section 2)"


def headers(value: Any) -> tuple[tuple[str, str], ...]:
    """Read the header fields of a feed; values may be references. Rejects fields that the poller sets."""
    if not isinstance(value, dict) or len(value) > _HEADERS_MAX:
        raise BadValueError(f'write {{ "X-Client" = "…" }}, at most {_HEADERS_MAX} fields')
    written: dict[str, str] = {}
    faults = []
    for name, content in value.items():
        first = written.setdefault(name.lower(), name)
        twice = None if first == name else f'"{name}" is set already, as "{first}"; remove one'
        if fault := _find_field_fault(name, content) or twice:
            faults.append(((name,), fault))
    if error := BadValueError.of_parts(faults):
        raise error
    return tuple(value.items())


def _find_field_fault(name: str, content: Any) -> str | None:
    if not _TOKEN.fullmatch(name):
        return f'{show(name)} is not a header name; write a word such as "X-Client"'
    if name.lower() in _OWN_FIELDS:
        return f'"{name}" cannot be set: {_OWN_FIELDS[name.lower()]}'
    if not isinstance(content, str):
        return f'the value of "{name}" is not text; write it in quotes'
    if len(content) > _VALUE_MAX:
        return f'the value of "{name}" is longer than {_VALUE_MAX:,} characters'
    if not content.isascii() or not content.isprintable():
        return (
            f'the value of "{name}" is not plain ASCII without control characters; percent-encode the others'
        )
    if content != content.strip():
        return f'the value of "{name}" begins or ends with a space; remove it'
    return None


def resolve_secret(value: str) -> str:
    """Return the secret of `env:NAME` or `file:PATH` (no trailing newlines) and register it for redaction.

    A variable is one of this process, or of its `.env`. Raises ConfigError, which names the reference and
    never the secret: MissingSecretError if there is none; also if it cannot be read, or contains control
    characters, which are not allowed in headers and logins (RFC 9110 section 5.5, RFC 7617 section 2).
    """
    secret = _read_reference(value)
    remember(secret, secret.strip())
    if any(unicodedata.category(mark) == "Cc" for mark in secret):
        why = "it contains a line break or another control character; store it without"
        raise unusable(value, why)
    return secret


def _read_reference(value: str) -> str:
    if match := _ENV.fullmatch(value):
        if secret := read_variable(match[1]):
            return secret
        raise MissingSecretError(value, explain_missing(match[1]))
    if match := _FILE.fullmatch(value):
        return _read_secret(value, Path(match[1]).expanduser())
    raise ConfigError([ConfigProblem("config", 'a secret must be written as "env:NAME" or "file:PATH"')])


def _read_secret(value: str, path: Path) -> str:
    try:
        return read_secret_file(path)
    except UnusableSecretError as exc:
        raise unusable(value, str(exc)) from exc
    except ValueError as exc:
        raise MissingSecretError(value, str(exc)) from exc


def unusable(value: str, why: str) -> ConfigError:
    """The error for a secret that is there and cannot be used, by its reference."""
    return ConfigError([ConfigProblem("config", f'{MISSING_WORDS}"{value}" cannot be used: {why}')])
