"""Messages that no program of this service sends, for what reads the queues: each may end a worker."""

import base64
import copy
import json
from collections.abc import Iterator
from typing import Any

VALUES = (None, 0, -1, 1.5, True, "", "x", "\x00\ud800", [], ["x"], {}, {"x": {}}, "9" * 400, 10**30)
MISSING = object()
# bytes that are not even an object
RAW = (
    b"",
    b"[]",
    b"{}",
    b"null",
    b"1",
    b'"x"',
    b"x",
    b"\xff\xfe",
    b"\x80\x04.",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b"NaN",
    b"1e999",
    b"{" + b'"a":1,' * 50_000,
)
FIELDS = (
    *(("body",), ("content-encoding",), ("content-type",), ("headers",), ("properties",)),
    *(
        ("headers", name)
        for name in ("task", "id", "lang", "eta", "expires", "retries", "timelimit", "compression")
    ),
    *(
        ("headers", name)
        for name in ("argsrepr", "group", "root_id", "parent_id", "stamps", "origin", "redelivered")
    ),
    *(("headers", name) for name in ("ignore_result", "shadow", "group_index", "replaced_task_nesting")),
    *(
        ("properties", name)
        for name in ("correlation_id", "reply_to", "delivery_tag", "delivery_mode", "priority")
    ),
    *(("properties", name) for name in ("delivery_info", "body_encoding")),
    *(("properties", "delivery_info", name) for name in ("exchange", "routing_key")),
)
BODIES = (
    "[]",
    "null",
    "[[], {}]",
    "[1, 2, 3]",
    '[["a"], {}, 1]',
    "x",
    '[[], {}, {"callbacks": 1}]',
    '[[], {}, {"chord": 1}]',
)
ODD = (
    (("headers", "compression"), ("gzip", "bzip2", "zlib", "lzma", "zstd")),
    (("content-type",), ("application/x-python-serialize", "application/x-yaml", "text/plain")),
    (("content-encoding",), ("hex", "rot13", "binary", "utf-16")),
    (("headers", "eta"), ("2026-13-40T00:00:00", "9999-12-31T23:59:59", "0001-01-01T00:00:00+23:59")),
    (("headers", "expires"), ("2026-13-40T00:00:00", "9999-12-31T23:59:59", "0001-01-01T00:00:00+23:59")),
    (("headers", "task"), ("control.tick", "celery.chord", "celery.backend_cleanup", "__class__")),
    (("properties", "body_encoding"), ("base64", "base32", "rot13")),
)


def good_message(
    task: str = "feeds.poll", args: tuple[Any, ...] = ("no-such-feed", "lease")
) -> dict[str, Any]:
    """A message as Celery sends it."""
    body = json.dumps([args, {}, {"callbacks": None, "errbacks": None, "chain": None, "chord": None}])
    name = "11111111-2222-3333-4444-555555555555"
    empty = dict.fromkeys(("shadow", "eta", "expires", "group", "group_index", "parent_id", "stamps"))
    return {
        "body": base64.b64encode(body.encode()).decode(),
        "content-encoding": "utf-8",
        "content-type": "application/json",
        "headers": {"lang": "py", "task": task, "id": name, "root_id": name, "retries": 0, **empty}
        | {"timelimit": [None, None], "argsrepr": "()", "kwargsrepr": "{}", "origin": "gen1@here"},
        "properties": {
            "correlation_id": name,
            "reply_to": name,
            "delivery_mode": 2,
            "delivery_info": {"exchange": "", "routing_key": "poll"},
            "priority": 0,
            "body_encoding": "base64",
            "delivery_tag": name,
        },
    }


def forged_messages() -> Iterator[tuple[str, bytes]]:
    """The name and bytes of each forged message."""
    yield from ((f"raw {number}", raw) for number, raw in enumerate(RAW))
    for path in FIELDS:
        yield _named(path, MISSING)
        yield from (_named(path, value) for value in VALUES)
    for path, values in ODD:
        yield from (_named(path, value) for value in values)
    for body in BODIES:
        yield _named(("body",), base64.b64encode(body.encode()).decode())


def _named(path: tuple[str, ...], value: Any) -> tuple[str, bytes]:
    message = copy.deepcopy(good_message())
    place: Any = message
    for name in path[:-1]:
        place = place[name]
    if value is MISSING:
        place.pop(path[-1], None)
        return f"{'.'.join(path)} missing", json.dumps(message).encode()
    place[path[-1]] = value
    return f"{'.'.join(path)} = {value!r:.30}", json.dumps(message).encode()
