"""What several command tests share: the time that lists show, a receiver of webhooks, an installation."""

from datetime import UTC, datetime

import pytest

from tests.support.receivers import hook_receiver


@pytest.fixture(autouse=True)
def shown_at(monkeypatch):
    """The moment at which times are shown where a command gives none, soon after the tests' dates."""
    at = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
    monkeypatch.setattr("worker.views.times._now", lambda: at)
    return at


@pytest.fixture(scope="module")
def posting():
    with hook_receiver() as made:
        yield made


@pytest.fixture
def receiver(posting):
    """An HTTP receiver of webhooks that has received nothing yet."""
    posting.reset()
    return posting


@pytest.fixture
def installation(services, clock, monkeypatch):
    """The services of an empty installation at the time of `clock`, which the commands use."""
    services.clock = clock
    monkeypatch.setattr("worker.flows.services.services", lambda: services)
    monkeypatch.setattr("worker.settings.read_settings", lambda *_: services.settings)
    return services
