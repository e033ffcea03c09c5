"""A channel to the broker has one client, and has it still while it is being closed."""

from worker.celery_app import app
from worker.flows.services import Services


def test_the_commands_of_a_channel_share_one_client_until_its_end(services: Services) -> None:
    with app.connection(hostname=services.settings.broker_url) as connection:
        channel = connection.channel()
        with channel.conn_or_acquire() as client, channel.conn_or_acquire() as again:
            assert client is again
        assert channel.client is not client, "it waits for messages, and nothing else may use it"
        client_of_transport, channel.connection.client = channel.connection.client, None
        channel._disconnect_pools()  # as kombu does when the broker is lost
        with channel.conn_or_acquire() as last:
            assert last.ping()
        channel.connection.client = client_of_transport
