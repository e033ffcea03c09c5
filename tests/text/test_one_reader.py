"""Dates, languages and charsets are read alike in a feed's entry and on an article page."""

from datetime import UTC, datetime
from html import escape

import pytest

from worker.extract import extract_fulltext
from worker.parse import read_feed
from worker.records import Article, Page
from worker.text.language import primary_subtag

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
URL = "https://coast-courier.example/2026/tide"
TEXT = (
    "The harbor board voted to raise the sea wall by a meter and a half before the next storm season begins."
)


def read_entry(body: bytes, content_type: str = "application/xml", timezone: str | None = None) -> Article:
    feed = read_feed(body, url=URL, content_type=content_type, timezone=timezone, now=NOW)
    return feed.articles[0]


def read_page(body: bytes, content_type: str = "text/html", timezone: str | None = None) -> dict:
    return extract_fulltext(Page(body, URL, content_type, timezone=timezone), now=NOW).payload


def make_feed(text: str, *, date: str = "", head: str = "", lang: str = "") -> str:
    language = f"<language>{lang}</language>" if lang else ""
    return (
        f"{head}<rss version='2.0'><channel><title/>{language}<item><guid>1</guid>"
        f"<description>{escape(text)}</description><pubDate>{escape(date)}</pubDate></item></channel></rss>"
    )


def make_page(text: str, *, date: str = "", head: str = "", lang: str = "") -> str:
    published = f'<meta name="article:published_time" content="{escape(date)}">' if date else ""
    language = f' lang="{lang}"' if lang else ""
    return (
        f"<!doctype html><html{language}><head>{head}{published}<title></title></head>"
        f"<body><article><p>{escape(text)}</p></article></body></html>"
    )


def time_of(entry: Article) -> str | None:
    return entry.published_at.isoformat().replace("+00:00", "Z") if entry.published_at else None


def time_on(page: dict) -> str | None:
    """The date found by the project's own reader; htmldate searches the markup if there is none."""
    return page["published_at"] if page["published_from"] != "htmldate" else None


