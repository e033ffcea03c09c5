"""Dates with months of many languages, clocks without leading zeros, and offsets that are none."""

from datetime import UTC, datetime

import pytest

from worker.text.dates import read_date

Locale = pytest.importorskip("babel").Locale  # a dependency of other libraries
FIFTH = datetime(2026, 11, 5, 3, 0, tzinfo=UTC)
WRITTEN = [
    "木, 05 11月 2026 12:00:00 +0900", "周四, 05 11月 2026 11:00:00 +0800", "목, 05 11월 2026 12:00:00 +0900",
    "周四, 05 十一月 2026 11:00:00 +0800", "11月 05 2026 11:00:00 +0800", "11월 5일 2026 12:00 +0900",
    "Thứ Năm, 05 Tháng Mười Một 2026 10:00:00 +0700", "T5, 05 Th11 2026 10:00:00 +0700",
    "Thứ Năm, 05 Tháng 11 2026 10:00:00 +0700", "الخميس, 05 نوفمبر 2026 06:00:00 +0300",
    "الخميس, 05 تشرين الثاني 2026 05:00:00 +0200", "गुरुवार, 05 नवंबर 2026 08:30:00 +0530",
    "বৃহস্পতিবার, 05 নভেম্বর 2026 09:00:00 +0600", "чт, 05 листопада 2026 05:00:00 +0200",
    "Чет, 05 новембар 2026 04:00:00 +0100", "Четвъртък, 05 ноември 2026 05:00:00 +0200",
    "พฤ., 05 พ.ย. 2026 10:00:00 +0700", "พฤหัส, 05 พฤศจิกายน 2026 10:00:00 +0700",
    "יום ה', 05 נובמבר 2026 05:00:00 +0200", "Kt, 05 lapkričio 2026 05:00:00 +0200",
    "Ceturtdiena, 05 novembris 2026 05:00:00 +0200", "dj., 5 de novembre de 2026 04:00:00 +0100",
    "Πεμ, 05 Νοέ 2026 05:00:00 +0200", "Per, 05 Kas 2026 06:00:00 +0300",
    "ხუთ, 05 ნოემბერი 2026 07:00:00 +0400", "வியாழன், 05 நவம்பர் 2026 08:30:00 +0530",
    "پنجشنبه, 05 نوامبر 2026 06:30:00 +0330", "Fimm, 05 nóvember 2026 03:00:00 +0000",
    "Azaroa, 05 2026 04:00:00 +0100", "Қараша 05, 2026 08:00:00 +0500",
]  # fmt: skip


@pytest.mark.parametrize("written", WRITTEN)
def test_a_month_is_read_in_the_language_of_the_site(written: str) -> None:
    assert read_date(written) == FIFTH


AMBIGUOUS = {"hr": {6, 7, 8, 10, 11}}  # months of this language have names of others in a neighboring one


LANGUAGES = [
    "af", "ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "da", "de", "el", "en", "es", "et", "eu",
    "fa", "fi", "fil", "fr", "ga", "gl", "gu", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ka",
    "kk", "km", "kn", "ko", "lo", "lt", "lv", "mk", "ml", "mr", "ms", "my", "nb", "ne", "nl", "pa",
    "pl", "ps", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "sw", "ta", "te", "th", "tr", "uk",
    "ur", "uz", "vi",
]  # fmt: skip


@pytest.mark.parametrize(
    "lang",
    LANGUAGES,
)  # fmt: skip
def test_months_have_the_names_of_the_unicode_common_locale_data(lang: str) -> None:
    for number, name in Locale.parse(lang).months["format"]["wide"].items():
        if number not in AMBIGUOUS.get(lang, ()):
            assert read_date(f"05 {name} 2026") == datetime(2026, number, 5, tzinfo=UTC), name


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Thu, 02 Sep 2021 20:0:0 Z", (2021, 9, 2, 20, 0, 0)),
        ("Thu, 2 Sep 2021 9:5:7 +0200", (2021, 9, 2, 7, 5, 7)),
        ("2021-9-2T20:0:0Z", (2021, 9, 2, 20, 0, 0)), ("2021-09-02 7:5", (2021, 9, 2, 7, 5, 0)),
        ("Sep 2, 2021 9:5 PM", (2021, 9, 2, 21, 5, 0)), ("02.09.2021 8:5 Uhr", (2021, 9, 2, 8, 5, 0)),
        ("2021/9/2 20:5:09 +0000", (2021, 9, 2, 20, 5, 9)),
        ("20:0 2 Sep 2021 GMT", (2021, 9, 2, 20, 0, 0)),
    ],
)  # fmt: skip
def test_a_clock_needs_no_leading_zeros(written: str, moment: tuple[int, ...]) -> None:
    assert read_date(written) == datetime(*moment, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "Thu, 02 Sep 2021 20:00:00 +00:xx", "2021-09-02T20:00:00+00:xx", "2021-09-02T20:00:00 +0x:00",
        "Thu, 02 Sep 2021 20:00:00 +xx:00", "Thu, 02 Sep 2021 20:00:00 GMT+02:zz",
        "2021-09-02T20:00:00-05:3x", "02 Sep 2021 20:70:00 GMT", "02 Sep 2021 20:0:99 GMT",
        "05 13月 2026", "05 Th13 2026", "Năm 2026",
    ],
)  # fmt: skip
def test_what_is_no_offset_and_no_clock_is_no_date(written: str) -> None:
    assert read_date(written) is None
