"""`wireroom diff`: two articles, or an article's edits in place, word by word."""

import json

import pytest
from click.testing import CliRunner

from tests.store.samples import add, later, make_feed, make_incoming, sync
from tests.support.schema import with_schema
from worker.cli.diff import diff
from worker.dedupe import paragraph_keys
from worker.flows import notices
from worker.flows.services import Services
from worker.records import Document
from worker.settings import read_settings
from worker.store import articles as article_store
from worker.store import paragraphs as paragraph_store
from worker.store.sketches import Sketch

OPENING = "The ferry began service on Tuesday."
REST = ["Fares stay at 6,500 won.", "A second ship follows.", "Groups asked for limits."]


@pytest.fixture
def desk(tmp_path, monkeypatch):
    room = Services(read_settings({"WIREROOM_HOME": str(tmp_path)}))
    with_schema(room.db)
    monkeypatch.setattr("worker.flows.services.services", lambda: room)
    with room.db.write() as connection:
        sync(connection, make_feed("wire"), make_feed("coast"))
    yield room
    room.close()


def store(desk, feed, *paragraphs, title="Ferry links islands"):
    with desk.db.write() as connection:
        return add(connection, feed, "x", title=title, text="\n\n".join(paragraphs))[0]


def edit(desk, feed, *paragraphs, title="Ferry links islands", seconds=60):
    with desk.db.write() as connection:
        [known] = article_store.known_entries(connection, feed, [make_incoming("x").article])
        text = "\n\n".join(paragraphs)
        item = make_incoming("x", source=feed, known=known, title=title, text=text)
        article_store.add_versions(connection, [item], later(seconds))
        notices.note_edits(connection, [known.id], later(seconds))


def run(*arguments):
    return CliRunner().invoke(diff, [str(argument) for argument in arguments])


def test_two_articles_are_compared_in_headline_and_text(desk):
    wire = store(desk, "wire", OPENING, *REST)
    coast = store(
        desk, "coast", OPENING.replace("Tuesday", "Nov. 24"), *REST[:2], title="Ferry serves islands"
    )
    found = run(wire, coast)
    assert found.exit_code == 0
    head, headline, *body, told = found.output.strip().split("\n\n")
    assert head.splitlines() == [
        f"- article {wire} version 1, wire, 11-24 12:00:00Z: text of its feed, 19 words",
        f"+ article {coast} version 1, coast, 11-24 12:00:00Z: text of its feed, 16 words",
    ]
    assert headline == "Ferry [-links-]{+serves+} islands"
    assert body == [
        "The ferry began service on [-Tuesday-]{+Nov. 24+}.",
        "… 2 paragraphs the same …",
        "[-Groups asked for limits.-]",
    ]
    assert told == "text: 14 words kept, 4 cut, 2 changed"


def test_full_shows_what_is_the_same_too(desk):
    wire, coast = store(desk, "wire", OPENING, *REST), store(desk, "coast", OPENING, *REST[:2])
    assert REST[0] not in run(wire, coast).output
    assert f"{OPENING}\n\n{REST[0]}\n\n{REST[1]}" in run(wire, coast, "--full").output


def test_paragraphs_merged_split_or_replaced_are_marked_each(desk):
    wire = store(desk, "wire", "One two three.", "Four five six.", "Old words were written here before.")
    coast = store(desk, "coast", "One two three. Four five six.", "Nobody would ever have guessed that.")
    assert "One two three.[-¶-] Four five six." in run(wire, coast).output
    assert "three.{+¶+}\n\nFour" in run(coast, wire).output
    replaced = "[-Old words were written here before.-]{+Nobody would ever have guessed that.+}"
    assert replaced in run(wire, coast).output


def test_the_edits_of_an_article_are_listed_with_time_and_what_they_did(desk):
    article = store(desk, "wire", OPENING, *REST)
    edit(desk, "wire", OPENING, *REST, title="Ferry starts", seconds=60)
    edit(desk, "wire", OPENING, "Correction: fares are in won.", *REST, title="Ferry starts", seconds=3_600)
    found = run(article)
    assert found.output.splitlines()[:4] == [
        f"article {article}, wire: 3 versions",
        "  1  11-24 12:00:00Z  as first seen, 19 words",
        "  2  11-24 12:01:00Z  new headline “Ferry starts”; the text is the same",
        "  3  11-24 13:00:00Z  CORRECTION; 19 words kept, 5 added",
    ]
    assert "same headline: Ferry starts" in found.output
    assert "{+Correction: fares are in won.+}" in found.output


