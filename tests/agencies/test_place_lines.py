"""Lines of each form credit their agency, at intake as by the job; others credit nobody."""

import pytest

from tests.agencies.place_lines import BYLINES, CREDITED, NOT_CREDITED
from tests.agencies.test_closing_lines import read_at_intake, read_by_job
from tests.agencies.test_lines_by_language import place_line
from worker.extract.body.article_text import read_plain


@pytest.mark.parametrize(("where", "line", "agency"), CREDITED)
def test_a_line_of_the_form_credits_its_agency(where, line, agency):
    text = place_line(where, line)
    assert read_by_job(text) == ("credit", agency)
    assert read_at_intake(text) == ("credit", agency)


@pytest.mark.parametrize(("line", "agency"), BYLINES)
def test_a_byline_of_the_form_names_its_agency(line, agency):
    assert read_by_job(place_line("lede", line)) == ("credit", agency)


@pytest.mark.parametrize(("where", "line"), NOT_CREDITED)
def test_what_only_looks_like_a_line_of_the_form_credits_nobody(where, line):
    place = "tail" if where == "tail" else "lede"
    assert read_by_job(place_line(place, line))[0] in {"photo", "mention", "none"}


def test_a_short_opening_paragraph_with_a_dateline_is_no_byline():
    article = read_plain(
        "Um título\n\nSÃO PAULO, SP (FOLHAPRESS) - O dólar caiu nesta quarta-feira (14)\n\nFim."
    )
    assert article.author is None
    assert article.body.text.startswith("SÃO PAULO")
