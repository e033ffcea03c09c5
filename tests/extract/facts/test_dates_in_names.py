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
    ("en", "Officers in Sept-Trois said the fire was out."),
    ("en", "The school in Mar-Vista reopened."),
    ("en", "He met the president in Mar-a-Lago and left."),
    ("en", "The prize was won by Jan-Ove Waldner."),
    ("en", "The label was founded by June-Marie Smith."),
    ("en", "She works in Dec-Étude, a studio."),
    ("ja", "日曜大工が人気だ。"),
    ("ja", "土曜ワイド劇場の新作を発表した。"),
    ("ja", "金曜ロードショーで放送する。"),
    ("ja", "日曜日版に掲載された。"),
    ("ja", "木曜会が開かれた。"),
    ("ja", "月曜ドラマの主演を発表した。"),
    ("ja", "日曜市で野菜を売る。"),
    ("zh", "周日邮报报道了此事。"),
)
DATES = (
    ("zh", "星期五上海下雨。"),
    ("fr", "Vendredi, le maire a démissionné."),
    ("ko", "3일 전에 사고가 났다."),
    ("en", "The plant will close in Sept-Oct, the firm said."),
    ("en", "Sales fell in March-May as prices rose."),
    ("en", "The fair opens in July-August."),
    ("ja", "木曜会見で述べた。"),
    ("ja", "日曜市場は混雑した。"),
    ("ja", "金曜深夜ドラマが始まった。"),
    ("ja", "日曜午後に雨が降った。"),
    ("ja", "土曜放送の番組に出た。"),
    ("ja", "日曜日朝に出発した。"),
    ("zh", "周日报道称下雨。"),
)


@pytest.mark.parametrize(("lang", "text"), NAMES)
def test_a_name_or_a_notice_period_is_no_date(lang, text):
    assert find_dates(text, date(2025, 11, 25), lang) == []


@pytest.mark.parametrize(("lang", "text"), DATES)
def test_a_weekday_or_a_count_beside_them_stays_a_date(lang, text):
    assert len(find_dates(text, date(2025, 11, 25), lang)) == 1