def test_withdrawals_and_returns_are_named_and_a_correction_that_comes_back_is_not(desk):
    article = store(desk, "wire", OPENING, *REST, title="Ferry starts")
    titles = (
        "CORRECTED: Ferry starts", "Ferry starts", "CORRECTED: Ferry starts", "WITHDRAWN: Ferry starts",
        "Ferry starts",
    )  # fmt: skip
    for number, title in enumerate(titles, 1):
        edit(desk, "wire", OPENING, *REST, title=title, seconds=60 * number)
    said = [line[22:].partition("; ")[0] for line in run(article).output.splitlines()[2:7]]
    assert said == [
        "CORRECTION", "new headline “Ferry starts”", "new headline “CORRECTED: Ferry starts”",
        "WITHDRAWAL", "RUN AGAIN",
    ]  # fmt: skip


def test_an_earlier_edit_is_shown_by_its_version(desk):
    article = store(desk, "wire", OPENING, *REST)
    edit(desk, "wire", OPENING, title="Ferry starts")
    edit(desk, "wire", OPENING, "New end.", title="Ferry starts", seconds=90)
    found = run(article, "--version", 2)
    assert "Ferry [-links islands-]{+starts+}" in found.output
    assert "New end" not in found.output


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((999,), 1, "no article 999"),
        ((1, 999), 1, "no article 999"),
        ((999, 1), 1, "no article 999"),
        ((999,), 1, "`wireroom articles` lists them"),
        ((1, "--version", 2), 1, "article 1 has no edit 2: it was never edited and has version 1 only"),
        ((2, "--version", 9), 1, "article 2 has no edit 9: choose version 2, its only edit"),
        ((2, "--version", 1), 1, "article 2 has no edit 1: choose version 2, its only edit"),
        ((1, 2, "--version", 2), 2, "requires a single article"),
    ],
)
def test_errors_name_the_article(desk, arguments, code, message):
    assert (store(desk, "wire", OPENING), store(desk, "coast", OPENING)) == (1, 2)
    edit(desk, "coast", OPENING, "More.")
    found = run(*arguments)
    assert found.exit_code == code
    assert message in found.output


def test_the_range_of_versions_is_named(desk):
    article = store(desk, "wire", OPENING)
    edit(desk, "wire", OPENING, "More.")
    edit(desk, "wire", OPENING, "More.", "And more.", seconds=90)
    assert "article 1 has no edit 4: choose a version from 2 to 3" in run(article, "--version", 4).output


def test_an_article_that_was_never_edited_says_so_and_is_no_error(desk):
    found = run(store(desk, "wire", OPENING))
    assert found.exit_code == 0
    assert found.output.splitlines() == [
        "article 1, wire: 1 version",
        "  1  11-24 12:00:00Z  as first seen, 6 words",
        "never edited in place",
    ]


def test_the_time_is_that_of_the_version_shown(desk):
    wire, coast = store(desk, "wire", OPENING), store(desk, "coast", OPENING)
    edit(desk, "coast", OPENING, "More.", seconds=600)
    assert f"+ article {coast} version 2, coast, 11-24 12:10:00Z" in run(wire, coast).output


def test_what_stands_around_a_text_is_left_out_and_told(desk):
    """As `stories` leaves it out, so that both count the same words."""
    wire = store(desk, "wire", f"BUSAN, Nov. 24 (Yonhap) -- {OPENING}", *REST, "(END)")
    coast = store(desk, "coast", OPENING, *REST, "Sign up for our newsletter, and never miss a story.")
    shown = run(wire, coast).output
    assert shown.count("text of its feed, 19 words") == 2
    assert shown.splitlines()[-3:] == [
        "- excluded boilerplate: BUSAN, Nov. 24 (Yonhap) -- | (END)",
        "+ excluded boilerplate: Sign up for our newsletter, and never miss a story.",
        "text: same text",
    ]


