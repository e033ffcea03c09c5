"""`wireroom discover`: a site's feeds with few requests, under the rules of every other request."""

import json
import re
import tomllib

import pytest
from click.testing import CliRunner

from tests.fetch.conftest import Origin, reply
from worker.cli.discover import discover as command
from worker.errors import FetchError
from worker.fetch import Fetcher
from worker.flows.discover import MAX_LINKED, WELL_KNOWN, DiscoveryTools, discover, propose_id
from worker.parse import ParsePool
from worker.records import Config, FeedConfig, HostRule

LOOPBACK = ("127.0.0.0/8",)


def feed(title, *days):
    items = "".join(
        f"<item><title>Report of day {day}</title><guid>{day}</guid><link>https://news.example/{day}</link>"
        f"<pubDate>Tue, {day:02} Nov 2026 10:00:00 GMT</pubDate></item>"
        for day in days
    )
    document = (
        f'<rss version="2.0"><channel><title>{title}</title><language>en</language>{items}</channel></rss>'
    )
    return reply(200, document.encode(), "Content-Type: application/rss+xml")


def page(*hrefs, head=""):
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="{href}">' for href in hrefs)
    return reply(
        200,
        f"<!doctype html><html><head>{head}{links}</head><body>x</body>".encode(),
        "Content-Type: text/html",
    )


@pytest.fixture
def origin():
    server = Origin()
    yield server
    server.close()


@pytest.fixture
def tools():
    naps = []
    with ParsePool() as pool:
        fetcher = Fetcher()
        room = DiscoveryTools(
            fetcher,
            Config(feeds=(), contact="me@example.org", allow_private=LOOPBACK),
            pool.sandbox,
            sleep=naps.append,
            pool=pool,
        )
        room.naps = naps
        yield room
        fetcher.close()


def targets(origin):
    return [asked.target.decode() for asked in origin.asked]


def test_linked_feeds_are_listed_with_title_entries_and_newest(origin, tools):
    origin.answer(page("/a.xml", "/b.xml"), b"/")
    origin.answer(feed("Harbour - News", 3, 24, 9, 1), b"/a.xml")
    origin.answer(feed("Harbour - Sport"), b"/b.xml")
    found = discover(tools, origin.url("/"))
    first, second = found.feeds
    assert (first.title, first.lang, first.entries, first.source) == ("Harbour - News", "en", 4, "link")
    assert f"{first.newest_at:%d}" == "24"
    assert [article.title for article in first.last] == [f"Report of day {day}" for day in (24, 9, 3)]
    assert (second.entries, second.newest_at, second.last) == (0, None, ())
    assert targets(origin) == ["/robots.txt", "/", "/a.xml", "/b.xml"]
    assert found.requests == 4


def test_usual_places_are_tried_only_if_the_page_names_no_feed(origin, tools):
    origin.answer(page(), b"/news")
    origin.answer(feed("Harbour", 1), WELL_KNOWN[1].encode())
    origin.answer(feed("Harbour", 1), WELL_KNOWN[2].encode())
    found = discover(tools, origin.url("/news"))
    assert [(f.url, f.source) for f in found.feeds] == [(origin.url(WELL_KNOWN[1]), "well-known")]
    assert targets(origin) == ["/robots.txt", "/news", *WELL_KNOWN[:2]]


def test_a_link_that_is_no_feed_is_said_and_no_place_is_guessed(origin, tools):
    origin.answer(page("/a.xml"), b"/")
    found = discover(tools, origin.url("/"))
    assert found.feeds == ()
    assert "/a.xml" in found.notes[0]
    assert "404" in found.notes[0]
    assert len(origin.asked) == 3


def test_an_address_that_is_a_feed_is_its_own_answer(origin, tools):
    url = origin.answer(feed("Harbour", 1))
    found = discover(tools, url)
    assert [(f.url, f.source) for f in found.feeds] == [(url, "itself")]


def test_a_link_to_a_port_that_the_operator_did_not_name_is_not_followed(origin, tools):
    other = Origin()
    origin.answer(page("/a.xml", other.url("/b.xml")), b"/")
    origin.answer(feed("Harbour"), b"/a.xml")
    found = discover(tools, origin.url("/"))
    other.close()
    assert [one.title for one in found.feeds] == ["Harbour"]
    assert f"port {other.port} of 127.0.0.1 is not allowed" in found.notes[0]
    assert other.connections == 0  # not even for robots.txt


