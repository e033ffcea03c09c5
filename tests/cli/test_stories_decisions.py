"""`wireroom stories detach|merge|undo|feedback`, and how decisions and relations are shown."""

import json
import os
import pwd
import re

import pytest
from click.testing import CliRunner

from tests.cli.test_stories import LEAD, desk, flat, run, store, story
from tests.store.samples import add
from worker.cli.articles import articles
from worker.cli.cluster import cluster
from worker.cli.stories import stories
from worker.records import Relation, RelationKind
from worker.store import relations as relation_store

__all__ = ["desk", "story"]  # fixtures

ME = pwd.getpwuid(os.getuid()).pw_name


def decide(*words, code=0):
    done = CliRunner().invoke(stories, [str(word) for word in words])
    assert done.exit_code == code, done.output
    return done.output


def shown(story):
    return json.loads(run(story, "--json").output)


@pytest.fixture
def other(desk, story):
    """An article of another text."""
    with desk.db.write() as connection:
        return store(connection, "inland", "Own words.", minutes=90, title="Own report")


def test_an_article_is_detached_by_the_user_of_the_process(story):
    assert decide("detach", 2) == f"decision 1: article 2 left story {story} and is story 2 now\n"
    assert len(shown(story)["members"]) == 2
    [decision] = shown(2)["decisions"]
    assert (decision["id"], decision["kind"], decision["by"]) == (1, "detach", ME)
    assert (decision["article"], decision["story"], decision["other_story"]) == (2, story, 2)


def test_a_story_says_by_which_editor_it_was_decided_and_when(story, other):
    decide("merge", other, story, "--by", "anna")
    head = flat(run(story).output)
    said = rf"Decision 1 of anna, \d\d-\d\d [\d:]+Z: story {other} merged into story {story}\."
    assert re.search(said, head)
    assert shown(story)["decisions"][0]["by"] == "anna"
    [listed] = [json.loads(line) for line in run("--json").output.splitlines()]
    assert listed["decisions"] == shown(story)["decisions"]
    table = run().output.splitlines()
    assert "decided by" in table[0]
    assert "anna" in table[1]


def test_a_decision_is_undone_with_or_without_its_number(story, other):
    decide("detach", 2)
    decide("merge", other, story)
    assert decide("undo", 1).startswith("decision 1: undone: article 2 is in story")
    done = json.loads(decide("undo", "--json", "--by", "ben"))
    assert (done["decision"], done["kind"], done["story"], done["other_story"]) == (2, "merge", story, other)
    assert (len(shown(story)["members"]), shown(story)["decisions"]) == (3, [])
    assert decide("undo", code=1) == "Error: there is no decision to undo\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["detach", 99], "Error: no article 99; `wireroom articles` lists them\n"),
        (["merge", 1, 99], "Error: no story 99; `wireroom stories` lists them\n"),
        (["merge", 1, 2], "Error: 1 and 2 are one story already\n"),
        (["undo", 7], "Error: no decision 7\n"),
    ],
)
def test_what_cannot_be_decided_is_an_error_with_the_reason(story, words, said):
    assert decide(*words, code=1) == said


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 201])
def test_an_editor_has_a_name_in_one_line(story, name):
    assert "write a name" in decide("detach", 2, "--by", name, code=2)


@pytest.mark.parametrize(
    "words", [["1", "--json"], ["--json", "1"], ["--json", "--since", "90d"], ["--json"], ["--utc", "--json"]]
)
def test_a_word_that_is_not_a_command_is_a_story(story, words):
    done = CliRunner().invoke(stories, words)
    assert (done.exit_code, json.loads(done.output)["id"]) == (0, story)


def test_the_group_shows_its_commands():
    text = CliRunner().invoke(stories, ["--help"]).output
    assert all(name in text for name in ("detach", "merge", "undo", "feedback", "[STORY]", "--since"))


# ---- feedback ------------------------------------------------------------------------------------
def test_feedback_is_what_cluster_reads(story, other):
    """It names what must be together and apart, and cluster keeps to it."""
    decide("detach", 2)
    decide("merge", story, other)
    rows = [json.loads(line) for line in decide("feedback").splitlines()]
    assert [(row["id"], row["together"], row["apart"]) for row in rows] == [
        (1, [], []), (2, [], [1]), (3, [1], [2]), (4, [1], []),
    ]  # fmt: skip
    assert rows[0]["text"] == "\n\n".join(LEAD)
    assert (rows[0]["source"], rows[0]["published_at"]) == ("wire", "2026-11-24T12:00:00Z")
    kept = clustered(decide("feedback"))
    assert kept[1] == kept[3] == kept[4] != kept[2]
    alone = clustered(decide("feedback"), "--ignore-decisions")
    assert alone[1] == alone[2] != alone[4]


def clustered(lines, *options):
    done = CliRunner().invoke(cluster, ["-", "--json", *options], input=lines)
    assert done.exit_code == 0, done.output
    return {row["id"]: row["story"] for row in map(json.loads, done.stdout.splitlines())}


def test_undone_and_overruled_decisions_are_not_in_the_feedback(story, other):
    decide("detach", 2)
    decide("merge", 2, story)
    decide("merge", story, other)
    decide("undo")
    rows = [json.loads(line) for line in decide("feedback").splitlines()]
    assert all(row["apart"] == [] for row in rows)
    assert {row["id"] for row in rows} == {1, 2, 3}


# ---- relations -----------------------------------------------------------------------------------
@pytest.fixture
def related(desk, story):
    """A digest that contains article 2, which quotes another article."""
    with desk.db.write() as connection:
        [digest], [report] = add(connection, "inland", "digest"), add(connection, "wire", "report")
        found = [
            Relation(digest, 2, RelationKind.CONTAINS, 0.9), Relation(2, report, RelationKind.QUOTES, 0.2),
        ]  # fmt: skip
        relation_store.put_relations(connection, found)
    return digest, report


def test_a_story_shows_what_its_articles_quote_and_where_they_are_contained(story, related):
    digest, report = related
    said = flat(" ".join(line[12:] for line in run(story).output.splitlines()))
    assert (
        f"Quotes article {report} of wire (story {report}); "
        f"is mostly contained in article {digest} of inland (story {digest})."
    ) in said
    rows = shown(story)["members"][1]["relations"]
    assert [(row["kind"], row["article"], row["share"]) for row in rows] == [
        ("quotes", report, 0.2), ("contained_in", digest, 0.9),
    ]  # fmt: skip
    assert shown(story)["members"][0]["relations"] == []


def test_an_article_shows_what_it_contains(story, related):
    digest, _ = related
    text = flat(CliRunner().invoke(articles, [str(digest)]).output)
    assert f"This article contains most of article 2 of coast-courier (story {story})." in text
    [row] = [json.loads(CliRunner().invoke(articles, [str(digest), "--json"]).output)]
    assert [(one["kind"], one["article"], one["story"]) for one in row["relations"]] == [
        ("contains", 2, story)
    ]
