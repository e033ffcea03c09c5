"""A block that is entirely a link shows another article."""

from lxml import html

from worker.extract.body.link_cards import drop_link_cards

TEXT = "Engineers told the board that the tides had come within a hand of the top three times since 2019."
CARD = "Ferry runs aground off the northern pier"
CARDS = f'<div><a href="/f"><h3>{CARD}</h3><p>Nobody on board was hurt, the port said.</p></a></div>'


def tree_of(*parts):
    return html.document_fromstring(f"<html><body><article>{''.join(parts)}</article></body></html>")


def test_a_card_is_taken_out_wherever_it_stands():
    """Headline and teaser, before, between and after the paragraphs."""
    teaser = "Nobody on board was hurt, the port said."
    tree = tree_of(CARDS, f"<p>{TEXT}</p>", CARDS)
    assert drop_link_cards(tree, [CARD, teaser, TEXT, CARD]) == [TEXT]


def test_a_headline_that_a_table_of_contents_links_to_stays():
    """A paragraph that also occurs outside links is part of the text."""
    tree = tree_of(
        f'<ul><li><a href="#f"><div>{CARD}</div></a></li></ul>', f"<h3>{CARD}</h3>", f"<p>{TEXT}</p>"
    )
    assert drop_link_cards(tree, [CARD, TEXT]) == [CARD, TEXT]


def test_a_paragraph_that_holds_a_link_stays():
    """Even if the link is the whole paragraph."""
    tree = tree_of(f'<p><a href="/f">{CARD}</a></p>', f"<p>{TEXT}</p>")
    assert drop_link_cards(tree, [CARD, TEXT]) == [CARD, TEXT]
