"""A replaced text ends where it would if it were new, in whatever order articles are compared."""

import pytest
from sqlalchemy import select

from tests.flows.test_edited_originals import events
from tests.flows.test_replaced_articles import (
    BRIDGES,
    LANGUAGES,
    PRIZES,
    both,
    desk,
    publish,
    run_copies,
    store,
    stories,
)
from worker.flows import match
from worker.flows.services import Services
from worker.store.models import ArticleRow, Story

__all__ = ["desk"]


def test_a_copy_that_is_compared_before_a_replaced_text_takes_no_other_story_along(desk: Services) -> None:
    """The report replaced first leaves copies behind that have no link with each other."""
    old, new = BRIDGES["en"], PRIZES["en"]
    run_copies(desk, old, "abc")
    publish(desk, "a", new.title, new.text)
    publish(desk, "d", new.copied, new.text)
    assert stories(desk) == {"a": set("ad"), "b": set("bc")}
    waiting = store(desk, "d", old.copied, old.text)
    publish(desk, "e", old.copied, old.text)
    assert stories(desk) == {"a": {"a"}, "b": set("bcde")}
    assert "story.merged" not in events(desk)
    match.run(desk, [waiting])
    assert stories(desk) == {"a": {"a"}, "b": set("bcde")}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_replaced_text_without_copies_is_not_the_first_of_the_story_that_it_joins(
    desk: Services, lang: str
) -> None:
    old, new = both(lang, is_reverse=False)
    run_copies(desk, old, "a")
    run_copies(desk, new, "de")
    publish(desk, "a", new.title, new.text)
    assert stories(desk) == {"d": set("ade")}
    publish(desk, "d", f"WITHDRAWN: {new.title}", new.text)
    assert events(desk) == ["story.withdrawn"]


def test_what_was_declared_of_a_text_without_copies_is_not_of_the_one_that_replaces_it(
    desk: Services,
) -> None:
    old, new = BRIDGES["en"], PRIZES["en"]
    publish(desk, "a", old.title, old.text)
    publish(desk, "a", f"CORRECTED: {old.title}", old.text.replace("31", "33"))
    publish(desk, "a", old.title, old.text.replace("31", "33"))
    publish(desk, "a", new.title, new.text)
    with desk.db.read() as connection:
        assert connection.scalars(select(Story.mark)).all() == [""]


def test_a_replaced_text_joins_a_later_entry_of_its_outlet_that_has_it_already(desk: Services) -> None:
    old, new = BRIDGES["en"], PRIZES["en"]
    publish(desk, "a", old.title, old.text)
    later = publish(desk, "a", new.title, new.text, key="2")
    publish(desk, "a", new.copied, new.text)
    with desk.db.read() as connection:
        placed = dict(connection.execute(select(ArticleRow.id, ArticleRow.story_id)).all())
    assert len(placed) == 2
    assert set(placed.values()) == {placed[later]}
