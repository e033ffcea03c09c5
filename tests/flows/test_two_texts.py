"""An article that holds two unrelated texts unites their stories neither as a new entry nor by an edit."""

import pytest
from sqlalchemy import select

from tests.conftest import Clock
from tests.dedupe.test_digests import texts_of
from tests.dedupe.two_texts import PAIRS, Pair
from tests.flows.test_edited_originals import GAZETTE, HERALD, LEDGER, desk, events, publish
from worker.flows.services import Services
from worker.store.models import ArticleRow

__all__ = ["desk"]
each_pair = pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)


def story_of(services: Services) -> dict[int, int]:
    with services.db.read() as connection:
        rows = connection.execute(select(ArticleRow.id, ArticleRow.story_id))
        return {row.id: row.story_id for row in rows}


@each_pair
def test_as_a_new_entry_it_stays_a_story_of_its_own(desk: Services, pair: Pair) -> None:
    publish(desk, LEDGER, *pair.first, is_full=True)
    publish(desk, HERALD, *pair.second, is_full=True)
    publish(desk, GAZETTE, pair.headline, pair.both, is_full=True)
    assert len(set(story_of(desk).values())) == 3


@each_pair
def test_the_text_that_comes_last_is_not_joined_to_it(desk: Services, pair: Pair) -> None:
    first = publish(desk, LEDGER, *pair.first, is_full=True)
    both = publish(desk, GAZETTE, pair.headline, pair.both, is_full=True)
    second = publish(desk, HERALD, *pair.second, is_full=True)
    found = story_of(desk)
    assert found[first] == found[both] != found[second]


@each_pair
@pytest.mark.parametrize("is_copy_last", [False, True])
@pytest.mark.parametrize("keeps_headline", [False, True])
def test_a_copy_that_appends_another_text_stays_where_it_is(
    desk: Services, clock: Clock, pair: Pair, is_copy_last: bool, keeps_headline: bool
) -> None:
    first = publish(desk, LEDGER, *pair.first, is_full=True)
    if is_copy_last:
        second = publish(desk, HERALD, *pair.second, is_full=True)
    copy = publish(desk, GAZETTE, *pair.first, is_full=True)
    if not is_copy_last:
        second = publish(desk, HERALD, *pair.second, is_full=True)
    clock.advance(600)
    title = pair.first[0] if keeps_headline else pair.headline
    assert publish(desk, GAZETTE, title, pair.both, is_full=True) == copy
    found = story_of(desk)
    assert found[first] == found[copy] != found[second]
    assert events(desk) == []


@each_pair
@pytest.mark.parametrize("is_round_up_first", [False, True])
def test_a_correction_brings_no_round_up_into_the_story(
    desk: Services, clock: Clock, pair: Pair, is_round_up_first: bool
) -> None:
    """Of first sentences of two reports; the figure that changes is of the first."""
    texts = texts_of(pair)
    steps = [(HERALD, "B"), (LEDGER, "A"), (GAZETTE, "R")]
    if is_round_up_first:
        steps = [steps[0], steps[2], steps[1]]
    ids = {name: publish(desk, feed, *texts[name][1:], is_full=True) for feed, name in steps}
    clock.advance(600)
    title, text = pair.first
    figure = next(char for char in text if char.isdigit())
    publish(desk, LEDGER, title, text.replace(figure, "7" if figure != "7" else "8", 1), is_full=True)
    found = story_of(desk)
    assert found[ids["A"]] != found[ids["B"]]
    assert found[ids["A"]] != found[ids["R"]]
    assert events(desk) == []
