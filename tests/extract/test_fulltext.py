"""The fulltext extractor on small pages: the text it extracts, and the reasons of refusals."""

import json
from datetime import UTC, datetime

import pytest

from worker.errors import ExtractError
from worker.extract import extract_fulltext, extractor_of
from worker.records import Page

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
URL = "https://www.coast-courier.example/news/2026/tide.html"
PARAGRAPHS = (
    "PORT ALDER, Nov. 24 (Yonhap) -- The harbor board voted on Tuesday to raise the sea wall by a meter.",
    "Engineers told the board that winter tides had come within a hand of the top three times since 2019.",
    '"We can build now or bail later," said Greta Amundsen, who chairs the board and owns the fish market.',
    "The work will cost 14 million and close the promenade from February to June, the board said.",
    "Shopkeepers along the front asked for a footbridge, and for the market to be moved meanwhile.",
)
KOREAN = (
    "부산 앞바다의 작은 섬 주민들이 24일 새 여객선을 맞았다. 배는 하루 네 차례 섬과 육지를 오간다.",
    "섬에는 병원이 없어 그동안 주민들은 날씨가 나쁘면 며칠씩 진료를 미뤄야 했다고 말했다.",
    "이장은 아침에 나가 점심 전에 돌아올 수 있게 된 것이 가장 큰 변화라고 설명했다.",
    "시는 내년에 같은 배를 한 척 더 들여와 서쪽 어촌까지 잇겠다는 계획을 밝혔다.",
)


def page_of(paragraphs=PARAGRAPHS, head="", body_top="", lang="en", h1="Port Alder to raise its sea wall"):
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        f"<title>{h1} | The Coast Courier</title>"
        f'<meta property="og:site_name" content="The Coast Courier">{head}</head><body>'
        "<header><nav><ul><li><a href='/'>Home</a></li><li><a href='/s'>Sport</a></li></ul></nav></header>"
        f"<main><article><h1>{h1}</h1>{body_top}{text}<p>Advertisement</p></article>"
        "<aside><h3>Most read</h3><ul><li><a href='/a'>Ferry runs aground</a></li></ul></aside></main>"
        "<footer><p>© The Coast Courier. All rights reserved.</p></footer></body></html>"
    )


def extract(markup, **fields):
    body = markup.encode() if isinstance(markup, str) else markup
    return extract_fulltext(Page(body, fields.pop("url", URL), **fields), now=NOW)


def jsonld(**fields):
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **fields})}</script>'


def test_the_pages_headline_is_no_text_though_the_feed_words_it_otherwise():
    found = extract(page_of(h1="Port Alder to raise its sea wall by 2 m"), feed_title="Sea wall to be raised")
    assert found.payload["title"] == "Sea wall to be raised"
    assert found.payload["text"] == "\n\n".join(PARAGRAPHS)


def test_the_text_comes_without_furniture():
    """All paragraphs with dateline; no title, byline, navigation, advertisement, related link or footer."""
    top = '<p class="byline">By Dana Whitlow</p><p>Published: Nov. 24, 2026 09:30</p>'
    found = extract(page_of(body_top=top))
    assert found.status == "ok"
    assert found.payload["schema"] == "fulltext/1"
    assert found.payload["text"] == "\n\n".join(PARAGRAPHS)


def test_the_metadata_of_a_page_come_with_its_text():
    """Title without the outlet's name, author, UTC time, language, site, canonical URL and picture."""
    head = (
        '<link rel="canonical" href="/news/2026/tide.html?id=7">'
        '<meta property="og:image" content="/tide.jpg">'
        '<meta name="author" content="By Dana Whitlow">'
        '<meta property="article:published_time" content="2026-11-24T09:30:00+09:00">'
    )
    payload = extract(page_of(head=head, lang="en-GB")).payload
    wanted = {
        "title": "Port Alder to raise its sea wall",
        "author": "Dana Whitlow",
        "published_at": "2026-11-24T00:30:00Z",
        "lang": "en",
        "site": "The Coast Courier",
        "canonical_url": "https://www.coast-courier.example/news/2026/tide.html?id=7",
        "image": "https://www.coast-courier.example/tide.jpg",
        "is_paid": False,
        "noarchive": False,
    }
    assert {name: payload[name] for name in wanted} == wanted


