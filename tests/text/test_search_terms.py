"""Search terms: what is looked for is found in what was stored, in any script, and signs do no harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.text.search_terms import WORD_CHARS, index_terms, query_terms


def finds(search, text):
    """Whether a database with the text finds it."""
    stored = index_terms(text)
    wanted = query_terms(search)
    return bool(wanted) and all(
        any(term.startswith(one.text) if one.is_prefix else term == one.text for term in stored)
        for one in wanted
    )


@pytest.mark.parametrize(
    ("search", "text"),
    [
        ("FERRY", "The ferry left."),
        ("ferr", "Ferries left."),
        ("munchen", "In München"),
        ("MÜNCHEN", "in munchen"),
        ("ελληνικα", "Ελληνικά"),
        ("ёлка", "Елка"),
        ("straße", "STRASSE"),
        ("ＡＢＣ１", "abc1 news"),
        ("covid-19", "COVID-19: the end"),
        ("don't", "They don't."),
        ("U.S.", "the U.S. said"),
        ("여객선", "모든 여객선이 중단됐다"),
        ("선이", "여객선이"),
        ("京都", "東京都知事選"),
        ("選", "東京都知事選"),
        ("金", "資金"),
        ("ひらがな", "これはひらがなです"),
        ("がな", "ひらがな"),
        ("เทพ", "กรุงเทพมหานคร"),
        ("हिन्दी", "भारत में हिन्दी भाषा"),
        ("G7サミット", "広島でG7サミット開催"),
    ],
)
def test_a_text_is_found(search, text):
    assert finds(search, text)


@pytest.mark.parametrize(
    ("search", "text"),
    [
        ("us", "using it"),
        ("erry", "ferry"),
        ("ferry boat", "the ferry"),
        ("京東", "東京都"),
        ("여객기", "여객선이"),
        ("かな", "ひらがな"),
    ],
)
def test_a_text_is_not_found(search, text):
    assert not finds(search, text)


@pytest.mark.parametrize("search", ["", " ", "_", "%", "!!! --- “”", "\x00", "\ud800", '"*', "().:&|<->"])
def test_signs_alone_are_no_terms(search):
    assert query_terms(search) == []


@given(st.text(max_size=200))
def test_every_text_is_found_by_itself_with_terms_of_letters_and_digits(text):
    if query_terms(text):
        assert finds(text, text)
    for term in (*index_terms(text), *(one.text for one in query_terms(text))):
        assert 0 < len(term) <= WORD_CHARS
        assert not set(term) & set("\x00\"'\\*:&|!()<> \t\n\r")
        term.encode()
