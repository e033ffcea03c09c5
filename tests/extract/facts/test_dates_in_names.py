"""Weekdays that name a person or a house, and days that count from another day, are no dates."""

from datetime import date

import pytest

from worker.extract.facts.dates import find_dates

NAMES = (
    ("en", "Ann Sunday, a novelist, was the first to write about the strike."),
    ("zh", "星期五餐厅在上海开了新店。"),
    ("zh", "星期三酒吧宣布停业。"),
    ("ko", "예약은 5일 전까지 취소할 수 있다."),
    ("fr", "Vendredi est un personnage de Daniel Defoe."),
    ("es", "Domingo es el hermano de la alcaldesa."),
)
DATES = (
    ("zh", "星期五上海下雨。"),
    ("fr", "Vendredi, le maire a démissionné."),
    ("ko", "3일 전에 사고가 났다."),
)


@pytest.mark.parametrize(("lang", "text"), NAMES)
def test_a_name_or_a_notice_period_is_no_date(lang, text):
    assert find_dates(text, date(2025, 11, 25), lang) == []


@pytest.mark.parametrize(("lang", "text"), DATES)
def test_a_weekday_or_a_count_beside_them_stays_a_date(lang, text):
    assert len(find_dates(text, date(2025, 11, 25), lang)) == 1