def test_the_feed_speaks_before_the_page():
    """The feed's title and date outrank the page's."""
    at = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    payload = extract(page_of(), feed_title="Wall to be raised", published_at=at).payload
    assert (payload["title"], payload["published_at"]) == ("Wall to be raised", "2026-11-23T08:00:00Z")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("We use cookies. Accept all cookies or manage your privacy settings to go on.", "consent page"),
        ("Please enable JavaScript to view this site.", "JavaScript shell"),
        ("Log in to continue reading. Already a subscriber? Please sign in.", "login page"),
        ("Verify you are human. Complete the captcha below.", "check for robots"),
        ("Page not found. The address may be wrong.", "page not found"),
    ],
)
def test_a_page_in_the_article_s_place_is_refused_by_name(text, reason):
    """Consent walls, shells, logins and bot checks yield no text, and the reason names their kind."""
    found = extract(
        f"<html><head><title>The Courier</title></head><body><div><p>{text}</p></div></body></html>"
    )
    assert (found.status, found.reason, found.payload["text"]) == ("refused", reason, None)


def test_a_shell_that_speaks_in_noscript_only_is_refused():
    """A page that is filled by a script has no text."""
    noscript = "<noscript>You need to enable JavaScript to run this app.</noscript>"
    shell = f"<html><body><div id=root></div>{noscript}</body></html>"
    assert extract(shell).reason == "JavaScript shell"


def test_an_article_that_talks_of_cookies_is_no_consent_page():
    """A single word in an article never causes a refusal."""
    talk = "The regulator said that sites which write accept all cookies on a button must offer a second one."
    assert extract(page_of((*PARAGRAPHS, talk))).status == "ok"


def test_a_page_worse_than_its_feed_is_thin():
    """The feed's text is kept if the page's is clearly shorter or about something else."""
    whole = " ".join(PARAGRAPHS)
    assert extract(page_of(), feed_text=whole).status == "ok"
    assert extract(page_of(PARAGRAPHS[:1]), feed_text=whole).status == "thin"
    other = extract(
        page_of(KOREAN, lang="ko"),
        feed_text="Cheese makers gathered beneath lanterns while musicians tuned. " * 3,
    )
    assert (other.status, other.payload["text"]) == ("thin", None)


def test_a_short_teaser_in_other_words_is_not_held_against_a_page():
    """Summaries are often reworded; only longer feed texts are compared."""
    assert extract(page_of(), feed_text="Higher and drier: what the board decided.").status == "ok"


@pytest.mark.parametrize("mark", [False, "False", "false"])
def test_a_paid_page_is_marked_and_leaves_the_feed_s_text(mark):
    """`isAccessibleForFree: false` marks the article as paid; a feed text then outranks the page's."""
    markup = page_of(head=jsonld(headline="x", isAccessibleForFree=mark))
    assert extract(markup).payload["is_paid"] is True
    assert extract(markup, feed_text="The harbor board voted to raise the wall.").status == "thin"


def test_noarchive_is_marked_and_the_archived_result_has_no_text():
    """The page is read, but its text is not stored."""
    page = Page(page_of(head='<meta name="robots" content="index, NOARCHIVE">').encode(), URL)
    assert extract_fulltext(page, now=NOW).payload["text"]
    kept = extractor_of("fulltext").run(page, now=NOW)
    assert (kept.status, kept.payload["noarchive"], kept.payload["text"]) == ("ok", True, None)


def test_a_date_of_the_year_one_is_not_believed():
    """The next source is used instead."""
    head = jsonld(datePublished="0001-01-01T00:00:00Z") + '<meta name="date" content="2026-11-20">'
    payload = extract(page_of(head=head)).payload
    assert (payload["published_at"], payload["published_from"]) == ("2026-11-20T00:00:00Z", "meta date")


@pytest.mark.parametrize(
    ("lang", "raw", "day"),
    [
        ("es", "10/05/2026", "2026-05-10"),
        ("en-GB", "10/05/2026", "2026-05-10"),
        ("en", "10/05/2026", "2026-10-05"),
    ],
)
def test_a_date_in_figures_is_read_as_the_page_s_language_writes_it(lang, raw, day):
    """Day first, except in American English and English without region."""
    payload = extract(page_of(head=f'<meta name="date" content="{raw}">', lang=lang)).payload
    assert payload["published_at"] == f"{day}T00:00:00Z"


def test_a_day_in_the_url_is_a_date_before_any_search():
    """The date in an article's URL outranks a date elsewhere on its page."""
    payload = extract(page_of(), url="https://coast-courier.example/2026/11/20/tide").payload
    assert (payload["published_at"], payload["published_from"]) == ("2026-11-20T00:00:00Z", "url")


