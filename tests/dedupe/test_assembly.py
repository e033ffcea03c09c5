"""Which links join an article to stories."""

from worker.dedupe import KEY_HOLDERS, Assembly
from worker.records import Match, Role


def assembly_of(*stories: int) -> Assembly:
    """Articles 0, 1, … in these stories, then one more in a story of its own."""
    story_of = dict(enumerate(stories)) | {len(stories): 100}
    return Assembly(story_of, {story: list(stories).count(story) or 1 for story in story_of.values()})


def part_of(article: int, similarity: float = 0.95) -> Match:
    return Match(article, Role.EXCERPT, similarity, is_part=True)


def test_a_story_most_of_whose_copies_are_strangers_is_not_joined_by_a_part() -> None:
    assembly = assembly_of(0, 0, 0, 0)
    assembly.add(4, [part_of(3)], strangers=[0, 1, 2])
    assert assembly.story(4) == 100
    assert not assembly.links


def test_a_few_strangers_among_the_copies_do_not_keep_an_article_out() -> None:
    """Copies differ: excerpts of different parts have little in common."""
    assembly = assembly_of(0, 0, 0, 0)
    assembly.add(4, [part_of(3), part_of(2)], strangers=[0, 1])
    assert assembly.story(4) == 0


def test_a_text_with_half_of_a_copy_and_half_of_its_own_in_common_joins_whatever_its_story_holds() -> None:
    assembly = assembly_of(0, 0, 0, 0)
    assembly.add(4, [Match(3, Role.COPY, 0.8)], strangers=[0, 1, 2])
    assert assembly.story(4) == 0


def test_the_best_match_of_another_story_is_joined_instead() -> None:
    """Strangers in one story do not count against another."""
    assembly = assembly_of(0, 0, 0, 0, 7)
    assembly.add(5, [part_of(3, 0.85), part_of(4, 0.8)], strangers=[0, 1, 2])
    assert assembly.story(5) == 7
    assert assembly.story(3) == 0


def test_two_stories_merge_by_a_sure_match_or_by_two_matches_of_a_story() -> None:
    best = Match(0, Role.COPY, 0.95)
    sure, likely, other = (Match(n, Role.COPY, likeness) for n, likeness in ((2, 0.82), (2, 0.75), (3, 0.65)))
    for matches, merged in (([sure], True), ([likely], False), ([likely, other], True), ([other], False)):
        assembly = assembly_of(0, 0, 7, 7)
        assembly.add(4, [best, *matches])
        assert assembly.story(4) == 0
        assert (assembly.story(2) == 0) is merged


def test_a_likely_match_merges_a_story_of_one_copy() -> None:
    assembly = assembly_of(0, 0, 7)
    assembly.add(3, [Match(0, Role.COPY, 0.95), Match(2, Role.COPY, 0.75)])
    assert assembly.story(2) == 0


def test_in_a_large_story_a_copy_with_much_other_text_can_still_be_found() -> None:
    """Its other text is found by no other copy; an excerpt, or a copy of the whole, may be hidden."""
    found = (
        (Match(3, Role.COPY, 0.95, is_part=True), False),
        (Match(3, Role.EXCERPT, 0.95, is_part=True), True),
        (Match(3, Role.COPY, 0.95), True),
    )
    for match, is_hidden in found:
        assembly = assembly_of(*[0] * (KEY_HOLDERS + 1))
        article = KEY_HOLDERS + 1
        assembly.add(article, [match])
        assert assembly.story(article) == 0
        assert (article in assembly.hidden) is is_hidden
