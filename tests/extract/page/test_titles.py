"""Titles: the headline without the outlet's name, section and kicker."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.extract.page.page_facts import PageFacts
from worker.extract.page.titles import find_site, find_title, site_names, strip_site
from worker.records import Page
from worker.text.invisible import drop_invisible

URL = "https://www.courier.example/news/ferry"


def title_of(title="", headings=(), *, og="", headline="", site=""):
    meta = {name: value for name, value in (("og:title", og), ("og:site_name", site)) if value}
    facts = PageFacts(
        meta=meta,
        title=title,
        headings=tuple(headings),
        articles=[{"headline": headline}] if headline else [],
    )
    return find_title(Page(b"", URL), facts, find_site(facts, URL))


@pytest.mark.parametrize("separator", [" - ", " | ", " – ", " — ", " : ", " :: ", " « ", " • ", "│"])
@pytest.mark.parametrize("site", ["", "Harbor Courier"])
def test_the_outlet_s_name_at_the_end_is_no_part_of_the_title(separator, site):
    """The outlet is identified by og:site_name or by its host."""
    assert title_of(f"Ferry sails again{separator}Harbor Courier", site=site) == "Ferry sails again"


@pytest.mark.parametrize(
    ("title", "site", "found"),
    [
        ("Harbor Courier | Ferry sails again", "Harbor Courier", "Ferry sails again"),
        ("courier.example - Ferry sails again", "", "Ferry sails again"),
        ("Ferry sails again | Local | Harbor Courier", "Harbor Courier", "Ferry sails again"),
        ("Ferry sails again | Phones | Forum | MacDaily.example", "", "Ferry sails again"),
        ("Ferry sails - and again - Harbor Courier", "Harbor Courier", "Ferry sails - and again"),
        ("Ferry sails again - Harbor Courier", "The Harbor Courier", "Ferry sails again"),
        ("BMAS - Ferry rules change", "www.bmas.de", "Ferry rules change"),
        ("Ferry sails again - after the storm", "Harbor Courier", "Ferry sails again - after the storm"),
        ("Fer\u00adry sails again", "Harbor Courier", "Ferry sails again"),
    ],
)
def test_only_the_outlet_s_name_and_rubrics_before_it_are_cut(title, site, found):
    assert title_of(title, site=site) == found


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ({"title": "Ferry sails | Courier", "headings": ["Harbor Courier", "Ferry sails"]}, "Ferry sails"),
        ({"title": "Ferries", "headings": ["Ferry sails after the storm"]}, "Ferry sails after the storm"),
        ({"title": "Ferry sails after storm", "headings": ["Brasília"]}, "Ferry sails after storm"),
        (
            {
                "title": "Ferries in storm",
                "headings": ["The island page"],
                "og": "A storm",
                "headline": "A storm",
            },
            "A storm",
        ),
        (
            {"title": "Ferry sails again", "headings": ["After the storm Ferry sails again"]},
            "Ferry sails again",
        ),
        (
            {
                "title": "Ferry sails",
                "headings": ["News | Ferry sails now"],
                "og": "Ferry sails now",
            },
            "Ferry sails now",
        ),
        ({"title": "Was ist das? | DimidoBlog", "headings": ["DimidoBlog"]}, "Was ist das? | DimidoBlog"),
        ({"title": "Storm", "headings": ["One island", "Two islands"], "og": "Storm"}, "Storm"),
        ({"title": "", "headings": []}, None),
    ],
)
def test_a_heading_is_the_title_unless_it_names_outlet_or_rubric(page, found):
    """A heading repeated in the head comes first; a single one is used if the head is inconsistent."""
    assert title_of(**page) == found


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=30))
def test_no_words_make_it_raise_and_none_are_made_up(title, heading, site):
    """A title is a substring of the page's title."""
    found = title_of(title, [heading], site=site)
    said = [" ".join(drop_invisible(text).split()) for text in (title, heading)]
    assert found is None or any(found in text for text in said)
    assert isinstance(strip_site(title, site_names(PageFacts(), site, URL)), str)
