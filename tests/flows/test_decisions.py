"""An editor's word about stories stands: whatever is matched, merged, read again or purged later."""

import contextlib
import random
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.flows.test_races import make_feed, make_text
from tests.flows.test_second_look import (
    LEAD,
    NOW,
    TITLE,
    assert_sound,
    events,
    own_text,
    publish,
    read_page,
    stories,
)
from tests.store.samples import set_back
from worker.errors import DecisionError
from worker.flows import decisions, joins, match
from worker.flows.services import Services
from worker.store import decisions as decision_store
from worker.store import feeds as feed_store
from worker.store import pruning
from worker.store.decisions import Side
from worker.store.models import ArticleRow, Decision, Event, Job, KeptArticle, Link, Story
from worker.store.pruning import Doomed
from worker.store.session import pairs

OUTLETS = 12


@pytest.fixture
def services(services: Services) -> Services:
    services.clock = lambda: NOW
    with services.db.write() as connection:
        feed_store.sync_feeds(connection, [make_feed(n) for n in range(OUTLETS)], NOW)
    return services


def copies(services: Services, first: int, last: int, number: int = 0) -> list[int]:
    """Full copies of one text in the outlets from `first` to `last`."""
    return [publish(services, n, own_text(number), f"{TITLE} ({number})") for n in range(first, last)]


def two_stories(services: Services) -> tuple[list[int], list[int]]:
    """Two stories of two copies each, of texts with nothing in common."""
    one = [publish(services, n, make_text(1, 1), "One headline of its own") for n in (0, 1)]
    two = [publish(services, n, make_text(2, 2), "A headline unlike the other one") for n in (2, 3)]
    return one, two


def purge(services: Services, *articles: int) -> None:
    with services.db.write() as connection:
        rows = connection.execute(
            select(ArticleRow.id, ArticleRow.feed_id, ArticleRow.entry_key).where(ArticleRow.id.in_(articles))
        ).all()
        _, left = pruning.purge_articles(connection, [Doomed(*row) for row in rows], NOW)
        joins.repair_stories(connection, left, NOW)


def links(services: Services) -> dict[tuple[int, int], Any]:
    with services.db.read() as connection:
        rows = connection.execute(select(Link.article_id, Link.other_id, Link.similarity))
        return {(row[0], row[1]): row[2] for row in rows}


def jobs_of(services: Services) -> set[int]:
    with services.db.read() as connection:
        return set(connection.scalars(select(Job.article_id)))


# ---- detach --------------------------------------------------------------------------------------
def test_a_detached_article_is_a_story_of_its_own_with_jobs_and_without_links(services: Services) -> None:
    ids = copies(services, 0, 3)
    done = decisions.detach(services, ids[1], "anna")
    assert stories(services) == {ids[0]: ids[0], ids[1]: ids[1], ids[2]: ids[0]}
    assert (done.article, done.story, done.other_story) == (ids[1], ids[0], ids[1])
    assert all(ids[1] not in pair for pair in links(services))
    assert jobs_of(services) == {ids[0], ids[1]}
    with services.db.read() as connection:
        assert connection.scalar(select(ArticleRow.similarity).where(ArticleRow.id == ids[1])) is None
        row = connection.execute(select(Decision.kind, Decision.made_by, Decision.at)).one()
        message = connection.scalar(select(Event.message).where(Event.kind == "story.decided"))
    assert tuple(row) == ("detach", "anna", NOW)
    assert message == f"decision 1 of anna: article {ids[1]} left story {ids[0]} and is story {ids[1]} now"


def test_a_story_keeps_its_id_when_its_first_article_is_detached(services: Services) -> None:
    """The article gets an id that no story or article has, nor will an article have it later."""
    ids = copies(services, 0, 3)
    done = decisions.detach(services, ids[0], "anna")
    own = done.other_story
    assert stories(services) == {ids[0]: own, ids[1]: ids[0], ids[2]: ids[0]}
    assert own not in ids
    assert done.message == f"article {ids[0]} left story {ids[0]} and is story {own} now"
    [late] = copies(services, 3, 4)
    assert late != own
    assert stories(services)[late] in {own, ids[0]}  # it is a copy of both
    assert_kept(services)


