"""Turns: what only one transaction at a time may do, whatever its process, by PostgreSQL's advisory locks."""

from sqlalchemy import Connection, func, select

from worker.store.session import is_postgres

# Keys of PostgreSQL's advisory locks; the numbers are arbitrary.
TURN_FEEDS = 0x66656564
TURN_JOBS = 0x6A6F6273
TURN_KINDS = 0x6B696E64
TURN_DECISIONS = 0x64656369
TURN_PUSH = 0x70757368


def wait_for_turn(connection: Connection, turn: int) -> None:
    """Wait until all other transactions that took this turn (one of TURN_*) have ended.

    So concurrent claims are serialized, and each counts what the others have claimed. SQLite's write
    transactions are serialized anyway.
    """
    if is_postgres(connection):
        connection.execute(select(func.pg_advisory_xact_lock(turn)))
