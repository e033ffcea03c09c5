"""Dates: the tense of a clause decides which Friday; the precision is that of the text."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.extract.facts.dates import find_dates

DAY = date(2024, 7, 4)  # a Thursday
ENGLISH = (
    ("Two boats sank off the coast Sunday, killing three.", {"Sunday": "2024-06-30"}),
    ("The vote is set for Tuesday.", {"Tuesday": "2024-07-09"}),
    ("Lawmakers are due to vote Wednesday on the bill.", {"Wednesday": "2024-07-10"}),
    (
        "The talks, which began Monday, are to resume Friday.",
        {"Monday": "2024-07-01", "Friday": "2024-07-05"},
    ),
    ("On Monday, police arrested two men.", {"Monday": "2024-07-01"}),
    ("On Saturday, the team will face Lyon.", {"Saturday": "2024-07-06"}),
    (
        "The company said on Wednesday it would close the plant by Friday.",
        {"Wednesday": "2024-07-03", "Friday": "2024-07-05"},
    ),
    ("He was buried Tuesday.", {"Tuesday": "2024-07-02"}),
    (
        "A strike planned for Monday was called off Wednesday.",
        {"Monday": "2024-07-08", "Wednesday": "2024-07-03"},
    ),
    (
        "The minister may resign Friday, two aides said Wednesday.",
        {"Friday": "2024-07-05", "Wednesday": "2024-07-03"},
    ),
    ("The ferry has not run since Sunday.", {"Sunday": "2024-06-30"}),
    ("Sales begin Monday at noon.", {"Monday": "2024-07-08"}),
    ("Black Friday sales rose.", {}),
    ("The Good Friday Agreement held.", {}),
    ("Manchester City beat Sheffield Wednesday.", {}),
    ("Shops close on Sundays.", {}),
    ("Every other Tuesday the club meets.", {}),
    ("She sings in Sunday Bloody Sunday.", {}),
    ("Ash Wednesday fell early.", {}),
    ("Schools reopened Monday after the flood.", {"Monday": "2024-07-01"}),
    ("The president, who arrived Tuesday, leaves Friday.", {"Tuesday": "2024-07-02", "Friday": "2024-07-05"}),
    ("The court ruled late on Wednesday.", {"Wednesday": "2024-07-03"}),
    ("Voting ends Sunday.", {"Sunday": "2024-07-07"}),
    ("The next hearing is on Monday.", {"Monday": "2024-07-08"}),
    ("A decision is likely on Tuesday.", {"Tuesday": "2024-07-09"}),
    ("The storm should weaken by Saturday.", {"Saturday": "2024-07-06"}),
    ("Applicants must reply before Monday.", {"Monday": "2024-07-08"}),
    ("The bill had been passed by Tuesday evening.", {"Tuesday": "2024-07-02"}),
    ("They expect results on Monday.", {"Monday": "2024-07-08"}),
    ("Tuesday's vote was close.", {"Tuesday": "2024-07-02"}),
    ("Monday's meeting will be short.", {"Monday": "2024-07-08"}),
    ("The fair ran from Monday to Wednesday.", {"Monday": "2024-07-01", "Wednesday": "2024-07-03"}),
    ("The agency, quoted on Tuesday, gave no figure.", {"Tuesday": "2024-07-02"}),
    ("It rained last night and this morning.", {"last night": "2024-07-03", "this morning": "2024-07-04"}),
    (
        "Two weeks ago he left; three months ago she came.",
        {"Two weeks ago": "2024-W25", "three months ago": "2024-04"},
    ),
    ("A year ago the mill closed.", {"A year ago": "2023"}),
    ("The law takes effect on January 1.", {"January 1": "2025-01-01"}),
    ("He was born on 12 March 1956.", {"12 March 1956": "1956-03-12"}),
    ("In May 2019 it opened.", {"May 2019": "2019-05"}),
    ("The mayor may step down.", {}),
    ("A march of 20 people.", {}),
    ("The march on Monday drew thousands.", {"Monday": "2024-07-01"}),
    ("It will open in September.", {"September": "2024-09"}),
    ("The plant closed in March.", {"March": "2024-03"}),
    ("Theresa May resigned in June.", {"June": "2024-06"}),
    ("The Tuesday Club met.", {}),
    ("The show airs Friday night.", {"Friday": "2024-07-05"}),
    ("His Girl Friday opened the festival.", {}),
    ("The Daily Mail and The Mail on Sunday reported it.", {}),
    ("The figures for this week were good.", {"this week": "2024-W27"}),
    ("Officials on Tuesday announced a ban.", {"Tuesday": "2024-07-02"}),
    ("It comes two days after Monday's quake.", {"Monday": "2024-07-01"}),
    ("The day after tomorrow is a holiday.", {"day after tomorrow": "2024-07-06"}),
    ("He spoke for three days.", {}),
    ("The U.S. envoy arrived Monday.", {"Monday": "2024-07-01"}),
    ('"We will vote on Monday," he said Wednesday.', {"Monday": "2024-07-08", "Wednesday": "2024-07-03"}),
    ("The deal announced Tuesday would create jobs.", {"Tuesday": "2024-07-02"}),
    ("The rules, approved last year, start next month.", {"last year": "2023", "next month": "2024-08"}),
    ("The Tuesday deadline passed.", {"Tuesday": "2024-07-02"}),
    ("Rescue crews searched through the weekend and found him early Monday.", {"Monday": "2024-07-01"}),
    ("The airline plans to resume flights on Saturday.", {"Saturday": "2024-07-06"}),
    ("The airline is resuming flights Saturday.", {"Saturday": "2024-07-06"}),
    ("It meets next Monday.", {"next Monday": "2024-07-08"}),
    ("He said it last Wednesday.", {"last Wednesday": "2024-07-03"}),
    ("The council rejected the plan on Thursday.", {"Thursday": "2024-07-04"}),
)
CJK = (
    ("ko", "정부는 3일 대책을 발표했다.", {"3일": "2024-07-03"}),
    ("ko", "선거는 10일 치러진다.", {"10일": "2024-07-10"}),
    ("ko", "오는 12일 열릴 예정이다.", {"오는 12일": "2024-07-12"}),
    ("ko", "지난달 28일 숨졌다.", {"지난달 28일": "2024-06-28"}),
    ("ko", "다음 달 3일 연다.", {"다음 달 3일": "2024-08-03"}),
    ("ko", "5일간 이어졌다.", {}),
    ("ko", "사흘째 이어졌다. 3일째다.", {}),
    ("ko", "어제 밝혔다.", {"어제": "2024-07-03"}),
    ("ko", "올해 매출", {"올해": "2024"}),
    ("ko", "이번 주 발표", {"이번 주": "2024-W27"}),
    ("ko", "다음 주 월요일 만난다.", {"다음 주 월요일": "2024-07-08"}),
    ("ko", "월요일마다 열린다", {}),
    ("ko", "5월 3일 열렸다", {"5월 3일": "2024-05-03"}),
    ("ko", "2023년 5월 문을 열었다", {"2023년 5월": "2023-05"}),
    ("ko", "작년 10월 통과됐다", {"작년 10월": "2023-10"}),
    ("ko", "그는 30일 숨졌다.", {"30일": "2024-06-30"}),
    ("ko", "대통령은 4일 국회를 방문한다.", {"4일": "2024-07-04"}),
    ("ja", "首相は3日、訪問した。", {"3日": "2024-07-03"}),
    ("ja", "会談は10日に開かれる。", {"10日": "2024-07-10"}),
    ("ja", "3日間の日程", {}),
    ("ja", "先月28日に死去した。", {"先月28日": "2024-06-28"}),
    ("ja", "来月3日に始まる", {"来月3日": "2024-08-03"}),
    ("ja", "今週開かれる", {"今週": "2024-W27"}),
    ("ja", "先週発表した", {"先週": "2024-W26"}),
    ("ja", "5月3日に開いた", {"5月3日": "2024-05-03"}),
    ("ja", "昨年、発売された", {"昨年": "2023"}),
    ("ja", "今年は暑い", {"今年": "2024"}),
    ("ja", "10日ぶりに", {}),
    ("ja", "今月末に", {"今月": "2024-07"}),
    ("ja", "あす開幕する", {"あす": "2024-07-05"}),
    ("ja", "きょう開幕した", {"きょう": "2024-07-04"}),
    ("zh", "昨天宣布", {"昨天": "2024-07-03"}),
    ("zh", "将于10日举行", {"10日": "2024-07-10"}),
    ("zh", "5月3日举行", {"5月3日": "2024-05-03"}),
    ("zh", "去年公布", {"去年": "2023"}),
    ("zh", "下个月访问", {"下个月": "2024-08"}),
)


@pytest.mark.parametrize(("text", "due"), ENGLISH)
def test_english_days_are_resolved_against_the_day_of_publication(text, due):
    """Names, recurring days and durations are skipped."""
    found = {day.text: day.date for day in find_dates(text, DAY, "en")}
    assert sorted(found.values()) == sorted(due.values())
    for words, meaning in due.items():
        assert any((words in text or text in words) and date == meaning for text, date in found.items())


@pytest.mark.parametrize(("lang", "text", "due"), CJK)
def test_days_in_korean_japanese_and_chinese(lang, text, due):
    assert {day.text: day.date for day in find_dates(text, DAY, lang)} == due


@given(st.text(max_size=200), st.sampled_from(["en", "ko", "ja", "zh"]))
def test_each_day_stands_where_it_says(text, lang):
    for day in find_dates(f"On Friday {text} 3일 last week", DAY, lang):
        assert f"On Friday {text} 3일 last week".startswith(day.text, day.offset)
