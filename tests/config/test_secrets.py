"""Secrets by reference, feeds as JSON, and what makes a feed another request."""

import json
import os
from dataclasses import replace

import pytest

from worker.config import feed_from_json, feed_to_json, fingerprint, resolve_secret
from worker.errors import ConfigError
from worker.records import Auth, FeedConfig

FEED = FeedConfig(
    id="a",
    url="https://example.org/",
    tags=("wire",),
    auth=Auth("basic", user="u", password="env:DESK"),
    headers=(("X-A", "file:/run/key"),),
    include=("x",),
    keep_s=None,
)


def test_a_secret_comes_from_the_environment_or_a_file(monkeypatch, tmp_path):
    monkeypatch.setenv("DESK", "hunter2")
    (tmp_path / "key").write_text("hunter3\n")
    assert resolve_secret("env:DESK") == "hunter2"
    assert resolve_secret(f"file:{tmp_path / 'key'}") == "hunter3"


def test_a_missing_secret_is_told_by_its_reference(monkeypatch, tmp_path):
    monkeypatch.setenv("EMPTY", "")
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    (tmp_path / "huge").write_bytes(b"x" * 20_000)
    names = ("empty", "binary", "huge", "missing", ".")
    for value in ("env:NOT_THERE", "env:EMPTY", *(f"file:{tmp_path / name}" for name in names)):
        with pytest.raises(ConfigError, match="is not there") as caught:
            resolve_secret(value)
        assert value in str(caught.value)


@pytest.mark.parametrize("kind", ["device", "pipe"])
def test_a_secret_is_read_from_no_file_that_may_never_end(kind, tmp_path):
    path = "/dev/zero" if kind == "device" else str(tmp_path / "pipe")
    if kind == "pipe":
        os.mkfifo(path)
    with pytest.raises(ConfigError, match="it is not a file"):
        resolve_secret(f"file:{path}")


def test_a_literal_is_no_reference_and_is_not_shown():
    with pytest.raises(ConfigError) as caught:
        resolve_secret("hunter2")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "feed", [FEED, FeedConfig(id="b", url="https://b.org/"), replace(FEED, quiet_alert=60.0)]
)
def test_a_feed_survives_the_database(feed):
    stored = json.loads(json.dumps(feed_to_json(feed)))
    assert feed_from_json(stored) == feed
    assert stored == feed_to_json(feed)


def test_a_feed_stored_by_another_version_is_read():
    stored = feed_to_json(FEED)
    del stored["tags"], stored["moved_hits"]
    assert feed_from_json({**stored, "later": 1}) == replace(FEED, tags=())


CHANGES = [
    ({"url": "https://example.org/2"}, True),
    ({"auth": None}, True),
    ({"auth": Auth("basic", user="v", password="env:DESK")}, True),
    ({"headers": ()}, True),
    ({"interval_s": 1.0}, False),
    ({"tags": ()}, False),
    ({"enabled": False}, False),
]


@pytest.mark.parametrize(("change", "is_other"), CHANGES, ids=[str(row[0])[:40] for row in CHANGES])
def test_url_login_and_headers_make_another_request(change, is_other):
    assert (fingerprint(replace(FEED, **change)) != fingerprint(FEED)) is is_other
