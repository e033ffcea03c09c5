"""The sentence that reports a fault of the database or the broker, the same in every command."""

from urllib.parse import urlsplit

BROKER_HINT = "is `wireroom run` (or Redis) running?"
LOGIN_REFUSED = "it refuses our login"
FULL_DISK = "the disk is full"
LINE_CHARS = 200  # of a library's message
# Words of SQLite, PostgreSQL (messages of SQLSTATE 28, 42501, 53, 57P03, 25006), Redis or Valkey, OpenSSL.
_CAUSES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (FULL_DISK, ("disk is full", "no space left", "disk full", "disk quota exceeded", "misconf")),
    ("it is read-only", ("readonly database", "read-only", "read only replica")),
    ("no permission", ("permission denied", "insufficient privilege")),
    ("no permission, or its file system is read-only", ("unable to open database file",)),
    (
        LOGIN_REFUSED,
        (
            *("authentication failed", "authentication required", "invalid username-password"),
            *("client already authenticated", "no pg_hba.conf"),
        ),
    ),
    ("it has no such database or role", ('fatal:  database "', 'fatal:  role "')),
    ("it has no connection left", ("too many connections", "too many clients", "connection slots")),
    ("it is out of memory", ("out of memory", "not allowed when used memory")),
    ("its disk has errors", ("disk i/o error", "could not read block", "input/output error")),
    ("another process holds it", ("database is locked",)),
    ("it is starting", ("starting up", "loading the dataset")),
    (
        "its certificate is not accepted; ssl_ca_certs=PATH in its URL names the authority",
        ("certificate_verify_failed", "certificate verify failed"),
    ),
    ("it wants a certificate of ours", ("certificate required", "certificate_required")),
    (
        "it does not speak TLS, or only TLS",
        ("wrong version number", "wrong_version_number", "record layer failure", "record_layer_failure"),
    ),
    (
        "its host name is not known",
        (
            *("name or service not known", "name resolution", "could not translate host name"),
            *("nodename nor servname", "no address associated with hostname", "failed to resolve host"),
        ),
    ),
)
# PostgreSQL's words for what only an operator can mend: SQLSTATE 28, 3D000; OpenSSL's
_LASTING = (
    *("authentication failed", "authentication required", "no pg_hba.conf", "permission denied"),
    *("does not exist", "cannot be used", "certificate verify failed", "certificate required"),
)
# of the operating system and the client of Redis: nothing is there to respond
_SILENCE = ("connection refused", "no such file", "timed out", "timeout")
_CLOSED = ("closed the connection", "connection closed by", "connection reset by")


def name_cause(text: str) -> str:
    """The cause of a database or broker error in a few words; empty if unknown."""
    lower = text.lower()
    return next((cause for cause, signs in _CAUSES if any(sign in lower for sign in signs)), "")


def may_pass(text: str) -> bool:
    """Whether a fault may end without an operator: not a refused login, database or certificate."""
    lower = text.lower()
    return not any(sign in lower for sign in _LASTING)


def explain(text: str) -> str:
    """An error message, prefixed with its cause if that is known and not part of it."""
    cause = name_cause(text)
    return f"{cause}: {text}" if cause and cause not in text else text


def describe_database_fault(text: str) -> str:
    """The sentence for an error of the database's driver: it does not respond, or does not work, and why."""
    said = _first_line(text)
    if said.startswith("connection failed: connection "):  # psycopg's words before those of libpq
        said = said.removeprefix("connection failed: ")
    return f"the database does not {'work' if name_cause(said) else 'respond'}: {explain(said)}"


def broker_hint(broker_url: str | None) -> str:
    """What to look at if nothing responds at the broker of this URL; None: that of `wireroom run`."""
    if broker_url is None:
        return BROKER_HINT
    return f"is Redis or Valkey running at {urlsplit(broker_url).hostname or 'its socket'}?"


def describe_broker_fault(text: str, *, is_refused: bool = False, hint: str = BROKER_HINT) -> str:
    """The sentence for an error on the way to the broker, or, if `is_refused`, for its own reply."""
    said = _first_line(text)
    if is_refused or name_cause(said):
        return f"{name_broker_fault(said, is_refused=is_refused)}: {said}"
    if any(sign in said.lower() for sign in _CLOSED):
        return (
            "the broker does not respond: it closes connections; a server with TLS needs rediss:// in its URL"
        )
    known = not said or any(sign in said.lower() for sign in _SILENCE)
    return f"the broker does not respond: {hint if known else f'{said}; {hint}'}"


def name_broker_fault(text: str, *, is_refused: bool = False) -> str:
    """The same without the library's message."""
    cause = name_cause(text)
    if cause:
        return f"the broker does not work: {cause}"
    return "the broker does not work" if is_refused else "the broker does not respond"


def _first_line(text: str) -> str:
    """The first line of a message, with the next one if it only announces that."""
    said = ""
    for line in filter(None, map(str.strip, text.splitlines())):
        said = f"{said} {line}".strip()
        if not said.endswith(":"):
            break
    return said[:LINE_CHARS]
