"""The config file: reading, validating and comparing what the operator wrote."""

from typing import TYPE_CHECKING

from worker.public_names import import_on_use

if TYPE_CHECKING:
    from worker.config.load import in_file_order, load_config, read_files
    from worker.config.logins import MISSING_WORDS, is_reference, resolve_secret
    from worker.config.references import find_references
    from worker.config.secrets import find_secret_faults, remember_service, sum_up_faults
    from worker.config.sources import config_digest
    from worker.config.transfer import feed_from_json, feed_to_json, fingerprint, reading_rules, reads_alike

__all__ = [
    "MISSING_WORDS",
    "config_digest",
    "feed_from_json",
    "feed_to_json",
    "find_references",
    "find_secret_faults",
    "fingerprint",
    "in_file_order",
    "is_reference",
    "load_config",
    "read_files",
    "reading_rules",
    "reads_alike",
    "remember_service",
    "resolve_secret",
    "sum_up_faults",
]

# imported on first use: what reads the database needs no parser of config files
__getattr__ = import_on_use(
    __name__,
    {
        "worker.config.load": "in_file_order load_config read_files",
        "worker.config.logins": "MISSING_WORDS is_reference resolve_secret",
        "worker.config.references": "find_references",
        "worker.config.secrets": "find_secret_faults remember_service sum_up_faults",
        "worker.config.sources": "config_digest",
        "worker.config.transfer": "feed_from_json feed_to_json fingerprint reading_rules reads_alike",
    },
)
