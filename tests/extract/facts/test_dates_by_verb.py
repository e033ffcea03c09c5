"""A date takes its direction from the verb and the words beside it, a year to come is one."""

from datetime import date

import pytest

from worker.extract.facts.dates import find_dates

DATED = (
    (date(2026, 11, 12), "en", "The plan was first promised on 3 March.", "3 March", "2026-03-03"),
    (date(2026, 11, 12), "en", "The trial was postponed to 3 March.", "3 March", "2027-03-03"),
    (date(2026, 11, 20), "en", "The inquiry will open on 5 June.", "5 June", "2027-06-05"),
    (date(2026, 11, 12), "de", "Der Antrag wurde am 3. März gestellt.", "3. März", "2026-03-03"),
    (date(2026, 9, 3), "en", "A second clinic will open in 2028.", "2028", "2028"),
    (date(2026, 9, 3), "de", "Der Tunnel soll im Jahr 2029 öffnen.", "2029", "2029"),
    (date(2026, 9, 3), "ru", "Мост откроют в 2028 году.", "2028", "2028"),
    (date(2026, 9, 3), "ja", "新線は2030年に開業する予定だ。", "2030年", "2030"),
    (
        date(2026, 6, 3),
        "fr",
        "Le syndicat a dit vouloir une réponse d'ici vendredi.",
        "vendredi",
        "2026-06-05",
    ),
    (date(2026, 6, 3), "it", "Il Comune ha chiesto una risposta entro venerdì.", "venerdì", "2026-06-05"),
    (date(2026, 6, 3), "sv", "Kommunen lovade ett svar senast på fredag.", "fredag", "2026-06-05"),
    (date(2026, 3, 18), "ar", "افتتحت وزارة الصحة الاثنين مستشفى جديداً.", "الاثنين", "2026-03-16"),
    (date(2026, 3, 18), "ar", "قال الوزير الأحد إن الخطة جاهزة.", "الأحد", "2026-03-15"),
    (date(2026, 5, 20), "ja", "電機大手は19日、社長が退任すると発表した。", "19日", "2026-05-19"),
    (date(2026, 5, 20), "ja", "会談は25日に開かれる。", "25日", "2026-05-25"),
    (date(2026, 5, 20), "ko", "시는 19일 새 도서관을 연다고 밝혔다.", "19일", "2026-05-19"),
)
NO_DATES = (
    (date(2026, 9, 3), "en", "It was the weakest quarter since 2020."),
    (date(2026, 9, 3), "en", "Firefighters worked in 2028 homes."),
    (date(2026, 9, 3), "zh", "2028年度的预算已经通过。"),
)


@pytest.mark.parametrize(("day", "lang", "text", "words", "due"), DATED)
def test_a_date_is_on_the_side_of_its_verb(day, lang, text, words, due):
    assert [one.date for one in find_dates(text, day, lang) if words in one.text] == [due]


@pytest.mark.parametrize(("day", "lang", "text"), NO_DATES)
def test_a_past_year_and_a_count_are_no_dates(day, lang, text):
    assert find_dates(text, day, lang) == []
