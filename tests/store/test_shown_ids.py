"""The id of a stored feed is not taken for the name of a secret in what is shown of it."""

from tests.store.samples import NOW, make_feed, sync
from worker import redaction
from worker.redaction import redact
from worker.store import events as event_store
from worker.store import secrets
from worker.store.models import ConfigState


def test_a_message_about_a_feed_is_shown_by_a_process_that_did_not_read_its_config(database, monkeypatch):
    with database.write() as connection:
        sync(connection, make_feed("api-token"))
        connection.execute(ConfigState.__table__.insert(), {"id": 1, "loaded_at": NOW, "service": {}})
    message = "api-token: gone from host.example, tried with api-token: q7Zw1x"
    with database.write() as connection:
        event_store.add_events(connection, NOW, [("feed.gone", message)], feed_id="api-token")
    monkeypatch.setattr(redaction, "_ids", set())
    monkeypatch.setattr(secrets, "_learned_ids", set())
    assert redact("api-token: gone") == "api-token: ***"
    with database.read() as connection:
        [(_, _, _, shown)] = event_store.recent_events(connection, NOW, 1)
    assert shown == "api-token: gone from host.example, tried with api-token: ***"
