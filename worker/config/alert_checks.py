"""What the keys of `[alerts]` need of each other, and whether its secrets can be used."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from worker.config.alerts import read_key
from worker.config.logins import resolve_secret, unusable
from worker.config.tables import Gathered, Table
from worker.config.values import BadValueError
from worker.errors import ConfigError


def check_alerts(gathered: Gathered) -> None:
    """Report keys that lack another one, and secrets that cannot be read or used here."""
    fields = gathered.fields.get("alerts", {})
    for key, message in _find_faults(gathered, fields):
        gathered.problems.append(_table_of(gathered, key).problem(message, key))
    for key, resolve in ALERT_SECRETS.items():
        if key in fields and (fault := find_secret_fault(fields[key], resolve)):
            gathered.missing.append(_table_of(gathered, key).problem(f"{key}: {fault}", key))


def _table_of(gathered: Gathered, key: str) -> Table:
    """The table that has the key; several files may have an [alerts] of their own."""
    return gathered.set_in.get(("alerts", key)) or gathered.tables["alerts"]


def _find_faults(gathered: Gathered, fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is missing, as (key, message)."""
    needs = {
        "webhook_secret": ("webhook", 'the URL to sign for; add webhook = "env:NAME"'),
        "form": ("webhook", 'the URL that it is for; add webhook = "env:NAME"'),
        "mail_to": ("smtp", 'the server to send by; add smtp = "smtp.example.org:587"'),
        "smtp": ("mail_to", 'the recipients; add mail_to = ["desk@example.org"]'),
        "mail_from": ("mail_to", 'the recipients; add mail_to = ["desk@example.org"]'),
        "smtp_tls": ("smtp", 'the server that it is for; add smtp = "smtp.example.org:587"'),
        "smtp_user": ("smtp_password", 'the password; add smtp_password = "env:NAME"'),
        "smtp_password": ("smtp_user", 'the user; add smtp_user = "…"'),
    }
    for key, (other, why) in needs.items():
        if key in fields and ("alerts", other) not in gathered.set_in:
            yield key, f"{key} needs {other}, {why}"
    if fields.get("smtp_tls") == "off" and "smtp_user" in fields:
        yield "smtp_tls", 'smtp_tls = "off" would send the password unencrypted; write "starttls" or "tls"'


def find_secret_fault(reference: str, resolve: Callable[[str], object]) -> str | None:
    """Why one of the functions below cannot read a secret here; None if it can."""
    try:
        resolve(reference)
    except ConfigError as exc:
        return exc.problems[0].message
    return None


def resolve_url(reference: str) -> str:
    """The address of a receiver. Raises ConfigError, which names the reference, as do the next two."""
    url = resolve_secret(reference)
    if not _is_web_url(url):
        raise unusable(reference, "it is not an http or https URL")
    return url


def resolve_key(reference: str) -> bytes:
    """The key of signatures."""
    try:
        return read_key(resolve_secret(reference))
    except BadValueError as exc:
        raise unusable(reference, str(exc)) from exc


def resolve_mail_password(reference: str) -> str:
    """The password of a mail server, to which smtplib sends ASCII only."""
    password = resolve_secret(reference)
    if not password.isascii():
        raise unusable(reference, "it has characters other than ASCII, which cannot be sent to a mail server")
    return password


ALERT_SECRETS: Mapping[str, Callable[[str], object]] = {
    "webhook": resolve_url,
    "webhook_secret": resolve_key,
    "smtp_password": resolve_mail_password,
}
"""How each secret of `[alerts]` is read."""


def _is_web_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False
