"""U+200C and U+200D stay where they are spelling, and are ignored in comparisons."""

from datetime import UTC, datetime

import pytest

from worker.dedupe import make_signature
from worker.parse import read_feed
from worker.parse.identity import content_hash
from worker.records import Document
from worker.text.invisible import drop_invisible

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ZWNJ, ZWJ = "\u200c", "\u200d"
SPELLED = {
    "Persian": f"رئیس{ZWNJ}جمهور: برنامه{ZWNJ}های بندر",
    "Kurdish": f"نا{ZWNJ}کات",
    "Urdu": f"خوب{ZWNJ}صورت",
    "Marathi": f"सुप्रीम कोर्टाच्या कारवाईत र{ZWJ}्य",
    "Sinhala": f"ශ්{ZWJ}රී ලංකාව",
    "Malayalam, at the end of a word": f"അവന്{ZWJ} വന്നു",
    "Bengali": f"র{ZWJ}্যাব",
    "Kannada": f"ಕನ್{ZWNJ}ನಡ",
    "a family": f"👩{ZWJ}👩{ZWJ}👧 at the pier",
    "a flag": f"🏳\ufe0f{ZWJ}🌈",
    "a profession with a skin tone": f"👩🏽{ZWJ}🚒",
    "a sign": f"🤷🏻{ZWJ}♀\ufe0f",
    "a heart": f"❤\ufe0f{ZWJ}🔥",
}
NOISE = {
    "Latin": (f"Har{ZWNJ}bor{ZWJ} news", "Harbor news"),
    "Cyrillic": (f"Мэр{ZWJ} снял", "Мэр снял"),
    "at the edges": (f"{ZWNJ}Harbor{ZWJ}", "Harbor"),
    "at the edge of a Persian word": (f"بندر{ZWNJ} باز{ZWNJ}.", "بندر باز."),
    "before a number": (f"بندر{ZWNJ}5", "بندر5"),
    "doubled": (f"می{ZWNJ}{ZWNJ}رود", f"می{ZWNJ}رود"),
    "between emoji and text": (f"👩{ZWJ}text", "👩text"),
    "Korean": (f"항{ZWNJ}구", "항구"),
    "between emoji without joining": (f"👩{ZWNJ}👧", "👩👧"),
    "other zero-width characters": ("بند\u200bر \u2060باز\ufeff", "بندر باز"),
}


@pytest.mark.parametrize("text", SPELLED.values(), ids=SPELLED)
def test_joiners_that_are_spelling_stay(text: str) -> None:
    assert drop_invisible(text) == text
    document = (
        f"<rss><channel><item><title>{text}</title><description>{text}</description></item></channel></rss>"
    )
    [article] = read_feed(document.encode(), url="https://pier.example/", now=NOW).articles
    assert (article.title, article.text) == (text, text)


@pytest.mark.parametrize(("text", "seen"), NOISE.values(), ids=NOISE)
def test_other_joiners_go(text: str, seen: str) -> None:
    assert drop_invisible(text) == seen
    document = f"<rss><channel><item><title>x {text}</title></item></channel></rss>"
    [article] = read_feed(document.encode(), url="https://pier.example/", now=NOW).articles
    assert article.title == f"x {seen}"


@pytest.mark.parametrize("text", SPELLED.values(), ids=SPELLED)
def test_texts_are_compared_without_joiners(text: str) -> None:
    plain = text.replace(ZWNJ, "").replace(ZWJ, "")
    assert content_hash(text, text) == content_hash(plain, plain)
    signatures = [
        make_signature(Document(1, words, "\n\n".join([words * 9] * 3), "a"), frozenset())
        for words in (text, plain)
    ]
    assert signatures[0] == signatures[1]
