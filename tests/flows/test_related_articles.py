"""What a text contains or quotes is kept beside the stories, and joins none of them."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.flows.test_decisions import purge
from tests.flows.test_races import make_feed
from tests.flows.test_second_look import NOW, publish, read_page, stories
from tests.support.generated import make_text
from worker.flows import decisions, match
from worker.flows.services import Services
from worker.records import Relation, RelationKind
from worker.store import feeds as feed_store
from worker.store import relations as relation_store
from worker.store.models import Relation as RelationRow

BRIEFING = "Morning briefing"


@pytest.fixture
def services(services: Services) -> Services:
    services.clock = lambda: NOW
    with services.db.write() as connection:
        feed_store.sync_feeds(connection, [make_feed(n) for n in range(8)], NOW)
    return services


def text_of(name: str) -> str:
    return "\n\n".join(make_text(name, 7).paragraphs[1:])


def digest_of(*names: str) -> str:
    items = [f"{n}. {' '.join(make_text(name, 7).paragraphs[1:])}" for n, name in enumerate(names, 1)]
    return "\n\n".join(items)


def related(services: Services, *articles: int) -> dict[int, list[tuple[str, int, int]]]:
    """(kind, article, story) by article."""
    with services.db.read() as connection:
        found = relation_store.relations_of(connection, articles)
    return {one: [(row["kind"], row["article"], row["story"]) for row in rows] for one, rows in found.items()}


def count(services: Services) -> int:
    with services.db.read() as connection:
        return connection.scalar(select(func.count()).select_from(RelationRow)) or 0


def test_a_digest_and_what_it_contains_show_each_other_and_remain_apart(services: Services) -> None:
    wire = publish(services, 0, text_of("wire"), make_text("wire").title)
    digest = publish(services, 1, digest_of("wire", "other", "third"), BRIEFING)
    assert stories(services) == {wire: wire, digest: digest}
    assert related(services, wire, digest) == {
        digest: [("contains", wire, wire)],
        wire: [("contained_in", digest, digest)],
    }


def test_a_text_that_comes_after_the_digest_is_found_in_it(services: Services) -> None:
    digest = publish(services, 1, digest_of("wire", "other", "third"), BRIEFING)
    wire = publish(services, 0, text_of("wire"), make_text("wire").title)
    assert related(services, wire) == {wire: [("contained_in", digest, digest)]}


def test_of_the_copies_in_one_story_a_digest_contains_one(services: Services) -> None:
    wire = [publish(services, n, text_of("wire"), make_text("wire").title) for n in (0, 2, 3)]
    digest = publish(services, 1, digest_of("wire", "other", "third"), BRIEFING)
    assert [kind for kind, *_ in related(services, digest)[digest]] == ["contains"]
    assert len(set(stories(services).values())) == 2
    assert stories(services)[digest] not in wire


def test_relations_go_with_their_articles(services: Services) -> None:
    wire = publish(services, 0, text_of("wire"), make_text("wire").title)
    digest = publish(services, 1, digest_of("wire", "other", "third"), BRIEFING)
    purge(services, wire)
    assert (count(services), related(services, digest)) == (0, {})


def test_a_page_with_another_text_ends_a_relation(services: Services) -> None:
    wire = publish(services, 0, text_of("wire"), make_text("wire").title)
    publish(services, 1, digest_of("wire", "other", "third"), BRIEFING)
    assert count(services) == 1
    read_page(services, wire, 0, "Quite another headline", f"{text_of('fourth')}\n\n{text_of('fifth')}")
    assert count(services) == 0


def test_matching_again_does_not_double_relations(services: Services) -> None:
    wire = publish(services, 0, text_of("wire"), make_text("wire").title)
    digest = publish(services, 1, digest_of("wire", "other", "third"), BRIEFING)
    match.run(services, [wire, digest])
    assert count(services) == 1


def test_within_one_story_no_relation_is_shown(services: Services) -> None:
    """An editor may say that the digest belongs there."""
    wire = publish(services, 0, text_of("wire"), make_text("wire").title)
    digest = publish(services, 1, digest_of("wire", "other", "third"), BRIEFING)
    decisions.merge(services, wire, digest, "anna")
    assert related(services, wire, digest) == {}


def test_an_article_has_a_bounded_number_of_relations(services: Services) -> None:
    """Those with the largest shares are kept."""
    ids = [publish(services, n % 8, text_of(f"text {n}"), f"Headline {n} of a text") for n in range(24)]
    found = [Relation(ids[0], one, RelationKind.QUOTES, n / 100) for n, one in enumerate(ids[1:], 1)]
    with services.db.write() as connection:
        for one in found:
            relation_store.put_relations(connection, [one])
        relation_store.put_relations(connection, [replace(found[0], share=0.4)])
        kept: list[Any] = list(connection.scalars(select(RelationRow.other_id).order_by(RelationRow.share)))
    assert len(kept) == relation_store.MAX_RELATIONS
    assert kept == [*ids[5:], ids[1]]
