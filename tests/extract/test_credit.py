"""Credits: house forms of agencies are recognized; lookalikes are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.agencies.agency_lines import WORLD_LINES
from tests.agencies.credit_lines import CREDIT_LINES
from worker.agencies.names import NAMES
from worker.extract import BUILT_IN, derive, make_extractor_input
from worker.records import FeedMetadata

PARAGRAPHS = (
    "Residents spent the evening weighing the cost of a new wall.",
    "Engineers showed drawings of a barrier with gates that close.",
    "Shop owners asked how long the work would take.",
    "A plan will be drawn up after a survey.",
)
# where a line stands, the line, what it says of which agency
LINES = (
    ("lede", "SEOUL/TOKYO, Nov. 3 (Yonhap) -- The two sides agreed.", "credit", "yonhap"),
    ("lede", "SEOUL, June 1 (Yonhap) — The two sides agreed.", "credit", "yonhap"),
    ("lede", "(2nd LD) SEOUL, June 1 (Yonhap) -- The two sides agreed.", "credit", "yonhap"),
    ("lede", "(워싱턴=연합뉴스) 김동현 특파원 = 미국은", "credit", "yonhap"),
    ("lede", "[부산=뉴시스]박민수 기자 = 부산시는", "credit", "newsis"),
    ("lede", "(세종=뉴스1) 이철 기자 = 기획재정부는", "credit", "news1"),
    ("lede", "(Reuters) - Shares fell.", "credit", "reuters"),
    ("lede", "LONDON, March 3 (Reuters) – Shares fell.", "credit", "reuters"),
    ("lede", "By Jane Doe LONDON, March 3 (Reuters) - Shares fell.", "credit", "reuters"),
    ("lede", "PARIS (AFP) — Shares fell.", "credit", "afp"),
    ("lede", "Paris, 3 mars (AFP) - Les actions ont baissé.", "credit", "afp"),
    ("lede", "WASHINGTON -- (AP) -- Shares fell.", "credit", "ap"),
    ("lede", "(AP) Shares fell on Monday.", "credit", "ap"),
    ("lede", "MEXICO CITY - (AP) - Shares fell.", "credit", "ap"),
    ("lede", "NEW YORK (Associated Press) — Shares fell.", "credit", "ap"),
    ("lede", "Wien (APA) - Der Rat hat entschieden.", "credit", "apa"),
    ("lede", "Wien (APA/dpa) - Der Rat hat entschieden.", "credit", "apa"),
    ("lede", "Berlin (dpa/tmn) - Der Rat hat entschieden.", "credit", "dpa"),
    ("lede", "Berlin/Köln (dpa) – Der Rat hat entschieden.", "credit", "dpa"),
    ("lede", "Madrid, 3 mar (EFE).- El consejo decidió.", "credit", "efe"),
    ("lede", "Madrid, 3 mar. (EFE) - El consejo decidió.", "credit", "efe"),
    ("lede", "ROMA, 3 MAR (ANSA) - Il consiglio ha deciso.", "credit", "ansa"),
    ("lede", "(ANSA) - ROMA, 3 MAR - Il consiglio ha deciso.", "credit", "ansa"),
    ("lede", "BEIJING, March 3 (Xinhua) -- The council decided.", "credit", "xinhua"),
    ("lede", "MADRID, 3 mar (Xinhua) -- El consejo decidió.", "credit", "xinhua"),
    ("lede", "新华社东京3月5日电（记者李四、王五）政府", "credit", "xinhua"),
    ("lede", "中新社北京3月5日电 (记者 李四)政府", "credit", "cns"),
    ("lede", "中新网3月5日电 据报道，", "credit", "cns"),
    ("lede", "（中央社東京5日綜合外電報導）日本政府", "credit", "cna"),
    ("lede", "（中央社記者陳一台北5日電）政府", "credit", "cna"),
    ("lede", "（中央社台北5日電）政府", "credit", "cna"),
    ("lede", "Taipei, March 3 (CNA) The council decided.", "credit", "cna"),
    ("lede", "【ソウル時事】韓国政府は5日、", "credit", "jiji"),
    ("lede", "【北京共同】中国政府は", "credit", "kyodo"),
    ("lede", "MOSCOW, March 3. /TASS/. The council decided.", "credit", "tass"),
    ("lede", "МОСКВА, 3 марта. /ТАСС/. Совет решил.", "credit", "tass"),
    ("lede", "МОСКВА, 3 мар — РИА Новости. Совет решил.", "credit", "ria"),
    ("lede", "Москва. 3 марта. INTERFAX.RU - Совет решил.", "credit", "interfax"),
    ("lede", "MOSCOW. March 3 (Interfax) - The council decided.", "credit", "interfax"),
    ("lede", "Kyiv. (Interfax) - The council decided.", "credit", "interfax"),
    ("lede", "WASHINGTON, March 3 (UPI) -- The council decided.", "credit", "upi"),
    ("lede", "PARIS, France, March 3 (UPI) -- The council decided.", "credit", "upi"),
    ("lede", "New Delhi, Mar 3 (PTI) The council decided.", "credit", "pti"),
    ("lede", "New Delhi, March 3 (IANS) The council decided.", "credit", "ians"),
    ("lede", "Mumbai (Maharashtra) [India], March 3 (ANI): The council decided.", "credit", "ani"),
    ("lede", "KUALA LUMPUR, March 3 (Bernama) -- The council decided.", "credit", "bernama"),
    ("lede", "KUALA LUMPUR, 3 March (Bernama) -- The council decided.", "credit", "bernama"),
    ("lede", "Jakarta (ANTARA) - Dewan memutuskan.", "credit", "antara"),
    ("lede", "Hanoi (VNA) – The council decided.", "credit", "vna"),
    ("lede", "Hà Nội (TTXVN) - Hội đồng", "credit", "vna"),
    ("lede", "March 3 (Bloomberg) -- The council decided.", "credit", "bloomberg"),
    ("lede", "(Bloomberg) -- The council decided.", "credit", "bloomberg"),
    ("lede", "(Bloomberg) — The council decided.", "credit", "bloomberg"),
    ("lede", "Pyongyang, March 3 (KCNA) -- The council decided.", "credit", "kcna"),
    ("lede", "(평양 3월 5일발 조선중앙통신) 위원회는", "credit", "kcna"),
    ("lede", "THE CANADIAN PRESS — The council decided.", "credit", "cp"),
    ("lede", "SYDNEY, March 3 AAP - The council decided.", "credit", "aap"),
    ("lede", "Roma, 3 mar. (askanews) - Il consiglio", "credit", "askanews"),
    ("lede", "MADRID 3 Mar. (EUROPA PRESS) - El consejo", "credit", "europapress"),
    ("lede", "La Habana, 3 mar (Prensa Latina) El consejo", "credit", "prensalatina"),
    ("lede", "ANKARA (AA) - The council decided.", "credit", "anadolu"),
    ("lede", "LONDON (CNN) The council decided.", "credit", "cnn"),
    ("lede", "(CNN) The council decided.", "credit", "cnn"),
    ("lede", "(CNN) — The council decided.", "credit", "cnn"),
    ("lede", "TOKYO, March 3, Kyodo - The council decided.", "credit", "kyodo"),
    ("lede", "Brussels (Belga) - The council decided.", "credit", "belga"),
    ("lede", "Lisboa, 03 mar 2024 (Lusa) - O conselho", "credit", "lusa"),
    ("lede", "Norsk avtalefestet pensjon (AFP) - Oppdatert 2026", "none", None),
    ("lede", "Administradora de Fondos de Pensiones (AFP) - Actualizado", "none", None),
    ("lede", "Democratic Party of Albanians (DPA) - founded 1997", "none", None),
    ("lede", "【時事】用語を学ぶ", "none", None),
    ("lede", "SEOUL (AP photo) The council", "none", None),
    ("lede", "TOKYO — Kyodo reported that the council decided.", "mention", "kyodo"),
    ("tail", "the company said. (Yonhap)", "credit", "yonhap"),
    ("tail", "the company said. (Yonhap News Agency)", "credit", "yonhap"),
    ("tail", "the company said. (AP)", "credit", "ap"),
    ("tail", "the company said. (AFP)", "credit", "afp"),
    ("tail", "the company said. (dpa)", "credit", "dpa"),
    ("tail", "the company said. — Reuters", "credit", "reuters"),
    ("tail", "the company said. – AFP", "credit", "afp"),
    ("tail", "the company said. -- KCNA", "credit", "kcna"),
    ("tail", "the company said. --IANS ab/cd", "credit", "ians"),
    ("tail", "--IANS ab/cd", "credit", "ians"),
    ("tail", "PTI ABC DEF", "credit", "pti"),
    ("tail", "PTI", "credit", "pti"),
    ("tail", "(ANI)", "credit", "ani"),
    ("tail", "EFE ab/cd", "credit", "efe"),
    ("tail", "© Agencia EFE", "credit", "efe"),
    ("tail", "© Agence France-Presse", "credit", "afp"),
    ("tail", "© dpa-infocom, dpa:240303-99-123456/2", "credit", "dpa"),
    ("tail", "(c) Copyright ANSA 2024", "credit", "ansa"),
    ("tail", "Copyright 2024 AP. All rights reserved.", "credit", "ap"),
    (
        "tail",
        "Copyright © 2024 The Associated Press. All rights reserved. This material may not be published.",
        "credit",
        "ap",
    ),
    ("tail", "This report by The Canadian Press was first published March 3, 2024.", "credit", "cp"),
    ("tail", "John Smith, The Canadian Press", "credit", "cp"),
    ("tail", "(Reporting by A B in Seoul; Writing by C D; Editing by E F)", "credit", "reuters"),
    ("tail", "Reporting by A B; Editing by E F", "credit", "reuters"),
    ("tail", "（編輯：陳一／王二）1130303", "credit", "cna"),
    ("tail", "（共同）", "credit", "kyodo"),
    ("tail", "（時事）", "credit", "jiji"),
    (
        "tail",
        "kim@yna.co.kr <저작권자(c) 연합뉴스, 무단 전재-재배포 금지> 2024/03/03 11:00 송고",
        "credit",
        "yonhap",
    ),
    ("tail", "출처: 연합뉴스", "credit", "yonhap"),
    ("tail", "来源：新华社", "credit", "xinhua"),
    ("tail", "AAP content is owned by or licensed to Australian Associated Press.", "credit", "aap"),
    ("tail", "With inputs from AFP", "contributor", "afp"),
    ("tail", "(With inputs from agencies)", "contributor", None),
    ("tail", "(with agency inputs)", "contributor", None),
    ("tail", "With files from The Canadian Press", "contributor", "cp"),
    ("tail", "Reuters contributed to this report.", "contributor", "reuters"),
    ("tail", "The Associated Press contributed to this article.", "contributor", "ap"),
    (
        "tail",
        "Associated Press writers A B in Seoul and C D in Tokyo contributed to this report.",
        "contributor",
        "ap",
    ),
    ("tail", "Additional reporting by AFP", "contributor", "afp"),
    ("tail", "Additional reporting by Jane Doe and Reuters", "contributor", "reuters"),
    ("tail", "(Con información de AFP)", "contributor", "afp"),
    ("tail", "Con información de EFE y AP", "contributor", "efe"),
    ("tail", "(avec AFP)", "contributor", "afp"),
    ("tail", "mit Material von dpa", "contributor", "dpa"),
    ("tail", "(mit dpa)", "contributor", "dpa"),
    ("tail", "Agencies", "contributor", None),
    ("tail", "— Agencies", "contributor", None),
    ("tail", "PTI, ANI", "contributor", "pti"),
    ("tail", "(PTI/Reuters)", "contributor", "pti"),
    ("byline", "Yonhap", "credit", "yonhap"),
    ("byline", "Ritzau/The Local", "credit", "ritzau"),
    ("byline", "The Herald / AAP", "credit", "aap"),
    ("byline", "연합뉴스", "credit", "yonhap"),
    ("byline", "UPI Staff | March 3, 2024", "credit", "upi"),
    ("byline", "By UPI Staff", "credit", "upi"),
    ("byline", "Reuters Staff", "credit", "reuters"),
    ("byline", "Associated Press", "credit", "ap"),
    ("byline", "John Smith, Associated Press", "credit", "ap"),
    ("byline", "JOHN SMITH AP Business Writer", "credit", "ap"),
    ("byline", "John Smith and Jane Doe, AP", "credit", "ap"),
    ("byline", "JOHN SMITH, The Associated Press", "credit", "ap"),
    ("byline", "Edited by Jane Doe | Press Trust of India", "credit", "pti"),
    ("byline", "PTI/Reuters", "contributor", "pti"),
    ("byline", "PTI, ANI", "contributor", "pti"),
    ("byline", "Reuters with Newsroom", "contributor", "reuters"),
    ("byline", "Newsroom with AFP", "contributor", "afp"),
    ("byline", "Agencies", "contributor", None),
    ("byline", "dpa", "credit", "dpa"),
    ("byline", "Von dpa", "credit", "dpa"),
    ("byline", "Agence France-Presse", "credit", "afp"),
    ("byline", "共同通信社", "credit", "kyodo"),
    ("byline", "時事通信社", "credit", "jiji"),
    ("byline", "PA", "credit", "pa"),
    ("byline", "PA Media", "credit", "pa"),
    ("byline", "By Maria Ansa", "none", None),
    ("byline", "By Peter Antara", "none", None),
    ("byline", "AP Dhillon", "none", None),
    ("byline", "By KH디지털뉴스부공용", "none", None),
    ("byline", "来源：新华网", "credit", "xinhua"),
    ("byline", "Bloomberg", "credit", "bloomberg"),
    ("byline", "By Anna Bloomberg", "none", None),
    ("byline", "Michael Bloomberg", "none", None),
    ("author", "noreply@x.example (Reuters)", "credit", "reuters"),
    ("author", "editor@x.example (Jane Doe)", "none", None),
    ("source", "Yonhap News Agency", "credit", "yonhap"),
    ("source", "AP Top News", "none", None),
    ("meta", ("source", "dpa"), "credit", "dpa"),
    ("meta", ("author", "ASSOCIATED PRESS"), "credit", "ap"),
    ("meta", ("article:author", "Reuters"), "credit", "reuters"),
    ("meta", ("copyrightholder", "AAP"), "credit", "aap"),
    ("ld", {"author": {"name": "AFP"}}, "credit", "afp"),
    ("ld", {"author": [{"name": "Press Trust of India"}]}, "credit", "pti"),
    ("ld", {"copyrightHolder": {"name": "Agence France-Presse"}}, "credit", "afp"),
    ("ld", {"author": {"name": "Jane Doe"}, "publisher": {"name": "The Times"}}, "none", None),
    ("caption", "(AP Photo/Jane Doe)", "photo", "ap"),
    ("caption", "© Foto: APA / AFP / Jane Doe", "photo", "apa"),
    ("caption", "A view. picture alliance/dpa", "photo", "dpa"),
    ("caption", "사진=연합뉴스", "photo", "yonhap"),
    ("caption", "EPA-EFE/JANE DOE", "photo", "efe"),
    ("caption", "A boat (AFP)", "photo", "afp"),
    ("caption", "REUTERS/Jane Doe", "photo", "reuters"),
    ("caption", "AFP via Getty Images", "photo", "afp"),
    ("caption", "共同通信提供", "photo", "kyodo"),
    ("caption", "(中央社記者陳一攝)", "photo", "cna"),
    ("caption", "The council meets in Bloomberg Hall.", "none", None),
    ("tail", "(AP Photo/Jane Doe, File)", "photo", "ap"),
    ("body", "The minister told AFP that the plan was dead.", "mention", "afp"),
    ("body", "AP reported that the plan was dead.", "mention", "ap"),
    ("body", "according to AFP.", "mention", "afp"),
    ("body", "an AFP journalist saw the boat.", "mention", "afp"),
    ("body", "AP Exclusive: the plan is dead.", "mention", "ap"),
    ("body", "A Reuters poll of economists.", "mention", "reuters"),
    ("body", "Yonhap reported.", "mention", "yonhap"),
    ("body", "the Anadolu agency said", "mention", "anadolu"),
    ("body", "state news agency SPA said", "mention", "spa"),
    ("body", "the state-run KCNA news agency said", "mention", "kcna"),
    ("body", "共同通信によると、", "mention", "kyodo"),
    ("body", "時事通信が伝えた。", "mention", "jiji"),
    ("body", "新華社が伝えた。", "mention", "xinhua"),
    ("body", "로이터통신에 따르면", "mention", "reuters"),
    ("body", "AFP통신은 전했다", "mention", "afp"),
    ("body", "ТАСС сообщил", "mention", "tass"),
    ("body", "сообщает РИА Новости", "mention", "ria"),
    ("body", "selon l'AFP", "mention", "afp"),
    ("body", "a déclaré à l'AFP", "mention", "afp"),
    ("body", "sagte er der Nachrichtenagentur AFP", "mention", "afp"),
    ("body", "sagte er der dpa", "mention", "dpa"),
    ("body", "según EFE", "mention", "efe"),
    ("body", "dijo a Efe", "mention", "efe"),
    ("body", "ha detto all'ANSA", "mention", "ansa"),
    ("body", "Students may take AP classes.", "none", None),
    ("body", "the Aruban police union SPA called a strike", "none", None),
    ("body", "The Sindicato di Polis (SPA) called a strike", "none", None),
    ("body", "Andhra Pradesh (AP) said", "none", None),
    ("body", "Patients with PTI need care.", "none", None),
    ("body", "The access point (AP) said nothing.", "none", None),
    ("body", "Peter Tass said the plan was dead.", "none", None),
    ("body", "Michael Bloomberg said the plan was dead.", "none", None),
    ("title", "Yonhap News Summary", "mention", "yonhap"),
    ("title", "【共同通信】災害", "credit", "kyodo"),
    ("title", "AP source: deal done", "mention", "ap"),
)


def credit_of(where, line):
    paragraphs, page, said = list(PARAGRAPHS), {}, {}
    if where in {"lede", "tail", "body"}:
        paragraphs.insert({"lede": 0, "tail": 4, "body": 2}[where], line)
    elif where in {"author", "source", "title"}:
        said[where] = line
    elif where == "byline":
        page["author"] = line
    elif where == "meta":
        page["marks"] = {"meta": dict([line])}
    else:
        page["marks"] = {{"ld": "articles", "caption": "captions"}[where]: [line]}
    material = make_extractor_input("", page, FeedMetadata(text="\n\n".join(paragraphs), **said))
    return derive(BUILT_IN["credit"], material).payload, material.text


@pytest.mark.parametrize(("where", "line", "kind", "agency"), LINES + CREDIT_LINES + WORLD_LINES)
def test_a_line_is_a_credit_a_helper_a_photo_mark_a_mention_or_none(where, line, kind, agency):
    """A name in running text is never a credit; the evidence is quoted from its place in the text."""
    found, text = credit_of(where, line)
    assert (found["kind"], found["agency_id"]) == (kind, agency)
    if found["offset"] is not None:
        assert text.startswith(found["evidence"], found["offset"])
    assert (found["evidence"] is None) == (kind == "none")


def test_at_least_36_agencies_are_known_and_no_name_belongs_to_two():
    names = [name for spellings in NAMES.values() for name in {spelling.casefold() for spelling in spellings}]
    assert len(NAMES) >= 36
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("lede", "place", "date"),
    [
        ("SEOUL, June 28 (Yonhap) -- Both agreed.", "SEOUL", "June 28"),
        ("（中央社記者陳一台北5日電）政府", "台北", "5日"),
        ("Berlin (dpa) - Der Rat", "Berlin", ""),
        ("MOSCOW, March 3. /TASS/. The council", "MOSCOW", "March 3"),
    ],
)
def test_the_dateline_gives_place_and_date_as_written(lede, place, date):
    found, text = credit_of("lede", lede)
    assert (found["place"], found["date"]) == (place, date)
    assert text.startswith(found["dateline"])


@given(st.text(alphabet="(AP)Reuters -—.\n연합뉴스新华社/", max_size=300))
def test_no_text_makes_it_raise_and_its_evidence_is_always_short(text):
    found = derive(BUILT_IN["credit"], make_extractor_input("", {}, FeedMetadata(text=text))).payload
    assert found["evidence"] is None or len(found["evidence"]) <= 120


@pytest.mark.parametrize(
    ("own", "text", "agency", "agency_id", "field"),
    [
        ("Yonhap", "The harbor reopened.", "Yonhap", "yonhap", "config"),
        ("Coastal Wire", "The harbor reopened.", "Coastal Wire", None, "config"),
        ("Coastal Wire", "VELM (Coastal Wire) -- The harbor reopened.", "Coastal Wire", None, "dateline"),
        ("Coastal Wire", "VELM, Nov. 24 (AP) -- The harbor reopened.", "AP", "ap", "dateline"),
        ("Coastal Wire", "The harbor reopened, AP reported.", "Coastal Wire", None, "config"),
        (None, "VELM, Nov. 24 (Coastal Wire) -- The harbor reopened.", None, None, None),
    ],
)
def test_an_agencys_own_feed_is_credited_to_it_unless_its_text_credits_another(
    own, text, agency, agency_id, field
):
    given = make_extractor_input("", {}, FeedMetadata(text=text, agency=own))
    found = derive(BUILT_IN["credit"], given).payload
    assert (found["agency"], found["agency_id"], found["field"]) == (agency, agency_id, field)
    assert found["kind"] == ("credit" if agency else "none")
    if field == "dateline":
        assert found["place"] == "VELM"
