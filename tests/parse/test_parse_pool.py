"""The pool: limits hold, a lost child costs one document, no child outlives its parent."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from worker.errors import ParseError
from worker.parse import ParsePool, read_feed

NOW = datetime(2026, 11, 24, tzinfo=UTC)
URL = "https://example.org/feed"
WAIT_S = 20.0
SMALL_BYTES = 32 * 1024


def feed(*, padding: int, title: str = "a") -> bytes:
    text = "word " * (padding // 5)
    item = f"<item><title>{title}</title><guid>{title}</guid><description>{text}</description></item>"
    return (
        f'<rss version="2.0"><channel><title>T</title><language>en</language>{item}</channel></rss>'.encode()
    )


LARGE = feed(padding=2 * SMALL_BYTES)


def titles(pool: ParsePool, body: bytes) -> list[str | None]:
    return [a.title for a in pool.read_feed(body, url=URL, now=NOW).articles]


def child_pids(pool: ParsePool) -> list[int]:
    return pool.sandbox.pids


def wait_until_gone(pid: int) -> bool:
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def pool() -> Iterator[ParsePool]:
    with ParsePool() as opened:
        yield opened


def test_a_child_parses_like_this_process(pool: ParsePool) -> None:
    assert pool.read_feed(LARGE, url=URL, now=NOW) == read_feed(LARGE, url=URL, now=NOW)


def test_small_documents_are_read_in_a_child_too(pool: ParsePool) -> None:
    """A few kilobytes can take minutes, so they too need a process that a deadline can end."""
    assert titles(pool, feed(padding=100)) == ["a"]
    assert len(child_pids(pool)) == 1


def test_a_child_serves_many_documents(pool: ParsePool) -> None:
    titles(pool, LARGE)
    before = child_pids(pool)
    assert titles(pool, feed(padding=2 * SMALL_BYTES, title="b")) == ["b"]
    assert child_pids(pool) == before


def test_a_parse_error_is_returned_with_its_reason(pool: ParsePool) -> None:
    with pytest.raises(ParseError, match="HTML page"):
        pool.read_feed(b"<html>" + b"x" * SMALL_BYTES, url=URL, now=NOW)
    assert titles(pool, LARGE) == ["a"]


def test_a_document_over_the_deadline_fails_and_the_pool_continues() -> None:
    with ParsePool(deadline_s=3.0) as pool:
        titles(pool, LARGE)
        os.kill(child_pids(pool)[0], signal.SIGSTOP)
        with pytest.raises(ParseError, match="longer than 3 s"):
            titles(pool, LARGE)
        assert titles(pool, LARGE) == ["a"]


def test_a_document_over_the_memory_limit_fails_and_the_pool_continues() -> None:
    with ParsePool(memory_bytes=24 * 1024 * 1024) as pool:
        with pytest.raises(ParseError, match=r"memory|died"):
            titles(pool, feed(padding=30_000_000))
        assert titles(pool, LARGE) == ["a"]


def test_a_killed_child_is_replaced(pool: ParsePool) -> None:
    titles(pool, LARGE)
    pid = child_pids(pool)[0]
    os.kill(pid, signal.SIGKILL)
    assert wait_until_gone(pid)
    assert titles(pool, LARGE) == ["a"]
    assert child_pids(pool) != [pid]


def test_children_ignore_an_interrupt(pool: ParsePool) -> None:
    titles(pool, LARGE)
    pids = child_pids(pool)
    os.kill(pids[0], signal.SIGINT)
    assert titles(pool, LARGE) == ["a"]
    assert child_pids(pool) == pids


def test_many_threads_share_few_children() -> None:
    bodies = [feed(padding=2 * SMALL_BYTES, title=f"t{n}") for n in range(64)]
    with ParsePool(processes=2) as pool, ThreadPoolExecutor(32) as threads:
        seen = list(threads.map(lambda body: titles(pool, body), bodies))
        assert len(child_pids(pool)) <= 2
    assert seen == [[f"t{n}"] for n in range(64)]


def test_closing_kills_the_children_and_rejects_further_calls() -> None:
    pool = ParsePool()
    titles(pool, LARGE)
    pid = child_pids(pool)[0]
    pool.close()
    assert wait_until_gone(pid)
    with pytest.raises(ParseError, match="closed"):
        titles(pool, LARGE)


def test_a_child_sees_no_secret_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREROOM_DATABASE_URL", "postgresql://desk:secret@localhost/x")
    with ParsePool() as pool:
        titles(pool, LARGE)
        assert b"secret" not in Path(f"/proc/{child_pids(pool)[0]}/environ").read_bytes()


PARENT = """
import sys, time
from datetime import UTC, datetime
from worker.parse import ParsePool
pool = ParsePool()
pool.read_feed(sys.stdin.buffer.read(), url="https://example.org/", now=datetime.now(UTC))
print(*pool.sandbox.pids, flush=True)
time.sleep(600)
"""


def test_children_do_not_outlive_a_killed_parent() -> None:
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        parent.stdin.write(LARGE)
        parent.stdin.close()
        pid = int(parent.stdout.readline())
        os.kill(pid, signal.SIGSTOP)  # busy, so that it cannot notice the closed pipe
        parent.kill()
        parent.wait()
        os.kill(pid, signal.SIGCONT)
        assert wait_until_gone(pid)


def test_a_warm_pool_has_a_child_before_the_first_document_and_others_when_they_are_needed() -> None:
    with ParsePool(processes=2) as pool:
        pool.warm_up()
        started = list(pool.sandbox.pids)
        assert len(started) == 1
        assert titles(pool, feed(padding=100)) == ["a"]
        assert list(pool.sandbox.pids) == started
