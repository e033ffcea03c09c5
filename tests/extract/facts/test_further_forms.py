"""Dates and speakers in further forms, as news in many languages writes them."""

import pytest

from tests.extract.facts.dates_in_further_forms import FURTHER_DATES
from tests.extract.facts.speech_in_further_forms import FURTHER_SPEECH
from worker.extract.facts.dates import find_dates
from worker.extract.facts.quotes import find_quotes


@pytest.mark.parametrize(
    ("day", "lang", "sentence", "due"), [(day, *row) for day, rows in FURTHER_DATES.items() for row in rows]
)
def test_a_date_is_found_in_its_own_form_and_direction(day, lang, sentence, due):
    assert [found.date for found in find_dates(sentence, day, lang)] == due


@pytest.mark.parametrize(("lang", "text", "due"), FURTHER_SPEECH)
def test_a_quote_has_the_speaker_whom_its_sentence_names(lang, text, due):
    assert [quote.speaker for quote in find_quotes(text, lang)] == due
