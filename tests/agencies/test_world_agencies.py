"""Agencies of all continents are credited by datelines and sign-offs, at intake as by the job."""

import pytest

from tests.agencies.datelines_by_agency import DATELINES
from tests.agencies.regional_lines import BYLINES, CREDITED
from tests.agencies.regional_lines import NOT_CREDITED as NOBODY
from tests.agencies.sign_offs_by_agency import NOT_CREDITED, SIGN_OFFS
from tests.agencies.test_closing_lines import read_at_intake, read_by_job
from tests.agencies.test_lines_by_language import place_line

PLACED = (*(("lede", *row) for row in DATELINES), *(("tail", *row) for row in SIGN_OFFS), *CREDITED)


@pytest.mark.parametrize(("where", "line", "agency"), PLACED)
def test_a_dateline_or_sign_off_credits_its_agency(where, line, agency):
    text = place_line(where, line)
    job = read_by_job(text)
    assert job[0] in {"credit", "contributor"}
    assert job[1] == agency
    assert read_at_intake(text) == job


@pytest.mark.parametrize(("where", "line"), [*NOT_CREDITED, *NOBODY])
def test_a_picture_a_listener_and_a_word_in_capitals_are_no_credit(where, line):
    text = place_line(where, line)
    assert read_by_job(text)[0] in {"photo", "mention", "none"}
    assert read_at_intake(text)[0] == "none"


@pytest.mark.parametrize(("line", "agency"), BYLINES)
def test_a_byline_names_its_agency(line, agency):
    found = read_by_job(place_line("lede", line))
    assert found[0] in {"credit", "contributor"}
    assert found[1] == agency
