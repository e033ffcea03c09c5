"""Fenced processes: what comes back, which limits hold, and that the pool always goes on."""

import pytest

from worker.errors import FencedError
from worker.fence import Fence


def test_a_value_comes_back():
    with Fence("tests.fenced:double") as fence:
        assert [fence.call(n) for n in (1, 2)] == [2, 4]
        assert len(fence.pids) == 1


@pytest.mark.parametrize(
    ("target", "args", "why", "may_pass"),
    [
        ("refuse", ("no article",), "no article", False),
        ("eat", (512,), "more memory than is allowed", False),
        ("descend", (), "nested too deep", False),
        ("sleep", (60.0,), "longer than 2 s", True),
        ("leave", (), "died", True),
    ],
)
def test_what_breaks_a_limit_is_told_in_words_and_the_pool_goes_on(target, args, why, may_pass):
    """Whether once more is worth while is told too: a deadline or a death may be the machine's fault."""
    with Fence(f"tests.fenced:{target}", deadline_s=2.0, memory_bytes=128 * 1024 * 1024) as fence:
        for _ in range(2):
            with pytest.raises(FencedError, match=why) as caught:
                fence.call(*args)
            assert caught.value.may_pass is may_pass
            assert caught.value.trace == ""
            assert "\n" not in str(caught.value)


def test_an_unforeseen_error_comes_with_its_traceback():
    with Fence("tests.fenced:break_down") as fence, pytest.raises(FencedError) as caught:
        fence.call()
    assert str(caught.value) == "KeyError: 'no such thing'"
    assert "tests/fenced.py" in caught.value.trace
    assert not caught.value.may_pass


def test_what_is_printed_does_not_mix_with_the_answers():
    with Fence("tests.fenced:chatter") as fence:
        assert fence.call() == "said"