def test_articles_detached_one_by_one_are_told_apart(services: Services) -> None:
    ids = copies(services, 0, 4)
    for article in ids[:3]:
        assert decisions.detach(services, article, "anna").story == ids[0]
    found = stories(services)
    assert found[ids[3]] == ids[0]
    assert len(set(found.values())) == 4
    for _ in range(3):
        decisions.undo(services, None, "anna")
    assert set(stories(services).values()) == {ids[0]}
    assert_kept(services)


def test_a_detached_first_article_leaves_its_next_story_for_another_one(services: Services) -> None:
    """The story that it founded exists without it, and so does the one that it got: it gets a third one."""
    ids = copies(services, 0, 3)
    others = two_stories(services)[1]
    own = decisions.detach(services, ids[0], "anna").other_story
    assert decisions.merge(services, own, others[0], "anna").story == others[0]
    again = decisions.detach(services, ids[0], "anna").other_story
    found = stories(services)
    assert found == {**found, ids[0]: again, ids[1]: ids[0], ids[2]: ids[0], others[0]: others[0]}
    assert again not in {ids[0], others[0], *found}
    assert_kept(services)


def test_a_detached_article_never_rejoins_by_a_later_match(services: Services) -> None:
    """Neither by its own match nor because a later copy has the text of both."""
    ids = copies(services, 0, 3)
    decisions.detach(services, ids[1], "anna")
    match.run(services, [ids[1]])
    match.run(services, ids)
    later = copies(services, 3, 6)
    found = stories(services)
    assert found[ids[1]] == ids[1]
    assert {found[one] for one in (*later, ids[0], ids[2])} == {ids[0]}


def test_a_detached_article_never_rejoins_by_a_second_look(services: Services) -> None:
    ids = [publish(services, n, LEAD, TITLE) for n in range(3)]
    decisions.detach(services, ids[1], "anna")
    for n, one in enumerate(ids):
        read_page(services, one, n, TITLE, own_text(4))
    assert stories(services) == {ids[0]: ids[0], ids[1]: ids[1], ids[2]: ids[0]}


def test_a_detached_article_does_not_join_stories_that_merge_with_the_one_it_left(services: Services) -> None:
    one, two = two_stories(services)
    decisions.detach(services, one[1], "anna")
    decisions.merge(services, two[0], one[0], "anna")
    whole = f"{make_text(1, 1)}\n\n{make_text(2, 2)}"
    last = publish(services, 4, whole, "One headline of its own")
    match.run(services, [one[1], last])
    found = stories(services)
    assert found[one[1]] == one[1]
    assert found[one[0]] == found[two[0]] == found[two[1]]


@pytest.mark.parametrize("gone", [(0, 2), (2,), (0,)])
def test_a_detachment_holds_for_copies_that_came_after_those_that_are_purged(
    services: Services, gone: tuple[int, ...]
) -> None:
    ids = copies(services, 0, 3)
    decisions.detach(services, ids[1], "anna")
    later = copies(services, 3, 5)
    purge(services, *(ids[n] for n in gone))
    match.run(services, [ids[1], *later])
    found = stories(services)
    assert found[later[0]] == found[later[1]] != found[ids[1]]


def merged_by_hand(services: Services) -> tuple[list[int], int]:
    """A story of two copies of one text and an article of another text, merged and taken apart again."""
    one = [publish(services, n, own_text(1), f"{TITLE} (1)") for n in (0, 1)]
    other = publish(services, 2, own_text(2), "A headline unlike the other one")
    decisions.merge(services, one[0], other, "anna")
    decisions.detach(services, other, "anna")
    return one, other


def test_a_copy_of_a_detached_article_joins_it(services: Services) -> None:
    """Only the story that it left is closed to it."""
    one, other = merged_by_hand(services)
    copy = publish(services, 3, own_text(2), "A headline unlike the other one")
    found = stories(services)
    assert found[copy] == found[other] != found[one[0]]


