"""Measure how often matches are right, by the similarity that is shown: `python -m tests.bench.likeness`.

Builds the stories of labeled streams with weights that were fitted without streams of their kind, as in
`tests.quality.left_out`, on a sample of each stream. Prints a picture. `--write` also writes the curves to
docs/likeness.svg.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.quality.left_out import Bin, sampled_reliability

PICTURE = Path(__file__).parents[2] / "docs/likeness.svg"
VIEWS = {"full": "full texts", "short": "headline and summary"}
COLORS = {"full": "#1f5fa8", "short": "#c2570c"}
SIZE, MARGIN = 320, 48
LOWEST = 0.6  # where both axes begin
WIDE = 40  # characters


def show(found: Mapping[str, Sequence[Bin]]) -> None:
    """Print the share of matches that are right, as bars from LOWEST to 1; `|` marks what is shown."""
    print(f"Share of right matches on streams not fitted on ({LOWEST:g} to 1; | is the shown similarity)")
    for view, bins in found.items():
        print(VIEWS[view])
        for entry in bins:
            bar = ["#" if n < _place(entry.right, WIDE) else " " for n in range(WIDE + 1)]
            bar[_place(entry.shown, WIDE)] = "|"
            print(f"  {entry.low:.3f}-{entry.high:.3f} {''.join(bar)} {entry.right:.3f} of {entry.count}")


def _place(value: float, width: int) -> int:
    return round(max(0.0, value - LOWEST) / (1 - LOWEST) * width)


def draw(found: Mapping[str, Sequence[Bin]]) -> str:
    """Return an SVG picture: the share of right matches over the shown similarity, and the diagonal."""
    low, high = MARGIN, MARGIN + SIZE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {high + MARGIN} {high + MARGIN}">',
        '<g font-family="sans-serif" font-size="12">',
        f'<rect x="{low}" y="{low}" width="{SIZE}" height="{SIZE}" fill="none" stroke="#888"/>',
        f'<line x1="{low}" y1="{high}" x2="{high}" y2="{low}" stroke="#888" stroke-dasharray="4"/>',
    ]
    for tenth in range(round(LOWEST * 10), 11):
        x, y = _point(tenth / 10, tenth / 10)
        parts.append(f'<text x="{x}" y="{high + 16}" text-anchor="middle">{tenth / 10:g}</text>')
        parts.append(f'<text x="{low - 6}" y="{y + 4}" text-anchor="end">{tenth / 10:g}</text>')
    parts.append(f'<text x="{low + SIZE / 2}" y="{high + 36}" text-anchor="middle">similarity shown</text>')
    parts.append(f'<text x="{low}" y="{low - 10}">share of these matches that are right</text>')
    for place, (view, bins) in enumerate(found.items()):
        points = [_point(entry.shown, entry.right) for entry in bins]
        line = " ".join(f"{x},{y}" for x, y in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{COLORS[view]}" stroke-width="2"/>')
        parts += [f'<circle cx="{x}" cy="{y}" r="3" fill="{COLORS[view]}"/>' for x, y in points]
        parts.append(
            f'<text x="{high - 8}" y="{high - 12 - 18 * place}" text-anchor="end" fill="{COLORS[view]}">'
            f"{VIEWS[view]}</text>"
        )
    return "\n".join([*parts, "</g>", "</svg>", ""])


def _point(x: float, y: float) -> tuple[float, float]:
    scale = SIZE / (1 - LOWEST)
    return (
        round(MARGIN + max(0.0, x - LOWEST) * scale, 1),
        round(MARGIN + SIZE - max(0.0, y - LOWEST) * scale, 1),
    )


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print; write the picture of the manual if requested."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.likeness", description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"write {PICTURE.name}")
    options = parser.parse_args(argv)
    found = {view: sampled_reliability(view) for view in VIEWS}
    show(found)
    if options.write:
        PICTURE.write_text(draw(found), encoding="utf-8")


if __name__ == "__main__":
    main()
