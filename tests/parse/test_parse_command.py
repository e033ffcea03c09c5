"""`wireroom parse`: JSON Lines with the keys of the contract; a bad document does not affect others."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
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


def run(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(wireroom, ["parse", *arguments], input=given)


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


# ---- URLs
@pytest.fixture
def origin() -> Iterator[ThreadingHTTPServer]:
    """A server on loopback that keeps the headers of its requests, and never responds to `/slow`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.server.asked.append(self.headers)  # type: ignore[attr-defined]
            if self.path == "/slow":
                self.server.is_done.wait(20)  # type: ignore[attr-defined]
            self.send_response(200)
            body = FEED + " " * (9_000 if self.path == "/long" else 0)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.is_done = [], threading.Event()  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.is_done.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


def parse_url(origin: ThreadingHTTPServer, path: str, config: str, folder: Path) -> Result:
    file = folder / "feeds.toml"
    url = f"http://127.0.0.1:{origin.server_port}{path}"
    file.write_text(config.replace("URL", url))
    environment = {"WIREROOM_CONFIG": str(file), "WIREROOM_HOME": str(folder), "DESK_TOKEN": "s3cret-token"}
    return CliRunner().invoke(wireroom, ["parse", url, "--json"], env=environment)


ALLOWED = '[http]\nallow_private = ["127.0.0.1"]\ncontact = "https://desk.example/bot"\n'
OF_FEED = (
    '[[feed]]\nid = "a"\nurl = "URL"\ntimezone = "Asia/Seoul"\nheaders = { "X-Client" = "desk" }\n'
    'auth = { type = "bearer", token = "env:DESK_TOKEN" }\n'
)


@pytest.mark.parametrize("allowed", ["127.0.0.1", "127.0.0.0/8", "127.0.0.1:PORT"])
def test_a_private_address_is_fetched_if_the_config_allows_it(
    origin: ThreadingHTTPServer, tmp_path: Path, allowed: str
) -> None:
    config = f'[http]\nallow_private = ["{allowed.replace("PORT", str(origin.server_port))}"]\n'
    result = parse_url(origin, "/feed", config, tmp_path)
    assert json.loads(result.stdout)["guid"] == "g1"


@pytest.mark.parametrize(
    "config", ["", '[http]\nallow_private = ["10.0.0.0/8"]\n', ALLOWED + "surprise = 1\n"]
)
def test_a_private_address_is_refused_without_a_valid_config_that_allows_it(
    origin: ThreadingHTTPServer, tmp_path: Path, config: str
) -> None:
    result = parse_url(origin, "/feed", config, tmp_path)
    assert result.exit_code == 1
    assert "loopback" in json.loads(result.stdout)["error"]
    assert origin.asked == []  # type: ignore[attr-defined]


def test_the_contact_of_the_config_is_sent(origin: ThreadingHTTPServer, tmp_path: Path) -> None:
    parse_url(origin, "/feed", ALLOWED, tmp_path)
    assert "https://desk.example/bot" in origin.asked[0]["User-Agent"]  # type: ignore[attr-defined]


def test_the_url_of_a_configured_feed_is_requested_and_read_as_in_its_poll(
    origin: ThreadingHTTPServer, tmp_path: Path
) -> None:
    result = parse_url(origin, "/feed", ALLOWED + OF_FEED, tmp_path)
    sent = origin.asked[0]  # type: ignore[attr-defined]
    assert (sent["Authorization"], sent["X-Client"]) == ("Bearer s3cret-token", "desk")
    assert json.loads(result.stdout)["published_at"] == "2026-11-23T09:00:00Z"


@pytest.mark.parametrize(
    "config", ['[defaults]\ntimeout = "1s"\n', '[[feed]]\nid = "a"\nurl = "URL"\ntimeout = "1s"\n']
)
def test_the_timeouts_of_the_config_hold(origin: ThreadingHTTPServer, tmp_path: Path, config: str) -> None:
    result = parse_url(origin, "/slow", ALLOWED + config, tmp_path)
    assert "within 1 s" in json.loads(result.stdout)["error"]