# as written, the zone that the feed's config gives, the moment in UTC (None: it is not a clear date)
DATES = (
    ("Mon, 23 Nov 2026 10:00:00 PKT", None, "2026-11-23T05:00:00Z"),
    ("Mon, 23 Nov 2026 10:00:00 AKST", None, "2026-11-23T19:00:00Z"),
    ("Mon, 23 Nov 2026 10:00:00 NZDT", None, "2026-11-22T21:00:00Z"),
    ("Mon, 23 Nov 2026 10:00:00 WITA", None, "2026-11-23T02:00:00Z"),
    ("Mon, 23 Nov 2026 10:00:00 WIB", None, "2026-11-23T03:00:00Z"),
    ("Mon, 23 Nov 2026 10:00:00 GST", None, "2026-11-23T06:00:00Z"),
    ("Mon, 23 Nov 2026 10:00:00 KST", None, "2026-11-23T01:00:00Z"),
    ("Mon, 23 Nov 2026 10:00:00 JST", None, "2026-11-23T01:00:00Z"),
    ("Mon, 23 Nov 2026 10:00:00 HKT", None, "2026-11-23T02:00:00Z"),
    ("Mon, 23 Nov 2026 10:00:00 MSK", None, "2026-11-23T07:00:00Z"),
    ("Mon, 23 Nov 2026 10:00:00 CET", None, "2026-11-23T09:00:00Z"),
    ("Mon, 23 Nov 2026 10:00:00 SAST", None, "2026-11-23T08:00:00Z"),
    ("Mon, 23 Nov 2026 10:00:00 NPT", None, "2026-11-23T04:15:00Z"),
    ("Mon, 23 Nov 2026 10:00:00 NST", None, "2026-11-23T13:30:00Z"),
    ("Mon, 23 Nov 2026 10:00:00 BRT", None, "2026-11-23T13:00:00Z"),
    ("Mon, 23 Nov 2026 10:00:00 EST", None, "2026-11-23T15:00:00Z"),
    ("Mon, 23 Nov 2026 10:00 ET", None, "2026-11-23T15:00:00Z"),
    ("Mon, 23 Nov 2026 10:00:00 CST", None, "2026-11-23T16:00:00Z"),
    ("Mon, 23 Nov 2026 10:00:00 CST", "Asia/Shanghai", "2026-11-23T02:00:00Z"),
    ("Mon, 23 Nov 2026 10:00:00 IST", "Asia/Jerusalem", "2026-11-23T08:00:00Z"),
    ("Mon, 23 Nov 2026 10:00:00 Asia/Seoul", None, "2026-11-23T01:00:00Z"),
    ("Mon, 23 Nov 2026 10:00:00 UTC+09:00", None, "2026-11-23T01:00:00Z"),
    ("Mon, 23 Nov 26 10:00:00 GMT", None, "2026-11-23T10:00:00Z"),
    ("Mon Nov 23 10:00:00 2026", None, "2026-11-23T10:00:00Z"),
    ("2026-11-23T10:00:00+09:00", None, "2026-11-23T01:00:00Z"),
    ("2026-11-23T10:00:00 09:00", None, "2026-11-23T01:00:00Z"),
    ("2026-11-23 10:00", "Asia/Seoul", "2026-11-23T01:00:00Z"),
    ("2026-11-23", None, "2026-11-23T00:00:00Z"),
    ("20261123T100000Z", None, "2026-11-23T10:00:00Z"),
    ("2026-327", None, "2026-11-23T00:00:00Z"),
    ("1795424400", None, "2026-11-23T09:00:00Z"),
    ("2026년 11월 23일 (월) 오후 3:05", "Asia/Seoul", "2026-11-23T06:05:00Z"),
    ("2026.11.23. 15:05", "Asia/Seoul", "2026-11-23T06:05:00Z"),
    ("2026年11月23日 15時05分", "Asia/Tokyo", "2026-11-23T06:05:00Z"),
    ("23. November 2026, 10:00 Uhr", "Europe/Berlin", "2026-11-23T09:00:00Z"),
    ("lun., 23 nov. 2026 10:00:00 +0100", None, "2026-11-23T09:00:00Z"),
    ("23 de noviembre de 2026 10:00", None, "2026-11-23T10:00:00Z"),
    ("пн, 23 ноября 2026 10:00:00 +0300", None, "2026-11-23T07:00:00Z"),
    ("November 23, 2026 at 10:00 a.m. EST", None, "2026-11-23T15:00:00Z"),
    ("23/11/2026 10:00", None, "2026-11-23T10:00:00Z"),
    ("11/23/2026 10:00", None, "2026-11-23T10:00:00Z"),
    ("03.04.2026 10:00", None, "2026-04-03T10:00:00Z"),
    ("03/04/2026 10:00", None, None),
    ("Mon, 23 Nov 2026 10:00:00 XYZT", None, None),
    ("Mon, 23 Nov 2026 25:00:00 GMT", None, None),
    ("Mon, 31 Feb 2026 10:00:00 GMT", None, None),
    ("yesterday", None, None),
)


@pytest.mark.parametrize(("date", "zone", "moment"), DATES)
def test_a_date_is_read_alike_in_a_feed_and_on_a_page(date, zone, moment):
    entry = read_entry(make_feed(TEXT, date=date).encode(), timezone=zone)
    page = read_page(make_page(TEXT, date=date).encode(), timezone=zone)
    assert (time_of(entry), time_on(page)) == (moment, moment)


