"""Pages that are not articles are refused with their kind; a short article on the same topic never is."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.extract import extract_fulltext
from worker.extract.compared_texts import count_letters
from worker.extract.page.block_pages import LONG_LETTERS, find_block_kind, find_detour
from worker.extract.page.page_facts import PageFacts
from worker.records import Page

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TEXTS = Path(__file__).parent / "texts"
WALLS = [
    (kind, lang, title, lines)
    for kind, by_lang in tomllib.loads((TEXTS / "walls.toml").read_text(encoding="utf-8")).items()
    for lang, walls in by_lang.items()
    for title, *lines in walls
]
ARTICLES = [
    (lang, headline, paragraphs)
    for lang, articles in tomllib.loads((TEXTS / "short.toml").read_text(encoding="utf-8")).items()
    for headline, *paragraphs in articles
]
# what outlets put around everything
BARE = ("", "")
PLAIN = (
    "<header><nav><a href='/'>Home</a> <a href='/s'>Sport</a></nav></header>",
    "<footer><p>© The Coast Courier</p></footer>",
)
LOUD = (
    "<header><nav><a href='/'>Home</a> <a href='/login'>Log in</a> <a href='/s'>Subscribe</a></nav></header>",
    (
        "<footer><p>© The Coast Courier. All rights reserved.</p><div class='banner'><p>We use cookies.</p>"
        "<button>Accept all</button><a href='/c'>Cookie settings</a></div></footer>"
    ),
)


def read(lines, title, lang="en", around=BARE, head=""):
    """The result for a page with these lines between an outlet's header and footer."""
    text = "".join(f"<p>{line}</p>" for line in lines)
    markup = (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body>{around[0]}<main><div>{text}</div></main>{around[1]}</body></html>"
    )
    return extract_fulltext(Page(markup.encode(), "https://coast-courier.example/2026/x.html"), now=NOW)


@pytest.mark.parametrize("around", [BARE, PLAIN], ids=["bare", "dressed"])
@pytest.mark.parametrize(("kind", "lang", "title", "lines"), WALLS)
def test_a_wall_is_refused_by_name(kind, lang, title, lines, around):
    """In ten languages, alone and between an outlet's header and footer."""
    found = read(lines, title, lang, around)
    assert (found.status, found.reason, found.payload["text"]) == ("refused", kind, None)


@pytest.mark.parametrize(("lang", "headline", "paragraphs"), ARTICLES)
def test_a_short_article_on_the_subject_of_walls_is_read(lang, headline, paragraphs):
    """Its topic, its quotes and the banner below it do not make an article a block page."""
    found = read(paragraphs, f"{headline} | The Coast Courier", lang, LOUD)
    assert (found.status, found.reason) == ("ok", None)
    assert found.payload["text"] == "\n\n".join(paragraphs)


def test_every_kind_of_wall_is_told_in_every_language():
    """All kinds are covered."""
    languages = {"en", "ko", "ja", "zh", "de", "fr", "es", "it", "pt", "ru"}
    told = {kind: {lang for one, lang, _, _ in WALLS if one == kind} for kind, *_ in WALLS}
    assert set(told) == {
        "consent page",
        "check for robots",
        "JavaScript shell",
        "login page",
        "page not found",
    }
    assert all(told[kind] == languages for kind in told)
    assert {lang for lang, _, _ in ARTICLES} == languages


def test_what_is_quoted_is_told_and_not_said():
    """A quoted sentence does not count, whatever the language of the quotation marks."""
    wall = "Please log in to continue reading this story."
    for marks in ('""', "“”", "„“", "«»", "「」", "‘’"):
        assert find_block_kind(f"The page said {marks[0]}{wall}{marks[1]} all day.", "", PageFacts()) is None
    assert find_block_kind(wall, "", PageFacts()) == "login page"


def test_a_long_text_is_an_article_whatever_it_says():
    """A long text is never a block page; a short one of the same sentences is."""
    wall = "Please enable JavaScript in your browser. "
    assert find_block_kind(wall, "", PageFacts(title="Page not found")) == "page not found"
    times = LONG_LETTERS // count_letters(wall) + 1
    assert find_block_kind(wall * times, "", PageFacts(title="Page not found")) is None


def test_a_text_that_the_feed_brought_is_no_wall():
    """Status pages and release notes mention logins to readers; text that matches the feed is the article."""
    said = "You may not be able to sign in to your account. We have found the cause and are working on it."
    markup = f"<html><head><title>Log in</title></head><body><p>{said}</p></body></html>"
    page = Page(markup.encode(), "https://status.example/7", "text/html", "Trouble with log-ins", said)
    assert extract_fulltext(page, now=NOW).status == "ok"
    assert read([said], "Log in").reason == "login page"


def test_a_line_of_furniture_in_a_brief_makes_no_wall():
    """An outlet's standard notice does not cause a refusal of a text with a sentence or two besides it."""
    line = "By continuing to use this site you agree to our cookie policy and terms of service."
    score = "The Gulls beat the Herons 4-2 at Port Alder on Tuesday, with two late goals by their captain"
    assert find_block_kind(f"{line}\n{score}, and moved up to third in the league.", "", PageFacts()) is None
    assert find_block_kind(line, "", PageFacts()) == "consent page"


def test_a_heading_in_a_page_s_furniture_is_no_title():
    """Hidden dialogs may have their own headings."""
    facts = PageFacts(title="Ferry runs aground - The Coast Courier", headings=("Log in",))
    assert (
        find_block_kind("The ferry ran aground at noon, and all 40 passengers are safe.", "Log in", facts)
        is None
    )


@pytest.mark.parametrize(
    ("refresh", "reason"),
    [
        ("0; url=/tide-2.html", "a page that forwards elsewhere"),
        ("5;URL='https://coast-courier.example/'", "a page that forwards elsewhere"),
        ("300", None),
    ],
)
def test_a_page_without_text_that_forwards_elsewhere_is_refused(refresh, reason):
    """A periodic refresh is not a forward, and an article with a forward is still an article."""
    head = f'<meta http-equiv="Refresh" content="{refresh}">'
    assert read([], "The Coast Courier", head=head).reason == (reason or "no article text on the page")
    article = ["The harbor board voted on Tuesday to raise the sea wall by a meter and a half."]
    assert read(article, "The Coast Courier", head=head).status == "ok"


@pytest.mark.parametrize(
    ("asked", "got", "is_home"),
    [
        ("https://courier.example/2026/tide", "https://courier.example/", True),
        ("https://courier.example/2026/tide", "https://www.courier.example", True),
        ("https://courier.example/?p=7", "https://courier.example/index.html", True),
        ("https://courier.example/2026/tide", "https://courier.example/?p=7", False),
        ("https://courier.example/2026/tide", "https://courier.example/2026/tide-2", False),
        ("https://courier.example/", "https://www.courier.example/", False),
        ("", "https://courier.example/", False),
    ],
)
def test_a_link_that_led_to_a_home_page_is_named(asked, got, is_home):
    """A feed may link to a home page; an article's URL that redirects there has no article."""
    assert find_detour(asked, got) == ("redirected to the home page" if is_home else None)


@given(st.text(max_size=3_000), st.text(max_size=300), st.text(max_size=300))
def test_no_text_breaks_the_decision(text, visible, title):
    """Any text yields a known kind or None."""
    kinds = {kind for kind, *_ in WALLS} | {"a page that forwards elsewhere", None}
    assert find_block_kind(text, visible, PageFacts(title=title)) in kinds
