"""A paragraph that is one link is text if it is written in sentences among others; references are not."""

import pytest

from tests.extract.body.test_containers import TEXT, paragraphs_of

LINKED = (
    "The regional court had stopped the sale of the building two years ago, after a complaint by parents."
)
SHORT = '"We will not give up this house," Amundsen said.'


def page_with(block, at=2):
    plain = [f"<p>{text}</p>" for text in TEXT]
    return f"<article>{''.join([*plain[:at], block, *plain[at:]])}</article>"


@pytest.mark.parametrize(
    "block",
    [
        "<p><a href=/x>{}</a></p>",
        "<p><strong><a href=/x>{}</a></strong></p>",
        "<p><a href=/x><em><span>{}</span></em></a></p>",
        "<p> <a href=/x>{}</a> </p>",
        "<div><p><a href=/x>{}</a></p></div>",
        "<a href=/x><p>{}</p></a>",
        "<div><a href=/x><p>{}</p></a></div>",
        "<p><a href=https://elsewhere.example/report target=_blank rel=nofollow>{}</a></p>",
    ],
)
@pytest.mark.parametrize("sentence", [LINKED, SHORT])
@pytest.mark.parametrize("at", [0, 2, 6])
def test_a_paragraph_that_is_one_link_is_text(block, sentence, at):
    """At the beginning, between the others and at the end."""
    want = [*TEXT[:at], sentence, *TEXT[at:]]
    assert paragraphs_of(page_with(block.format(sentence), at)) == want


def test_a_paragraph_of_several_links_is_text():
    block = "<p><a href=/x>The regional court had stopped the sale</a> <a href=/y>of the building.</a></p>"
    assert "The regional court had stopped the sale of the building." in paragraphs_of(page_with(block))


def test_linked_paragraphs_that_have_their_own_containers_are_text():
    """Templates that wrap each paragraph."""
    wrapped = [f"<div class=block><p>{text}</p></div>" for text in TEXT]
    linked = f"<div class=block><p><a href=/x>{LINKED}</a></p></div>"
    assert paragraphs_of("".join([*wrapped[:3], linked, *wrapped[3:]])) == [*TEXT[:3], LINKED, *TEXT[3:]]


@pytest.mark.parametrize(
    "block",
    [
        "<p><a href=/x>Ferry line sold to a company from the mainland</a></p>",
        "<p><a href=/x>Read also: The ferry line was sold to a company from the mainland on Friday.</a></p>",
        "<p><a href=/x>Who will pay for the new ferry line to the islands?</a></p>",
        "<a href=/x><img src=/i.jpg><p>The ferry line was sold to a company from the mainland.</p></a>",
        "<a href=/x><h3>Ferry sold</h3><p>The ferry line was sold to a company from the mainland.</p></a>",
        "<ul><li><a href=/x>The ferry line was sold to a company from the mainland on Friday.</a></li></ul>",
        "<p><a href=/x>Subscribe to our newsletter about the ferry line and never miss a story.</a></p>",
    ],
)
def test_a_link_to_another_article_is_no_text(block):
    """A headline, a label, a card, a list, a call to subscribe."""
    assert paragraphs_of(page_with(block, 6)) == list(TEXT)


def test_a_list_of_linked_teasers_is_no_text():
    """Where no paragraph beside it is without a link."""
    teasers = "".join(
        f"<p><a href=/{n}>{text.replace('library', 'school')}</a></p>" for n, text in enumerate(TEXT[:3])
    )
    body = "".join(f"<p>{text}</p>" for text in TEXT)
    assert paragraphs_of(f"<article>{body}</article><div>{teasers}</div>") == list(TEXT)
