"""The streams of invented outlets are deterministic, in order and labeled correctly."""

import itertools
from collections import Counter, defaultdict
from random import Random

import pytest

from tests.quality.outlets import EDITS, read_outlets
from tests.quality.strangers import make_strangers, read_schemes, read_templates
from tests.quality.streams import make_stream, read_bases

COPIES = {*EDITS, "wire", "take", "rerun"}
ALONE = {
    "digest",
    "liveblog",
    "column",
    "horoscope",
    "blotter",
    "weather",
    "tv-listing",
    "court-diary",
    "prices",
}


@pytest.fixture(scope="module")
def rows():
    return make_stream(3)


def test_a_seed_always_makes_the_same_stream(rows):
    assert rows == make_stream(3)
    assert rows != make_stream(4)


def test_ids_are_unique_and_times_in_order(rows):
    assert len({row.id for row in rows}) == len(rows) > 2_000
    assert all(a.at <= b.at for a, b in itertools.pairwise(rows))


def test_each_kind_occurs(rows):
    kinds = Counter(row.kind for row in rows)
    assert set(kinds) >= COPIES
    assert {"followup", "independent", "digest"} <= set(kinds)
    assert {template.kind for template in read_templates()} <= set(kinds)


def test_every_article_has_a_title_a_text_and_a_summary(rows):
    assert all(row.title.strip() and row.text.strip() and row.summary.strip() for row in rows)
    assert not [row.id for row in rows if "{" in row.title + row.text.replace("{}", "")]


def test_halves_share_no_text_outlet_form_or_scheme():
    halves = [make_stream(3, half=half) for half in "ab"]
    stories = [{row.story.partition("/")[0] for row in half} for half in halves]
    sources = [{row.source for row in half if row.kind not in {"wire", "take"}} for half in halves]
    assert not stories[0] & stories[1]
    assert not sources[0] & sources[1]  # except the agencies, which serve both
    for listed in (read_outlets(), read_bases(), read_templates()):
        assert {"a", "b"} == {entry.half for entry in listed}
    assert {"a", "b"} == {scheme["half"] for scheme in read_schemes()}


def test_a_filled_form_never_repeats_the_facts_of_another():
    for template in read_templates():
        made = list(make_strangers(template, 12, Random(template.name)))
        assert len(made) >= 4
        for one, other in itertools.combinations(made, 2):
            free = [name for name in template.slots if name not in template.fixed]
            assert sum(one.facts[name] != other.facts[name] for name in free) * 2 > len(free)
            assert one.draft.paragraphs != other.draft.paragraphs


def test_an_outlets_own_text_has_no_copies(rows):
    stories = defaultdict(list)
    for row in rows:
        stories[row.story].append(row)
    assert not [row.id for row in rows if row.kind in ALONE and len(stories[row.story]) > 1]


def test_copies_of_a_text_come_within_a_day_and_a_half(rows):
    times = defaultdict(list)
    for row in rows:
        times[row.story].append(row.at)
    assert max((max(at) - min(at)).total_seconds() for at in times.values()) <= 36 * 3600


def test_a_wire_text_has_copies_in_several_outlets(rows):
    sources = defaultdict(set)
    for row in rows:
        if row.kind in COPIES:
            sources[row.story].add(row.source)
    assert sum(len(found) >= 3 for found in sources.values()) > len(sources) / 2


def test_base_texts_have_unique_names():
    names = [base.draft.story for base in read_bases()]
    names += [template.name for template in read_templates()] + [scheme["name"] for scheme in read_schemes()]
    assert len(names) == len(set(names))
