"""Paragraphs in a second container of the article's kind are part of the article."""

from lxml import html

from worker.extract.body.siblings import add_siblings

ONE = "The harbor board voted on Tuesday to raise the sea wall by a meter before the winter tides come in."
TWO = "Engineers told the board that the tides had come within a hand of the top three times since 2019."
THREE = "Shopkeepers along the front asked for a footbridge, and for the market to be moved meanwhile."
OTHER = "A ferry ran aground on the sandbank off the northern pier, and nobody on board of it was hurt."


def tree_of(*blocks):
    return html.document_fromstring("<html><body>" + "".join(blocks) + "</body></html>")


def block(kind, *paragraphs):
    return f'<div class="{kind}">' + "".join(f"<p>{text}</p>" for text in paragraphs) + "</div>"


def test_a_second_container_of_the_same_class_is_added_in_order():
    """A long article that is split by an advertisement is complete."""
    tree = tree_of(block("story-text", ONE), block("ad", "Buy now."), block("story-text", TWO, THREE))
    assert add_siblings(tree, [ONE]) == [ONE, TWO, THREE]


def test_a_left_out_paragraph_returns_to_its_place():
    """Document order is kept, before and between what was kept."""
    tree = tree_of(block("story-text", ONE, TWO, THREE))
    assert add_siblings(tree, [TWO]) == [ONE, TWO, THREE]


def test_other_kinds_of_containers_are_not_added():
    """Related stories, comments and text of another class are excluded."""
    tree = tree_of(block("story-text", ONE, TWO), block("related story-text", OTHER), block("box", OTHER))
    assert add_siblings(tree, [ONE, TWO]) == [ONE, TWO]


def test_another_article_on_the_page_is_not_added():
    """A page that lists several articles in one class yields one of them."""
    articles = (f"<article>{block('entry', *texts)}</article>" for texts in ((ONE, TWO), (OTHER,)))
    assert add_siblings(tree_of(*articles), [ONE, TWO]) == [ONE, TWO]


def test_the_large_container_wins_over_a_stray_line():
    """If only a notice was kept, the text replaces it."""
    texts = [f"{number}. {text}" for number in range(4) for text in (ONE, TWO, THREE)]
    notice = "This copy is for your personal use only and may not be handed on to others."
    tree = tree_of(block("notice-line", notice), block("story-text", *texts))
    assert add_siblings(tree, [notice]) == texts


def test_links_and_short_lines_are_no_paragraphs():
    """A line that is mostly links, or has no sentence, is not text."""
    links = f'<a href="/a">{OTHER}</a>'
    tree = tree_of(block("story-text", ONE, links, "Share", TWO))
    assert add_siblings(tree, [ONE]) == [ONE, TWO]
