"""Dates and speakers in about thirty languages, as on news pages; titles and habits give nothing."""

from datetime import date

import pytest

from tests.extract.facts.date_sentences import DATES
from tests.extract.facts.speech_sentences import SPEECH
from worker.extract.facts.dates import find_dates
from worker.extract.facts.quotes import find_quotes

DAY = date(2026, 11, 25)  # a Wednesday


@pytest.mark.parametrize(("lang", "sentence", "due"), DATES)
def test_a_date_is_resolved_in_the_language_of_the_text(lang, sentence, due):
    assert [found.date for found in find_dates(sentence, DAY, lang)] == due


@pytest.mark.parametrize(("lang", "text", "due"), SPEECH)
def test_a_speaker_is_named_where_the_text_names_one(lang, text, due):
    """No speaker for titles, for persons whose name is withheld and for texts that bind."""
    found = [quote.speaker for quote in find_quotes(text, lang)]
    assert found == due if due else not any(found)
