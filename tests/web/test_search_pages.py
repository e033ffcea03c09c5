"""Pages of a search: each looks through a few matches, and the cursor leads to all of them."""

import pytest

from worker.store import filters, windows
from worker.web import stories


def all_of(site, address):
    """The ids of all pages of a list, and how many items each page has."""
    ids, sizes, cursor = [], [], ""
    while len(sizes) < 100:
        data = site.get(f"{address}{cursor}").json()
        ids += [item["id"] for item in data["items"]]
        sizes.append(len(data["items"]))
        if data["next"] is None:
            return ids, sizes
        cursor = f"&cursor={data['next']}"
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize("few", [1, 2, 3])
@pytest.mark.parametrize("limit", [1, 2, 200])
@pytest.mark.parametrize(
    "address",
    [
        "/articles.json?search=ferry&since=all", "/articles.json?search=the&since=all&lang=en",
        "/articles.json?search=the&since=all&agency=Yonhap",
        "/articles.json?search=ferry&since=all&feed=wire", "/articles.json?search=the&since=all&feed=wire",
        "/articles.json?search=the&since=all&feed=wire&lang=en",
        "/stories.json?search=the&since=all&copies=1", "/stories.json?search=the&since=all&copies=1&lang=en",
        "/stories.json?search=the&since=all&copies=1&agency=Yonhap",
    ],
)  # fmt: skip
def test_the_cursor_leads_to_all_matches(site, monkeypatch, address, limit, few):
    expected, _ = all_of(site, address)
    assert expected
    monkeypatch.setattr(windows, "MATCHES", few)
    monkeypatch.setattr(windows, "FEED_MATCHES", few)
    found, sizes = all_of(site, f"{address}&limit={limit}")
    assert found == expected
    assert max(sizes) <= limit


def test_a_page_without_items_leads_further_back(site, monkeypatch):
    address = "/articles?search=ferry&since=all&agency=Nobody"
    assert "Look further back" not in site.get(address).text
    monkeypatch.setattr(windows, "MATCHES", 1)
    assert "Look further back" in site.get(address).text


@pytest.mark.parametrize("few", [1, 2, 3])
@pytest.mark.parametrize("limit", [1, 2, 200])
@pytest.mark.parametrize(
    "address",
    [
        "/articles.json?since=all&lang=en", "/articles.json?since=all&agency=Yonhap",
        "/articles.json?since=all&lang=en&feed=wire", "/articles.json?since=all&agency=Yonhap&feed=wire",
        "/articles.json?since=7d&lang=en&agency=Yonhap", "/stories.json?since=all&copies=1&lang=en",
        "/stories.json?since=all&copies=1&agency=Yonhap", "/stories.json?since=all&copies=2",
    ],
)  # fmt: skip
def test_the_cursor_leads_to_all_that_meet_filters(site, monkeypatch, address, limit, few):
    expected, _ = all_of(site, address)
    assert expected
    monkeypatch.setattr(filters, "FEW", 0)
    monkeypatch.setattr(windows, "ARTICLES", few)
    monkeypatch.setattr(windows, "FEED_ARTICLES", few)
    monkeypatch.setattr(stories, "STORIES", few)
    monkeypatch.setattr(stories, "COPIED", few)
    found, sizes = all_of(site, f"{address}&limit={limit}")
    assert found == expected
    assert max(sizes) <= limit


def test_nothing_older_than_since_is_looked_through(site, monkeypatch):
    monkeypatch.setattr(windows, "MATCHES", 1)
    assert site.get("/articles.json?search=ferry&agency=Nobody&since=1s").json()["next"] is None


def test_a_story_shows_as_many_copies_as_wanted(site):
    story = site.get("/stories/1.json?limit=1").json()
    assert len(story["members"]) == 1 < story["copies"]
    assert "?limit=100#copies" in site.get("/stories/1?limit=1").text
    assert len(site.get("/stories/1.json").json()["members"]) == story["copies"]
    assert site.get("/stories/1?limit=101").status == 400


@pytest.mark.parametrize("few", [1, 2])
@pytest.mark.parametrize("address", ["/jobs.json?kind=facts", "/jobs.json?host=news.example"])
def test_the_cursor_leads_to_all_jobs(site, monkeypatch, address, few):
    expected, _ = all_of(site, address)
    assert len(expected) > 1
    monkeypatch.setattr(windows, "JOBS", few)
    found, sizes = all_of(site, f"{address}&limit=1")
    assert found == expected
    assert len(sizes) > len(expected), "a page without items leads further back"


def test_the_articles_of_a_story_are_listed_by_any_of_its_ids(site):
    """Articles 2 and 3 founded stories that were merged into story 1."""
    for story in (1, 2, 3):
        found, _ = all_of(site, f"/articles.json?story={story}&since=all&limit=2")
        assert found == [3, 2, 1]
    assert all_of(site, "/articles.json?story=1&since=all&feed=inland")[0] == [3]
    assert all_of(site, "/articles.json?story=999&since=all")[0] == []
    assert site.get("/articles?story=x").status == 400
    assert 'name="story" value="1"' in site.get("/articles?story=1&since=all").text
