"""All keys of the config file: their tables, their readers, and the record fields that they set."""

from collections.abc import Mapping
from dataclasses import dataclass

from worker.config import addresses, alerts, logins, values
from worker.config.values import DAY_S, Read

_HOUR_S = 3_600.0
INTERVAL_MIN_S = 1.0  # no host allows more
INTERVAL_MAX_S = 30 * DAY_S  # at least one poll a month


@dataclass(frozen=True, slots=True)
class Key:
    """A config key: the record field that it sets, and the reader of its value."""

    field: str
    read: Read


# Keys of [defaults], which each [[feed]] may override.
SHARED_KEYS: Mapping[str, Key] = {
    "interval": Key("interval_s", values.duration(INTERVAL_MIN_S, INTERVAL_MAX_S)),
    "min_interval": Key("min_interval_s", values.duration(high_s=INTERVAL_MAX_S)),
    "max_interval": Key("max_interval_s", values.duration(high_s=INTERVAL_MAX_S)),
    "adaptive": Key("adaptive", values.boolean),
    "timeout": Key("timeout_s", values.duration(high_s=_HOUR_S)),
    "max_body": Key("max_body_bytes", values.size),
    "extract": Key("extract", values.choice("new", "new+updated", "off")),
    "extract_copies": Key("extract_copies", values.boolean),
    "extract_kinds": Key("extract_kinds", values.kinds),
    "first_poll": Key("first_poll_s", values.duration(low_s=0)),
    "keep": Key("keep_s", values.keep),
    "quiet_alert": Key("quiet_alert", values.duration_or("auto", "off")),
    "recheck": Key("recheck_s", values.duration()),
    "moved_after": Key("moved_after_s", values.duration(low_s=0)),
    "moved_hits": Key("moved_hits", values.whole(1, 1_000)),
    "dead_after": Key("dead_after_s", values.duration()),
    "lang": Key("lang", values.language),
    "timezone": Key("timezone", values.timezone),
}
FEED_KEYS: Mapping[str, Key] = {
    "id": Key("id", values.feed_id),
    "url": Key("url", addresses.url),
    "tags": Key("tags", values.strings(values.tag)),
    "agency": Key("agency", values.text),
    "auth": Key("auth", logins.auth),
    "headers": Key("headers", logins.headers),
    "include": Key("include", values.strings(values.pattern)),
    "exclude": Key("exclude", values.strings(values.pattern)),
    "enabled": Key("enabled", values.boolean),
    **SHARED_KEYS,
}
HOST_KEYS: Mapping[str, Key] = {
    "concurrency": Key("concurrency", values.whole(1, 100)),
    "delay": Key("delay_s", values.duration(low_s=0, high_s=_HOUR_S)),
    "retry_after_scope": Key("retry_after_scope", values.choice("host", "feed")),
}
PUSH_KEYS: Mapping[str, Key] = {
    "name": Key("name", values.feed_id),
    "url": Key("url", logins.reference),
    "secrets": Key("secrets", values.strings(logins.reference)),
    "events": Key("events", values.strings(alerts.push_kind)),
    "tags": Key("tags", values.strings(values.tag)),
    "agencies": Key("agencies", values.strings(values.text)),
    "form": Key("form", values.choice("standard", "slack")),
}
KIND_KEYS: Mapping[str, Key] = {
    "concurrency": Key("concurrency", values.whole(1, 1_000)),
}
# Tables that set fields of the config itself.
PLAIN_TABLES: Mapping[str, Mapping[str, Key]] = {
    "http": {
        "contact": Key("contact", addresses.contact),
        "allow_private": Key("allow_private", values.strings(addresses.private_range)),
        "global_rate": Key("global_rate_per_s", values.rate),
    },
    "stories": {"window": Key("window_s", values.duration(low_s=_HOUR_S))},
    "alerts": {
        "webhook": Key("webhook", logins.reference),
        "webhook_secret": Key("webhook_secret", logins.reference),
        "form": Key("form", values.choice("standard", "slack")),
        "mail_to": Key("mail_to", values.strings(alerts.mail_address)),
        "mail_from": Key("mail_from", alerts.mail_address),
        "smtp": Key("smtp", alerts.mail_server),
        "smtp_tls": Key("smtp_tls", values.choice("starttls", "tls", "off")),
        "smtp_user": Key("smtp_user", values.text),
        "smtp_password": Key("smtp_password", logins.reference),
        "kinds": Key("kinds", values.strings(alerts.event_kind)),
        "group": Key("group_s", values.duration(low_s=0, high_s=_HOUR_S)),
        "pause": Key("pause_s", values.duration(low_s=0, high_s=DAY_S)),
        "quiet_hours": Key("quiet_hours", alerts.quiet_hours),
        "timezone": Key("timezone", values.timezone),
    },
}
TABLES: Mapping[str, Mapping[str, Key]] = {
    "defaults": SHARED_KEYS,
    **PLAIN_TABLES,
    "host": HOST_KEYS,
    "kind": KIND_KEYS,
    "feed": FEED_KEYS,
    "push": PUSH_KEYS,
}
HEADERS: Mapping[str, str] = {
    "host": '[host."*"]', "kind": "[kind.NAME]", "feed": "[[feed]]", "push": "[[push]]"
}  # fmt: skip


