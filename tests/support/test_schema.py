"""The databases that tests copy have the program's own schema, whichever test is the first."""

from sqlalchemy import text

from tests.support import schema
from worker.store import Database
from worker.store.revision import newest_revision


def revision_of(url: str) -> str | None:
    database = Database(url)
    with database.engine.connect() as connection:
        found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    database.close()
    return found


def test_a_template_made_while_a_newer_program_is_known_is_of_this_one(tmp_path, postgres_server):
    own = newest_revision()
    with schema.newer_program(tmp_path / "program"):
        assert newest_revision() == schema.NEXT_REVISION
        schema._make_template(f"sqlite:///{tmp_path / 'made.db'}")
        assert revision_of(f"sqlite:///{tmp_path / 'made.db'}") == own
        with postgres_server.database(is_migrated=False) as url:
            schema._make_template(url)
            assert revision_of(url) == own
    assert newest_revision() == own
