"""The article's text is found in whatever container it is; furniture in the same containers is not."""

from datetime import UTC, datetime

import pytest

from worker.extract import extract_fulltext
from worker.records import Page

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TEXT = (
    "The school board of Port Alder decided on Monday to keep the old library open until the spring.",
    "Its chair, Greta Amundsen, said that the building needs a new roof and that the money is there.",
    "Teachers had asked for a decision before the winter, because the reading room is cold and damp.",
    "The architect will show three plans in January, and the cheapest of them costs 2 million crowns.",
    "Pupils of the upper classes collected signatures and books on the square in front of the building.",
    "A second vote is due in March, when the board knows what the regional government will contribute.",
)
BODY = "".join(f"<p>{text}</p>" for text in TEXT)
CONSENT = (
    "<div class='cookie-note'>"
    "<p>We and our partners use cookies on your device. You can accept or reject.</p></div>"
)
FOOTER = "<footer><p>Port Alder Courier, Harbor Street 4, 0150 Port Alder, telephone 555 0100</p></footer>"


def extract(content):
    markup = (
        "<!doctype html><html lang=en><head><title>Library stays open - Port Alder Courier</title></head>"
        "<body><header><nav><a href=/>Home</a></nav></header><main><h1>Library stays open</h1>"
        f"{content}</main>{FOOTER}</body></html>"
    )
    return extract_fulltext(Page(markup.encode(), "https://courier.example/library"), now=NOW)


def paragraphs_of(content):
    return (extract(content).payload["text"] or "").split("\n\n")


@pytest.mark.parametrize(
    "container",
    [
        "<aside>{}</aside>",
        "<aside class=content><div>{}</div></aside>",
        "<form action=/send>{}</form>",
        "<fieldset>{}</fieldset>",
        "<figure>{}</figure>",
        "<figure><figcaption>{}</figcaption></figure>",
        "<details open><summary>Text</summary>{}</details>",
        "<dialog open>{}</dialog>",
        "<label>{}</label>",
        "<button>{}</button>",
        "<article><footer>{}</footer></article>",
        "<header>{}</header>",
        "<menu>{}</menu>",
        "<object>{}</object>",
        "<ins>{}</ins>",
        "<marquee>{}</marquee>",
        "<blockquote>{}</blockquote>",
        "<news-body>{}</news-body>",
        "<section class=sidebar>{}</section>",
        "<div class=widget>{}</div>",
        "<div id=related-content>{}</div>",
        "<div class=footer-text>{}</div>",
        "<div class='teaser caption'>{}</div>",
        "<div class=social-share><aside>{}</aside></div>",
        "<center><font>{}</font></center>",
    ],
)
def test_the_text_is_found_in_any_container_that_has_most_of_the_page(container):
    assert paragraphs_of(CONSENT + container.format(BODY))[-6:] == list(TEXT)


def test_lines_in_an_odd_container_are_the_text_as_well():
    """Paragraphs that are separated by line breaks only."""
    text = extract(f"<aside>{'<br><br>'.join(TEXT)}</aside>").payload["text"]
    assert all(line in text for line in TEXT)


@pytest.mark.parametrize(
    "container",
    [
        "<aside>{}</aside>",
        "<form>{}</form>",
        "<div class=sidebar>{}</div>",
        "<figure><figcaption>{}</figcaption></figure>",
    ],
)
def test_a_smaller_part_in_such_a_container_is_no_text(container):
    """It is what the container is meant for: a box, a form, a caption."""
    note = "The Courier has been printed in Port Alder since the harbor was dug, and is read on all islands."
    assert paragraphs_of(BODY + container.format(f"<p>{note}</p>")) == list(TEXT)


@pytest.mark.parametrize("mark", ["class=comments", "id=comment-list", "class=comments-area"])
def test_comments_are_no_text_though_they_are_longer(mark):
    others = "".join(
        f"<p>{text.replace('Port Alder', 'our town')} That is what I think of it, too.</p>" for text in TEXT
    )
    article = "".join(f"<p>{text}</p>" for text in TEXT[:3])
    assert "what I think" not in extract(f"{article}<section {mark}>{others}</section>").payload["text"]


def test_the_footer_of_a_site_is_no_article():
    """However long it is, and though the page has no other text."""
    found = extract_fulltext(
        Page(
            f"<html><body><h1>Video</h1><footer>{BODY}</footer></body></html>".encode(), "https://c.example/v"
        ),
        now=NOW,
    )
    assert TEXT[0] not in (found.payload["text"] or "")
