"""Bounds on every wait for PostgreSQL, so that a stopped process or a dead network holds up no other one."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from worker.store.postgres_pool import APPLICATION, POOLED

# libpq: a peer that does not acknowledge is given up after about a minute, an unsent packet after half of one
CONNECT_ARGS: dict[str, Any] = {
    "connect_timeout": 5,
    "application_name": APPLICATION,
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How long, in seconds, PostgreSQL lets a connection wait or be idle before it ends what it does."""

    statement_s: float = 120.0
    lock_s: float = 20.0
    idle_in_transaction_s: float = 30.0  # for example of a stopped worker, which holds locks

    def apply(self, connection: Any, record: Any) -> None:
        """Set the limits of a new connection of the driver, unless it leads to a pooler.

        They are not options of the connection: the URL may have its own, and poolers refuse them.
        """
        if record.info[POOLED]:
            return
        with connection.cursor() as cursor:
            for name, limit_ms in self._settings():
                cursor.execute(f"SET {name} = {limit_ms}")
        connection.commit()

    def apply_to_transaction(self, connection: Connection) -> None:
        """Set the limits of one transaction, if that is all that a pooler gives us."""
        if connection.connection.info.get(POOLED):
            calls = ", ".join(
                f"set_config('{name}', '{limit_ms}', true)" for name, limit_ms in self._settings()
            )
            connection.exec_driver_sql(f"SELECT {calls}")

    def _settings(self) -> tuple[tuple[str, int], ...]:
        return (
            ("statement_timeout", round(self.statement_s * 1000)),
            ("lock_timeout", round(self.lock_s * 1000)),
            ("idle_in_transaction_session_timeout", round(self.idle_in_transaction_s * 1000)),
        )
