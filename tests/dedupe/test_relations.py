"""A text that contains or quotes another is related to it, and is not a copy of it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.generated import make_text
from worker.dedupe import Candidate, decide, decide_relations, make_signature
from worker.records import Document, Relation, RelationKind

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
CONTAINS, QUOTES = RelationKind.CONTAINS, RelationKind.QUOTES


def paragraphs(name: str, count: int = 6) -> list[str]:
    """Paragraphs without a dateline."""
    return list(make_text(name, count + 1).paragraphs[1:])


def by_yonhap(place: str, name: str) -> list[str]:
    """A text of the agency with background that others of its texts have, too."""
    first, *rest = paragraphs(name)
    return [f"{place}, Nov. 24 (Yonhap) -- {first}", *paragraphs("background", 2), *rest]


def candidate(
    ident: str, body: Sequence[str], title: str = "", *, source: str = "", hours: float = 0.0
) -> Candidate:
    at = NOON + timedelta(hours=hours)
    document = Document(ident, title or make_text(ident).title, "\n\n".join(body), source or ident, "en", at)
    return Candidate(ident, make_signature(document, ()))


def relations(new: Candidate, *others: Candidate) -> list[tuple[int | str, int | str, RelationKind]]:
    """Relations between a text and those that are no copies of it."""
    copies = {match.article for match in decide(new.signature, others).matches}
    found = decide_relations(new, (other for other in others if other.article not in copies))
    return [(one.article, one.other, one.kind) for one in found]


WIRE = candidate("wire", paragraphs("wire"))
DIGEST = candidate(
    "digest",
    [f"{n}. {text}" for n, text in enumerate(paragraphs("wire")[:5] + paragraphs("else", 9), 1)],
    "Morning briefing",
    hours=1,
)


def test_a_digest_contains_a_text_whichever_comes_first() -> None:
    assert relations(DIGEST, WIRE) == [("digest", "wire", CONTAINS)]
    assert relations(WIRE, DIGEST) == [("digest", "wire", CONTAINS)]


def test_a_digest_of_the_same_outlet_contains_its_articles() -> None:
    own = candidate("own", paragraphs("wire"), source="digest")
    assert relations(DIGEST, own) == [("digest", "own", CONTAINS)]


def test_a_live_blog_contains_the_text_of_its_entries() -> None:
    entries = [f"{10 + n}:15 {text}" for n, text in enumerate(paragraphs("wire") + paragraphs("else", 8))]
    live = candidate("live", entries, "Live updates: the harbor", hours=1)
    assert relations(live, WIRE) == [("live", "wire", CONTAINS)]


def test_a_report_that_embeds_a_whole_notice_contains_it() -> None:
    notice = candidate("notice", paragraphs("notice", 3))
    report = candidate("report", [*paragraphs("report", 9), *paragraphs("notice", 3)], hours=2)
    [one] = decide_relations(report, [notice])
    assert (one.article, one.other, one.kind, one.share) == ("report", "notice", CONTAINS, 1.0)


def test_the_later_of_two_reports_with_a_passage_in_common_quotes_the_earlier() -> None:
    passage = paragraphs("wire", 6)[2:4]
    comment = candidate("comment", [*paragraphs("comment", 6), *passage], hours=5)
    assert relations(comment, WIRE) == [("comment", "wire", QUOTES)]
    assert relations(WIRE, comment) == [("comment", "wire", QUOTES)]


def test_the_share_is_that_of_the_contained_text() -> None:
    [one] = decide_relations(DIGEST, [WIRE])
    assert isinstance(one, Relation)
    assert 0.75 < one.share < 0.9  # five of six paragraphs


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(candidate("a", paragraphs("a")), candidate("b", paragraphs("b")), id="strangers"),
        pytest.param(
            candidate("a", [*paragraphs("a"), paragraphs("x")[0][:60]]),
            candidate("b", [*paragraphs("b"), paragraphs("x")[0][:60]]),
            id="a sentence in common",
        ),
        pytest.param(
            candidate("a", [*paragraphs("a"), *paragraphs("x", 2)], source="one"),
            candidate("b", [*paragraphs("b"), *paragraphs("x", 2)], source="one"),
            id="background that one outlet repeats",
        ),
        pytest.param(
            candidate("a", by_yonhap("SEOUL", "a")),
            candidate("b", by_yonhap("BUSAN", "b")),
            id="background that one agency repeats",
        ),
        pytest.param(candidate("a", []), candidate("b", []), id="no text"),
    ],
)  # fmt: skip
def test_what_is_not_related(one: Candidate, other: Candidate) -> None:
    assert relations(one, other) == []
    assert relations(other, one) == []


def test_two_digests_with_the_same_item_are_not_related() -> None:
    other = candidate(
        "other",
        [f"{n}. {text}" for n, text in enumerate(paragraphs("wire")[:3] + paragraphs("more", 9), 1)],
        "Evening digest",
    )
    assert relations(other, DIGEST) == []


def test_a_copy_is_not_related() -> None:
    copy = candidate("copy", paragraphs("wire"), make_text("wire").title, hours=1)
    assert relations(copy, WIRE) == []
