"""`wireroom stories ID`: a story's lineage as an editor reads it."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from tests.store.samples import add, join, later, make_feed, make_incoming, sync
from tests.support.schema import with_schema
from worker.cli.diff import diff
from worker.cli.stories import stories
from worker.dedupe import paragraph_keys
from worker.flows.services import Services
from worker.records import Document, Notice
from worker.settings import read_settings
from worker.store import articles as article_store
from worker.store import notices as notice_store
from worker.store import paragraphs as paragraph_store
from worker.store.models import ArticleRow, Link, Story
from worker.store.sketches import Sketch

LEAD = [
    "SEOUL, Nov. 24 (Yonhap) -- A ferry that carries 378 passengers began service to the islands on Tuesday.",
    "The vessel was built in a yard at Geoje for 60 billion won and will make six round trips a day.",
    "Fares stay at 6,500 won for residents and rise slightly for visitors.",
    "Environmental groups asked the city to limit the number of day trippers.",
]
REASONS = {
    "shared_of_smaller": 1.0, "shared_of_larger": 0.62, "numbers": {"agree": 5, "differ": 0},
    "names": {"agree": 1, "differ": 2}, "title": 0.3, "provisional": True,
}  # fmt: skip


@pytest.fixture
def desk(tmp_path, monkeypatch):
    room = Services(read_settings({"WIREROOM_HOME": str(tmp_path)}))
    with_schema(room.db)
    monkeypatch.setattr("worker.flows.services.services", lambda: room)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("worker.views.table.is_terminal", lambda: True)
    with room.db.write() as connection:
        sync(connection, make_feed("wire", agency="Yonhap"), make_feed("coast-courier"), make_feed("inland"))
    yield room
    room.close()


def store(connection, feed, *paragraphs, minutes=0, **values):
    at = later(60 * minutes)
    times = {"sort_at": at, "published_at": at}
    text = "\n\n".join(paragraphs)
    return add(connection, feed, f"{feed}-{minutes}", now=at, text=text, **{**times, **values})[0]


def bind(connection, article, other, reasons):
    """Join two articles for these reasons."""
    join(connection, article, other)
    connection.execute(update(Link).where(Link.article_id == article).values(reasons=reasons))


@pytest.fixture
def story(desk):
    """A wire text, a copy cut from the end that 12 minutes later adds a paragraph, and a summary."""
    with desk.db.write() as connection:
        wire = store(connection, "wire", *LEAD, title="Ferry links islands")
        local = "Pupils of Narin's only school will cross by the noon boat from next month."
        copy = store(connection, "coast-courier", *LEAD[:3], local, minutes=12, title="Islands get a ferry")
        brief = store(connection, "inland", LEAD[1], summary=LEAD[1], minutes=75, title="Ferry links islands")
        for article in (copy, brief):
            bind(connection, article, wire, REASONS)
        connection.execute(update(ArticleRow).where(ArticleRow.id != brief).values(agency="Yonhap"))
    return wire


def run(*arguments):
    return CliRunner().invoke(stories, [str(argument) for argument in arguments])


def flat(text):
    """The words of a screen, however it was wrapped."""
    return " ".join(text.split())


def test_the_head_tells_what_the_story_is(story):
    head = run(story).output.splitlines()[:3]
    assert [line.rstrip() for line in head] == [
        f"story {story}: Ferry links islands",
        "Yonhap; 3 copies in 3 outlets; first seen 11-24 12:00:00Z, last 11-24 13:15:00Z",
        "",
    ]


def test_copies_come_in_order_of_publication_with_lag_size_and_edits(story):
    shown = run(story).output
    assert len([line for line in shown.splitlines() if line.startswith("1")]) == 3
    text = flat(shown)
    assert (
        text.index("12:00:00Z wire") < text.index("12:12:00Z coast-courier") < text.index("13:15:00Z inland")
    )
    for said in ("+12 min", "+1 h 15 min", "article 2; copy; 60 words, 103%", "similarity 0.90"):
        assert said in text


def test_what_an_outlet_changed_stands_under_its_copy(story):
    shown = " ".join(line[12:].strip() for line in run(story).output.splitlines())
    assert "Islands get a ferry Cut 1 of 4 paragraphs, from the end; added 1 paragraph, 14 words:" in shown
    assert "“Pupils of Narin's only school will cross by the noon boat…”; credit to Yonhap kept." in shown


@pytest.mark.parametrize(("agency", "is_dropped"), [("Yonhap", False), ("Reuters", True)])
def test_a_credit_is_dropped_only_if_the_copy_does_not_name_the_agency(desk, story, agency, is_dropped):
    """The copy repeats the dateline with the name of Yonhap, but no agency is stored of it."""
    with desk.db.write() as connection:
        copy = ArticleRow.feed_id == "coast-courier"
        connection.execute(update(ArticleRow).where(copy).values(agency=None))
        connection.execute(update(ArticleRow).where(ArticleRow.id == story).values(agency=agency))
    shown = " ".join(line[12:].strip() for line in run(story).output.splitlines())
    assert (f"credit to {agency} dropped" in shown) == is_dropped


def test_of_a_summary_nothing_is_said_to_be_cut(story):
    shown = " ".join(line[12:].strip() for line in run(story).output.splitlines())
    assert "Same headline; its feed gives only 21 words." in shown
    assert "dropped" not in shown


def test_why_a_copy_was_joined_is_said_in_words(story):
    shown = " ".join(line[12:].strip() for line in run(story).output.splitlines())
    assert (
        "Joined: shared all of the shorter text and 62% of the longer one with article 1 when they were "
        "compared; 5 numbers agree, none differ; "
        "1 name agrees, 2 differ; titles share 30% of their words; "
        "provisional: little text is known so far."
    ) in shown
    assert "{" not in shown


def test_a_narrow_screen_cuts_nothing(story, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    shown = run(story).output
    assert max(map(len, shown.splitlines())) <= 40
    assert "…" not in shown.replace("boat…", "")
    assert "article 2" in flat(shown)


def test_a_story_that_was_merged_says_where_it_is(story):
    head = run(3).output.splitlines()[:2]
    assert [line.rstrip() for line in head] == [
        f"story 3 was merged into story {story} at 11-24 12:00:00Z:", f"story {story}: Ferry links islands",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ("corrected", "CORRECTED: the source corrected this text"),
        ("withdrawn", "WITHDRAWN: the source withdrew"),
        ("restored", "RUN AGAIN: the source withdrew this text and later ran it again"),
    ],
)
def test_a_story_that_was_corrected_or_withdrawn_says_so(desk, story, mark, said):
    with desk.db.write() as connection:
        connection.execute(update(Story).where(Story.id == story).values(mark=mark))
    assert said in run(story).output
    assert mark in run().output


def test_a_copy_of_a_later_take_is_compared_with_that_take(desk, story):
    """What the agency changed is not held to be the outlet's work."""
    with desk.db.write() as connection:
        take = [LEAD[0].replace("378", "412"), *LEAD[1:], "A second ship is to follow in 15 months, it said."]
        update_ = store(connection, "wire", *take, minutes=80, title="Ferry links islands")
        copy = store(connection, "inland", *take, minutes=90, title="Second ship to follow")
        for article, other in ((update_, story), (copy, update_)):
            bind(connection, article, other, {"shared_of_smaller": 1.0, "shared_of_larger": 1.0})
    shown = " ".join(line[12:].strip() for line in run(story).output.splitlines())
    assert f"Against article {update_}: word for word the same text" in shown
    assert "words changed; added" not in shown


