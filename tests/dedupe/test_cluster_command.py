"""`wireroom cluster` assigns each document of a stream to a story, given the earlier ones."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from tests.support.generated import make_text
from worker.cli.cluster import cluster
from worker.flows import cluster as cluster_flow
from worker.flows.cluster import StoryIndex, run
from worker.records import Document, Role

MOMENT = datetime(2026, 11, 23, 9, tzinfo=UTC)
TEXT = (
    "The harbor of Velm reopened on Monday after tugs towed away the tanker Orla, which had blocked its only "
    "channel for 11 days and kept 46 ships waiting outside, harbor master Ines Holt told reporters."
)
NO_TIME = "published_at: must be an RFC 3339 time such as 2026-11-24T10:00:00Z"
TITLE = "Harbor of Velm reopens after tanker is towed away"


def answers(lines, code=0):
    done = CliRunner().invoke(cluster, ["-", "--json"], input="\n".join(lines))
    assert done.exit_code == code, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def row(ident, title=TITLE, text=TEXT, **more):
    return json.dumps({"id": ident, "title": title, "text": text, **more})


def place(rows, days=0.0):
    """Place (title, text, source) rows an hour apart."""
    documents = [
        Document(i, *r, published_at=MOMENT + timedelta(days=days * i, hours=i)) for i, r in enumerate(rows)
    ]
    return run((d, d.published_at) for d in documents)


def test_a_copy_joins_the_story_of_the_first():
    first, second = answers([row("a", source="x"), row("b", source="y", lang="en", published_at=None)])
    assert first == {"id": "a", "story": "a", "role": "lead", "similarity": 1.0}
    assert (second["id"], second["story"], second["role"]) == ("b", "a", "copy")


@pytest.mark.parametrize(
    ("line", "known"),
    [
        pytest.param("no json", {"error": "not JSON; write one object per line"}, id="no JSON"),
        pytest.param(b"\xff{}", {"error": "not UTF-8; save the file as UTF-8"}, id="not UTF-8"),
        pytest.param("[" * 100_000, {"error": "nested too deeply; write flat objects"}, id="deep"),
        pytest.param("[1]", {"error": 'not an object; write one per line, such as '
                                      '{"id": 1, "title": "…", "text": "…"}'}, id="no object"),
        pytest.param('{"title": "t"}', {"error": '"id" is missing; each document needs a unique one'},
                     id="no id"),
        pytest.param('{"id": true}', {"error": "id: must be a string or an integer"}, id="a truth is no id"),
        pytest.param('{"id": 7, "text": 5}', {"id": 7, "error": "text: must be a string"}, id="no text"),
        pytest.param('{"id": 7, "lang": ["en"]}', {"id": 7, "error": "lang: must be a string"}, id="no lang"),
        *(
            pytest.param(f'{{"id": 7, "published_at": {time}}}', {"id": 7, "error": NO_TIME}, id=time)
            for time in ('"soon"', "3", "false", '"0001-01-01T00:00:00+14:00"', '"0001-01-02T00:00:00Z"')
        ),
        pytest.param('{"id": 1}', {"id": 1, "error": 'id "1" is used twice; ids must be unique'},
                     id="an id given before"),
    ],
)  # fmt: skip
def test_a_bad_line_gets_an_error_and_the_others_are_processed(line, known):
    """The error has the line number and the remedy."""
    line = line if isinstance(line, bytes) else line.encode()
    done = CliRunner().invoke(
        cluster, ["-", "--json"], input=b"\n".join([row(1).encode(), b"", line, row(2, source="y").encode()])
    )
    first, bad, last = map(json.loads, done.stdout.splitlines())
    assert done.exit_code == 1
    assert bad == {**known, "line": 3}
    assert (first["story"], last["story"]) == (1, 1)


def test_the_table_has_a_header_and_errors_and_summary_are_separate():
    lines = [row("a", source="x"), "no json", row("b", source="y")]
    done = CliRunner().invoke(cluster, input="\n".join(lines))
    head, first, second = done.stdout.splitlines()
    assert head == "id\tstory\trole\tsimilarity"
    assert (first, second[:9]) == ("a\ta\tlead\t1.00", "b\ta\tcopy\t")
    assert done.stderr.splitlines() == [
        "line 2: not JSON; write one object per line", "2 documents, 1 story, 1 copy, 1 bad line",
    ]  # fmt: skip


def test_a_misspelled_key_causes_one_warning():
    lines = [row(n, f"Title {n}", f"Text {n}", publised_at=None, Source="x", tags=[]) for n in range(3)]
    done = CliRunner().invoke(cluster, ["-", "--json"], input="\n".join(lines))
    assert done.exit_code == 0
    assert sorted(done.stderr.splitlines()[:-1]) == [
        'line 1: "Source" is not a known key and is ignored; did you mean "source"?',
        'line 1: "publised_at" is not a known key and is ignored; did you mean "published_at"?',
    ]


def test_a_document_whose_story_merged_is_printed_again():
    """Two excerpts with nothing in common, until a text has both; the last line of an id counts."""
    whole = make_text("whole", 5)
    texts = {"a": whole.part(0, 2), "b": whole.part(2, 4), "c": whole}
    lines = [row(i, t.title, "\n\n".join(t.paragraphs), source=i) for i, t in texts.items()]
    done = CliRunner().invoke(cluster, ["-", "--json"], input="\n".join(lines))
    printed = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["id"] for line in printed[:3]] == ["a", "b", "c"]
    assert [line["story"] for line in printed[:2]] == ["a", "b"]
    last = {line["id"]: (line["story"], line["role"]) for line in printed}
    assert last == {"a": ("a", "excerpt"), "b": ("a", "excerpt"), "c": ("a", "lead")}
    assert done.stderr.splitlines() == ["3 documents, 1 story, 2 copies, 0 bad lines"]


def test_a_text_of_many_outlets_is_found_after_its_first_copies_left_the_window():
    placed = place([(TITLE, TEXT, f"outlet{i}") for i in range(40)], days=0.45)
    assert {p.story for p in placed} == {0}


def test_an_id_that_left_the_window_may_be_reused():
    """Only the ids of documents in the window are kept."""
    index = StoryIndex()
    for day in (0, 8):
        index.place(Document(f"day {day}", TITLE, TEXT, "x"), MOMENT + timedelta(days=day))
    assert "day 8" in index
    assert "day 0" not in index


def test_a_lone_surrogate_is_accepted():
    assert answers(['{"id": 1, "title": "\\ud800", "text": "\\udfff word word word word"}'])[0]["story"] == 1


def test_documents_older_than_the_window_are_dropped():
    assert [p.story for p in place([(TITLE, TEXT, "x"), (TITLE, TEXT, "y")], days=8)] == [0, 1]
    assert [p.story for p in place([(TITLE, TEXT, "x"), (TITLE, TEXT, "y")], days=6)] == [0, 0]


def test_an_outlets_boilerplate_does_not_join_its_articles_even_on_the_first_day():
    house = (
        "The Daily Moss is owned by its readers and has reported from the valley since 1931, when the first "
        "edition was printed by hand in the cellar of the old school at the market square of Velm.\n\n"
        "Our desk reads every letter; write to the editors at the old school or bring your letter in person."
    )
    bodies = [
        "A bear was seen in the suburbs of Osk and chased off by firemen on Sunday night.",
        "The national team drew its friendly in Tarn and lost two players to injuries.",
        "Bread prices rose again in the capital, the statistics office said on Friday.",
        "A court ordered the owners of a quarry to pay for damage to forty houses.",
    ]
    placed = place([(body[:40], f"{body}\n\n{house}", "moss") for body in bodies])
    assert len({p.story for p in placed}) == len(bodies)


def test_ten_thousand_unrelated_articles_of_no_or_two_words_stay_apart():
    rows = [("", "", "x"), ("News", "Photo gallery", "x"), ("Video", "Watch now", "y")] * 3334
    rows = [(title, f"{text} {chr(97 + i % 26)}{i}", source) for i, (title, text, source) in enumerate(rows)]
    assert len({p.story for p in place(rows, days=-1 / 24)}) == len(rows) > 10_000


def test_empty_articles_stay_apart():
    assert len({p.story for p in place([("", "", "x")] * 50)}) == 50


def test_a_text_in_hundreds_of_outlets_is_one_story():
    placed = place([(TITLE, TEXT, f"outlet{i}") for i in range(400)], days=-1 / 24)
    assert {p.story for p in placed} == {0}


def test_a_text_repeated_by_one_source_is_one_story():
    placed = place([(TITLE, TEXT, "x")] * 100, days=-1 / 24)
    assert {p.story for p in placed} == {0}
    assert {p.role for p in placed[1:]} == {Role.UPDATE}


def test_the_index_keeps_nothing_of_dropped_documents():
    index = StoryIndex()
    for i in range(30):
        at = MOMENT + timedelta(days=8 * i)
        index.place(Document(i, TITLE, TEXT, "x", published_at=at), at)
    assert len(index) == 1


def test_furniture_of_many_sources_is_bounded(monkeypatch):
    """The least recently used source is dropped first."""
    monkeypatch.setattr(cluster_flow, "MAX_COUNTS", 50)
    index = StoryIndex()
    for i in range(200):
        text = "\n\n".join(f"Paragraph {n} of the outlet {i} in full" for n in range(4))
        index.place(Document(i, f"Title {i}", text, f"outlet{i}"), MOMENT)
    assert sum(map(len, index._paragraphs.values())) <= 50
    assert index._counts == sum(map(len, index._paragraphs.values()))
    assert "outlet199" in index._paragraphs


def test_a_text_of_200_000_words_and_one_giant_paragraph_are_placed():
    long = " ".join(f"word{i * 7919 % 100_003}" for i in range(200_000))
    placed = place([("A long text of many words", long, "x"), ("A long text of many words", long, "y")])
    assert [p.story for p in placed] == [0, 0]


# ---- what an editor said -------------------------------------------------------------------------
OTHER = "A choir bought the lighthouse of Korvo on Tuesday for one crown and will rehearse in its lamp room."


def placed(lines, *options):
    done = CliRunner().invoke(cluster, ["-", "--json", *options], input="\n".join(lines))
    assert done.exit_code == 0, done.output
    return {answer["id"]: answer["story"] for answer in map(json.loads, done.stdout.splitlines())}


def test_documents_that_an_editor_keeps_apart_never_meet_in_a_story():
    """Neither by their own text nor through a later one that has the text of both."""
    lines = [
        row("a", source="x"),
        row("b", source="y", apart=["a"]),
        row("c", source="z"),
        row("d", source="v"),
    ]
    assert placed(lines) == {"a": "a", "b": "b", "c": "a", "d": "a"}
    assert placed(lines, "--ignore-decisions") == dict.fromkeys("abcd", "a")


def test_documents_that_an_editor_keeps_together_are_one_story_with_their_copies():
    lines = [
        row("a", source="x"), row("b", "Another headline of its own", OTHER, source="y", together=["a"]),
        row("c", "Another headline of its own", OTHER, source="z"),
    ]  # fmt: skip
    assert placed(lines) == dict.fromkeys("abc", "a")
    assert placed(lines, "--ignore-decisions") == {"a": "a", "b": "b", "c": "b"}


def test_a_merge_that_would_join_those_kept_apart_is_not_made():
    """Stories that went into others are still kept apart."""
    lines = [
        row("a", source="x"), row("b", source="y", apart=["a"]),
        row("c", "Another headline of its own", OTHER, source="y", together=["b"]),
        row("d", "Another headline of its own", OTHER, source="z", together=["a"]),
    ]  # fmt: skip
    found = placed(lines)
    assert found["b"] == found["c"] != found["a"] == found["d"]


def test_ids_that_are_not_in_the_window_are_ignored():
    assert placed([row("a", together=["z"], apart=[7])]) == {"a": "a"}


def test_ids_of_other_documents_are_a_list():
    [answer] = answers([row("a", apart="b")], code=1)
    assert answer["error"] == "apart: must be a list of ids of earlier documents"
