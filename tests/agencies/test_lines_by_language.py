"""Credit lines of many languages are read alike at intake and by the job; those of pictures do not count."""

import pytest

from tests.agencies.lines_by_language import CREDITED, PICTURES
from tests.agencies.test_closing_lines import read_at_intake, read_by_job

PARAGRAPHS = (
    "Residents spent the evening weighing the cost of a new wall.",
    "Engineers showed drawings of a barrier with gates that close.",
)
NAMES = ("AFP", "(AFP)", "Reuters", "© EFE", "新华社", "연합뉴스", "AP/Reuters", "— dpa, AFP")


def place_line(where: str, line: str) -> str:
    return "\n\n".join((line, *PARAGRAPHS) if where == "lede" else (*PARAGRAPHS, line))


@pytest.mark.parametrize(("where", "line", "agency"), CREDITED)
def test_a_credit_line_names_its_agency_at_intake_and_in_the_job(where, line, agency):
    text = place_line(where, line)
    job = read_by_job(text)
    assert job[1] == agency
    assert job[0] in {"credit", "contributor"}
    assert read_at_intake(text) == job


@pytest.mark.parametrize("line", PICTURES)
def test_a_credit_of_a_picture_is_not_a_credit_of_the_text(line):
    text = place_line("tail", line)
    assert read_by_job(text)[0] in {"photo", "mention", "none"}
    assert read_at_intake(text)[0] == "none"


@pytest.mark.parametrize("name", NAMES)
def test_a_name_between_two_paragraphs_is_left_of_a_caption(name):
    """The same name below the last paragraph is a credit."""
    between = "\n\n".join((PARAGRAPHS[0], name, PARAGRAPHS[1]))
    assert read_by_job(between)[0] in {"photo", "mention", "none"}
    assert read_at_intake(between)[0] == "none"
    assert read_by_job(place_line("tail", name))[0] in {"credit", "contributor"}
