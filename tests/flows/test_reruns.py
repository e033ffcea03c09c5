"""A withdrawn text that its publisher runs again without a mark: the story says how to end the withdrawal."""

import pytest
from click.testing import CliRunner

from tests.flows.test_takes import BODY, PAPER, POST, TITLE, WIRE, publish
from worker.cli.main import wireroom
from worker.flows import decisions, story_report
from worker.flows.story_report import Rerun
from worker.store import feeds as feed_store


@pytest.fixture
def run_at(services, clock, monkeypatch):
    """Stores an entry of a feed an hour later than the one before; returns its id."""
    services.clock = clock
    monkeypatch.setattr("worker.flows.services.services", lambda: services)
    with services.db.write() as connection:
        feed_store.sync_feeds(connection, [WIRE, PAPER, POST], clock())

    def run(feed, key, title=TITLE):
        clock.advance(3_600)
        new, changed = publish(services, feed, key, title, BODY, at=clock())
        return (new + changed)[0]

    return run


def read(services, story):
    with services.db.read() as connection:
        return story_report.read_story(connection, story)


def shown(story):
    """The output of `wireroom stories ID` in one line."""
    done = CliRunner().invoke(wireroom, ["stories", str(story)])
    return " ".join(done.output.split())


def test_the_command_that_ends_a_withdrawal_is_named_and_does_so(services, run_at):
    first = run_at(PAPER, "1")
    notice = run_at(PAPER, "2", f"WITHDRAWN: {TITLE}")
    assert read(services, first).rerun is None
    again = run_at(PAPER, "3")
    assert read(services, first).rerun == Rerun([again], [notice])
    assert (
        f"article {again} came after the withdrawal without a mark, which does not end it: if it was run "
        f"again, `wireroom stories detach {notice}` does"
    ) in shown(first)
    decisions.detach(services, notice, "anna")
    page = read(services, again)
    assert (page.story["id"], page.story["mark"], page.rerun) == (first, "", None)
    assert "came after the withdrawal" not in shown(first)


def test_each_withdrawn_article_is_named(services, run_at):
    first = run_at(PAPER, "1")
    notice = run_at(PAPER, "2", f"WITHDRAWN: {TITLE}")
    run_at(PAPER, "1", f"WITHDRAWN: {TITLE}")
    again = run_at(PAPER, "3")
    assert read(services, first).rerun == Rerun([again], [first, notice])
    assert f"`wireroom stories detach {first}` and `wireroom stories detach {notice}` does" in shown(first)


def test_other_outlets_and_what_came_with_the_withdrawal_end_none(services, run_at, clock):
    first = run_at(PAPER, "1")
    run_at(PAPER, "2", f"WITHDRAWN: {TITLE}")
    publish(services, PAPER, "4", TITLE, BODY, at=clock())
    run_at(POST, "1")
    page = read(services, first)
    assert (page.story["mark"], page.story["copies"], page.rerun) == ("withdrawn", 4, None)


def test_what_was_run_again_in_place_needs_no_command(services, run_at):
    first = run_at(PAPER, "1")
    run_at(PAPER, "1", f"WITHDRAWN: {TITLE}")
    run_at(PAPER, "1")
    assert (read(services, first).story["mark"], read(services, first).rerun) == ("restored", None)


def test_a_copy_that_comes_after_the_notice_was_detached_joins_the_valid_text(services, run_at):
    """The notice has the same text, but is a story of its own that stays withdrawn."""
    first = run_at(PAPER, "1")
    notice = run_at(PAPER, "2", f"WITHDRAWN: {TITLE}")
    decisions.detach(services, notice, "anna")
    copy = run_at(POST, "1")
    assert read(services, first).story["mark"] == ""
    assert [member["article"] for member in read(services, first).members] == [first, copy]