def test_what_joined_a_detached_article_remains_apart_when_that_is_purged(services: Services) -> None:
    one, other = merged_by_hand(services)
    copy = publish(services, 3, own_text(2), "A headline unlike the other one")
    purge(services, other)
    read_page(services, copy, 3, f"{TITLE} (1)", "\n\n".join([own_text(1), make_text(6, 1), make_text(6, 2)]))
    found = stories(services)
    assert found[copy] != found[one[0]]
    assert link_count(services, copy) == 0


def link_count(services: Services, article: int) -> int:
    return sum(article in pair for pair in links(services))


def test_only_an_article_with_others_can_be_detached(services: Services) -> None:
    [only] = copies(services, 0, 1)
    with pytest.raises(DecisionError, match="is the only one of story"):
        decisions.detach(services, only, "anna")
    with pytest.raises(DecisionError, match="no article 99"):
        decisions.detach(services, 99, "anna")
    assert count(services, Decision) == count(services, Event) == 0


def count(services: Services, table: Any) -> int:
    with services.db.read() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


# ---- merge ---------------------------------------------------------------------------------------
def test_merged_stories_have_one_lead_and_its_jobs(services: Services) -> None:
    one, two = two_stories(services)
    done = decisions.merge(services, two[0], one[0], "ben")
    assert set(stories(services).values()) == {one[0]}
    assert (done.story, done.other_story) == (one[0], two[0])
    with services.db.read() as connection:
        leads = set(connection.scalars(select(ArticleRow.id).where(ArticleRow.role == "lead")))
    assert len(leads) == 1
    assert jobs_of(services) == leads


def test_merged_stories_are_never_split_by_a_second_look(services: Services) -> None:
    """Not even where pages show texts that have nothing in common."""
    ids = [publish(services, n, LEAD, TITLE) for n in range(2)]
    other = publish(services, 2, make_text(2, 2), "A headline unlike the other one")
    decisions.merge(services, ids[0], other, "ben")
    for n, one in enumerate((*ids, other)):
        read_page(services, one, n, f"Headline {n}", f"{make_text(3, n)}\n\n{make_text(4, n)}")
    assert set(stories(services).values()) == {ids[0]}
    assert "story.split" not in events(services)


def test_a_copy_that_the_matching_added_to_a_merged_story_may_leave_again(services: Services) -> None:
    ids = [publish(services, n, LEAD, TITLE) for n in range(2)]
    other = publish(services, 2, make_text(2, 2), "A headline unlike the other one")
    decisions.merge(services, ids[0], other, "ben")
    late = publish(services, 3, LEAD, TITLE)
    assert stories(services)[late] == ids[0]
    for n, one in enumerate(ids):
        read_page(services, one, n, TITLE, own_text(0))
    read_page(services, late, 3, "Quite another headline", f"{make_text(3, 1)}\n\n{make_text(4, 1)}")
    assert stories(services) == {ids[0]: ids[0], ids[1]: ids[0], other: ids[0], late: late}


def test_a_doubtful_match_of_a_merged_article_does_not_take_its_story_along(services: Services) -> None:
    """The article has no link, but it is not alone."""
    one, two = two_stories(services)
    third = publish(services, 4, make_text(3, 3), "A third headline")
    decisions.merge(services, one[0], third, "ben")
    with services.db.read() as connection:
        assert decision_store.kept_together(connection, [third, *two]) == {third}


@pytest.mark.parametrize("again", [False, True])
def test_what_is_one_story_already_or_unknown_is_not_merged(services: Services, again: bool) -> None:
    one, two = two_stories(services)
    decisions.merge(services, one[0], two[0], "ben")
    with pytest.raises(DecisionError, match="are one story already" if again else "no story 99"):
        decisions.merge(services, one[0], two[0] if again else 99, "ben")
    assert count(services, Decision) == 1


def test_the_later_word_of_an_editor_counts(services: Services) -> None:
    """A merge overrules a detachment, a detachment a merge; undoing it restores what it overruled."""
    ids = copies(services, 0, 3)
    decisions.detach(services, ids[1], "anna")
    decisions.merge(services, ids[0], ids[1], "ben")
    assert set(stories(services).values()) == {ids[0]}
    decisions.undo(services, None, "ben")
    match.run(services, ids)
    assert stories(services) == {ids[0]: ids[0], ids[1]: ids[1], ids[2]: ids[0]}


