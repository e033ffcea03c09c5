"""Furniture is removed in any language, but never a whole text."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.dedupe import find_furniture, paragraph_keys
from worker.dedupe.boilerplate_phrases import is_boilerplate
from worker.dedupe.furniture import FURNITURE_SIGHTINGS, strip_furniture
from worker.records import Document

BODY = "The river rose by two meters overnight and the old mill was evacuated before dawn."


@pytest.mark.parametrize(
    "line",
    [
        "Share this article",
        "Advertisement",
        "Read more: our full coverage of the floods",
        "Related: Why rivers rise | How dams work",
        "Subscribe to our newsletter for the news of the day.",
        "Comments are closed on this story.",
        "© 2026 The Daily Moss. All rights reserved.",
        "The post River rises appeared first on The Daily Moss.",
        "Lire aussi : la crue en images",
        "Lesen Sie auch: Die Flut in Bildern",
        "Leer más: la crecida en imágenes",
        "Читайте также: наводнение в фотографиях",
        "저작권자 ⓒ 이끼일보, 무단 전재 및 재배포 금지",
        "홍길동 기자 moss@example.org",
        "関連記事",
        "来源：青苔日报",
    ],
)
def test_boilerplate_is_recognized_on_the_first_day(line):
    assert is_boilerplate(line)
    assert strip_furniture(f"{BODY}\n\n{line}", ()).text == BODY


@pytest.mark.parametrize(
    "line",
    [BODY, "Shares rose in early trade.", "Printers went on strike.", "", "Share" + " of the market" * 40],
)
def test_text_is_not_boilerplate(line):
    assert not is_boilerplate(line)


def test_paragraphs_that_a_source_repeats_are_removed():
    house = "Our desk has followed the river for ninety years."
    furniture = paragraph_keys(Document(1, "", house))
    assert strip_furniture(f"{house}\n\n{BODY}", furniture).text == BODY


def test_a_repeated_sentence_is_removed_from_a_short_text_of_one_line():
    house = "Our desk has followed the river for ninety years."
    furniture = paragraph_keys(Document(1, "", f"Another text. {house}"))
    assert strip_furniture(f"{BODY} {house}", furniture).text == BODY


def test_a_text_sent_again_keeps_its_text_and_is_marked_as_worn():
    stripped = strip_furniture(BODY, paragraph_keys(Document(1, "", BODY)))
    assert stripped.text == BODY
    assert stripped.is_worn


def test_a_long_paragraph_is_text_however_often_it_occurs():
    assert paragraph_keys(Document(1, "", "word " * 400)) == ()


def test_dateline_byline_note_and_credit_are_removed():
    text = f"By Ada Moss\n\nLIMA, March 3 (AFP) - {BODY}\n\n(Reporting by Ada Moss; Editing by Bo Lind)"
    stripped = strip_furniture(text, ())
    assert (stripped.text, stripped.place, stripped.agency) == (BODY, "LIMA", "afp")
    assert strip_furniture(f"(ATTN: ADDS photo)\n{BODY}", ()).text == BODY


@given(st.text(), st.text())
def test_any_text_is_stripped_and_its_keys_are_signed_64_bit_and_distinct(text, other):
    keys = paragraph_keys(Document(1, "", text))
    assert len(set(keys)) == len(keys)
    assert all(-(1 << 63) <= key < 1 << 63 for key in keys)
    assert isinstance(strip_furniture(text + other, keys).text, str)
    assert FURNITURE_SIGHTINGS > 1


def learned(document, *others):
    """What is furniture in a document, if its source published these others."""
    counts = Counter(key for other in others for key in paragraph_keys(other))
    return find_furniture(document, {key: counts[key] for key in paragraph_keys(document)})


def river(title, meters, *paragraphs):
    return Document(
        meters,
        title,
        "\n\n".join((f"The river rose by {meters} meters, more than in any spring before.", *paragraphs)),
    )


REPORT = (
    "The old mill was evacuated before dawn, and the road to the upper village is closed.",
    "Two bridges will be inspected on Thursday, said the mayor, who slept in the town hall.",
)
HOUSE = "This newsroom belongs to its readers, who decide each spring what it may spend on ink."


@pytest.mark.parametrize(
    "title",
    ["CORRECTED-River rises by {} meters", "River rises by {} meters", "River rises by {} meters (2nd LD)"],
)
def test_what_corrections_and_takes_repeat_of_their_text_is_no_furniture(title):
    series = [river(title.format(meters), meters, *REPORT) for meters in (3, 4, 5)]
    assert learned(river("River rises by 2 meters", 2, *REPORT), *series) == frozenset()
    assert learned(river(title.format(6), 6, *REPORT), *series) == frozenset()


def test_furniture_is_learned_beside_a_series():
    series = [river(f"CORRECTED-River rises by {meters} meters", meters, *REPORT, HOUSE) for meters in (3, 4)]
    others = [Document("x", "Windmill sold to a baker", f"A mill was sold.\n\n{HOUSE}")]
    found = learned(river("River rises by 2 meters", 2, *REPORT, HOUSE), *series, *others)
    assert found == set(paragraph_keys(Document("x", "", HOUSE)))


def test_the_standing_text_of_a_column_is_furniture():
    columns = [river("Letters to the river desk", meters, *REPORT) for meters in (3, 4, 5)]
    found = learned(river("Letters to the river desk", 6, *REPORT), *columns)
    assert found >= set(paragraph_keys(Document("x", "", "\n\n".join(REPORT))))


def test_what_many_articles_of_a_series_repeat_is_furniture():
    series = [river(f"River gauge at {meters} meters today", meters, *REPORT) for meters in range(3, 12)]
    assert learned(river("River gauge at 2 meters today", 2, *REPORT), *series)
