"""Text that no browser shows is no text of the article, by whatever means it is hidden."""

import pytest

from tests.extract.body.test_containers import TEXT, paragraphs_of

SPAM = (
    "Cheap cranes and cheap ferries are sold to everybody in every port of the whole coast by our partners."
)
BODY = [f"<p>{text}</p>" for text in TEXT]


def page_with(block, at=3):
    return f"<article>{''.join([*BODY[:at], block, *BODY[at:]])}</article>"


@pytest.mark.parametrize(
    "attributes",
    [
        "hidden",
        "hidden=until-found",
        "aria-hidden=true",
        "style='display:none'",
        "style='color:red; DISPLAY : NONE !important'",
        "style='visibility:hidden'",
        "style='opacity:0'",
        "style='font-size:0px'",
        "style='height:0;overflow:hidden'",
        "style='max-height: 0px; overflow-y: hidden;'",
        "style='position:absolute;left:-9999px'",
        "style='position:fixed; top: -5000em'",
        "style='text-indent:-9999px'",
        "style='position:absolute;clip:rect(1px, 1px, 1px, 1px)'",
        "style='clip-path: inset(50%)'",
        "style='transform:scale(0)'",
        "style='color:transparent'",
        "class=hidden",
        "class='note visually-hidden'",
        "class=sr-only",
        "class=screen-reader-text",
        "class=d-none",
        "class=is-hidden",
        "class=uk-hidden",
        "class=offscreen",
    ],
)
@pytest.mark.parametrize(
    "form", ["<p {}>{}</p>", "<div {}><p>{}</p></div>", "<section {}><div>{}</div></section>"]
)
def test_a_hidden_block_is_no_text(form, attributes):
    assert paragraphs_of(page_with(form.format(attributes, SPAM))) == list(TEXT)


@pytest.mark.parametrize(
    "block",
    [
        f"<template><p>{SPAM}</p></template>",
        f"<noscript><p>{SPAM}</p></noscript>",
        f"<dialog><p>{SPAM}</p></dialog>",
    ],
)
def test_an_element_that_is_not_shown_is_no_text(block):
    assert paragraphs_of(page_with(block)) == list(TEXT)


@pytest.mark.parametrize(
    "sheet",
    [
        ".xq{display:none}",
        "p { margin: 0 } p.xq, .other { color: red; visibility: hidden }",
        "/* .xq{display:block} */ .xq { position:absolute; left:-9999px }",
        "@import url(a.css); #n7 { display: none !important }",
        "@media screen { .y { color: red } } .xq { opacity: 0 }",
    ],
)
def test_a_class_that_the_page_s_style_sheet_hides_is_no_text(sheet):
    assert paragraphs_of(f"<style>{sheet}</style>{page_with(f'<p class=xq id=n7>{SPAM}</p>')}") == list(TEXT)


@pytest.mark.parametrize(
    "attributes",
    [
        "class='d-none d-md-block'",
        "class='hidden lg:block'",
        "class=hidden-xs",
        "style='display:block'",
        "style='opacity:0.9'",
        "style='height:0'",
        "style='margin-left:-9999px;margin-left:0'",
        "aria-hidden=false",
        "class=hideous",
    ],
)
def test_a_block_that_is_shown_stays(attributes):
    """On some screens, or with a value that hides nothing."""
    shown = (
        "The roof of the building was last repaired when the railway came to the town, said the architect."
    )
    assert paragraphs_of(page_with(f"<p {attributes}>{shown}</p>")) == [*TEXT[:3], shown, *TEXT[3:]]


def test_a_rule_for_print_hides_nothing():
    shown = (
        "The roof of the building was last repaired when the railway came to the town, said the architect."
    )
    sheet = "<style>@media print { .xq { display: none } } .a .xq { display: none }</style>"
    assert shown in paragraphs_of(sheet + page_with(f"<p class=xq>{shown}</p>"))


def test_hidden_words_in_a_paragraph_leave_the_rest():
    text = TEXT[0].replace(
        "to keep", "<span class=sr-only>hidden words</span>to <i style='display:none'>not </i>keep"
    )
    assert paragraphs_of(f"<article><p>{text}</p>{''.join(BODY[1:])}</article>") == list(TEXT)


@pytest.mark.parametrize(
    "attributes", ["style='display:none'", "class=hidden", "style='opacity:0'", "hidden"]
)
def test_an_article_that_a_script_shows_is_text(attributes):
    """If nearly all text of a page is hidden, its readers still see it."""
    assert paragraphs_of(f"<article {attributes}>{''.join(BODY)}</article>") == list(TEXT)
    assert paragraphs_of(
        f"<article>{''.join(body.replace('<p', f'<p {attributes}') for body in BODY)}</article>"
    ) == (list(TEXT))