# ---- undo ----------------------------------------------------------------------------------------
def test_undoing_a_detachment_restores_story_and_links(services: Services) -> None:
    ids = copies(services, 0, 3)
    before = (stories(services), links(services))
    decisions.detach(services, ids[1], "anna")
    done = decisions.undo(services, None, "ben")
    assert (stories(services), links(services)) == before
    assert done.message == f"undone: article {ids[1]} is in story {ids[0]} again"
    assert count(services, KeptArticle) == 0
    with services.db.read() as connection:
        row = connection.execute(select(Decision.undone_by, Decision.undone_at)).one()
    assert tuple(row) == ("ben", NOW)


def state(services: Services) -> list[list[tuple[Any, ...]]]:
    """What decisions change: articles, the stories that have articles, links, and rows of decisions."""
    article, story = ArticleRow, Story
    queries = (
        select(article.id, article.story_id, article.role, article.similarity, article.reasons),
        select(story.id, story.lead_id, story.copies, story.mark, story.first_seen_at, story.last_seen_at)
        .where(story.merged_into.is_(None)),
        select(Link.article_id, Link.other_id, Link.similarity, Link.is_provisional, Link.reasons),
        select(KeptArticle.decision_id, KeptArticle.article_id, KeptArticle.side, KeptArticle.story_id),
    )  # fmt: skip
    with services.db.read() as connection:
        return [
            [tuple(row) for row in connection.execute(query.order_by(*query.selected_columns[:2]))]
            for query in queries
        ]


@pytest.mark.parametrize("size", [2, 3, 4])
@pytest.mark.parametrize("place", [0, 1])
def test_undoing_a_detachment_at_once_restores_everything(services: Services, size: int, place: int) -> None:
    """Numbers, roles, leads, links; of the events, those of the decision and of undoing it are added."""
    ids = copies(services, 0, size)
    before, told = state(services), events(services)
    decisions.detach(services, ids[place], "anna")
    done = decisions.undo(services, None, "anna")
    assert state(services) == before
    assert done.message == f"undone: article {ids[place]} is in story {ids[0]} again"
    assert events(services) == [*told, "story.decided", "story.decided"]


@pytest.mark.parametrize("size", [2, 3])
@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("is_turned", [False, True])
def test_undoing_a_detachment_and_a_merge_after_it_restores_each_state(
    services: Services, size: int, place: int, is_turned: bool
) -> None:
    """Whether the article is merged into the story that it left or that one into its own."""
    ids = copies(services, 0, size)
    states, asked = [state(services)], [ids[0]]
    asked.append(decisions.detach(services, ids[place], "anna").other_story)
    states.append(state(services))
    asked.sort(reverse=is_turned)
    assert decisions.merge(services, asked[0], asked[1], "anna").story == ids[0]
    for known in reversed(states):
        decisions.undo(services, None, "anna")
        assert state(services) == known
    assert events(services).count("story.decided") == 4


def test_a_story_that_an_older_article_went_into_keeps_its_id_when_that_is_back(services: Services) -> None:
    """Also if its other articles are as few: the story that was left is the one that remains."""
    [old] = copies(services, 0, 1)
    young = [publish(services, n, make_text(2, 2), "A headline of another text") for n in (1, 2)]
    assert decisions.merge(services, old, young[0], "anna").story == young[0]
    purge(services, young[1])
    before = stories(services)
    assert decisions.detach(services, old, "anna").story == young[0]
    decisions.undo(services, None, "anna")
    assert stories(services) == before == {old: young[0], young[0]: young[0]}


def test_undoing_a_merge_restores_both_stories(services: Services) -> None:
    """What came since stays with the side that it is a copy of."""
    one, two = two_stories(services)
    before = stories(services)
    decisions.merge(services, one[0], two[0], "ben")
    late = publish(services, 5, make_text(2, 2), "A headline unlike the other one")
    assert stories(services)[late] == one[0]
    decisions.undo(services, None, "ben")
    assert stories(services) == {**before, late: two[0]}
    assert jobs_of(services) >= {one[0], two[0]}


