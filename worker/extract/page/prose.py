"""Measures where the running text of a page is: pieces outside links that are long enough for a sentence."""

from lxml import html

MIN_CHARS = 40  # a shorter piece is a label, a name or a date
_NO_PROSE = frozenset({"a", "button", "option", "script", "select", "style", "svg", "textarea", "title"})


def weigh_prose(root: html.HtmlElement) -> dict[html.HtmlElement, int]:
    """Returns the characters of running text in each element below `root`, its descendants included."""
    elements = list(root.iter())
    weights = dict.fromkeys(elements, 0)
    for element in reversed(elements):  # descendants come before their ancestors
        if not isinstance(element.tag, str) or element.tag in _NO_PROSE:
            continue
        pieces = (element.text, *(child.tail for child in element))
        lengths = (len(piece.strip()) for piece in pieces if piece)
        own = sum(length for length in lengths if length >= MIN_CHARS)
        weights[element] = own + sum(weights[child] for child in element)
    return weights
