"""Stories: merges, pointers, exactly one lead, and what a purge leaves."""

import itertools
import threading

import pytest
from sqlalchemy import func, select

from tests.store.samples import NOW, add, join, later, make_feed, purge, sync
from worker.flows import joins
from worker.records import Match, Role
from worker.store import copy_links as link_store
from worker.store import paragraphs as paragraph_store
from worker.store import pruning
from worker.store import sketches as sketch_store
from worker.store import stories as story_store
from worker.store.models import ArticleRow, SignatureRow, SketchKey, Story, Tombstone


@pytest.fixture
def feeds(database):
    with database.write() as connection:
        sync(connection, *(make_feed(name) for name in "abcd"), make_feed("wire", agency="Yonhap"))
    return database


def assert_sound(connection):
    """Every article in one living story; copies counted; exactly one lead, the one the story names."""
    living = {row.id: row for row in connection.execute(select(Story.__table__)) if row.merged_into is None}
    members = {story: [] for story in living}
    for row in connection.execute(select(ArticleRow.id, ArticleRow.story_id, ArticleRow.role)):
        members[row.story_id].append(row)
    for story, rows in members.items():
        assert [row.id for row in rows if row.role == "lead"] == [living[story].lead_id]
        assert living[story].copies == len(rows)
    for row in connection.execute(select(Story.merged_into).where(Story.merged_into.is_not(None))):
        assert row.merged_into in living


def story_of(connection, article):
    return connection.scalar(select(ArticleRow.story_id).where(ArticleRow.id == article))


def test_two_new_stories_merge_into_the_older_one(feeds):
    with feeds.write() as connection:
        [first], [second] = add(connection, "a", "x"), add(connection, "b", "x", now=later(60))
        assert join(connection, second, first) == first
        assert_sound(connection)
        story = connection.execute(select(Story.__table__).where(Story.id == first)).mappings().one()
        assert (story["first_seen_at"], story["last_seen_at"]) == (NOW, later(60))
        gone = connection.execute(select(Story.__table__).where(Story.id == second)).mappings().one()
        assert (gone["merged_into"], gone["copies"]) == (first, 0)


def test_a_story_of_several_copies_survives_one_of_a_single_article(feeds):
    """A story id that readers may know stays, even when an older article joins late."""
    with feeds.write() as connection:
        ids = [add(connection, feed, "x")[0] for feed in "abc"]
        join(connection, ids[2], ids[1])
        assert join(connection, ids[0], ids[2]) == ids[1]
        assert_sound(connection)


def test_of_two_stories_of_several_copies_the_older_stays(feeds):
    with feeds.write() as connection:
        ids = [add(connection, feed, "x")[0] for feed in "abcd"]
        join(connection, ids[1], ids[0])
        join(connection, ids[3], ids[2])
        assert join(connection, ids[0], ids[3]) == ids[0]
        assert {story_of(connection, article) for article in ids} == {ids[0]}
        assert_sound(connection)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_joins_in_any_order_end_in_one_sound_story(feeds, order):
    with feeds.write() as connection:
        ids = [add(connection, feed, "x")[0] for feed in "abcd"]
        pairs = [(ids[1], ids[0]), (ids[2], ids[1]), (ids[3], ids[2])]
        for number in order:
            article, other = pairs[number]
            join(connection, article, other)
            assert_sound(connection)
        assert len({story_of(connection, article) for article in ids}) == 1


def test_story_facts_follow_pointers_to_where_a_story_is_now(feeds):
    """An id that was ever shown still leads to its story, over several merges."""
    with feeds.write() as connection:
        ids = [add(connection, feed, "x")[0] for feed in "abcd"]
        join(connection, ids[3], ids[2])
        join(connection, ids[1], ids[0])
        join(connection, ids[2], ids[0])
        for article in ids:
            assert story_store.story_facts(connection, article) == {"id": ids[0], "lead": ids[0]}
        assert story_store.story_facts(connection, 999) is None


def test_the_agencys_own_takes_the_lead_when_it_comes(feeds):
    with feeds.write() as connection:
        [copy], [wire] = add(connection, "a", "x"), add(connection, "wire", "x")
        join(connection, wire, copy)
        assert story_store.story_facts(connection, copy) == {"id": copy, "lead": wire}
        assert_sound(connection)


def test_locked_stories_are_those_of_the_articles_that_are_still_there(feeds):
    with feeds.write() as connection:
        [first], [second] = add(connection, "a", "x"), add(connection, "b", "x")
        assert story_store.lock_stories(connection, [second, first]) == {first: first, second: second}
        assert story_store.lock_stories(connection, [first, 999]) == {first: first}
        join(connection, second, first)
        assert story_store.lock_stories(connection, [second, first]) == {first: first, second: first}


