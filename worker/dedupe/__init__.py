"""Recognize wire copies: furniture, signatures, match decisions, story leads; pure functions."""

from worker.dedupe.furniture import FURNITURE_SIGHTINGS, paragraph_keys
from worker.dedupe.lead import Arrangement, arrange, elect_lead
from worker.dedupe.match import (
    MAX_CANDIDATES,
    MAX_KEY_HOLDERS,
    Candidate,
    decide_match,
    decide_matches,
    rank_candidates,
)
from worker.dedupe.signature import Signature, make_signature

__all__ = [
    "FURNITURE_SIGHTINGS",
    "MAX_CANDIDATES",
    "MAX_KEY_HOLDERS",
    "Arrangement",
    "Candidate",
    "Signature",
    "arrange",
    "decide_match",
    "decide_matches",
    "elect_lead",
    "make_signature",
    "paragraph_keys",
    "rank_candidates",
]
