"""A credit is found beside signatures, and a dateline between full stops; a body's initials credit nobody."""

import pytest

from tests.agencies.signed_lines import SIGNED_LINES, UNSIGNED_LINES
from tests.agencies.test_closing_lines import read_at_intake, read_by_job
from tests.agencies.test_lines_by_language import place_line


@pytest.mark.parametrize(("where", "line", "kind", "agency"), SIGNED_LINES)
def test_a_line_with_a_signature_names_its_agency(where, line, kind, agency):
    text = place_line(where, line)
    assert read_by_job(text) == (kind, agency)
    if kind == "credit":
        assert read_at_intake(text) == (kind, agency)


@pytest.mark.parametrize("line", UNSIGNED_LINES)
def test_a_name_before_its_own_initials_and_a_picture_are_no_credit(line):
    text = place_line("tail", line)
    assert read_by_job(text)[0] in {"photo", "mention", "none"}
    assert read_at_intake(text)[0] in {"none", "desk"}
