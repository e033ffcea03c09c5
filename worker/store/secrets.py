"""The secrets and ids of the stored config, for processes that show stored data without the config file."""

from datetime import datetime

from sqlalchemy import Connection, Text, cast, func, or_, select

from worker.config import feed_from_json, remember_service
from worker.redaction import remember_id
from worker.redaction_forms import ID_ENDINGS
from worker.store.config import read_config
from worker.store.models import ConfigState, Feed

# Signs of secrets in the stored config of a feed: a reference, a header field, or parts of its URL.
SIGNS = ('"env:', '"file:', '"headers": [[', "?", ";", "#", "@")

_learned: set[datetime] = set()  # load times of the configs whose secrets are registered
_learned_ids: set[datetime] = set()  # the same for ids


def learn_secrets(connection: Connection) -> None:
    """Register the secrets of all stored feeds for redaction; once for each config."""
    config = read_config(connection)
    if config is None or config.loaded_at is None or config.loaded_at in _learned:
        return
    learn_ids(connection)
    held = cast(Feed.config, Text)
    where = or_(*(held.contains(sign) for sign in SIGNS))
    for stored in connection.scalars(select(Feed.config).where(where)):
        feed_from_json(stored)
    remember_service(config.service)
    _learned.add(config.loaded_at)


def learn_ids(connection: Connection) -> None:
    """Register the ids of stored feeds that could be taken for names of secrets; once for each config."""
    loaded_at = connection.scalar(select(ConfigState.loaded_at))
    if loaded_at is None or loaded_at in _learned_ids:
        return
    name = func.lower(Feed.id)
    for feed in connection.scalars(select(Feed.id).where(or_(*(name.endswith(end) for end in ID_ENDINGS)))):
        remember_id(feed)
    _learned_ids.add(loaded_at)
