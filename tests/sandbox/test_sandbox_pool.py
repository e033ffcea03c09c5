"""Sandboxed processes return values and errors, keep their limits, and the pool survives every failure."""

import os
import signal
import time

import pytest

from worker.errors import SandboxBrokenError, SandboxError
from worker.sandbox import SandboxPool
from worker.sandbox.pool import _too_late


def test_a_value_is_returned():
    with SandboxPool("tests.support.sandboxed:double") as sandbox:
        assert [sandbox.call(n) for n in (1, 2)] == [2, 4]
        assert len(sandbox.pids) == 1


def test_the_same_child_calls_other_functions():
    with SandboxPool("tests.support.sandboxed:double") as sandbox:
        assert sandbox.call(1) == 2
        assert sandbox.call_other("tests.support.sandboxed:echo", b"x") == b"x"
        pids = sandbox.pids
        with pytest.raises(SandboxBrokenError, match="no_such_function"):
            sandbox.call_other("tests.support.sandboxed:no_such_function")
        assert len(pids) == 1
        assert sandbox.call(2) == 4


@pytest.mark.parametrize(
    ("target", "args", "why", "may_pass"),
    [
        ("refuse", ("no article",), "no article", False),
        ("eat", (512,), "more memory than is allowed", False),
        ("descend", (), "nested too deeply", False),
        ("sleep", (60.0,), "longer than 2 s", True),
        ("leave", (), "died", True),
    ],
)
def test_a_broken_limit_is_reported_and_the_pool_continues(target, args, why, may_pass):
    """The error also says whether a retry is worthwhile: a deadline or a death may be environmental."""
    with SandboxPool(
        f"tests.support.sandboxed:{target}", deadline_s=2.0, memory_bytes=128 * 1024 * 1024
    ) as sandbox:
        for _ in range(2):
            with pytest.raises(SandboxError, match=why) as caught:
                sandbox.call(*args)
            assert caught.value.may_pass is may_pass
            assert caught.value.trace == ""
            assert "\n" not in str(caught.value)


@pytest.mark.parametrize("target", ["broken_import:double", "sandboxed:import_late"])
def test_code_that_cannot_be_imported_is_named_and_no_input_is_blamed(target):
    with SandboxPool(f"tests.support.{target}") as sandbox:
        for _ in range(2):
            with pytest.raises(SandboxBrokenError, match="No module named 'no_such_package_here'") as caught:
                sandbox.call(1)
            assert "wireroom doctor" in str(caught.value)
            assert not caught.value.is_limit
    assert sandbox.pids == []


@pytest.mark.parametrize(("target", "how"), [("leave", "(status 3)"), ("kill_itself", "(Killed)")])
def test_the_status_of_a_dead_process_is_its_own(target, how):
    with SandboxPool(f"tests.support.sandboxed:{target}") as sandbox:
        with pytest.raises(SandboxError, match="died") as caught:
            sandbox.call()
        assert how in str(caught.value)


def test_an_unexpected_error_has_its_traceback():
    with SandboxPool("tests.support.sandboxed:break_down") as sandbox, pytest.raises(SandboxError) as caught:
        sandbox.call()
    assert str(caught.value) == "KeyError: 'no such thing'"
    assert "tests/support/sandboxed.py" in caught.value.trace
    assert not caught.value.may_pass


def test_printed_output_does_not_mix_with_results():
    with SandboxPool("tests.support.sandboxed:chatter") as sandbox:
        assert sandbox.call() == "said"


def test_a_process_left_behind_by_a_call_is_killed_at_the_deadline():
    """It keeps the pipes open, so their end cannot be detected."""
    with SandboxPool("tests.support.sandboxed:multiply", deadline_s=2.0) as sandbox:
        began = time.monotonic()
        with pytest.raises(SandboxError):
            sandbox.call(300.0)
        assert time.monotonic() - began < 60


def test_memory_kept_by_earlier_calls_does_not_fail_a_later_one():
    """A child out of memory is replaced, and the call is retried in a fresh one."""
    with SandboxPool("tests.support.sandboxed:hoard", memory_bytes=128 * 1024 * 1024) as sandbox:
        assert [sandbox.call(50) for _ in range(5)] == [1, 2, 1, 2, 1]


def test_a_large_request_and_a_large_result_are_transferred():
    with SandboxPool("tests.support.sandboxed:echo") as sandbox:
        value = bytes(range(256)) * 40_000
        assert sandbox.call(value) == value


def test_a_call_that_did_not_get_the_cpu_was_slow_because_the_machine_was_busy():
    """A stopped process is one that did not run, like one that waits for a CPU."""
    with SandboxPool("tests.support.sandboxed:echo", deadline_s=8.0) as sandbox:
        sandbox.call(b"")
        os.kill(sandbox.pids[0], signal.SIGSTOP)
        with pytest.raises(
            SandboxError, match=r"the machine was busy: .* longer than 8 s, of which it ran for"
        ) as caught:
            sandbox.call(b"x" * 10_000_000)
    assert caught.value.is_busy


@pytest.mark.parametrize(
    ("used_s", "state", "is_busy"),
    [
        (3.0, "R", True),
        (28.0, "R", False),  # it is the input that takes so long
        (0.1, "S", False),  # its code sleeps
        (0.1, "D", True),
        (0.0, "", False),  # not known
    ],
)
def test_only_a_process_that_waits_for_the_machine_is_held_up_by_it(used_s, state, is_busy):
    error = _too_late(30.0, used_s, state)
    assert error.is_busy is is_busy
    assert error.may_pass
    assert ("busy" in str(error)) is is_busy


def test_a_child_that_stops_reading_is_killed_at_the_deadline():
    with SandboxPool("tests.support.sandboxed:echo", deadline_s=2.0) as sandbox:
        sandbox.call(b"")
        os.kill(sandbox.pids[0], signal.SIGSTOP)
        with pytest.raises(SandboxError, match="longer than 2 s"):
            sandbox.call(bytes(10_000_000))
        assert sandbox.call(b"x") == b"x"


def test_a_call_whose_new_child_is_killed_from_elsewhere_is_made_once_more(tmp_path):
    """One death says little about the input; a second one, of another new child, does."""
    counted = tmp_path / "calls"
    with SandboxPool("tests.support.sandboxed:die_once") as sandbox:
        assert sandbox.call(str(counted)) == 2
    with SandboxPool("tests.support.sandboxed:leave") as sandbox:
        with pytest.raises(SandboxError, match="died"):
            sandbox.call()
        assert sandbox.pids == []
