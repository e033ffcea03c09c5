"""What a service needs over time: whether it grows, and its course as a picture."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import linear_regression

WARM_UP_SHARE, WARM_UP_MOST_S = 1 / 3, 1200.0
GROWTH = 0.05
UNITS = {"memory": ("MB", 1e6), "handles": ("", 1.0), "database": ("MB", 1e6), "late": ("s", 1.0)}
NOISE = {"memory": 5e6, "handles": 4.0, "database": 1e6, "late": 3.0}  # smaller growth is none
COLORS = {"memory": "#1b6ac9", "handles": "#c2571a", "database": "#2c8a4b", "late": "#8a2c7d"}
WIDTH, HEIGHT, MARGIN = 900, 150, 60


@dataclass(frozen=True, slots=True)
class Sample:
    """What a service needs at one moment: bytes, handles, and seconds that the oldest due feed waits."""

    at_s: float
    memory: float
    handles: float
    database: float
    late: float


@dataclass(frozen=True, slots=True)
class Course:
    """A figure over the time after the warm-up: the ends of the line that fits it best, and its top."""

    name: str
    before: float
    after: float
    most: float

    @property
    def is_growing(self) -> bool:
        """Whether the line rises by more than the limit."""
        return self.after - self.before > max(GROWTH * self.before, NOISE[self.name])

    def __str__(self) -> str:
        unit, scale = UNITS[self.name]
        rise = (self.after - self.before) / self.before if self.before > 0 else 0.0
        figures = " ".join(f"{value / scale:8.1f}" for value in (self.before, self.after, self.most))
        return f"{self.name:9} {figures} {unit:3} {rise:+7.1%} {'GREW' if self.is_growing else 'ok'}"


def warm_up_s(whole_s: float) -> float:
    """The seconds of the warm-up: a third of the time, and 20 minutes at most."""
    return min(WARM_UP_SHARE * whole_s, WARM_UP_MOST_S)


def after_warm_up(samples: Sequence[Sample]) -> list[Sample]:
    """The samples after the warm-up."""
    return [one for one in samples if one.at_s >= warm_up_s(samples[-1].at_s)]


def find_courses(samples: Sequence[Sample]) -> Iterator[Course]:
    """The course of each figure after the warm-up."""
    warm = after_warm_up(samples)
    times = [one.at_s for one in warm]
    for name in UNITS:
        values = [getattr(one, name) for one in warm]
        slope, start = linear_regression(times, values)
        yield Course(name, start + slope * times[0], start + slope * times[-1], max(values))


def draw(samples: Sequence[Sample]) -> str:
    """The course of all figures as SVG, one strip each, with the end of the warm-up."""
    size = f'width="{WIDTH}" height="{HEIGHT * len(UNITS)}" font-family="sans-serif" font-size="13"'
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" {size}>']
    for row, course in enumerate(find_courses(samples)):
        parts += _strip(samples, course, (row + 1) * HEIGHT)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _strip(samples: Sequence[Sample], course: Course, bottom: int) -> Iterator[str]:
    unit, scale = UNITS[course.name]
    values = [getattr(sample, course.name) / scale for sample in samples]
    end_s, top, floor = max(samples[-1].at_s, 1.0), max(*values, 1e-9), bottom - 25
    wide, high = (WIDTH - 2 * MARGIN) / end_s, (HEIGHT - 55) / top
    pairs = zip(samples, values, strict=True)
    points = " ".join(f"{MARGIN + one.at_s * wide:.1f},{floor - value * high:.1f}" for one, value in pairs)
    warm = MARGIN + after_warm_up(samples)[0].at_s * wide
    ends = " to ".join(f"{value / scale:.1f}" for value in (course.before, course.after))
    title = f"{course.name}: at most {top:.1f} {unit}; after the warm-up {ends} {unit}"
    yield f'<text x="{MARGIN}" y="{bottom - HEIGHT + 18}">{title}</text>'
    yield f'<polyline points="{points}" fill="none" stroke="{COLORS[course.name]}" stroke-width="2"/>'
    yield f'<line x1="{MARGIN}" x2="{WIDTH - MARGIN}" y1="{floor}" y2="{floor}" stroke="#999"/>'
    dashes = 'stroke="#999" stroke-dasharray="4"'
    yield f'<line x1="{warm:.1f}" x2="{warm:.1f}" y1="{bottom - HEIGHT + 25}" y2="{floor}" {dashes}/>'
    yield f'<text x="{WIDTH - MARGIN}" y="{floor + 16}" text-anchor="end">{end_s / 60:.0f} min</text>'
