"""When a failed extraction job is tried again, by what went wrong."""

import itertools
import random
from datetime import UTC, datetime

import pytest

from worker.errors import FetchError, PermanentFetchError, TransientFetchError
from worker.flows import retries

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR_S = 3600.0


@pytest.mark.parametrize(
    ("error", "first_s", "attempts"),
    [
        (TransientFetchError("timed out"), 60.0, 6),
        (TransientFetchError("503", status=503), 300.0, 6),
        (TransientFetchError("429", status=429), 300.0, 6),
        (PermanentFetchError("403", status=403), HOUR_S, 3),
        (PermanentFetchError("404", status=404), None, 1),
        (PermanentFetchError("the certificate is not valid"), None, 1),
    ],
)
def test_the_first_pause_and_the_number_of_attempts_go_by_what_went_wrong(
    error: FetchError, first_s: float | None, attempts: int
) -> None:
    policy, rng = retries.policy_for(error), random.Random(1)
    first = policy.pause_s(1, rng)
    assert first is None if first_s is None else first_s <= (first or 0) <= 1.2 * first_s
    assert policy.attempts == attempts
    assert policy.pause_s(attempts, rng) is None


@pytest.mark.parametrize("policy", [retries.NETWORK, retries.SERVER, retries.FORBIDDEN, retries.INTERNAL])
def test_pauses_grow_up_to_a_bound_and_are_spread(policy: retries.RetryPolicy) -> None:
    """Jobs that failed together do not come back together."""
    rng = random.Random(1)
    pauses = [policy.pause_s(attempt, rng) or 0.0 for attempt in range(1, policy.attempts)]
    assert all(b > 1.5 * a for a, b in itertools.pairwise(pauses) if b < retries.LONGEST_S)
    assert max(pauses) <= 1.2 * retries.LONGEST_S
    assert len({policy.pause_s(1, rng) for _ in range(20)}) == 20


@pytest.mark.parametrize(("value", "wait_s"), [("120", 120.0), ("soon", 0.0), (None, 0.0)])
def test_what_the_server_asks_for_is_read(value: str | None, wait_s: float) -> None:
    headers = {} if value is None else {"retry-after": value}
    assert retries.retry_after_s(TransientFetchError("503", status=503, headers=headers), NOW) == wait_s
