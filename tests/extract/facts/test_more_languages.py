"""Dates and speakers in about thirty languages, as on news pages; titles and habits give nothing."""

from datetime import date

import pytest

from tests.extract.facts.attributions_by_language import ATTRIBUTED
from tests.extract.facts.date_sentences import DATES
from tests.extract.facts.dates_by_day import DATES_BY_DAY
from tests.extract.facts.dates_south_slavic import DATES as JUNE_DATES
from tests.extract.facts.speech_sentences import SPEECH
from worker.extract.facts.dates import find_dates
from worker.extract.facts.quotes import find_quotes

DAY = date(2026, 11, 25)  # a Wednesday


@pytest.mark.parametrize(("lang", "sentence", "due"), DATES)
def test_a_date_is_resolved_in_the_language_of_the_text(lang, sentence, due):
    assert [found.date for found in find_dates(sentence, DAY, lang)] == due


SPEAKERS = (
    ("hr", "»Krov je pao prije zore«, kaže vatrogasac Ivan Horvat.", "Ivan Horvat"),
    ("hr", "Ivan Horvat je rekao: „Most će biti otvoren u petak.“", "Ivan Horvat"),
    ("sr", "„Мост је затворен до петка“, изјавила је инжењерка Јелена Петровић у Нишу.", "Јелена Петровић"),
    ("sr", "„Most je zatvoren do petka“, izjavila je Jelena Petrović u Nišu.", "Jelena Petrović"),
    ("sk", "„Most otvoria v piatok,“ povedala starostka Jana Kováčová.", "Jana Kováčová"),
    ("sk", "Ján Kováč povedal: „Most otvoria v piatok.“", "Ján Kováč"),
    ("sl", "»Most je zaprt do petka,« je dejal župan Janez Novak.", "Janez Novak"),
    ("bg", "„Мостът ще бъде отворен в петък“, каза инженер Иван Петров.", "Иван Петров"),
    ("bg", "Иван Петров заяви: „Мостът ще бъде отворен в петък.“", "Иван Петров"),
    ("bg", "„Мостът ще бъде отворен в петък“, каза очевидец.", None),
    ("hr", "Knjiga „Most na rijeci“ izašla je u petak.", None),
    ("en", '"It shook the whole hall," said a singer, who did not want to be identified.', None),
)


@pytest.mark.parametrize(("lang", "text", "speaker"), SPEAKERS)
def test_a_speaker_is_named_in_more_languages(lang, text, speaker):
    assert [quote.speaker for quote in find_quotes(text, lang) if quote.speaker] == [speaker] * bool(speaker)


@pytest.mark.parametrize(("lang", "sentence", "due"), JUNE_DATES)
def test_a_date_is_that_of_its_brackets_its_era_and_its_verb(lang, sentence, due):
    """Roads, inns and goods that are named after a day give no date."""
    assert [found.date for found in find_dates(sentence, date(2026, 6, 18), lang)] == due


@pytest.mark.parametrize(("lang", "text", "due"), SPEECH)
def test_a_speaker_is_named_where_the_text_names_one(lang, text, due):
    """No speaker for titles, for persons whose name is withheld and for texts that bind."""
    found = [quote.speaker for quote in find_quotes(text, lang)]
    assert found == due if due else not any(found)


@pytest.mark.parametrize(
    ("day", "lang", "sentence", "due"), [(day, *row) for day, rows in DATES_BY_DAY.items() for row in rows]
)
def test_a_date_takes_the_verb_of_its_clause_and_names_are_none(day, lang, sentence, due):
    """Streets, works, firms and people named after a day give no date."""
    assert [found.date for found in find_dates(sentence, day, lang)] == due


@pytest.mark.parametrize(("lang", "text", "due"), ATTRIBUTED)
def test_the_speaker_is_the_person_behind_an_office_a_medium_or_a_claim(lang, text, due):
    assert [quote.speaker for quote in find_quotes(text, lang) if quote.speaker] == due
