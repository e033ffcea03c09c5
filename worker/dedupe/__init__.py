"""Wire copies: furniture, signatures, the decision, the lead; pure functions."""

from worker.dedupe.furniture import FURNITURE_SIGHTINGS, paragraph_keys
from worker.dedupe.lead import elect_lead, role_of
from worker.dedupe.match import MAX_CANDIDATES, MAX_KEY_HOLDERS, Candidate, decide_match, rank_candidates
from worker.dedupe.signature import Signature, make_signature

__all__ = [
    "FURNITURE_SIGHTINGS",
    "MAX_CANDIDATES",
    "MAX_KEY_HOLDERS",
    "Candidate",
    "Signature",
    "decide_match",
    "elect_lead",
    "make_signature",
    "paragraph_keys",
    "rank_candidates",
    "role_of",
]
