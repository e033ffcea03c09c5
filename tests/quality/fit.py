"""Fit the weights of the match model and report its scores in and out of sample.

    python -m tests.quality.fit            # fit, and print the scores
    python -m tests.quality.fit --write    # and write worker/dedupe/model_weights.py

Uses the labeled streams in the shared directory if present, and always those of the simulator and the sample
newsroom. Prints three scores per stream: `fitted` is in sample; `half` is held out by time, or by outlets,
texts and templates if the stream has halves; `unseen` is held out by kind of stream.
"""

import argparse
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tests.newsroom.room import ROUND_TICKS, Newsroom
from tests.quality.model import fit_logistic, judge
from tests.quality.pairs import Floats, Stream, collect
from tests.quality.rows import SHARED, Row, Scores, read_rows, read_unsure
from tests.quality.streams import make_stream
from worker.dedupe.model_terms import SIGNS

WEIGHTS_FILE = Path(__file__).parents[2] / "worker/dedupe/model_weights.py"
# kind of stream -> weight of each of its pairs; real wire most, the repetitive newsroom least
WORTH = {"real": 15.0, "wiresim": 1.0, "simulator": 2.0, "newsroom": 0.3}
SETS = ("real_reuters_dev", "wiresim_dev", "wiresim_ko", "wiresim_ja", "wiresim_zh")
SEEDS = (21, 22)
ROUNDS = 12  # of the sample newsroom: the same texts with other facts
VIEWS = ("full", "short")
PRECISION = 3  # decimals of a weight
WIDTH = 110
KINDS_SHOWN = 6
HEAD = "The weights of the match model: a logistic model, fitted offline."
DESCRIPTION = """
Written by `python -m tests.quality.fit --write`: Newton steps under the signs of `model_terms.SIGNS`, on the
candidate pairs of these streams with full texts and with summaries: {listed}. They are real Reuters wire of
February and March 1987, simulated edits of it and of Korean, Japanese and Chinese texts, and this project's
own simulator and sample newsroom. Weight of a pair by kind of stream: {worth}.

Terms and threshold were chosen by fitting on one half of each stream (by time, or by outlets, texts and
templates) and scoring the other, so neither half is an independent test set. The weights are fitted on both.
"""


@dataclass(frozen=True, slots=True)
class Part:
    """A stream, its kind, and the half (0 or 1) that each of its rows is in."""

    kind: str
    stream: Stream
    half: npt.NDArray[np.int64]
    unsure: frozenset[tuple[str, str]] = frozenset()

    def rows_of(self, half: int) -> set[int]:
        """Return the positions of the rows in a half."""
        return set(np.flatnonzero(self.half == half).tolist())


def main(argv: Sequence[str] | None = None) -> None:
    """Fit the weights and print their scores; write them with `--write`."""
    parser = argparse.ArgumentParser(description="Fit the weights of the match model and score them.")
    parser.add_argument("--write", action="store_true", help=f"write {WEIGHTS_FILE.name}")
    options = parser.parse_args(argv)
    parts = gather()
    beta = fit(parts)
    _judge_all(parts, beta)
    if options.write:
        WEIGHTS_FILE.write_text(_module(beta, parts), encoding="utf-8")


def _judge_all(parts: Sequence[Part], beta: Floats) -> None:
    halves = [fit(parts, half) for half in (0, 1)]
    unseen = {
        kind: fit([p for p in parts if p.kind != kind]) for kind in dict.fromkeys(p.kind for p in parts)
    }
    for name, view in dict.fromkeys((part.stream.name, part.stream.view) for part in parts):
        chosen = [part for part in parts if (part.stream.name, part.stream.view) == (name, view)]
        fitted = [judge(p.stream, beta, None, p.unsure) for p in chosen]
        held = [judge(p.stream, halves[1 - h], p.rows_of(h), p.unsure) for p in chosen for h in (0, 1)]
        away = [judge(p.stream, unseen[p.kind], None, p.unsure) for p in chosen]
        print(f"{name:17} {view:5}  fitted {_format(fitted)}  half {_format(held)}  unseen {_format(away)}")
        _print_kinds("wrong", [(p, s.wrong) for p, s in zip(chosen, fitted, strict=True)])
        _print_kinds("missed", [(p, s.missed) for p, s in zip(chosen, fitted, strict=True)])


