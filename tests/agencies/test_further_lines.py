"""Credit lines in further forms are read alike at intake and by the job; others credit nobody."""

import pytest

from tests.agencies.further_lines import FURTHER_LINES, NO_CREDITS
from tests.agencies.test_closing_lines import read_at_intake, read_by_job
from tests.agencies.test_lines_by_language import place_line


@pytest.mark.parametrize(("where", "line", "kind", "agency"), FURTHER_LINES)
def test_a_line_is_a_credit_or_names_a_helper(where, line, kind, agency):
    text = place_line("tail" if where == "tail" else "lede", line)
    assert read_by_job(text) == (kind, agency)
    if where == "tail":
        assert read_at_intake(text) == (kind, agency)


@pytest.mark.parametrize(("where", "line"), NO_CREDITS)
def test_a_name_a_picture_and_a_word_are_no_credit(where, line):
    assert read_by_job(place_line("tail" if where == "tail" else "lede", line))[0] in {
        "photo",
        "mention",
        "none",
    }
