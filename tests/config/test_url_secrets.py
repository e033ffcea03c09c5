"""A password in a URL that cannot be read is not shown."""

import pytest

from worker.config.values import url
from worker.errors import WireroomError


@pytest.mark.parametrize("password", ["SECRET/x", "SECRET:7?x", "[SECRET"])
def test_a_url_that_is_refused_shows_no_password(password: str) -> None:
    with pytest.raises((ValueError, WireroomError)) as caught:
        url(f"http://u:{password}@127.0.0.1:9/feed.xml")
    assert "SECRET" not in str(caught.value)
