"""What strangers send and a worker reads itself, outside its child processes, takes linear time.

Feeds, pages and large robots.txt files are read in child processes with limits; the expressions are tested
one by one in `test_linear_patterns`. Here are the functions around them, with texts that repeat.
"""

import gc
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from worker.config.feed_list import read_feed_list
from worker.dedupe import find_furniture, make_signature, paragraph_keys
from worker.errors import FetchError
from worker.fetch.bot_protection import is_bot_protection
from worker.fetch.head import HeadFilter
from worker.fetch.response import join_headers
from worker.fetch.robots_rules import judge, keep_rules
from worker.fetch.url import parse_target, resolve_redirect
from worker.parse.autodiscovery import find_page_feeds
from worker.records import Document
from worker.redaction import display_url
from worker.schedule.http_hints import find_freshness, read_retry_after

NOW = datetime(2026, 11, 30, tzinfo=UTC)
HEAD_BYTES = 100 * 1024
TEXT_CHARS = 200_000
MOST = 8.0  # times as long for four times as much: linear is 4, quadratic 16
NOISE_S = 0.02


def drip(line: bytes) -> Callable[[int], None]:
    """A head that comes byte by byte and does not end."""

    def run(size: int) -> None:
        reader = HeadFilter(HEAD_BYTES)
        for byte in (b"HTTP/1.1 200 OK\r\n" + line * size)[:size]:
            reader.feed(bytes((byte,)))

    return run


def redirect(start: str, unit: str) -> Callable[[int], None]:
    def run(size: int) -> None:
        with suppress(FetchError):
            resolve_redirect(parse_target("http://a.example/x"), (start + unit * size)[:size])

    return run


def sketch(unit: str) -> Callable[[int], None]:
    def run(size: int) -> None:
        text = (unit * size)[:size]
        document = Document("1", text[:300], text, source="f", lang="en")
        find_furniture(document, dict.fromkeys(paragraph_keys(document), 0))
        make_signature(document, frozenset())

    return run


def robots(line: str) -> Callable[[int], None]:
    def run(size: int) -> None:
        body = "User-agent: *\n" + "".join(line % number for number in range(size // len(line)))
        judge(keep_rules(body.encode(), "wireroom"), "http://a.example/" + "a" * 1000, "wireroom")

    return run


def opml(outline: str) -> Callable[[int], None]:
    def run(size: int) -> None:
        outlines = "".join(outline % number for number in range(size // len(outline)))
        read_feed_list(f"<opml><body>{outlines}</body></opml>".encode())

    return run


def page(tag: bytes) -> Callable[[int], None]:
    return lambda size: void(find_page_feeds((tag * size)[:size], "http://a.example/", "text/html"))


def void(_: object) -> None:
    """Drop a result."""


CASES: dict[str, tuple[Callable[[int], None], int]] = {
    "a head of one line, byte by byte": (drip(b"a"), HEAD_BYTES),
    "a head of many lines, byte by byte": (drip(b"a:\n"), HEAD_BYTES),
    "interim heads": (lambda n: void(HeadFilter(n).feed(b"HTTP/1.1 100\n\n" * (n // 14))), 8 * HEAD_BYTES),
    "one field again and again": (lambda n: void(join_headers([(b"a", b"b")] * (n // 5))), HEAD_BYTES),
    "many fields": (lambda n: void(join_headers([(b"%d" % i, b"") for i in range(n // 8)])), HEAD_BYTES),
    "redirect up": (redirect("/", "../"), HEAD_BYTES),
    "redirect to labels": (redirect("http://", "ü."), HEAD_BYTES),
    "redirect to a long label": (redirect("http://", "ا"), HEAD_BYTES),
    "redirect with a login": (redirect("http://", "@"), HEAD_BYTES),
    "redirect to bytes": (redirect("/", "é"), HEAD_BYTES),
    "address with secrets": (lambda n: void(display_url("http://h/?" + "token=a&" * (n // 8))), HEAD_BYTES),
    "retry-after": (lambda n: void(read_retry_after({"retry-after": "0" * n}, NOW)), HEAD_BYTES),
    "freshness": (
        lambda n: void(find_freshness({"cache-control": 'a="\\' * (n // 4), "age": "9" * n}, NOW)),
        HEAD_BYTES,
    ),
    "bot protection": (lambda n: void(is_bot_protection(403, {}, b"<" * n)), HEAD_BYTES),
    "robots.txt: rules": (robots("Disallow: /*%d$\n"), TEXT_CHARS),
    "robots.txt: agents": (robots("User-agent: %d\n"), TEXT_CHARS),
    "outlines": (opml("<outline xmlUrl='http://a.example/%d'/>"), TEXT_CHARS),
    "outlines of one feed": (opml("<outline xmlUrl='http://a.example/' category='%d'/>"), TEXT_CHARS),
    "nested outlines": (opml("<outline text='%d'>"), TEXT_CHARS),
    "links of a page": (page(b"<link rel=feed href=a>"), TEXT_CHARS),
    "comments of a page": (page(b"<!--"), TEXT_CHARS),
    "bylines": (sketch("By A B\n\n"), TEXT_CHARS),
    "paragraphs": (sketch("word one\n\n"), TEXT_CHARS),
    "datelines": (sketch("SEOUL (Reuters) - "), TEXT_CHARS),
    "capitals": (sketch("A. B. "), TEXT_CHARS),
    "letters without spaces": (sketch("日本語"), TEXT_CHARS),
}


def took_s(run: Callable[[int], None], size: int) -> float:
    """The least CPU time of five runs, without the collector: all that other tests left is garbage to it."""
    taken = []
    gc.collect()
    gc.disable()
    try:
        for _ in range(5):
            began = time.process_time()
            run(size)
            taken.append(time.process_time() - began)
    finally:
        gc.enable()
    return min(taken)


@pytest.mark.parametrize("name", CASES)
def test_four_times_as_much_takes_about_four_times_as_long(name: str) -> None:
    run, largest = CASES[name]
    assert took_s(run, largest) < MOST * took_s(run, largest // 4) + NOISE_S
