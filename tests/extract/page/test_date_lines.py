"""A page's date is the article's own and names a day; where there is none, nothing is invented."""

import json
from datetime import UTC, datetime

import pytest

from tests.extract.body.test_containers import BODY
from worker.extract import extract_fulltext
from worker.records import Page

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def date_of(below="", *, head="", after="", body=BODY, above="", url="https://courier.example/library"):
    markup = (
        f"<!doctype html><html lang=en-GB><head><title>Library stays open</title>{head}</head><body>"
        f"<header><a href=/>Port Alder Courier</a>{above}</header><main><h1>Library stays open</h1>"
        f"{below}<article>{body}</article></main>{after}</body></html>"
    )
    found = extract_fulltext(Page(markup.encode(), url), now=NOW).payload
    return (found["published_at"] or "")[:10] or None


def jsonld(**fields):
    return f"<script type='application/ld+json'>{json.dumps({'@type': 'NewsArticle', **fields})}</script>"


@pytest.mark.parametrize(
    "notice",
    [
        "© 2026 Port Alder Courier",
        "&copy; 1998-2026 Port Alder Courier",
        "Copyright (c) 2019-2026. All rights reserved.",
        "Serving the islands since 2009.",
        "Seit 12. Mai 2009 für Sie da",
        "Founded on 3 March 1995",
        "ⓒ 2026 포트알더신문",
        "Last year's yearbook: 2025",
        "Established 1 January 2001",
        "Member since 12 May 2019",
        "Version 2026.1",
    ],
)
@pytest.mark.parametrize("form", ["<footer>{}</footer>", "<div class=bottom><p>{}</p></div>", "<p>{}</p>"])
def test_a_notice_with_a_year_or_a_founding_day_is_no_date(form, notice):
    assert date_of(after=form.format(notice)) is None
    assert date_of(above=f"<span>{notice}</span>") is None


@pytest.mark.parametrize(
    "raw",
    ["2026", "2026-11", "2026/11", "11/2026", "November 2026", "2026년 11월", "202611", "Nov. 2026", "2026 "],
)
def test_a_year_or_a_month_is_no_date(raw):
    """In JSON-LD, meta tags, `time` elements and visible lines."""
    assert date_of(head=jsonld(headline="Library stays open", datePublished=raw)) is None
    assert date_of(head=f"<meta property='article:published_time' content='{raw}'>") is None
    assert date_of(head=f"<meta name=date content='{raw}'>") is None
    assert date_of(f"<time datetime='{raw}'>{raw}</time>") is None
    assert date_of(f"<p>Published: {raw}</p>") is None
    assert date_of(f"<span class=date>{raw}</span>") is None


@pytest.mark.parametrize(
    "markup",
    [
        "<img src=/wp-content/uploads/2019/03/12/library.jpg>",
        "<a href=/files/2019-03-12-plan.pdf>The plan as a document</a>",
        "<img src=https://cdn.example/20190312/library.jpg alt=library>",
        "<figure><img src=/a.jpg><figcaption>The library on 12 March 2019</figcaption></figure>",
        "<video src=/media/2019/03/12/library.mp4></video>",
    ],
)
def test_the_path_or_the_caption_of_a_picture_is_no_date(markup):
    assert date_of(body=markup + BODY) is None
    assert (
        date_of(head="<meta property=og:image content=https://c.example/uploads/2019/03/12/library.jpg>")
        is None
    )


@pytest.mark.parametrize(
    "url", ["https://c.example/wp-content/uploads/2019/03/12/a", "https://c.example/2019/03/library"]
)
def test_an_upload_path_or_a_month_in_the_url_is_no_date(url):
    assert date_of(url=url) is None


