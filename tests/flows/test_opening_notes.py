"""An article that begins with the note of its correction is a correction, whatever its headline."""

import pytest
from sqlalchemy import select

from tests.conftest import Clock
from tests.flows.test_notices import desk, noted, publish_at, state, told
from tests.flows.test_takes import BODY, PAPER, POST, TITLE
from worker.flows.services import Services
from worker.store.models import Story

__all__ = ["desk"]

OLD, NEW = f"{TITLE}, 46 ships waited", f"{TITLE}, 64 ships waited"
TEXT = BODY.replace("46 ships", "64 ships")
CORRECTING = [
    "(Corrects number of ships to 64, not 46, in headline and first paragraph)",
    "(This Nov. 24 story has been corrected to fix the number of ships)",
    "[Korrigiert Zahl der Schiffe]",
    "(Corrige le nombre de navires au premier paragraphe)",
]
OTHER = [
    "(Corrections: write to the desk at desk@paper.example)",
    "(Refiles to fix spelling in third paragraph)",
    "(Correctional officers also went aboard)",
    "The paper corrects what it wrote on Sunday (see page 4).",
]


@pytest.mark.parametrize("note", CORRECTING)
def test_an_entry_that_begins_with_a_note_corrects_the_story_it_joins(
    desk: Services, clock: Clock, note: str
) -> None:
    [first] = publish_at(desk, clock, PAPER, OLD, BODY, "1")
    [copy] = publish_at(desk, clock, POST, OLD, BODY, "1")
    clock.advance(1_800)
    [second] = publish_at(desk, clock, PAPER, NEW, f"{note}\n\n{TEXT}", "2")
    assert state(desk, second) == ("corrected", "corrected")
    assert [state(desk, one) for one in (first, copy)] == [("active", "corrected")] * 2
    with desk.db.read() as connection:
        assert connection.scalar(select(Story.lead_id).where(Story.merged_into.is_(None))) == second
    [event] = told(desk)
    assert event["message"].count(note) == 1
    assert f"“{NEW}”, was “{OLD}”" in event["message"]
    [(kind, said)] = noted(desk)
    assert (kind, said["title_before"], said["title"], said["note"]) == ("story.corrected", OLD, NEW, note)


@pytest.mark.parametrize("note", OTHER)
def test_an_entry_that_begins_with_another_line_corrects_nothing(
    desk: Services, clock: Clock, note: str
) -> None:
    publish_at(desk, clock, PAPER, OLD, BODY, "1")
    clock.advance(1_800)
    [second] = publish_at(desk, clock, PAPER, NEW, f"{note}\n\n{TEXT}", "2")
    assert state(desk, second) == ("active", "")
    assert told(desk) == []
