"""Furniture around a text is removed; paragraphs that only look like it are kept."""

import pytest

from worker.extract.body.furniture import strip_ends

FIRST = "The harbor board voted on Tuesday to raise the sea wall by a meter before the winter tides."
LAST = "Shopkeepers along the front asked for a footbridge, and for the market to be moved meanwhile."


@pytest.mark.parametrize(
    "line",
    [
        "Read more: Ferry runs aground off the northern pier",
        "Related: Why do the tides rise?",
        "More:",
        "You may also like...",
        "Lesen Sie auch die folgenden Beiträge:",
        "NOTAS RELACIONADAS",
        "À lire aussi : le port se prépare",
        "관련 기사",
        "Advertisement",
    ],
)
def test_a_line_that_leads_to_other_articles_is_taken_out_of_the_text(line):
    """A label alone, or followed by a headline, between two paragraphs."""
    assert strip_ends([FIRST, line, LAST], None, None) == ([FIRST, LAST], [])


@pytest.mark.parametrize(
    "line",
    [
        "More: the board wants the promenade closed until June.",  # a sentence
        "More than 200 shops stand along the front",
        "Related companies paid for the survey",
        "Follow the money, an engineer on the board told the newsletter of the port.",
    ],
)
def test_a_paragraph_that_begins_like_a_label_stays(line):
    assert strip_ends([FIRST, line, LAST], None, None) == ([FIRST, line, LAST], [])


@pytest.mark.parametrize(
    "line",
    [
        "Follow us on Twitter",
        "Subscribe to the Morning Tide newsletter",
        "Never miss a tide. Sign up for our newsletter, delivered to your inbox every morning.",
        "Write to Dana Whitlow at dana.whitlow@coast-courier.example",
        "Síguenos en Telegram, Instagram y Facebook",
    ],
)
def test_what_a_reader_is_told_to_do_at_the_end_is_furniture(line):
    """Calls to follow, subscribe or write: at the end only; the removed lines are returned."""
    assert strip_ends([FIRST, LAST, line], None, None) == ([FIRST, LAST], [line])
    assert strip_ends([FIRST, line, LAST], None, None) == ([FIRST, line, LAST], [])


@pytest.mark.parametrize(
    "line",
    [
        '"Follow me on Twitter," the chair told the shopkeepers.',
        "Support for the app grew after the storm of 2019.",
        "Contact tracing by newsletter was never tried.",
        "Subscribers will pay four crowns a month.",
        "Following his posts on Twitter, the minister left office.",
        "Emails show that the board knew of it.",
        "For more than a decade the harbor's newsletter had said otherwise.",
        "(Reporting by Dana Whitlow; Editing by Greta Amundsen)",
        "Download figures of the port's app were not given, but "
        + "the board said that they had grown. " * 8,
    ],
)
def test_the_last_words_of_an_article_stay(line):
    """A quote, a noun, a credit, a long paragraph."""
    assert strip_ends([FIRST, LAST, line], None, None) == ([FIRST, LAST, line], [])