def test_json_keeps_the_contract_and_adds_reasons_lag_and_edits(story):
    found = json.loads(run(story, "--json").output)
    assert found.keys() >= {
        "id",
        "title",
        "agency",
        "first_seen_at",
        "last_seen_at",
        "copies",
        "lead",
        "members",
    }
    copy = found["members"][1]
    assert copy.keys() >= {"article", "feed", "url", "title", "role", "similarity", "published_at"}
    assert (copy["lag_s"], copy["edits"]["cut"], copy["edits"]["against"]) == (720.0, 1, story)
    assert copy["reasons"]["matched"] == story
    listed = [json.loads(line) for line in run("--json").output.splitlines()]
    assert [row["id"] for row in listed] == [story]
    assert "edits" not in listed[0]["members"][0]  # would read every text of every story


def test_undated_untitled_and_withdrawn_copies_say_so(desk, story):
    with desk.db.write() as connection:
        odd = store(connection, "inland", *LEAD, minutes=2_000, title=None, published_at=None)
        bind(connection, odd, story, REASONS)
        connection.execute(update(ArticleRow).where(ArticleRow.id == odd).values(state="withdrawn"))
    shown = run(story).output
    told = flat(" ".join(line[17:] for line in shown.splitlines()))
    assert "11-25 21:20:00Z" in shown  # more than a day: times with dates
    assert "+1 d 9 h" in shown
    assert (
        "undated, sorted by the time it was seen; WITHDRAWN No headline; word for word the same text" in told
    )


def test_times_are_labeled_by_what_they_are(desk, story):
    with desk.db.write() as connection:
        connection.execute(update(ArticleRow).where(ArticleRow.id == 3).values(published_at=None))
    labels = [
        line.split()[0]
        for line in run(story).output.splitlines()
        if line[:9].rstrip() in {"published", "seen"}
    ]
    assert labels == ["published", "published", "seen"]


