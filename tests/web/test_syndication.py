"""Feeds out: valid Atom and JSON Feed, conditional requests, and our own parser reads them."""

from datetime import UTC, datetime
from email.utils import format_datetime
from xml.etree import ElementTree as ET

import feedparser
import pytest
from sqlalchemy import update

from tests.store.samples import TEXT_RESULT, later, make_feed, sync
from tests.web.conftest import HOSTILE, LEAD, store
from worker.parse import read_feed
from worker.store import Database
from worker.store.models import ArticleRow, ExtractionRow, Story, Version

ATOM = "{http://www.w3.org/2005/Atom}"
ALL = "since=all"
FEEDS = [
    f"/stories.atom?{ALL}",
    f"/articles.atom?{ALL}",
    "/stories.atom?since=1m",
    f"/articles.atom?{ALL}&feed=wire",
]
JSON_FEEDS = [path.replace(".atom", ".feed.json") for path in FEEDS]


def required(element, names):
    """RFC 4287: each of these exactly once."""
    for name in names:
        assert len(element.findall(ATOM + name)) == 1, name
    updated = datetime.fromisoformat(element.find(ATOM + "updated").text)
    assert updated.tzinfo is not None
    assert element.find(ATOM + "id").text.startswith("tag:")


@pytest.mark.parametrize("path", FEEDS)
def test_an_atom_feed_has_what_the_standard_requires(site, path):
    """RFC 4287, sections 4.1.1 and 4.1.2."""
    response = site.get(path)
    assert response.headers["Content-Type"].startswith("application/atom+xml")
    feed = ET.fromstring(response.body)
    assert feed.tag == f"{ATOM}feed"
    required(feed, ("id", "title", "updated"))
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links["self"].endswith(path)
    ids = []
    for entry in feed.findall(f"{ATOM}entry"):
        required(entry, ("id", "title", "updated"))
        assert entry.findall(f"{ATOM}author/{ATOM}name")  # the feed itself has none
        rels = [
            (one.get("rel"), one.get("type"), one.get("hreflang")) for one in entry.findall(f"{ATOM}link")
        ]
        assert len(rels) == len(set(rels))
        assert "alternate" in {rel for rel, _, _ in rels}
        assert all(one.get("href").startswith("http") for one in entry.findall(f"{ATOM}link"))
        ids.append(entry.find(ATOM + "id").text)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", FEEDS)
def test_feedparser_reads_an_atom_feed_without_complaint(site, path):
    read = feedparser.parse(site.get(path).body)
    assert not read.bozo
    assert read.version == "atom10"


@pytest.mark.parametrize("path", JSON_FEEDS)
def test_a_json_feed_has_what_its_version_requires(site, path):
    """jsonfeed.org, version 1.1: version, title, items; of an item id, and content."""
    response = site.get(path)
    assert response.headers["Content-Type"].startswith("application/feed+json")
    feed = response.json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"].endswith(path)
    assert isinstance(feed["title"], str)
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert item["content_text"]
        assert datetime.fromisoformat(item["date_modified"]).tzinfo is not None


def test_a_story_is_one_entry_with_the_text_of_its_lead_and_its_last_change(site):
    items = {item["id"]: item for item in site.get(f"/stories.feed.json?{ALL}&copies=2").json()["items"]}
    story = items["tag:localhost,2026:story/1"]
    assert story["title"] == "Ferry links islands"
    assert "378 passengers" in story["content_text"]
    assert story["date_modified"] == "2026-11-24T13:15:00Z"  # its last copy
    assert story["summary"] == "3 copies in 3 outlets: wire, coast-courier, inland"


