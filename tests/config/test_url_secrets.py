"""A password in a URL that cannot be read is not shown."""

import pytest

from worker.config.addresses import url
from worker.config.values import BadValueError


@pytest.mark.parametrize(
    "text",
    [
        "http://u:SECRET/x@127.0.0.1:9/feed.xml",
        "http://u:SECRET:7?x@127.0.0.1/feed.xml",
        "http://u:[SECRET@127.0.0.1/feed.xml",
        "http:/u:SECRET@127.0.0.1/feed.xml",
        "u:SECRET@127.0.0.1/feed.xml",
        "ftp://u:SECRET@127.0.0.1/feed.xml",
    ],
)
def test_a_url_that_is_refused_shows_no_password(text: str) -> None:
    with pytest.raises(BadValueError) as caught:
        url(text)
    assert "SECRET" not in str(caught.value)
    assert "auth = {" in str(caught.value), "what to write instead"
