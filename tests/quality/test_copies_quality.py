"""Quality gate: copy recognition on labeled streams, pinned a little below what was measured."""

import gzip
import itertools
import json
import os
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from worker.flows.cluster import run
from worker.records import Document

SHARED = Path(os.environ.get("WIREROOM_SHARED", Path(__file__).parents[3] / "shared")) / "dedupe"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason=f"no labeled streams in {SHARED}")

# set, view -> lowest precision and recall
GATES = [
    ("real_reuters_dev", "full", 0.955, 0.90),
    ("wiresim_dev", "full", 0.995, 0.98),
    ("wiresim_dev", "short", 0.98, 0.92),
    ("wiresim_ko", "full", 0.99, 0.99),
    ("wiresim_ja", "full", 0.99, 0.99),
    ("wiresim_zh", "full", 0.99, 0.99),
]


def read(name, view):
    with gzip.open(SHARED / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = sorted(map(json.loads, lines), key=lambda row: row["t"])
    for row in rows:
        text = row["body"] if view == "full" else row.get("summary") or row["body"][:200]
        at = datetime.fromisoformat(row["t"]).replace(tzinfo=UTC)
        yield Document(row["id"], row["title"], text, row["src"], row.get("lang"), at), row["gold"]


def pairs(labels):
    groups = defaultdict(list)
    for place, label in enumerate(labels):
        groups[label].append(place)
    return {pair for group in groups.values() for pair in itertools.combinations(group, 2)}


@pytest.mark.parametrize(("name", "view", "precision", "recall"), GATES)
def test_pairs_of_copies_are_recognized(name, view, precision, recall):
    if not (SHARED / f"{name}.jsonl.gz").exists():
        pytest.skip(f"no {name}")
    rows = list(read(name, view))
    said = pairs([placed.story for placed in run((d, d.published_at) for d, _ in rows)])
    true = pairs([gold for _, gold in rows])
    unsure = json.loads((SHARED / "uncertain.json").read_text(encoding="utf-8"))["uncertain"]
    ids = [d.id for d, _ in rows]
    ignored = {tuple(sorted(pair)) for pair in unsure}
    wrong = [p for p in said - true if tuple(sorted((ids[p[0]], ids[p[1]]))) not in ignored]
    hits = len(said & true)
    assert hits / (hits + len(wrong)) >= precision
    assert hits / len(true) >= recall
