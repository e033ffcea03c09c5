"""JSON-LD as it is found on pages: mended where possible, never an exception."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.extract.jsonld import find_articles, names_of, read_jsonld, text_of


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
    ],
)
def test_an_article_is_found_in_every_shape(script):
    """Graphs, lists, namespaces and common breakages give the same headline."""
    assert text_of(find_articles([read_jsonld(script)])[0]["headline"]) == "Tide"


@pytest.mark.parametrize("script", ["", "nonsense", "{", "[" * 20_000, '{"a":' * 5_000, "null", "7"])
def test_a_hopeless_script_gives_no_article(script):
    """Rubbish and nesting bombs give nothing."""
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
        (None, []),
        ([None, 3, {}], []),
    ],
)
def test_names_come_from_strings_objects_and_lists(value, names):
    """Each name once, in order."""
    assert names_of(value) == names


@given(st.text(alphabet='{}[]":,ab@<!-/*', max_size=200))
def test_no_script_makes_the_reader_raise(script):
    """Any text is read or is None."""
    assert isinstance(find_articles([read_jsonld(script)]), list)
