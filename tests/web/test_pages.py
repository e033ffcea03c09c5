"""The pages: each is HTML and JSON, needs no script, and answers a wrong request in words."""

import re
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from lxml import html

from tests.store.samples import NOW, join, later
from tests.support.schema import with_schema
from tests.web.conftest import HOSTILE, LEAD, Site, fill, settings_for, store
from worker.store import Database, push_receivers
from worker.store.events import add_events
from worker.web import jobs
from worker.web.openapi import PARAMETERS, json_addresses
from worker.web.routes import ROUTES

ALL = "since=all"
PLACES = {
    "/stories/{id}": "/stories/1", "/articles/{id}": "/articles/1", "/feeds/{id}": "/feeds/wire",
    "/jobs/{id}": "/jobs/1", "/push/{id}": "/push/1", "/compare/{first}/{second}": "/compare/1/2",
}  # fmt: skip
PAGES = ["/", f"/stories?{ALL}", f"/articles?{ALL}", "/feeds", "/jobs", "/push", "/needs", *PLACES.values()]
BAD = [
    "/stories?cursor=%ff", "/stories?cursor=x", "/stories?cursor=W10", "/stories?cursor=WzEsMl0",
    "/stories?cursor=" + "A" * 300, "/stories?since=yesterday", "/stories?since=9" + "9" * 30 + "d",
    "/stories?copies=-1", "/stories?copies=%D9%A1", "/stories?limit=0", "/stories?limit=1e9",
    "/stories?tag=%00",
    "/stories?lang=%F0%28%8C%28", "/stories?search=" + "a+" * 20, "/stories?agency=" + "a" * 500,
    "/stories?nothing=1", "/stories?tag=a&tag=b", "/articles?cursor=WyJhIl0", "/articles?cursor=WzFlOTld",
    "/articles?cursor=W3RydWVd", "/feeds?cursor=WzFd", "/feeds?state=sleeping", "/jobs?state=x",
    "/push?state=x", "/push?kind=story", "/push?cursor=WyJhIl0",
    "/compare?first=1", "/stories.atom?limit=9999", "/articles.feed.json?since=%00",
    "/stories?search=%25%27%22", "/articles?search=*", "/stories.atom?search=%7C", "/articles.atom?search=_",
]  # fmt: skip
MISSING = [
    "/stories/999", "/stories/0x1", "/stories/99999999999999999999", "/articles/999", "/feeds/none",
    "/jobs/999", "/push/999", "/push/9223372036854775807", "/compare/1/999",
    "/articles/1/versions/9", "/nothing", "/stories/1/2",
    "/static/../server.py",
    "/static/%2e%2e/server.py", "/feeds/%00", "/stories/%D9%A1",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_html_without_script_and_style_of_its_own(site, path):
    response = site.get(path)
    assert response.status == 200, response.text
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    page = html.fromstring(response.body)
    assert (
        page.xpath("//script | //style | //@style | //iframe | //object | //@*[starts-with(name(), 'on')]")
        == []
    )
    assert page.xpath("count(//h1)") == 1
    assert page.xpath("//html/@lang") == ["en"]
    assert all(label.xpath(".//input | .//select") for label in page.xpath("//label"))
    assert all(
        picture.get("aria-label") or picture.get("aria-labelledby")
        for picture in page.xpath("//*[@role='img']")
    )


def test_the_stories_are_the_latest_first_with_their_agency_and_outlets(site):
    data = site.get(f"/stories.json?{ALL}").json()
    assert [story["id"] for story in data["items"]] == [5, 1]
    assert data["next"] is None
    ferry = data["items"][1]
    assert (ferry["copies"], ferry["outlets"], ferry["agency"]) == (3, 3, "Yonhap")
    assert "Ferry links islands" in site.get(f"/stories?{ALL}").text


@pytest.mark.parametrize(
    ("query", "stories"),
    [
        ("tag=local", [1]), ("tag=wire", [5, 1]), ("agency=yonhap", [1]), ("lang=en", [5, 1]),
        ("lang=ko", []),
        ("search=ferry+geoje", [1]), ("search=nowhere", []), ("copies=3", [1]), ("copies=1&lang=ko", [7]),
        ("copies=1&search=%EC%97%AC%EA%B0%9D%EC%84%A0", [7]), ("copies=1&search=100%25", []),
        ("copies=1&search=%EB%B0%B0%EA%B0%80", [7]),
    ],
)  # fmt: skip
def test_filters_leave_the_stories_that_meet_all_of_them(site, query, stories):
    found = site.get(f"/stories.json?{ALL}&{query}").json()
    assert [story["id"] for story in found["items"]] == stories


def test_by_default_a_week_is_shown(site):
    assert len(site.get("/stories.json").json()["items"]) == 2
    assert site.get("/stories.json?since=1m").json()["items"] == []


@pytest.mark.parametrize("what", ["stories", "articles", "feeds", "jobs", "push"])
def test_cursors_lead_through_a_list_without_gap_or_repetition(site, what):
    query = {"stories": f"{ALL}&copies=1", "articles": ALL}.get(what, "")
    whole = [row["id"] for row in site.get(f"/{what}.json?{query}").json()["items"]]
    found, cursor = [], ""
    while cursor is not None:
        page = site.get(f"/{what}.json?{query}&limit=1" + (f"&cursor={cursor}" if cursor else "")).json()
        found += [row["id"] for row in page["items"]]
        cursor = page["next"]
    assert found == whole


def test_a_story_says_who_ran_it_first_what_was_cut_and_why_it_was_joined(site):
    read = html.fromstring(site.get("/stories/1").body)
    page = " ".join(read.text_content().split())
    assert read.xpath("string(//dt[. = 'Ran it first']/following-sibling::dd)") == "wire"
    assert "Cut 1 of 4 paragraphs, from the end" in page
    assert "added 1 paragraph" in page
    assert "Joined: shared" in page
    assert "62%" in page
    assert "is mostly contained in article 4" in page
    story = site.get("/stories/1.json").json()
    assert [member["edits"]["cut"] for member in story["members"]][:2] == [0, 1]
    assert story["members"][0]["relations"][0]["kind"] == "contained_in"


def test_the_time_line_has_a_mark_for_each_copy_within_its_width(site):
    page = html.fromstring(site.get("/stories/1").body)
    marks = [float(x.rstrip("%")) for x in page.xpath("//svg//circle/@cx")]
    assert len(marks) == 3
    assert marks == sorted(marks)
    assert all(0 < x < 100 for x in marks)


def test_two_copies_are_compared_word_by_word_side_by_side(site):
    page = html.fromstring(site.get("/compare/1/2").body)
    assert any("limit the number of day trippers" in one.text_content() for one in page.xpath("//del"))
    assert any("noon boat" in one.text_content() for one in page.xpath("//ins"))
    data = site.get("/compare/1/2.json").json()
    kinds = {span["kind"] for passage in data["text"] for span in passage["spans"]}
    assert kinds == {"same", "cut", "added"}
    assert site.get("/compare.json?first=1&second=2").json() == data


@pytest.mark.parametrize("path", BAD)
def test_a_wrong_request_is_a_400_in_words(site, path):
    response = site.get(path)
    assert response.status == 400, response.text
    as_json = site.get(path.replace("?", ".json?", 1)) if "." not in path.partition("?")[0] else response
    assert as_json.status == 400
    if as_json is not response:
        assert re.fullmatch(r"[a-z].+", as_json.json()["error"])
    assert "Traceback" not in response.text


@pytest.mark.parametrize("path", MISSING)
def test_what_is_not_there_is_a_404(site, path):
    assert (
        site.get(path).status in {400, 404}
        if "%00" in path or "%2e" in path
        else site.get(path).status == 404
    )


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_pages_are_only_read(site, method):
    response = site.get("/stories", method=method)
    assert (response.status, response.headers["Allow"]) == (405, "GET, HEAD")


def test_hostile_titles_are_text(site):
    for path in [
        *PAGES,
        "/stories/5",
        "/articles/5",
        "/compare/5/6",
        f"/stories?search={'%3Cscript%3E'}&{ALL}",
    ]:
        body = site.get(path).text
        assert "<script" not in body, path
        assert "<img" not in body, path
        assert "javascript:" not in re.sub(r"<td[^>]*>[^<]*</td>", "", body), path
    assert html.fromstring(site.get("/stories/5").body).xpath("string(//h1)") == HOSTILE


def test_every_json_page_is_described_and_as_it_is_described(site):
    """The OpenAPI document has each route with its parameters, and each response has the described form."""
    document = site.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    wanted = {address for route in ROUTES for address in json_addresses(route)}
    assert set(document["paths"]) == wanted
    assert len(wanted) >= 10
    for route in ROUTES:
        assert set(route.params) <= PARAMETERS.keys()
        for address in json_addresses(route):
            place = PLACES.get(route.path, route.path)
            if "{" in place:
                continue
            query = {"/stories": f"?{ALL}", "/articles": f"?{ALL}", "/compare": "?first=1&second=2"}.get(
                place, ""
            )
            response = site.get(f"{place}.json{query}")
            assert response.status == 200, response.text
            _check(document, address, "200", response.json())
            refused = site.get(f"{place}.json?nothing=1")
            _check(document, address, "400", refused.json())


def _check(document, address, status, found):
    content = document["paths"][address]["get"]["responses"][status]["content"]
    schema = {**content["application/json"]["schema"], "components": document["components"]}
    validator = jsonschema.Draft202012Validator(schema)
    assert [error.message for error in validator.iter_errors(found)] == []


def test_a_head_request_has_the_header_alone(site):
    response = site.get("/stories", method="HEAD")
    assert (response.status, response.body) == (200, b"")


def test_an_unchanged_page_is_a_304(site):
    tag = site.get("/feeds.json").headers["Etag"]
    assert site.get("/feeds.json", If_None_Match=tag).status == 304


def test_the_icon_is_well_formed(site):
    assert ET.fromstring(site.get("/static/icon.svg").body).tag.endswith("svg")


def test_figures_are_read_for_one_request_at_a_time_so_that_a_silent_broker_blocks_no_other_page(small_site):
    site = small_site()
    with jobs._READING.entered(wait_s=0):
        response = site.get("/needs.json")
        assert response.status == 503
        assert "being read for other requests" in response.json()["error"]
        assert site.get("/stories.json").status == 200
    assert site.get("/needs.json").status == 200


def test_times_say_whether_they_are_of_publication_or_of_storing(tmp_path):
    """An outlet may publish with an old date or none; the list is ordered by what was stored."""
    settings = settings_for(tmp_path)
    database = fill(with_schema(Database(settings.database_url)))
    with database.write() as connection:
        old = later(-3600)
        late = store(connection, "coast-courier", *LEAD, minutes=100, published_at=old, sort_at=old)
        bare = store(connection, "inland", *LEAD, minutes=110, published_at=None)
        join(connection, late, 1)
        join(connection, bare, 1)
    database.close()
    site = Site(settings)
    try:
        stories = html.fromstring(site.get(f"/stories?{ALL}").body)
        [facts] = stories.xpath("//li[.//h2/a/@href='/stories/1']//p[@class='facts']")
        told = " ".join(facts.text_content().split())
        assert f"first published {old:%H:%M} latest copy stored {later(6600):%H:%M}" in told
        story = html.fromstring(site.get("/stories/1").body)
        figures = {one.xpath("string(dt)"): one.xpath("string(dd)") for one in story.xpath("//dl/div")}
        assert figures["First published"] == f"{old:%H:%M}"
        assert figures["Latest copy stored"] == f"{later(6600):%H:%M}"
        assert "undated: time of storing" in story.xpath(f"string(//li[@id='a{bare}'])")
        assert "undated" not in story.xpath(f"string(//li[@id='a{late}'])")
        articles = html.fromstring(site.get(f"/articles?{ALL}").body)
        assert articles.xpath("//thead//th/text()")[:2] == ["Stored", "Published"]
        row = "//tr[.//a/@href='/articles/{}']/td[contains(@class, 'time')]"
        for article, shown in ((bare, ["13:50", ""]), (late, ["13:40", f"{old:%H:%M}"])):
            assert [cell.text_content().strip() for cell in articles.xpath(row.format(article))] == shown
    finally:
        site.close()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/jobs?feed=coast-currier", 'no feed "coast-currier", did you mean "coast-courier"?'),
        ("/push?receiver=csm", 'no receiver "csm", did you mean "cms"?'),
    ],
)
def test_an_unknown_name_in_a_filter_is_refused_with_the_nearest(site, path, said):
    response = site.get(path.replace("?", ".json?"))
    assert (response.status, response.json()["error"]) == (404, said)
    assert site.get(path).status == 404


