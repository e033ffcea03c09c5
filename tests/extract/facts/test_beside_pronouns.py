"""Speakers meant by a pronoun or named beside a clause, and days beside the word for a plan."""

from datetime import date

import pytest

from tests.extract.facts.speech_beside_pronouns import BESIDE_PRONOUNS, DATES_OF_PLANS
from worker.extract.facts.dates import find_dates
from worker.extract.facts.quotes import find_quotes


@pytest.mark.parametrize(("lang", "text", "due"), BESIDE_PRONOUNS)
def test_a_quote_has_the_speaker_whom_a_pronoun_or_a_clause_tells(lang, text, due):
    assert [quote.speaker for quote in find_quotes(text, lang)] == due


@pytest.mark.parametrize(("published", "lang", "sentence", "due"), DATES_OF_PLANS)
def test_a_plan_that_was_decided_does_not_make_its_day_lie_ahead(published, lang, sentence, due):
    assert [found.date for found in find_dates(sentence, date.fromisoformat(published), lang)] == due