def test_only_a_few_links_are_looked_at(origin, tools):
    names = [f"/{number}.xml" for number in range(20)]
    origin.answer(page(*names), b"/")
    for name in names:
        origin.answer(feed(f"Feed {name}"), name.encode())
    found = discover(tools, origin.url("/"))
    assert len(found.feeds) == MAX_LINKED
    assert len(origin.asked) == MAX_LINKED + 2
    assert any("more feeds are linked" in note for note in found.notes)


def test_robots_txt_is_obeyed_for_page_and_feed(origin, tools):
    origin.answer(reply(200, b"User-agent: *\nDisallow: /private"), b"/robots.txt")
    origin.answer(page("/private/feed.xml"), b"/")
    origin.answer(feed("Secret", 1), b"/private/feed.xml")
    found = discover(tools, origin.url("/"))
    assert found.feeds == ()
    assert "disallowed by robots.txt" in found.notes[0]
    with pytest.raises(FetchError, match=r"disallowed by robots\.txt"):
        discover(tools, origin.url("/private/"))
    assert "/private/feed.xml" not in targets(origin)


def test_every_request_says_who_asks_and_keeps_the_hosts_delay(origin, tools):
    tools.config = Config(
        feeds=(), contact="me@example.org", allow_private=LOOPBACK, hosts=(HostRule(delay_s=3.0),)
    )
    origin.answer(reply(200, b"User-agent: *\nCrawl-delay: 7"), b"/robots.txt")
    origin.answer(page("/a.xml"), b"/")
    origin.answer(feed("Harbour", 1), b"/a.xml")
    discover(tools, origin.url("/"))
    assert {asked.field("user-agent") for asked in origin.asked} == {origin.asked[0].field("user-agent")}
    assert b"me@example.org" in origin.asked[0].field("user-agent")
    assert tools.naps == [7.0, 7.0]


def test_an_address_that_is_not_public_is_refused(origin, tools):
    tools.config = Config(feeds=())
    with pytest.raises(FetchError, match="loopback"):
        discover(tools, origin.url("/"))
    assert origin.asked == []


def test_a_feed_that_is_watched_already_keeps_its_id(origin, tools):
    url = origin.answer(feed("Harbour", 1))
    tools.config = Config(feeds=(FeedConfig(id="harbour", url=url),), allow_private=LOOPBACK)
    [found] = discover(tools, url).feeds
    assert (found.id, found.is_known) == ("harbour", True)


IDS = [
    ("https://www.example.org/feed", "Example", set(), "example"),
    ("https://feeds.example.co.uk/all", "Example", set(), "example"),
    ("https://sport.example.com/feed", "", set(), "sport-example"),
    ("https://example.org/b", "Example - World & Asia", {"example"}, "example-world-asia"),
    ("https://example.org/b", "예시", {"example"}, "example-2"),
    ("http://127.0.0.1/feed", "", set(), "127-0-0-1"),
    ("http://127.0.0.1:8080/feed", "Pier News", set(), "pier-news"),
    ("http://127.0.0.1/b", "Pier News", {"pier-news"}, "pier-news-2"),
    (
        "http://127.0.0.1/b",
        "The Pier News of the West and East",
        {"the-pier-news-of"},
        "the-pier-news-of-west-and-east",
    ),
    ("http://[::1]/feed", "Pier News", set(), "pier-news"),
    ("http://localhost:8080/feed", "Pier News", set(), "pier-news"),
    ("http://10.0.0.1/feed", "예시", set(), "10-0-0-1"),
    ("http://127.0.0.1:8000/coast-courier/feed.xml", "", set(), "coast-courier"),
    ("https://news.kr/feed", "", set(), "news"),
]


@pytest.mark.parametrize(("url", "title", "taken", "name"), IDS)
def test_an_id_is_proposed_from_host_and_title(url, title, taken, name):
    assert propose_id(url, title, taken) == name


