"""Agency forms: datelines, credit lines and takes are recognized; mentions and lookalikes are not."""

from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.agencies import marks
from worker.agencies.closing import find_credit_line
from worker.agencies.forms import PLACE_DATELINES, SPELLINGS
from worker.agencies.head_datelines import AGENCY_DATELINES
from worker.agencies.marks import find_dateline, find_late_dateline, find_take, read_dateline
from worker.agencies.naming import agency_id_of, agency_of

DATELINES = [
    ("SEOUL, Nov. 23 (Yonhap) -- Rain fell.", "SEOUL", "Nov. 23", "Yonhap"),
    ("BUSAN (Yonhap) — Rain fell.", "BUSAN", "", "Yonhap"),
    ("Daegu, Nov. 23 (Yonhap): Rain fell.", "Daegu", "Nov. 23", "Yonhap"),
    ("(ATTN: ADDS quote in para 3)\nSEOUL, Nov. 23 (Yonhap) -- Rain fell.", "SEOUL", "Nov. 23", "Yonhap"),
    ("(LEAD) SEOUL, Nov. 23 (Yonhap) -- Rain fell.", "SEOUL", "Nov. 23", "Yonhap"),
    ("By Ada Moss\nLIMA, March 3 (AFP) - Rain fell.", "LIMA", "March 3", "AFP"),
    ("(서울=연합뉴스) 홍길동 기자 = 비가 왔다.", "서울", "", "Yonhap"),
    ("(전국종합=연합뉴스) 비가 왔다.", "전국종합", "", "Yonhap"),
    ("[부산=뉴시스]홍길동 기자 = 비가 왔다.", "부산", "", "Newsis"),
    ("(서울=뉴스1) 홍길동 기자 = 비가 왔다.", "서울", "", "News1"),
    ("(평양 11월 23일발 조선중앙통신) 비가 왔다.", "평양", "11월 23일", "KCNA"),
    ("DENVER (AP) — Snow fell.", "DENVER", "", "AP"),
    ("BOISE, Idaho (AP) -- Snow fell.", "BOISE, Idaho", "", "AP"),
    ("(AP) Snow fell.", "", "", "AP"),
    ("OSLO (Reuters) - Snow fell.", "OSLO", "", "Reuters"),
    ("WASHINGTON, D.C. (Reuters) - Snow fell.", "WASHINGTON, D.C.", "", "Reuters"),
    ("Nov 23 (Reuters) - Shares rose.", "", "Nov 23", "Reuters"),
    ("Berlin (dpa) - Es regnet.", "Berlin", "", "dpa"),
    ("Athen/Berlin (dpa) – Es regnet.", "Athen/Berlin", "", "dpa"),
    ("Wien (APA) - Es regnet.", "Wien", "", "APA"),
    ("Madrid, 23 nov (EFE).- Llueve.", "Madrid", "23 nov", "EFE"),
    ("EFE.- Llueve.", "", "", "EFE"),
    ("MADRID 23 Nov. (EUROPA PRESS) - Llueve.", "MADRID", "23 Nov.", "Europa Press"),
    ("La Habana, 23 nov (Prensa Latina) Llueve.", "La Habana", "23 nov", "Prensa Latina"),
    ("(ANSA) - ROMA, 23 NOV - Piove.", "ROMA", "23 NOV", "ANSA"),
    ("新华社北京11月23日电（记者王明）昨天下雨。", "北京", "11月23日", "Xinhua"),
    ("中新社上海11月23日电 昨天下雨。", "上海", "11月23日", "China News Service"),
    ("（中央社記者王小明台北23日電）昨天下雨。", "台北", "23日", "CNA"),
    ("（中央社東京23日綜合外電報導）昨天下雨。", "東京", "23日", "CNA"),
    ("【ソウル共同】雨が降った。", "ソウル", "", "Kyodo"),
    ("【ロンドン時事】雨が降った。", "ロンドン", "", "Jiji Press"),
    ("TOKYO (Kyodo) -- Rain fell.", "TOKYO", "", "Kyodo"),
    ("MOSCOW, November 23. /TASS/. Snow fell.", "MOSCOW", "November 23", "TASS"),
    ("МОСКВА, 23 ноября. /ТАСС/. Идет снег.", "МОСКВА", "23 ноября.", "TASS"),
    ("МОСКВА, 23 ноя — РИА Новости. Идет снег.", "МОСКВА", "23 ноя", "RIA Novosti"),
    ("Москва. 23 ноября. INTERFAX.RU - Идет снег.", "Москва", "23 ноября.", "Interfax"),
    ("New Delhi, Nov 23 (PTI) Rain fell.", "New Delhi", "Nov 23", "PTI"),
    ("Mumbai [India], November 23 (ANI): Rain fell.", "Mumbai [India]", "November 23", "ANI"),
    ("KUALA LUMPUR, Nov 23 (Bernama) -- Rain fell.", "KUALA LUMPUR", "Nov 23", "Bernama"),
    ("Hà Nội (TTXVN) - Trời mưa.", "Hà Nội", "", "VNA"),
    ("LONDON (CNN) Rain fell.", "LONDON", "", "CNN"),
    ("Hong Kong (CNN) Rain fell.", "Hong Kong", "", "CNN"),
    ("By Ada Moss LIMA, March 3 (Reuters) - Rain fell.", "LIMA", "March 3", "Reuters"),
    ("【서울=뉴시스】 홍길동 기자 = 비가 왔다.", "서울", "", "Newsis"),
    ("（新华社北京11月23日电）昨天下雨。", "北京", "11月23日", "Xinhua"),
    ("【ソウル23日共同＝山田太郎】雨が降った。", "ソウル", "23日", "Kyodo"),
    ("［東京　２３日　ロイター］ - 雨が降った。", "東京", "２３日", "Reuters"),
    ("MADRID, 23 (EUROPA PRESS) - Llueve.", "MADRID", "23", "Europa Press"),
    ("Ho Chi Minh City (VNA) - Rain fell.", "Ho Chi Minh City", "", "VNA"),
    ("United Nations (United States) (AFP) - Rain fell.", "United Nations (United States)", "", "AFP"),
    ("Киев. 23 ноября. ИНТЕРФАКС-УКРАИНА - Идет снег.", "Киев", "23 ноября.", "Interfax"),
    ("MOSCOW, November 23. /TASS Correspondent Ada Moss/. Snow.", "MOSCOW", "November 23", "TASS"),
    ("HALIFAX (CP) — Rain fell.", "HALIFAX", "", "The Canadian Press"),
    ("LONDON: Rain fell.", "LONDON", "", None),
    ("CAIRO — Rain fell.", "CAIRO", "", None),
    ("QUITO, March 16 - Rain fell.", "QUITO", "March 16", None),
]


