"""The config file: reading, validating and comparing what the operator wrote."""

from worker.catalog.load import load_catalog
from worker.catalog.logins import MISSING_WORDS, is_reference, resolve_secret
from worker.catalog.secrets import references, remember_service
from worker.catalog.sources import config_digest
from worker.catalog.transfer import feed_from_json, feed_to_json, fingerprint, reads_alike

__all__ = [
    "MISSING_WORDS",
    "config_digest",
    "feed_from_json",
    "feed_to_json",
    "fingerprint",
    "is_reference",
    "load_catalog",
    "reads_alike",
    "references",
    "remember_service",
    "resolve_secret",
]
