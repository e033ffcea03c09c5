"""Empty a PostgreSQL database that a test has used, so that the next test finds it like a new copy.

Copying the template takes a tenth of a second of CPU time and writes hundreds of files; this takes a few
milliseconds.
"""

from typing import Any

import psycopg

# what a test can change besides rows; a copy of a template has the same object ids as the template
_SHAPE = """
SELECT md5(string_agg(line, '|' ORDER BY line)) FROM (
    SELECT concat_ws(' ', attrelid, relname, attname, atttypid, attnotnull, atthasdef)
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', 'constraint', oid, conname, convalidated) FROM pg_constraint
    UNION ALL SELECT concat_ws(' ', 'trigger', oid, tgenabled) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT concat_ws(' ', 'function', oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', 'schema', nspname) FROM pg_namespace WHERE nspname !~ '^pg_'
    UNION ALL SELECT concat_ws(' ', 'statistics', starelid, staattnum)
    FROM pg_statistic JOIN pg_class ON pg_class.oid = starelid WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', 'setting', setconfig) FROM pg_db_role_setting JOIN pg_database
    ON pg_database.oid = setdatabase AND datname = current_database()
    UNION ALL SELECT concat_ws(' ', 'revision', version_num) FROM alembic_version
) AS lines (line)
"""
_EMPTY = """
DO $$
DECLARE
    name text; has_rows boolean; used text[] := '{}'; start bigint;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
    AND tablename NOT IN ('alembic_version', 'change_state')
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO has_rows;
        IF has_rows THEN used := used || format('%I', name); END IF;
    END LOOP;
    IF used <> '{}' THEN EXECUTE 'TRUNCATE ' || array_to_string(used, ', ') || ' CASCADE'; END IF;
    FOR name, start IN SELECT sequencename, start_value FROM pg_sequences WHERE last_value IS NOT NULL
    LOOP
        PERFORM setval(format('%I', name)::regclass, start, false);
    END LOOP;
END $$
"""


def read_shape(connection: psycopg.Connection[Any]) -> str:
    """A value that is the same for two copies of a migrated database unless their schema was changed."""
    row = connection.execute(_SHAPE).fetchone()
    assert row
    return str(row[0])


def make_like_new(connection: psycopg.Connection[Any], shape: str) -> bool:
    """Delete all rows and restart all ids; False if the schema is not of that shape any more."""
    try:
        connection.execute(_EMPTY)
        return read_shape(connection) == shape
    except psycopg.Error:
        return False