def test_the_command_prints_toml_that_the_config_takes(origin, tmp_path, monkeypatch):
    config = tmp_path / "feeds.toml"
    config.write_text('[http]\nallow_private = ["127.0.0.0/8"]\n[host."*"]\ndelay = "0s"\n', encoding="utf-8")
    monkeypatch.setenv("WIREROOM_CONFIG", str(config))
    monkeypatch.setenv("WIREROOM_HOME", str(tmp_path / "home"))
    origin.answer(page("/a.xml?x=1&amp;y=2"), b"/")
    origin.answer(feed("Harbour", 1), b"/a.xml?x=1&y=2")
    done = CliRunner().invoke(command, [origin.url("/"), "--json"])
    row = json.loads(done.stdout)
    assert done.exit_code == 0
    [table] = tomllib.loads(row["toml"])["feed"]
    assert table == {"id": row["id"], "url": origin.url("/a.xml?x=1&y=2"), "lang": "en"}
    words = CliRunner().invoke(command, [origin.url("/")])
    assert re.search(r"1 entry, newest (2026-)?11-01 10:00:00Z\n", words.stderr)
    assert tomllib.loads(words.stdout)["feed"] == [table]


def test_add_writes_what_is_new_into_the_config_and_leaves_the_rest(origin, tmp_path, monkeypatch):
    """Also with the address of a feed of another file; the second time nothing is new."""
    config = tmp_path / "feeds.toml"
    before = '# ours\n[http]\nallow_private = ["127.0.0.0/8"]\n[host."*"]\ndelay = "0s"'
    config.write_text(before, encoding="utf-8")
    (tmp_path / "feeds.d").mkdir()
    there = f'[[feed]]\nid = "b"\nurl = "{origin.url("/b.xml")}"\n'
    (tmp_path / "feeds.d" / "more.toml").write_text(there, encoding="utf-8")
    monkeypatch.setenv("WIREROOM_CONFIG", str(config))
    origin.answer(page("/a.xml", "/b.xml"), b"/")
    origin.answer(feed("Harbour", 1), b"/a.xml")
    origin.answer(feed("Pier", 1), b"/b.xml")
    done = CliRunner().invoke(command, [origin.url("/"), "--add"])
    assert done.exit_code == 0, done.output
    assert f"1 feed added to {config}; 1 known" in done.stderr
    text = config.read_text(encoding="utf-8")
    assert text.startswith(before)
    assert tomllib.loads(text)["feed"] == [{"id": "harbour", "url": origin.url("/a.xml"), "lang": "en"}]
    done = CliRunner().invoke(command, [origin.url("/"), "--add"])
    assert (done.exit_code, config.read_text(encoding="utf-8")) == (0, text)


def test_add_without_a_config_file_writes_nothing(origin, tmp_path, monkeypatch):
    monkeypatch.setattr("worker.cli.offline_config.read_rules", lambda: Config((), allow_private=LOOPBACK))
    monkeypatch.setenv("WIREROOM_CONFIG", str(tmp_path / "none.toml"))
    origin.answer(feed("Harbour", 1), b"/a.xml")
    done = CliRunner().invoke(command, [origin.url("/a.xml"), "--add"])
    assert (done.exit_code, list(tmp_path.glob("*.toml"))) == (1, [])
    assert "`wireroom init` writes one" in done.output


def test_a_site_without_feeds_is_exit_1(origin, tmp_path, monkeypatch):
    config = tmp_path / "feeds.toml"
    config.write_text('[http]\nallow_private = ["127.0.0.0/8"]\n[host."*"]\ndelay = "0s"\n', encoding="utf-8")
    monkeypatch.setenv("WIREROOM_CONFIG", str(config))
    origin.answer(page(), b"/")
    done = CliRunner().invoke(command, [origin.url("/"), "--json"])
    assert (done.stdout, done.exit_code) == ("", 1)
    assert f"no feed found ({len(WELL_KNOWN) + 2} requests)" in done.stderr


def test_a_name_without_a_scheme_whose_server_speaks_no_tls_is_told_what_to_try(
    origin, tmp_path, monkeypatch
):
    config = tmp_path / "feeds.toml"
    config.write_text('[http]\nallow_private = ["127.0.0.0/8"]\n[host."*"]\ndelay = "0s"\n', encoding="utf-8")
    monkeypatch.setenv("WIREROOM_CONFIG", str(config))
    monkeypatch.setenv("WIREROOM_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("worker.flows.polite_client.TIMEOUT_S", 2.0)
    plain = origin.url("/")
    told = str(CliRunner().invoke(command, [plain.removeprefix("http://")]).exception)
    assert told.endswith(f"; https:// was assumed: try {plain}")
    told = str(CliRunner().invoke(command, [plain.replace("http:", "https:")]).exception)
    assert "was assumed" not in told
    told = str(CliRunner().invoke(command, ["no-such-name.invalid"]).exception)
    assert told
    assert "was assumed" not in told
