"""Titles, texts and authors as publishers mean them: escaped CDATA, plain-text titles, breaks, addresses."""

import json
from datetime import UTC, datetime

import pytest

from worker.parse import read_feed
from worker.records import Article

NOW = datetime(2026, 11, 24, tzinfo=UTC)
VERSION = "https://jsonfeed.org/version/1.1"


def read(document: str) -> Article:
    [article] = read_feed(document.encode(), url="https://pier.example/feed.xml", now=NOW).articles
    return article


def one(item: str) -> Article:
    return read(f'<rss version="2.0"><channel><title>Pier</title><item>{item}</item></channel></rss>')


def atom(entry: str) -> Article:
    return read(f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id>{entry}</entry></feed>')


def json_feed(item: str) -> Article:
    return read(f'{{"version": "{VERSION}", "items": [{item}]}}')


# ---- CDATA
CDATA = {
    "escaped": "&lt;![CDATA[{}]]&gt;",
    "escaped twice": "&amp;lt;![CDATA[{}]]&amp;gt;",
    "escaped in a section": "<![CDATA[&lt;![CDATA[{}]]&gt;]]>",
    "nested": "<![CDATA[<![CDATA[{}]]]]><![CDATA[>]]>",
    "as a comment of HTML": "&lt;!--[CDATA[{}]]--&gt;",
    "in small letters": "&lt;![cdata[{}]]&gt;",
    "with white space": "\n  &lt;![CDATA[\n{}\n]]&gt;\n",
    "cut off": "&lt;![CDATA[{}",
    "only its end": "{}]]&gt;",
}


@pytest.mark.parametrize("form", CDATA.values(), ids=CDATA)
def test_the_words_of_an_escaped_section_are_the_text_and_the_title(form: str) -> None:
    words = "Fog held it up for two hours."
    article = one(f"<title>{form.format(words)}</title><description>{form.format(words)}</description>")
    assert (article.title, article.text) == (words, words)
    assert atom(f'<title type="text">{form.format(words)}</title>').title == words
    assert atom(f'<content type="text">{form.format(words)}</content>').text == words


@pytest.mark.parametrize("form", ["&lt;![CDATA[{}]]&gt;", "<![CDATA[<![CDATA[{}]]]]><![CDATA[>]]>"])
def test_other_fields_are_read_out_of_an_escaped_section(form: str) -> None:
    fields = {
        "link": "https://pier.example/1", "author": "Ann", "category": "Port",
        "pubDate": "2026-11-03T08:00:00Z",
    }  # fmt: skip
    article = one("".join(f"<{name}>{form.format(value)}</{name}>" for name, value in fields.items()))
    assert (article.url, article.author, article.tags) == ("https://pier.example/1", "Ann", ("Port",))
    assert article.published_at == datetime(2026, 11, 3, 8, tzinfo=UTC)


def test_markup_in_an_escaped_section_is_markup() -> None:
    text = one(
        "<description>&lt;![CDATA[&lt;p&gt;Fog.&lt;/p&gt;&lt;p&gt;Rain.&lt;/p&gt;]]&gt;</description>"
    ).text
    assert text == "Fog.\n\nRain."


def test_a_section_that_an_article_shows_as_code_stays() -> None:
    code = "&lt;p&gt;Write &amp;lt;![CDATA[ … ]]&amp;gt; around it.&lt;/p&gt;"
    assert one(f"<description>{code}</description>").text == "Write <![CDATA[ … ]]> around it."


# ---- plain-text titles
PLAIN = ["Why <b> is back", "Use <video> with <source>", "<blink> lives", "1 < 2 > 0", "<p>A</p>", "a<br>b"]


@pytest.mark.parametrize("title", PLAIN)
def test_a_plain_text_title_keeps_its_words_in_angle_brackets(title: str) -> None:
    written = title.replace("<", "&lt;").replace(">", "&gt;")
    assert atom(f"<title>{written}</title>").title == title
    assert atom(f'<title type="text">{written}</title>').title == title
    assert atom(f'<title type="TEXT"><![CDATA[{title}]]></title>').title == title
    assert json_feed(json.dumps({"id": "1", "title": title})).title == title


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("AT&amp;amp;T", "AT&T"),
        ("The &amp;quot;old&amp;quot; crane", 'The "old" crane'),
        ("Pier&amp;#8217;s", "Pier’s"),
    ],
)
def test_references_in_a_plain_text_title_are_decoded(written: str, title: str) -> None:
    assert atom(f"<title>{written}</title>").title == title


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Storm&lt;br&gt;Thousands", "Storm Thousands"),
        ("<![CDATA[Quay closed<br />Ships wait]]>", "Quay closed Ships wait"),
        ("<![CDATA[<p>Quay closed</p><p>Ships wait</p>]]>", "Quay closed Ships wait"),
        ("<![CDATA[<div>Quay</div><div class='x'>closed</div>]]>", "Quay closed"),
        ("<![CDATA[<h2>Quay</h2>closed]]>", "Quay closed"),
        ("<![CDATA[<ul><li>Quay<li>closed</ul>]]>", "Quay closed"),
        ("Quay&amp;lt;br/&amp;gt;closed", "Quay closed"),
        ("<![CDATA[Quay<hr>closed]]>", "Quay closed"),
        ("<![CDATA[Qu<b>ay</b> closed]]>", "Quay closed"),
        ("&amp;lt;i&amp;gt;Quay&amp;lt;/i&amp;gt; closed", "Quay closed"),
        ("<![CDATA[&lt;strong&gt;Quay&lt;/strong&gt; closed]]>", "Quay closed"),
    ],
)
def test_a_break_in_a_title_of_html_is_a_space_and_no_tag_shows(written: str, title: str) -> None:
    assert one(f"<title>{written}</title>").title == title
    assert atom(f'<title type="html">{written}</title>').title == title


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("<![CDATA[Quay <details open ontoggle=f(1)>x</details> closed]]>", "Quay x closed"),
        ("Quay &lt;x-note lang=&quot;en&quot;&gt;closed&lt;/x-note&gt;", "Quay closed"),
        ("<![CDATA[Quay <summary>closed</summary>]]>", "Quay closed"),
        ("<![CDATA[<o:p></o:p>Quay <v:shape/>closed]]>", "Quay closed"),
        ("<![CDATA[Quay </font><menu>closed</MENU>]]>", "Quay closed"),
        ("<![CDATA[Quay <sic> closed]]>", "Quay <sic> closed"),
        ("<![CDATA[List<String> and <T> explained]]>", "List<String> and <T> explained"),
        ("<![CDATA[1 <x and 2> 3]]>", "1 <x and 2> 3"),
        ("<![CDATA[<Fog> & <Rain>: review]]>", "<Fog> & <Rain>: review"),
    ],
)
def test_a_tag_of_any_name_is_markup_if_it_has_an_attribute_or_is_closed(written: str, title: str) -> None:
    assert one(f"<title>{written}</title>").title == title