@pytest.mark.parametrize(("text", "place", "date", "agency"), DATELINES)
def test_a_dateline_gives_place_date_and_agency(text, place, date, agency):
    found = find_dateline(text)
    assert found is not None
    assert (found.place, found.date, found.agency) == (place, date, agency)


def test_a_dateline_ends_where_the_text_begins():
    text = "SEOUL, Nov. 23 (Yonhap) -- Rain fell."
    assert text[find_dateline(text).end :] == "Rain fell."


@pytest.mark.parametrize(
    "text",
    [
        "Rain fell on Monday, AFP reported.",
        "President Lee (AFP) said rain fell.",
        "Acute Flaccid Paralysis (AFP) - cases rose.",
        "Apple Filing Protocol (AFP) - a primer.",
        "Parent Training Institute (PTI) - enroll now.",
        "Alpha-fetoprotein (AFP) - a marker.",
        "Avtalefestet pensjon (AFP) - oppdatert.",
        "Fondos de Pensiones (AFP) - actualizado.",
        "The Wall Street Journal reported rain.",
        "According to Reuters, rain fell.",
        "NOTE: figures are rounded.",
        "BREAKING: rain fell.",
        "It rained. SEOUL, Nov. 23 (Yonhap) -- Not at the start.",
        "연합뉴스에 따르면 비가 왔다.",
        "",
    ],
)
def test_a_mention_or_a_lookalike_is_no_dateline(text):
    assert find_dateline(text) is None


def test_a_dateline_with_agency_and_date_is_found_after_a_headline_that_ran_into_the_text():
    text = "Rain falls on the coast SEOUL, Nov. 23 (Yonhap) -- Rain fell."
    found = find_late_dateline(text)
    assert (found.place, found.date, found.agency_id) == ("SEOUL", "Nov. 23", "yonhap")
    assert text[found.end :] == " Rain fell."
    assert find_late_dateline("Rain fell, and AFP (Paris) reported it.") is None