def test_undoing_a_merge_whose_founder_was_purged_restores_the_id_of_the_story(services: Services) -> None:
    one, two = two_stories(services)
    decisions.merge(services, one[0], two[0], "ben")
    purge(services, two[0])
    decisions.undo(services, None, "ben")
    assert stories(services) == {one[0]: one[0], one[1]: one[0], two[1]: two[0]}


def test_an_article_that_has_joined_another_story_goes_back_alone(services: Services) -> None:
    ids = copies(services, 0, 3)
    one, two = [publish(services, n, make_text(2, 2), "A headline of another text") for n in (4, 5)]
    decisions.detach(services, ids[1], "anna")
    decisions.merge(services, one, ids[1], "anna")
    with pytest.raises(DecisionError, match="undo that one first"):
        decisions.undo(services, 1, "anna")
    decisions.undo(services, 2, "anna")
    decisions.undo(services, 1, "anna")
    found = stories(services)
    assert found[ids[0]] == found[ids[1]] == found[ids[2]] != found[one] == found[two]


def test_a_merge_within_a_merge_is_undone_last(services: Services) -> None:
    one, two = two_stories(services)
    third = publish(services, 5, make_text(3, 3), "A third headline")
    decisions.merge(services, one[0], two[0], "ben")
    decisions.merge(services, one[0], third, "ben")
    with pytest.raises(DecisionError, match="undo that one first"):
        decisions.undo(services, 1, "ben")
    for _ in range(2):
        decisions.undo(services, None, "ben")
    assert len(set(stories(services).values())) == 3


def test_a_decision_is_undone_once(services: Services) -> None:
    ids = copies(services, 0, 2)
    with pytest.raises(DecisionError, match="there is no decision to undo"):
        decisions.undo(services, None, "anna")
    decisions.detach(services, ids[1], "anna")
    decisions.undo(services, 1, "anna")
    with pytest.raises(DecisionError, match="decision 1 was undone already"):
        decisions.undo(services, 1, "anna")
    with pytest.raises(DecisionError, match="no decision 7"):
        decisions.undo(services, 7, "anna")


def test_a_decision_whose_articles_are_gone_can_be_undone(services: Services) -> None:
    ids = copies(services, 0, 3)
    one, two = [publish(services, n, make_text(2, n), f"Headline {n} of another text") for n in (4, 5)]
    decisions.detach(services, ids[1], "anna")
    decisions.merge(services, one, two, "anna")
    purge(services, ids[1], two)
    assert "has no story to go back to" in decisions.undo(services, 1, "anna").message
    assert "is stored" in decisions.undo(services, 2, "anna").message
    assert stories(services) == {ids[0]: ids[0], ids[2]: ids[0], one: one}


# ---- any order of events -------------------------------------------------------------------------
def assert_kept(services: Services) -> None:
    """Each decision in force holds, and its rows name the stories in which their articles are."""
    with services.db.read() as connection:
        assert_sound(connection)
        story_of = pairs(connection, select(ArticleRow.id, ArticleRow.story_id))
        rows = decision_store.all_rows(connection)
    sides: dict[int, dict[int, set[int]]] = {}
    for row in rows:
        assert story_of[row.article] == row.story
        sides.setdefault(row.decision, {}).setdefault(row.side, set()).add(row.story)
    for found in sides.values():
        assert found.get(Side.DETACHED, set()).isdisjoint(found.get(Side.LEFT, set()))
        assert len(found.get(Side.STAYED, set()) | found.get(Side.WENT, set())) <= 1


@pytest.mark.parametrize("seed", range(3))
def test_decisions_hold_in_any_order_of_events(services: Services, seed: int) -> None:
    """Copies of few texts arrive, pages show other texts, articles are purged, editors decide and undo."""
    rng, outlets = random.Random(seed), dict[int, int]()
    for step in range(60):
        event, known = rng.random(), sorted(stories(services))
        outlet, number = rng.randrange(OUTLETS), rng.randrange(3)
        if event < 0.35 or len(known) < 4:
            text = make_text(40 + number, number)
            new = publish(services, outlet, f"{text} Entry {step}.", f"Title {number} of step {step}")
            outlets[new] = outlet
            continue
        one, other = rng.sample(known, 2)
        try:
            if event < 0.5:
                decisions.detach(services, one, "anna")
            elif event < 0.65:
                decisions.merge(services, stories(services)[one], stories(services)[other], "anna")
            elif event < 0.75:
                decisions.undo(services, rng.choice([None, rng.randint(1, 9)]), "anna")
            elif event < 0.85:
                page = "\n\n".join(
                    [make_text(40 + number, number), *(make_text(50, n) for n in range(step % 9))]
                )
                look_again(services, one, outlets[one], page)
            elif event < 0.92:
                purge(services, one)
            else:
                match.run(services, known)
        except DecisionError:
            pass
        assert_kept(services)