def test_titles_of_any_kind_are_text(site):
    feed = ET.fromstring(site.get(f"/stories.atom?{ALL}&copies=2").body)
    titles = [entry.find(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")]
    assert HOSTILE in [title.text for title in titles]
    assert all(title.get("type") in {None, "text"} for title in titles)


@pytest.mark.parametrize("path", [f"/stories.atom?{ALL}", f"/articles.feed.json?{ALL}"])
def test_a_reader_that_has_the_feed_gets_304(site, path):
    response = site.get(path)
    assert site.get(path, If_None_Match=response.headers["Etag"]).status == 304
    assert site.get(path, If_None_Match='"other"').status == 200
    modified = response.headers["Last-Modified"]
    assert site.get(path, If_Modified_Since=modified).status == 304
    assert site.get(path, If_Modified_Since=format_datetime(datetime(2020, 1, 1, tzinfo=UTC))).status == 200
    assert site.get(path, If_Modified_Since="yesterday").status == 200
    assert site.get(path, If_None_Match='"other"', If_Modified_Since=modified).status == 200


def test_the_product_itself_can_subscribe_to_its_stories(site):
    """Both formats are read by our own parser: the same titles, times and stable ids."""
    atom, other = (
        read_feed(site.get(f"/stories.{kind}?{ALL}&copies=2").body, url="http://127.0.0.1/", now=later(7200))
        for kind in ("atom", "feed.json")
    )
    for found in (atom, other):
        assert [entry.guid for entry in found.articles] == [f"tag:localhost,2026:story/{n}" for n in (5, 1)]
    assert [entry.title for entry in atom.articles] == [entry.title for entry in other.articles]


def test_ids_name_the_public_host_if_there_is_one(small_site):
    site = small_site(web_url="https://news.example/desk")
    feed = ET.fromstring(site.get(f"/stories.atom?{ALL}").body)
    assert feed.find(f"{ATOM}entry/{ATOM}id").text.startswith("tag:news.example,2026:story/")
    links = [link.get("href") for link in feed.findall(f"{ATOM}link")]
    assert all(link.startswith("https://news.example/desk/") for link in links)


def store_read(database):
    """Store a text whose page was read; returns its id and the version before an edit an hour later."""
    with database.write() as connection:
        sync(connection, make_feed("quay", tags=("quay",)))
        article = store(connection, "quay", *LEAD, title="Tanker freed")
        page = {**TEXT_RESULT, "created_at": later(60), "article_id": article}
        connection.execute(ExtractionRow.__table__.insert(), page)
    before = {"title": "Tanker freed", "summary": None, "text": LEAD[0], "content_hash": "a"}
    return article, {**before, "article_id": article, "number": 1, "replaced_at": later(3600)}


def test_the_entry_of_a_correction_is_updated_and_says_it_once(small_site):
    site = small_site()
    database = Database(site.settings.database_url)
    article, version = store_read(database)
    paths = (f"/stories.atom?{ALL}&tag=quay", f"/articles.atom?{ALL}&tag=quay")
    before = [site.get(path).headers["Last-Modified"] for path in paths]
    with database.write() as connection:
        edited = {"title": "CORRECTED: Tanker freed", "take_kind": "correction", "versions": 2}
        connection.execute(update(ArticleRow).where(ArticleRow.id == article).values(**edited))
        connection.execute(Version.__table__.insert(), version)
        connection.execute(update(Story).where(Story.id == article).values(mark="corrected"))
    database.close()
    for path, modified in zip(paths, before, strict=True):
        response = site.get(path, If_Modified_Since=modified)
        assert response.status == 200
        entry = ET.fromstring(response.body).find(f"{ATOM}entry")
        assert entry.find(f"{ATOM}title").text == "CORRECTED: Tanker freed"
        assert datetime.fromisoformat(entry.find(f"{ATOM}updated").text) == later(3600)
        assert entry.find(f"{ATOM}content").text.startswith("[Text of the page, read before the last edit")
    [item] = site.get(f"/stories.feed.json?{ALL}&tag=quay").json()["items"]
    assert item["_wireroom"] == {"text_is_before_edit": True}
    assert site.get(f"/articles/{article}.json").json()["text_is_before_edit"] is True
    assert site.get("/articles/1.json").json()["text_is_before_edit"] is False
    shown = site.get(f"/stories/{article}").text
    assert "Text of the page, read before the edit of" in shown
    assert "Compare two copies" not in shown
    for page in (shown, site.get(f"/articles/{article}").text):
        assert "Found in the text read at" in page.partition("Credit and facts")[2]
    [member] = site.get(f"/stories/{article}.json").json()["members"]
    assert member["edits"]["text_is_before_edit"] is True
    assert "read before the edit of" in site.get(f"/compare/{article}/1").text
    assert site.get(f"/compare/{article}/1.json").json()["old"]["text_is_before_edit"] is True
