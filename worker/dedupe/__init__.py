"""Recognize wire copies: furniture, signatures, match decisions, story leads; pure functions."""

from typing import TYPE_CHECKING

from worker.public_names import import_on_use

if TYPE_CHECKING:
    from worker.dedupe.assembly import (
        KEY_HOLDERS,
        LARGE_STORY,
        Assembly,
        pick_survivor,
        reach,
    )
    from worker.dedupe.compilation import is_minor_part
    from worker.dedupe.digest import has_much_beside
    from worker.dedupe.features import share_of_smaller
    from worker.dedupe.furniture import find_furniture, paragraph_keys
    from worker.dedupe.lead import Arrangement, arrange, elect_lead
    from worker.dedupe.match import (
        MAX_CANDIDATES,
        MAX_KEY_HOLDERS,
        PROVISIONAL_SHINGLES,
        Candidate,
        Decision,
        decide,
        decide_matches,
        rank_candidates,
    )
    from worker.dedupe.relations import decide_relations
    from worker.dedupe.replaced import is_replaced
    from worker.dedupe.signature import Signature, make_signature

__all__ = [
    "KEY_HOLDERS",
    "LARGE_STORY",
    "MAX_CANDIDATES",
    "MAX_KEY_HOLDERS",
    "PROVISIONAL_SHINGLES",
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
    "find_furniture",
    "has_much_beside",
    "is_minor_part",
    "is_replaced",
    "make_signature",
    "paragraph_keys",
    "pick_survivor",
    "rank_candidates",
    "reach",
    "share_of_smaller",
]

# imported on first use: what only shows stories needs no numpy
__getattr__ = import_on_use(
    __name__,
    {
        "worker.dedupe.assembly": "KEY_HOLDERS LARGE_STORY Assembly pick_survivor reach",
        "worker.dedupe.compilation": "is_minor_part",
        "worker.dedupe.digest": "has_much_beside",
        "worker.dedupe.features": "share_of_smaller",
        "worker.dedupe.furniture": "find_furniture paragraph_keys",
        "worker.dedupe.lead": "Arrangement arrange elect_lead",
        "worker.dedupe.match": (
            "MAX_CANDIDATES MAX_KEY_HOLDERS PROVISIONAL_SHINGLES Candidate Decision decide decide_matches "
            "rank_candidates"
        ),
        "worker.dedupe.relations": "decide_relations",
        "worker.dedupe.replaced": "is_replaced",
        "worker.dedupe.signature": "Signature make_signature",
    },
)
