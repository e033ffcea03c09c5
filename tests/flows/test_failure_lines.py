"""A failed task is one line: what happened, to which feed and article, and when or how it runs again."""

from datetime import UTC, datetime

import pytest

from worker.errors import ExtractError, FetchError, SchemaError
from worker.flows.failure_lines import URL_CHARS, describe_dead_job, describe_failed_job, describe_failed_poll

AT = datetime(2026, 11, 24, 10, 32, tzinfo=UTC)
URL = "https://example.org/feed.xml"


@pytest.mark.parametrize(
    ("url", "at", "expected"),
    [
        (URL, AT, f"503 from example.org (feed desk, {URL}), next try 10:32Z"),
        (URL, None, f"503 from example.org (feed desk, {URL}), no retry"),
        ("", AT, "503 from example.org (feed desk), next try 10:32Z"),
    ],
)
def test_a_failed_poll(url, at, expected):
    assert describe_failed_poll("503 from example.org", "desk", url, at) == expected


@pytest.mark.parametrize(
    ("at", "then"), [(AT, "next try 10:32Z"), (None, "dead; run it again with: wireroom jobs retry 12")]
)
def test_a_failed_job(at, then):
    line = describe_failed_job(
        "404 from example.org", "fulltext", 7, job=12, feed="desk", url=URL, next_attempt_at=at
    )
    assert line == f"404 from example.org (fulltext of article 7, feed desk, {URL}), {then}"


def test_the_event_of_a_dead_job_has_its_number_and_the_next_step():
    line = describe_dead_job("404 from example.org", "fulltext", 7, job=12, url=URL)
    said = f"job 12 failed for good, fulltext of article 7 ({URL}): 404 from example.org"
    assert line == f"{said}; run it again with: wireroom jobs retry 12"


def test_a_secret_in_the_url_is_hidden_and_a_long_url_is_cut():
    secret = "https://desk:pass9f2c@example.org/feed.xml?token=zt9f2c8d1e"
    line = describe_failed_poll("404", "desk", secret, AT)
    assert "9f2c" not in line
    line = describe_failed_poll("404", "desk", f"https://example.org/{'a' * 2000}", AT)
    assert len(line) < URL_CHARS + 60
    assert line.endswith("…), next try 10:32Z")


@pytest.mark.parametrize("kind", [FetchError, ExtractError, SchemaError])
def test_an_error_is_shown_with_its_name_and_without_quotes(kind):
    assert repr(kind("it's gone")) == f"{kind.__name__}: it's gone"
