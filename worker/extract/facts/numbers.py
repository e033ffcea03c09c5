"""Finds numbers with their units: money, percentages, lengths, weights, counts of people and things."""

import re
from dataclasses import dataclass

from worker.text.numerals import CJK_SCALES, SCALES, cjk_value

_CURRENCIES = {
    "$": "USD",
    "US$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₩": "KRW",
    "A$": "AUD",
    "C$": "CAD",
}
# Unit as written -> unit as reported.
_UNITS = {
    "percent": "%", "per cent": "%", "%": "%", "퍼센트": "%", "パーセント": "%", "percentage points": "pp",
    "percentage point": "pp", "%포인트": "pp", "basis points": "bp",
    "dollars": "USD", "dollar": "USD", "달러": "USD", "ドル": "USD", "美元": "USD",
    "won": "KRW", "원": "KRW", "ウォン": "KRW", "yen": "JPY", "엔": "JPY", "円": "JPY", "日元": "JPY",
    "yuan": "CNY", "위안": "CNY", "元": "CNY", "人民币": "CNY", "euros": "EUR", "euro": "EUR",
    "유로": "EUR",
    "ユーロ": "EUR", "欧元": "EUR", "pounds": "pounds", "rupees": "INR", "rubles": "RUB", "pesos": "pesos",
    "kilometers": "km", "kilometres": "km", "kilometer": "km", "km": "km", "킬로미터": "km", "キロ": "km",
    "公里": "km",
    "miles": "mi", "mile": "mi", "meters": "m", "metres": "m", "미터": "m", "メートル": "m", "米": "m",
    "feet": "ft",
    "centimeters": "cm", "cm": "cm", "hectares": "ha", "acres": "acre", "square kilometers": "km2",
    "kilograms": "kg", "kg": "kg", "tons": "t", "tonnes": "t", "톤": "t", "トン": "t", "吨": "t", "barrels": (
        "bbl"
    ),
    "liters": "l", "litres": "l", "gallons": "gal", "megawatts": "MW", "gigawatts": "GW", "degrees": "deg",
    "people": "people", "troops": "troops", "soldiers": "soldiers", "workers": "workers", "students": (
        "students"
    ),
    "residents": "residents", "jobs": "jobs", "homes": "homes", "votes": "votes", "명": "people", "人": (
        "people"
    ),
    "years": "years", "months": "months", "weeks": "weeks", "days": "days", "hours": "hours", "minutes": (
        "minutes"
    ),
    "seconds": "seconds", "시간": "hours", "時間": "hours", "points": "points", "seats": "seats", "cases": (
        "cases"
    ),
}  # fmt: skip


def _any(words: dict[str, object] | dict[str, str] | dict[str, float]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


# East Asian numbers may continue after a scale: 3조5천억, 2만3천, 1억2000만.
_FURTHER = rf"(?:\s?\d[\d,]{{0,14}}(?:\.\d{{1,6}})?[{CJK_SCALES}]{{0,2}}|[{CJK_SCALES}]){{0,5}}"
# The pattern begins with a digit so that the regex engine can skip ahead; the prefix is checked afterwards.
_NUMBER = re.compile(
    r"(?P<digits>\d(?:\d{0,2}(?:,\d{3}){1,5}|\d{0,14})(?:\.\d{1,6})?)"
    rf"(?:(?P<cjk>[{CJK_SCALES}]{_FURTHER})|[\s-]?(?P<scale>{_any(SCALES)})(?![A-Za-z]))?"
    rf"(?:[\s-]?(?:(?:U\.S\.|more|other|new|square|metric|American|Korean|Japanese|U\.N\.)\s)?"
    rf"(?P<unit>{_any(_UNITS)})(?![A-Za-z]))?"
)
_BEFORE = re.compile(r"(?:(?<![\w.,/:-])(?P<currency>US\$|A\$|C\$|[$€£¥₩])[^\S\n]?|(?<![\w.,/:-]))\Z")


@dataclass(frozen=True, slots=True)
class Number:
    """A quantity as written, its value, its unit (None for a plain count), and its offset."""

    text: str
    value: float
    unit: str | None
    offset: int


def find_numbers(text: str) -> list[Number]:
    """Returns the quantities in a text; bare numbers only with thousands separators or a scale word."""
    found = []
    for hit in _NUMBER.finditer(text):
        before = _BEFORE.search(text, max(0, hit.start() - 4), hit.start())
        currency = before["currency"] if before else None
        unit = _CURRENCIES.get(currency or "") or _UNITS.get(hit["unit"] or "")
        if not before or not (unit or hit["scale"] or hit["cjk"] or "," in hit["digits"]):
            continue
        value = cjk_value(hit["digits"] + hit["cjk"]) if hit["cjk"] else _value(hit["digits"], hit["scale"])
        found.append(Number(text[before.start() : hit.end()], round(value, 6), unit, before.start()))
    return found


def _value(digits: str, scale: str | None) -> float:
    return float(digits.replace(",", "")) * SCALES.get(scale or "", 1.0)
