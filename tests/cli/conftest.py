"""A time of day for what commands show, so that the tests' dates are always of the last half year."""

from datetime import UTC, datetime

import pytest


@pytest.fixture(autouse=True)
def shown_at(monkeypatch):
    """The moment at which times are shown, where a command gives none."""
    at = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
    monkeypatch.setattr("worker.views.times._now", lambda: at)
    return at
