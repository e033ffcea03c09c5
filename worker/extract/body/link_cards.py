"""Removes link cards: blocks that are entirely a link, with the headline and teaser of another article."""

from lxml import html

from worker.extract.body.siblings import find_text, iter_blocks, to_key


def drop_link_cards(tree: html.HtmlElement, kept: list[str]) -> list[str]:
    """Returns the paragraphs without those that the page shows only inside links."""
    links = (link for link in tree.iter("a") if not _is_in_link(link))
    inside = {to_key(find_text(block)) for link in links for block in iter_blocks(link)}
    if inside.isdisjoint(map(to_key, kept)):
        return kept
    outside = {to_key(find_text(block)) for block in iter_blocks(tree) if not _is_in_link(block)}
    cards = inside - outside - {""}
    return [paragraph for paragraph in kept if to_key(paragraph) not in cards]


def _is_in_link(element: html.HtmlElement) -> bool:
    return next(element.iterancestors("a"), None) is not None