def test_the_lead_s_own_row_says_nothing_of_joining(desk, story):
    """Not even when it came after a copy; then the copy tells of the link."""
    with desk.db.write() as connection:
        connection.execute(update(Story).where(Story.id == story).values(lead_id=2))
    rows = flat(run(story).output)
    lead = rows[rows.index("coast-courier") : rows.index("13:15:00Z ")]
    assert "Joined:" not in lead
    assert rows.count("Joined:") == 2


def test_a_copy_corrected_in_place_says_when(desk, story):
    with desk.db.write() as connection:
        [known] = article_store.known_entries(
            connection, "coast-courier", [make_incoming("coast-courier-12").article]
        )
        text = "\n\n".join(["[바로잡습니다: 정원을 고쳤습니다]", *LEAD])
        item = make_incoming(
            "coast-courier-12", source="coast-courier", known=known, text=text, title="Islands get a ferry"
        )
        article_store.add_versions(connection, [item], later(1_900))
    shown = " ".join(line[11:].strip() for line in run(story).output.splitlines())
    assert "corrected in place 12:31:40Z" in shown
    copy = json.loads(run(story, "--json").output)["members"][1]
    assert copy["edits"]["corrected_at"] == "2026-11-24T12:31:40Z"


def test_corrections_of_a_story_are_listed_with_article_feed_time_and_how_they_are_known(desk, story):
    note = "Correction: An earlier version misstated the fares."
    with desk.db.write() as connection:
        made = [
            Notice(
                2, "coast-courier", later(600), "corrected", "headline", None, "Ferry", "CORRECTED: Ferry"
            ),
            Notice(2, "coast-courier", later(660), "corrected", "text", note, "Same", "Same"),
            Notice(
                2, "coast-courier", later(720), "withdrawn", "headline", None, "Ferry", "Withdrawn: Ferry"
            ),
            Notice(2, "coast-courier", later(780), "restored", "headline", None, "Withdrawn: Ferry", "Ferry"),
        ]
        notice_store.add(connection, [(one, one.at) for one in made])
    told = flat(run(story).output)
    who = "article 2 of coast-courier"
    assert f"12:10:00Z {who} corrected, by its headline; the headline was “Ferry”" in told
    assert f"12:11:00Z {who} corrected, by a note in the text: “{note}”" in told
    assert f"12:12:00Z {who} withdrawn; the headline was “Ferry”" in told
    assert f"12:13:00Z {who} run again after its withdrawal; the headline was “Withdrawn: Ferry”" in told
    assert "; run again after its withdrawal " in told
    row = json.loads(run(story, "--json").output)
    assert [(one["kind"], one["note"]) for one in row["notices"]] == [
        ("corrected", None), ("corrected", note), ("withdrawn", None), ("restored", None)
    ]  # fmt: skip
    assert row["members"][1]["state"] == "restored"


def test_a_merged_story_is_shown_with_the_time_of_the_merge(desk, story):
    with desk.db.write() as connection:
        connection.execute(update(Story).where(Story.id == 3).values(merged_at=later(180)))
    assert run(3).output.splitlines()[0].rstrip() == (
        f"story 3 was merged into story {story} at 11-24 12:03:00Z:"
    )


def test_numbers_that_differ_are_named(desk, story):
    with desk.db.write() as connection:
        text = "\n\n".join(LEAD).replace("378", "412").replace("six round", "6 round")
        connection.execute(update(ArticleRow).where(ArticleRow.id == 2).values(text=text))
        numbers = {"numbers": {"agree": 3, "differ": 1}}
        connection.execute(update(Link).where(Link.article_id == 2).values(reasons=numbers))
    shown = " ".join(line[11:].strip() for line in run(story).output.splitlines())
    assert "3 numbers agree, 1 differs (412 for 378)" in shown


def test_a_wire_paragraph_that_is_repeated_later_changes_nothing_in_a_finished_story(desk, story):
    """And `stories` says what `diff` says."""
    with desk.db.write() as connection:
        connection.execute(update(ArticleRow).where(ArticleRow.id == 2).values(text="\n\n".join(LEAD)))
    before = run(story).output
    assert "Islands get a ferry Word for word the same text" in flat(before.replace("+12 min", ""))
    keys = paragraph_keys(Document("x", "", "\n\n".join(LEAD)))
    with desk.db.write() as connection:
        sketch = Sketch("wire", (), b"", keys, int(later(0).timestamp()))
        paragraph_store.count_paragraphs(connection, [sketch] * 3)
    assert run(story).output == before
    assert CliRunner().invoke(diff, [str(story), "2"]).output.endswith("text: same text\n")


def test_an_unknown_story_is_an_error_by_its_number(desk):
    found = run(77)
    assert (found.exit_code, found.output) == (1, "Error: no story 77; `wireroom stories` lists them\n")
