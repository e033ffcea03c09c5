"""A round-up of the first sentences of two unrelated reports makes their stories not one."""

from itertools import permutations

import pytest

from tests.dedupe.test_united_texts import place
from tests.dedupe.two_texts import ENGLISH, PAIRS, Pair

ORDERS = [order for order in permutations("ABRab") if order.index("R") > min(map(order.index, "AB"))]


def texts_of(pair: Pair) -> dict[str, tuple[str, str, str]]:
    """Two reports, the round-up, and summaries of another outlet with headlines of its own."""
    (title_a, text_a), (title_b, text_b) = pair.first, pair.second
    a, b = (text.split("\n\n")[0] for text in (text_a, text_b))
    half_a, half_b = (title.split()[: len(title.split()) // 2] for title in (title_a, title_b))
    return {
        "A": ("A", title_a, text_a),
        "B": ("B", title_b, text_b),
        "R": ("R", " ".join((*half_a, *half_b)), f"{a}\n\n{b}"),
        "a": ("a", " ".join(title_a.split()[1:]), a),
        "b": ("b", " ".join(title_b.split()[1:]), b),
    }


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
@pytest.mark.parametrize("order", ORDERS, ids="".join)
def test_first_sentences_of_two_reports_unite_nobody(pair: Pair, order: tuple[str, ...]) -> None:
    found = place(*(texts_of(pair)[name] for name in order))
    assert found["A"] != found["B"]
    assert (found["a"], found["b"]) == (found["A"], found["B"])


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_the_round_up_itself_is_a_story_with_its_copies(pair: Pair) -> None:
    texts = texts_of(pair)
    again = ("again", *texts["R"][1:])
    found = place(*(texts[name] for name in "ABRab"), again)
    assert found["R"] == found["again"] == "R"


def test_a_summary_of_two_sentences_of_one_report_is_a_copy_of_it() -> None:
    title, text = ENGLISH.first
    first, second = text.split("\n\n")[:2]
    found = place(
        ("A", title, text), ("B", *ENGLISH.second), ("R", title, f"{first}\n\n{second}"), ("a", title, first)
    )
    assert found == {"A": "A", "B": "B", "R": "A", "a": "A"}


SAME_CITY = Pair(
    (
        "Tram with 214 aboard derails near Marsk market",
        (
            "MARSK, Nov. 30 (Norrpost) -- A tram with 214 people aboard left its rails near the market hall "
            "of Marsk on Monday morning and hit a kiosk, hurting nine, the city police said.\n\n"
            "Line 4 of the Marsk tramways had just crossed the Torben bridge when its last car jumped the "
            "points, inspector Birte Falk told Norrpost.\n\n"
            "Two of the hurt were taken to the clinic of Sankt Olav. The kiosk had been closed at the time."
        ),
    ),
    (
        "Savings bank of Marsk cuts its rate for homes to 3.1 percent",
        (
            "MARSK, Nov. 30 (Norrpost) -- The savings bank of Marsk cut its rate for loans on homes by a "
            "fifth of a point to 3.1 percent on Monday, the second cut since summer, and promised another in "
            "spring.\n\n"
            "Director Aksel Rønde said fewer customers had asked for loans than in any autumn since 2009.\n\n"
            "Other lenders of the region wait for the central bank, which meets in two weeks."
        ),
    ),
    "From the city",
)


@pytest.mark.parametrize("is_corrected", [False, True])
@pytest.mark.parametrize("order", ["RAB", "RBA", "ABR", "ARB"])
def test_two_reports_of_one_city_and_agency_are_unrelated_as_well(order: str, is_corrected: bool) -> None:
    """They share the names of place, agency and day; a corrected figure brings the round-up in no more."""
    texts = texts_of(SAME_CITY)
    title, text = SAME_CITY.first
    corrected = ("again", f"CORRECTED-{title}".replace("214", "241"), text.replace("214", "241"))
    found = place(*(texts[name] for name in order), *([corrected] if is_corrected else []))
    assert found["A"] != found["B"]
    if order == "ABR":  # else it may be with the one that was known alone
        assert found["R"] not in (found["A"], found["B"])
