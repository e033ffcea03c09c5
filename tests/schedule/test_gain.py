"""What the adaptive interval is worth, on generated streams that the rule was not shaped on."""

import pytest

from tests.bench.schedule import NEWS_LIKE, SOONER, compare

SEEDS = (301, 302, 303)


@pytest.mark.parametrize("kind", NEWS_LIKE)
def test_entries_of_lively_feeds_are_seen_sooner_at_equal_requests(kind):
    """By the median over all entries, and by the mean too; hardly one leaves the page unseen."""
    found = compare(kind, SEEDS, weeks=3)
    assert found.sooner_median() >= SOONER
    assert found.sooner() > 0.1
    assert found.adaptive.requests < found.wanted.requests * 1.05
    assert found.adaptive.missed <= len(found.adaptive.delays_s) * 0.01


@pytest.mark.parametrize(("kind", "share"), [("blog", 0.15), ("weekly", 0.05), ("dead", 0.05)])
def test_slow_feeds_cost_few_requests(kind, share):
    found = compare(kind, SEEDS, weeks=3)
    assert found.adaptive.requests < share * found.wanted.requests
