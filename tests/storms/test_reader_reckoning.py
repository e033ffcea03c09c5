"""The reckoning of readers finds what is missed and what is doubled, and nothing else."""

from tests.storms.reader_reckoning import faults_of_export, faults_of_pages, last_walk, repeats_of


def page(walk, cursor, *ids, is_last=False):
    return {"walk": walk, "cursor": cursor, "ids": list(ids), "is_last": is_last}


WHOLE = [page(1, "", 4, 3), page(1, "a", 2, 1, is_last=True), page(2, "", 5, 4, 3, 2, 1, is_last=True)]


def faults(*pages, wanted=(1, 2, 3, 4, 5), since=1, is_fixed=True):
    return list(faults_of_pages(pages, wanted, since, is_fixed=is_fixed))


def test_whole_walks_have_no_fault():
    assert faults(*WHOLE) == []
    assert last_walk(WHOLE) == 2
    assert last_walk([]) == 0


def test_a_page_that_was_read_again_after_a_kill_is_no_fault():
    pages = [WHOLE[0], *WHOLE]
    assert faults(*pages) == []
    assert repeats_of(pages) == 1
    assert repeats_of(WHOLE) == 0


def test_a_first_page_that_is_read_again_with_new_items_is_no_fault():
    pages = [page(1, "", 3, 2), page(1, "", 4, 3), page(1, "a", 2, 1, is_last=True), WHOLE[2]]
    assert faults(*pages) == []


def test_an_item_on_two_pages_is_a_fault():
    pages = [page(1, "", 4, 3), page(1, "a", 3, 2, 1, is_last=True), WHOLE[2]]
    assert faults(*pages) == ["walk 1 has items on two pages: 3"]
    assert faults(*pages, is_fixed=False) == []


def test_an_item_that_is_missed_is_a_fault():
    assert faults(*WHOLE, wanted=(1, 2, 3, 4, 5, 6)) == ["1 of 6 missed: 6"]
    assert faults(*WHOLE, wanted=(1, 2, 3, 4)) == ["1 that are not stored: 5"]
    late = [*WHOLE[:2], page(2, "", 5, 4, 2, 1, is_last=True)]
    assert faults(*late) == ["1 of 5 missed: 3", "walk 2 misses items of those before: 3"]


def test_a_walk_must_be_ended_after_all_is_quiet():
    assert faults(*WHOLE, since=2) == ["no walk was ended that began after walk 2"]


def row(number, cursor=None, title="a"):
    return {"id": number, "title": title, **({"cursor": cursor} if cursor else {})}


def test_exported_rows():
    wanted = {1: row(1, title="b"), 2: row(2)}
    first, changed = row(1, "c1"), row(1, "c3", title="b")
    assert list(faults_of_export([first, row(2, "c2"), changed], wanted)) == []
    assert list(faults_of_export([first, row(2, "c2")], wanted)) == [
        "the last row is not the newest state: 1"
    ]
    assert list(faults_of_export([changed], wanted)) == ["1 of 2 missed: 2"]
    doubled = [first, row(2, "c2"), row(2, "c2"), changed]
    assert list(faults_of_export(doubled, wanted)) == ["rows were stored twice: 2"]
    assert list(faults_of_export([row(2), row(2), row(1, title="b")], wanted)) == []