def test_a_break_in_a_title_of_xhtml_is_a_space() -> None:
    markup = '<div xmlns="http://www.w3.org/1999/xhtml">Quay<br/>closed <em>now</em></div>'
    assert atom(f'<title type="xhtml">{markup}</title>').title == "Quay closed now"


# ---- JSON
@pytest.mark.parametrize("raw", ["\n", "\r\n", "\t", "\x01", "\x0b", "\x1f", "\x00", "\n\n\t\x7f"], ids=repr)
def test_raw_control_characters_in_json_strings_are_read(raw: str) -> None:
    article = json_feed(
        '{"id": "1", "title": "Crane' + raw + ' down", "content_html": "' + raw + '<p>Old.</p>"}'
    )
    assert (article.title, article.text) == ("Crane down", "Old.")


def test_a_json_document_that_is_cut_off_is_still_an_error() -> None:
    with pytest.raises(Exception, match="invalid JSON"):
        json_feed('{"id": "1", "title": "Crane\n')


# ---- authors
@pytest.mark.parametrize(
    ("written", "author"),
    [
        ("desk@harbor.media (Jane Doe)", "Jane Doe"),
        ("Jane Doe &lt;jane@harbor.photography&gt;", "Jane Doe"),
        ("jane@harbor.xn--p1ai (Jane Doe)", "Jane Doe"),
        ("jane@harbor.xn--vermgensberatung-pwb (Jane Doe)", "Jane Doe"),
        ("редакция@порт.рф (Анна Иванова)", "Анна Иванова"),
        ("a@harbor.press (Ann), b@harbor.press (Bo)", "Ann, Bo"),
        ("Ann &lt;a@harbor.press&gt;; Bo &lt;b@harbor.press&gt;", "Ann, Bo"),
        ("mailto:jane@harbor.international (Jane Doe)", "Jane Doe"),
        ("jane@harbor.museum (Jane Doe (Port))", "Jane Doe (Port)"),
        ("Jane Doe (Port)", "Jane Doe (Port)"),
        ("Doe, Jane", "Doe, Jane"),
        ("desk@harbor.press", "desk@harbor.press"),
        ("desk@mail.harbor.technology", "desk@mail.harbor.technology"),
        ("a@harbor.press, b@harbor.press", "a@harbor.press, b@harbor.press"),
    ],
)
def test_an_author_is_the_name_or_the_whole_address(written: str, author: str) -> None:
    assert one(f"<title>t</title><author>{written}</author>").author == author
    creator = '<c:creator xmlns:c="http://purl.org/dc/elements/1.1/">'
    assert one(f"<title>t</title>{creator}{written}</c:creator>").author == author
