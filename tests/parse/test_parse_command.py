"""`wireroom parse`: JSON Lines with the keys of the contract; a bad document does not affect others."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from worker.cli.main import wireroom

KEYS = [
    *(
        "source",
        "entry_key",
        "guid",
        "url",
        "canonical_url",
        "title",
        "summary",
        "text",
        "author",
        "lang",
        "tags",
    ),
    *("published_at", "updated_at", "sort_at", "content_hash"),
]
FEED = (
    '<rss version="2.0"><channel><title>Desk [x]</title><item><title>One [b]two[/b]</title><link>/a</link>'
    "<guid>g1</guid><pubDate>2026-11-23 18:00:00</pubDate></item></channel></rss>"
)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(wireroom, ["parse", *arguments])


@pytest.fixture
def feed(tmp_path: Path) -> str:
    path = tmp_path / "feed.xml"
    path.write_text(FEED)
    return str(path)


def test_one_line_for_each_entry_with_exactly_the_keys_of_the_contract(feed: str) -> None:
    result = run(feed, "--base", "https://example.org/feed", "--timezone", "Asia/Seoul", "--json")
    line = json.loads(result.stdout)
    assert result.exit_code == 0
    assert list(line) == KEYS
    assert (line["source"], line["guid"], line["url"]) == (feed, "g1", "https://example.org/a")
    assert line["published_at"] == "2026-11-23T09:00:00Z"


def test_a_bad_document_is_one_error_line_and_exit_1_while_others_are_parsed(
    feed: str, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    page.write_text("<html>no\nfeed</html>")
    missing = str(tmp_path / "missing.xml")
    result = run(str(page), missing, str(tmp_path), feed, "--json")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert [sorted(line) == ["error", "source"] for line in lines] == [True, True, True, False]
    assert "HTML page" in lines[0]["error"]


def test_the_table_shows_titles_unchanged(feed: str) -> None:
    result = run(feed)
    assert result.exit_code == 0
    assert "One [b]two[/b]" in result.stdout


def test_an_unknown_zone_is_a_usage_error(feed: str) -> None:
    result = run(feed, "--timezone", "Mars/Olympus")
    assert result.exit_code == 2
    assert "Mars/Olympus" in result.output