LINK = "<a href=/a>Storm hits the northern coast</a>"
OTHERS = (
    "<ul><li><a href=/a>Storm hits coast</a> 12 October 2026</li><li><a href=/b>Ferry sold</a> 11.10.2026",
    f"<div><article><h3>{LINK}</h3><time datetime=2026-10-12>12 Oct</time></article></div>",
    f"<div class=item><span class=date>12.10.2026</span>{LINK}</div>",
    f"<table><tr><td>12/10/2026</td><td>{LINK}</td></tr></table>",
    f"<div><p>{LINK}</p><p>Published: 12 October 2026</p></div>",
)
PLACES = (
    "<aside>{}</aside>",
    "<div class=sidebar>{}</div>",
    "<section class=related-news>{}</section>",
    "<div>{}</div>",
)


@pytest.mark.parametrize("others", OTHERS)
@pytest.mark.parametrize("place", PLACES)
def test_the_date_of_another_article_is_no_date(place, others):
    assert date_of(after=place.format(others)) is None


@pytest.mark.parametrize("others", OTHERS)
def test_the_date_of_another_article_does_not_hide_the_own_one(others):
    own = "<p class=byline>By Dana Whitlow, 20 November 2026</p>"
    assert date_of(own, after=f"<aside>{others}</aside>") == "2026-11-20"


@pytest.mark.parametrize(
    "comment",
    [
        "<div class=comments><div><time datetime=2026-10-12T10:00>x</time><p>Good.</p></div></div>",
        "<div id=comments><p>Written by Jo on 12 October 2026</p></div>",
        "<ol class=comment-list><li><span class=date>12 October 2026, 10:15</span></li></ol>",
        "<div class=widget><span class=date>12 October 2026</span></div>",
        "<div class=upcoming-events><p>12 October 2026</p></div>",
        "<p class=event-date>12 October 2026</p>",
        "<div class=current-date>12 October 2026</div>",
        "<time itemprop=startDate datetime=2026-10-12>12 October</time>",
    ],
)
def test_the_date_of_a_comment_or_an_event_is_no_date(comment):
    assert date_of(after=comment) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "The festival takes place on 12 October 2026.",
        "Bids are accepted until 12 October 2026",
        "The council last met on <time datetime=2026-10-12>12 October 2026</time>, when nothing was decided.",
        "Tickets from 12 October 2026",
        "Deadline: 12 October 2026",
    ],
)
def test_a_day_that_a_sentence_mentions_is_no_date(sentence):
    assert date_of(body=f"<p>{sentence}</p>{BODY}") is None


def test_json_ld_of_another_article_is_no_date():
    """A list of other articles, which name another URL and another headline."""
    other = {"@type": "NewsArticle", "headline": "Storm hits coast", "url": "https://courier.example/storm"}
    items = {"@type": "ItemList", "itemListElement": [{"item": {**other, "datePublished": "2026-10-12"}}]}
    assert date_of(head=f"<script type='application/ld+json'>{json.dumps(items)}</script>") is None
    own = jsonld(
        headline="Library stays open", url="https://courier.example/l?id=1", datePublished="2026-11-20"
    )
    assert date_of(head=jsonld(**other, datePublished="2026-10-12") + own) == "2026-11-20"


@pytest.mark.parametrize(
    "line",
    [
        "<p>20 November 2026</p>",
        "<div>Friday, 20 November 2026, 10:15</div>",
        "<span>20.11.2026 10:15</span>",
        "<p>20.11.26</p>",
        "<p>Culture | 20 November 2026</p>",
        "<p>Stand: 20.11.2026</p>",
        "<p>20 November 2026 (PAC) Port Alder</p>",
        "<p>2026년 11월 20일</p>",
        "<p>Le 20 novembre 2026 à 12:57</p>",
        "<aside class=meta><time datetime=2026-11-20T10:15:00Z>20 Nov</time></aside>",
        "<p><a rel=author href=/d>Dana Whitlow of our staff</a> <time datetime=2026-11-20>20 Nov</time></p>",
        "<p>Posted in <a href=/n>News of the Island Region</a> 20 November 2026</p>",
        "<p>Nov. 20, 2026 | By Dana Whitlow</p>",
    ],
)
def test_the_article_s_own_line_is_its_date(line):
    assert date_of(line) == "2026-11-20"
    assert date_of(f"<div class=head>{line}</div>", after=f"<aside>{OTHERS[0]}</aside>") == "2026-11-20"