def test_the_time_marked_as_publication_wins_over_others():
    """A comment's time that comes first on the page is not the article's."""
    top = '<time datetime="2019-01-02">x</time><time class="entry-date" datetime="2026-11-21">y</time>'
    assert extract(page_of(body_top=top)).payload["published_at"] == "2026-11-21T00:00:00Z"


def test_a_date_in_a_sentence_is_not_that_of_publication():
    """Only lines that consist of a date and little else are read."""
    assert (
        extract(page_of(body_top="<p>Tide of November 20, 2026, at the pier.</p>")).payload["published_at"]
        is None
    )


def test_broken_json_ld_does_not_cost_the_text():
    """A script that cannot be parsed is ignored."""
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": </script>'
    assert extract(page_of(head=head)).payload["text"] == "\n\n".join(PARAGRAPHS)


def test_a_naive_time_takes_the_feed_s_zone():
    """Times without a zone on a page are in the zone of its feed."""
    head = '<meta property="article:published_time" content="2026-11-24 09:30">'
    assert (
        extract(page_of(head=head), timezone="Asia/Seoul").payload["published_at"] == "2026-11-24T00:30:00Z"
    )


@pytest.mark.parametrize(
    ("canonical", "accepted"),
    [
        ("https://coast-courier.example/tide", True),
        ("https://amp.coast-courier.example/tide", True),
        ("https://cdn-amp.example.org/c/coast-courier.example/tide", False),
        ("https://evil-coast-courier.example/tide", False),
        ("javascript:alert(1)", False),
        ("https://[bad/", False),
    ],
)
def test_a_canonical_url_is_accepted_on_the_same_site_only(canonical, accepted):
    """A canonical URL on another site is ignored."""
    found = extract(page_of(head=f'<link rel="canonical" href="{canonical}">')).payload["canonical_url"]
    assert found == (canonical if accepted else None)


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_an_euc_kr_page_is_korean_whatever_its_template_says(lang):
    """Encoding from the meta tag; the script of the text outranks a wrong `lang`."""
    markup = page_of(KOREAN, lang=lang, h1="섬마을에 새 배가 왔다").replace("utf-8", "euc-kr")
    payload = extract(markup.encode("cp949", "xmlcharrefreplace")).payload
    assert payload["lang"] == "ko"
    assert payload["title"] == "섬마을에 새 배가 왔다"
    assert payload["text"] == "\n\n".join(KOREAN)


def test_plain_text_gives_title_byline_and_paragraphs():
    """The first line of headline shape is the title, a short line below it the byline."""
    text = "\n\n".join(("Port Alder to raise its sea wall", "By Dana Whitlow", *PARAGRAPHS))
    payload = extract(text, content_type="text/plain").payload
    assert payload["title"] == "Port Alder to raise its sea wall"
    assert payload["author"] == "Dana Whitlow"
    assert payload["text"] == "\n\n".join(PARAGRAPHS)
    assert payload["lang"] == "en"


@pytest.mark.parametrize("body", [b"%PDF-1.4 ...", b"\x89PNG\r\n", b"\x00\x01\x02" * 500])
def test_a_body_that_is_no_page_is_refused_without_payload(body):
    """Only the reason is reported."""
    found = extract(body)
    assert (found.status, dict(found.payload)) == ("refused", {})
    assert found.reason


def test_characters_that_nobody_sees_are_taken_out():
    """Soft hyphens, zero-width and bidirectional controls, of a page and of plain text."""
    hidden = tuple(
        text.replace("harbor", "har\u00adbor\u200b").replace("board", "\u202eboard") for text in PARAGRAPHS
    )
    assert extract(page_of(hidden)).payload["text"] == "\n\n".join(PARAGRAPHS)
    plain = "\n\n".join(("Port Alder to raise its sea wall", *hidden))
    assert extract(plain, content_type="text/plain").payload["text"] == "\n\n".join(PARAGRAPHS)


def test_one_page_does_not_color_the_next():
    """The same bytes yield the same result, whatever was read before."""
    first = extract(page_of())
    extract(page_of(KOREAN, lang="ko"))
    assert extract(page_of()) == first


def test_a_kind_that_nothing_makes_is_named():
    """The error for an unknown kind lists the known ones."""
    assert extractor_of("fulltext").needs == {"network", "html"}
    with pytest.raises(ExtractError, match='no extractor makes "sentiment"'):
        extractor_of("sentiment")
