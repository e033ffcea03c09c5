"""Full texts: live blogs, digests and compilations are no copies; takes and re-issues are."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from worker.dedupe import Candidate, Signature, decide_matches, make_signature
from worker.dedupe.features import compare
from worker.dedupe.forms import DIGEST, LIVE, find_form
from worker.dedupe.page_lists import drop_page_lists
from worker.dedupe.verify import score_match, share_too_little
from worker.records import Document

MOMENT = datetime(2026, 11, 23, 9, tzinfo=UTC)
FERRY_TITLE = "Ferry line between Osk and Tarn stops after engine fire"
FERRY = [
    (
        "The ferry line between Osk and Tarn stopped on Monday after a fire in the engine room of the "
        "Linnea, the only ship on the route since the spring, left 212 passengers drifting for three hours."
    ),
    (
        "Coast guard boats took all passengers to the pier of Tarn, where Mayor Edda Roon had opened the "
        "school gym as a shelter, and four people were treated for smoke, the hospital of Tarn said."
    ),
    (
        "The owner, Norrfarer, said a pump had leaked oil on a hot pipe and that its chief engineer, Jorn "
        "Velt, had closed the doors of the room within a minute, which kept the flames from the car deck."
    ),
    (
        "A replacement ship has to come from the yard in Moss and cannot sail before Thursday, so commuters "
        "have to drive 140 kilometers around the bay, past the bridge at Holm that is closed at night."
    ),
    (
        "Roon asked the ministry of transport for a bus at six in the morning and said that 300 people from "
        "her town work in Osk, among them most nurses of its clinic and the crews of two bakeries."
    ),
]
BUDGET_TITLE = "Council of Brenn passes budget without a tram"
BUDGET = [
    (
        "The council of Brenn passed a budget of 48 million crowns late on Tuesday that drops the tram to "
        "the university, after the Greens of Ada Finn failed to find a majority for a higher parking fee."
    ),
    (
        "Treasurer Olaf Brandt called the tram a fine plan for a rich town and promised new buses instead, "
        "of which eleven are to run on batteries by next autumn, as the depot on Mill Street is rebuilt."
    ),
    (
        "Students who had waited in the gallery left in silence, and their speaker Mina Kohl said they would "
        "collect signatures for a vote of the citizens, which needs 9,000 names before Easter."
    ),
]
MARKET = [
    (
        "Apple growers of the Lenn valley expect their smallest harvest since the war because of a night of "
        "frost in April, and the price of juice has doubled at the gates of the press in Lower Lenn."
    ),
    (
        "The cooperative lets its members sell to others this year, said its chair Petra Aal, who lost the "
        "blossom of nine in ten trees herself and has turned her barn into a shop for cheese."
    ),
]


def document(ident, title, paragraphs, source="a", hours=0.0):
    return Document(ident, title, "\n\n".join(paragraphs), source, "en", MOMENT + timedelta(hours=hours))


def decide(new, *earlier):
    candidates = [Candidate(d.id, make_signature(d, ())) for d in earlier]
    return next(iter(decide_matches(make_signature(new, ()), candidates)), None)


FERRY_TEXT = document("ferry", FERRY_TITLE, FERRY)
TIMED = ["14:20", "13.05 Uhr", "11:48 GMT", "9:30 a.m.", "8時15分"]


def test_a_live_blog_that_quotes_a_text_is_not_its_copy():
    entries = [
        f"14:20 {BUDGET[0]}",
        f"13:05 {FERRY[1]}",
        f"12:40 {FERRY[0]}",
        f"11:10 {MARKET[0]}",
    ]
    assert decide(document("live", FERRY_TITLE, entries, "b", 2), FERRY_TEXT) is None


def test_a_digest_is_not_a_copy_of_the_texts_in_it():
    items = [f"1. {FERRY[0]}", FERRY[1], FERRY[2], f"2. {BUDGET[0]}", f"3. {MARKET[0]}"]
    assert decide(document("digest", "The morning in five minutes", items, "b", 2), FERRY_TEXT) is None


def test_a_digest_run_by_another_outlet_as_it_is_is_a_copy():
    items = [f"1. {FERRY[0]}", f"2. {BUDGET[0]}", f"3. {MARKET[0]}", f"4. {FERRY[3]}"]
    first = document("first", "Evening briefing for the coast and the valley", items)
    match = decide(document("second", "Evening briefing for the coast and the valley", items, "b", 1), first)
    assert match
    assert match.article == "first"


def test_states_of_one_live_blog_are_one_story():
    title = "LIVE: Fire on the ferry between Osk and Tarn"
    early = [f"11:{n}0 {text}" for n, text in enumerate(FERRY[:3])]
    late = [f"15:{n}0 {text}" for n, text in enumerate([*FERRY[3:], BUDGET[1]])]
    match = decide(document("late", title, late, "a", 4), document("early", title, early))
    assert match
    assert match.article == "early"
    other = document("other", title, late, "b", 4)
    assert decide(other, document("early", title, early)) is None


def test_an_unmarked_compilation_is_not_a_copy_of_a_text_that_it_shares_with_a_stranger():
    parts = [*FERRY[:3], *BUDGET]
    new = document("new", "What moved the region", parts, "c", 3)
    budget = document("budget", BUDGET_TITLE, BUDGET, "b")
    ferry = make_signature(FERRY_TEXT, ())
    candidates = [Candidate("ferry", ferry), Candidate("budget", make_signature(budget, ()))]
    found = decide_matches(make_signature(new, ()), candidates)
    assert "ferry" not in {match.article for match in found}


@pytest.mark.parametrize("hour", TIMED)
def test_timed_paragraphs_make_a_live_blog(hour):
    assert find_form("Fire on a ferry", [f"{hour} {text}" for text in FERRY]) == LIVE


@pytest.mark.parametrize(
    ("title", "form"),
    [
        ("LIVE: Ferry on fire", LIVE),
        ("Ferry fire - live updates", LIVE),
        ("Seven things to know this Monday", DIGEST),
        ("Daily briefing: ferries and frost", DIGEST),
        ("Your Monday newsletter from Tarn", DIGEST),
        ("The Lantern letter: what mattered this week", DIGEST),
        ("Weekend reads: ferries and frost", DIGEST),
        ("Ferry firm reads the weekend weather wrong", ""),
        ("How they live on the island of Osk", ""),
        ("Live music returns to Tarn", ""),
        (FERRY_TITLE, ""),
        # an outlet's name is no form, a form behind a dash is one
        ("Ferry catches fire off Osk | Harbor Briefing", ""),
        ("Ferry catches fire off Osk - Tarn Weekly Digest", ""),
        ("Ferry catches fire off Osk – Das Abend Überblick", ""),
        ("Morning briefing: ferries and frost | Harbor Briefing", DIGEST),
        ("Frost and ferries in Tarn - Morning briefing", DIGEST),
        ("Ferry catches fire off Osk | Live", LIVE),
    ],
)
def test_titles_name_the_form(title, form):
    assert find_form(title, FERRY) == form


@pytest.mark.parametrize(
    "greeting",
    ["Good morning, it's Ada.", "Dear reader, it has been a long week.", "Liebe Leserinnen, moin!"],
)
def test_a_text_that_greets_its_readers_is_a_newsletter(greeting):
    assert find_form("Frost and ferries", [greeting, *FERRY]) == DIGEST
    assert find_form("Frost and ferries", [*FERRY, greeting]) == ""


def test_times_and_numbers_within_one_text_do_not_change_its_form():
    steps = ["1. Peel the apples.", "2. Add sugar.", "3. Bake for 40 minutes.", *FERRY]
    assert find_form("Apple cake", steps) == ""
    assert find_form(FERRY_TITLE, ["7:40 was late for the first ferry, said its captain.", *FERRY]) == ""


def test_a_form_survives_storage():
    for form in ("", LIVE, DIGEST):
        title = {"": FERRY_TITLE, LIVE: "LIVE: Ferry", DIGEST: "Daily briefing"}[form]
        signature = make_signature(document("x", title, FERRY), ())
        restored = Signature.from_bytes(signature.to_bytes())
        assert (restored.form, restored.take_number, restored.is_cut) == (form, 0, signature.is_cut)


def test_menus_around_a_text_are_dropped_and_results_stay():
    head, tail = ["News", "Sport", "Weather"], ["Ferry captain retires", "Frost in the Lenn valley", "Log in"]
    assert drop_page_lists([*head, *FERRY, *tail]) == FERRY
    results = ["Osk 3, Tarn 1", "Moss 2, Holm 2", "Brenn 0, Velm 4"]
    assert drop_page_lists([*FERRY, *results]) == [*FERRY, *results]
    assert drop_page_lists([*head, *tail]) == [*head, *tail]
    assert drop_page_lists([*FERRY, "Additional reporting by Mina Kohl"])[-1].startswith("Additional")


def test_a_later_take_of_one_source_under_another_headline_is_an_update():
    later = ["Police opened an inquiry into Norrfarer on Monday evening.", *FERRY]
    match = decide(document("later", "Police look into fire on board", later, "a", 5), FERRY_TEXT)
    assert match
    assert match.article == "ferry"


def test_a_growing_take_holds_the_whole_earlier_text():
    early = document("early", FERRY_TITLE, FERRY[:2])
    match = decide(document("late", f"UPDATE 2-{FERRY_TITLE}", [*FERRY, *BUDGET], "a", 2), early)
    assert match
    assert match.article == "early"


def test_two_very_long_identical_texts_of_one_source_meet_under_other_headlines():
    words = [f"w{n * 7919 % 9973}q{n}" for n in range(9_600)]
    long = [" ".join(words[n : n + 80]) + "." for n in range(0, 9_600, 80)]
    first = document("first", "The women who carry the town", long)
    match = decide(document("second", "A day among riders", long, "a", 8), first)
    assert match
    assert match.article == "first"


ARREST_TITLE = "Prosecutors search shipyard"
ARREST = [
    (
        "Police in Moss questioned an engineer of the yard on Wednesday about the pump of a ship that burned "
        "two days earlier, and searched the office where its papers of inspection had been kept."
    ),
    (
        "The prosecutor, Hilde Krag, told reporters that a seal had been fitted which the maker had recalled "
        "in the summer of last year, and that nobody had written down who ordered the part."
    ),
    (
        "Her office wants to hear the crew before the weekend, while the union of seafarers demanded that "
        "the sister ship in the north stays at the quay until every pipe has been looked at again."
    ),
    (
        "Insurers put the damage at nine million crowns and said the hull could be saved, although the car "
        "deck must be cut open to take out cables that melted along the whole of the port side."
    ),
]


NEAR_OPENING = [f"It all began when {' '.join(FERRY[0].split()[:6])} off the cape, far from any other ship."]


def test_a_take_with_a_new_lead_that_keeps_a_large_part_is_a_copy():
    earlier = document("earlier", "Linnea's long night", [*FERRY, *MARKET, *BUDGET])
    take = document("take", ARREST_TITLE, [ARREST[0], FERRY[0], *ARREST[1:], *FERRY[2:]], "b", 6)
    assert decide(take, earlier)


@pytest.mark.parametrize(
    "kept",
    [
        pytest.param(FERRY[1:3], id="two paragraphs of background"),
        pytest.param([*NEAR_OPENING, *FERRY[2:]], id="much of the text and a phrase of its opening"),
        pytest.param([*(text.replace("Tarn", "Holm").replace("Roon", "Aal") for text in FERRY)], id="others"),
    ],
)
def test_a_report_with_a_part_of_a_text_or_with_other_facts_is_no_take_of_it(kept):
    earlier = document("earlier", FERRY_TITLE, [*FERRY, *MARKET])
    report = document("report", ARREST_TITLE, [*ARREST, *kept], "b", 24)
    assert decide(report, earlier) is None


def test_a_take_of_the_next_hours_may_keep_only_a_phrase_of_the_opening():
    earlier = document("earlier", FERRY_TITLE, [*FERRY, *MARKET])
    take = [*ARREST, *NEAR_OPENING, *FERRY[2:]]
    assert decide(document("take", ARREST_TITLE, take, "b", 3), earlier)
    assert decide(document("follow-up", ARREST_TITLE, take, "b", 24), earlier) is None


@pytest.mark.parametrize("size", [2, 8, 40])
def test_pairs_that_are_not_compared_as_they_share_too_little_score_0(size):
    rng = random.Random(size)
    texts = [
        make_signature(
            document(n, "Ferry stops", rng.choices(FERRY + BUDGET + MARKET, k=size), str(n % 3)), ()
        )
        for n in range(20)
    ]
    texts += [
        make_signature(document(n, "", [" ".join(rng.choices("abcdefghij", k=60 * size))]), ())
        for n in range(9)
    ]
    apart = [(a, b) for a in texts for b in texts if share_too_little(a, b)]
    assert apart
    assert {score_match(compare(a, b)) for a, b in apart} == {0.0}
