"""What the tests of several flows share."""

from collections.abc import Iterator

import pytest

from tests.fetch.conftest import Origin


@pytest.fixture
def origin() -> Iterator[Origin]:
    """A scripted HTTP server on loopback."""
    server = Origin()
    yield server
    server.close()
