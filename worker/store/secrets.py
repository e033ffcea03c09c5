"""The secrets of the stored config, for processes that show stored data without reading the config file."""

from datetime import datetime

from sqlalchemy import Connection, Text, cast, or_, select

from worker.config import feed_from_json, remember_service
from worker.store.config import read_config
from worker.store.models import Feed

# Signs of secrets in the stored config of a feed: a reference, a header field, or parts of its URL.
SIGNS = ('"env:', '"file:', '"headers": [[', "?", ";", "#", "@")

_learned: set[datetime] = set()  # load times of the configs whose secrets are registered


def learn_secrets(connection: Connection) -> None:
    """Register the secrets of all stored feeds for redaction; once for each config."""
    config = read_config(connection)
    if config is None or config.loaded_at is None or config.loaded_at in _learned:
        return
    held = cast(Feed.config, Text)
    where = or_(*(held.contains(sign) for sign in SIGNS))
    for stored in connection.scalars(select(Feed.config).where(where)):
        feed_from_json(stored)
    remember_service(config.service)
    _learned.add(config.loaded_at)