# What operators write, and what they mean: (table, key) -> the remedy. An empty table stands for any.
_ALIASES: Mapping[tuple[str, str], str] = {
    **dict.fromkeys(
        (("feed", "user"), ("feed", "username"), ("feed", "password"), ("feed", "token")),
        'write auth = { type = "basic", user = "…", password = "env:NAME" }',
    ),
    **dict.fromkeys((("feed", "name"), ("feed", "title")), "a feed has an id and no other name"),
    **dict.fromkeys((("feed", "link"), ("feed", "href"), ("feed", "xmlUrl")), 'write url = "https://…"'),
    **dict.fromkeys((("feed", "category"), ("feed", "categories")), 'write tags = ["…"]'),
    **dict.fromkeys(
        (("feed", "disabled"), ("feed", "active"), ("feed", "paused")), "write enabled = false to pause it"
    ),
    **dict.fromkeys((("feed", "every"), ("feed", "ttl"), ("feed", "refresh")), 'write interval = "15m"'),
    ("feed", "user_agent"): "set contact in [http]; the agent is the same for every feed",
    ("http", "user_agent"): "set contact; it becomes part of the agent",
    ("http", "proxy"): "requests are sent directly",
    **dict.fromkeys((("push", "secret"), ("push", "key")), 'write secrets = ["env:NAME"]'),
    **dict.fromkeys((("push", "tag"), ("push", "tagged")), 'write tags = ["…"]'),
    ("push", "agency"): 'write agencies = ["…"]',
    ("push", "id"): 'write name = "…"',
    ("push", "webhook"): 'write url = "env:NAME"',
    ("push", "kinds"): 'write events = ["…"]',
    ("alerts", "url"): 'write webhook = "env:NAME"',
    ("alerts", "slack"): 'write webhook = "env:NAME" and form = "slack"',
    ("alerts", "email"): 'write mail_to = ["…"] and smtp = "smtp.example.org:587"',
}


def find_home(key: str, besides: str) -> str | None:
    """The table that a misplaced key belongs to, as written in the file."""
    for name, keys in TABLES.items():
        if name != besides and key in keys:
            return HEADERS.get(name, f"[{name}]")
    return None


def explain_unknown(key: str, table: str) -> str:
    """The message for an unknown key, with the nearest known key or its right table."""
    if alias := _ALIASES.get((table, key)):
        return f'unknown key "{key}"; {alias}'
    home = find_home(key, table)
    if home:
        return f'unknown key "{key}"; it belongs in {home}'
    near = values.nearest(key, list(TABLES[table]))
    return f'unknown key "{key}"{near or "; known: " + ", ".join(TABLES[table])}'
