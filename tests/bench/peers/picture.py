"""A bar chart of several kinds of work, each with its own scale."""

from collections.abc import Mapping

COLORS = {"wireroom": "#1f5fa8", "machine": "#888888"}
OTHER = "#c2570c"
WIDTH, LEFT, BAR, GAP, HEAD = 640, 190, 18, 26, 22


def draw(groups: Mapping[str, Mapping[str, float]]) -> str:
    """Return an SVG picture: for each kind of work a bar for each program; less is better."""
    parts, top = list[str](), 10
    for title, bars in groups.items():
        parts.append(f'<text x="10" y="{top + 14}" font-weight="bold">{title}</text>')
        top += HEAD
        scale = (WIDTH - LEFT - 80) / max(bars.values())
        for name, value in bars.items():
            color = next((color for word, color in COLORS.items() if name.startswith(word)), OTHER)
            wide = max(1.0, value * scale)
            parts += [
                f'<text x="{LEFT - 8}" y="{top + 14}" text-anchor="end">{name}</text>',
                f'<rect x="{LEFT}" y="{top}" width="{wide:.1f}" height="{BAR}" fill="{color}"/>',
                f'<text x="{LEFT + wide + 6:.1f}" y="{top + 14}">{value:.2f}</text>',
            ]
            top += BAR + 4
        top += GAP - HEAD + 14
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}">'
    background = f'<rect width="{WIDTH}" height="{top}" fill="#ffffff"/>'
    return "\n".join(
        [head, background, '<g font-family="sans-serif" font-size="12">', *parts, "</g>", "</svg>", ""]
    )
