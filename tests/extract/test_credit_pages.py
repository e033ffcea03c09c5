"""Credits on pages: the position of an agency's name decides whether the text is credited to it."""

from datetime import UTC, datetime

import pytest

from worker.extract import extract_all
from worker.records import Page

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TEXT = "".join(
    f"<p>{line}</p>"
    for line in (
        "Ferries between the town and the outer islands sailed again on Tuesday after a storm of three days.",
        "Crews checked the piers at dawn and found one ramp bent, the port authority of the town said.",
        "The ramp will be mended by the end of the week, and the night boat is back on its old timetable.",
    )
)
BYLINE = '<div class="byline">By <span class="author">Reuters</span></div>'


@pytest.mark.parametrize(
    ("above", "below", "kind", "agency"),
    [
        (BYLINE, "", "credit", "reuters"),
        ("", f"<aside><h3>More</h3><ul><li>Storm nears {BYLINE}</li></ul></aside>", "none", None),
        ("", f'<div class="breaking-news"><a href="/a">Storm nears</a>{BYLINE}</div>', "none", None),
        ("", f'<div id="related-stories"><a href="/a">Storm nears</a>{BYLINE}</div>', "none", None),
        (
            '<figure><img src="/p.jpg"><figcaption>Pier <i itemprop="author">EFE</i></figcaption></figure>',
            "",
            "photo",
            "efe",
        ),
        ('<div><a href="/p"><img src="/p.jpg"></a><span>&copy; 2012 APA/AP</span></div>', "", "photo", "apa"),
        ("", '<p class="copyright">&copy; 2012 APA</p>', "credit", "apa"),
    ],
)
def test_a_byline_counts_in_the_article_and_a_notice_away_from_pictures(above, below, kind, agency):
    """Bylines of other articles, captions and copyright lines below a picture do not count."""
    body = f"<body><main><article><h1>Ferry sails again</h1>{above}{TEXT}</article></main>{below}</body>"
    page = f'<!doctype html><html lang="en"><head><title>Ferry sails again</title></head>{body}</html>'
    found = extract_all(Page(page.encode(), "", "text/html"), now=NOW)["credit"].payload
    assert (found["kind"], found["agency_id"]) == (kind, agency)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Michael Bloomberg opened the pier. Bloomberg said it would last.", "none"),
        ("The mayor opened the pier, Bloomberg said.", "mention"),
        ("The Australian Federal Police (AFP) closed the pier. The AFP said it was unsafe.", "none"),
        ("The mayor closed the pier, the AFP said, and AFP reported why.", "mention"),
    ],
)
def test_a_short_name_that_the_text_gives_another_meaning_is_no_agency(text, kind):
    page = f"Pier opens on the island\n\n{text}\n\nCrews checked the pier at dawn and found it sound.\n"
    found = extract_all(Page(page.encode(), "", "text/plain"), now=NOW)["credit"].payload
    assert found["kind"] == kind
