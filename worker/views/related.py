"""Phrases for what editors decided about a story, and for what its articles contain or quote."""

from collections.abc import Mapping, Sequence
from typing import Any

from worker.views.times import show_time

MAX_RELATED = 10
RELATION_WORDS = {
    "contains": "contains most of",
    "quotes": "quotes",
    "contained_in": "is mostly contained in",
    "quoted_in": "is quoted in",
}


def decision_words(row: Mapping[str, Any]) -> str:
    """An editor's decision with its number, who made it, and when."""
    did = (
        f"article {row['article']} detached from story {row['story']}"
        if row["kind"] == "detach"
        else f"story {row['other_story']} merged into story {row['story']}"
    )
    return f"Decision {row['id']} of {row['by']}, {show_time(row['at'])}: {did}."


def relation_words(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """What an article contains or quotes, and what contains or quotes it: a phrase for each, at most ten."""
    told = [
        f"{RELATION_WORDS[row['kind']]} article {row['article']} of {row['feed']} (story {row['story']})"
        for row in rows[:MAX_RELATED]
    ]
    left = len(rows) - len(told)
    return [*told, *([f"and {left} more related articles"] if left else [])]
