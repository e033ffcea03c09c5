"""CPU time beside other programs, and what the machine can do: `python -m tests.bench.peers [--feeds 200]`.

The same feeds of 30 entries are polled on loopback twice: first all entries are new, then all feeds respond
304. Measured are the service as a whole, lemon24's reader, and a plain Celery poller as tutorials build it.
The same texts are searched for copies by the service, datasketch and rensa. Only the service decides on
copies while it polls, paces its hosts and plans its polls. `make bench-peers` installs the others; what is
not installed is left out, and says so. `--write` draws the picture of the manual.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.bench.peers import limits
from tests.bench.peers.copies import documents, product_ms
from tests.bench.peers.picture import draw
from tests.bench.scale_measure import CONFIG, INTERVAL_S, MEASURED_S, ONCE_S, even_world
from tests.bench.scale_real import measure
from tests.bench.stream_origin import StreamOrigin
from tests.bench.upkeep import broker

ROOT = Path(__file__).parents[3]
PICTURE = ROOT / "docs/scale.svg"
HERE = Path(__file__).parent
PYTHON = ROOT / ".venv-bench/bin/python"
COLD, UNCHANGED = "first poll, 30 new entries: ms CPU a feed", "304: ms CPU a poll"
COPIES = "search for copies: ms CPU a document"
LIMIT_S, LOOK_S, START_S = 300.0, 0.2, 8.0
Bars = dict[str, dict[str, float]]


def product(feeds: int) -> dict[str, float]:
    """The whole service with its ticks."""
    cold = measure(even_world(feeds, ONCE_S, ()), CONFIG, 0.0)
    again = measure(even_world(feeds, INTERVAL_S, ()), CONFIG, MEASURED_S, after_first=True)
    found = {COLD: cold, UNCHANGED: again}
    return {name: 1000 * sum(real.cpu_s.values()) / real.requests.total() for name, real in found.items()}


def reader(urls: str, feeds: int) -> dict[str, float]:
    """reader, in one process."""
    with tempfile.TemporaryDirectory(prefix="wr-bench-") as folder:
        done = _run(["reader_peer.py", f"{folder}/reader.db"], urls)
    rounds = [json.loads(line) for line in done.splitlines()]
    return {name: 1000 * one["cpu_s"] / feeds for name, one in zip((COLD, UNCHANGED), rounds, strict=True)}


def _run(words: Sequence[str], given: str = "", env: dict[str, str] | None = None) -> str:
    argv = [str(PYTHON), str(HERE / words[0]), *words[1:]]
    return subprocess.run(argv, input=given, env=env, capture_output=True, text=True, check=True).stdout


def celery(urls: str, feeds: int) -> dict[str, float]:
    """A worker of two processes and its broker."""
    with broker() as url, tempfile.TemporaryDirectory(prefix="wr-bench-") as folder:
        env = {"PEER_BROKER": url, "PEER_DATABASE": f"sqlite:///{folder}/peer.db", "PYTHONPATH": str(HERE)}
        _run(["celery_peer.py", "add"], urls, env)
        with _worker(env) as worker:
            found, server = dict[str, float](), _server_of(url)
            for number, name in enumerate((COLD, UNCHANGED), 1):
                before = _cpu_s(worker, server)
                _run(["celery_peer.py", "poll"], "", env)
                end = time.monotonic() + LIMIT_S
                while int(_run(["celery_peer.py", "count"], "", env).split()[0]) < number * feeds:
                    if time.monotonic() > end:
                        raise TimeoutError("the worker of the Celery peer does not end its tasks")
                    time.sleep(LOOK_S)
                found[name] = 1000 * (_cpu_s(worker, server) - before) / feeds
            return found


@contextmanager
def _worker(env: dict[str, str]) -> Iterator[psutil.Process]:
    argv = [str(PYTHON), "-m", "celery", "-A", "celery_peer", "worker", "-P", "prefork", "-c", "2"]
    process = subprocess.Popen(argv, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(START_S)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _server_of(url: str) -> psutil.Process:
    """The broker of this program with this socket."""
    socket = url.removeprefix("redis+socket://").partition("?")[0]
    children = psutil.Process().children(recursive=True)
    return next(one for one in children if any(socket in word for word in one.cmdline()))


def _cpu_s(*processes: psutil.Process) -> float:
    family = [one for process in processes for one in (process, *process.children(recursive=True))]
    times = [one.cpu_times() for one in family]
    return sum(one.user + one.system for one in times)


def has(package: str) -> bool:
    """Whether a peer is installed; says so if not."""
    if PYTHON.is_file():
        found = subprocess.run([PYTHON, "-c", f"import {package}"], capture_output=True, check=False)
        if not found.returncode:
            return True
    print(f"{package}: not measured, it is not installed (make bench-peers)")
    return False


def compare_polls(feeds: int, bars: Bars) -> None:
    """Fill in what polls cost."""
    streams = even_world(feeds, ONCE_S, ())
    with StreamOrigin(streams) as origin:
        urls = [f"http://{stream.host}:{origin.port}/{number}" for number, stream in enumerate(streams)]
        text = "\n".join(urls) + "\n"
        for name, package, poll in (("reader", "reader", reader), ("plain Celery", "celery", celery)):
            if has(package):
                for kind, value in poll(text, feeds).items():
                    bars[kind][name] = value
        document = limits.httpx.get(urls[0]).content
        bars[UNCHANGED]["machine: httpx"] = limits.request_ms(origin, urls[0])
        bars[COLD]["machine: feedparser"] = limits.parse_ms(document)
        bars[COLD]["machine: SQLite rows"] = 30 * limits.sqlite_ms()
        if (spent := limits.postgres_ms()) is not None:
            bars[COLD]["machine: PostgreSQL rows"] = 30 * spent
    for kind, value in product(feeds).items():
        bars[kind] = {"wireroom": value, **bars[kind]}


def compare_copies(bars: Bars) -> None:
    """Fill in what the search for copies costs."""
    bars[COPIES]["wireroom"], found, made = product_ms()
    print(f"copies: wireroom found {found} of {made}")
    lines = "".join(json.dumps(one) + "\n" for one in documents())
    for name in ("datasketch", "rensa"):
        if has(name):
            got = json.loads(_run(["copies_peer.py", name], lines))
            bars[COPIES][name] = 1000 * got["cpu_s"] / got["documents"]
            print(f"copies: {name} found {got['found']} documents like another one, of {got['documents']}")


def show(bars: Bars, title: str) -> None:
    """Print one kind of work."""
    print(title)
    for name, value in bars[title].items():
        print(f"  {name:26} {value:8.3f}  {value / bars[title]['wireroom']:6.2f} x wireroom", flush=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.peers", description=__doc__)
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--write", action="store_true", help=f"write {PICTURE.name}")
    options = parser.parse_args(argv)
    bars: Bars = {UNCHANGED: {}, COLD: {}, COPIES: {}}
    compare_copies(bars)
    show(bars, COPIES)
    compare_polls(options.feeds, bars)
    show(bars, UNCHANGED)
    show(bars, COLD)
    if options.write:
        PICTURE.write_text(draw(bars), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