def look_again(services: Services, article: int, outlet: int, text: str) -> None:
    """Match an article again with the text of its page, if that has more than was known."""
    with contextlib.suppress(AssertionError):
        read_page(services, article, outlet, f"Page of {article}", text)


# ---- races ---------------------------------------------------------------------------------------
def together(*actions: Callable[[], object]) -> list[BaseException]:
    """Run actions at the same moment in threads; returns what they raised."""
    gate, raised = threading.Barrier(len(actions)), list[BaseException]()

    def run(action: Callable[[], object]) -> None:
        gate.wait()
        try:
            action()
        except BaseException as exc:  # noqa: BLE001 - reported by the test
            raised.append(exc)

    threads = [threading.Thread(target=run, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_a_detachment_stands_whatever_workers_match_at_the_same_moment(services: Services) -> None:
    """The article is matched again, more copies arrive and one is purged while it is detached."""
    for number in range(20, 25):
        ids = copies(services, 0, 4, number)
        raised = together(
            partial(decisions.detach, services, ids[1], "anna"),
            partial(match.run, services, ids),
            partial(copies, services, 4, 7, number),
            partial(purge, services, ids[2]),
        )
        assert not raised
        match.run(services, [ids[1]])
        assert_kept(services)
        found = stories(services)
        assert [one for one, story in found.items() if story == found[ids[1]]] == [ids[1]]


def test_a_decision_between_the_look_and_the_write_of_a_match_counts(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The match has found its copies already when the article is detached."""
    ids = copies(services, 0, 3)
    apply, waiting = joins.apply, [ids[1]]

    def apply_late(*args: Any) -> None:
        if waiting:
            decisions.detach(services, waiting.pop(), "anna")
        apply(*args)

    monkeypatch.setattr(joins, "apply", apply_late)
    match.run(services, [ids[1]])
    assert stories(services) == {ids[0]: ids[0], ids[1]: ids[1], ids[2]: ids[0]}


def test_decisions_of_several_editors_at_once_are_all_made(services: Services) -> None:
    """Opposite merges do not block each other, and one of two equal decisions is refused."""
    for number in range(3):
        one, two = copies(services, 0, 2, 30 + 2 * number), copies(services, 2, 4, 31 + 2 * number)
        raised = together(
            partial(decisions.merge, services, one[0], two[0], "anna"),
            partial(decisions.merge, services, two[0], one[0], "ben"),
            partial(match.run, services, [*one, *two]),
        )
        assert [type(exc) for exc in raised] == [DecisionError]
        assert len({stories(services)[article] for article in (*one, *two)}) == 1


def test_a_merge_stands_whatever_pages_show_at_the_same_moment(services: Services) -> None:
    ids = [publish(services, n, LEAD, TITLE) for n in range(2)]
    other = publish(services, 2, make_text(2, 2), "A headline unlike the other one")
    raised = together(
        lambda: decisions.merge(services, ids[0], other, "ben"),
        lambda: read_page(services, ids[1], 1, "Headline 1", f"{make_text(3, 1)}\n\n{make_text(4, 1)}"),
    )
    assert not raised
    assert_kept(services)
    with services.db.read() as connection:
        kept = set(connection.scalars(select(KeptArticle.article_id)))
    assert {stories(services)[one] for one in kept} == {stories(services)[other]}


def test_a_decision_is_stored_although_the_ids_of_a_restored_database_are_behind(services: Services) -> None:
    one, two = two_stories(services)
    before = [decisions.detach(services, article, "anna").decision for article in (one[1], two[1])]
    set_back(services.db, "decisions")
    assert decisions.merge(services, one[0], two[0], "anna").decision > max(before)
