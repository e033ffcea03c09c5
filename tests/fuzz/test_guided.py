"""The fuzzer runs all its targets, and reports what it finds with the input."""

import random
from pathlib import Path

import pytest

from tests.fuzz import guided
from tests.fuzz.targets import TARGETS, Target


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_reads_its_seeds_and_changed_ones(name: str) -> None:
    target, rng = TARGETS[name], random.Random(1)
    texts = [*target.seeds, *(guided.mutate(rng.choice(target.seeds), target.seeds, rng) for _ in range(20))]
    assert [fault for data in texts if (fault := guided.run_one(target, data))] == []


def test_a_fault_is_reported_with_its_input(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def act(data: bytes) -> None:
        if b"9999" in data:
            raise KeyError("nines")
        raise ValueError("expected")

    monkeypatch.setattr(guided, "FOUND", tmp_path / "found")
    monkeypatch.setitem(TARGETS, "odd", Target(act, (b"a",), (ValueError,)))
    calls, [found] = guided.fuzz("odd", seconds=20.0, seed=1)
    assert calls > 1
    assert found.startswith("odd: KeyError: 'nines'")
    [path] = (tmp_path / "found").iterdir()
    assert b"9999" in path.read_bytes()


def test_a_slow_call_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guided, "SLOW_S", -1.0)
    assert "took" in str(guided.run_one(Target(len, ()), b"x"))
