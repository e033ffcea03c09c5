"""Values of numbers, written in digits or words: cardinals, and scales such as "million" and 만."""

import re
import unicodedata
from collections.abc import Collection
from functools import cache, lru_cache

from worker.text.letters import foreign_letters

# Cardinal numbers as words. Words that are frequent in another sense are left out: "one" where it is
# also an article, Italian "sei" (you are).
_TENS_EN = "twenty=20 thirty=30 forty=40 fifty=50 sixty=60 seventy=70 eighty=80 ninety=90 hundred=100"
_WORDS = {
    "en": "one=1 two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11 twelve=12 "
    "thirteen=13 fourteen=14 fifteen=15 sixteen=16 seventeen=17 eighteen=18 nineteen=19 dozen=12 " + _TENS_EN,
    "de": "zwei=2 drei=3 vier=4 fünf=5 sechs=6 sieben=7 acht=8 neun=9 zehn=10 elf=11 zwölf=12 dreizehn=13 "
    "vierzehn=14 fünfzehn=15 sechzehn=16 siebzehn=17 achtzehn=18 neunzehn=19 zwanzig=20 dreißig=30 "
    "vierzig=40 fünfzig=50 sechzig=60 siebzig=70 achtzig=80 neunzig=90 hundert=100",
    "fr": "deux=2 trois=3 quatre=4 cinq=5 six=6 sept=7 huit=8 neuf=9 dix=10 onze=11 douze=12 treize=13 "
    "quatorze=14 quinze=15 seize=16 vingt=20 trente=30 quarante=40 cinquante=50 soixante=60 cent=100",
    "es": "dos=2 tres=3 cuatro=4 cinco=5 seis=6 siete=7 ocho=8 nueve=9 diez=10 once=11 doce=12 trece=13 "
    "catorce=14 quince=15 veinte=20 treinta=30 cuarenta=40 cincuenta=50 sesenta=60 setenta=70 ochenta=80 "
    "noventa=90 cien=100",
    "it": "due=2 tre=3 quattro=4 cinque=5 sette=7 otto=8 nove=9 dieci=10 undici=11 dodici=12 tredici=13 "
    "quattordici=14 quindici=15 sedici=16 venti=20 trenta=30 quaranta=40 cinquanta=50 sessanta=60 cento=100",
    "pt": "dois=2 duas=2 três=3 quatro=4 cinco=5 seis=6 sete=7 oito=8 nove=9 dez=10 onze=11 doze=12 treze=13 "
    "quinze=15 vinte=20 trinta=30 quarenta=40 cinquenta=50 sessenta=60 cem=100",
    "nl": "twee=2 drie=3 vier=4 vijf=5 zes=6 zeven=7 acht=8 negen=9 tien=10 elf=11 twaalf=12 dertien=13 "
    "veertien=14 vijftien=15 zestien=16 twintig=20 dertig=30 veertig=40 vijftig=50 zestig=60 honderd=100",
    "ru": "два=2 две=2 двое=2 три=3 трое=3 четыре=4 пять=5 шесть=6 семь=7 восемь=8 девять=9 десять=10 "
    "одиннадцать=11 двенадцать=12 пятнадцать=15 двадцать=20 тридцать=30 сорок=40 пятьдесят=50 сто=100",
    "ar": "اثنان=2 اثنين=2 ثلاثة=3 أربعة=4 خمسة=5 ستة=6 سبعة=7 ثمانية=8 تسعة=9 عشرة=10 عشرون=20 مئة=100",
    "tr": "iki=2 üç=3 dört=4 beş=5 altı=6 yedi=7 sekiz=8 dokuz=9 yirmi=20 otuz=30 kırk=40 elli=50 yüz=100",
}

DOZEN = "dozen"  # a number word that is not a cardinal
SCALES = {
    "thousand": 1e3, "million": 1e6, "m": 1e6, "mn": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12,
    "tn": 1e12,
    "만": 1e4, "억": 1e8, "조": 1e12, "천": 1e3, "백만": 1e6,
    "万": 1e4, "億": 1e8, "亿": 1e8, "兆": 1e12, "萬": 1e4,
}  # fmt: skip
CJK_SCALES = "천백만억조万億亿兆萬"

_DEFAULT = "en"
_HAN_DIGITS = "〇一二三四五六七八九"
_SMALL = {"천": 1e3, "백": 1e2}
_CJK_PART = re.compile(rf"((?<!\d)\d+(?:\.\d+)?)?([{CJK_SCALES}]|$)")
_SEPARATOR = re.compile(r"[.,\u066b\u066c:/]")
_THOUSANDS = re.compile(r"\d{1,3}([.,\u066c]\d{3})(?:[.,\u066c]\d{3})*(?!\d)")
_LATIN = re.compile("[\u00a0-\u024f\u2010-\u205e\u20a0-\u20bf]*")  # and punctuation of all scripts
_MARKS = re.compile(r"[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]")


@cache
def numeral_words(lang: str | None) -> dict[str, int]:
    """Return the number words of a language with their values; words have no accents.

    English ones if the language is not known or has no list.
    """
    code = (lang or _DEFAULT).lower()[:2]
    pairs = (pair.split("=") for pair in _WORDS.get(code, _WORDS[_DEFAULT]).split())
    return {strip_accents(word): int(value) for word, value in pairs}


def cardinals(lang: str, values: Collection[int]) -> dict[str, int]:
    """Return the number words of a language that have these values, without accents."""
    return {word: value for word, value in numeral_words(lang).items() if value in values and word != DOZEN}


def cjk_value(written: str) -> float:
    """Return the value of 3조5천억, 3 * 10^12 + 5 * 10^3 * 10^8: small scales multiply the next one."""
    total = part = 0.0
    for digits, scale in _CJK_PART.findall(written.replace(",", "").replace(" ", "")):
        number = float(digits) if digits else 1.0 if scale in _SMALL else 0.0
        if scale in _SMALL:
            part += number * _SMALL[scale]
        else:
            total += (part + number) * SCALES.get(scale, 1.0)
            part = 0.0
    return total + part


def han_value(written: str) -> int | None:
    """Return the value of digits or of Chinese numerals (二十八, 二〇二六), or None."""
    if written.isdigit():
        return int(written)
    digits = [_HAN_DIGITS.find(char) for char in written if char != "十"]
    if min(digits, default=0) < 0 or written.count("十") > 1:
        return None
    if "十" not in written:
        return int("".join(map(str, digits))) if digits else None
    tens, _, ones = written.partition("十")
    return 10 * (_HAN_DIGITS.find(tens) if tens else 1) + (_HAN_DIGITS.find(ones) if ones else 0)


def strip_accents(text: str) -> str:
    """Return a text without accents and vowel points."""
    foreign = foreign_letters(text)
    if not _LATIN.fullmatch(foreign):
        return _decompose(text)
    for letter in set(foreign):  # few, and a letter of these scripts changes no other
        text = text.replace(letter, _bare_letter(letter))
    return text


def _decompose(text: str) -> str:
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFKD", text)))


@lru_cache(maxsize=1024)
def _bare_letter(letter: str) -> str:
    return _decompose(letter)


def number_value(digits: str) -> str:
    """Return the value of a number in digits of any script: "1,200", "1.200" and "١٢٠٠" are 1200."""
    plain = digits if digits.isascii() else "".join(map(_western, digits))
    if _THOUSANDS.fullmatch(plain) and not plain.startswith("0"):
        plain = _SEPARATOR.sub("", plain)
    return _SEPARATOR.sub(".", plain.lstrip("0") or "0")


def _western(char: str) -> str:
    return str(unicodedata.digit(char, char))
