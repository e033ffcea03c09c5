"""An entry that ends inside one of its elements is not read as whole: what is missing is not an edit."""

from datetime import UTC, datetime

import pytest

from worker.parse import read_feed

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
URL = "https://news.example/feed.xml"
SECOND = "<item><guid>2</guid><title>Second</title><description>Whole text.</description></item>"
BEGINNING = "<item><guid>1</guid><title>First</title><description>The harbor "


def partial(document: str) -> dict[str | None, bool]:
    """Return by guid whether an entry is partial."""
    feed = read_feed(document.encode(), url=URL, now=NOW)
    return {article.guid: article.is_partial for article in feed.articles}


def rss(items: str) -> str:
    return f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'


@pytest.mark.parametrize(
    "first",
    [
        f"{BEGINNING}</item>",  # its end tag is lost
        f"{BEGINNING}</item>was reopened.</description></item>",
        f"{BEGINNING}<item><title>x</title></item>was reopened.</description></item>",
        f"{BEGINNING}<item><title>&bad; <b></item>",
        "<item><guid>1</guid><description>Text.</description><title>Fir</item>",
        "<item><guid>1</guid><title>First</title><content:encoded><![CDATA[Text.]]></item>",
    ],
)
def test_an_entry_that_ends_inside_an_element_is_partial(first: str) -> None:
    found = partial(rss(first + SECOND))
    assert found["1"]
    assert not found.get("2"), "the whole entry beside it is none"


@pytest.mark.parametrize(
    "first",
    [
        f"{BEGINNING}was reopened.</description></item>",
        f"{BEGINNING}was reopened &bad; today.</description></item>",
        f"{BEGINNING}was <b>reopened.</description></item>",
        f"{BEGINNING}was < reopened & used.</description></item>",
        "<item><guid>1</guid><title>First</title><br><description>Text.</description></item>",
        "<item><guid>1</guid><title>First</title><media:group><media:title>x</media:title></media:group></item>",
    ],
)
def test_other_faults_leave_an_entry_whole(first: str) -> None:
    assert not partial(rss(first + SECOND))["1"]


def test_in_atom_too() -> None:
    first = "<entry><id>1</id><title>First</title><content>The harbor </entry>"
    second = "<entry><id>2</id><title>Second</title><content>Whole.</content></entry>"
    document = f'<feed xmlns="http://www.w3.org/2005/Atom">{first}{second}</feed>'
    assert partial(document)["1"]
