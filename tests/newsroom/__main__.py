"""The demo: the sample newsroom publishes on loopback, and `wireroom run` polls it in the foreground.

Run as `python -m tests.newsroom`. It publishes as long as it runs, and now and then a feed breaks and
recovers. Needs no network. The state directory is removed at the end unless it is given by `--home`. Settings
of the user's own service have no effect.
"""

import argparse
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from tests.newsroom.day import Day
from tests.newsroom.room import Newsroom
from tests.newsroom.server import serve
from tests.support.isolation import claimed_directory, service_environment, write_command

CONFIG_NAME = "demo-feeds.toml"
COMMAND_NAME = "wireroom"  # in the state directory: the command preset with the demo's settings
STOP_WITHIN_S = 30.0  # wireroom stops its children sooner


def main(argv: Sequence[str] | None = None) -> int:
    """Serve, run and advance until stopped; returns the exit code of `wireroom run`."""
    options = _read_options(argv)
    command = Path(sys.executable).with_name("wireroom")
    if not command.is_file():
        print(f"{command} is missing: install wireroom into this environment first", file=sys.stderr)
        return 2
    newsroom = Newsroom(datetime.now(UTC), options.pace)
    with _home(options.home) as home, serve(newsroom) as server:
        config = home / CONFIG_NAME
        config.write_text(newsroom.feeds_toml(server.base), encoding="utf-8")
        port = options.flower_port or free_port(5555)
        pages = free_port(5580)
        environ = service_environment(home, config, FLOWER_PORT=str(port), WEB_ADDRESS=str(pages))
        write_command(home / COMMAND_NAME, command, environ)
        _print_instructions(newsroom, home / COMMAND_NAME, port, pages)
        return _run([str(command), "run", "--flower-port", str(port)], environ, newsroom)


def _read_options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.newsroom", description="run wireroom on a sample newsroom"
    )
    parser.add_argument(
        "--pace",
        type=float,
        default=6.0,
        help="seconds between two publications at first, later four times that (6)",
    )
    parser.add_argument(
        "--flower-port",
        type=int,
        default=0,
        help="port of the monitor (5555, or any free port if that is in use)",
    )
    parser.add_argument("--home", type=claimed_directory, help="an empty state directory, which is kept")
    return parser.parse_args(argv)


@contextmanager
def _home(named: Path | None) -> Iterator[Path]:
    """Yield the given state directory, or a temporary one."""
    if named:
        yield named
        return
    with tempfile.TemporaryDirectory(prefix="wireroom-demo-") as made:
        yield Path(made)


def _print_instructions(newsroom: Newsroom, command: Path, port: int, pages: int) -> None:
    print(f"Open this page, on which copies appear while you watch: http://127.0.0.1:{pages}/?watch=1")
    print("Or in a second terminal, for instance:")
    print(f"{shlex.quote(str(command))} stories")
    desks = sum(bool(outlet.agency) for outlet in newsroom.outlets.values())
    print(f"{desks} wire desks and {len(newsroom.outlets) - desks} outlets publish; Ctrl-C stops everything.")
    print(f"Monitor: http://127.0.0.1:{port}  (every poll and every job, by feed)", flush=True)


def _run(command: list[str], environ: dict[str, str], newsroom: Newsroom) -> int:
    # in its own session, so that Ctrl-C reaches it only once, through this process
    process = subprocess.Popen(command, env=environ, start_new_session=True)

    def forward(number: int, _frame: FrameType | None) -> None:
        process.send_signal(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, forward)
    day = Day(newsroom)
    try:
        while True:
            try:
                return process.wait(timeout=day.pause_s)
            except subprocess.TimeoutExpired:
                day.next()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=STOP_WITHIN_S)


def free_port(wanted: int) -> int:
    """This port of loopback, or any other one if it is in use."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port on 127.0.0.1")


if __name__ == "__main__":
    sys.exit(main())
