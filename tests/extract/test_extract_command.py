"""`wireroom extract`: one JSON object per page in order, errors as objects, exit codes."""

import json

import pytest
from click.testing import CliRunner

from tests.fetch.conftest import Origin, reply
from worker.cli.extract import extract

KEYS = {"source", "url", "title", "author", "published_at", "lang", "site", "text", "agency", "credit"}
KEYS |= {"dateline", "quotes", "acronyms", "dates", "numbers", "people"}
STORY = """Ferry service resumes after storm

BUSAN, Nov. 24 (Yonhap) -- Ferries between Busan and the outer islands sailed again on Tuesday.

Crews checked the piers at dawn and found one ramp bent, the port authority said.
"""


@pytest.fixture
def story(tmp_path):
    path = tmp_path / "story é.txt"
    path.write_text(STORY, encoding="utf-8")
    return str(path)


def run(*arguments):
    found = CliRunner().invoke(extract, list(arguments))
    return found.exit_code, [json.loads(line) for line in found.stdout.splitlines() if line.startswith("{")]


def test_each_page_is_one_object_with_all_keys(story):
    """Missing values are null or an empty list; the source is named as given."""
    code, (row,) = run(story, "--json")
    assert code == 0
    assert set(row) >= KEYS
    assert (row["source"], row["title"]) == (story, "Ferry service resumes after storm")
    assert row["quotes"] == row["people"] == []


def test_the_dateline_s_agency_is_the_credit(story):
    """A credit sets `agency`; its evidence is a quotation with its offset in the text."""
    row = run(story, "--json")[1][0]
    assert row["agency"] == row["credit"]["agency"] == "Yonhap"
    start = row["credit"]["offset"]
    assert row["text"][start : start + len(row["credit"]["evidence"])] == row["credit"]["evidence"]


def test_base_and_published_stand_for_what_a_feed_would_say(story):
    """The base is the URL; the time is given in UTC."""
    row = run(story, "--base", "https://a.example/1", "--published", "2026-03-04T05:06:07+09:00", "--json")[
        1
    ][0]
    assert (row["url"], row["published_at"]) == ("https://a.example/1", "2026-03-03T20:06:07Z")


def test_a_bad_file_is_an_error_object_and_the_others_come(story, tmp_path):
    """The exit code is 1; all other pages are reported."""
    pdf = tmp_path / "a.pdf"
    pdf.write_bytes(b"%PDF-1.4")
    code, rows = run(story, str(tmp_path / "absent.html"), str(pdf), story, "--json")
    assert code == 1
    assert ["error" in row for row in rows] == [False, True, True, False]
    assert set(rows[1]) == {"source", "error"}


@pytest.mark.parametrize("arguments", [(), ("x.html", "--published", "soon"), ("x.html", "--no-such-option")])
def test_wrong_usage_is_exit_2(arguments):
    """A missing file, an invalid time, an unknown option."""
    assert run(*arguments)[0] == 2


def test_without_json_a_person_can_read_it(story):
    """Fields by name; empty ones are omitted."""
    found = CliRunner().invoke(extract, [story])
    assert "Ferry service resumes after storm" in found.stdout
    assert "quotes" not in found.stdout


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A site on loopback, and a config that allows requests to it without a crawl delay."""
    config = tmp_path / "feeds.toml"
    config.write_text('[http]\nallow_private = ["127.0.0.0/8"]\n[host."*"]\ndelay = "0s"\n')
    monkeypatch.setenv("WIREROOM_CONFIG", str(config))
    origin = Origin()
    origin.answer(reply(200, STORY.encode(), "Content-Type: text/plain"), b"/story")
    yield origin
    origin.close()


def test_a_url_is_asked_for_under_the_rules_of_the_config(site):
    """Address guard, contact and robots.txt apply as in a job; robots.txt is fetched once for all pages."""
    site.answer(reply(200, b"User-agent: *\nDisallow: /private"), b"/robots.txt")
    site.answer(reply(302, b"", "Location: /private/story"), b"/moved")
    code, rows = run(site.url("/story"), site.url("/private/story"), site.url("/moved"), "--json")
    assert (code, rows[0]["title"]) == (1, "Ferry service resumes after storm")
    assert all("disallowed by robots.txt" in row["error"] for row in rows[1:])
    assert [asked.target for asked in site.asked] == [b"/robots.txt", b"/story", b"/moved"]


def test_a_private_address_that_the_config_does_not_allow_is_not_asked(site, monkeypatch, tmp_path):
    monkeypatch.setenv("WIREROOM_CONFIG", str(tmp_path / "none.toml"))
    code, rows = run(site.url("/story"), "--json")
    assert (code, "loopback" in rows[0]["error"]) == (1, True)
    assert site.asked == []