CREDITS = [
    ("It rained.\n(Yonhap)", "Yonhap", "credit"),
    ("It rained. (Yonhap News)", "Yonhap", "credit"),
    ("It rained.\n\n- AFP", "AFP", "credit"),
    ("It rained.\n— Reuters", "Reuters", "credit"),
    ("It rained.\n--IANS ab/cd", "IANS", "credit"),
    ("It rained.\nPTI ABC DEF", "PTI", "credit"),
    ("Llueve.\nEFE ab/cd", "EFE", "credit"),
    ("雨が降った。\n（共同）", "Kyodo", "credit"),
    ("It rained.\n(Reporting by Ada Moss; Editing by Bo Lind)", "Reuters", "credit"),
    ("下雨。\n（編輯：王小明）1151123", "CNA", "credit"),
    ("It rained.\nWriting by Ada Moss", None, "desk"),
    ("It rained.\n(With inputs from PTI)", None, "contributor"),
    ("It rained.\nAdditional reporting by Bo Lind", None, "contributor"),
    ("It rained.\nCopyright 2026 The Associated Press. All rights reserved.", "AP", "credit"),
    ("It rained.\n© Agence France-Presse", "AFP", "credit"),
    ("비가 왔다.\n<저작권자(c) 연합뉴스, 무단 전재-재배포 금지>", "Yonhap", "credit"),
    ("비가 왔다.\n출처: 연합뉴스 (홍길동 기자)", "Yonhap", "credit"),
    ("下雨。\n来源：新华社", "Xinhua", "credit"),
    (
        "It rained.\nThis report by The Canadian Press was first published.",
        "The Canadian Press",
        "credit",
    ),
    ("It rained.\n(AP)\n\nShare this article", "AP", "credit"),
    ("Es regnet.\n(dpa/tmn)", "dpa", "credit"),
    ("Es regnet. (APA/dpa)", "APA", "credit"),
    ("It rained.\n(c) 2026 dpa Deutsche Presse Agentur GmbH", "dpa", "credit"),
]


@pytest.mark.parametrize(("text", "agency", "kind"), CREDITS)
def test_a_closing_line_is_a_credit(text, agency, kind):
    found = find_credit_line(text)
    assert found is not None
    assert (found.agency, found.kind) == (agency, kind)
    assert found.text in text[found.start : found.end]


@pytest.mark.parametrize(
    "text",
    [
        "The minister told AFP.",
        "It rained, according to Reuters.",
        "It rained.\n(AP Photo/Ada Moss)",
        "Es regnet.\n© Foto: APA / AFP / Moss",
        "비가 왔다.\n사진=연합뉴스",
        "It rained.\nCopyright 2026 The Daily Moss. All rights reserved.",
        "It rained.\n© 2026 Press Association Training Ltd. All rights reserved.",
        "It rained.\nCopyright 2026 The Daily Moss. The Associated Press is not responsible for it.",
        "A Reuters poll found rain.",
        "",
    ],
)
def test_a_mention_or_a_photo_line_is_no_credit(text):
    assert find_credit_line(text) is None


TAKES = [
    ("(LEAD) Rain falls", "lead", 1),
    ("(2nd LD) Rain falls", "lead", 2),
    ("LEAD: Rain falls", "lead", 1),
    ("UPDATE 2-Rain falls", "update", 2),
    ("WRAPUP 3-Rain falls", "update", 1),
    ("Rain falls (updated)", "update", 1),
    ("비가 온다(종합2보)", "update", 2),
    ("비가 온다 (종합)", "update", 1),
    ("비가 온다(3보)", "update", 3),
    ("CORRECTED-Rain falls", "correction", 1),
    ("(CORRECTED) - Rain falls", "correction", 1),
    ("REFILE-Rain falls", "correction", 1),
    ("[정정] 비가 온다", "correction", 1),
    ("【訂正】雨が降る", "correction", 1),
    ("KILL: Rain falls", "withdrawal", 1),
    ("[전문취소] 비가 온다", "withdrawal", 1),
]


