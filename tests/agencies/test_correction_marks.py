"""The marks of corrections and withdrawals: those that the manual lists, and headlines that look alike."""

import re
from pathlib import Path

import pytest

from worker.agencies import correction_marks
from worker.agencies.marks import find_take, marked_title

MANUAL = (Path(__file__).parents[2] / "docs" / "corrections.md").read_text(encoding="utf-8")
REST = "Harbor of Velm reopens after tanker is towed away"


def listed():
    """(corrections, withdrawals, words in capitals) of the table of the manual."""
    rows = MANUAL.partition("| language |")[2].split("\n\n", maxsplit=1)[0].splitlines()[2:]
    found = ([], [], [])
    for row in rows:
        for words, cell in zip(found, row.strip("|").split("|")[1:], strict=True):
            words += [word for word in map(str.strip, re.split("[,;]", cell)) if word]
    return found


CORRECTIONS, WITHDRAWALS, CAPITALS = listed()


def test_the_manual_lists_all_words_that_count_and_no_others():
    assert sorted(CORRECTIONS) == sorted(correction_marks.CORRECTIONS)
    assert sorted(WITHDRAWALS) == sorted(correction_marks.WITHDRAWALS)
    capitals = correction_marks.CAPITAL_CORRECTIONS + correction_marks.CAPITAL_WITHDRAWALS
    assert sorted(CAPITALS) == sorted(capitals)


@pytest.mark.parametrize(
    "form",
    [
        "{}: T", "{} : T", "{}：T", "({}) T", "[{}] T", "（{}）T", "【{}】T", "{} – T", "{} - T", "{}--T",
        "T ({})", "T [{}]", "***{}*** T", "* {} * T", "T *{}*",
        "({}: adds depth) T", "T ({}, adds depth)", "{} (Nov. 24): T",
    ],
)  # fmt: skip
@pytest.mark.parametrize(("kind", "words"), [("correction", CORRECTIONS), ("withdrawal", WITHDRAWALS)])
def test_each_word_is_a_mark_in_each_form_and_in_any_case(form, kind, words):
    for word in words:
        for spelled in (word, word.capitalize(), word.upper()):
            title = form.replace("T", REST).format(spelled)
            take = find_take(title, "")
            assert take is not None, title
            assert (take.kind, (title[: take.start] + title[take.end :]).strip()) == (kind, REST), title


@pytest.mark.parametrize(
    ("mark", "kind", "number"),
    [
        ("UPDATE 1-CORRECTED-", "correction", 1), ("UPDATE 3-CORRECTED-", "correction", 3),
        ("CORRECTED-UPDATE 2-", "correction", 2), ("CORRECTED-(OFFICIAL)-", "correction", 1),
        ("CORRECTED (OFFICIAL)-", "correction", 1), ("OFFICIAL CORRECTED-", "correction", 1),
        ("REFILE-WRAPUP 4-", "correction", 4), ("RPT-CORRECTED-", "correction", 1),
        ("CORRECTED ", "correction", 1), ("(Corrige) ", "correction", 1), ("CORRECTS: ", "correction", 1),
        ("訂正-", "correction", 1), ("<고침> ", "correction", 1), ("KILL: ", "withdrawal", 1),
        ("(KILL) ", "withdrawal", 1), ("[MANDATORY KILL] ", "withdrawal", 1),
        ("***KILL*** ", "withdrawal", 1),
        ("(WITHDRAWAL) ", "withdrawal", 1), ("[ANULADA] ", "withdrawal", 1),
        ("*Corrigé* ", "correction", 1),
        ("MANDATORY KILL - ", "withdrawal", 1), ("WITHDRAWAL: ", "withdrawal", 1),
        ("WITHDRAWN ", "withdrawal", 1), ("STORY WITHDRAWN: ", "withdrawal", 1),
    ],
)  # fmt: skip
def test_marks_of_agencies_are_taken_off_with_their_number(mark, kind, number):
    take = find_take(f"{mark}{REST}", "")
    assert take is not None
    assert (take.kind, take.number, take.start, take.end) == (kind, number, 0, len(mark))


def test_an_advisory_that_withdraws_is_a_withdrawal():
    take = find_take("ADVISORY: AFP withdraws its story on Velm", "")
    assert take is not None
    assert take.kind == "withdrawal"


@pytest.mark.parametrize(
    "title",
    [
        "Corrections officers strike", "Correction officers end strike - union", "Market correction deepens",
        "CORRECTION IN MARKETS DEEPENS", "Correctional facility closes", "Kill Bill returns",
        "KILL BILL RETURNS", "Kill: the new album", "Kill - a review", "Withdrawal: what to expect",
        "WITHDRAWAL OF TROOPS BEGINS", "Withdrawal symptoms", "Withdrawn from market - pills recalled",
        "Retraction of claim demanded", "Retracted claws: how cats hunt", "Corrected figures show growth",
        "Corrections: an editor's life", "Figures corrected for inflation",
        "Growth (corrected for inflation) slows", "Korrektur an den Börsen", "Korrigierte Zahlen: mehr Gäste",
        "Oprava silnice: potrvá do zimy", "Oprava: silnice potrvá do zimy", "Clarification sought on tax",
        "Refiled lawsuit names mayor", "정정당당한 승부", "정정 요구에 답하다", "訂正を求める声", "更正机会",
        "Police (withdrawn from the street) return",
        "(Kill) Bill returns", "*Kill* the lights", "Review of films (Kill)",
        "Pull-back - correction or crash?",
    ],
)  # fmt: skip
def test_headlines_that_speak_of_corrections_have_no_mark(title):
    take = find_take(title, "")
    assert take is None or take.kind not in {"correction", "withdrawal"}


@pytest.mark.parametrize(
    ("title", "mark", "shown"),
    [
        (REST, "", REST),
        (REST, "withdrawn", f"WITHDRAWN: {REST}"),
        (f"KILL: {REST}", "withdrawn", f"KILL: {REST}"),
        (f"CORRECTED-{REST}", "corrected", f"CORRECTED-{REST}"),
        (f"CORRECTED-{REST}", "restored", f"RESTORED: {REST}"),
        (f"{REST} [정정]", "withdrawn", f"WITHDRAWN: {REST}"),
        (f"UPDATE 1-{REST}", "restored", f"RESTORED: UPDATE 1-{REST}"),
        (f"CORRECTED-{REST}", "", f"CORRECTED-{REST}"),
    ],
)
def test_a_headline_is_shown_with_the_mark_of_its_story_alone(title, mark, shown):
    assert marked_title(title, mark) == shown
