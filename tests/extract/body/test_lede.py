"""A separately marked first paragraph belongs to the text; a subheadline does not."""

import pytest
from lxml import html

from worker.extract.body.lede import MIN_CHARS, add_lede

TITLE = "Port Alder to raise its sea wall"
LEAD = (
    "The harbor board voted on Tuesday to raise the sea wall by a meter. The work will cost 14 million and"
    " close the promenade from February to June, and shopkeepers along the front want a footbridge."
)
TEXT = "Engineers told the board that the tides had come within a hand of the top three times since 2019."


def tree_of(top, below=TEXT, headline=f"<h1>{TITLE}</h1>"):
    return html.document_fromstring(
        f"<html><body><article><header>{headline}{top}</header><div><p>{below}</p></div></article></body></html>"
    )


@pytest.mark.parametrize(
    "top",
    [
        f'<p class="lead">{LEAD}</p>',
        f'<div class="teaser-text">{LEAD}</div>',
        f'<p>By Dana Whitlow</p><div class="intro"><p>{LEAD}</p></div>',
    ],
)
def test_a_lead_below_the_headline_comes_first(top):
    """The first paragraph between headline and text is included, whatever its class."""
    assert add_lede(tree_of(top), [TEXT], TITLE) == [LEAD, TEXT]


def test_a_headline_is_known_by_the_title_where_no_h1_is():
    assert add_lede(tree_of(f"<p>{LEAD}</p>", headline=f"<h2>{TITLE}</h2>"), [TEXT], TITLE) == [LEAD, TEXT]


@pytest.mark.parametrize(
    "top",
    [
        f'<p class="dek">{LEAD[: MIN_CHARS - 80]}.</p>',  # a second headline
        f"<h2>{LEAD}</h2>",
        f'<p class="lead">{LEAD[:-1]} and</p>',  # no sentence
        f"<figure><figcaption>{LEAD}</figcaption></figure>",
        f'<div class="photo-caption">{LEAD}</div>',
        f'<div class="newsletter-box"><p>{LEAD}</p></div>',
        f"<aside><p>{LEAD}</p></aside>",
        f'<p><a href="/x">{LEAD}</a></p>',
        f"<div><p>{LEAD}</p></div><h1>{TITLE}</h1>",  # above the headline
    ],
)
def test_what_is_no_lead_stays_out(top):
    """Subheadlines, captions, boxes, links, and paragraphs above the headline."""
    assert add_lede(tree_of(top), [TEXT], TITLE) == [TEXT]


def test_a_lead_that_the_text_has_is_not_taken_twice():
    assert add_lede(tree_of(f"<p>{LEAD}</p>"), [LEAD, TEXT], TITLE) == [LEAD, TEXT]


def test_nothing_is_added_to_a_text_that_the_page_does_not_show():
    """If the beginning of the text is not found, nothing is added."""
    assert add_lede(tree_of(f"<p>{LEAD}</p>"), ["Another text, out of a script of the page."], TITLE) == [
        "Another text, out of a script of the page."
    ]


def test_a_line_break_parts_words():
    """Line breaks in an address become spaces."""
    broken = LEAD.replace(". The", ".<br>The")
    assert add_lede(tree_of(f"<p>{broken}</p>"), [TEXT], TITLE)[0] == LEAD
