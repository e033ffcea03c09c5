"""Recognize wire copies: furniture, signatures, match decisions, story leads; pure functions."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from worker.dedupe.assembly import (
        KEY_HOLDERS,
        LARGE_STORY,
        Assembly,
        pick_survivor,
    )
    from worker.dedupe.furniture import FURNITURE_SIGHTINGS, paragraph_keys
    from worker.dedupe.lead import Arrangement, arrange, elect_lead
    from worker.dedupe.match import (
        MAX_CANDIDATES,
        MAX_KEY_HOLDERS,
        Candidate,
        Decision,
        decide,
        decide_matches,
        rank_candidates,
    )
    from worker.dedupe.relations import decide_relations
    from worker.dedupe.signature import Signature, make_signature

__all__ = [
    "FURNITURE_SIGHTINGS",
    "KEY_HOLDERS",
    "LARGE_STORY",
    "MAX_CANDIDATES",
    "MAX_KEY_HOLDERS",
    "Arrangement",
    "Assembly",
    "Candidate",
    "Decision",
    "Signature",
    "arrange",
    "decide",
    "decide_matches",
    "decide_relations",
    "elect_lead",
    "make_signature",
    "paragraph_keys",
    "pick_survivor",
    "rank_candidates",
]

# imported on first use: what only shows stories needs no numpy
_MODULES = {
    "KEY_HOLDERS": "worker.dedupe.assembly",
    "LARGE_STORY": "worker.dedupe.assembly",
    "Assembly": "worker.dedupe.assembly",
    "pick_survivor": "worker.dedupe.assembly",
    "FURNITURE_SIGHTINGS": "worker.dedupe.furniture",
    "paragraph_keys": "worker.dedupe.furniture",
    "Arrangement": "worker.dedupe.lead",
    "arrange": "worker.dedupe.lead",
    "elect_lead": "worker.dedupe.lead",
    "MAX_CANDIDATES": "worker.dedupe.match",
    "MAX_KEY_HOLDERS": "worker.dedupe.match",
    "Candidate": "worker.dedupe.match",
    "Decision": "worker.dedupe.match",
    "decide": "worker.dedupe.match",
    "decide_matches": "worker.dedupe.match",
    "rank_candidates": "worker.dedupe.match",
    "decide_relations": "worker.dedupe.relations",
    "Signature": "worker.dedupe.signature",
    "make_signature": "worker.dedupe.signature",
}


def __getattr__(name: str) -> Any:
    """Import the module that defines a public name when the name is first used."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_MODULES[name]), name)
    return value