def gather() -> list[Part]:
    """Return all streams in both views, with their candidate pairs."""
    unsure = read_unsure()
    parts = []
    for view in VIEWS:
        for name in SETS:
            path = SHARED / f"{name}.jsonl.gz"
            if path.exists():
                rows = read_rows(path)
                stream = collect(name, view, rows, unsure)
                parts.append(Part(name.partition("_")[0], stream, _by_time(rows), unsure))
        for seed in SEEDS:
            for half, letter in enumerate("ab"):
                rows = make_stream(seed, half=letter)
                stream = collect("simulator", view, rows)
                parts.append(Part("simulator", stream, np.full(len(rows), half)))
        rows = newsroom_rows()
        forms = sorted({row.story.rpartition("-")[0] for row in rows})
        half_of = np.array([forms.index(row.story.rpartition("-")[0]) % 2 for row in rows])
        parts.append(Part("newsroom", collect("newsroom", view, rows), half_of))
    return parts


def newsroom_rows(rounds: int = ROUNDS) -> list[Row]:
    """Return the entries of the sample newsroom in some rounds: the same texts with other facts."""
    room = Newsroom(datetime(2031, 3, 3, 5, tzinfo=UTC))
    room.advance(ROUND_TICKS * rounds)
    rows = [
        Row(
            id=entry.guid,
            at=entry.published_at,
            source=name,
            title=entry.title,
            text="\n\n".join(entry.paragraphs) if entry.outlet.full else entry.summary,
            story=entry.story,
            summary=entry.summary,
            lang=entry.outlet.lang,
            kind=entry.role,
        )
        for name, entries in room.entries.items()
        for entry in entries
    ]
    return sorted(rows, key=lambda row: (row.at, row.id))


def _by_time(rows: Sequence[Row]) -> npt.NDArray[np.int64]:
    return np.arange(len(rows)) * 2 // max(1, len(rows))


def fit(parts: Iterable[Part], half: int | None = None) -> Floats:
    """Fit the bias and the weights on the pairs of some streams, or of one half of each."""
    terms, true, worth = [], [], []
    for part in parts:
        stream, copies = part.stream, part.stream.true
        used = ~stream.unsure & (copies | ~stream.distant)
        if half is not None:
            used &= (part.half[stream.new] == half) & (part.half[stream.old] == half)
        terms.append(stream.terms[used])
        true.append(copies[used].astype(float))
        worth.append(np.full(int(used.sum()), WORTH[part.kind]))
    signs = np.array(list(SIGNS.values()), float)
    return fit_logistic(np.vstack(terms), np.concatenate(true), np.concatenate(worth), signs)


def _format(scores: Sequence[Scores]) -> str:
    hits = sum(s.hits for s in scores)
    wrong, missed = sum(len(s.wrong) for s in scores), sum(len(s.missed) for s in scores)
    precision, recall = hits / max(1, hits + wrong), hits / max(1, hits + missed)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return f"P {precision:.4f} R {recall:.4f} F1 {f1:.4f}"


def _print_kinds(what: str, found: Sequence[tuple[Part, Sequence[tuple[str, str]]]]) -> None:
    """Print the kinds of rows most often joined wrongly or missed."""
    counts: Counter[str] = Counter()
    for part, pairs in found:
        kinds = {row.id: row.kind for row in part.stream.rows}
        counts.update(" ~ ".join(sorted((kinds[a], kinds[b]))) for a, b in pairs)
    if counts:
        listed = ", ".join(f"{kind} {count}" for kind, count in counts.most_common(KINDS_SHOWN))
        print(f"    {what}: {listed}")


def _module(beta: Floats, parts: Sequence[Part]) -> str:
    """Return the source of the module with the weights."""
    listed = ", ".join(dict.fromkeys(part.stream.name for part in parts))
    worth = ", ".join(f"{kind} {WORTH[kind]:g}" for kind in dict.fromkeys(part.kind for part in parts))
    weights = "".join(
        f'    "{term}": {weight:.{PRECISION}f},\n' for term, weight in zip(SIGNS, beta[1:] + 0.0, strict=True)
    )
    paragraphs = DESCRIPTION.strip().format(listed=listed, worth=worth).split("\n\n")
    docstring = "\n\n".join(
        [HEAD, *(textwrap.fill(part, WIDTH, break_on_hyphens=False) for part in paragraphs)]
    )
    bias = f"BIAS = {beta[0]:.{PRECISION}f}"
    return f'"""{docstring}\n"""\n\n{bias}\n\nWEIGHTS: dict[str, float] = {{\n{weights}}}\n'


if __name__ == "__main__":
    main()
