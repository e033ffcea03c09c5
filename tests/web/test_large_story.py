"""A story of thousands of copies takes no more time and bytes, wherever it is shown, than one of hundreds."""

import json
import time
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from tests.support.large_story import AGENCY, GAP, OUTLETS, store_large_story
from tests.support.schema import with_schema
from tests.web.conftest import Site, settings_for
from worker.cli.main import wireroom
from worker.flows import services as service_flow
from worker.flows.export import BATCH
from worker.flows.push import make_messages
from worker.records import PushRule
from worker.store import Database
from worker.store.push_notes import Note
from worker.text.amounts import spell_s

START = datetime(2026, 11, 24, tzinfo=UTC)
CPU_S = 2.0  # on a busy machine; one of 5,000 copies took 7 to 40 s where all were compared
ALL = "since=all"
MOST_BYTES = {
    "/stories/1": 100_000, "/stories/1.json": 80_000, f"/stories?{ALL}": 8_000,
    f"/stories.json?{ALL}": 20_000, f"/stories.atom?{ALL}": 10_000, f"/stories.feed.json?{ALL}": 10_000,
    "/compare/1/700": 20_000,
    f"/articles?story=1&{ALL}": 50_000, "/articles/700": 20_000,
}  # fmt: skip


@pytest.fixture(scope="module", params=[1_000, 5_000])
def large(request, tmp_path_factory):
    """The number of copies, the database's URL and a running site."""
    copies, folder = request.param, tmp_path_factory.mktemp("large")
    settings = settings_for(folder)
    database = with_schema(Database(settings.database_url))
    store_large_story(database, copies, START)
    site = Site(settings, START + GAP * copies)
    yield copies, database, site
    site.close()
    database.close()


def run(database, monkeypatch, *args):
    monkeypatch.setenv("WIREROOM_HOME", str(database._file.parent))
    monkeypatch.setenv("WIREROOM_DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setattr(service_flow, "_current", None)
    before = time.process_time()
    done = CliRunner().invoke(wireroom, args)
    took_s = time.process_time() - before
    service_flow.services().close()
    assert done.exit_code == 0, done.output
    return done.output, took_s


@pytest.mark.parametrize("address", MOST_BYTES)
def test_pages_and_feeds_stay_small_and_quick(large, address):
    _, _, site = large
    site.get(address)
    before = time.process_time()
    response = site.get(address)
    assert response.status == 200
    assert len(response.body) < MOST_BYTES[address]
    assert time.process_time() - before < CPU_S


def test_the_page_says_how_many_more_there_are_and_leads_to_all(large):
    copies, _, site = large
    page = site.get("/stories/1").text
    assert f"{copies:,}" in page
    assert f"{copies - 50:,} later copies more" in page
    assert page.count('<li id="a') == 50
    assert f'href="/articles?story=1&amp;{ALL}"' in page
    ids, cursor = [], ""
    while cursor is not None:
        data = site.get(f"/articles.json?story=1&{ALL}&limit=200{cursor}").json()
        ids += [article["id"] for article in data["items"]]
        cursor = data["next"] and f"&cursor={data['next']}"
    assert ids == list(range(copies, 0, -1))


def test_lists_count_all_copies_and_outlets_and_tell_the_speed_of_all(large):
    copies, _, site = large
    [story] = site.get(f"/stories.json?{ALL}").json()["items"]
    assert (story["copies"], story["outlets"], len(story["members"])) == (copies, OUTLETS, 20)
    page = site.get(f"/stories?{ALL}").text
    assert f"within {spell_s((GAP * (copies - 1)).total_seconds())}" in page
    in_the_last_hour = timedelta(hours=1) // GAP - 1
    assert f"{in_the_last_hour} in the last hour" in page
    [entry] = ET.fromstring(site.get(f"/stories.atom?{ALL}").body).iter("{http://www.w3.org/2005/Atom}entry")
    summary = entry.findtext("{http://www.w3.org/2005/Atom}summary")
    assert summary.startswith(f"{copies:,} copies in {OUTLETS} outlets: outlet-000, ")
    assert summary.count("outlet-") == 12


def test_the_command_shows_the_first_copies_and_says_how_many_more_there_are(large, monkeypatch):
    copies, database, _ = large
    text, took_s = run(database, monkeypatch, "stories", "1")
    assert text.rstrip().endswith(f"and {copies - 50:,} later copies; `--limit N` shows the first N")
    assert text.count("\n") < 400
    assert took_s < CPU_S
    few, _ = run(database, monkeypatch, "stories", "1", "--limit", "3")
    assert f"and {copies - 3:,} later copies" in few
    found, _ = run(database, monkeypatch, "stories", "1", "--json", "--limit", "100")
    assert len(json.loads(found)["members"]) == 100


def exported(database, monkeypatch, kind):
    """The rows of an export: all lines but that of the cursor, and the events of the log."""
    output, _ = run(database, monkeypatch, "export", kind)
    return [line for line in output.splitlines() if line.startswith("{")]


def test_exports_have_few_rows_of_the_story_and_each_copy_once(large, monkeypatch):
    copies, database, _ = large
    rows = exported(database, monkeypatch, "stories")
    assert len(rows) <= 1 + -(-copies // BATCH), "once in each batch of changes"
    row = rows[-1]
    assert (json.loads(row)["copies"], json.loads(row)["outlets"]) == (copies, OUTLETS)
    assert len(row) < 1_000

    rows = [json.loads(line) for line in exported(database, monkeypatch, "copies")]
    assert sorted(row["article"] for row in rows) == list(range(1, copies + 1))


def test_a_message_of_push_has_the_first_and_last_copies(large):
    copies, database, _ = large
    rule = PushRule("desk", "env:PUSH_URL", ("env:KEY",), tags=("wire",), agencies=(AGENCY,))
    note = Note("story.grew", story=1, details={"joined": [copies]})
    with database.write() as connection:
        before = time.process_time()
        [row] = make_messages(connection, [rule], [note], datetime.now(UTC))
    assert time.process_time() - before < CPU_S
    assert len(row["body"]) < 30_000
    story = json.loads(row["body"])["data"]["story"]
    assert story["copies"] == copies
    shown = [article["id"] for article in story["articles"]]
    assert shown == [*range(1, 26), *range(copies - 24, copies + 1)]