@pytest.mark.parametrize(
    ("lang", "date", "moment"),
    [
        ("en-US", "03/04/2026 10:00", "2026-03-04T10:00:00Z"),
        ("en-GB", "03/04/2026 10:00", "2026-04-03T10:00:00Z"),
        ("fr", "03/04/2026 10:00", "2026-04-03T10:00:00Z"),
        ("fr", "11/23/2026 10:00", "2026-11-23T10:00:00Z"),
    ],
)
def test_a_declared_language_decides_which_number_is_the_day(lang, date, moment):
    entry = read_entry(make_feed(TEXT, date=date, lang=lang).encode())
    page = read_page(make_page(TEXT, date=date, lang=lang).encode())
    assert (time_of(entry), time_on(page)) == (moment, moment)


SENTENCES = (
    ("en", "The harbor board voted on Tuesday to raise the sea wall before the next storm season begins."),
    ("de", "Der Hafenrat beschloss am Dienstag, die Mauer vor der nächsten Sturmsaison zu erhöhen."),
    ("fr", "Le conseil du port a décidé mardi de relever la digue avant la prochaine saison des tempêtes."),
    (
        "es",
        "La junta del puerto decidió el martes elevar el muro antes de la próxima temporada de tormentas.",
    ),
    ("it", "Il consiglio del porto ha deciso martedì di alzare il muro prima della stagione delle tempeste."),
    ("pt", "O conselho do porto decidiu na terça-feira elevar o muro antes da próxima época de tempestades."),
    ("nl", "Het havenbestuur besloot dinsdag de zeemuur te verhogen voordat het stormseizoen begint."),
    ("sv", "Hamnstyrelsen beslutade på tisdagen att höja havsmuren innan nästa stormsäsong börjar."),
    ("pl", "Rada portu zdecydowała we wtorek, że mur zostanie podwyższony przed sezonem sztormów."),
    ("cs", "Rada přístavu v úterý rozhodla, že hráz bude zvýšena před příští sezónou bouří."),
    ("hu", "A kikötő tanácsa kedden úgy döntött, hogy megemeli a gátat a viharok évszaka előtt."),
    ("fi", "Sataman hallitus päätti tiistaina korottaa merimuuria ennen seuraavaa myrskykautta."),
    ("tr", "Liman kurulu salı günü deniz duvarının fırtına mevsiminden önce yükseltilmesine karar verdi."),
    ("ro", "Consiliul portului a decis marți să înalțe digul înainte de următorul sezon al furtunilor."),
    ("vi", "Hội đồng cảng hôm thứ Ba đã quyết định nâng cao bức tường biển trước mùa bão tới."),
    ("ru", "Совет порта решил во вторник поднять стену до начала следующего сезона штормов."),
    ("uk", "Рада порту вирішила у вівторок підняти стіну до початку наступного сезону штормів."),
    ("sr", "Управни одбор луке одлучио је у уторак да подигне зид пре почетка следеће сезоне олуја."),
    ("bg", "Съветът на пристанището реши във вторник да повиши стената преди следващия сезон на бурите."),
    ("el", "Το συμβούλιο του λιμανιού αποφάσισε την Τρίτη να υψώσει το τείχος πριν από τις καταιγίδες."),
    ("ar", "قرر مجلس الميناء يوم الثلاثاء رفع الجدار البحري قبل بداية موسم العواصف المقبل."),
    ("fa", "شورای بندر روز سه‌شنبه تصمیم گرفت که دیوار دریایی را پیش از فصل طوفان بلندتر کند."),
    ("he", "מועצת הנמל החליטה ביום שלישי להגביה את חומת הים לפני תחילת עונת הסערות הבאה."),
    ("hi", "बंदरगाह परिषद ने मंगलवार को अगले तूफानी मौसम से पहले समुद्री दीवार ऊंची करने का फैसला किया।"),
    ("th", "คณะกรรมการท่าเรือมีมติเมื่อวันอังคารให้ยกกำแพงกันคลื่นก่อนฤดูพายุครั้งหน้า"),
    ("ko", "항만 위원회는 화요일 다음 폭풍철이 시작되기 전에 방파제를 높이기로 결정했다고 밝혔다."),
    ("ja", "港湾委員会は火曜日、次の嵐の季節が始まる前に防波堤を高くすることを決めたと発表した。"),
    ("zh", "港口委员会星期二决定在下一个风暴季节开始之前把海堤加高一米半，并公布了施工计划。"),
)


