"""Programs that read by cursors during a storm of kills have every article, each once."""

import pytest

from tests.storms import readers


@pytest.mark.e2e
@pytest.mark.timeout(900)
def test_readers_that_are_killed_miss_nothing_and_double_nothing(tmp_path, capsys):
    assert readers.run(tmp_path, None, seed=3, kills=8) == []
    assert "follow: " in capsys.readouterr().out
