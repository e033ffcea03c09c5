"""Which lines are searched for a credit."""

import pytest

from worker.agencies.closing_forms import MAIL_HOSTS
from worker.agencies.credit_hints import may_credit
from worker.agencies.forms import COMMON, SPELLINGS


def test_lines_with_any_spelling_of_any_agency_are_searched() -> None:
    names = [*SPELLINGS, *(name.upper() for name in COMMON), *MAIL_HOSTS]
    assert [name for name in names if not may_credit(f"Text ({name}).")] == []


@pytest.mark.parametrize(
    "line",
    [
        "Reporting by Ann Lee; Editing by Bo Chen",
        "Reportage: Anne Petit, édité par Jean Blanc",
        "(編輯：王小明)",
        "With inputs from the desk in Delhi",
        "Compiled from news agencies",
        "Our Standards: The Thomson Reuters Trust Principles",
        "kim@yna.co.kr",
        "농가는 소독해야 한다. (연합)",
        "（ロイター＝共同）",
        "［ワシントン 時事］",
        "きのうAP通信によると",
    ],
)
def test_lines_with_a_form_that_names_no_agency_are_searched(line: str) -> None:
    assert may_credit(line)


def test_other_lines_are_not_searched() -> None:
    lines = [
        "The harbor of Korvo was closed until Tuesday.",
        "Associated ports reopened.",
        "항구는 화요일까지 닫힌다.",
    ]
    assert not any(map(may_credit, lines))