def test_the_size_limit_of_the_config_holds(origin: ThreadingHTTPServer, tmp_path: Path) -> None:
    result = parse_url(origin, "/long", ALLOWED + '[defaults]\nmax_body = "1KiB"\n', tmp_path)
    assert "larger than 1 KiB" in json.loads(result.stdout)["error"]


# ---- --explain
def test_an_explanation_names_elements_and_reasons(feed: str) -> None:
    result = run(feed, "--explain", "--base", "https://example.org/feed")
    assert result.exit_code == 0
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert lines[0] == f"{feed}: Desk [x] (RSS 2.0, utf-8, 1 entry)"
    assert "url link https://example.org/a" in lines
    assert 'published_at pubDate "2026-11-23 18:00:00" = 2026-11-23T18:00:00Z' in lines
    assert 'url guid link comes first: "g1"' not in lines


def test_an_explanation_in_json_is_a_line_for_the_document_and_one_for_each_entry(feed: str) -> None:
    result = run(feed, "--explain", "--json", "--base", "https://example.org/feed")
    document, entry = [json.loads(line) for line in result.stdout.splitlines()]
    assert (document["format"], document["entries"], document["complete"]) == ("RSS 2.0", 1, True)
    url = next(one for one in entry["fields"] if one["field"] == "url")
    assert (url["from"], url["value"], url["published"]) == (
        "link",
        "https://example.org/a",
        "https://example.org/a",
    )
    assert set(entry) == {"source", "entry", "entry_key", "fields", "dropped", "unread", "notes"}


@pytest.mark.parametrize("options", [[], ["--explain"]])
def test_a_dash_reads_standard_input(options: list[str]) -> None:
    result = CliRunner().invoke(wireroom, ["parse", "-", "--json", *options], input=FEED)
    assert result.exit_code == 0
    assert json.loads(result.stdout.splitlines()[-1])["source"] == "-"


def test_a_document_that_is_not_a_feed_has_no_explanation(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<html>no feed</html>")
    result = run(str(page), "--explain", "--json")
    assert result.exit_code == 1
    assert set(json.loads(result.stdout)) == {"source", "error"}


RELATIVE = (
    '<rss version="2.0"><channel><title>T</title>'
    "<item><title>One</title><link>/a/1</link></item>"
    "<item><title>Two</title><link>https://e.example/2</link></item>"
    "<item><title>Three</title><link>#</link></item></channel></rss>"
)


def test_relative_links_of_a_document_without_an_address_are_told_with_the_option(tmp_path: Path) -> None:
    """A link that is none, such as "#", would not be one with the address either."""
    (tmp_path / "feed.xml").write_text(RELATIVE)
    unknown = "the URL of the document is not known"
    said = f"warning: the links of 1 entry are relative: {unknown}; name it with --base URL"
    of_file = run(str(tmp_path / "feed.xml"))
    explained = run("-", "--explain", given=RELATIVE)
    assert all(said in one.output for one in (of_file, explained, run("-", given=RELATIVE)))
    assert f"relative, and {unknown}" in explained.output
    based = run("-", "--base", "https://e.example/feed", given=RELATIVE)
    assert "https://e.example/a/1" in based.output
    assert "warning" not in based.output


@pytest.mark.parametrize("command", ["parse", "extract"])
def test_lines_name_a_source_as_it_was_given_and_texts_without_its_login(command: str) -> None:
    url = "http://desk:tide@127.0.0.1:9/feed"  # refused before any connection
    lines = CliRunner().invoke(wireroom, [command, "--json", url])
    row = json.loads(lines.stdout)
    assert row["source"] == url
    assert "127.0.0.1 is loopback" in row["error"]
    assert "tide" not in row["error"]
    told = CliRunner().invoke(wireroom, [command, url])
    assert told.exit_code == 1
    assert "127.0.0.1 is loopback" in told.stderr
    assert "tide" not in told.output + told.stderr
