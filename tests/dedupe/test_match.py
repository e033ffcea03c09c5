"""Copies and other texts: small examples, streamed through the match decision."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.dedupe import (
    MAX_CANDIDATES,
    MAX_KEY_HOLDERS,
    Candidate,
    decide_matches,
    make_signature,
    rank_candidates,
)
from worker.dedupe.match import SOME_CANDIDATES
from worker.dedupe.model_terms import SIGNS
from worker.dedupe.model_weights import WEIGHTS
from worker.records import Document, Role

MOMENT = datetime(2026, 11, 23, 9, tzinfo=UTC)
TITLE = "Harbor of Velm reopens after tanker is towed away"
LEAD = (
    "The harbor of Velm reopened on Monday after tugs towed away the tanker Orla, which had blocked its only "
    "channel for 11 days and kept 46 ships waiting outside."
)
REST = [
    (
        "Harbor master Ines Holt said the channel was checked by divers at dawn and that the first "
        "freighters were let in at 7:40 a.m., two hours later than planned."
    ),
    (
        "The tanker, carrying 38,000 tons of diesel, ran aground in a storm on Nov. 12 when its rudder "
        "failed, according to a first report by the coast guard."
    ),
    '"We were lucky that the hull held," Holt told reporters at the quay, adding that no fuel had leaked.',
    (
        "Fishermen in Velm put their losses at 2.3 million crowns and asked the ministry of transport "
        "for help, which the ministry said it would consider by the end of the month."
    ),
]
LOCAL = "Moss readers know the quay from its summer fair."
INDEPENDENT = (
    "Ships sailed into Velm for the first time in nearly two weeks on Monday. The stranded Orla is gone, "
    "harbor staff said, and traders hope to clear the queue by Friday."
)
TRANSLATION = (
    "Der Hafen von Velm ist am Montag wieder geöffnet worden, nachdem Schlepper den Tanker Orla "
    "fortgezogen hatten, der die einzige Fahrrinne elf Tage lang blockiert hatte."
)
DIGEST = (
    "Bread prices rose again in the capital, the statistics office said.\n\n"
    f"HARBOR REOPENS. {LEAD}\n\n"
    "A bear was seen in the suburbs of Osk and chased off by firemen on Sunday night.\n\n"
    "The national team drew its friendly in Tarn and lost two players to injuries.\n\n"
    "A court ordered the owners of a quarry to pay for the damage to forty houses."
)
BODY = "\n\n".join([f"VELM, Nov. 23 (Yonhap) -- {LEAD}", *REST])


def document(ident, title, text, source, hours=0.0):
    return Document(ident, title, text, source, published_at=MOMENT + timedelta(hours=hours))


def decide(title, text, source="b", hours=1.0, *, first=(TITLE, BODY, "a")):
    earlier = make_signature(document(1, *first), ())
    new = make_signature(document(2, title, text, source, hours), ())
    return next(iter(decide_matches(new, [Candidate(1, earlier)])), None)


COPIES = [
    ("verbatim", TITLE, BODY),
    ("another dateline", TITLE, "\n\n".join([f"VELM (AP) — {LEAD}", *REST])),
    ("another headline", "Ships enter Velm again", BODY),
    ("furniture around", TITLE, "\n\n".join(["Share this article", LEAD, *REST, "© The Daily Moss"])),
    ("cut after two paragraphs", TITLE, "\n\n".join([LEAD, REST[0]])),
    ("reordered", TITLE, "\n\n".join([LEAD, REST[2], REST[0], REST[3], REST[1]])),
    ("words changed", TITLE, BODY.replace("said", "stated").replace("reopened", "opened again")),
    ("local paragraph", TITLE, "\n\n".join([LEAD, REST[0], LOCAL, *REST[1:]])),
]


@pytest.mark.parametrize(("title", "text"), [row[1:] for row in COPIES], ids=[row[0] for row in COPIES])
def test_a_text_under_an_outlets_edits_is_a_copy(title, text):
    match = decide(title, text)
    assert match is not None
    assert match.article == 1
    assert 0.5 < match.similarity <= 1


OTHERS = [
    ("an independent report", "Velm's port open again", INDEPENDENT),
    ("a translation", "Hafen von Velm wieder offen", TRANSLATION),
    ("a digest", "News of the day at a glance", DIGEST),
    ("an empty text", "", ""),
]


@pytest.mark.parametrize(("title", "text"), [row[1:] for row in OTHERS], ids=[row[0] for row in OTHERS])
def test_another_text_on_the_same_event_is_not_a_copy(title, text):
    assert decide(title, text) is None


def close(city, index, change, volume):
    text = (
        f"{city} shares closed higher on Monday on gains of chip makers. The main index rose {change} points "
        f"to close at {index}. Trade volume was {volume} million shares, with gainers ahead of losers."
    )
    return f"{city} shares close higher on chip gains", text


@pytest.mark.parametrize("source", ["a", "b"])
def test_a_template_filled_with_other_facts_is_not_a_copy(source):
    first = (*close("Tarn", "2,411.20", "12.4", "412"), "a")
    assert decide(*close("Osk", "871.55", "3.9", "96"), source, first=first) is None
    assert decide(*close("Tarn", "2,398.07", "8.1", "377"), source, 24, first=first) is None


ABOUT = (
    "Orla Systems (OSX: ORL) makes locks for canals and the software that opens them. Founded in 1987 in a "
    "boat shed in Velm, the company employs 2,300 people at nine sites and serves harbors in 41 countries. "
    "Statements on the future in this release involve risks; actual results may differ from those expected. "
    "Contact the press office in Velm for pictures, interviews and visits to the works."
)
FESTIVAL = "during the harbor festival in Velm on Monday. (Photo by Ada Moss)"
CANAL = (
    "Orla Systems today opened a test canal in Tarn where barges will be steered by remote control.\n\n"
    f"The first barge, 80 meters long, passed at noon.\n\n{ABOUT}"
)
RESEARCH = (
    "Bo Lind, who taught hydraulics in Osk for 12 years, will lead research at Orla Systems from May on.\n\n"
    f"She follows Ines Holt, who retires.\n\n{ABOUT}"
)
FINE = (
    "A court in Osk on Friday fined the owner of the tanker Orla 4 million crowns for sailing with a rudder "
    "that inspectors had twice told it to replace.\n\nThe owner said it would appeal, as no rule had set a "
    "date for the repair.\n\nJudge Mara Quill said the crew had warned the office in three letters, which "
    f"were read out in court.\n\n{REST[1]}"
)
SAME_FORM = [
    (
        "captions of one occasion",
        ("Velm harbor festival", f"A boy on his father's shoulders waves at the crowd {FESTIVAL}"),
        ("Velm harbor festival", f"Two nurses in uniform hand out bottles of water {FESTIVAL}"),
    ),
    (
        "captions in Japanese",
        ("白峰市で桜まつり", "桜まつりで川面を見つめる親子＝23日午後6時35分、白峰市"),
        ("白峰市で桜まつり", "桜まつりで泥をかき出すボランティア＝23日午後7時41分、白峰市"),
    ),
    (
        "appointments in Korean",
        (
            "[인사] 동해시청",
            "◇ 부행장 승진 ▲ 홍보실장 박호진 ▲ 예산과장 오세진\n\n◇ 팀장 전보 ▲ 안전지원과장 서지우",
        ),
        (
            "[인사] 동해시청",
            "◇ 국장급 승진 ▲ 감사관 이윤정 ▲ 예산과장 한소영\n\n◇ 실장 전보 ▲ 영업추진부장 백승호",
        ),
    ),
    (
        "two releases of one firm",
        ("Orla Systems opens a test canal in Tarn", CANAL),
        ("Orla Systems names Bo Lind head of research", RESEARCH),
    ),
    (
        "briefs of one template in Korean, with other numbers",
        (
            "동해통신 3분기 영업이익 589억원…작년보다 35.1% 감소",
            (
                "[김해=연합뉴스] 동해통신은 올해 3분기 영업이익이 589억원으로 지난해 같은 기간보다 35.1% "
                "감소했다고 22일 밝혔다. 회사 관계자는 시장 상황을 면밀히 살피고 있다고 말했다."
            ),
        ),
        (
            "동해통신 3분기 영업이익 486억원…작년보다 33.4% 감소",
            (
                "[천안=연합뉴스] 동해통신은 올해 3분기 영업이익이 486억원으로 지난해 같은 기간보다 33.4% "
                "감소했다고 22일 밝혔다. 전문가들은 내년 상반기까지 지켜봐야 할 것으로 내다봤다."
            ),
        ),
    ),
    (
        "briefs of one template, from other places",
        (
            "가온서 규모 5.4 지진…신고 잇따라",
            (
                "[가온=연합뉴스] 22일 새벽 가온 북북동쪽 38㎞ 지역에서 규모 5.4의 지진이 발생했다고 "
                "기상청이 밝혔다. 주민들은 밖으로 나와 밤을 새웠다."
            ),
        ),
        (
            "나래서 규모 5.4 지진…신고 잇따라",
            (
                "[나래=연합뉴스] 22일 오전 나래 북북동쪽 38㎞ 지역에서 규모 5.4의 지진이 발생했다고 "
                "기상청이 밝혔다. 열차 운행은 한 시간 멈췄다."
            ),
        ),
    ),
    (
        "reports of one template about other countries",
        (
            "Fisheries row: Velm calls in envoy of Tarsk",
            (
                "Velm on Friday called in the ambassador of Tarsk to complain about what it described as "
                "repeated violations of its waters. A joint statement said both sides would meet again in "
                "Oster in 2 weeks."
            ),
        ),
        (
            "Minister Gupta receives diplomat as border talks stall",
            (
                "Morland on Friday called in the ambassador of Quist to complain about what it described as "
                "repeated violations of its waters. A joint statement said both sides would meet again in "
                "Halden in 2 weeks. The quarrel began in spring, when a patrol boat was rammed off the "
                "northern islands."
            ),
        ),
    ),
    (
        "results of two companies by one template, from a news desk that explains them alike",
        (
            "Almera Chemie reports third quarter revenue",
            (
                "Almera Chemie said on Thursday that revenue rose 4 percent to 812 million crowns in the "
                "third quarter, according to figures on its website. Chief executive Mina Holt said that "
                "the order book was full.\n\nThe exchange in Velm lists the shares in its main index, which "
                "has fifty members. Analysts at Norrbank and at a fund in Tarn had expected less on average. "
                "The figures have not been audited. The company presents them to investors on Friday."
            ),
        ),
        (
            "Borchert reports third quarter revenue",
            (
                "Borchert said on Thursday that revenue fell 7 percent to 95 million crowns in the "
                "third quarter, according to figures on its website. Chief executive Olaf Brandt said that "
                "the order book was full.\n\nThe exchange in Velm lists the shares in its main index, which "
                "has fifty members. Analysts at Norrbank and at a fund in Tarn had expected less on average. "
                "The figures have not been audited. The company presents them to investors on Friday."
            ),
        ),
    ),
    (
        "a brief, and a longer report with another fact at the same place",
        (
            "Ovland cuts key rate to 2.50 percent as growth slows",
            (
                "Ovland's central bank cut its key rate to 2.50 percent on Friday, saying that prices were "
                "easing more slowly than it had forecast in the spring. Households in the country owe 140 "
                "percent of their income and two in three of these loans are at variable rates."
            ),
        ),
        (
            "Norrmark cuts key rate to 2.50 percent as growth slows",
            (
                "Norrmark's central bank cut its key rate to 2.50 percent on Friday, saying that prices were "
                "easing more slowly than it had forecast in the spring. Households in the country owe 95 "
                "percent of their income, according to the bank.\n\nThe crown fell by half a percent "
                "after the decision, which nine of twenty analysts had expected, and shares of builders rose "
                "for a third day in a row. Governor Ada Lund told reporters that the council had been of one "
                "mind, and that a further step in autumn would depend on wages, which are being negotiated "
                "in the ports and in the mills until the end of next month. Trade unions called the step "
                "late and asked for help for tenants in the north, where rents went up most since winter."
            ),
        ),
    ),
    (
        "a follow-up with the same background",
        (TITLE, BODY),
        ("Owner of tanker Orla fined 4 million crowns", FINE),
    ),
]


@pytest.mark.parametrize(
    ("first", "second"), [row[1:] for row in SAME_FORM], ids=[row[0] for row in SAME_FORM]
)
def test_texts_from_one_template_about_other_things_are_not_copies(first, second):
    assert decide(*second, first=(*first, "a")) is None
    assert decide(*first, first=(*second, "a")) is None


def test_an_equal_title_weighs_more_the_more_words_it_has():
    one, other = (
        "The council of Velm met on Monday and heard two complaints about dogs on the quay, which the",
        "A dry spring has emptied the wells of Tarn, said the mayor, who wants the old pipeline to be",
    )
    long = "Council of Velm hears complaints about dogs on the quay as wells run dry"
    assert decide("In brief", f"{other}…", first=("In brief", f"{one}…", "a")) is None
    assert decide(long, f"{other}…", first=(long, f"{one}…", "a")) is not None


def test_every_term_has_a_weight_of_its_sign():
    assert WEIGHTS.keys() == SIGNS.keys()
    assert [term for term, weight in WEIGHTS.items() if weight * SIGNS[term] < 0] == []


def test_an_excerpt_has_the_excerpt_role():
    match = decide(TITLE, f"{LEAD}\n\n{REST[0][:60]}")
    assert match is not None
    assert match.role is Role.EXCERPT


@pytest.mark.parametrize(
    "mark",
    [
        "(2nd LD) {}",
        "UPDATE 1-{}",
        "CORRECTED-{}",
        "UPDATE 2-CORRECTED-{}",
        "Correction: {}",
        "{} (Corrected)",
    ],
)
def test_a_later_take_is_an_update_of_its_story(mark):
    match = decide(mark.format(TITLE), BODY.replace("46 ships", "48 ships"))
    assert match is not None
    assert match.role is Role.UPDATE


def test_the_same_source_running_a_text_again_is_an_update():
    match = decide(TITLE, BODY, source="a", hours=5)
    assert match is not None
    assert match.role is Role.UPDATE


def test_a_match_is_provisional_only_if_the_text_is_short():
    assert decide(TITLE, LEAD).reasons["provisional"]
    assert not decide(TITLE, BODY).reasons["provisional"]


def test_the_best_of_several_candidates_is_chosen():
    full = make_signature(document(1, TITLE, BODY, "a"), ())
    part = make_signature(document(2, TITLE, LEAD, "b"), ())
    new = make_signature(document(3, TITLE, BODY, "c"), ())
    rows = [Candidate(2, part), Candidate(1, full)]
    assert [match.article for match in decide_matches(new, rows)] == [1, 2]


def test_an_excerpt_of_a_very_long_text_is_found_in_it():
    words = [f"word{number * 7919 % 100_003}" for number in range(60_000)]
    first = ("A very long report on the harbor of Velm", " ".join(words), "a")
    match = decide("A very long report on the harbor of Velm", " ".join(words[:2_000]), first=first)
    assert match is not None


def test_full_texts_with_only_an_opening_in_common_do_not_match():
    """Columns, blogs and generated texts may share a whole opening."""
    opening = f"{LEAD} {REST[0]}"
    first, second = (" ".join(f"{word}{n * 7919 % 100_003}" for n in range(220)) for word in ("ka", "zu"))
    assert decide(TITLE, f"{opening} {first}", first=(TITLE, f"{opening} {second}", "a")) is None


@given(st.text(max_size=60), st.text(max_size=300), st.text(max_size=60), st.text(max_size=300))
def test_any_pair_is_decided_with_a_similarity_between_0_and_1(title, text, other_title, other_text):
    match = decide(title, text, first=(other_title, other_text, "a"))
    assert match is None or 0 <= match.similarity <= 1


def test_candidates_are_ranked_by_shared_keys_and_bounded():
    holders = [[article for article in range(40) if key < article % 20] for key in range(20)]
    ranked = rank_candidates(holders)
    assert len(ranked) == MAX_CANDIDATES
    assert set(ranked[:2]) == {19, 39}


def test_a_key_with_too_many_holders_is_ignored():
    assert rank_candidates([range(MAX_KEY_HOLDERS + 1)]) == []
    assert len(rank_candidates([range(MAX_KEY_HOLDERS)])) == SOME_CANDIDATES


def test_all_of_a_few_articles_that_share_one_key_are_candidates():
    assert set(rank_candidates([[1], [2], [3]])) == {1, 2, 3}


def test_of_many_articles_only_those_that_share_several_keys_are_candidates():
    """Two keys that nobody else has are worth as much as some of those that a template's texts have."""
    copies, template, others = [1, 2], range(10, 15), range(20, 40)
    holders = [[n] for n in (*copies, *copies)] + [template] * 3 + [[n] for n in others]
    ranked = rank_candidates(holders)
    assert set(ranked[:2]) == set(copies)
    assert set(ranked) == {*copies, *template}