@pytest.mark.parametrize(("lang", "sentence"), SENTENCES, ids=[lang for lang, _ in SENTENCES])
def test_the_language_of_a_sentence_is_the_same_in_a_feed_and_on_a_page(lang, sentence):
    """The language is not declared."""
    entry = read_entry(make_feed(sentence).encode())
    page = read_page(make_page(sentence).encode())
    assert (primary_subtag(entry.lang), page["lang"]) == (lang, lang)


KOREAN = "항만 위원회는 다음 폭풍철이 시작되기 전에 방파제를 높이기로 결정했다고 밝혔다."
JAPANESE = "港湾委員会は次の嵐の季節が始まる前に防波堤を高くすることを決めたと発表した。"
CHINESE = "港口委员会决定在下一个风暴季节开始之前把海堤加高一米半，并公布了施工计划。"
TAIWANESE = "港口委員會決定在下一個風暴季節開始之前把海堤加高一米半，並公布了施工計畫。"
LATIN = "Le conseil du port a décidé d’élever la digue avant la prochaine saison des tempêtes."
# label, text, the encoding that sites mean by it
CHARSETS = (
    ("euc-kr", KOREAN, "cp949"),
    ("ks_c_5601-1987", KOREAN, "cp949"),
    ("ksc5601", KOREAN, "cp949"),
    ("windows-949", KOREAN, "cp949"),
    ("shift_jis", JAPANESE, "cp932"),
    ("sjis", JAPANESE, "cp932"),
    ("x-sjis", JAPANESE, "cp932"),
    ("windows-31j", JAPANESE, "cp932"),
    ("euc-jp", JAPANESE, "euc_jp"),
    ("iso-2022-jp", JAPANESE, "iso2022_jp"),
    ("gb2312", CHINESE, "gb18030"),
    ("gbk", CHINESE, "gb18030"),
    ("x-gbk", CHINESE, "gb18030"),
    ("gb18030", CHINESE, "gb18030"),
    ("big5", TAIWANESE, "big5hkscs"),
    ("big5-hkscs", TAIWANESE, "big5hkscs"),
    ("cn-big5", TAIWANESE, "big5hkscs"),
    ("iso-8859-1", LATIN, "cp1252"),
    ("windows-1252", LATIN, "cp1252"),
    ("iso-8859-15", LATIN.replace("’", "'"), "iso8859_15"),
    ("macintosh", LATIN, "mac_roman"),
    ("windows-1251", SENTENCES[15][1], "cp1251"),
    ("koi8-r", SENTENCES[15][1], "koi8_r"),
    ("windows-1254", SENTENCES[12][1], "cp1254"),
    ("iso-8859-9", SENTENCES[12][1], "cp1254"),
    ("tis-620", SENTENCES[24][1], "cp874"),
    ("utf8", KOREAN, "utf-8"),
    ("unicode", KOREAN, "utf-8"),
)


@pytest.mark.parametrize("is_declared", [True, False], ids=["declared in the document", "in the header"])
@pytest.mark.parametrize(("label", "text", "encoding"), CHARSETS, ids=[row[0] for row in CHARSETS])
def test_a_charset_label_means_the_same_for_a_feed_and_a_page(label, text, encoding, is_declared):
    declaration = f"<?xml version='1.0' encoding='{label}'?>" if is_declared else ""
    meta = f'<meta charset="{label}">' if is_declared else ""
    header = "" if is_declared else f"; charset={label}"
    feed = make_feed(text, head=declaration).encode(encoding)
    page = make_page(text, head=meta).encode(encoding)
    entry = read_entry(feed, f"application/xml{header}")
    found = read_page(page, f"text/html{header}")
    assert (entry.text, found["text"]) == (text, text)
