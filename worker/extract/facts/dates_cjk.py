"""Finds dates in Korean, Japanese and Chinese text."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from worker.extract.facts.calendar import (
    day_of_month,
    iso_week,
    last_day_numbered,
    make_date,
    month_of,
    nearest,
    next_day_numbered,
    weekday_near,
    weekday_of_week,
)
from worker.extract.facts.dates_words_cjk import ATTRIBUTE, COUNTS, DAYS, MONTHS, NOT_NAMED, WEEKS, YEARS
from worker.text.numerals import han_value

Hit = tuple[str, str, int]
CLAUSE_CHARS = 90
_DIRECTIONS = {"지난": -1, "오는": 1, "去る": -1, "来る": 1}
# Excludes longer words that begin with one of these: nowadays, to give away, of the school year.
_OTHER_WORD = (
    r"(?!날|제|신문|배움|채움|키움|头条|頭條|度|号|香|的|의집|(?<=어제)오늘"
    r"|(?<=내주)[고다었며기는지어면려줬준])"
)


def _words(*tables: dict[str, int]) -> str:
    words = sorted({word for table in tables for word in table}, key=lambda word: (-len(word), word))
    # Korean writes 다음 달 as well as 다음달
    return "|".join(re.sub("(지난|이번|다음)([주달])", r"\1\\s?\2", word) for word in words)


_NUMBER = r"[\d０-９]{1,2}"
_HAN = r"[一二三四五六七八九十]{1,3}"
_HAN_DAY = r"(?:二?十[一二三四五六七八九]|二十|三十一?)"  # shorter numerals begin other words: 十日町, 一日
# excludes counted days: 3일간, 3日間, 7일째
_NO_COUNT = (
    r"(?!간|째|차|\s?전까지|\s?동안|\s?만[에의에]?(?![가-힣])|치|\s?[이내안]내|\s?[내안]에|\s?연속|\s?이상|\s?이하|분"
    r"|\s?가량|\s?정도"
    r"|\s?넘게|짜리|\s?평균|\s?남짓|\s?앞[두으]|여|장|\s?남[은았]"
    r"|間|目|ぶり|以内|連続|続け|以上|以下|程度|余り|ほど|当たり|あたり|平均|分|がかり|未満|限り|過ぎ|后|後"
    r"|前|内|时|の間"
    r"|本|米|中|韓|\s?[\d０-９一二三四]{1,2}\s?(?:식|회|번|정|알|잔|끼|교대|매|포|캡슐|명|시간|食|回|杯|錠|粒|個|時間|本|次|餐|片|粒))"
)
_HABIT_BEFORE = re.compile(
    r"(?:매[주월달년]|격주|[毎每][週周月年]|隔[週周]|[逢每毎]|\d[박泊晩晚]|(?<![가-힣])(?:약|총|최대)|約"
    r"|最大|第|(?:음력|陰暦|旧暦|農曆|农历|陰曆|阴历|農暦)\s?の?\s?(?:[\d０-９]{1,2}[월月]\s?)?)\s?\Z"
)
# The days of the week, Monday first, in Korean, Japanese and Chinese.
_KOREAN, _JAPANESE, _CHINESE = "월화수목금토일", "月火水木金土日", "一二三四五六日"
_WEEKDAY = (
    rf"(?:(?P<ko>[{_KOREAN}])요일|(?P<ja>[{_JAPANESE}])曜{NOT_NAMED}日?"
    rf"|(?:周|週|星期|礼拜|禮拜)(?P<zh>[{_CHINESE}天]){NOT_NAMED})"
)
# Excludes numerals and words that begin like a day of the week: 上周一直, 下周二手房
_NO_NUMERAL = (
    r"(?![共直切起定样樣般些手次名位家批种種个個季線线本度人元倍成分月年天十百千万萬条條场場项項期届屆])"
)
_OF_WEEK = (
    rf"(?:\s?の?(?:(?P<ko>[{_KOREAN}])요일|(?P<ja>[{_JAPANESE}])曜{NOT_NAMED}日?"
    rf"|(?:周|週|星期)?(?P<zh>[{_CHINESE}天]){_NO_NUMERAL}))?"
)
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867}  # the year before the first
_DATE = re.compile(
    rf"(?:(?P<era>{'|'.join(_ERAS)})(?P<nth>{_NUMBER}|元|{_HAN})\s?年\s?|(?P<year>\d{{4}}|[〇一二三四五六七八九]{{4}})\s?[년年]\s?)?(?P<month>{_NUMBER}|{_HAN})\s?[월月]\s?"
    rf"(?P<day>{_NUMBER}|{_HAN})\s?[일日号號]{_NO_COUNT}"
    rf"|(?P<full>\d{{4}})\s?[년年]\s?(?P<only>{_NUMBER})\s?[월月](?!\s?{_NUMBER}\s?[일日])"
    rf"|(?<!\d)(?P<share>{_NUMBER})\s?月份"
    rf"|(?P<where>지난|오는)\s(?P<alone>{_NUMBER})월(?!\s?{_NUMBER}\s?일|호)"
)
_SHIFTED = re.compile(
    rf"(?P<shift>{_words(MONTHS)})(?:\s?(?:の)?(?P<day>{_NUMBER})\s?[일日号號]{_NO_COUNT})?"
    rf"|(?P<year>{_words(YEARS)}){_OTHER_WORD}(?:\s?の?(?P<month>{_NUMBER}|{_HAN})\s?[월月]"
    rf"(?:\s?(?P<date>{_NUMBER}|{_HAN})\s?[일日号號]{_NO_COUNT})?)?"
    rf"|(?P<week>{_words(WEEKS)}){_OTHER_WORD}{_OF_WEEK}"
    rf"|(?P<days>{_words(DAYS)}){_OTHER_WORD}"
)
_LONE = re.compile(
    rf"(?:(?P<where>지난|오는|去る"
    rf"|来る)\s?)?(?:(?<![\d.,년年월月일日第제一二三四五六七八九十])(?P<day>{_NUMBER}|{_HAN_DAY})\s?[일日]"
    rf"(?!町|市|島){_NO_COUNT}"
    rf"|{_WEEKDAY}(?!마다|ごと|每))"
)
_AGO = re.compile(
    rf"(?P<count>\d{{1,3}}|{'|'.join(COUNTS)}|(?<![一-龥])(?P<han>[一两兩二三四五六七八九十]{{1,2}})(?=[天年周个個]))\s?(?P<unit>일|日|天|년|年|개월|か月|ヶ月|カ月|个月|個月|주|週間"
    rf"|周)?"
    r"\s?(?P<way>[전후뒤](?=에|부터|의|만|쯤|인|[^가-힣]|\Z)|[前後后](?![一-龥])|前(?=[他她它我有在该此就曾已被的]))"
)
# Korean: a syllable in ㅆ (except 있, 겠) before an ending is past, one in ㄴ before 다 is future.
_HANGUL, _FINALS, _SSANG_SIOT, _NIEUN = range(0xAC00, 0xD7A4), 28, 20, 4
_PAST_SYLLABLES = "".join(
    chr(code) for code in _HANGUL if (code - 0xAC00) % _FINALS == _SSANG_SIOT and chr(code) not in "있겠"
)
_PRESENT_SYLLABLES = "".join(chr(code) for code in _HANGUL if (code - 0xAC00) % _FINALS == _NIEUN)
_RIEUL = 8
_ADNOMINALS = "".join(chr(code) for code in _HANGUL if (code - 0xAC00) % _FINALS == _RIEUL)  # 떨어질 것
_FUTURE = re.compile(
    rf"(?:예정|방침|계획|전망|예상|예보)(?![을를안])|[{_ADNOMINALS}]\s것|[{_PRESENT_SYLLABLES}]다|[키하]?기?로\s?[했한]|겠"
    r"|(?:予定|方針|見通し|見込み|計画)(?!を)|[うくぐすつぬぶむる](?=。|、|\Z|と(?!し))|なる|開かれる|将|將|拟|计划"
    r"|預定|预计"
)
_PAST = re.compile(
    rf"[{_PAST_SYLLABLES}](?:다|고|으며|지만|는데|던|기|음|습니다|을)"
    r"|[しれっいえきぎげけせてねべめ来見出んだ]た(?!め)|表示|宣布|说|說|报道|報道|称|稱|了"
)


# Before a date that lies ahead: 将于周三
_SET_FOR = re.compile(r"(?:[将將]|定|拟|擬|预计|預計|计划|計劃)[于於在]?\s?\Z")
_TITLE = re.compile(r"[^」』》〉。、]{1,16}[」』》〉](?!と(?!「))")
_IN_TITLE = re.compile(r"[「『《〈][^「」『』《》〈〉。]{0,12}\Z")
# Works whose title is in ordinary marks: 드라마 '내일도 칸타빌레', 歌曲“明天会更好”
_IN_WORK = re.compile(
    r"(?:드라마|영화|소설|노래|곡|앨범|책|에세이|웹툰|예능|프로그램|다큐멘터리|연극|뮤지컬|시집|게임|만화"
    r"|전시|캠페인|앱"
    r"|电影|電影|电视剧|電視劇|歌曲|单曲|單曲|小说|小說|节目|節目|专辑|專輯|纪录片|紀錄片|综艺|手游|映画"
    r"|小説|曲|番組|ドラマ)\s?"
    r"['‘\"“]['‘\"“]?[^'’\"”\n]{0,12}\Z"
)
# Houses and works named after a day: 星期五餐厅
_NAMED_AFTER = re.compile(
    r"餐[厅廳]|酒吧|俱乐部|俱樂部|乐队|樂隊|咖啡|书店|書店|식당|카페|레스토랑|クラブ|カフェ"
)
_QUOTED_NAME = re.compile(r"[^'’\n]{1,14}(?<![다요까자죠])['’]")  # '내일도 칸타빌레'
# Before a weekday or a day in the same sentence, a day to come: 明晚…，周三…
_AHEAD = re.compile(
    r"(?:明[天晚早晨日]|[后後]天|下[周週]|来週|あす|あさって|내일|모레|다음\s?주)[^。.!?\n]{0,40}\Z"
)


def find_dates(text: str, day: date) -> Iterator[Hit]:
    """Yields each date as (text, ISO date, offset); some may be inside others."""
    resolvers: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str, date], str | None]], ...] = (
        (_DATE, _of_date),
        (_SHIFTED, _of_shifted),
        (_AGO, _of_count),
        (_LONE, _of_lone),
    )
    for pattern, resolve in resolvers:
        for found in pattern.finditer(text):
            if _is_part(found, text):
                continue
            if meaning := resolve(found, text, day):
                yield found[0].strip(), meaning, found.start() + len(found[0]) - len(found[0].lstrip())


def _is_part(found: re.Match[str], text: str) -> bool:
    """Whether a match is part of a longer word (국내일정) or of a recurring date (매주 목요일)."""
    before = text[max(0, found.start() - 24) : found.start()]
    if _IN_TITLE.search(before) and _TITLE.match(text, found.start()):
        return True
    if _NAMED_AFTER.match(text, found.end()):
        return True
    if _IN_WORK.search(before) or (before[-1:] in {"'", "‘"} and _QUOTED_NAME.match(text, found.start())):
        return True
    if "가" <= found[0][0] <= "힣" and "가" <= before[-1:] <= "힣":
        return True
    return bool(_HABIT_BEFORE.search(before))


def _of_date(found: re.Match[str], text: str, day: date) -> str | None:
    if found["full"]:
        month = int(found["only"])
        return f"{found['full']}-{month:02}" if 1 <= month <= 12 else None
    if found["share"]:
        return _of_month_share(int(found["share"]), text[found.end() : found.end() + CLAUSE_CHARS], day)
    if found["alone"]:
        return _in_direction(int(found["alone"]), _DIRECTIONS[found["where"]], day)
    month, number = han_value(found["month"]) or 0, han_value(found["day"]) or 0
    year = han_value(found["year"]) if found["year"] else None
    if found["era"]:
        year = _ERAS[found["era"]] + (1 if found["nth"] == "元" else han_value(found["nth"]) or 0)
    years = [year] if year else [day.year - 1, day.year, day.year + 1]
    return _iso(nearest(day, (make_date(year, month, number) for year in years)))


def _of_month_share(month: int, after: str, day: date) -> str | None:
    """Resolves 5月份: this month or the latest such month, or the next one in a clause about the future."""
    if not 1 <= month <= 12:
        return None
    return month_of(day, (month - day.month) % 12 if _tense(after) > 0 else -((day.month - month) % 12))


def _of_shifted(found: re.Match[str], _: str, day: date) -> str | None:
    def shift(table: dict[str, int], group: str) -> int:
        return table[re.sub(r"\s", "", found[group])]

    if found["shift"]:
        months = shift(MONTHS, "shift")
        return _iso(day_of_month(day, int(found["day"]), months)) if found["day"] else month_of(day, months)
    if found["week"]:
        weeks = shift(WEEKS, "week")
        weekday = _weekday_of(found)
        return iso_week(day, weeks) if weekday is None else weekday_of_week(day, weekday, weeks).isoformat()
    if found["days"]:
        return (day + timedelta(days=shift(DAYS, "days"))).isoformat()
    if found["year"] == "올" and not found["month"]:
        return None  # 올 alone is part of another word
    return _in_year(found, day.year + shift(YEARS, "year"))


def _weekday_of(found: re.Match[str]) -> int | None:
    """Returns 0 for Monday, or None if no weekday is named."""
    for group, names in (("ko", _KOREAN), ("ja", _JAPANESE), ("zh", _CHINESE)):
        if found[group]:
            return names.index(found[group].replace("天", "日"))
    return None


def _in_direction(month: int, sign: int, day: date) -> str | None:
    """Resolves 지난 3월, 오는 9월: the previous or next such month, excluding the current one."""
    months = (month - day.month) * sign % 12 or 12
    return month_of(day, months * sign) if 1 <= month <= 12 else None


def _in_year(found: re.Match[str], year: int) -> str | None:
    month = han_value(found["month"]) or 0 if found["month"] else None
    if found["date"]:
        return _iso(make_date(year, month or 0, han_value(found["date"]) or 0))
    if month is not None:
        return f"{year}-{month:02}" if 1 <= month <= 12 else None
    return f"{year}"


def _of_count(found: re.Match[str], text: str, day: date) -> str | None:
    word = found["count"]
    count = COUNTS.get(word) or (han_value(re.sub("[两兩]", "二", word)) if found["han"] else int(word)) or 0
    unit = "일" if word in COUNTS else found["unit"]
    sign = -1 if found["way"] in "전前" else 1
    if not unit or (sign > 0 and _tense(text[found.end() : found.end() + CLAUSE_CHARS]) <= 0):
        return None  # "three days later he died" is relative to an earlier event
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
    is_ahead = _SET_FOR.search(text, max(0, found.start() - 6), found.start())
    direction = direction or (1 if is_ahead else _tense(text[found.end() : found.end() + CLAUSE_CHARS]))
    weekday = _weekday_of(found)
    if not direction and _AHEAD.search(text, max(0, found.start() - 60), found.start()):
        direction = 1
    if weekday is not None:
        return weekday_near(day, weekday, direction or -1, with_today=not strict).isoformat()
    number = han_value(found["day"]) or 0
    told = last_day_numbered(day, number) if not strict and _TOLD_ON.match(text, found.end()) else None
    if told and (day - told).days <= _TELLING_DAYS:
        return _iso(told)
    if direction < 0:
        return _iso(last_day_numbered(day, number))
    if direction > 0:
        return _iso(next_day_numbered(day, number))
    return _iso(nearest(day, (day_of_month(day, number, months) for months in (-1, 0, 1))))


# A day beside its topic, and what its subject announced on it: 電機大手は19日、社長が退任すると発表した
_TOLD_ON = re.compile(
    r"(?:、|までに、?)[^。\n]{1,120}?と(?:[^。、\n]{0,12})?(?:発表|述べ|明らかにし|語っ|話し|説明し|表明し|伝え|報じ"
    r"|強調し|主張し|指摘し|警告し|批判し|訴え|答え|認め|明かし)[^。、\n]{0,8}た"
    r"|\s[^.\n]{1,100}?[다라]고\s(?:밝혔|전했|말했|설명했|발표했|강조했|주장했|지적했|경고했)"
)
_TELLING_DAYS = 7  # news of an announcement is not older


_COMMA = re.compile(r"[、，,]")
_OTHER_DAY = re.compile(
    r"[\d０-９]\s?[日일号號]|曜|요일|[周週星期][一二三四五六日天]|[明来來]|あす|あした|あさって|내일|모레|글피|다음|오는|내년|내주"
)


def _tense(after: str) -> int:
    """Returns -1 if the next verb of the sentence is past, 1 if it is future, 0 if undecided.

    The participle of the event beside the date comes first: 화요일 무너진 다리는
    """
    if attribute := ATTRIBUTE.match(after):
        return 1 if attribute["future"] or attribute["future2"] else -1
    sentence = re.split(r"[.。!?\n]", after, maxsplit=1)[0]
    clause, *rest = _COMMA.split(sentence, maxsplit=1)
    if rest and _OTHER_DAY.search(rest[0]):
        sentence = clause  # the verb behind belongs to the other day
    past, future = _PAST.search(sentence), _FUTURE.search(sentence)
    if past and (not future or past.start() < future.start()):
        return -1
    return 1 if future else 0


def _iso(found: date | None) -> str | None:
    return found.isoformat() if found else None