def test_who_waited_for_a_lock_sees_what_was_merged_meanwhile(feeds):
    """The second of two joins that meet works on the story that the first one made."""
    with feeds.write() as connection:
        ids = [add(connection, feed, "x")[0] for feed in "abc"]
    locked, result = threading.Event(), []

    def second_join():
        locked.wait()
        with feeds.write() as connection:
            result.append(story_store.lock_stories(connection, ids[1:]))
            join(connection, ids[2], ids[1])

    thread = threading.Thread(target=second_join)
    thread.start()
    with feeds.write() as connection:
        story_store.lock_stories(connection, ids[:2])
        locked.set()
        thread.join(0.3)  # it waits for our locks now
        join(connection, ids[1], ids[0])
    thread.join()
    assert result == [{ids[2]: ids[2], ids[1]: ids[0]}]
    with feeds.read() as connection:
        assert_sound(connection)
        assert {story_of(connection, article) for article in ids} == {ids[0]}


def test_keys_find_recent_holders_and_skip_those_that_many_hold(feeds):
    with feeds.write() as connection:
        [old] = add(connection, "a", "old", keys=(1, 2), seen_at=later(-1000))
        [young] = add(connection, "b", "young", keys=(1, 2))
        crowd = add(connection, "c", *(f"{n}" for n in range(5)), keys=(2, 3))
        since = int(later(-10).timestamp())
        found = sketch_store.key_holders(connection, [1, 2, 3, 4], since=since, max_holders=5)
        assert {key: sorted(held) for key, held in found.items()} == {1: [young], 3: crowd}
        assert sketch_store.key_holders(connection, [], since=0, max_holders=5) == {}
        sketch_store.drop_keys(connection, [young])
        assert sketch_store.key_holders(connection, [1], since=0, max_holders=5) == {1: [old]}


def test_a_sketch_comes_back_with_its_keys(feeds):
    keys = tuple(range(-3, 30))
    with feeds.write() as connection:
        [article] = add(connection, "a", "x", keys=keys)
        [found] = sketch_store.load_sketches(connection, [article, article + 1])
        assert (found.article, found.source, found.keys) == (article, "a", keys)
        assert (found.signature, found.seen_at) == (b"signature", int(NOW.timestamp()))


def test_members_show_lead_election_agency_length_and_take(feeds):
    with feeds.write() as connection:
        [copy] = add(connection, "a", "x", text="12345")
        [wire] = add(connection, "wire", "x", text=None, summary="123")
        join(connection, wire, copy)
        [members] = story_store.load_members(connection, [copy]).values()
        facts = sorted((m.facts.article, m.facts.source, m.facts.length, m.facts.is_agency) for m in members)
        assert facts == [(copy, "a", 5, False), (wire, "wire", 3, True)]


def test_an_article_shows_its_best_link_and_none_when_all_are_cut(feeds):
    def shown(connection, article):
        query = select(ArticleRow.similarity, ArticleRow.reasons).where(ArticleRow.id == article)
        return tuple(connection.execute(query).one())

    with feeds.write() as connection:
        ids = [add(connection, feed, "x")[0] for feed in "abc"]
        good = Match(ids[0], Role.EXCERPT, 0.75, {"containment": 0.9, "provisional": True})
        fair = Match(ids[1], Role.COPY, 0.7)
        link_store.put_links(connection, {(ids[2], ids[0]): good, (ids[2], ids[1]): fair})
        link_store.refresh_matches(connection, ids)
        assert shown(connection, ids[2]) == (0.75, {"matched": ids[0], **good.reasons})
        assert shown(connection, ids[0]) == (None, None)
        assert [(k.article, k.other, k.is_provisional) for k in link_store.links_of(connection, ids[:1])] == [
            (ids[2], ids[0], True)
        ]
        link_store.drop_links(connection, [(ids[2], ids[0]), (ids[2], ids[1])])
        link_store.refresh_matches(connection, ids)
        assert shown(connection, ids[2]) == (None, None)


def test_those_that_leave_get_back_the_story_that_the_oldest_of_them_founded(feeds):
    """Pointers of what was merged with them follow; nothing points into the void."""
    with feeds.write() as connection:
        ids = [add(connection, feed, "x")[0] for feed in "abcd"]
        join(connection, ids[1], ids[0])
        join(connection, ids[3], ids[2])
        join(connection, ids[2], ids[1])
        back = story_store.split(connection, ids[0], ids[2:], NOW)
        joins.repair_stories(connection, [ids[0], back], NOW)
        assert back == ids[2]
        assert_sound(connection)
        for article in ids[2:]:
            assert story_store.story_facts(connection, article) == {"id": ids[2], "lead": ids[2]}
        assert story_store.story_facts(connection, ids[1]) == {"id": ids[0], "lead": ids[0]}


