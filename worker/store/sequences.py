"""Sequences of row ids: advanced if they are behind their tables, for example after a restore."""

from collections.abc import Mapping

from sqlalchemy import Connection, column, func, select, table, text

from worker.logs import get_logger

# An article's id is also that of the story that it founds, which outlives it, and of its signature. A story
# that no article can give its id takes the next one.
SEQUENCES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "articles": (("articles", "id"), ("stories", "id"), ("signatures", "article_id")),
    **{
        name: ((name, "id"),)
        for name in (
            "polls",
            "versions",
            "jobs",
            "extractions",
            "events",
            "decisions",
            "deliveries",
            "notices",
            "push_notes",
            "push_messages",
        )
    },
}
_ADVANCE = text(
    "SELECT setval(CAST(:name AS regclass), :top) "
    "WHERE COALESCE(pg_sequence_last_value(CAST(:name AS regclass)), 0) < :top"
)
_NEXT_POSTGRES = text("SELECT nextval(pg_get_serial_sequence('articles', 'id'))")
_SQLITE_HAS = text("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'")
_SQLITE_AT = text("SELECT seq FROM sqlite_sequence WHERE name = 'articles'")
_SQLITE_MOVE = text("UPDATE sqlite_sequence SET seq = :top WHERE name = 'articles'")
_SQLITE_ADD = text("INSERT INTO sqlite_sequence (name, seq) VALUES ('articles', :top)")

log = get_logger(__name__)


def advance_sequences(connection: Connection, *, is_expected: bool = False) -> list[str]:
    """Advance each sequence that is behind its table; returns the names of those tables.

    It is a warning in the log unless it `is_expected`, as after a copy of the rows.
    """
    is_sqlite = connection.dialect.name == "sqlite"  # SQLite needs no sequences, except for AUTOINCREMENT
    advance = _advance_sqlite if is_sqlite else _advance_postgres
    names = ["articles"] if is_sqlite else list(SEQUENCES)
    advanced = [name for name in names if advance(connection, name, _top(connection, name))]
    for name in () if is_expected else advanced:
        log.warning("a sequence was behind its table and was advanced", table=name)
    return advanced


def keep_article_ids(connection: Connection, taken: int) -> None:
    """Give no article or story of a SQLite database an id up to `taken`, which others had."""
    if connection.scalar(_SQLITE_HAS):
        _advance_sqlite(connection, "articles", taken)


def take_article_id(connection: Connection) -> int:
    """Take the next id of articles and stories, so that no article gets it; returns it."""
    if connection.dialect.name != "sqlite":
        return int(connection.execute(_NEXT_POSTGRES).scalar_one())
    taken = 1 + max(_top(connection, "articles"), connection.scalar(_SQLITE_AT) or 0)
    _advance_sqlite(connection, "articles", taken)
    return taken


def _top(connection: Connection, name: str) -> int:
    """The highest id in use."""
    tops = (
        connection.scalar(select(func.max(column(key))).select_from(table(of))) for of, key in SEQUENCES[name]
    )
    return max((top for top in tops if top is not None), default=0)


def _advance_postgres(connection: Connection, name: str, top: int) -> bool:
    sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": name})
    if sequence is None or top == 0:
        return False
    return connection.scalar(_ADVANCE, {"name": sequence, "top": top}) is not None


def _advance_sqlite(connection: Connection, _: str, top: int) -> bool:
    at = connection.scalar(_SQLITE_AT)
    if (at or 0) >= top:
        return False
    connection.execute(_SQLITE_ADD if at is None else _SQLITE_MOVE, {"top": top})
    return True
