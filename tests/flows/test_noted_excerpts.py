"""An excerpt, or a text cut to one, stays in its story when a note of its correction is added."""

import pytest

from tests.conftest import Clock
from tests.flows.test_edited_originals import (
    ENGLISH,
    FRENCH,
    GAZETTE,
    GERMAN,
    HERALD,
    LEDGER,
    Case,
    desk,
    events,
    noted,
    publish,
    stories,
)  # fmt: skip
from worker.flows.services import Services

__all__ = ["desk"]

CASES = pytest.mark.parametrize("case", [ENGLISH, GERMAN, FRENCH], ids=["en", "de", "fr"])


@CASES
@pytest.mark.parametrize("is_figure", [True, False])
def test_an_excerpt_that_is_corrected_stays_in_its_story(
    desk: Services, clock: Clock, case: Case, is_figure: bool
) -> None:
    publish(desk, LEDGER, case.title, case.text, is_full=True)
    publish(desk, HERALD, case.copied, case.summary, is_full=True)
    [(story, _)] = stories(desk)
    before = noted(desk)
    clock.advance(3_600)
    said = case.corrected(case.summary) if is_figure else case.summary
    publish(desk, HERALD, case.copied, f"{said}\n\n{case.note}", is_full=True)
    assert stories(desk) == {(story, "")}
    assert events(desk) == []
    clock.advance(3_600)
    publish(desk, HERALD, case.copied, said, is_full=True)
    assert stories(desk) == {(story, "")}
    assert noted(desk) == before


@CASES
def test_a_publisher_that_cuts_its_text_and_then_corrects_it_marks_its_story(
    desk: Services, clock: Clock, case: Case
) -> None:
    publish(desk, LEDGER, case.title, case.text, is_full=True)
    publish(desk, HERALD, case.copied, case.text, is_full=True)
    publish(desk, GAZETTE, case.title, case.text, is_full=True)
    [(story, _)] = stories(desk)
    before = noted(desk)
    for said in (case.summary, f"{case.corrected(case.summary)}\n\n{case.note}"):
        clock.advance(3_600)
        publish(desk, LEDGER, case.title, said, is_full=True)
    assert stories(desk) == {(story, "corrected")}
    clock.advance(3_600)
    publish(desk, LEDGER, case.title, f"{case.corrected(case.text)}\n\n{case.note}", is_full=True)
    assert stories(desk) == {(story, "corrected")}
    assert events(desk) == ["story.corrected"]
    assert noted(desk) == [*before, "story.corrected"]


def test_an_excerpt_with_a_sentence_of_its_own_stays_in_its_story(desk: Services, clock: Clock) -> None:
    publish(desk, LEDGER, ENGLISH.title, ENGLISH.text, is_full=True)
    publish(desk, HERALD, ENGLISH.copied, ENGLISH.summary, is_full=True)
    found = stories(desk)
    clock.advance(3_600)
    more = (
        f"{ENGLISH.summary}\n\nMore on this in the evening edition, with reports from the bank of the river."
    )
    publish(desk, HERALD, ENGLISH.copied, more, is_full=True)
    assert len(found) == 1
    assert stories(desk) == found


@pytest.mark.parametrize(
    "line",
    [
        "Corrections: To report an error, write to desk@herald.example",
        "Corrections: If you see an error, call 555 0100.",
        "(Corrections: write to the newsroom)",
        "[Corrections] desk@herald.example",
        "Korrektur: Fehler gefunden? desk@herald.example",
    ],
)
def test_a_line_that_asks_for_corrections_corrects_nothing(desk: Services, clock: Clock, line: str) -> None:
    publish(desk, HERALD, ENGLISH.title, ENGLISH.text, is_full=True)
    found = stories(desk)
    clock.advance(3_600)
    publish(desk, HERALD, ENGLISH.title, f"{ENGLISH.text}\n\n{line}", is_full=True)
    assert stories(desk) == found
    assert events(desk) == []
