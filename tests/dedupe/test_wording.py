"""Texts are compared by words, in any script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.dedupe.wording import BREAK, Tally, compare_texts, count_words, counts_characters

MARKS = {"same": "{}", "cut": "[-{}-]", "added": "{{+{}+}}"}


def marked(old, new):
    spans = [span for passage in compare_texts(old, new).passages for span in passage.spans]
    return "".join(MARKS[span.kind].format(span.text) for span in spans).strip()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("The port opened.", "The port opened.", "The port opened.", id="the same"),
        pytest.param(
            "The port opened on Monday.",
            "The harbor opened Monday.",
            "The[- port-]{+ harbor+} opened[- on-] Monday.",
            id="a word exchanged, a word cut",
        ),
        pytest.param("He said “yes”.", 'He said "yes".', 'He said "yes".', id="quotes are no difference"),
        pytest.param("One  two\u00a0three", "One two three", "One two three", id="nor is spacing"),
        pytest.param(
            "It cost 1,000 won.", "It cost 1,500 won.", "It cost[- 1,000-]{+ 1,500+} won.", id="numbers"
        ),
        pytest.param(
            "東京は二十日、晴れた。",
            "東京は二十日、曇った。",
            "東京は二十日、[-晴れ-]{+曇っ+}た。",
            id="Japanese by characters",
        ),
        pytest.param(
            "总理周一会见记者", "总理周二会见记者", "总理周[-一-]{+二+}会见记者", id="Chinese by characters"
        ),
        pytest.param("น้ำมันขึ้น", "น้ำมันลง", "น้ำมัน[-ขึ้น-]{+ลง+}", id="Thai by characters with marks"),
        pytest.param(
            "대통령이 어제 말했다",
            "대통령이 오늘 말했다",
            "대통령이[- 어제-]{+ 오늘+} 말했다",
            id="Korean by words",
        ),
        pytest.param(
            "أعيد فتح الميناء يوم الاثنين",
            "أعيد فتح المطار يوم الاثنين",
            "أعيد فتح[- الميناء-]{+ المطار+} يوم الاثنين",
            id="right to left, in the order of reading",
        ),
        pytest.param(
            "हिन्दी में समाचार", "हिन्दी के समाचार", "हिन्दी[- में-]{+ के+} समाचार", id="words with marks stay whole"
        ),
        pytest.param("", "News.", "{+\n\nNews.+}", id="nothing before"),
        pytest.param("", "", "", id="nothing at all"),
    ],
)
def test_differences_are_marked_by_words(old, new, expected):
    assert marked(old, new) == expected


def test_two_sentences_that_share_only_a_full_stop_differ_entirely():
    """Coincidental matches of a word or a full stop between long differences are dropped."""
    old = "Workers walked out on Monday in a row about the pay.\n\nThe end."
    new = "Nobody knows how the ferry will be funded next year.\n\nThe end."
    kinds = [
        (s.kind, s.text.strip()) for p in compare_texts(old, new).passages for s in p.spans if s.text.strip()
    ]
    assert kinds == [
        ("cut", "Workers walked out on Monday in a row about the pay."),
        ("added", "Nobody knows how the ferry will be funded next year."),
        ("same", "The end."),
    ]


def test_equal_paragraphs_are_separate_passages():
    old = "\n\n".join(["First.", "Second.", "Third one here.", "Fourth."])
    new = "\n".join(["First.", "Second.", "Third two here.", "Fourth."])
    passages = compare_texts(old, new).passages
    assert [(p.is_same, p.paragraphs) for p in passages] == [(True, 2), (False, 1), (True, 1)]


def test_merged_paragraphs_lose_a_break_and_no_word():
    found = compare_texts("One two.\n\nThree four.", "One two. Three four.")
    assert found.tally == Tally(kept=4)
    assert [span.text for span in found.passages[0].spans if span.kind == "cut"] == [BREAK]


def test_words_are_kept_or_changed_in_kept_paragraphs():
    found = compare_texts("a b c d e f g h", "a b X d f g h i j k")
    assert found.tally == Tally(kept=6, changed=5)


def test_a_paragraph_cut_or_added_counts_entirely_though_it_shares_a_few_words():
    old = "One stays here for good.\n\nThe ferry that the town wanted was built in a yard at Geoje."
    new = "One stays here for good.\n\nPupils will cross by the noon boat from a day next month."
    assert compare_texts(old, new).tally == Tally(kept=5, cut=13, added=12)


def test_a_paragraph_that_moved_was_neither_cut_nor_added():
    one, two, three = "The port opened again.", "Fares stay at 6,500 won.", "Groups asked for limits."
    found = compare_texts("\n\n".join([one, two, three]), "\n\n".join([two, three, one]))
    assert found.tally == Tally(kept=9, moved=4)


texts = st.text(st.sampled_from("ab .\n東京ท้"), max_size=40)


@given(texts, texts)
def test_spans_without_the_added_are_the_old_words_and_without_the_cut_the_new(old, new):
    spans = [span for passage in compare_texts(old, new).passages for span in passage.spans]
    for text, other in ((old, "added"), (new, "cut")):
        joined = "".join(span.text for span in spans if span.kind != other)
        assert "".join(joined.split()) == "".join(text.split())


@given(texts, texts)
def test_the_tally_counts_every_word(old, new):
    tally = compare_texts(old, new).tally
    assert tally.kept + tally.moved + tally.cut + tally.changed >= count_words(old)
    assert tally.kept + tally.moved + tally.added + tally.changed >= count_words(new)
    assert tally.kept + tally.moved <= min(count_words(old), count_words(new))


@pytest.mark.parametrize(
    ("text", "words", "characters"),
    [
        ("Don't count 1,000 stops -- ever.", 5, False),
        ("首相は会見した", 7, True),
        ("대통령이 어제 말했다", 3, False),
        ("", 0, False),
    ],
)
def test_words_are_counted_and_characters_where_there_are_no_spaces(text, words, characters):
    assert (count_words(text), counts_characters(text)) == (words, characters)
