"""PgBouncer in transaction mode, which is not locked: `apt-get install pgbouncer`."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url


def find_program() -> str | None:
    """The path of the program, or None."""
    return shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


@contextmanager
def pgbouncer(url: str, folder: Path, pool_size: int) -> Iterator[str]:
    """The URL of the same database behind PgBouncer in transaction mode; needs the program."""
    program = find_program()
    assert program is not None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    target = make_url(url)
    host = target.query.get("host") or target.host
    server = f"host={host} port={target.port or 5432} user={target.username}"
    server += f" password={target.password}" if target.password else ""
    folder.mkdir(exist_ok=True)
    ini, users = folder / "pgbouncer.ini", folder / "users.txt"
    users.write_text(f'"{target.username}" "{target.password or ""}"\n')
    ini.write_text(
        f"[databases]\n* = {server}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n"
        f"unix_socket_dir =\nauth_type = any\nauth_file = {users}\npool_mode = transaction\n"
        f"default_pool_size = {pool_size}\nmax_client_conn = 500\nadmin_users = {target.username}\n"
    )
    for path in (folder, ini, users):
        path.chmod(0o755)
    command = [program, "-q", str(ini)]
    if os.geteuid() == 0:
        command += ["-u", Path(str(host)).owner() if str(host).startswith("/") else "nobody"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        behind = target.set(host="127.0.0.1", port=port, query={})
        yield behind.render_as_string(hide_password=False)
    finally:
        process.terminate()
        process.wait(10)
