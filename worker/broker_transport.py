"""Celery's transport to Redis, with messages set aside that a worker cannot read.

With kombu's own such a message ends the worker, or has its consumer begin again, and comes back.
"""

import json
from contextlib import suppress
from typing import Any

from kombu.transport import redis as kombu_redis
from redis import exceptions

from worker.log_flood import Flood, more_of
from worker.logs import get_logger

# Of the broker, which is gone, is starting, has no room or takes no writes; DataError is of a message.
BROKER_FAULTS = (exceptions.ConnectionError, exceptions.TimeoutError, exceptions.ResponseError)

log = get_logger(__name__)
_flood = Flood()


class Channel(kombu_redis.Channel):
    """A channel that survives each message; a fault of the broker or of the machine is raised as before."""

    _taken: tuple[bytes, bytes] | None = None  # key of the queue and message, while it is handed on
    _pool: Any  # of kombu
    _plain_client: Any = None  # kombu makes one for each command

    def _create_client(self, asynchronous: bool = False) -> Any:
        """Return a client; those that are not asynchronous share one, which threads may do.

        A channel that is being closed has no pool any more, and may be unable to make one; its client has.
        """
        plain = self._plain_client
        if not asynchronous and plain is not None and self._pool in (None, plain.connection_pool):
            return plain
        client = super()._create_client(asynchronous)  # type: ignore[misc]
        client.set_response_callback("BRPOP", self._note_taken)
        if not asynchronous:
            self._plain_client = client
        return client

    def _note_taken(self, response: Any, **_: Any) -> Any:
        """Called with the raw response, before kombu parses it."""
        self._taken = tuple(response) if response else None
        return self._taken

    def _brpop_read(self, **options: Any) -> Any:
        """Read a message and hand it on."""
        try:
            return super()._brpop_read(**options)  # type: ignore[misc]
        except BROKER_FAULTS:
            raise
        except Exception as exc:
            if self._taken is None or not self._set_aside(self._taken[0], self._taken[1], exc):
                raise
            return True
        finally:
            self._taken = None

    def _receive(self) -> Any:
        """Read a message to all workers, of which Redis keeps none."""
        try:
            return super()._receive()  # type: ignore[misc]
        except BROKER_FAULTS:
            raise
        except Exception as exc:  # noqa: BLE001 - whatever another program sent
            if (left_out := _flood.left_out()) is not None:
                about = {"error": f"{type(exc).__name__}: {exc}", **more_of(left_out)}
                log.error("a message to all workers cannot be read", **about)  # noqa: TRY400 - not a bug of ours
            return True

    def _set_aside(self, queue: bytes, message: bytes, error: Exception) -> bool:
        """Set a message aside and forget it, if the error is its fault; returns whether it is."""
        from worker.flows import queue_guard  # noqa: PLC0415 - needed here only
        from worker.flows.services import services  # noqa: PLC0415

        if not queue_guard.is_at_fault(message):
            return False
        queue_guard.set_aside(services(), queue.decode(), message, error)
        with suppress(LookupError, TypeError, ValueError, RecursionError, exceptions.DataError):
            tag = json.loads(message)["properties"]["delivery_tag"]
            self.qos.get(tag)  # raises KeyError if it was not recorded as under way
            self.qos.ack(tag)
        return True


class Transport(kombu_redis.Transport):
    """The transport of all URLs of Redis."""

    Channel = Channel
