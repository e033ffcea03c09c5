"""Finds years to come without a day or a month: will open in 2028, im Jahr 2028, 2028年."""

import re
from collections.abc import Iterator
from datetime import date

Hit = tuple[str, str, int]
_MOST_YEARS = 40  # a later number is a count
_YEAR = r"(?P<year>(?:19|20)\d\d)"
# A preposition, and what cannot be a count behind the year
_LED = re.compile(
    r"(?<![\w-])(?:[Ii]n|[Bb]y|[Ss]ince|[Uu]ntil|[Bb]efore|[Ii]m\sJahre?|[Ss]eit|[Bb]is|[Aa]b|[Ee]n|[Dd]epuis|[Dd]'ici"
    r"|[Ee]m|[Dd]esde|[Aa]té|[Hh]asta|[Nn]el|[Dd]al|[Ee]ntro\sil|[Ss]inds|[Tt]egen|[Ss]edan|[Ii]nnan|[Ss]iden|[Ff]ra"
    r"|[Vv]uonna|[Ww]|[Oo]d|[Dd]o|[Vv]\sroce|[Oo]d\sroku|[Dd]o\sroku|[Ww]\sroku|[Вв]|[Сс]|[Дд]о|[Уу]|[Ζз]|[Îî]n|[Tt]ahun|[Nn]ăm"
    r"|عام|سنة|[Tt]o|[Σσ]το)\s"
    rf"{_YEAR}(?=\s?[.,;:!?)»”\"]|\s?$|\s(?:году|року|годом|року|roku|roce|год|рік)\b"
    r"|\s(?:and|to|with|when|after|before|but|at|for|as|the|a|und|et|y|e|en|och|og|i|на|и)\s)",
    re.MULTILINE,
)
# After these words a number is a year whatever follows
_SURELY = re.compile(
    rf"(?<!\w)(?:[Ii]m\sJahre?|v\sroce|(?:w|od|do)\sroku|[Nn]ăm|[Tt]ahun|عام|سنة|el\saño|do\sano|no\sano\sde|l['’]an"
    rf"|nell['’]anno|het\sjaar|år|vuonna)\s{_YEAR}(?![\w%])"
)
_EAST_ASIAN = re.compile(rf"(?<!\d){_YEAR}\s?[年년](?!\s?\d|\s?[前代度後后초중말間产]|[가-힣]|より|前後)")


def find_years(text: str, day: date) -> Iterator[Hit]:
    """Yields each year after that of publication as (text, ISO year, offset).

    A year that has passed tells when something began or happened first, and is not a date of the news.
    """
    for pattern in (_LED, _SURELY, _EAST_ASIAN):
        for found in pattern.finditer(text):
            if not day.year < int(found["year"]) <= day.year + _MOST_YEARS:
                continue
            start = found.start("year")
            end = found.end() if pattern is _EAST_ASIAN else found.end("year")
            yield text[start:end].strip(), found["year"], start