def test_those_whose_own_story_exists_without_them_get_a_new_id(feeds):
    """No story or article has it, and no later article gets it."""
    with feeds.write() as connection:
        ids = [add(connection, feed, "x")[0] for feed in "abcd"]
        for article in ids[1:3]:
            join(connection, article, ids[0])
        first = story_store.split(connection, ids[0], ids[:1], NOW)
        joins.repair_stories(connection, [ids[0], first], NOW)
        join(connection, ids[0], ids[3])
        second = story_store.split(connection, ids[3], ids[:1], NOW)
        joins.repair_stories(connection, [ids[3], second], NOW)
        later = [add(connection, feed, "y")[0] for feed in "ab"]
        assert len({*ids, first, second, *later}) == 8
        assert story_store.story_facts(connection, first) == {"id": ids[3], "lead": ids[3]}
        assert story_store.story_facts(connection, second) == {"id": second, "lead": ids[0]}
        assert story_store.story_facts(connection, ids[0]) == {"id": ids[0], "lead": ids[1]}
        assert_sound(connection)


# ---- pruning -------------------------------------------------------------------------------------
def test_a_purged_lead_leaves_a_tombstone_and_a_sound_story(feeds):
    with feeds.write() as connection:
        ids = [add(connection, feed, f"key {feed}", keys=(1,))[0] for feed in "abc"]
        join(connection, ids[1], ids[0])
        join(connection, ids[2], ids[0])
        assert purge(connection, "a", later(1), later(2), 10) == 1
        assert_sound(connection)
        assert story_store.story_facts(connection, ids[0]) == {"id": ids[0], "lead": ids[1]}
        tomb = connection.execute(select(Tombstone.feed_id, Tombstone.entry_key, Tombstone.purged_at)).one()
        assert tuple(tomb) == ("a", "key a", later(2))
        assert set(connection.scalars(select(SketchKey.article_id))) == set(ids[1:])
        assert set(connection.scalars(select(SignatureRow.article_id))) == set(ids[1:])


def test_a_story_ends_with_its_last_article(feeds):
    with feeds.write() as connection:
        ids = [add(connection, feed, "x")[0] for feed in "ab"]
        join(connection, ids[1], ids[0])
        for feed in "ab":
            purge(connection, feed, later(1), later(2), 10)
        assert connection.scalar(select(func.count()).select_from(Story)) == 0


def test_a_purge_takes_only_old_articles_of_its_feed_and_at_most_the_limit(feeds):
    with feeds.write() as connection:
        add(connection, "a", "1", "2", "3")
        add(connection, "a", "young", now=later(50))
        add(connection, "b", "1")
        assert purge(connection, "a", later(10), later(60), 2) == 2
        assert purge(connection, "a", later(10), later(60), 2) == 1
        assert purge(connection, "a", later(10), later(60), 2) == 0
        assert set(connection.scalars(select(ArticleRow.entry_key))) == {"young", "1"}
        assert_sound(connection)


def test_the_id_of_a_purged_article_is_never_given_again(feeds):
    """A story keeps its founder's id when the founder is purged; a new article must not get it."""
    with feeds.write() as connection:
        ids = [add(connection, feed, "x")[0] for feed in "ab"]
        join(connection, ids[1], ids[0])
        purge(connection, "b", later(1), later(2), 10)
        [new] = add(connection, "c", "x", now=later(3))
        assert new > ids[1]
        assert_sound(connection)


def test_old_sketches_and_furniture_are_forgotten_in_batches(feeds):
    with feeds.write() as connection:
        add(connection, "a", "1", "2", keys=(1,), paragraphs=(5, 6), seen_at=later(-1000))
        [young] = add(connection, "a", "3", keys=(1,), paragraphs=(6,))
        before = int(later(-10).timestamp())
        assert len(sketch_store.prune_sketches(connection, before, 1)) == 1
        assert len(sketch_store.prune_sketches(connection, before, 10)) == 1
        assert list(connection.scalars(select(SketchKey.article_id))) == [young]
        assert pruning.prune_paragraphs(connection, before, 10) == 1
        assert paragraph_store.paragraph_counts(connection, "a", [5, 6]) == {6: 3}
