"""What is said of a story that lost its mark with the article that declared it."""

from worker.dedupe.lead import MARKS


def _gravity(mark: str) -> int:
    """The place of a mark among all, gravest first."""
    return MARKS.index(mark) if mark in MARKS else len(MARKS)


def describe_loss(before: str, mark: str) -> str:
    """That a story is not marked as before any longer; empty unless its mark now is a lesser one or none."""
    if _gravity(mark) <= _gravity(before):
        return ""
    now = f", but {mark}" if mark else ""
    return f"not marked {before} any longer{now}: no article of its publisher says so"
