"""Fenced processes: what comes back, which limits hold, and that the pool always goes on."""

import os
import signal
import time

import pytest

from worker.errors import SandboxError
from worker.sandbox import SandboxPool


def test_a_value_comes_back():
    with SandboxPool("tests.support.sandboxed:double") as fence:
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
    with SandboxPool(
        f"tests.support.sandboxed:{target}", deadline_s=2.0, memory_bytes=128 * 1024 * 1024
    ) as fence:
        for _ in range(2):
            with pytest.raises(SandboxError, match=why) as caught:
                fence.call(*args)
            assert caught.value.may_pass is may_pass
            assert caught.value.trace == ""
            assert "\n" not in str(caught.value)


def test_an_unforeseen_error_comes_with_its_traceback():
    with SandboxPool("tests.support.sandboxed:break_down") as fence, pytest.raises(SandboxError) as caught:
        fence.call()
    assert str(caught.value) == "KeyError: 'no such thing'"
    assert "tests/support/sandboxed.py" in caught.value.trace
    assert not caught.value.may_pass


def test_what_is_printed_does_not_mix_with_the_answers():
    with SandboxPool("tests.support.sandboxed:chatter") as fence:
        assert fence.call() == "said"


def test_a_process_that_a_call_left_behind_is_ended_with_it_and_waited_for_no_longer_than_the_deadline():
    """It holds the pipes open, so that their end says nothing."""
    with SandboxPool("tests.support.sandboxed:multiply", deadline_s=2.0) as fence:
        began = time.monotonic()
        with pytest.raises(SandboxError):
            fence.call(300.0)
        assert time.monotonic() - began < 60


def test_what_earlier_calls_kept_is_not_blamed_on_a_later_one():
    """A child that is full is replaced, and the call made again in a fresh one."""
    with SandboxPool("tests.support.sandboxed:hoard", memory_bytes=128 * 1024 * 1024) as fence:
        assert [fence.call(50) for _ in range(5)] == [1, 2, 1, 2, 1]


def test_a_large_request_and_a_large_answer_pass():
    with SandboxPool("tests.support.sandboxed:echo") as fence:
        value = bytes(range(256)) * 40_000
        assert fence.call(value) == value


def test_a_child_that_stops_reading_is_given_up_at_the_deadline():
    with SandboxPool("tests.support.sandboxed:echo", deadline_s=2.0) as fence:
        fence.call(b"")
        os.kill(fence.pids[0], signal.SIGSTOP)
        with pytest.raises(SandboxError, match="longer than 2 s"):
            fence.call(bytes(10_000_000))
        assert fence.call(b"x") == b"x"
