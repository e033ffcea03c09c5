"""Dates in Korean, Japanese and Chinese text."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from worker.extract.spans import (
    day_of_month,
    iso_week,
    last_such,
    make_date,
    month_of,
    nearest,
    next_such,
    weekday_near,
    weekday_of_week,
)

Hit = tuple[str, str, int]
CLAUSE_CHARS = 90
# Word -> days from the day of publication.
_DAYS = {
    "그저께": -2, "그제": -2, "어제": -1, "오늘": 0, "내일": 1, "모레": 2,
    "一昨日": -2, "おととい": -2, "昨日": -1, "きのう": -1, "今日": 0, "きょう": 0, "本日": 0, "明日": 1,
    "あす": 1, "明後日": 2, "あさって": 2,
    "前天": -2, "昨天": -1, "今天": 0, "明天": 1, "后天": 2, "後天": 2,
}  # fmt: skip
_WEEKS = {
    "지난주": -1, "이번주": 0, "금주": 0, "다음주": 1, "내주": 1,
    "先週": -1, "今週": 0, "来週": 1, "上周": -1, "上週": -1,
    "本周": 0, "本週": 0, "这周": 0, "下周": 1, "下週": 1,
}  # fmt: skip
_MONTHS = {
    "지난달": -1, "이달": 0, "이번달": 0, "다음달": 1, "내달": 1,
    "先月": -1, "今月": 0, "来月": 1, "上月": -1, "上个月": -1, "上個月": -1, "本月": 0, "这个月": 0,
    "下个月": 1, "下個月": 1, "下月": 1,
}  # fmt: skip
_YEARS = {
    "재작년": -2, "지난해": -1, "작년": -1, "올해": 0, "내년": 1,
    "一昨年": -2, "昨年": -1, "去年": -1, "今年": 0, "来年": 1, "前年": -2, "明年": 1,
}  # fmt: skip
_DIRECTIONS = {"지난": -1, "오는": 1, "去る": -1, "来る": 1}


def _words(*tables: dict[str, int]) -> str:
    words = sorted({word for table in tables for word in table}, key=lambda word: (-len(word), word))
    # Korean writes 다음 달 as well as 다음달
    return "|".join(re.sub("(지난|이번|다음)([주달])", r"\1\\s?\2", word) for word in words)


_NUMBER = r"[\d０-９]{1,2}"
# counted days, not dates: 3일간, 3日間, 7일째
_NO_COUNT = (
    r"(?!간|째|\s?동안|\s?만에|\s?만의|치|\s?이내|\s?연속|\s?이상|분의"
    r"|間|目|ぶり|以内|連続|以上|程度|付|后|後|前|内|时|の間|本|米|中|韓)"
)
_DATE = re.compile(
    rf"(?:(?P<year>\d{{4}})\s?[년年]\s?)?(?P<month>{_NUMBER})\s?[월月]\s?(?P<day>{_NUMBER})\s?[일日号號]{_NO_COUNT}"
    rf"|(?P<full>\d{{4}})\s?[년年]\s?(?P<only>{_NUMBER})\s?[월月](?!\s?{_NUMBER}\s?[일日])"
)
_SHIFTED = re.compile(
    rf"(?P<shift>{_words(_MONTHS)})(?:\s?(?:の)?(?P<day>{_NUMBER})\s?[일日号號]{_NO_COUNT})?"
    rf"|(?P<year>{_words(_YEARS)})(?:\s?(?P<month>{_NUMBER})\s?[월月](?:\s?(?P<date>{_NUMBER})\s?"
    rf"[일日]{_NO_COUNT})?)?"
    rf"|(?P<week>{_words(_WEEKS)})(?:\s?(?P<weekday>[월화수목금토일])요일)?"
    rf"|(?P<days>{_words(_DAYS)})"
)
_LONE = re.compile(
    rf"(?:(?P<where>지난|오는|去る|来る)\s?)?(?:(?<![\d.,년年월月일日第제])(?P<day>{_NUMBER})\s?[일日]{_NO_COUNT}"
    r"|(?P<weekday>[월화수목금토일])요일(?!마다))"
)
_AGO = re.compile(
    r"(?P<count>\d{1,3})\s?(?P<unit>일|日|天|년|年|개월|か月|ヶ月|カ月|个月|주|週間|周)\s?(?P<way>전|前|후|뒤|後|后)(?![\w])"
)
_FUTURE = re.compile(
    r"예정|방침|계획|할 것|될 것|릴 것|칠 것|일 것|전망|예상|한다|린다|된다|간다|온다|진다|낸다"
    r"|선다|연다|키로|기로"
    r"|予定|方針|見通し|計画|する|なる|開く|開かれる|始まる|向かう|訪れる|将|將|拟|计划|預定|预计"
)
_PAST = re.compile(
    r"했다|혔다|렸다|됐다|였다|었다|았다|갔다|왔다|졌다|냈다|났다|섰다|뒀다|했으며|했고|혔으며|밝혔|전했|말했"
    r"|した|された|れた|った|いた|えた|表示|宣布|说|說|报道|報道|称|稱|了"
)
_WEEKDAYS = "월화수목금토일"


def find_dates(text: str, day: date) -> Iterator[Hit]:
    """Each date as (text, ISO date, offset); some may lie within others."""
    resolvers: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str, date], str | None]], ...] = (
        (_DATE, _of_date),
        (_SHIFTED, _of_shifted),
        (_AGO, _of_count),
        (_LONE, _of_lone),
    )
    for pattern, resolve in resolvers:
        for found in pattern.finditer(text):
            if meaning := resolve(found, text, day):
                yield found[0].strip(), meaning, found.start() + len(found[0]) - len(found[0].lstrip())


def _of_date(found: re.Match[str], _: str, day: date) -> str | None:
    if found["full"]:
        month = int(found["only"])
        return f"{found['full']}-{month:02}" if 1 <= month <= 12 else None
    month, number = int(found["month"]), int(found["day"])
    years = [int(found["year"])] if found["year"] else [day.year - 1, day.year, day.year + 1]
    return _iso(nearest(day, (make_date(year, month, number) for year in years)))


def _of_shifted(found: re.Match[str], _: str, day: date) -> str | None:
    def shift(table: dict[str, int], group: str) -> int:
        return table[re.sub(r"\s", "", found[group])]

    if found["shift"]:
        months = shift(_MONTHS, "shift")
        return _iso(day_of_month(day, int(found["day"]), months)) if found["day"] else month_of(day, months)
    if found["week"]:
        weeks = shift(_WEEKS, "week")
        if not found["weekday"]:
            return iso_week(day, weeks)
        return weekday_of_week(day, _WEEKDAYS.index(found["weekday"]), weeks).isoformat()
    if found["days"]:
        return (day + timedelta(days=shift(_DAYS, "days"))).isoformat()
    return _in_year(found, day.year + shift(_YEARS, "year"))


def _in_year(found: re.Match[str], year: int) -> str | None:
    if found["date"]:
        return _iso(make_date(year, int(found["month"]), int(found["date"])))
    if found["month"]:
        return f"{year}-{int(found['month']):02}" if 1 <= int(found["month"]) <= 12 else None
    return f"{year}"


def _of_count(found: re.Match[str], _: str, day: date) -> str | None:
    count, unit = int(found["count"]), found["unit"]
    sign = -1 if found["way"] in "전前" else 1
    if unit in {"일", "日", "天"}:
        return (day + timedelta(days=sign * count)).isoformat()
    if unit in {"년", "年"}:
        return f"{day.year + sign * count}"
    if unit in {"주", "週間", "周"}:
        return iso_week(day, sign * count)
    return month_of(day, sign * count)


def _of_lone(found: re.Match[str], text: str, day: date) -> str | None:
    direction = _DIRECTIONS.get(found["where"] or "", 0)
    strict = direction != 0
    direction = direction or _tense(text[found.end() : found.end() + CLAUSE_CHARS])
    if found["weekday"]:
        way = direction or -1
        return weekday_near(day, _WEEKDAYS.index(found["weekday"]), way, with_today=not strict).isoformat()
    number = int(found["day"])
    if direction < 0:
        return _iso(last_such(day, number))
    if direction > 0:
        return _iso(next_such(day, number))
    return _iso(nearest(day, (day_of_month(day, number, months) for months in (-1, 0, 1))))


def _tense(after: str) -> int:
    """-1 when the next verb of the sentence is past, 1 when it is future, 0 when none tells."""
    sentence = re.split(r"[.。!?\n]", after, maxsplit=1)[0]
    past, future = _PAST.search(sentence), _FUTURE.search(sentence)
    if past and (not future or past.start() < future.start()):
        return -1
    return 1 if future else 0


def _iso(found: date | None) -> str | None:
    return found.isoformat() if found else None