def test_what_an_outlet_repeats_is_left_out_unless_the_other_has_it(desk):
    slogan = "The Courier has been the voice of the coast since the year of the great storm."
    wire, coast = store(desk, "wire", OPENING, *REST), store(desk, "coast", OPENING, *REST, slogan)
    keys = paragraph_keys(Document("x", "", slogan))
    sketch = Sketch("coast", (), b"", keys, int(later(0).timestamp()))
    assert run(wire, coast).output.endswith("text: 19 words kept, 16 added\n")
    with desk.db.write() as connection:
        paragraph_store.count_paragraphs(connection, [sketch] * 3)
    assert run(wire, coast).output.endswith(f"excluded boilerplate: {slogan}\ntext: same text\n")


def test_two_texts_that_share_nothing_say_so(desk):
    wire, coast = store(desk, "wire", *REST), store(desk, "coast", "Pupils crossed by the noon boat today.")
    assert run(wire, coast).output.endswith("text: 13 words cut, 7 added; the two share no text\n")


def test_words_that_are_only_divided_otherwise_are_the_same_words(desk):
    wire, coast = store(desk, "wire", OPENING, *REST), store(desk, "coast", " ".join((OPENING, *REST)))
    assert (
        "text: word for word the same; only punctuation or paragraph breaks differ" in run(wire, coast).output
    )


def test_a_correction_in_brackets_within_a_paragraph_is_one(desk):
    article = store(desk, "wire", "도서관은 책 3천권을 갖췄다고 시가 밝혔다.")
    edit(desk, "wire", "도서관은 [바로잡습니다: 장서 수를 고쳤습니다] 책 4천권을 갖췄다고 시가 밝혔다.")
    assert "  2  11-24 12:01:00Z  CORRECTION; " in run(article).output


def test_a_terminal_gets_color_instead_of_marks(desk, monkeypatch):
    for name, value in (("FORCE_COLOR", "1"), ("TERM", "xterm-256color"), ("COLUMNS", "80")):
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_COLOR", raising=False)
    wire = store(desk, "wire", "He said [bold] yes.")
    coast = store(desk, "coast", "He said [bold] no.")
    shown = run(wire, coast).output
    assert "\x1b[" in shown
    assert "[bold]" in shown
    assert "[-" not in shown


def test_what_is_the_same_is_said_to_be(desk):
    wire, coast = store(desk, "wire", OPENING, *REST), store(desk, "coast", OPENING, *REST)
    assert run(wire, coast).output.endswith("… 4 paragraphs the same …\n\ntext: same text\n")


def test_a_comparison_is_one_json_object_with_all_paragraphs(desk):
    wire = store(desk, "wire", OPENING, *REST)
    coast = store(desk, "coast", OPENING.replace("Tuesday", "Nov. 24"), *REST[:2])
    done = run(wire, coast, "--json")
    assert done.exit_code == 0
    [found] = [json.loads(line) for line in done.stdout.splitlines()]
    assert (found["first"], found["second"]) == (wire, coast)
    assert (found["old"]["feed"], found["new"]["feed"]) == ("wire", "coast")
    [title] = found["title"]
    assert title["same"]
    assert [span["text"].strip() for span in title["spans"]] == ["Ferry links islands"]
    spans = [span for passage in found["text"] for span in passage["spans"]]
    assert {"kind": "cut", "text": " Tuesday"} in spans
    new = "".join(span["text"] for span in spans if span["kind"] != "cut")
    assert REST[1] in new
    assert REST[2] not in new


def test_the_edits_of_an_article_are_one_json_object_also_if_there_are_none(desk):
    wire = store(desk, "wire", OPENING, *REST)
    [found] = [json.loads(line) for line in run(wire, "--json").stdout.splitlines()]
    assert (found["article"], len(found["versions"]), "text" in found) == (wire, 1, False)
    edit(desk, "wire", OPENING, *REST[:2])
    [found] = [json.loads(line) for line in run(wire, "--json").stdout.splitlines()]
    assert [one["version"] for one in found["versions"]] == [1, 2]
    assert found["versions"][0]["at"] == "2026-11-24T12:00:00Z"
    assert (found["old"]["version"], found["new"]["version"]) == (1, 2)
    assert "no article 99" in run(99, "--json").output