def test_an_event_of_the_config_says_what_it_is_about(small_site):
    """As `wireroom status` does."""
    site = small_site()
    database = Database(site.settings.database_url)
    told = [("config.loaded", "4 feeds: 4 added"), ("config.refused", "feeds.toml:1: no\nfeeds.toml:2: no")]
    with database.write() as connection:
        add_events(connection, datetime.now(UTC), told)
    database.close()
    page = site.get("/needs").text
    assert "config loaded: 4 feeds: 4 added" in page
    assert "config refused: feeds.toml:1: no; and 1 more, see <code>wireroom check</code>" in page


def test_a_message_that_waits_says_when_it_is_sent_or_what_sends_it(small_site):
    """Nothing is tried while its receiver is paused, which the list and the page of the message say."""
    site = small_site()
    database = Database(site.settings.database_url)
    gone = "410 from cms.example"

    def page(path, **outcome):
        with database.write() as connection:
            push_receivers.save_outcome(connection, "cms", failures=1, note=gone, **outcome)
        return site.get(path).text

    paused = "not sent while cms is paused: <code>wireroom push resume cms</code>"
    for path in ("/push", "/push/1"):
        assert paused in page(path, paused_at=NOW)
        assert "next attempt 14:01" in page(path, not_before_at=later(7260))
        assert "next attempt now" in page(path)
    cell = 'data-label="Next attempt" class="time">'
    assert f"{cell}14:01<" in page("/push", not_before_at=later(7260))
    assert f"{cell}now<" in page("/push", not_before_at=later(-7260)), "no time that has passed"
    assert ">next attempt at<" not in page("/push/1")
    assert "next attempt" not in page("/push", paused_at=NOW).partition('id="messages"')[2]
    with database.write() as connection:
        push_receivers.put_receivers(connection, {})
    assert "not sent: the config has no receiver cms any more" in site.get("/push").text
    database.close()