@pytest.mark.parametrize(("title", "kind", "number"), TAKES)
def test_a_mark_in_the_title_is_a_take(title, kind, number):
    found = find_take(title, "")
    assert found is not None
    assert (found.kind, found.number) == (kind, number)
    assert found.mark in title[found.start : found.end]


@pytest.mark.parametrize(
    "title",
    [
        "Lead poisoning rises",
        "Leaders meet",
        "Update on the talks",
        "Kill switch law passed",
        "Corrections officer held",
        "종합주가지수 상승",
        "",
    ],
)
def test_a_title_that_only_uses_the_word_is_no_take(title):
    assert find_take(title, "It rained.") is None


def test_a_note_to_editors_makes_a_take_of_its_text():
    assert find_take("Rain falls", "(ATTN: UPDATES with figures)\nIt rained.").kind == "update"
    assert find_take("Rain falls", "(Eds: Corrects place)\nIt rained.").kind == "correction"


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("the  associated press", "AP"),
        ("연합뉴스", "Yonhap"),
        ("Yonhap News Agency.", "Yonhap"),
        ("新華社", "Xinhua"),
        ("Daily Moss", None),
        ("", None),
    ],
)
def test_an_agency_is_known_by_any_of_its_spellings(spelling, name):
    assert agency_of(spelling) == name
    assert (agency_id_of(spelling) is None) == (name is None)


@pytest.mark.parametrize(
    ("text", "place", "date", "written"),
    [
        (
            "VELM, Nov. 24 (Coastal Wire) -- The harbor reopened.",
            "VELM",
            "Nov. 24",
            "VELM, Nov. 24 (Coastal Wire) --",
        ),
        ("VELM (Coastal Wire) — The harbor reopened.", "VELM", "", "VELM (Coastal Wire) —"),
        ("[벨름=Coastal Wire] 항구가 다시 열렸다.", "벨름", "", "[벨름=Coastal Wire]"),
    ],
)
def test_a_dateline_with_the_feeds_own_agency_is_read_whoever_that_is(text, place, date, written):
    found = read_dateline(text, "Coastal Wire")
    assert found is not None
    assert (found.place, found.date, found.agency_id, found.agency) == (place, date, None, "Coastal Wire")
    assert text[found.start : found.end].strip() == written


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("The Coastal Wire said on Monday that it would publish in Velm.", None),
        ("VELM, Nov. 24 (AP) -- The harbor reopened, the Coastal Wire said.", "AP"),
        ("VELM, Nov. 24 -- The harbor reopened, the Coastal Wire said.", None),
    ],
)
def test_a_mention_of_the_feeds_own_agency_is_no_dateline(text, agency):
    found = read_dateline(text, "Coastal Wire")
    assert (found.agency if found else None) == agency


@given(st.text(max_size=600))
def test_any_text_is_taken_and_offsets_lie_inside_it(text):
    for found in (find_dateline(text), find_credit_line(text)):
        assert found is None or 0 <= found.start <= found.end <= len(text)
    find_take(text, text)


@pytest.mark.parametrize("piece", ["A ", "(", "AP, ", "© ", " (", "가", "[속보] "])
def test_a_long_run_of_one_piece_has_no_dateline_and_no_take(piece):
    text = piece * 50_000
    assert find_dateline(text) is None
    assert find_take(text, text) is None
    assert find_credit_line(text) is None


PARTS = st.sampled_from(
    [
        *("SEOUL", "Daegu", "New York", "Сеул", "서울", "Nov. 23", "12 Feb", "23", "12日", "The cat", "app"),
        *(
            ", ",
            " ",
            "/",
            " (",
            ") ",
            ")",
            " - ",
            " — ",
            "| ",
            ".",
            ": ",
            "【",
            "】",
            "[",
            "]",
            "=",
            "\n",
            ". ",
        ),
    ]
)


@given(st.lists(PARTS | st.sampled_from(sorted(SPELLINGS)), max_size=9).map("".join))
def test_forms_that_are_left_out_without_an_agency_do_not_match(text: str) -> None:
    """Few forms are tried on a text in ASCII or without an agency; the dateline is the same as with all."""
    found = find_dateline(text)
    with patch.object(marks, "_forms_for", lambda *_: (*AGENCY_DATELINES, *PLACE_DATELINES)):
        assert find_dateline(text) == found
