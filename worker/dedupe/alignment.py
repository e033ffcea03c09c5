"""Align two sequences: exactly where that is cheap, by rare runs where it is not.

The work is bounded: up to MAX_CELLS a longest common subsequence by bit vectors (Hyyrö, "Bit-parallel
LCS-length computation revisited", 2004); larger inputs are first split at runs that occur once on each side.
A part without such a run counts as entirely different.
"""

from bisect import bisect_left
from collections.abc import Hashable, Iterator, Sequence
from itertools import takewhile

import numpy as np

from worker.dedupe.text import U64, hash_tokens, shingle_hashes

MAX_CELLS = 60_000_000  # bits: 7.5 MB
MAX_CUTS = 8  # how often a part is split at rare runs
RARE_RUN = 4  # units; single words recur, four in a row rarely do
_SALT = 0x5EED

Run = tuple[int, int, int]  # start in a, start in b, length
Box = tuple[int, int, int, int]  # start and stop in a, start and stop in b


def align(a: Sequence[str], b: Sequence[str]) -> list[Run]:
    """Return the runs that two sequences share, in order; no two of them are adjacent on both sides."""
    matches: list[Run] = []
    waiting: list[tuple[Box, int]] = [((0, len(a), 0, len(b)), 0)]
    while waiting:
        whole, cuts = waiting.pop()
        a0, a1, b0, b1 = box = _trim(a, b, whole)
        matches += ((whole[0], whole[2], a0 - whole[0]), (a1, b1, whole[1] - a1))
        if (a1 - a0) * (b1 - b0) <= MAX_CELLS:
            matches += ((a0 + i, b0 + j, 1) for i, j in common_pairs(a[a0:a1], b[b0:b1]))
        elif cuts < MAX_CUTS:
            rare = [(a0 + i, b0 + j, 1) for i, j in _rare_pairs(a[a0:a1], b[b0:b1])]
            matches += rare
            waiting += ((inner, cuts + 1) for inner in gaps(rare, box) if rare)
    return merge_runs(matches)


def gaps(runs: Sequence[Run], box: Box) -> Iterator[Box]:
    """Yield the parts before, between and after runs, including empty ones: one more than there are runs."""
    a0, a1, b0, b1 = box
    for i, j, size in runs:
        yield a0, i, b0, j
        a0, b0 = i + size, j + size
    yield a0, a1, b0, b1


def _trim(a: Sequence[str], b: Sequence[str], box: Box) -> Box:
    """Return the box without its common prefix and suffix."""
    a0, a1, b0, b1 = box
    span = min(a1 - a0, b1 - b0)
    head = sum(1 for _ in takewhile(lambda n: a[a0 + n] == b[b0 + n], range(span)))
    tail = sum(1 for _ in takewhile(lambda n: a[a1 - 1 - n] == b[b1 - 1 - n], range(span - head)))
    return a0 + head, a1 - tail, b0 + head, b1 - tail


def common_pairs(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Return the positions of a longest common subsequence, last first; bits represent the shorter side."""
    if len(a) > len(b):
        return [(i, j) for j, i in common_pairs(b, a)]
    places: dict[Hashable, int] = {}
    for i, unit in enumerate(a):
        places[unit] = places.get(unit, 0) | 1 << i
    full = (1 << len(a)) - 1
    row, rows = full, []
    for unit in b:
        if here := row & places.get(unit, 0):
            row = ((row + here) | (row - here)) & full
        rows.append(row)
    return _backtrace(rows, len(a))


def common_runs(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[Run]:
    """Return the runs of a longest common subsequence, in order; no two are adjacent on both sides."""
    if a == b:
        return [(0, 0, len(a))] if a else []
    runs = []
    first, second, size = 0, 0, 0
    for i, j in reversed(common_pairs(a, b)):
        if i - first == size == j - second:
            size += 1
            continue
        if size:
            runs.append((first, second, size))
        first, second, size = i, j, 1
    return [*runs, (first, second, size)] if size else runs


def _backtrace(rows: Sequence[int], columns: int) -> list[tuple[int, int]]:
    found = []
    i, j = columns, len(rows)
    while i and j:
        bit = 1 << (i - 1)
        if rows[j - 1] & bit:
            i -= 1
            continue
        j -= 1
        if not j or rows[j - 1] & bit:
            i -= 1
            found.append((i, j))
    return found


def _rare_pairs(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """Return the starts of runs that occur exactly once on each side, as many as are in the same order."""
    (keys_a, places_a), (keys_b, places_b) = _once(a), _once(b)
    _, in_a, in_b = np.intersect1d(keys_a, keys_b, assume_unique=True, return_indices=True)
    pairs = sorted(zip(places_a[in_a].tolist(), places_b[in_b].tolist(), strict=True))
    return _rising([(i, j) for i, j in pairs if a[i] == b[j]])


def _once(units: Sequence[str]) -> tuple[U64, "np.ndarray[tuple[int], np.dtype[np.int64]]"]:
    hashes = shingle_hashes(hash_tokens(list(units)), RARE_RUN, _SALT)
    keys, places, counts = np.unique(hashes, return_index=True, return_counts=True)
    return keys[counts == 1], places[counts == 1]


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest subsequence of sorted pairs whose second items increase (patience sorting)."""
    tops: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for n, (_, j) in enumerate(pairs):
        pile = bisect_left(tops, j)
        before.append(ends[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [j]
        ends[pile : pile + 1] = [n]
    chain = []
    at = ends[-1] if ends else -1
    while at >= 0:
        chain.append(pairs[at])
        at = before[at]
    return chain[::-1]


def merge_runs(matches: Sequence[Run]) -> list[Run]:
    """Sort runs and merge those that are adjacent on both sides."""
    whole: list[Run] = []
    for i, j, size in sorted(match for match in matches if match[2]):
        if whole and (whole[-1][0] + whole[-1][2], whole[-1][1] + whole[-1][2]) == (i, j):
            last = whole.pop()
            whole.append((last[0], last[1], last[2] + size))
        else:
            whole.append((i, j, size))
    return whole
