"""What a batch of articles keeps in memory while they are matched."""

from tests.flows.test_decoded import stored
from worker.flows.match_batch import MatchBatch
from worker.store.sketches import Stored


def sketch(article: int, data: bytes) -> Stored:
    return Stored(article, "a", (), data, seen_at=0, is_page=False, revision=0)


def test_texts_around_a_candidate_are_decoded_when_asked_for_and_not_kept() -> None:
    sketches = {article: sketch(article, stored(article)) for article in range(1, 6)}
    sketches[3] = sketch(3, b"of an older version")
    batch = MatchBatch([sketches[5]], {}, {}, {}, sketches, around={4: [1, 2, 3, 5]})
    [known] = batch.candidates([2])
    found = list(batch.before(5, 4))
    assert [one.article for one in found] == [1, 2]
    assert found[1] is known
    assert batch.decoded == {2: known}
