"""What a soak tells of its samples."""

import xml.etree.ElementTree as ET

from tests.storms.growing import GrowingWorld
from tests.storms.soak import SHOWN, UNITS, Sample, SoakWorld, draw, find_growth


def samples(growth: float) -> list[Sample]:
    """A minute of samples, whose last third is higher by this share."""
    highs = [1.0] * 20 + [1.0 + growth] * 10
    return [Sample(n * 2.0, 400e6 * high, 300 * high, 90e6 * high, 90 * high) for n, high in enumerate(highs)]


def test_growth_beyond_the_limit_is_told() -> None:
    assert [name for name, *_ in find_growth(samples(0.0))] == list(UNITS)
    assert not any(is_too_much for *_, is_too_much in find_growth(samples(0.03)))
    assert all(is_too_much for *_, is_too_much in find_growth(samples(0.2)))


def test_warming_up_is_no_growth() -> None:
    warm = samples(0.0)
    cold = [Sample(one.at_s, one.memory / 4, 10, 1e6, 0) for one in warm[:10]]
    assert not any(is_too_much for *_, is_too_much in find_growth(cold + warm[10:]))


def test_the_picture_has_a_line_for_each_figure() -> None:
    lines = ET.fromstring(draw(samples(0.1))).findall("{http://www.w3.org/2000/svg}polyline")
    assert len(lines) == len(UNITS)
    assert all(len(line.attrib["points"].split()) == 30 for line in lines)


def test_a_feed_shows_its_newest_entries_only() -> None:
    world, whole = SoakWorld(200, 2, 1), GrowingWorld(200, 2, 1)
    site = next(iter(world.sites))
    assert len(world.items(site, "http://x", 200)) == SHOWN < len(whole.items(site, "http://x", 200))
    assert f"{site}-198<" in world.items(site, "http://x", 200)[0]
