"""The config file: reading, validating and comparing what the operator wrote."""

from worker.config.load import in_file_order, load_config, read_files
from worker.config.logins import MISSING_WORDS, is_reference, resolve_secret
from worker.config.secrets import remember_service
from worker.config.sources import config_digest
from worker.config.transfer import feed_from_json, feed_to_json, fingerprint, reads_alike

__all__ = [
    "MISSING_WORDS",
    "config_digest",
    "feed_from_json",
    "feed_to_json",
    "fingerprint",
    "in_file_order",
    "is_reference",
    "load_config",
    "read_files",
    "reads_alike",
    "remember_service",
    "resolve_secret",
]
