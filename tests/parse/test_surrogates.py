"""Half of a UTF-16 pair, which JSON and file names can contain, never ends a command."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.parse import read_feed

NOW = datetime(2026, 11, 29, tzinfo=UTC)
URL = "https://example.org/feed"
HALF = "\ud83d"
STRINGS = (
    "id",
    "url",
    "external_url",
    "title",
    "content_text",
    "content_html",
    "summary",
    "language",
    "date_published",
)
MAIN = "from worker.cli.main import main; main()"


def feed_of(item: dict[str, object], **channel: object) -> bytes:
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Harbour", "items": [item], **channel}
    return json.dumps(feed).encode()


def run(*arguments: str | bytes, folder: Path) -> subprocess.CompletedProcess[bytes]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("WIREROOM_")}
    env |= {"WIREROOM_ENV_FILE": "", "PYTHONIOENCODING": "utf-8:strict"}
    return subprocess.run(
        [sys.executable, "-c", MAIN, *arguments],
        env=env,
        cwd=folder,
        capture_output=True,
        timeout=120,
        check=False,
    )


PIECES = st.sampled_from([HALF, "\udc00", "a", "é", "😀", "/", "<b>", "&amp;"])
TEXT = st.lists(PIECES, max_size=8).map("".join)


@given(st.dictionaries(st.sampled_from(STRINGS), TEXT), st.lists(TEXT, max_size=3), TEXT)
def test_no_value_of_a_json_feed_contains_half_a_pair(
    item: dict[str, object], tags: list[str], name: str
) -> None:
    """Whole pairs, such as emoji, are kept."""
    item = {"id": "1", "title": "Ferry 😀", **item, "url": f"https://example.org/{item.get('url', '')}"}
    body = feed_of(item | {"tags": tags, "authors": [{"name": name}], name: name}, title=name, language=name)
    parsed = read_feed(body, url=URL, now=NOW)
    values = [*(asdict(article) for article in parsed.articles), parsed.title, parsed.lang]
    json.dumps(values, default=str, ensure_ascii=False).encode()  # strict: raises on half a pair
    assert len(parsed.articles) == 1
    if "Ferry" in str(item["title"]):
        assert parsed.articles[0].title == "Ferry 😀"


def test_parse_prints_feeds_with_half_a_pair(tmp_path: Path) -> None:
    """In whatever field it stands."""
    item = {"id": "1", "url": "https://example.org/1", "title": "t", "content_text": "x"}
    names = []
    for field in (*STRINGS, "tags"):
        value: object = [f"a{HALF}b"] if field == "tags" else f"https://example.org/a{HALF}b"
        names.append(f"{field}.json")
        (tmp_path / names[-1]).write_bytes(feed_of(item | {field: value}))
    for options in ([], ["--json"]):
        done = run("parse", *names, *options, folder=tmp_path)
        assert (done.returncode, done.stderr) == (0, b"")
        done.stdout.decode()
    assert [json.loads(line)["source"] for line in done.stdout.splitlines()] == names


@pytest.mark.parametrize("command", ["parse", "extract"])
def test_a_file_name_that_is_not_utf8_is_printed_with_a_substitute(command: str, tmp_path: Path) -> None:
    """Of a file that is read, and of one that is missing."""
    paragraph = "<p>The ferry is late and the harbour of the town is closed for the day.</p>"
    body = feed_of({"id": "1", "title": "t"}) if command == "parse" else paragraph.encode() * 20
    name, missing = b"caf\xe9.html", b"missing\xe9"
    (tmp_path / os.fsdecode(name)).write_bytes(body)
    done = run(command, name, missing, "--json", folder=tmp_path)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["source"] for line in found] == ["caf?.html", "missing?"]
    assert ["error" in line for line in found] == [False, True]
    assert done.returncode == 1
    done = run(command, name, missing, folder=tmp_path)
    assert done.returncode == 1
    assert b"caf?.html" in done.stdout
    assert any(line.startswith(b"missing") for line in (done.stdout + done.stderr).splitlines())


def test_extract_prints_a_page_with_half_a_pair(tmp_path: Path) -> None:
    data = json.dumps(
        {"@type": "NewsArticle", "headline": HALF, "author": {"@type": "Person", "name": f"A {HALF} B"}}
    )
    paragraph = "<p>The ferry is late and the harbour of the town is closed &#xD83D; for the day.</p>"
    page = f"<title>a&#xD83D;</title><script type='application/ld+json'>{data}</script>{paragraph * 20}"
    (tmp_path / "page.html").write_text(page)
    done = run("extract", "page.html", "--json", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["source"] == "page.html"
