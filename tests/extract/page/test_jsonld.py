"""JSON-LD as found on pages is repaired where possible, and never raises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.extract.page.jsonld import find_articles, names_of, read_jsonld, text_of


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "NewsArticle", "headline": "Tide"}',
        '[{"@type": "WebSite"}, {"@type": ["Thing", "NewsArticle"], "headline": "Tide"}]',
        '{"@graph": [{"mainEntity": {"@type": "schema:NewsArticle", "headline": "Tide"}}]}',
        '{"@type": "https://schema.org/NewsArticle", "headline": "Tide",}',
        '<!-- {"@type": "NewsArticle", "headline": "Tide"} -->',
        '//<![CDATA[\n{"@type": "NewsArticle", "headline": "Tide"}\n//]]>',
        '{"@type": "NewsArticle", "headline": "Tide", "description": "two\nlines"};',
        '{"@type": "NewsArticle", "headline": "Tide"}{"@type": "WebSite"}',
        "{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;headline&quot;: &quot;Tide&quot;}",
        '{"@type": "WebSite"}\n{"@type": "NewsArticle", "headline": "Tide"}',
        '{"@type": "WebSite"}\n{"@type": "NewsArticle", "headline": "Tide",, "x": [1,],}',
        '\ufeff// made by a plug-in\n{ /* for engines */ "@type": "NewsArticle", "headline": "Tide"}',
        '{"@type": "NewsArticle", "headline": "Tide", "path": "C:\\q"}',
        '{"@type": "NewsArticle", "headline": "Tide" "description": "no comma"}',
        '{"@type": "NewsArticle", "headline": "Tide", "description": "an "odd" quotation"}',
        '{"@type": "NewsArticle", "headline": "Tide", "articleBody": "cut off',
        '{"@type": "NewsArticle", "headline": "Tide", "articleBody": "' + "word " * 150_000 + '"}',
    ],
)
def test_an_article_is_found_in_every_shape(script):
    """Graphs, lists, namespaces and common syntax errors yield the same headline."""
    assert text_of(find_articles([read_jsonld(script)])[0]["headline"]) == "Tide"


def test_what_cannot_be_mended_still_gives_its_plain_fields():
    """Dates, the paywall flag and the first name of each role."""
    script = (
        '{"@type": ["NewsArticle"], "datePublished": "2026-11-20", "isAccessibleForFree": false, '
        '"author": [{"@type": "Person", "name": "Ann B\\u00e9rg"}], "publisher": {"name": "Tide"}, "x": ""b"'
    )
    node = find_articles([read_jsonld(script)])[0]
    assert (node["datePublished"], node["isAccessibleForFree"]) == ("2026-11-20", False)
    assert (names_of(node["author"]), names_of(node["publisher"])) == (["Ann Bérg"], ["Tide"])
    assert read_jsonld(script.replace("NewsArticle", "WebSite")) is None


def test_characters_that_nobody_sees_are_dropped():
    """Lone surrogates and NUL are removed."""
    node = read_jsonld(
        '{"headline": "Ti\\ud800d\\u0000e\\u200b", "image": ["\\ud83d\\ude00", {"a\\u0000": "\\ufeff"}]}'
    )
    assert node == {"headline": "Tide", "image": ["\U0001f600", {"a": ""}]}
    assert text_of("Ti&#8203;de") == "Tide"


def test_a_person_that_an_article_refers_to_is_looked_up():
    graph = [
        {"@type": "NewsArticle", "author": [{"@id": "#ann"}], "publisher": {"@id": "#none"}},
        {"@type": "Person", "@id": "#ann", "name": "Ann Berg"},
    ]
    article = find_articles([{"@graph": graph}])[0]
    assert names_of(article["author"]) == ["Ann Berg"]
    assert names_of(article["publisher"]) == []


@pytest.mark.parametrize("script", ["", "nonsense", "{", "[" * 20_000, '{"a":' * 5_000, "null", "7"])
def test_a_hopeless_script_gives_no_article(script):
    """Garbage and nesting bombs yield None."""
    assert find_articles([read_jsonld(script)]) == []


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ({"@type": "Person", "name": "Dana Whitlow"}, ["Dana Whitlow"]),
        (
            [{"name": "Dana Whitlow"}, "Cal Redfern", {"name": "Dana Whitlow"}],
            ["Dana Whitlow", "Cal Redfern"],
        ),
        ("O&#39;Hara", ["O'Hara"]),
        ({"@type": "Person", "name": ["Dana Whitlow", "Cal Redfern"]}, ["Dana Whitlow", "Cal Redfern"]),
        (None, []),
        ([None, 3, {}], []),
    ],
)
def test_names_come_from_strings_objects_and_lists(value, names):
    """Each name once, in order."""
    assert names_of(value) == names


@given(st.text(alphabet='{}[]":,ab@<!-/*', max_size=200))
def test_no_script_makes_the_reader_raise(script):
    """Any text yields a value or None."""
    assert isinstance(find_articles([read_jsonld(script)]), list)
